package dovetail

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/dovetail-sync/dovetail/connector"
	"github.com/dovetail-sync/dovetail/store"
)

// typeKey names a type of record: by its id where the upstream has one, so that
// a rename is no new type.
type typeKey struct {
	kind     connector.Kind
	id, name string
}

func typeOf(row store.MirrorRow) typeKey {
	if row.TypeID != "" {
		return typeKey{kind: row.ID.Kind, id: row.TypeID}
	}
	return typeKey{kind: row.ID.Kind, name: strings.ToLower(strings.TrimSpace(row.Type))}
}

// newType is a type all of whose records are new, as far as the plan has seen
// them.
type newType struct {
	name  string
	count int
}

// types are the types of the records that a plan looks at.
type types struct {
	// since is when the plan that was applied last was made. Zero: none was, and
	// every type is new.
	since time.Time
	fresh map[typeKey]newType
	known map[typeKey]bool
	// changed counts the records whose type is another one than before.
	changed map[retyped]int
}

// loadTypes notes what counts as new.
func (p *planner) loadTypes(r store.Reader) error {
	last, err := r.Plan(p.integration.Applied)
	if err != nil && !errors.Is(err, store.ErrNotFound) {
		return err
	}
	p.types = types{since: last.At, fresh: make(map[typeKey]newType), known: make(map[typeKey]bool), changed: make(map[retyped]int)}
	return nil
}

// see notes the type of a record that is here.
func (t *types) see(row store.MirrorRow) {
	key := typeOf(row)
	if t.since.IsZero() || key == (typeKey{kind: row.ID.Kind}) {
		return
	}
	if !row.FirstSeen.After(t.since) {
		t.known[key] = true
		return
	}
	of := t.fresh[key]
	t.fresh[key] = newType{name: cmp.Or(of.name, row.Type), count: of.count + 1}
}

// noteTypes announces the types that no record had before: rules and defaults
// have placed theirs, and a person should know.
func (p *planner) noteTypes(ctx context.Context) error {
	for key := range p.types.known {
		delete(p.types.fresh, key)
	}
	if len(p.types.fresh) == 0 {
		return nil
	}
	// One that is new among what was looked at may be old elsewhere.
	err := p.heads(ctx, func(row store.MirrorRow) {
		if !row.FirstSeen.After(p.types.since) {
			delete(p.types.fresh, typeOf(row))
		}
	})
	if err != nil {
		return err
	}
	var notes []store.Reason
	for key, of := range p.types.fresh {
		kind, _ := p.info.Kind(key.kind)
		notes = append(notes, reason(ReasonNewType, "type", of.name, "kind", kind.Plural, "count", strconv.Itoa(of.count)))
	}
	slices.SortFunc(notes, func(a, b store.Reason) int { return cmp.Compare(Sentence(a), Sentence(b)) })
	p.plan.Notes = append(p.plan.Notes, notes...)
	return nil
}

// heads goes through the heads of all that was read.
func (p *planner) heads(ctx context.Context, see func(store.MirrorRow)) error {
	return p.ledger.View(ctx, func(_ context.Context, r store.Reader) error {
		for _, kind := range p.info.Kinds {
			for row, err := range r.Mirror(store.MirrorQuery{Integration: p.integration.ID, Kind: kind.Kind, Heads: true}) {
				if err != nil {
					return err
				}
				see(row)
			}
		}
		return nil
	})
}
