package restplatform

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"iter"
	"net/http"
	"strings"
	"time"

	"github.com/dovetail-sync/dovetail/connector"
	"github.com/dovetail-sync/dovetail/store"
)

// companyRecord is a company as the API shows it. Null reads as a blank.
type companyRecord struct {
	ID           int64           `json:"id"`
	Name         string          `json:"name"`
	Phone        string          `json:"phone_number"`
	Website      string          `json:"website"`
	Street       string          `json:"address_line_1"`
	Street2      string          `json:"address_line_2"`
	City         string          `json:"city"`
	State        string          `json:"state"`
	Zip          string          `json:"zip"`
	Country      string          `json:"country_name"`
	Archived     bool            `json:"archived"`
	Created      string          `json:"created_at"`
	Integrations []foreignRecord `json:"integrations"`
}

func (r companyRecord) identity() int64 { return r.ID }

// foreignRecord is another system's record: a company's integration or an
// asset's card.
type foreignRecord struct {
	System     string      `json:"integrator_name"`
	Kind       string      `json:"sync_type"`
	Number     json.Number `json:"sync_id"`
	Identifier string      `json:"identifier"`
	CardText   string      `json:"sync_identifier"`
}

func (r companyRecord) company() store.Company {
	c := store.Company{
		ID: formatID[store.CompanyID](r.ID), Name: r.Name, Archived: r.Archived, Created: parseStamp(r.Created),
		Foreign: foreign(r.Integrations, "company"),
		Details: store.Details{
			Phone: r.Phone, Website: r.Website, Street: r.Street, Street2: r.Street2, City: r.City, State: r.State, Postcode: r.Zip,
			Country: r.Country,
		},
	}
	for _, text := range append(detailTexts(&c.Details), &c.Name) {
		*text = connector.CleanText(*text)
	}
	return c
}

// foreign are the records of other systems. Where the platform doesn't say what
// kind of record it is, it is of the kind given.
func foreign(records []foreignRecord, kind string) []store.ExternalRef {
	var refs []store.ExternalRef
	for _, r := range records {
		ref := store.ExternalRef{System: r.System, Kind: r.Kind, ID: r.Number.String()}
		if ref.Kind == "" {
			ref.Kind = kind
		}
		if ref.ID == "" {
			ref.ID = r.Identifier + r.CardText // one of them is blank
		}
		if ref.System != "" && ref.ID != "" {
			refs = append(refs, ref)
		}
	}
	return refs
}

// parseStamp reads a time. One that can't be read is unknown.
func parseStamp(text string) time.Time {
	at, err := time.Parse(time.RFC3339Nano, text)
	if err != nil {
		return time.Time{}
	}
	return connector.CleanTime(at)
}

// Companies implements store.Companies.
func (d *Documents) Companies(ctx context.Context) iter.Seq2[store.Company, error] {
	return func(yield func(store.Company, error) bool) {
		for r, err := range everything[companyRecord](ctx, d, request{op: "list companies", path: "/companies"}, "companies") {
			if err != nil {
				yield(store.Company{}, err)
				return
			}
			if !yield(r.company(), nil) {
				return
			}
		}
	}
}

// Company implements store.Companies.
func (d *Documents) Company(ctx context.Context, id store.CompanyID) (store.Company, error) {
	r, err := d.readCompany(ctx, fmt.Sprintf("company %q", id), id)
	if err != nil {
		return store.Company{}, err
	}
	return r.company(), nil
}

func (d *Documents) readCompany(ctx context.Context, op string, id store.CompanyID) (companyRecord, error) {
	if _, ok := parseID(id); !ok {
		return companyRecord{}, notFound(op)
	}
	return one[companyRecord](ctx, d, request{op: op, path: "/companies/" + string(id)}, "company")
}

// openCompany returns nil for a company that assets can come into.
func (d *Documents) openCompany(ctx context.Context, op string, id store.CompanyID) error {
	r, err := d.readCompany(ctx, op, id)
	switch {
	case isNotFound(err):
		return refuse(op, "company %q isn't there", id)
	case err != nil:
		return before(err)
	case r.Archived:
		return refuse(op, "company %q is archived", id) // the platform would take it
	}
	return nil
}

func isNotFound(err error) bool { return errors.Is(err, store.ErrNotFound) }

// CreateCompany implements store.Companies.
func (d *Documents) CreateCompany(ctx context.Context, c store.NewCompany, _ store.Intent) (store.Company, error) {
	const op = "create company"
	name, err := cleanName(op, c.Name)
	if err != nil {
		return store.Company{}, err
	}
	body := detailsBody(c.Details)
	body["name"] = name
	r, err := write[companyRecord](ctx, d, request{op: op, method: http.MethodPost, path: "/companies", body: body}, "company")
	if err != nil {
		return store.Company{}, err
	}
	return r.company(), nil
}

// UpdateCompany implements store.Companies.
func (d *Documents) UpdateCompany(ctx context.Context, p store.CompanyPatch, _ store.Intent) (store.Company, error) {
	op := fmt.Sprintf("update company %q", p.ID)
	if _, ok := parseID(p.ID); !ok {
		return store.Company{}, notFound(op)
	}
	body := detailsBody(p.Details)
	if p.Name != "" {
		name, err := cleanName(op, p.Name)
		if err != nil {
			return store.Company{}, err
		}
		body["name"] = name
	}
	if len(body) == 0 {
		return d.Company(ctx, p.ID)
	}
	q := request{op: op, method: http.MethodPut, path: "/companies/" + string(p.ID), body: body}
	r, err := write[companyRecord](ctx, d, q, "company")
	if err != nil {
		return store.Company{}, err
	}
	return r.company(), nil
}

// detailsBody are the details that aren't blank, by the API's names.
func detailsBody(details store.Details) map[string]any {
	body := map[string]any{}
	for i, text := range detailTexts(&details) {
		if text := strings.TrimSpace(connector.CleanText(*text)); text != "" {
			body[companyDetails()[i]] = text
		}
	}
	return body
}

// detailTexts are the details in the order of companyDetails.
func detailTexts(d *store.Details) []*string {
	return []*string{&d.Phone, &d.Website, &d.Street, &d.Street2, &d.City, &d.State, &d.Postcode, &d.Country}
}
