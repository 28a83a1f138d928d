package sqlstore

import "hash/fnv"

// On Postgres writes to the documents of one account run side by side, unless
// they are of one ledger's updates. What they depend on is locked, always in this
// order, so that two never wait for each other: companies and layouts, then
// assets by id.

// standing makes sure that no company and no layout changes under the feet of a
// write to an asset, or, if it changes is set, that no asset is written while one
// does. It comes before any other lock.
func (d *Documents) standing(s scope, changes bool) error {
	held, locked := s.standing[d.account]
	if d.db.dialect == SQLite || locked && (held || !changes) {
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
	if s.standing == nil {
		s.standing = map[string]bool{}
	}
	s.standing[d.account] = changes
	return nil
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
