package connectortest

import (
	"encoding/json"
	"slices"
	"strings"
	"sync"
	"time"
	"unicode/utf8"

	"github.com/dovetail-sync/dovetail/connector"
)

// readChecks are the rules about what a read delivers.
func readChecks() []check {
	return []check{
		{
			name: "an account without records is read to its end",
			rule: "Without an error a read ends after a page whose End is Ended or Exhaustive.",
			run: func(p *probe) {
				for _, kind := range p.kinds() {
					if out := p.all(p.open(), connector.ReadRequest{Kind: kind.Kind}); len(out.keys()) > 0 {
						p.errorf("read of %s: an empty account delivered %d records", kind.Kind, len(out.keys()))
					}
				}
			},
		},
		{
			name: "a read ends with a page that says so", live: true,
			rule: "Without an error a read ends after a page whose End is Ended or Exhaustive, and a non-nil error is the last pair.",
			run:  wholeRead,
		},
		{
			name: "every record is delivered",
			rule: "A full read delivers every record of its kind, under the upstream's id, with its company and its name.",
			run:  everyRecord,
		},
		{
			name: "a record is what its kind declares", live: true,
			rule: "A record's key can be kept, its fields are declared data points (or discovered ones) of the declared type, and a checkpoint is at most 4 KiB of text.",
			run:  declaredRecords,
		},
		{
			name: "an undeclared kind is refused", live: true,
			rule: "A kind that Info doesn't declare is the error CodeConfig.",
			run: func(p *probe) {
				out := p.read(p.open(), connector.ReadRequest{Kind: noKind}, reading{})
				if len(out.pages) > 0 || connector.CodeOf(out.err) != connector.CodeConfig {
					p.errorf("it delivered %d pages and the error %v", len(out.pages), out.err)
				}
			},
		},
		{
			name: "ranging twice reads twice", live: true,
			rule: "Ranging twice over the sequence reads twice.",
			run:  rangedTwice,
		},
		{
			name: "two reads at a time are both whole", live: true,
			rule: "A session is safe for concurrent use; two reads at the same time don't disturb each other.",
			run:  twoReads,
		},
		{
			name: "a page belongs to its consumer", live: true,
			rule: "A page and everything in it belongs to the consumer: the session doesn't touch it again, and doesn't see what becomes of it.",
			run:  ownedPages,
		},
		{
			name: "a limited read delivers its companies only", live: true,
			rule: "Within limits the read to the records of these containers, where the kind declares that it can.",
			run:  within,
		},
	}
}

// fill adds records of every kind, if there is a fake to add them to.
func (p *probe) fill() map[connector.Kind][]connector.Key {
	keys := make(map[connector.Kind][]connector.Key)
	if p.subject().up == nil {
		return keys
	}
	for _, kind := range p.kinds() {
		keys[kind.Kind] = p.seed(kind.Kind, p.several())
	}
	container := p.subject().Connector.Info().Container
	for _, company := range p.subject().companies {
		if !slices.Contains(keys[container], company) {
			keys[container] = append(keys[container], company)
		}
	}
	return keys
}

func wholeRead(p *probe) {
	p.fill()
	s := p.open()
	for _, kind := range p.kinds() {
		p.all(s, connector.ReadRequest{Kind: kind.Kind})
	}
}

func everyRecord(p *probe) {
	want := p.fill()
	s := p.open()
	for _, kind := range p.kinds() {
		out := p.all(s, connector.ReadRequest{Kind: kind.Kind})
		if missing := out.keys().without(want[kind.Kind]); missing != "" {
			p.errorf("read of %s: it ended as %s without %s", kind.Kind, out.end(), missing)
		}
		if len(out.keys()) > len(want[kind.Kind]) {
			p.errorf("read of %s: it delivered %d records, and there are %d", kind.Kind, len(out.keys()), len(want[kind.Kind]))
		}
		if n := len(out.pages); n < 2 {
			p.errorf("read of %s: %d records came as %d page: either a page has no bound, or the fixture's PageRows is wrong", kind.Kind, len(want[kind.Kind]), n)
		}
		companies := p.subject().companies
		for key, r := range out.records() {
			if kind.Role != connector.RoleContainer && !slices.Contains(companies, r.Container) {
				p.errorf("read of %s: record %s belongs to %q, and the companies are %v", kind.Kind, key, r.Container, companies)
			}
			if name, known := p.subject().names[recordID{kind.Kind, key}]; known && r.Name != name {
				p.errorf("read of %s: record %s has the name %q, and not %q", kind.Kind, key, r.Name, name)
			}
		}
	}
}

