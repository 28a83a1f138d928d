package dovetail

import (
	"cmp"
	"context"
	"slices"
	"strconv"

	"github.com/dovetail-sync/dovetail/connector"
	"github.com/dovetail-sync/dovetail/store"
)

// retyped is a change of the type of some records.
type retyped struct {
	kind     connector.Kind
	from, to string
}

// compare notes a record whose type was another one when it was last decided about.
func (t *types) compare(row store.MirrorRow, card store.Card) {
	before := ""
	switch {
	case ReasonCode(row.Disposition.Code) == ReasonSkippedType:
		before = row.Disposition.Args["type"]
	case card.State == store.CardActive:
		before = card.Type
	}
	if before != "" && row.Type != "" && !sameType(before, row.Type) {
		t.changed[retyped{row.ID.Kind, before, row.Type}]++
	}
}

// noteRenames says of the types that no record has any more, and that other ones
// have taken the place of, that they may have been renamed: rules and the skip
// list may name them still.
func (p *planner) noteRenames(ctx context.Context) error {
	if len(p.types.changed) == 0 {
		return nil
	}
	err := p.heads(ctx, func(row store.MirrorRow) {
		for change := range p.types.changed {
			if row.Presence != store.Gone && change.kind == row.ID.Kind && sameType(change.from, row.Type) {
				delete(p.types.changed, change) // it is in use
			}
		}
	})
	if err != nil {
		return err
	}
	var notes []store.Reason
	for change, count := range p.types.changed {
		kind, _ := p.info.Kind(change.kind)
		notes = append(notes, reason(ReasonTypeRenamed, "from", change.from, "to", change.to, "kind", kind.Plural, "count", strconv.Itoa(count)))
	}
	slices.SortFunc(notes, func(a, b store.Reason) int { return cmp.Compare(Sentence(a), Sentence(b)) })
	p.plan.Notes = append(p.plan.Notes, notes...)
	return nil
}
