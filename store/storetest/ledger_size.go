package storetest

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"iter"
	"time"

	"github.com/dovetail-sync/dovetail/connector"
	"github.com/dovetail-sync/dovetail/store"
)

// defaultCards is how many cards the checks of size write.
const defaultCards = 100_000

// slower is how many times the time of one pass over all rows it may take to read
// them company by company. Reading them all for each company takes some thousand
// times.
const slower = 40

// sizeChecks are the rules about what reading costs.
func sizeChecks() []check[LedgerFixture] {
	return []check[LedgerFixture]{
		{
			name: "reading company by company costs about as much as reading all",
			rule: "A list of a company reads that company's rows (CardReader.CardsOf, MatchReader.MatchesOf, PeopleReader): planning asks for each company.",
			run:  checkCompanyReads,
		},
		{
			name: "reading the mirror by container or by what wasn't seen costs about as much as reading all",
			rule: "A query of the mirror reads the rows that it selects (MirrorReader.Mirror).",
			run:  checkMirrorReads,
		},
	}
}

// size is how much a check of size writes.
type size struct {
	cards, companies, containers int
}

func sizeOf(f LedgerFixture) size {
	cards := max(200, cmp.Or(f.Cards, defaultCards)/200*200)
	return size{cards: cards, companies: cards / 50, containers: cards / 200}
}

// spread scatters numbers, so that rows which belong together are not written
// together.
func (s size) spread(n int) int { return n * 7919 % s.cards }

func (s size) company(n int) store.CompanyID {
	return store.CompanyID(fmt.Sprintf("company %d", n%s.companies))
}

func (s size) container(n int) connector.Key {
	return connector.Key(fmt.Sprintf("customer %d", n%s.containers))
}

func (s size) key(n int) string { return fmt.Sprintf("%07d", s.spread(n)) }

// inBatches calls write for 0 to n, some thousand times in each Update.
func (d desk) inBatches(doing string, n int, write func(w store.Writer, n int) error) {
	const batch = 5000
	for from := 0; from < n; from += batch {
		d.update(doing, func(w store.Writer) error {
			for i := from; i < min(n, from+batch); i++ {
				if err := write(w, i); err != nil {
					return err
				}
			}
			return nil
		})
	}
}

// timed measures fn in a View.
func (d desk) timed(doing string, fn func(r store.Reader) error) time.Duration {
	begin := time.Now()
	d.view(doing, fn)
	return time.Since(begin)
}

// within runs fn in a View, and cuts it off when the time is over. It has some
// tries: the machine may be busy with something else.
func (d desk) within(doing string, limit time.Duration, fn func(r store.Reader) error) {
	const tries = 5
	var err error
	for range tries {
		ctx, cancel := context.WithTimeout(d.ctx, limit)
		err = d.l.View(ctx, func(_ context.Context, r store.Reader) error { return fn(r) })
		cancel()
		if !errors.Is(err, context.DeadlineExceeded) {
			d.must(err, "%s", doing)
			return
		}
	}
	d.fatalf("%s: cut off after %s, which is %d times a pass over all rows", doing, limit, slower)
}

// counted checks how many rows an iterator yields.
func counted[T any](what string, rows iter.Seq2[T, error], want int) error {
	got := 0
	for _, err := range rows {
		if err != nil {
			return fmt.Errorf("%s: after %d rows: %w", what, got, err)
		}
		got++
	}
	if want >= 0 && got != want {
		return fmt.Errorf("%s: got %d rows, want %d", what, got, want)
	}
	return nil
}

// limitFor is how long reading by parts may take where a pass over all took so
// long. A pass that takes no time to speak of says nothing.
func limitFor(pass time.Duration) time.Duration { return slower * max(pass, 5*time.Millisecond) }

func checkCompanyReads(p *probe, f LedgerFixture) {
	d, s := newDesk(p, f), sizeOf(f)
	d.inBatches("put cards", s.cards, func(w store.Writer, n int) error { return w.PutCard(cardOf(s.key(n), s.company(n))) })
	d.inBatches("put what people said", s.cards/10, func(w store.Writer, n int) error {
		id, company := recordID(s.key(n)), s.company(n)
		return errors.Join(
			w.PutMatch(store.Match{ID: id, Company: company, State: store.MatchMatched}),
			w.PutPin(store.Pin{Asset: store.AssetID(s.key(n)), Company: company}),
			w.PutTombstone(store.Tombstone{ID: id, Company: company}),
		)
	})
	pass := func(r store.Reader) error { return counted("Cards", r.Cards("i1"), s.cards) }
	d.view("read all cards for the first time", pass)
	limit := limitFor(d.timed("read all cards", pass))
	byCompany := func(read func(r store.Reader, company store.CompanyID) error) func(r store.Reader) error {
		return func(r store.Reader) error {
			for n := range s.companies {
				if err := read(r, s.company(n)); err != nil {
					return err
				}
			}
			return nil
		}
	}
	d.within("CardsOf for each company", limit, byCompany(func(r store.Reader, company store.CompanyID) error {
		return counted("CardsOf", r.CardsOf(company), s.cards/s.companies)
	}))
	d.within("MatchesOf for each company", limit, byCompany(func(r store.Reader, company store.CompanyID) error {
		return counted("MatchesOf", r.MatchesOf(company), -1)
	}))
	d.within("PinsOf for each company", limit, byCompany(func(r store.Reader, company store.CompanyID) error {
		return counted("PinsOf", r.PinsOf(company), -1)
	}))
	d.within("TombstonesOf for each company", limit, byCompany(func(r store.Reader, company store.CompanyID) error {
		return counted("TombstonesOf", r.TombstonesOf(company), -1)
	}))
}

func checkMirrorReads(p *probe, f LedgerFixture) {
	d, s := newDesk(p, f), sizeOf(f)
	const unseen = 7
	d.inBatches("put rows of the mirror", s.cards, func(w store.Writer, n int) error {
		return w.PutMirrorRow(mirrorRow(s.key(n), string(s.container(n))))
	})
	d.putScan(scanOf("s1", store.ScanOpen))
	const page = 100
	d.inBatches("mark them as seen", s.cards/page, func(w store.Writer, n int) error {
		var keys []connector.Key
		for i := n * page; i < (n+1)*page && i < s.cards-unseen; i++ {
			keys = append(keys, connector.Key(s.key(i)))
		}
		return w.MarkSeen("s1", keys)
	})
	q := store.MirrorQuery{Integration: "i1", Kind: "asset"}
	pass := func(r store.Reader) error { return counted("Mirror", r.Mirror(q), s.cards) }
	d.view("read the mirror for the first time", pass)
	limit := limitFor(d.timed("read the mirror", pass))
	by := q
	by.UnseenBy = "s1"
	d.within("Mirror unseen by a scan", limit, func(r store.Reader) error { return counted("Mirror", r.Mirror(by), unseen) })
	for _, scan := range []store.ScanID{"", "s1"} {
		d.within(fmt.Sprintf("Mirror for each container, unseen by %q", scan), limit, func(r store.Reader) error {
			for n := range s.containers {
				one := store.MirrorQuery{Integration: "i1", Kind: "asset", Container: new(s.container(n)), UnseenBy: scan}
				want := s.cards / s.containers
				if scan != "" {
					want = -1
				}
				if err := counted("Mirror", r.Mirror(one), want); err != nil {
					return err
				}
			}
			return nil
		})
	}
}
