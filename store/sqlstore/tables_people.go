package sqlstore

import (
	"slices"
	"time"

	"github.com/dovetail-sync/dovetail/connector"
	"github.com/dovetail-sync/dovetail/store"
)

// rejectionKey is the key of a rejection.
type rejectionKey struct {
	id      store.RecordID
	company store.CompanyID
	asset   store.AssetID
}

func rejectionsTable() table[store.Rejection, rejectionKey] {
	type T = store.Rejection
	return table[T, rejectionKey]{
		name: "rejections", what: "rejection", keys: 5,
		key: func(r *T) rejectionKey { return rejectionKey{r.ID, r.Company, r.Asset} },
		columns: slices.Concat(
			record(func(r *T) *store.RecordID { return &r.ID }),
			[]column[T]{
				text("company", func(r *T) *store.CompanyID { return &r.Company }),
				text("asset", func(r *T) *store.AssetID { return &r.Asset }),
				moment("at_time", func(r *T) *time.Time { return &r.At }),
			},
			actor(func(r *T) *store.Actor { return &r.By }),
		),
	}
}

// pinKey is the key of a pin.
type pinKey struct {
	asset store.AssetID
	field store.FieldID
}

func pinsTable() table[store.Pin, pinKey] {
	type T = store.Pin
	return table[T, pinKey]{
		name: "pins", what: "pin", keys: 2,
		key: func(p *T) pinKey { return pinKey{p.Asset, p.Field} },
		columns: slices.Concat(
			[]column[T]{
				text("asset", func(p *T) *store.AssetID { return &p.Asset }),
				text("field", func(p *T) *store.FieldID { return &p.Field }),
				text("company", func(p *T) *store.CompanyID { return &p.Company }),
				moment("at_time", func(p *T) *time.Time { return &p.At }),
			},
			actor(func(p *T) *store.Actor { return &p.By }),
		),
	}
}

func tombstonesTable() table[store.Tombstone, store.RecordID] {
	type T = store.Tombstone
	return table[T, store.RecordID]{
		name: "tombstones", what: "tombstone", keys: 3,
		key: func(t *T) store.RecordID { return t.ID },
		columns: slices.Concat(
			record(func(t *T) *store.RecordID { return &t.ID }),
			[]column[T]{
				text("company", func(t *T) *store.CompanyID { return &t.Company }),
				text("asset", func(t *T) *store.AssetID { return &t.Asset }),
				text("name", func(t *T) *string { return &t.Name }),
				moment("at_time", func(t *T) *time.Time { return &t.At }),
			},
		),
	}
}

func overwrittenTable() table[store.Overwritten, int64] {
	type T = store.Overwritten
	return table[T, int64]{
		name: "overwritten", what: "overwritten value", keys: 1,
		key: func(o *T) int64 { return o.Seq }, clone: T.Clone,
		columns: slices.Concat(
			[]column[T]{
				number("seq", func(o *T) *int64 { return &o.Seq }),
				text("asset", func(o *T) *store.AssetID { return &o.Asset }),
				text("company", func(o *T) *store.CompanyID { return &o.Company }),
				text("field", func(o *T) *store.FieldID { return &o.Field }),
				encoded("value", func(o *T) *connector.Value { return &o.Value }),
				binary("sealed", func(o *T) *[]byte { return &o.Sealed }),
				text("run", func(o *T) *store.RunID { return &o.Run }),
				moment("at_time", func(o *T) *time.Time { return &o.At }),
			},
			record(func(o *T) *store.RecordID { return &o.ID }),
		),
	}
}

// approvalKey is the key of an approval.
type approvalKey struct {
	integration store.IntegrationID
	code        string
	company     store.CompanyID
	kind        connector.Kind
}

func approvalsTable() table[store.Approval, approvalKey] {
	type T = store.Approval
	return table[T, approvalKey]{
		name: "approvals", what: "approval", keys: 4,
		key: func(a *T) approvalKey { return approvalKey{a.Integration, a.Code, a.Company, a.Kind} },
		columns: slices.Concat(
			[]column[T]{
				text("integration", func(a *T) *store.IntegrationID { return &a.Integration }),
				text("code", func(a *T) *string { return &a.Code }),
				text("company", func(a *T) *store.CompanyID { return &a.Company }),
				text("kind", func(a *T) *connector.Kind { return &a.Kind }),
				number("ceiling", func(a *T) *int { return &a.Ceiling }),
				moment("at_time", func(a *T) *time.Time { return &a.At }),
				moment("expires_at", func(a *T) *time.Time { return &a.Expires }),
			},
			actor(func(a *T) *store.Actor { return &a.By }),
		),
	}
}

func dueTable() table[store.Due, store.IntegrationID] {
	type T = store.Due
	return table[T, store.IntegrationID]{
		name: "due", what: "due time", keys: 1,
		key: func(d *T) store.IntegrationID { return d.Integration },
		columns: []column[T]{
			text("integration", func(d *T) *store.IntegrationID { return &d.Integration }),
			sortable("due_at", func(d *T) *time.Time { return &d.At }),
			number("failures", func(d *T) *int { return &d.Failures }),
			text("deployment", func(d *T) *string { return &d.Deployment }),
		},
	}
}

func claimsTable() table[store.Claim, string] {
	type T = store.Claim
	return table[T, string]{
		name: "claims", what: "claim", keys: 1,
		key: func(c *T) string { return c.Work },
		columns: []column[T]{
			text("work", func(c *T) *string { return &c.Work }),
			text("holder", func(c *T) *string { return &c.Holder }),
			number("fence", func(c *T) *int64 { return &c.Fence }),
			moment("until_at", func(c *T) *time.Time { return &c.Until }),
		},
	}
}
