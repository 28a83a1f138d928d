package storetest

import (
	"iter"

	"github.com/dovetail-sync/dovetail/store"
)

// ledgerTables are all tables of a ledger.
func ledgerTables() []table {
	return []table{
		integrationTable(), settingsTable(), mirrorTable(), scanTable(), matchTable(), cardTable(),
		rejectionTable(), pinTable(), tombstoneTable(), overwrittenTable(), approvalTable(),
		planTable(), changeTable(), openWriteTable(), runTable(), journalTable(), dueTable(), claimTable(),
	}
}

func integrationTable() table {
	return tableOf[store.Integration]{
		name: "integration", parts: []string{"ID"},
		key: func(i store.Integration) string { return string(i.ID) },
		put: store.Writer.PutIntegration,
		get: func(r store.Reader, i store.Integration) (store.Integration, error) { return r.Integration(i.ID) },
		lists: []listOf[store.Integration]{{
			name: "Integrations", arg: none[store.Integration],
			read: func(r store.Reader, _ store.Integration) iter.Seq2[store.Integration, error] { return r.Integrations() },
		}},
	}.table()
}

func settingsTable() table {
	return tableOf[store.Settings]{
		name: "settings", parts: []string{"Integration", "Version"}, once: true,
		key: func(s store.Settings) string { return keyOf(string(s.Integration), numberKey(s.Version)) },
		put: store.Writer.PutSettings,
		get: func(r store.Reader, s store.Settings) (store.Settings, error) {
			return r.Settings(s.Integration, s.Version)
		},
	}.table()
}

func mirrorTable() table {
	kindOf := func(m store.MirrorRow) string { return keyOf(string(m.ID.Integration), string(m.ID.Kind)) }
	return tableOf[store.MirrorRow]{
		name: "mirror row", parts: []string{"ID.Integration", "ID.Kind", "ID.Key", "Container"},
		key: func(m store.MirrorRow) string { return recordKey(m.ID) },
		put: store.Writer.PutMirrorRow,
		get: func(r store.Reader, m store.MirrorRow) (store.MirrorRow, error) { return r.MirrorRow(m.ID) },
		lists: []listOf[store.MirrorRow]{
			{
				name: "Mirror of a kind", arg: kindOf,
				read: func(r store.Reader, m store.MirrorRow) iter.Seq2[store.MirrorRow, error] {
					return r.Mirror(store.MirrorQuery{Integration: m.ID.Integration, Kind: m.ID.Kind})
				},
			},
			{
				name: "Mirror of a container", arg: func(m store.MirrorRow) string { return keyOf(kindOf(m), string(m.Container)) },
				read: func(r store.Reader, m store.MirrorRow) iter.Seq2[store.MirrorRow, error] {
					return r.Mirror(store.MirrorQuery{Integration: m.ID.Integration, Kind: m.ID.Kind, Container: &m.Container})
				},
			},
		},
	}.table()
}

func scanTable() table {
	kindOf := func(s store.Scan) string { return keyOf(string(s.Integration), string(s.Kind)) }
	return tableOf[store.Scan]{
		name: "scan", parts: []string{"ID", "Integration", "Kind"},
		key: func(s store.Scan) string { return string(s.ID) },
		put: store.Writer.PutScan,
		lists: []listOf[store.Scan]{
			{
				name: "LastScan", arg: kindOf, last: true,
				read: func(r store.Reader, s store.Scan) iter.Seq2[store.Scan, error] {
					return lastOf(func() (store.Scan, error) { return r.LastScan(s.Integration, s.Kind) })
				},
			},
			{
				name: "LastComplete", arg: kindOf, last: true,
				holds: func(like, s store.Scan) bool {
					return kindOf(like) == kindOf(s) && s.State.Complete() && len(s.Within) == 0
				},
				read: func(r store.Reader, s store.Scan) iter.Seq2[store.Scan, error] {
					return lastOf(func() (store.Scan, error) { return r.LastComplete(s.Integration, s.Kind) })
				},
			},
		},
	}.table()
}

func matchTable() table {
	return tableOf[store.Match]{
		name: "match", parts: []string{"ID.Integration", "ID.Kind", "ID.Key", "Company"},
		key: func(m store.Match) string { return recordKey(m.ID) },
		put: store.Writer.PutMatch,
		get: func(r store.Reader, m store.Match) (store.Match, error) { return r.Match(m.ID) },
		lists: []listOf[store.Match]{
			{
				name: "Matches", arg: func(m store.Match) string { return string(m.ID.Integration) },
				read: func(r store.Reader, m store.Match) iter.Seq2[store.Match, error] { return r.Matches(m.ID.Integration) },
			},
			{
				name: "MatchesOf", arg: func(m store.Match) string { return string(m.Company) },
				read: func(r store.Reader, m store.Match) iter.Seq2[store.Match, error] { return r.MatchesOf(m.Company) },
			},
		},
	}.table()
}

func cardTable() table {
	return tableOf[store.Card]{
		name: "card", parts: []string{"ID.Integration", "ID.Kind", "ID.Key", "Company"},
		key: func(c store.Card) string { return recordKey(c.ID) },
		put: store.Writer.PutCard,
		get: func(r store.Reader, c store.Card) (store.Card, error) { return r.Card(c.ID) },
		del: func(w store.Writer, c store.Card) error { return w.DeleteCard(c.ID) },
		lists: []listOf[store.Card]{
			{
				name: "Cards", arg: func(c store.Card) string { return string(c.ID.Integration) },
				read: func(r store.Reader, c store.Card) iter.Seq2[store.Card, error] { return r.Cards(c.ID.Integration) },
			},
			{
				name: "CardsOf", arg: func(c store.Card) string { return string(c.Company) },
				read: func(r store.Reader, c store.Card) iter.Seq2[store.Card, error] { return r.CardsOf(c.Company) },
			},
		},
	}.table()
}

func dueTable() table {
	return tableOf[store.Due]{
		name: "due time", parts: []string{"Integration"},
		key: func(d store.Due) string { return string(d.Integration) },
		put: store.Writer.PutDue,
		get: func(r store.Reader, d store.Due) (store.Due, error) { return r.Due(d.Integration) },
		del: func(w store.Writer, d store.Due) error { return w.DeleteDue(d.Integration) },
	}.table()
}

func claimTable() table {
	return tableOf[store.Claim]{
		name: "claim", parts: []string{"Work"},
		key: func(c store.Claim) string { return c.Work },
		put: store.Writer.PutClaim,
		get: func(r store.Reader, c store.Claim) (store.Claim, error) { return r.Claim(c.Work) },
	}.table()
}
