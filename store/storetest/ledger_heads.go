package storetest

import (
	"errors"
	"fmt"
	"iter"

	"github.com/dovetail-sync/dovetail/store"
)

// headChecks are the rules about the lists that leave out what makes most of a
// row.
func headChecks() []check[LedgerFixture] {
	return []check[LedgerFixture]{
		ledgerCheck("heads are the rows without what makes most of them",
			"Heads returns each row as MirrorRow.Head does; CardHeadsOf is CardsOf with each card as Card.Head returns it (MirrorQuery.Heads, CardReader.CardHeadsOf).",
			checkHeads),
		ledgerCheck("the companies of cards are each listed once",
			"CardCompanies yields the companies in which an integration has cards, each once, in the order of their ids (CardReader.CardCompanies).",
			checkCardCompanies),
		ledgerCheck("a disposition is written and nothing else of its row",
			"Dispose writes the disposition of a record's row, and leaves the rest of it as it is. Where there is no row it does nothing (MirrorWriter.Dispose).",
			checkDispose),
		ledgerCheck("an outcome is written and nothing else of its change",
			"PutOutcome writes what became of a change, and leaves the rest of it as it is. Where there is no change it does nothing (PlanWriter.PutOutcome).",
			checkPutOutcome),
	}
}

func checkCardCompanies(d desk) {
	put := func(w store.Writer, integration store.IntegrationID, key, company string) error {
		id := recordID(key)
		id.Integration = integration
		return w.PutCard(store.Card{ID: id, Asset: "asset-1", Company: store.CompanyID(company), State: store.CardActive})
	}
	want := func(r store.Reader, integration store.IntegrationID, companies ...string) error {
		return wantKeys("CardCompanies", r.CardCompanies(integration), func(c store.CompanyID) string { return string(c) }, companies...)
	}
	d.update("put cards of two integrations into companies", func(w store.Writer) error {
		return errors.Join(
			put(w, "i1", "1", "b"), put(w, "i1", "2", "a"), put(w, "i1", "3", "b"), put(w, "i2", "1", "c"), put(w, "i0", "1", "a"), put(w, "i1", "4", "d"),
			want(w, "i1", "a", "b", "d"),
		)
	})
	d.view("list their companies", func(r store.Reader) error {
		return errors.Join(want(r, "i1", "a", "b", "d"), want(r, "i2", "c"), want(r, "i0", "a"), want(r, "i3"))
	})
	d.update("delete a card, and move another", func(w store.Writer) error {
		gone := recordID("4")
		gone.Integration = "i1"
		return errors.Join(w.DeleteCard(gone), put(w, "i1", "2", "c"), want(w, "i1", "b", "c"))
	})
}

