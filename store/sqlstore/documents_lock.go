package sqlstore

import (
	"hash/fnv"

	"github.com/dovetail-sync/dovetail/store"
)

// On Postgres writes to the documents of one account run side by side, unless
// they are of one ledger's updates. What they depend on is locked, always in this
// order, so that two never wait for each other: companies and layouts, then
// assets by id.

// ground is what writes to the assets of an account stand on, within a
// transaction: its companies and layouts, which nobody else changes meanwhile.
type ground struct {
	// locked says that they are locked, and changes that it is for changing them.
	locked, changes bool
	// companies and layouts are those that were looked at: a run of writes asks for
	// the same ones again and again. What is in them is not to be changed.
	companies map[store.CompanyID]company
	layouts   map[store.LayoutID]store.Layout
}

// forget has companies and layouts read again.
func (g *ground) forget() {
	clear(g.companies)
	clear(g.layouts)
}

func (t *tx) forget() {
	for _, g := range t.grounds {
		g.forget()
	}
}

// ground returns that of the account.
func (s scope) ground() *ground {
	g := s.grounds[s.account]
	if g == nil {
		g = &ground{companies: map[store.CompanyID]company{}, layouts: map[store.LayoutID]store.Layout{}}
		if s.grounds == nil {
			s.grounds = map[string]*ground{}
		}
		s.grounds[s.account] = g
	}
	return g
}

// standing makes sure that no company and no layout changes under the feet of a
// write to an asset, or, if it changes is set, that no asset is written while one
// does. It comes before any other lock.
func (d *Documents) standing(s scope, changes bool) error {
	g := s.ground()
	if changes {
		g.forget()
	}
	if d.db.dialect == SQLite || g.locked && (g.changes || !changes) {
		return nil
	}
	h := fnv.New64a()
	_, _ = h.Write([]byte("dovetail documents " + d.db.table("") + " " + d.account)) // never fails
	query := "SELECT pg_advisory_xact_lock_shared($1)::text"
	if changes {
		query = "SELECT pg_advisory_xact_lock($1)::text"
	}
	var nothing string
	if _, err := s.row("lock the documents", query, []any{int64(h.Sum64())}, &nothing); err != nil {
		return err
	}
	g.locked, g.changes = true, changes
	return nil
}

// stood returns a row that a write stands on, and reads it the first time only.
func stood[T any, K, I comparable](s scope, known map[I]T, t *table[T, K], id I, probe *T) (T, bool, error) {
	if row, found := known[id]; found {
		return row, true, s.usable()
	}
	row, found, err := find(s, t, probe)
	if found && err == nil {
		known[id] = row
	}
	return row, found, err
}

// lock makes sure that nobody else changes a row of a table before this
// transaction ends. On SQLite there is nobody else. A row that isn't written yet
// needs none.
func (d *Documents) lock(s scope, table, id string) error {
	if d.db.dialect == SQLite || !askable([]any{id}) {
		return nil
	}
	query := d.db.sql("SELECT 1 FROM {" + table + "} WHERE account = ? AND id = ? FOR UPDATE")
	var found int64
	_, err := s.row("lock "+table, query, []any{d.account, id}, &found)
	return err
}