// maxCheckpoint is the bound of a checkpoint.
const maxCheckpoint = 4 << 10

func declaredRecords(p *probe) {
	p.fill()
	s := p.open()
	points := p.points(s)
	for _, kind := range p.kinds() {
		for n, page := range p.all(s, connector.ReadRequest{Kind: kind.Kind}).pages {
			if len(page.Checkpoint) > maxCheckpoint || !utf8.ValidString(string(page.Checkpoint)) {
				p.errorf("read of %s: the checkpoint of page %d has %d bytes, or isn't text", kind.Kind, n+1, len(page.Checkpoint))
			}
			if page.End == connector.More && page.Checkpoint == "" {
				p.errorf("read of %s: page %d has no checkpoint, though more follows", kind.Kind, n+1)
			}
			for _, r := range page.Records {
				p.declared(kind, points[kind.Kind], r)
			}
		}
	}
}

// points returns the data points by kind and name, discovered ones included.
func (p *probe) points(s connector.Session) map[connector.Kind]map[string]connector.DataPoint {
	points := make(map[connector.Kind]map[string]connector.DataPoint)
	for _, kind := range p.kinds() {
		points[kind.Kind] = make(map[string]connector.DataPoint)
		for _, point := range kind.DataPoints {
			points[kind.Kind][point.Name] = point
		}
	}
	discover := connector.FeaturesOf(s).Discover
	if discover == nil {
		return points
	}
	found, err := discover(p.ctx)
	p.must(err, "discover data points")
	for kind, more := range found.DataPoints {
		if points[kind] == nil {
			p.fatalf("Discover names data points of %q, which is no kind", kind)
		}
		for _, point := range more {
			points[kind][point.Name] = point
		}
	}
	return points
}

func (p *probe) declared(kind connector.KindInfo, points map[string]connector.DataPoint, r connector.Record) {
	if err := r.Key.Check(); err != nil {
		p.errorf("read of %s: %w", kind.Kind, err)
	}
	if r.Status > connector.StatusDeleted {
		p.errorf("read of %s: record %s has the status %s", kind.Kind, r.Key, r.Status)
	}
	if kind.Role == connector.RoleContainer && r.Container != "" {
		p.errorf("read of %s: company %s says that it belongs to company %s", kind.Kind, r.Key, r.Container)
	}
	for name, v := range r.Fields {
		point, known := points[name]
		switch {
		case !known:
			p.errorf("read of %s: record %s has the field %q, which is no data point of its kind", kind.Kind, r.Key, name)
		case v.Kind() == connector.KindList && !point.List:
			p.errorf("read of %s: record %s has a list in %q, which isn't declared as one", kind.Kind, r.Key, name)
		default:
			for _, item := range v.Items() {
				if !fits(item.Kind(), point.Type) {
					p.errorf("read of %s: record %s has a %s in %q, which is declared as %s", kind.Kind, r.Key, item.Kind(), name, point.Type)
				}
			}
		}
	}
}

// fits reports whether a value may stand where a type was declared: a number
// without a fraction is an integer, also among decimals.
func fits(kind, declared connector.ValueKind) bool {
	return kind == declared || kind == connector.KindInteger && declared == connector.KindDecimal
}

func rangedTwice(p *probe) {
	want := p.fill()
	s := p.open()
	for _, kind := range p.kinds() {
		seq := s.Read(p.ctx, connector.ReadRequest{Kind: kind.Kind, SizeHint: 7})
		for round := 1; round <= 2; round++ {
			got, pages := make(keySet), 0
			var failed error
			seq(func(page connector.Page, err error) bool {
				failed = err
				got.page(page)
				pages++
				return err == nil && pages != p.subject().pages && pages < endless
			})
			if failed != nil || pages == 0 {
				p.errorf("read of %s: ranging for time %d delivered %d pages and the error %v", kind.Kind, round, pages, failed)
			} else if missing := got.without(want[kind.Kind]); missing != "" {
				p.errorf("read of %s: ranging for time %d did not deliver %s", kind.Kind, round, missing)
			}
		}
	}
}

