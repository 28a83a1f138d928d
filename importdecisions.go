package dovetail

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/dovetail-sync/dovetail/connector"
	"github.com/dovetail-sync/dovetail/store"
)

// importer carries out the decisions of a document.
type importer struct {
	decider
	doc     Transfer
	preview bool
	// sure says that the document's keys are known to be of this account.
	sure bool
	// rejected are the companies here that upstream companies are said not to be.
	rejected map[connector.Key][]store.CompanyID
	// given are the companies here that a preview has matched.
	given map[store.CompanyID]bool
}

func (e *Engine) importDecisions(ctx context.Context, req ImportRequest, d decider) (done []ImportedDecision, err error) {
	i := &importer{
		decider: d, doc: req.Transfer, preview: req.Preview, given: make(map[store.CompanyID]bool),
		sure: accountKnown(d.integration) && d.integration.Account == req.Transfer.Account,
	}
	if len(i.doc.Decisions) == 0 || i.preview {
		return i.all(ctx)
	}
	err = e.alone(ctx, deciding, func(ctx context.Context) (err error) {
		if err := i.settleDecisions(ctx, d.integration.ID); err != nil {
			return err
		}
		done, err = i.all(ctx)
		return err
	})
	return done, err
}

// all carries out the decisions, the primary companies' before the others.
func (i *importer) all(ctx context.Context) ([]ImportedDecision, error) {
	companies, err := i.companiesHere(ctx)
	if err != nil {
		return nil, err
	}
	i.here = newHere(companies)
	if i.rejected, err = i.rejectedCompanies(ctx, i.integration.ID, i.info.Container); err != nil {
		return nil, err
	}
	done := make([]ImportedDecision, len(i.doc.Decisions))
	for _, primary := range []bool{true, false} {
		for n, d := range i.doc.Decisions {
			if d.Primary != primary {
				continue
			}
			if err := stillAt(ctx); err != nil {
				return nil, err
			}
			done[n] = i.one(ctx, d)
		}
	}
	return done, nil
}

// one carries out one decision, or says why it is left.
func (i *importer) one(ctx context.Context, d TransferDecision) ImportedDecision {
	done := ImportedDecision{Decision: d, State: ImportLeft}
	match, err := i.undecided(ctx, d)
	if err == nil {
		done.Company, err = i.company(d.Company)
	}
	switch {
	case err != nil:
	case !undecidedState(match.State):
		if err = sameDecision(match, d, done.Company); err == nil {
			done.State = ImportSame
		}
	default:
		done.State, err = i.carryOut(ctx, d, match, done.Company)
	}
	if err != nil {
		done.State, done.Note = ImportLeft, err.Error()
	}
	return done
}

// undecided returns the match that a decision is about, or why that can't be told.
func (i *importer) undecided(ctx context.Context, d TransferDecision) (store.Match, error) {
	if !i.sure && accountKnown(i.integration) && accountKnown(store.Integration{Account: i.doc.Account}) {
		return store.Match{}, fmt.Errorf("the document is about account %q, and this is %q: its companies are others", i.doc.Account, i.integration.Account)
	}
	match, row, err := i.find(ctx, store.RecordID{Integration: i.integration.ID, Kind: i.info.Container, Key: d.Key})
	switch {
	case errors.Is(err, store.ErrNotFound):
		return match, errors.New("it wasn't read yet (run the integration, then import again)")
	case err == nil && !i.sure && row.Name != d.Name:
		return match, fmt.Errorf("it is called %q upstream, and whether the document is about this account can't be told (decide about it by hand)", row.Name)
	}
	return match, err
}

// sameDecision returns nil if a company was decided about here as in the document.
func sameDecision(match store.Match, d TransferDecision, company store.CompanyID) error {
	if d.State == "" || match.State == d.State && match.Company == company {
		return nil
	}
	return fmt.Errorf("it was set to %s by %s here (decide about it by hand if that is wrong)", match.State, match.By)
}

// company returns the company here that the document means.
func (i *importer) company(id store.CompanyID) (store.CompanyID, error) {
	if id == "" {
		return "", nil
	}
	name := i.doc.Companies[id]
	company, n := onlyNamed(i.here.byID, id, name, func(c store.Company) string { return c.Name })
	if n != 1 {
		return "", fmt.Errorf("%s (decide about it by hand)", counted(n, "company", name))
	}
	return company.ID, nil
}

// carryOut decides about a company that nobody decided about here.
func (i *importer) carryOut(ctx context.Context, d TransferDecision, match store.Match, company store.CompanyID) (ImportState, error) {
	steps := i.rejections(d)
	switch d.State {
	case store.MatchMatched:
		if err := i.checkMatch(ctx, match.ID, company); err != nil {
			return ImportLeft, err
		}
		steps = append(steps, Decision{Verdict: VerdictMatch, Company: company})
	case store.MatchIgnored:
		steps = append(steps, Decision{Verdict: VerdictIgnore})
	default:
	}
	state := ImportSame
	for _, step := range steps {
		state = ImportDone
		if i.preview {
			continue
		}
		step.Key, step.Revision = d.Key, match.Revision
		var err error
		if match, err = i.decide(ctx, step); err != nil {
			return ImportLeft, err
		}
	}
	return state, nil
}

// checkMatch returns why a company can't be matched, before anything is done about
// it, or nil.
func (i *importer) checkMatch(ctx context.Context, id store.RecordID, company store.CompanyID) error {
	if err := i.checkTarget(company); err != nil {
		return err
	}
	if i.settings.OneToOne && i.given[company] {
		return fmt.Errorf("%w: another one of the document is matched to it, and by the settings no second one may be", store.ErrRefused)
	}
	i.given[company] = true
	return i.ledger.View(ctx, func(_ context.Context, r store.Reader) error { return i.checkAlone(r, id, company) })
}

// rejections are those of the document that were not made here. What it rejects
// and isn't here can't be proposed either.
func (i *importer) rejections(d TransferDecision) (steps []Decision) {
	for _, id := range d.Rejected {
		if company, none := i.company(id); none == nil && !slices.Contains(i.rejected[d.Key], company) {
			steps = append(steps, Decision{Verdict: VerdictReject, Company: company})
		}
	}
	return steps
}
