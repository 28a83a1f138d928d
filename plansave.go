package dovetail

import (
	"context"

	"github.com/dovetail-sync/dovetail/connector"
	"github.com/dovetail-sync/dovetail/store"
)

// unsaved is what was decided and isn't written yet. Companies are mostly small,
// and a transaction costs a database as much as dozens of rows do: several
// companies are written in one. No company's plan looks at what another's says of
// its records.
type unsaved struct {
	changes      []store.Change
	dispositions []disposition
	conclusions  []conclusion
}

// mostUnsaved is how many changes, dispositions and conclusions are held at once.
const mostUnsaved = 500

// conclusion is what a company's plan notes about the company itself.
type conclusion func(w store.Writer) error

// save takes changes and dispositions to be stored, and what a conclusion says
// besides unless it is nil, and adds the changes to the fingerprint.
func (p *planner) save(ctx context.Context, changes []store.Change, dispositions []disposition, concluded conclusion) error {
	for i := range changes {
		p.plan.Changes++
		p.plan.Counts[changes[i].Action]++
		changes[i].Plan, changes[i].Seq = p.plan.ID, p.plan.Changes
		if changes[i].Hold != "" {
			p.plan.Held++
			changes[i].Outcome.State = store.OutcomeHeld
		}
		_, _ = p.digest.Write(canonical(changes[i]))
	}
	if p.dry() {
		return nil
	}
	u := &p.unsaved
	u.changes, u.dispositions = append(u.changes, changes...), append(u.dispositions, dispositions...)
	if concluded != nil {
		u.conclusions = append(u.conclusions, concluded)
	}
	if len(u.changes)+len(u.dispositions)+len(u.conclusions) < mostUnsaved {
		return nil
	}
	return p.flush(ctx)
}

// flush writes what isn't written yet.
func (p *planner) flush(ctx context.Context) error {
	u := &p.unsaved
	if len(u.changes)+len(u.dispositions)+len(u.conclusions) == 0 {
		return nil
	}
	err := p.ledger.Update(ctx, func(_ context.Context, w store.Writer) error {
		for _, c := range u.changes {
			if err := w.PutChange(c); err != nil {
				return err
			}
		}
		if err := putDispositions(w, u.dispositions); err != nil {
			return err
		}
		for _, conclude := range u.conclusions {
			if err := conclude(w); err != nil {
				return err
			}
		}
		return nil
	})
	u.changes, u.dispositions, u.conclusions = emptied(u.changes), emptied(u.dispositions), emptied(u.conclusions)
	return err
}

// emptied is a list without its items, for others in their place.
func emptied[T any](list []T) []T {
	clear(list)
	return list[:0]
}

// putDispositions notes the decisions that aren't what was noted before.
func putDispositions(w store.Writer, dispositions []disposition) error {
	for _, d := range dispositions {
		if sameReason(d.was, d.reason) {
			continue
		}
		if err := w.Dispose(d.id, d.reason); err != nil {
			return err
		}
	}
	return nil
}

// canonical is a change without what is generated anew for every plan.
func canonical(c store.Change) []byte {
	var buf []byte
	text := func(texts ...string) {
		for _, t := range texts {
			buf = connector.Text(t).AppendCanonical(buf)
		}
	}
	text(string(c.Action), string(c.Record.Integration), string(c.Record.Kind), string(c.Record.Key), c.Hash,
		string(c.Company), string(c.Home), string(c.Layout), string(c.Asset), c.Name, c.Was, string(c.Origin), string(c.To), string(c.Link), string(c.Other.Kind), string(c.Other.Key), c.Hold, c.Reason.Code)
	buf = connector.Bool(c.Provisional).AppendCanonical(buf)
	for _, set := range c.Set {
		text(string(set.Field))
		buf = set.To.AppendCanonical(set.From.AppendCanonical(buf))
	}
	d := c.Details
	text(c.Name, d.Phone, d.Website, d.Street, d.Street2, d.City, d.State, d.Postcode, d.Country)
	return buf
}
