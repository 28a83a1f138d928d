package storetest

import (
	"iter"

	"github.com/dovetail-sync/dovetail/store"
)

func planTable() table {
	return tableOf[store.Plan]{
		name: "plan", parts: []string{"ID", "Integration"},
		key: func(p store.Plan) string { return string(p.ID) },
		put: store.Writer.PutPlan,
		get: func(r store.Reader, p store.Plan) (store.Plan, error) { return r.Plan(p.ID) },
		lists: []listOf[store.Plan]{
			{
				name: "LastPlan", arg: func(p store.Plan) string { return string(p.Integration) }, last: true,
				read: func(r store.Reader, p store.Plan) iter.Seq2[store.Plan, error] {
					return lastOf(func() (store.Plan, error) { return r.LastPlan(p.Integration) })
				},
			},
			{
				name: "Plans", arg: func(p store.Plan) string { return string(p.Integration) }, newest: true,
				read: func(r store.Reader, p store.Plan) iter.Seq2[store.Plan, error] { return r.Plans(p.Integration, "") },
			},
			{
				name: "Plans before one", few: true, newest: true, arg: func(p store.Plan) string { return keyOf(string(p.Integration), "before "+string(p.ID)) },
				holds: func(like, p store.Plan) bool { return p.Integration == like.Integration && p.ID < like.ID },
				read:  func(r store.Reader, p store.Plan) iter.Seq2[store.Plan, error] { return r.Plans(p.Integration, p.ID) },
			},
		},
	}.table()
}

func changeTable() table {
	return tableOf[store.Change]{
		name: "change", parts: []string{"Plan", "Seq"},
		key: func(c store.Change) string { return keyOf(string(c.Plan), numberKey(c.Seq)) },
		put: store.Writer.PutChange,
		get: func(r store.Reader, c store.Change) (store.Change, error) { return r.Change(c.Plan, c.Seq) },
		lists: []listOf[store.Change]{
			{
				name: "Changes", arg: func(c store.Change) string { return string(c.Plan) },
				read: func(r store.Reader, c store.Change) iter.Seq2[store.Change, error] { return r.Changes(c.Plan, 0, 0) },
			},
			{
				name: "Changes after a number", few: true, arg: func(c store.Change) string { return keyOf(string(c.Plan), numberKey(c.Seq)) },
				holds: func(like, c store.Change) bool { return like.Plan == c.Plan && c.Seq > like.Seq },
				read: func(r store.Reader, c store.Change) iter.Seq2[store.Change, error] {
					return r.Changes(c.Plan, c.Seq, 0)
				},
			},
		},
	}.table()
}

func openWriteTable() table {
	return tableOf[store.OpenWrite]{
		name: "open write", parts: []string{"Intent", "Record.Integration"},
		key: func(o store.OpenWrite) string { return o.Intent },
		put: store.Writer.PutOpenWrite,
		del: func(w store.Writer, o store.OpenWrite) error { return w.DeleteOpenWrite(o.Intent) },
		lists: []listOf[store.OpenWrite]{{
			name: "OpenWrites", arg: func(o store.OpenWrite) string { return string(o.Record.Integration) },
			read: func(r store.Reader, o store.OpenWrite) iter.Seq2[store.OpenWrite, error] {
				return r.OpenWrites(o.Record.Integration)
			},
		}},
	}.table()
}

func runTable() table {
	return tableOf[store.Run]{
		name: "run", parts: []string{"ID", "Integration"},
		key: func(r store.Run) string { return string(r.ID) },
		put: store.Writer.PutRun,
		get: func(r store.Reader, run store.Run) (store.Run, error) { return r.Run(run.ID) },
		lists: []listOf[store.Run]{
			{
				name: "LastRun", arg: func(r store.Run) string { return string(r.Integration) }, last: true,
				read: func(r store.Reader, run store.Run) iter.Seq2[store.Run, error] {
					return lastOf(func() (store.Run, error) { return r.LastRun(run.Integration) })
				},
			},
			{
				name: "Runs", arg: func(r store.Run) string { return string(r.Integration) }, newest: true,
				read: func(r store.Reader, run store.Run) iter.Seq2[store.Run, error] { return r.Runs(run.Integration, "") },
			},
			{
				name: "Runs before one", few: true, newest: true, arg: func(r store.Run) string { return keyOf(string(r.Integration), "before "+string(r.ID)) },
				holds: func(like, r store.Run) bool { return r.Integration == like.Integration && r.ID < like.ID },
				read: func(r store.Reader, run store.Run) iter.Seq2[store.Run, error] {
					return r.Runs(run.Integration, run.ID)
				},
			},
		},
	}.table()
}

func journalTable() table {
	queries := []namedQuery[store.JournalEntry, store.JournalQuery]{
		{"all", func(store.JournalEntry) store.JournalQuery { return store.JournalQuery{} }},
		{"after a number", func(e store.JournalEntry) store.JournalQuery { return store.JournalQuery{After: e.Seq} }},
		{"of a run", func(e store.JournalEntry) store.JournalQuery { return store.JournalQuery{Run: e.Run} }},
		{"of a company", func(e store.JournalEntry) store.JournalQuery { return store.JournalQuery{Company: e.Company} }},
		{"of an asset", func(e store.JournalEntry) store.JournalQuery { return store.JournalQuery{Asset: e.Asset} }},
		{"by a whole query", func(e store.JournalEntry) store.JournalQuery {
			return store.JournalQuery{After: e.Seq / 2, Run: e.Run, Company: e.Company, Asset: e.Asset}
		}},
	}
	var lists []listOf[store.JournalEntry]
	for _, query := range queries {
		lists = append(lists, listOf[store.JournalEntry]{
			name: "Journal " + query.name, few: true,
			arg: func(e store.JournalEntry) string {
				q := query.of(e)
				return keyOf(numberKey(q.After), string(q.Run), string(q.Company), string(q.Asset))
			},
			read: func(r store.Reader, like store.JournalEntry) iter.Seq2[store.JournalEntry, error] {
				return r.Journal(query.of(like))
			},
			holds: func(like, e store.JournalEntry) bool {
				q := query.of(like)
				return e.Seq > q.After && wanted(q.Run, e.Run) && wanted(q.Company, e.Company) && wanted(q.Asset, e.Asset)
			},
		})
	}
	return tableOf[store.JournalEntry]{
		name: "journal entry", parts: []string{"Run", "Company", "Asset"},
		key:    func(e store.JournalEntry) string { return numberKey(e.Seq) },
		number: func(e *store.JournalEntry) *int64 { return &e.Seq },
		put:    store.Writer.AppendJournal,
		lists:  lists,
	}.table()
}