func checkDispose(d desk) {
	row := full(1).row(mirrorTable().row).(store.MirrorRow)
	row.ID = recordID("1")
	before, other := row, row
	other.ID = recordID("2")
	want := func(r store.Reader, row store.MirrorRow) error {
		got, err := r.MirrorRow(row.ID)
		if err != nil {
			return err
		}
		if diff := rowDiff(row, got); diff != "" {
			return fmt.Errorf("the row %s: %s", row.ID, diff)
		}
		return nil
	}
	dispose := func(w store.Writer, n int) error {
		row.Disposition = store.Reason{Code: fmt.Sprintf("code %d", n), Args: map[string]string{"n": fmt.Sprint(n)}}
		mine := row.Disposition.Clone()
		err := w.Dispose(row.ID, mine)
		mine.Args["n"] = "mine again"
		return err
	}
	d.update("dispose of a row that was put just now", func(w store.Writer) error {
		return errors.Join(w.PutMirrorRow(before), w.PutMirrorRow(other), dispose(w, 1), want(w, row), want(w, other))
	})
	d.update("dispose of a row that was there", func(w store.Writer) error {
		return errors.Join(dispose(w, 2), want(w, row), dispose(w, 3), want(w, row), want(w, other))
	})
	d.view("read the rows", func(r store.Reader) error { return errors.Join(want(r, row), want(r, other)) })
	d.update("dispose of a row that isn't there", func(w store.Writer) error {
		if err := w.Dispose(recordID("3"), row.Disposition); err != nil {
			return err
		}
		if _, err := w.MirrorRow(recordID("3")); !errors.Is(err, store.ErrNotFound) {
			return fmt.Errorf("then it is there: %w", err)
		}
		return nil
	})
	d.update("put a row that was disposed of", func(w store.Writer) error {
		return errors.Join(dispose(w, 4), w.PutMirrorRow(before), want(w, before))
	})
	for n := range 6 { // what a store writes at the end it may write in any order
		d.update("put a row that was disposed of, and don't look", func(w store.Writer) error {
			return errors.Join(dispose(w, 10+n), w.PutMirrorRow(before))
		})
		d.view("read the row that was put last", func(r store.Reader) error { return errors.Join(want(r, before), want(r, other)) })
	}
	d.update("list rows that were disposed of just now", func(w store.Writer) error {
		if err := dispose(w, 5); err != nil {
			return err
		}
		said := func(m store.MirrorRow) string { return string(m.ID.Key) + " " + m.Disposition.Code }
		q := store.MirrorQuery{Integration: row.ID.Integration, Kind: row.ID.Kind}
		return wantKeys("Mirror", w.Mirror(q), said, "1 "+row.Disposition.Code, "2 "+other.Disposition.Code)
	})
}

func checkHeads(d desk) {
	rows := make([]store.MirrorRow, 3)
	cards := make([]store.Card, 3)
	write := func(n int) func(w store.Writer) error {
		return func(w store.Writer) error {
			for i := range rows {
				rows[i] = full(n + i).row(mirrorTable().row).(store.MirrorRow)
				rows[i].ID, rows[i].Container = recordID(fmt.Sprint(i)), "c"
				cards[i] = full(n + i).row(cardTable().row).(store.Card)
				cards[i].ID, cards[i].Company = recordID(fmt.Sprint(i)), "a"
				if err := w.PutMirrorRow(rows[i]); err != nil {
					return err
				}
				if err := w.PutCard(cards[i]); err != nil {
					return err
				}
			}
			return nil
		}
	}
	compare := func(r store.Reader) error {
		q := store.MirrorQuery{Integration: "i1", Kind: "asset"}
		of := q
		of.Container = &rows[0].Container
		for _, query := range []store.MirrorQuery{q, of} {
			heads := query
			heads.Heads = true
			if err := sameHeads("Mirror", r.Mirror(query), r.Mirror(heads), store.MirrorRow.Head); err != nil {
				return err
			}
		}
		return sameHeads("CardHeadsOf", r.CardsOf("a"), r.CardHeadsOf("a"), store.Card.Head)
	}
	d.update("write rows and read their heads", func(w store.Writer) error {
		if err := write(1)(w); err != nil {
			return err
		}
		return compare(w)
	})
	d.view("read the heads", compare)
	d.update("write other rows and read their heads", func(w store.Writer) error {
		if err := write(11)(w); err != nil {
			return err
		}
		return compare(w)
	})
}

// sameHeads compares heads with the heads of whole rows.
func sameHeads[T any](what string, whole, heads iter.Seq2[T, error], head func(T) T) error {
	want, err := allOf(whole)
	if err != nil {
		return fmt.Errorf("%s: %w", what, err)
	}
	got, err := allOf(heads)
	if err != nil {
		return fmt.Errorf("%s, heads: %w", what, err)
	}
	if len(got) != len(want) {
		return fmt.Errorf("%s: %d heads of %d rows", what, len(got), len(want))
	}
	for i := range want {
		if diff := rowDiff(head(want[i]), got[i]); diff != "" {
			return fmt.Errorf("%s: the head of row %d of %d: %s", what, i+1, len(want), diff)
		}
	}
	return nil
}
