package dovetail

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/dovetail-sync/dovetail/connector"
	"github.com/dovetail-sync/dovetail/matching"
	"github.com/dovetail-sync/dovetail/store"
)

// create makes a company for the upstream one. The intent is noted before and
// settled after, so that a crash between the two can't make a second company.
func (d *decider) create(ctx context.Context, decision Decision, match store.Match, row store.MirrorRow) (store.Match, error) {
	if match.State == store.MatchMatched {
		return match, fmt.Errorf("create %q: it is matched already (unmatch it first): %w", row.Name, store.ErrRefused)
	}
	if same, ok := d.here.byKey[matching.StrictKey(row.Name)]; ok {
		made := ""
		if !same.Created.IsZero() && now().Sub(same.Created) < 24*time.Hour {
			made = ", made within the last day"
		}
		return match, fmt.Errorf("create %q: company %q (%s) has that name here%s (match it instead): %w", row.Name, same.Name, same.ID, made, store.ErrRefused)
	}
	draft, err := newCompanyOf(d.info, row)
	if err == nil {
		err = d.notInDoubt(ctx, row.ID)
	}
	if err != nil {
		return match, fmt.Errorf("create %q: %w", row.Name, err)
	}
	if d.docs.Capabilities().Joint {
		return d.createJointly(ctx, decision, match, row, draft)
	}
	open := store.OpenWrite{Intent: d.ids.next("intent"), Record: row.ID, Name: draft.Name, By: d.by, At: now()}
	d.intents.begin(open.Intent)
	defer d.intents.end(open.Intent)
	err = d.ledger.Update(ctx, func(_ context.Context, w store.Writer) error { return w.PutOpenWrite(open) })
	if err != nil {
		return match, fmt.Errorf("create %q: %w", row.Name, err)
	}
	company, err := d.docs.CreateCompany(ctx, draft, store.Intent{ID: open.Intent, By: d.by})
	switch {
	case store.Settled(err):
		return match, errors.Join(fmt.Errorf("create %q: %w", row.Name, err), d.closeWrite(ctx, open.Intent))
	case err != nil:
		open.Problem = err.Error()
		// Noted also when the caller has given up. Without the note the open write
		// says as much.
		_ = d.ledger.Update(context.WithoutCancel(ctx), func(_ context.Context, w store.Writer) error { return w.PutOpenWrite(open) })
		return match, fmt.Errorf("create %q: whether it was made could not be told; it is looked up before it is tried again: %w", row.Name, err)
	}
	d.here.add(company)
	return d.note(ctx, decision, match, store.MatchMatched, company.ID, &creation{intent: open.Intent, sent: draft, stored: company})
}

// notInDoubt refuses a second create while the outcome of the first can't be
// told.
func (d *decider) notInDoubt(ctx context.Context, id store.RecordID) error {
	uncertain, err := d.Uncertain(ctx, id.Integration)
	if err != nil {
		return err
	}
	for _, o := range uncertain {
		if o.Record == id {
			return fmt.Errorf("%w: whether the create of %s was carried out can't be told yet (look for the company and match it, or say with Resolve that it was not made)",
				store.ErrRefused, o.At.Format(time.RFC3339))
		}
	}
	return nil
}

// newCompanyOf is the company to be made for an upstream one.
func newCompanyOf(info connector.Info, row store.MirrorRow) (store.NewCompany, error) {
	fields, err := decodeFields(row.Data)
	if err != nil {
		return store.NewCompany{}, err
	}
	kind, _ := info.Kind(info.Container)
	name := strings.TrimSpace(row.Name)
	if name == "" {
		return store.NewCompany{}, fmt.Errorf("it has no name upstream (name it there, or match it to a company here): %w", store.ErrRefused)
	}
	return store.NewCompany{Name: name, Details: meaningsOf(kind).details(fields)}, nil
}

// creation is a company that was made for a decision.
type creation struct {
	intent string
	sent   store.NewCompany
	stored store.Company
}

// wrote is what the creation wrote, for telling later whether a person changed
// it.
func (c *creation) wrote(at time.Time) map[string]store.Written {
	sent, stored := detailTexts(c.sent.Name, c.sent.Details), detailTexts(c.stored.Name, c.stored.Details)
	wrote := make(map[string]store.Written)
	for detail, text := range sent {
		if text != "" {
			wrote[detail] = store.Written{Sent: connector.Text(text), Value: connector.Text(stored[detail]), At: at}
		}
	}
	return wrote
}

// createJointly makes the company and notes the decision in one transaction.
func (d *decider) createJointly(ctx context.Context, decision Decision, seen store.Match, row store.MirrorRow, draft store.NewCompany) (match store.Match, err error) {
	var company store.Company
	err = d.ledger.Update(ctx, func(ctx context.Context, w store.Writer) (err error) {
		intent := store.Intent{ID: d.ids.next("intent"), By: d.by}
		if company, err = d.docs.CreateCompany(ctx, draft, intent); err != nil {
			return err
		}
		match, err = d.put(w, decision, seen.ID, store.MatchMatched, company.ID, &creation{intent: intent.ID, sent: draft, stored: company})
		return err
	})
	if err != nil {
		return seen, fmt.Errorf("create %q: %w", row.Name, err)
	}
	d.here.add(company)
	return match, nil
}
