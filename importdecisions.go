package dovetail

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/dovetail-sync/dovetail/store"
)

// importer carries out the decisions of a document.
type importer struct {
	decider
	doc     Transfer
	preview bool
	// sure says that the document's keys are known to be of this account.
	sure bool
}

func (e *Engine) importDecisions(ctx context.Context, req ImportRequest, integration store.Integration) (done []ImportedDecision, err error) {
	conn, err := e.connector(req.Transfer.Connector)
	if err != nil || len(req.Transfer.Decisions) == 0 {
		return nil, err
	}
	i := &importer{
		decider: decider{Engine: e, by: req.By, integration: integration, info: conn.Info()},
		doc:     req.Transfer, preview: req.Preview,
		sure: accountKnown(integration) && integration.Account == req.Transfer.Account,
	}
	if req.Preview {
		return i.all(ctx)
	}
	if _, i.settings, err = e.load(ctx, req.Integration); err != nil {
		return nil, err
	}
	err = e.alone(ctx, deciding, func(ctx context.Context) (err error) {
		if err := i.settleDecisions(ctx, integration.ID); err != nil {
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
	done := make([]ImportedDecision, len(i.doc.Decisions))
	order := make([]int, len(done))
	for n := range order {
		order[n] = n
	}
	slices.SortStableFunc(order, func(a, b int) int {
		return cmp.Compare(rank(i.doc.Decisions[a]), rank(i.doc.Decisions[b]))
	})
	for _, n := range order {
		if err := stillAt(ctx); err != nil {
			return nil, err
		}
		done[n] = i.one(ctx, i.doc.Decisions[n])
	}
	return done, nil
}

func rank(d TransferDecision) int {
	if d.Primary {
		return 0
	}
	return 1
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
	steps, err := i.rejections(ctx, d, match.ID)
	if err != nil {
		return ImportLeft, err
	}
	switch d.State {
	case store.MatchMatched:
		if err := i.checkTarget(company); err != nil {
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
		if match, err = i.decide(ctx, step); err != nil {
			return ImportLeft, err
		}
	}
	return state, nil
}

// rejections are those of the document that were not made here. What it rejects
// and isn't here can't be proposed either.
func (i *importer) rejections(ctx context.Context, d TransferDecision, id store.RecordID) (steps []Decision, err error) {
	rejected := make(map[store.CompanyID]bool)
	err = i.ledger.View(ctx, func(_ context.Context, r store.Reader) error {
		for rejection, err := range r.Rejections(id) {
			if err != nil {
				return err
			}
			rejected[rejection.Company] = true
		}
		return nil
	})
	for _, id := range d.Rejected {
		if company, none := i.company(id); none == nil && !rejected[company] {
			steps = append(steps, Decision{Verdict: VerdictReject, Company: company})
		}
	}
	return steps, err
}
