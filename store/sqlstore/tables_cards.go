package sqlstore

import (
	"slices"
	"time"

	"github.com/dovetail-sync/dovetail/connector"
	"github.com/dovetail-sync/dovetail/store"
)

func matchesTable() table[store.Match, store.RecordID] {
	type T = store.Match
	return table[T, store.RecordID]{
		name: "matches", what: "match", keys: 3,
		key: func(m *T) store.RecordID { return m.ID }, clone: T.Clone,
		columns: slices.Concat(
			record(func(m *T) *store.RecordID { return &m.ID }),
			[]column[T]{
				text("state", func(m *T) *store.MatchState { return &m.State }),
				text("company", func(m *T) *store.CompanyID { return &m.Company }),
				flag("is_primary", func(m *T) *bool { return &m.Primary }),
				text("match_group", func(m *T) *store.MatchGroup { return &m.Group }),
				encoded("suggestions", func(m *T) *[]store.Suggestion { return &m.Suggestions }),
				encoded("counts", func(m *T) *map[connector.Kind]int { return &m.Counts }),
				encoded("counts_before", func(m *T) *map[connector.Kind]int { return &m.Before }),
				wrote("wrote", func(m *T) *map[string]store.Written { return &m.Wrote }),
				text("leave_policy", func(m *T) *store.LeavePolicy { return &m.Leave }),
				text("merged_into", func(m *T) *connector.Key { return &m.Merged.Into }),
				text("merge_answer", func(m *T) *store.MergeAnswer { return &m.Merged.Answer }),
				moment("imported_at", func(m *T) *time.Time { return &m.Imported }),
				moment("at_time", func(m *T) *time.Time { return &m.At }),
				number("revision", func(m *T) *int64 { return &m.Revision }),
			},
			actor(func(m *T) *store.Actor { return &m.By }),
		),
	}
}

// cardCompaniesTable is the table of cards as a list of companies. It is only
// read.
func cardCompaniesTable() table[store.CompanyID, store.CompanyID] {
	type T = store.CompanyID
	return table[T, T]{
		name: "cards", what: "company of cards", keys: 1,
		key:     func(c *T) T { return *c },
		columns: []column[T]{text("company", func(c *T) *T { return c })},
	}
}

func cardsTable() table[store.Card, store.RecordID] {
	type T = store.Card
	return table[T, store.RecordID]{
		name: "cards", what: "card", keys: 3,
		key: func(c *T) store.RecordID { return c.ID }, clone: T.Clone,
		columns: slices.Concat(
			record(func(c *T) *store.RecordID { return &c.ID }),
			[]column[T]{
				text("asset", func(c *T) *store.AssetID { return &c.Asset }),
				text("company", func(c *T) *store.CompanyID { return &c.Company }),
				text("home", func(c *T) *store.CompanyID { return &c.Home }),
				text("container", func(c *T) *connector.Key { return &c.Container }),
				text("layout", func(c *T) *store.LayoutID { return &c.Layout }),
				text("state", func(c *T) *store.CardState { return &c.State }),
				text("origin", func(c *T) *store.Origin { return &c.Origin }),
				flag("provisional", func(c *T) *bool { return &c.Provisional }),
				flag("pinned", func(c *T) *bool { return &c.Pinned }),
				text("name", func(c *T) *string { return &c.Name }),
				text("type", func(c *T) *string { return &c.Type }),
				text("url", func(c *T) *string { return &c.URL }),
				text("hash", func(c *T) *string { return &c.Hash }),
				heavy(binary("data", func(c *T) *[]byte { return &c.Data })),
				heavy(wrote("wrote", func(c *T) *map[store.FieldID]store.Written { return &c.Wrote })),
				heavy(encoded("links", func(c *T) *[]store.CardLink { return &c.Links })),
				moment("since", func(c *T) *time.Time { return &c.Since }),
				text("run", func(c *T) *store.RunID { return &c.Run }),
			},
		),
	}
}
