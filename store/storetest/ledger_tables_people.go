package storetest

import (
	"iter"

	"github.com/dovetail-sync/dovetail/store"
)

func rejectionTable() table {
	return tableOf[store.Rejection]{
		name: "rejection", parts: []string{"ID.Integration", "ID.Kind", "ID.Key", "Company", "Asset"},
		key: func(r store.Rejection) string { return keyOf(recordKey(r.ID), string(r.Company), string(r.Asset)) },
		put: store.Writer.PutRejection,
		del: func(w store.Writer, r store.Rejection) error { return w.DeleteRejection(r.ID, r.Company, r.Asset) },
		lists: []listOf[store.Rejection]{
			{
				name: "Rejections", arg: func(r store.Rejection) string { return recordKey(r.ID) },
				read: func(r store.Reader, like store.Rejection) iter.Seq2[store.Rejection, error] {
					return r.Rejections(like.ID)
				},
			},
			{
				name: "RejectionsOf", arg: func(r store.Rejection) string { return string(r.ID.Integration) },
				read: func(r store.Reader, like store.Rejection) iter.Seq2[store.Rejection, error] {
					return r.RejectionsOf(like.ID.Integration)
				},
			},
		},
	}.table()
}

func pinTable() table {
	return tableOf[store.Pin]{
		name: "pin", parts: []string{"Asset", "Field", "Company"},
		key: func(p store.Pin) string { return keyOf(string(p.Asset), string(p.Field)) },
		put: store.Writer.PutPin,
		del: func(w store.Writer, p store.Pin) error { return w.DeletePin(p.Asset, p.Field) },
		lists: []listOf[store.Pin]{{
			name: "PinsOf", arg: func(p store.Pin) string { return string(p.Company) },
			read: func(r store.Reader, p store.Pin) iter.Seq2[store.Pin, error] { return r.PinsOf(p.Company) },
		}},
	}.table()
}

func tombstoneTable() table {
	return tableOf[store.Tombstone]{
		name: "tombstone", parts: []string{"ID.Integration", "ID.Kind", "ID.Key", "Company"},
		key: func(t store.Tombstone) string { return recordKey(t.ID) },
		put: store.Writer.PutTombstone,
		get: func(r store.Reader, t store.Tombstone) (store.Tombstone, error) { return r.Tombstone(t.ID) },
		del: func(w store.Writer, t store.Tombstone) error { return w.DeleteTombstone(t.ID) },
		lists: []listOf[store.Tombstone]{{
			name: "TombstonesOf", arg: func(t store.Tombstone) string { return string(t.Company) },
			read: func(r store.Reader, t store.Tombstone) iter.Seq2[store.Tombstone, error] {
				return r.TombstonesOf(t.Company)
			},
		}},
	}.table()
}

func overwrittenTable() table {
	queries := []namedQuery[store.Overwritten, store.OverwrittenQuery]{
		{"all", func(store.Overwritten) store.OverwrittenQuery { return store.OverwrittenQuery{} }},
		{"after a number", func(o store.Overwritten) store.OverwrittenQuery { return store.OverwrittenQuery{After: o.Seq} }},
		{"of a company", func(o store.Overwritten) store.OverwrittenQuery { return store.OverwrittenQuery{Company: o.Company} }},
		{"of an asset", func(o store.Overwritten) store.OverwrittenQuery { return store.OverwrittenQuery{Asset: o.Asset} }},
		{"by a whole query", func(o store.Overwritten) store.OverwrittenQuery {
			return store.OverwrittenQuery{After: o.Seq / 2, Company: o.Company, Asset: o.Asset}
		}},
	}
	var lists []listOf[store.Overwritten]
	for _, query := range queries {
		lists = append(lists, listOf[store.Overwritten]{
			name: "Overwritten " + query.name, few: true,
			arg: func(o store.Overwritten) string {
				q := query.of(o)
				return keyOf(numberKey(q.After), string(q.Company), string(q.Asset))
			},
			read: func(r store.Reader, like store.Overwritten) iter.Seq2[store.Overwritten, error] {
				return r.Overwritten(query.of(like))
			},
			holds: func(like, o store.Overwritten) bool {
				q := query.of(like)
				return o.Seq > q.After && wanted(q.Company, o.Company) && wanted(q.Asset, o.Asset)
			},
		})
	}
	return tableOf[store.Overwritten]{
		name: "overwritten value", parts: []string{"Company", "Asset"},
		key:    func(o store.Overwritten) string { return numberKey(o.Seq) },
		number: func(o *store.Overwritten) *int64 { return &o.Seq },
		put:    store.Writer.AddOverwritten,
		del:    func(w store.Writer, o store.Overwritten) error { return w.DeleteOverwritten(o.Seq) },
		lists:  lists,
	}.table()
}

// namedQuery is a query as it is made for one row.
type namedQuery[T, Q any] struct {
	name string
	of   func(T) Q
}

// wanted reports whether a query's part selects a value.
func wanted[T ~string](asked, value T) bool { return asked == "" || asked == value }

func approvalTable() table {
	return tableOf[store.Approval]{
		name: "approval", parts: []string{"Integration", "Code", "Company", "Kind"},
		key: func(a store.Approval) string {
			return keyOf(string(a.Integration), a.Code, string(a.Company), string(a.Kind))
		},
		put: store.Writer.PutApproval,
		del: func(w store.Writer, a store.Approval) error {
			return w.DeleteApproval(a.Integration, a.Code, a.Company, a.Kind)
		},
		lists: []listOf[store.Approval]{{
			name: "Approvals", arg: func(a store.Approval) string { return string(a.Integration) },
			read: func(r store.Reader, a store.Approval) iter.Seq2[store.Approval, error] {
				return r.Approvals(a.Integration)
			},
		}},
	}.table()
}
