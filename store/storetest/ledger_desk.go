package storetest

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"slices"
	"strings"
	"time"

	"github.com/dovetail-sync/dovetail/connector"
	"github.com/dovetail-sync/dovetail/store"
)

// patience is how long a check waits for what has to happen at once.
const patience = 10 * time.Second

// errBoom is what functions of transactions fail with.
var errBoom = errors.New("boom")

// desk is a ledger under test, and the probe that hears about it.
type desk struct {
	*probe
	l store.Ledger
}

// ledgerCheck is a check that needs one empty ledger and nothing else.
func ledgerCheck(name, rule string, fn func(d desk)) check[LedgerFixture] {
	return check[LedgerFixture]{name: name, rule: rule, run: func(p *probe, f LedgerFixture) { fn(newDesk(p, f)) }}
}

func newDesk(p *probe, f LedgerFixture) desk {
	l, err := f.New(p.ctx)
	p.must(err, "New")
	return desk{p, l}
}

// update and view run fn in a transaction that has to succeed.
func (d desk) update(doing string, fn func(w store.Writer) error) {
	d.must(d.l.Update(d.ctx, func(_ context.Context, w store.Writer) error { return fn(w) }), "%s", doing)
}

func (d desk) view(doing string, fn func(r store.Reader) error) {
	d.must(d.l.View(d.ctx, func(_ context.Context, r store.Reader) error { return fn(r) }), "%s", doing)
}

// fails runs an Update whose fn ends with errBoom: nothing of it may be kept.
func (d desk) fails(doing string, fn func(w store.Writer) error) {
	err := d.l.Update(d.ctx, func(_ context.Context, w store.Writer) error {
		if err := fn(w); err != nil {
			return err
		}
		return errBoom
	})
	if !errors.Is(err, errBoom) {
		d.fatalf("%s: got the error %v, want %q", doing, err, errBoom)
	}
}

// refused runs one write in an Update of its own, which has to end with
// ErrRefused, whether the write says so or the Update at its end.
func (d desk) refused(doing string, write func(w store.Writer) error) {
	err := d.l.Update(d.ctx, func(_ context.Context, w store.Writer) error { return write(w) })
	d.wantErr(err, store.ErrRefused, "%s", doing)
}

// soon runs fn in a goroutine of its own and ends the check if it takes long.
func (p *probe) soon(doing string, fn func() error) error {
	result := make(chan error, 1)
	go func() { result <- fn() }()
	timer := time.NewTimer(patience)
	defer timer.Stop()
	select {
	case err := <-result:
		return err
	case <-timer.C:
		p.fatalf("%s: it still waits after %s", doing, patience)
		return nil
	}
}

// pause gives other goroutines time to get in the way.
func pause(d time.Duration) {
	timer := time.NewTimer(d)
	defer timer.Stop()
	<-timer.C
}

// endless is how many rows no list in the suite has.
const endless = 100_000

// allOf returns what rows yields. An error must be the last pair.
func allOf[T any](rows iter.Seq2[T, error]) ([]T, error) {
	var all []T
	var failed error
	for row, err := range rows {
		switch {
		case failed != nil:
			return nil, fmt.Errorf("an iterator went on after its error (%w)", failed)
		case err != nil:
			failed = err
		case len(all) == endless:
			return nil, fmt.Errorf("an iterator yielded more than %d rows", endless)
		default:
			all = append(all, row)
		}
	}
	return all, failed
}

// wantKeys compares the keys of what rows yields with those wanted, in order.
func wantKeys[T any](what string, rows iter.Seq2[T, error], key func(T) string, want ...string) error {
	all, err := allOf(rows)
	if err != nil {
		return fmt.Errorf("%s: %w", what, err)
	}
	got := make([]string, len(all))
	for i, row := range all {
		got[i] = key(row)
	}
	if !slices.Equal(got, want) {
		return fmt.Errorf("%s: got %s, want %s", what, short(got), short(want))
	}
	return nil
}

// wantOnlyError says what is wrong unless rows yields one pair, with an error
// that wraps want.
func wantOnlyError[T any](what string, rows iter.Seq2[T, error], want error) error {
	all, err := allOf(rows)
	if len(all) > 0 || !errors.Is(err, want) {
		return fmt.Errorf("%s: got %d rows and %s, want only an error that wraps %s", what, len(all), said(err), said(want))
	}
	return nil
}

// said is what errors say, as a text that can't pass for them.
func said(errs ...error) string {
	texts := make([]string, len(errs))
	for i, err := range errs {
		texts[i] = "no error"
		if err != nil {
			texts[i] = fmt.Sprintf("the error %q", err.Error())
		}
	}
	return strings.Join(texts, " and ")
}

// short shows a list without drowning what was said about it.
func short(texts []string) string {
	const most = 12
	if len(texts) <= most {
		return fmt.Sprintf("%q", texts)
	}
	return fmt.Sprintf("%q and %d more", texts[:most], len(texts)-most)
}

// recordID is the id of a record of the kind that most checks use.
func recordID(key string) store.RecordID {
	return store.RecordID{Integration: "i1", Kind: "asset", Key: connector.Key(key)}
}

func cardOf(key string, company store.CompanyID) store.Card {
	return store.Card{ID: recordID(key), Asset: store.AssetID("asset of " + key), Company: company, State: store.CardActive}
}

func cardKey(c store.Card) string     { return string(c.ID.Key) }
func rowKey(m store.MirrorRow) string { return string(m.ID.Key) }

// putCards writes cards of one company in one Update.
func (d desk) putCards(company store.CompanyID, keys ...string) {
	d.update("put cards", func(w store.Writer) error {
		for _, key := range keys {
			if err := w.PutCard(cardOf(key, company)); err != nil {
				return err
			}
		}
		return nil
	})
}

// wantCards checks which cards the company a has, and the integration in all.
func (d desk) wantCards(when string, want ...string) {
	err := d.l.View(d.ctx, func(_ context.Context, r store.Reader) error {
		return errors.Join(
			wantKeys("CardsOf", r.CardsOf("a"), cardKey, want...),
			wantKeys("Cards", r.Cards("i1"), cardKey, want...),
		)
	})
	if err != nil {
		d.errorf("%s: %w", when, err)
	}
}
