package memory

import (
	"iter"

	"github.com/dovetail-sync/dovetail/store"
)

// Rejections implements store.Reader.
func (r *reader) Rejections(id store.RecordID) iter.Seq2[store.Rejection, error] {
	return rows(r, list[rejectionKey, store.Rejection]{
		tree: &r.state.rejections, dup: itself[store.Rejection],
		start:  func(k rejectionKey) bool { return k.id.Compare(id) >= 0 },
		within: func(k rejectionKey) bool { return k.id == id },
	})
}

// RejectionsOf implements store.Reader.
func (r *reader) RejectionsOf(id store.IntegrationID) iter.Seq2[store.Rejection, error] {
	return rows(r, list[rejectionKey, store.Rejection]{
		tree: &r.state.rejections, dup: itself[store.Rejection],
		start:  func(k rejectionKey) bool { return k.id.Integration >= id },
		within: func(k rejectionKey) bool { return k.id.Integration == id },
	})
}

// PinsOf implements store.Reader.
func (r *reader) PinsOf(company store.CompanyID) iter.Seq2[store.Pin, error] {
	return rows(r, list[pinOfKey, store.Pin]{
		tree: &r.state.pinsByCompany, dup: itself[store.Pin],
		start:  func(k pinOfKey) bool { return k.company >= company },
		within: func(k pinOfKey) bool { return k.company == company },
	})
}

// Tombstone implements store.Reader.
func (r *reader) Tombstone(id store.RecordID) (store.Tombstone, error) {
	return one(r, &r.state.tombstones, id, itself[store.Tombstone], "tombstone", id)
}

// TombstonesOf implements store.Reader.
func (r *reader) TombstonesOf(company store.CompanyID) iter.Seq2[store.Tombstone, error] {
	return rows(r, list[companyKey, store.Tombstone]{
		tree: &r.state.tombstonesByCompany, dup: itself[store.Tombstone],
		start: fromCompany(company), within: inCompany(company),
	})
}

// Overwritten implements store.Reader. Whatever is asked for, it goes through
// all after q.After.
func (r *reader) Overwritten(q store.OverwrittenQuery) iter.Seq2[store.Overwritten, error] {
	return rows(r, list[int64, store.Overwritten]{
		tree: &r.state.overwritten, dup: store.Overwritten.Clone,
		start:  func(seq int64) bool { return seq > q.After },
		within: all[int64],
		keep: func(o *store.Overwritten) (bool, error) {
			return (q.Company == "" || o.Company == q.Company) && (q.Asset == "" || o.Asset == q.Asset), nil
		},
	})
}

// Approvals implements store.Reader.
func (r *reader) Approvals(id store.IntegrationID) iter.Seq2[store.Approval, error] {
	return rows(r, list[approvalKey, store.Approval]{
		tree: &r.state.approvals, dup: itself[store.Approval],
		start:  func(k approvalKey) bool { return k.integration >= id },
		within: func(k approvalKey) bool { return k.integration == id },
	})
}

// Due implements store.Reader.
func (r *reader) Due(id store.IntegrationID) (store.Due, error) {
	return one(r, &r.state.due, id, itself[store.Due], "due time of integration", id)
}

// Claim implements store.Reader.
func (r *reader) Claim(work string) (store.Claim, error) {
	return one(r, &r.state.claims, work, itself[store.Claim], "claim on", work)
}

// itself is the copy of a row that holds nothing that can be changed.
func itself[V any](v V) V { return v }
