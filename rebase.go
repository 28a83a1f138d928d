package dovetail

import "github.com/dovetail-sync/dovetail/store"

// rebases are the versions of the assets that the changes at hand have written
// to. Several changes of a plan can write to one asset: that of one card, and
// that of another one beside it. All were decided on one version, and what the
// first one writes is no reason to leave the next. What anybody else writes
// between them is.
type rebases struct {
	company  store.CompanyID
	versions map[store.AssetID]rebase
}

// rebase is the version that changes were decided on, and the one that the last
// of them has left.
type rebase struct{ base, now store.Version }

// base is the version that a change of values is to be based on.
func (r *rebases) base(c store.Change) store.Version {
	if known, ok := r.versions[c.Asset]; ok && known.base == c.Base {
		return known.now
	}
	return c.Base
}

// wrote notes what a change of values has left. Those of one company follow one
// another, and the next one's are on other assets.
func (r *rebases) wrote(c store.Change, asset store.Asset) {
	if r.company != c.Company || r.versions == nil {
		r.company, r.versions = c.Company, make(map[store.AssetID]rebase)
	}
	r.versions[c.Asset] = rebase{base: c.Base, now: asset.Version}
}

// forget forgets all of it: a transaction was undone.
func (r *rebases) forget() { r.versions = nil }
