package sqlstore

import (
	"github.com/dovetail-sync/dovetail/connector"
	"github.com/dovetail-sync/dovetail/store"
)

// PutRejection implements store.Writer.
func (w *writer) PutRejection(r store.Rejection) error { return put(w, w.tables.rejections, r) }

// DeleteRejection implements store.Writer.
func (w *writer) DeleteRejection(id store.RecordID, company store.CompanyID, asset store.AssetID) error {
	return remove(w.scope, w.tables.rejections, &store.Rejection{ID: id, Company: company, Asset: asset})
}

// PutPin implements store.Writer.
func (w *writer) PutPin(p store.Pin) error { return put(w, w.tables.pins, p) }

// DeletePin implements store.Writer.
func (w *writer) DeletePin(asset store.AssetID, field store.FieldID) error {
	return remove(w.scope, w.tables.pins, &store.Pin{Asset: asset, Field: field})
}

// PutTombstone implements store.Writer.
func (w *writer) PutTombstone(t store.Tombstone) error { return put(w, w.tables.tombstones, t) }

// DeleteTombstone implements store.Writer.
func (w *writer) DeleteTombstone(id store.RecordID) error {
	return remove(w.scope, w.tables.tombstones, &store.Tombstone{ID: id})
}

// AddOverwritten implements store.Writer.
func (w *writer) AddOverwritten(o store.Overwritten) error {
	o, err := clean(w, o)
	if err != nil {
		return err
	}
	n, err := numbersOf(w.scope)
	if err != nil {
		return err
	}
	n.overwritten++
	o.Seq = n.overwritten
	return gather(w.scope, w.tables.overwritten, o)
}

// DeleteOverwritten implements store.Writer.
func (w *writer) DeleteOverwritten(seq int64) error {
	return remove(w.scope, w.tables.overwritten, &store.Overwritten{Seq: seq})
}

// PutApproval implements store.Writer.
func (w *writer) PutApproval(a store.Approval) error { return put(w, w.tables.approvals, a) }

// DeleteApproval implements store.Writer.
func (w *writer) DeleteApproval(id store.IntegrationID, code string, company store.CompanyID, kind connector.Kind) error {
	return remove(w.scope, w.tables.approvals, &store.Approval{Integration: id, Code: code, Company: company, Kind: kind})
}

// PutDue implements store.Writer.
func (w *writer) PutDue(d store.Due) error { return put(w, w.tables.due, d) }

// DeleteDue implements store.Writer.
func (w *writer) DeleteDue(id store.IntegrationID) error {
	return remove(w.scope, w.tables.due, &store.Due{Integration: id})
}

// PutClaim implements store.Writer.
func (w *writer) PutClaim(c store.Claim) error { return put(w, w.tables.claims, c) }
