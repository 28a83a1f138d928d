package dovetail

import (
	"context"
	"fmt"
	"iter"
	"time"

	"github.com/dovetail-sync/dovetail/connector"
	"github.com/dovetail-sync/dovetail/store"
)

// CompanyRow is one row of the matched companies list: an upstream company and
// what was decided about it.
type CompanyRow struct {
	store.Match
	// Name, Status, URL and Presence are the upstream company's.
	Name     string
	Status   connector.Status
	URL      string
	Presence store.Presence
	// Since is when it was found gone or missing upstream, or back again, and
	// FirstSeen when it was first read: the age of one that nobody decided about.
	Since, FirstSeen time.Time
	// Here is the name of the company that it is matched to. Empty when it is
	// matched to none, or to one that no longer exists.
	Here string
	// Missing says that the company that it is matched to no longer exists: its
	// records wait until it is matched again, or the host says which company
	// survived (CompanyMerged).
	Missing bool
	// ArchivedHere says that people put away the company that it is matched to.
	ArchivedHere bool
}

// Grown counts the records that an ignored company has got since it was
// ignored, by kind. Nil: none, or it isn't ignored.
func (r CompanyRow) Grown() map[connector.Kind]int {
	var grown map[connector.Kind]int
	for kind, n := range r.Counts {
		if before, counted := r.Before[kind]; counted && n > before {
			if grown == nil {
				grown = make(map[connector.Kind]int)
			}
			grown[kind] = n - before
		}
	}
	return grown
}

// MatchedCompanies yields every upstream company of an integration, by id, with
// its match or its suggestions.
func (e *Engine) MatchedCompanies(ctx context.Context, id store.IntegrationID) iter.Seq2[CompanyRow, error] {
	return func(yield func(CompanyRow, error) bool) {
		rows, err := e.companyRows(ctx, id)
		if err != nil {
			yield(CompanyRow{}, fmt.Errorf("dovetail: matched companies of %q: %w", id, err))
			return
		}
		for _, row := range rows {
			if !yield(row, nil) {
				return
			}
		}
	}
}

// CompanyGroups counts the upstream companies that nobody decided about by how
// sure their suggestion is: what a bulk decision is offered with.
func (e *Engine) CompanyGroups(ctx context.Context, id store.IntegrationID) (map[store.MatchGroup]int, error) {
	rows, err := e.companyRows(ctx, id)
	if err != nil {
		return nil, fmt.Errorf("dovetail: company groups of %q: %w", id, err)
	}
	groups := make(map[store.MatchGroup]int)
	for _, row := range rows {
		if undecidedState(row.State) && row.Presence == store.Present {
			groups[row.Group]++
		}
	}
	return groups, nil
}

// companyRows joins the matches with the mirror and with the names here. It is
// held in memory: companies are few, and the caller may take its time.
func (e *Engine) companyRows(ctx context.Context, id store.IntegrationID) ([]CompanyRow, error) {
	here, err := e.companiesHere(ctx)
	if err != nil {
		return nil, err
	}
	return e.companyRowsAmong(ctx, id, here)
}

// companyRowsAmong is companyRows where the companies here are known.
func (e *Engine) companyRowsAmong(ctx context.Context, id store.IntegrationID, here map[store.CompanyID]store.Company) ([]CompanyRow, error) {
	var rows []CompanyRow
	err := e.ledger.View(ctx, func(_ context.Context, r store.Reader) error {
		if _, err := r.Integration(id); err != nil {
			return err
		}
		for m, err := range r.Matches(id) {
			if err != nil {
				return err
			}
			row, err := r.MirrorRow(m.ID)
			if err != nil {
				return err
			}
			company, known := here[m.Company]
			rows = append(rows, CompanyRow{
				Match: m, Name: row.Name, Status: row.Status, URL: row.URL,
				Presence: row.Presence, Since: row.Since, FirstSeen: row.FirstSeen,
				Here: company.Name, Missing: m.Company != "" && !known, ArchivedHere: company.Archived,
			})
		}
		return nil
	})
	return rows, err
}

// companiesHere returns the platform's companies by id.
func (e *Engine) companiesHere(ctx context.Context) (map[store.CompanyID]store.Company, error) {
	companies := make(map[store.CompanyID]store.Company)
	for c, err := range e.docs.Companies(ctx) {
		if err != nil {
			return nil, fmt.Errorf("list companies: %w", err)
		}
		companies[c.ID] = c
	}
	return companies, nil
}

// decodeFields returns the data points that a mirror row keeps.
func decodeFields(data []byte) (connector.Fields, error) {
	if len(data) == 0 {
		return nil, nil
	}
	fields, err := connector.ParseValues[connector.Fields](data)
	if err != nil {
		return nil, fmt.Errorf("decode the mirror's data: %w", err)
	}
	return fields, nil
}

// meanings finds data points by what they mean.
type meanings map[connector.Meaning][]string

// meansOf is meaningsOf, worked out once a plan.
func (p *planner) meansOf(kind connector.KindInfo) meanings {
	means, ok := p.means[kind.Kind]
	if !ok {
		means = meaningsOf(kind)
		p.means[kind.Kind] = means
	}
	return means
}

func meaningsOf(kind connector.KindInfo) meanings {
	m := make(meanings)
	for _, p := range kind.DataPoints {
		if p.Means != "" {
			m[p.Means] = append(m[p.Means], p.Name)
		}
	}
	return m
}

// texts returns all values with the meaning, in the order of declaration.
func (m meanings) texts(fields connector.Fields, means connector.Meaning) []string {
	var texts []string
	for _, name := range m[means] {
		for _, item := range fields[name].Items() {
			if !item.IsBlank() {
				texts = append(texts, item.String())
			}
		}
	}
	return texts
}

// text returns the first value with the meaning, or an empty text.
func (m meanings) text(fields connector.Fields, means connector.Meaning) string {
	if texts := m.texts(fields, means); len(texts) > 0 {
		return texts[0]
	}
	return ""
}

// lastSeen returns when a record was last seen, if it says so.
func (m meanings) lastSeen(fields connector.Fields) (time.Time, bool) {
	for _, name := range m[connector.MeansLastSeen] {
		if at, ok := fields[name].AsInstant(); ok {
			return at, true
		}
		if at, err := time.Parse(time.RFC3339, fields[name].String()); err == nil {
			return at.UTC(), true
		}
	}
	return time.Time{}, false
}

// details are a company's basic details, as its record has them.
func (m meanings) details(fields connector.Fields) store.Details {
	return store.Details{
		Phone:    m.text(fields, connector.MeansPhone),
		Website:  m.text(fields, connector.MeansWebsite),
		Street:   m.text(fields, connector.MeansStreet),
		Street2:  m.text(fields, connector.MeansStreet2),
		City:     m.text(fields, connector.MeansCity),
		State:    m.text(fields, connector.MeansState),
		Postcode: m.text(fields, connector.MeansPostcode),
		Country:  m.text(fields, connector.MeansCountry),
	}
}
