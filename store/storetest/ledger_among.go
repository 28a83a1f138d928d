package storetest

import (
	"errors"
	"fmt"

	"github.com/dovetail-sync/dovetail/store"
)

// amongChecks are the rules about the rows of many records at once.
func amongChecks() []check[LedgerFixture] {
	return []check[LedgerFixture]{
		ledgerCheck("the rows of many records are read at once, each once and in order",
			"MirrorFor and CardsFor yield the rows of those of these records that have one, each once, by record id. There may be any number of ids (MirrorReader.MirrorFor, CardReader.CardsFor).",
			checkAmong),
	}
}

// amongIDs are ids of two integrations and two kinds.
func amongIDs(keys ...string) []store.RecordID {
	var ids []store.RecordID
	for _, key := range keys {
		other, kind := recordID(key), recordID(key)
		other.Integration, kind.Kind = "i2", "contact"
		ids = append(ids, other, kind, recordID(key))
	}
	return ids
}

func checkAmong(d desk) {
	const many = 300 // more than any store asks for at once
	keys := numberedKeys(many)
	put := func(w store.Writer, keys ...string) error {
		for _, id := range amongIDs(keys...) {
			if err := errors.Join(w.PutMirrorRow(store.MirrorRow{ID: id}), w.PutCard(store.Card{ID: id, Asset: "a", Company: "c"})); err != nil {
				return err
			}
		}
		return nil
	}
	want := func(r store.Reader, ids []store.RecordID, keys ...string) error {
		var shown []string
		for _, other := range []func(store.RecordID) bool{
			func(id store.RecordID) bool { return id.Integration == "i1" && id.Kind == "asset" },
			func(id store.RecordID) bool { return id.Kind == "contact" },
			func(id store.RecordID) bool { return id.Integration == "i2" },
		} {
			for _, id := range amongIDs(keys...) {
				if other(id) {
					shown = append(shown, recordKey(id))
				}
			}
		}
		return errors.Join(
			wantKeys(fmt.Sprintf("MirrorFor %d ids", len(ids)), r.MirrorFor(ids), func(m store.MirrorRow) string { return recordKey(m.ID) }, shown...),
			wantKeys(fmt.Sprintf("CardsFor %d ids", len(ids)), r.CardsFor(ids), func(c store.Card) string { return recordKey(c.ID) }, shown...),
		)
	}
	d.update("put some rows and read them", func(w store.Writer) error {
		return errors.Join(put(w, keys[:2]...), want(w, amongIDs(keys[1], "no such record", keys[0], keys[1]), keys[:2]...))
	})
	d.update("put the others", func(w store.Writer) error { return put(w, keys[2:]...) })
	d.view("read the rows of many records", func(r store.Reader) error {
		twice := append(amongIDs(keys...), amongIDs(keys...)...)
		return errors.Join(want(r, nil), want(r, amongIDs(keys[7]), keys[7]), want(r, amongIDs(keys[:40]...), keys[:40]...), want(r, twice, keys...))
	})
	d.view("read rows of records that no store can have", func(r store.Reader) error {
		return errors.Join(want(r, amongIDs("a\x00b", "a\xffb")), want(r, amongIDs("a\x00b", keys[3]), keys[3]))
	})
	d.update("change what is there, and read it", func(w store.Writer) error {
		id := recordID(keys[5])
		if err := errors.Join(w.DeleteCard(id), w.Dispose(id, store.Reason{Code: "said"})); err != nil {
			return err
		}
		for row, err := range w.MirrorFor([]store.RecordID{id}) {
			if err != nil || row.Disposition.Code != "said" {
				return errors.Join(err, fmt.Errorf("MirrorFor: the disposition is %q", row.Disposition.Code))
			}
		}
		return wantKeys("CardsFor, deleted", w.CardsFor([]store.RecordID{id}), cardKey)
	})
}
