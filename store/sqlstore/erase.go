package sqlstore

import (
	"slices"
	"strings"

	"github.com/dovetail-sync/dovetail/store"
)

// Erase implements store.Writer.
func (w *writer) Erase(id store.RecordID) error {
	if err := w.usable(); err != nil {
		return err
	}
	t := w.tables
	for _, erase := range []func(scope, store.RecordID) error{
		t.mirror.eraseRows, t.matches.eraseRows, t.cards.eraseRows, t.tombstones.eraseRows, t.rejections.eraseRows,
		t.openWrites.eraseRows, t.overwritten.eraseRows, t.changes.eraseRows, t.journal.eraseRows,
	} {
		if err := erase(w.scope, id); err != nil {
			return err
		}
	}
	return w.eraseUnplanned(id.Integration)
}

// eraseUnplanned deletes the changes of an integration's plans that have no header.
func (w *writer) eraseUnplanned(id store.IntegrationID) error {
	if err := gatheredOf(w.scope, w.tables.plans).flush(w.tx); err != nil {
		return err
	}
	args := []any{w.account, string(id)}
	if !askable(args) {
		return nil
	}
	_, err := w.exec("erase changes of plans that were cut off", w.db.sql("DELETE FROM {changes} WHERE account = ? AND integration = ?"+
		" AND NOT EXISTS (SELECT 1 FROM {plans} AS p WHERE p.account = {changes}.account AND p.id = {changes}.plan)"), args...)
	return err
}

// RewriteEntry implements store.Writer.
func (w *writer) RewriteEntry(e store.JournalEntry) error {
	_, found, err := find(w.scope, w.tables.journal, &e)
	if err == nil && !found {
		err = notFound(w.tables.journal.what, e.Seq)
	}
	if err != nil {
		return err
	}
	return put(w, w.tables.journal, e)
}

// eraseRows deletes the rows about one record.
func (t *table[T, K]) eraseRows(s scope, id store.RecordID) error {
	if err := gatheredOf(s, t).flush(s.tx); err != nil {
		return err
	}
	args := []any{s.account, string(id.Integration), string(id.Kind), string(id.Key)}
	if !askable(args) {
		return nil
	}
	_, err := s.exec("erase "+t.what, t.erase, args...)
	return err
}

// erasure is the statement that deletes the rows about one record, for a table
// that names records.
func erasure(full string, names []string) string {
	columns := []string{"integration", "kind", "record"}
	for _, column := range columns {
		if !slices.Contains(names, column) {
			return ""
		}
	}
	return "DELETE FROM " + full + " WHERE account = ? AND " + strings.Join(columns, " = ? AND ") + " = ?"
}
