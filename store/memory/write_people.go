package memory

import (
	"github.com/dovetail-sync/dovetail/connector"
	"github.com/dovetail-sync/dovetail/store"
)

// PutRejection implements store.Writer.
func (w *writer) PutRejection(r store.Rejection) error {
	r, err := clean(w, r)
	if err != nil {
		return err
	}
	put(w, &w.state.rejections, tableRejection, r)
	return nil
}

// DeleteRejection implements store.Writer.
func (w *writer) DeleteRejection(id store.RecordID, company store.CompanyID, asset store.AssetID) error {
	return remove(w, &w.state.rejections, tableRejection, rejectionKey{id, company, asset})
}

// PutPin implements store.Writer.
func (w *writer) PutPin(p store.Pin) error {
	p, err := clean(w, p)
	if err != nil {
		return err
	}
	put2(w, &w.state.pins, &w.state.pinsByCompany, tablePin, p)
	return nil
}

// DeletePin implements store.Writer.
func (w *writer) DeletePin(asset store.AssetID, field store.FieldID) error {
	return remove2(w, &w.state.pins, &w.state.pinsByCompany, tablePin, pinKey{asset, field})
}

// PutTombstone implements store.Writer.
func (w *writer) PutTombstone(t store.Tombstone) error {
	t, err := clean(w, t)
	if err != nil {
		return err
	}
	put2(w, &w.state.tombstones, &w.state.tombstonesByCompany, tableTombstone, t)
	return nil
}

// DeleteTombstone implements store.Writer.
func (w *writer) DeleteTombstone(id store.RecordID) error {
	return remove2(w, &w.state.tombstones, &w.state.tombstonesByCompany, tableTombstone, id)
}

// AddOverwritten implements store.Writer.
func (w *writer) AddOverwritten(o store.Overwritten) error {
	o, err := clean(w, o)
	if err != nil {
		return err
	}
	w.state.lastOverwritten++
	o.Seq = w.state.lastOverwritten
	put(w, &w.state.overwritten, tableOverwritten, o)
	return nil
}

// DeleteOverwritten implements store.Writer.
func (w *writer) DeleteOverwritten(seq int64) error {
	return remove(w, &w.state.overwritten, tableOverwritten, seq)
}

// PutApproval implements store.Writer.
func (w *writer) PutApproval(a store.Approval) error {
	a, err := clean(w, a)
	if err != nil {
		return err
	}
	put(w, &w.state.approvals, tableApproval, a)
	return nil
}

// DeleteApproval implements store.Writer.
func (w *writer) DeleteApproval(id store.IntegrationID, code string, company store.CompanyID, kind connector.Kind) error {
	return remove(w, &w.state.approvals, tableApproval, approvalKey{id, code, company, kind})
}

// PutDue implements store.Writer.
func (w *writer) PutDue(d store.Due) error {
	d, err := clean(w, d)
	if err != nil {
		return err
	}
	put(w, &w.state.due, tableDue, d)
	return nil
}

// DeleteDue implements store.Writer.
func (w *writer) DeleteDue(id store.IntegrationID) error {
	return remove(w, &w.state.due, tableDue, id)
}

// PutClaim implements store.Writer.
func (w *writer) PutClaim(c store.Claim) error {
	c, err := clean(w, c)
	if err != nil {
		return err
	}
	put(w, &w.state.claims, tableClaim, c)
	return nil
}