func twoReads(p *probe) {
	want := p.fill()
	s := p.open()
	kinds := p.kinds()
	reads := append(slices.Clone(kinds), kinds...) // each kind twice, all at once
	probes := make([]*probe, len(reads))
	outs := make([]*readout, len(reads))
	var all sync.WaitGroup
	for i, kind := range reads {
		probes[i] = &probe{ctx: p.ctx, on: p.on, made: p.made}
		all.Go(func() {
			probes[i].run(func(own *probe) {
				// The others get their turn after every page.
				taking := reading{between: func(int) { wait(time.Millisecond) }}
				if outs[i] = own.read(s, connector.ReadRequest{Kind: kind.Kind}, taking); outs[i].err != nil {
					own.errorf("read of %s: beside others it ended with an error: %w", kind.Kind, outs[i].err)
				}
			})
		})
	}
	all.Wait()
	for i, kind := range reads {
		p.failures = append(p.failures, probes[i].failures...)
		if outs[i] == nil || outs[i].err != nil {
			continue
		}
		if missing := outs[i].keys().without(want[kind.Kind]); missing != "" {
			p.errorf("read of %s: beside others it ended as %s without %s", kind.Kind, outs[i].end(), missing)
		}
	}
}

func ownedPages(p *probe) {
	p.fill()
	s := p.open()
	for _, kind := range p.kinds() {
		p.kept(s, kind.Kind)
		p.spoil(s, kind.Kind)
	}
}

// kept reads and compares each page, when the read is over, with what it was.
func (p *probe) kept(s connector.Session, kind connector.Kind) {
	var texts []string
	var pages []connector.Page
	p.read(s, connector.ReadRequest{Kind: kind}, reading{page: func(page connector.Page) {
		pages, texts = append(pages, page), append(texts, asText(page))
	}})
	for n, page := range pages {
		if asText(page) != texts[n] {
			p.errorf("read of %s: page %d is not any more what it was when it was delivered", kind, n+1)
		}
	}
}

// spoil overwrites whatever is in the pages of a read, and looks for it in the
// next.
func (p *probe) spoil(s connector.Session, kind connector.Kind) {
	const mark = "spoiled-by-its-consumer"
	p.read(s, connector.ReadRequest{Kind: kind}, reading{page: func(page connector.Page) {
		for i := range page.Records {
			if fields := page.Records[i].Fields; fields != nil {
				for name := range fields {
					fields[name] = connector.Text(mark)
				}
				fields[mark] = connector.Text(mark)
			}
			page.Records[i] = connector.Record{Key: mark, Name: mark}
		}
	}})
	for _, page := range p.all(s, connector.ReadRequest{Kind: kind}).pages {
		if strings.Contains(asText(page), mark) {
			p.fatalf("read of %s: what a consumer wrote into a page came back in the next read", kind)
		}
	}
}

// asText writes a page out, so that it can be compared later.
func asText(page connector.Page) string {
	var rejected []string
	for _, r := range page.Rejected {
		rejected = append(rejected, string(r.Key)+" "+r.Err.Error())
	}
	page.Rejected = nil
	text, err := json.Marshal(page)
	if err != nil {
		return err.Error()
	}
	return string(text) + strings.Join(rejected, "\n")
}

func within(p *probe) {
	p.fill()
	s := p.open()
	tested := false
	for _, kind := range p.kinds() {
		if !kind.Within {
			continue
		}
		all := p.all(s, connector.ReadRequest{Kind: kind.Kind})
		belongs := func(r connector.Record) connector.Key {
			if kind.Role == connector.RoleContainer {
				return r.Key
			}
			return r.Container
		}
		company, want := connector.Key(""), []connector.Key(nil)
		for _, r := range all.records() {
			company = max(company, belongs(r))
		}
		for key, r := range all.records() {
			if belongs(r) == company {
				want = append(want, key)
			}
		}
		if company == "" {
			continue
		}
		tested = true
		limited := p.all(s, connector.ReadRequest{Kind: kind.Kind, Within: []connector.Key{company}})
		for key, r := range limited.records() {
			if belongs(r) != company {
				p.errorf("read of %s within %s: it delivered %s of %s", kind.Kind, company, key, belongs(r))
			}
		}
		if missing := limited.keys().without(want); missing != "" && p.subject().up != nil {
			p.errorf("read of %s within %s: it did not deliver %s", kind.Kind, company, missing)
		}
	}
	if !tested {
		p.skipf("no kind declares Within, or none has records")
	}
}
