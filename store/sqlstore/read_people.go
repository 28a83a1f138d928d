package sqlstore

import (
	"iter"

	"github.com/dovetail-sync/dovetail/store"
)

// Rejections implements store.Reader.
func (r *reader) Rejections(id store.RecordID) iter.Seq2[store.Rejection, error] {
	return rows(r.scope, r.tables.rejections, list{
		equal: byRecord(), values: []any{string(id.Integration), string(id.Kind), string(id.Key)},
		by: []string{"company", "asset"},
	})
}

// RejectionsOf implements store.Reader.
func (r *reader) RejectionsOf(id store.IntegrationID) iter.Seq2[store.Rejection, error] {
	return rows(r.scope, r.tables.rejections, of("integration", string(id), "kind", "record", "company", "asset"))
}

// PinsOf implements store.Reader.
func (r *reader) PinsOf(company store.CompanyID) iter.Seq2[store.Pin, error] {
	return rows(r.scope, r.tables.pins, of("company", string(company), "asset", "field"))
}

// Tombstone implements store.Reader.
func (r *reader) Tombstone(id store.RecordID) (store.Tombstone, error) {
	return one(r.scope, r.tables.tombstones, &store.Tombstone{ID: id}, id)
}

// TombstonesOf implements store.Reader.
func (r *reader) TombstonesOf(company store.CompanyID) iter.Seq2[store.Tombstone, error] {
	return rows(r.scope, r.tables.tombstones, of("company", string(company), byRecord()...))
}

// Overwritten implements store.Reader.
func (r *reader) Overwritten(q store.OverwrittenQuery) iter.Seq2[store.Overwritten, error] {
	l := list{by: []string{"seq"}, after: []any{q.After}}
	l.equalTo("company", string(q.Company))
	l.equalTo("asset", string(q.Asset))
	return rows(r.scope, r.tables.overwritten, l)
}

// Approvals implements store.Reader.
func (r *reader) Approvals(id store.IntegrationID) iter.Seq2[store.Approval, error] {
	return rows(r.scope, r.tables.approvals, of("integration", string(id), "code", "company", "kind"))
}

// Due implements store.Reader.
func (r *reader) Due(id store.IntegrationID) (store.Due, error) {
	return one(r.scope, r.tables.due, &store.Due{Integration: id}, id)
}

// Claim implements store.Reader.
func (r *reader) Claim(work string) (store.Claim, error) {
	return one(r.scope, r.tables.claims, &store.Claim{Work: work}, work)
}
