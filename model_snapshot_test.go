package dovetail_test

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/dovetail-sync/dovetail/connector"
	"github.com/dovetail-sync/dovetail/store"

	"github.com/google/go-cmp/cmp"
)

// snapshot is all that a run may change.
type snapshot struct {
	companies   map[store.CompanyID]store.Company
	assets      map[store.AssetID]store.Asset
	cards       map[store.RecordID]store.Card
	rows        map[store.RecordID]store.MirrorRow
	overwritten []store.Overwritten
	open        []store.OpenWrite
	plans       [2]store.PlanID
}

func (w *modelWorld) snap() snapshot {
	s := snapshot{
		companies: make(map[store.CompanyID]store.Company), assets: make(map[store.AssetID]store.Asset),
		cards: make(map[store.RecordID]store.Card), rows: make(map[store.RecordID]store.MirrorRow),
	}
	for c, err := range w.db.Documents().Companies(w.ctx) {
		must(err)
		c.Version = ""
		s.companies[c.ID] = c
		for a, err := range w.db.Documents().Assets(w.ctx, c.ID) {
			must(err)
			a.Version = ""
			s.assets[a.ID] = a
		}
	}
	must(w.db.Ledger().View(w.ctx, func(_ context.Context, r store.Reader) error {
		for in, id := range modelIDs {
			for c, err := range r.Cards(id) {
				must(err)
				s.cards[c.ID] = c
			}
			for row, err := range r.Mirror(store.MirrorQuery{Integration: id, Kind: kindDevice}) {
				must(err)
				s.rows[row.ID] = row
			}
			for o, err := range r.OpenWrites(id) {
				must(err)
				s.open = append(s.open, o)
			}
			plan, err := r.LastPlan(id)
			if !errors.Is(err, store.ErrNotFound) {
				must(err)
			}
			s.plans[in] = plan.ID
		}
		for o, err := range r.Overwritten(store.OverwrittenQuery{}) {
			must(err)
			s.overwritten = append(s.overwritten, o)
		}
		return nil
	}))
	return s
}

// on are the cards on an asset.
func (s snapshot) on(id store.AssetID) (cards []store.Card) {
	for _, c := range s.cards {
		if c.Asset == id {
			cards = append(cards, c)
		}
	}
	return cards
}

// in are the assets in a company, by id.
func (s snapshot) in(id store.CompanyID) (assets []store.Asset) {
	for _, key := range slices.Sorted(maps.Keys(s.assets)) {
		if s.assets[key].Company == id {
			assets = append(assets, s.assets[key])
		}
	}
	return assets
}

func (s snapshot) sameDocuments(other snapshot) bool { return s.diff(other) == "" }

// diff compares the documents, but for when they were made.
func (s snapshot) diff(other snapshot) string {
	view := func(s snapshot) map[string]string {
		lines := make(map[string]string)
		for id, c := range s.companies {
			lines[string(id)] = fmt.Sprintf("%s %+v %t", c.Name, c.Details, c.Archived)
		}
		for id, a := range s.assets {
			lines[string(id)] = fmt.Sprintf("%s in %s of %s %v %t", a.Name, a.Company, a.Layout, textsOf(a.Values), a.Archived)
		}
		return lines
	}
	return cmp.Diff(view(s), view(other))
}

func textsOf(values store.Values) map[string]string {
	texts := make(map[string]string)
	for id, v := range values {
		if !v.IsBlank() {
			texts[string(id)] = v.String()
		}
	}
	return texts
}

// carryOut does to the documents of a snapshot what a change says.
func (s snapshot) carryOut(c store.Change) {
	if c.Action == store.ActionDetails {
		company := s.companies[c.Company]
		if c.Name != "" {
			company.Name = c.Name
		}
		if c.Details.Phone != "" {
			company.Details.Phone = c.Details.Phone
		}
		s.companies[c.Company] = company
		return
	}
	if c.Asset == "" && c.Action != store.ActionCreate {
		c.Asset = c.Outcome.Asset // it joins one that the same plan makes
	}
	a := s.assets[c.Asset]
	a.Values = maps.Clone(a.Values)
	switch c.Action {
	case store.ActionCreate:
		a = store.Asset{ID: c.Outcome.Asset, Company: c.Company, Layout: c.Layout, Name: c.Name}
	case store.ActionMove:
		a.Company = c.Company
	case store.ActionArchive:
		a.Archived = true
	case store.ActionRefile:
		a.Layout, a.Values = c.Layout, store.Values{}
		for _, set := range c.Set {
			a.Values[set.Field] = set.From
		}
		s.assets[a.ID] = a
		return
	case store.ActionOrphan, store.ActionFreeze, store.ActionDetach, store.ActionBury, store.ActionLink, store.ActionUnlink, store.ActionPin:
		return
	default:
		if c.Name != "" {
			a.Name = c.Name
		}
	}
	if a.Values == nil {
		a.Values = store.Values{}
	}
	for _, set := range c.Set {
		a.Values[set.Field] = set.To
	}
	s.assets[a.ID] = a
}

// portrait describes the end of a history in words that hold whatever ids there
// are.
func (w *modelWorld) portrait() []string {
	s := w.snap()
	var lines []string
	name := func(id store.AssetID) string {
		a := s.assets[id]
		return fmt.Sprintf("%s/%s/%s/%s", s.companies[a.Company].Name, w.layout(a.Layout).Name, a.Name, a.Values[w.layout(a.Layout).Fields[1].ID])
	}
	for _, c := range s.companies {
		lines = append(lines, fmt.Sprintf("company %s %+v %t", c.Name, c.Details, c.Archived))
	}
	for id, a := range s.assets {
		var values []string
		for _, f := range w.layout(a.Layout).Fields {
			values = append(values, f.Name+"="+a.Values[f.ID].String())
		}
		lines = append(lines, fmt.Sprintf("asset %s %q %t", name(id), values, a.Archived))
	}
	for id, c := range s.cards {
		lines = append(lines, fmt.Sprintf("card %s %s on %s, %s", id, c.State, name(c.Asset), c.Origin))
	}
	for id, row := range s.rows {
		lines = append(lines, fmt.Sprintf("record %s %q %s", id, row.Presence, row.Disposition.Code))
	}
	slices.Sort(lines)
	return lines
}

// textOf is a value of an asset by the number of its field.
func (w *modelWorld) textOf(a store.Asset, field int) string {
	return a.Values[w.layout(a.Layout).Fields[field].ID].String()
}

// recordOf is the record whose own value an asset shows.
func (t *truth) recordOf(a store.Asset) (id store.RecordID) {
	var key, org string
	var rev, in int
	text := t.w.textOf(a, 1)
	if n, _ := fmt.Sscanf(strings.NewReplacer(",", " ", "@", " @ ").Replace(text), "model of %s %d @ %1d%s", &key, &rev, &in, &org); n != 4 {
		return id
	}
	return store.RecordID{Integration: modelID(in), Kind: kindDevice, Key: connector.Key(key)}
}
