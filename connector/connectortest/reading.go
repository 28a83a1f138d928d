package connectortest

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/dovetail-sync/dovetail/connector"
)

// endless is how many pages of a few records are too many.
const endless = 300

// reading is how a read is consumed. The zero value takes everything.
type reading struct {
	// ctx is the read's. Nil: that of the check.
	ctx context.Context
	// stop is after how many pages the consumer stops. Zero: never.
	stop int
	// between is called while the consumer has page n, from 1.
	between func(n int)
	// page is called with each page.
	page func(connector.Page)
}

// readout is what a read delivered.
type readout struct {
	pages []connector.Page
	err   error
	// stopped says that the consumer didn't want more.
	stopped bool
	// late counts what came after the end.
	late int
}

// read consumes one read, and notes what breaks the rules that hold for any.
func (p *probe) read(s connector.Session, req connector.ReadRequest, how reading) *readout {
	ctx := how.ctx
	if ctx == nil {
		ctx = p.ctx
	}
	out := &readout{}
	most := p.subject().pages
	// Called and not ranged over: a range statement panics where something comes
	// after its end.
	s.Read(ctx, req)(func(page connector.Page, err error) bool {
		switch {
		case out.stopped || out.err != nil || out.end() != connector.More:
			out.late++
			return false
		case err != nil:
			out.err = err
			p.subject().shown.error(err)
			if len(page.Records)+len(page.Rejected) > 0 || page.Checkpoint != "" || page.End != connector.More {
				p.errorf("read of %s: a page came together with the error: %w", req.Kind, err)
			}
			return true // nothing may follow; if something does it is counted
		}
		out.pages = append(out.pages, clone(page))
		p.subject().shown.page(page)
		if how.page != nil {
			how.page(page)
		}
		if how.between != nil {
			how.between(len(out.pages))
		}
		n := len(out.pages)
		out.stopped = n == how.stop || n == most || n == endless
		return !out.stopped
	})
	switch n := len(out.pages); {
	case out.late > 0 && out.err != nil:
		p.errorf("read of %s: something came after its error", req.Kind)
	case out.late > 0 && out.stopped:
		p.errorf("read of %s: a page came after the consumer had stopped", req.Kind)
	case out.late > 0:
		p.errorf("read of %s: a page came after the last one", req.Kind)
	case n == endless:
		p.errorf("read of %s: it had not ended after %d pages", req.Kind, n)
	case !out.stopped && out.err == nil && out.end() == connector.More:
		p.errorf("read of %s: it ended after page %d, which says that more follows", req.Kind, n)
	}
	return out
}

// all reads everything there is, which may not fail.
func (p *probe) all(s connector.Session, req connector.ReadRequest) *readout {
	out := p.read(s, req, reading{})
	if out.err != nil {
		p.fatalf("read of %s: it ended with an error: %w", req.Kind, out.err)
	}
	return out
}

// clone copies a page, so that only the check about that notices a session that
// touches it again.
func clone(page connector.Page) connector.Page {
	page.Rejected = slices.Clone(page.Rejected)
	page.Records = slices.Clone(page.Records)
	for i := range page.Records {
		page.Records[i].Fields = maps.Clone(page.Records[i].Fields)
	}
	return page
}

// end returns what the last page says.
func (o *readout) end() connector.End {
	if len(o.pages) == 0 {
		return connector.More
	}
	return o.pages[len(o.pages)-1].End
}

// checkpoint returns that of the last page. Empty if none came.
func (o *readout) checkpoint() connector.Checkpoint {
	if len(o.pages) == 0 {
		return ""
	}
	return o.pages[len(o.pages)-1].Checkpoint
}

// records returns what was delivered, by key, the newest of each.
func (o *readout) records() map[connector.Key]connector.Record {
	got := make(map[connector.Key]connector.Record)
	for _, page := range o.pages {
		for _, r := range page.Records {
			got[r.Key] = r
		}
	}
	return got
}

// keys returns the keys that were delivered, those of broken records too.
func (o *readout) keys() keySet {
	got := make(keySet)
	for _, page := range o.pages {
		got.page(page)
	}
	return got
}

// keySet is a set of keys.
type keySet map[connector.Key]bool

func (k keySet) page(page connector.Page) {
	for _, r := range page.Records {
		k[r.Key] = true
	}
	for _, r := range page.Rejected {
		k[r.Key] = true
	}
}

func (k keySet) add(other keySet) { maps.Copy(k, other) }

// without returns the keys of want that k lacks, as text. Empty: none.
func (k keySet) without(want []connector.Key) string {
	var missing []string
	for _, key := range want {
		if !k[key] {
			missing = append(missing, string(key))
		}
	}
	return strings.Join(missing, ", ")
}

// seed adds records of a kind, spread over two companies, and returns their
// keys in the order in which they were added.
func (p *probe) seed(kind connector.Kind, n int) []connector.Key {
	return p.seedAt(kind, n, time.Time{})
}

// several is how many records fill four pages.
func (p *probe) several() int { return 3*p.subject().up.PageRows + 1 }

func (p *probe) seedAt(kind connector.Kind, n int, updated time.Time) []connector.Key {
	keys := make([]connector.Key, n)
	for i := range keys {
		keys[i] = p.add(Seed{Kind: kind, Name: fmt.Sprintf("%s %03d", kind, i), Updated: updated})
	}
	return keys
}

// add adds one record. One that belongs to a company is put into the first two
// in turn.
func (p *probe) add(seed Seed) connector.Key {
	s := p.subject()
	if seed.Container == "" && seed.Kind != s.Connector.Info().Container {
		seed.Container = p.companies()[s.added%2]
	}
	s.added++
	key, err := s.up.Add(seed)
	p.asked(err, "add a %s", seed.Kind)
	s.names[recordID{seed.Kind, key}] = seed.Name
	return key
}

// asked looks at the answer of a function of the fixture's.
func (p *probe) asked(err error, doing string, args ...any) {
	if errors.Is(err, errors.ErrUnsupported) {
		p.skipf("%s: %v", fmt.Sprintf(doing, args...), err)
	}
	p.must(err, doing, args...)
}

// companies returns the first two companies of the upstream.
func (p *probe) companies() []connector.Key {
	s := p.subject()
	for len(s.companies) < 2 {
		n := len(s.companies) + 1
		s.companies = append(s.companies, p.add(Seed{Kind: s.Connector.Info().Container, Name: fmt.Sprintf("Company %d", n)}))
	}
	return slices.Clone(s.companies)
}

// settle waits until what was started in the background has ended.
func settle() { wait(50 * time.Millisecond) }

func wait(d time.Duration) {
	done := time.NewTimer(d)
	defer done.Stop()
	<-done.C
}
