package sqlstore

import (
	"slices"
	"strings"

	"github.com/dovetail-sync/dovetail/store"
)

// disposals are the dispositions that an Update has given to rows of the mirror
// and that aren't written yet. Mostly many records get the same one: these are
// written together.
type disposals struct {
	tables  *tables
	account string
	groups  map[disposition][]store.RecordID
	of      map[store.RecordID]disposition
}

// disposition is one as the columns have it.
type disposition struct{ reason, args string }

// disposalsKey is the table of a gatherKey for disposals.
type disposalsKey struct{}

// disposalsOf returns those of the account.
func (r *reader) disposalsOf() *disposals {
	d, _ := r.gathered[gatherKey{disposalsKey{}, r.account}].(*disposals)
	return d
}

// Dispose implements store.Writer.
func (w *writer) Dispose(id store.RecordID, why store.Reason) error {
	row, err := clean(w, store.MirrorRow{ID: id, Disposition: why})
	if err != nil {
		return err
	}
	if gathered := gatheredOf(w.scope, w.tables.mirror).find(id); gathered != nil {
		gathered.Disposition = row.Disposition
		return nil
	}
	values, err := w.tables.mirror.values(&row, dispositionColumns())
	if err != nil {
		return w.fail("dispose", err)
	}
	args, _ := values[1].([]byte) // nil: there are none
	d := w.disposalsOf()
	if d == nil {
		d = &disposals{w.tables, w.account, map[disposition][]store.RecordID{}, map[store.RecordID]disposition{}}
		w.gathered[gatherKey{disposalsKey{}, w.account}] = d
	}
	d.drop(id)
	as := disposition{row.Disposition.Code, string(args)}
	d.of[id] = as
	d.groups[as] = append(d.groups[as], id)
	if len(d.of) < mostDisposals {
		return nil
	}
	return d.flush(w.tx)
}

// mostDisposals is how many are held at once.
const mostDisposals = 1024

// drop takes a record out: its row is written whole.
func (d *disposals) drop(id store.RecordID) {
	if d == nil {
		return
	}
	as, found := d.of[id]
	if !found {
		return
	}
	delete(d.of, id)
	d.groups[as] = slices.DeleteFunc(d.groups[as], func(other store.RecordID) bool { return other == id })
}

// has reports whether a record's disposition isn't written yet.
func (d *disposals) has(id store.RecordID) bool {
	if d == nil {
		return false
	}
	_, found := d.of[id]
	return found
}

// settle writes the dispositions before the mirror is read.
func (r *reader) settle(s scope) error {
	if d := r.disposalsOf(); d != nil {
		return d.flush(s.tx)
	}
	return nil
}

// flush implements flusher.
func (d *disposals) flush(t *tx) error {
	for as, ids := range d.groups {
		slices.SortFunc(ids, store.RecordID.Compare)
		for len(ids) > 0 {
			some := ofOneKind(ids, most)
			ids = ids[len(some):]
			if err := d.write(t, as, some); err != nil {
				return err
			}
		}
	}
	clear(d.groups)
	clear(d.of)
	return nil
}

// release implements flusher.
func (d *disposals) release() {}

// write gives records of one kind a disposition.
func (d *disposals) write(t *tx, as disposition, ids []store.RecordID) error {
	var reasonArgs []byte // NULL where there are none
	if as.args != "" {
		reasonArgs = []byte(as.args)
	}
	keys := paddedKeys(ids)
	args := append([]any{as.reason, reasonArgs, d.account, string(ids[0].Integration), string(ids[0].Kind)}, keys...)
	query := "UPDATE {mirror} SET " + strings.Join(dispositionColumns(), " = ?, ") +
		" = ? WHERE account = ? AND integration = ? AND kind = ? AND record IN (?" + strings.Repeat(", ?", len(keys)-1) + ")"
	_, err := t.exec("dispose", t.db.sql(query), args...)
	return err
}
