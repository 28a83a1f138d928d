package sqlstore

import (
	"slices"
	"time"

	"github.com/dovetail-sync/dovetail/connector"
	"github.com/dovetail-sync/dovetail/store"
)

func mirrorTable() table[store.MirrorRow, store.RecordID] {
	type T = store.MirrorRow
	return table[T, store.RecordID]{
		name: "mirror", what: "mirror row", keys: 3,
		key: func(m *T) store.RecordID { return m.ID }, clone: T.Clone,
		columns: slices.Concat(
			record(func(m *T) *store.RecordID { return &m.ID }),
			[]column[T]{
				text("container", func(m *T) *connector.Key { return &m.Container }),
				text("name", func(m *T) *string { return &m.Name }),
				text("type", func(m *T) *string { return &m.Type }),
				text("type_id", func(m *T) *string { return &m.TypeID }),
				number("status", func(m *T) *connector.Status { return &m.Status }),
				text("url", func(m *T) *string { return &m.URL }),
				moment("created_at", func(m *T) *time.Time { return &m.Created }),
				moment("updated_at", func(m *T) *time.Time { return &m.Updated }),
				text("hash", func(m *T) *string { return &m.Hash }),
				heavy(binary("data", func(m *T) *[]byte { return &m.Data })),
				heavy(binary("sealed", func(m *T) *[]byte { return &m.Sealed })),
				text("problem", func(m *T) *string { return &m.Problem }),
				moment("last_seen_at", func(m *T) *time.Time { return &m.LastSeen }),
				moment("first_seen_at", func(m *T) *time.Time { return &m.FirstSeen }),
				text("presence", func(m *T) *store.Presence { return &m.Presence }),
				moment("since", func(m *T) *time.Time { return &m.Since }),
				text("stamp", func(m *T) *string { return &m.Stamp }),
			},
			reason(func(m *T) *store.Reason { return &m.Disposition }),
		),
	}
}

// scan is a scan as it is kept.
type scan struct {
	store.Scan
	// marked says that its marks are kept: without it, no marks mean nothing.
	marked bool
}

func scansTable() table[scan, store.ScanID] {
	type T = scan
	return table[T, store.ScanID]{
		name: "scans", what: "scan", keys: 1,
		key:   func(s *T) store.ScanID { return s.ID },
		clone: func(s T) T { return T{s.Clone(), s.marked} },
		columns: []column[T]{
			text("id", func(s *T) *store.ScanID { return &s.ID }),
			text("integration", func(s *T) *store.IntegrationID { return &s.Integration }),
			text("kind", func(s *T) *connector.Kind { return &s.Kind }),
			encoded("within_keys", func(s *T) *[]connector.Key { return &s.Within }),
			text("state", func(s *T) *store.ScanState { return &s.State }),
			text("checkpoint", func(s *T) *connector.Checkpoint { return &s.Checkpoint }),
			number("pages", func(s *T) *int { return &s.Pages }),
			number("delivered", func(s *T) *int { return &s.Delivered }),
			number("rejected", func(s *T) *int { return &s.Rejected }),
			moment("started_at", func(s *T) *time.Time { return &s.Started }),
			moment("ended_at", func(s *T) *time.Time { return &s.Ended }),
			text("problem", func(s *T) *string { return &s.Problem }),
			flag("marked", func(s *T) *bool { return &s.marked }),
		},
	}
}

// mark notes that a scan delivered a record.
type mark struct {
	scan store.ScanID
	key  connector.Key
}

func seenTable() table[mark, mark] {
	return table[mark, mark]{
		name: "seen", what: "mark", keys: 2,
		key: func(m *mark) mark { return *m },
		columns: []column[mark]{
			text("scan", func(m *mark) *store.ScanID { return &m.scan }),
			text("record", func(m *mark) *connector.Key { return &m.key }),
		},
	}
}

// dispositionColumns are those of a mirror row's disposition.
func dispositionColumns() []string { return []string{"reason", "reason_args"} }
