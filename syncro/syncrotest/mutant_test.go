package syncrotest_test

import (
	"bytes"
	"context"
	"io"
	"iter"
	"net/http"
	"regexp"
	"slices"
	"strconv"
	"sync"
	"testing"
	"testing/synctest"

	"github.com/stretchr/testify/require"

	"github.com/dovetail-sync/dovetail/connector"
	"github.com/dovetail-sync/dovetail/syncro"
	"github.com/dovetail-sync/dovetail/syncro/syncrotest"
)

// mutant is the connector with one thing broken.
type mutant struct {
	connector.Connector
	// pages breaks the reading. Nil leaves it as it is.
	pages func(pages iter.Seq2[connector.Page, error], yield func(connector.Page, error) bool)
	// get breaks the look-up's error.
	get func(err error) error
}

func (m mutant) Open(ctx context.Context, opt connector.OpenOptions) (connector.Session, error) {
	s, err := m.Connector.Open(ctx, opt)
	return mutantSession{s, m}, err
}

type mutantSession struct {
	connector.Session
	mutant mutant
}

func (s mutantSession) Read(ctx context.Context, req connector.ReadRequest) iter.Seq2[connector.Page, error] {
	pages := s.Session.Read(ctx, req)
	if s.mutant.pages == nil {
		return pages
	}
	return func(yield func(connector.Page, error) bool) { s.mutant.pages(pages, yield) }
}

func (s mutantSession) Features() connector.Features {
	f := connector.FeaturesOf(s.Session)
	if s.mutant.get != nil {
		whole := f.Get
		f.Get = func(ctx context.Context, kind connector.Kind, key connector.Key) (connector.Record, error) {
			rec, err := whole(ctx, kind, key)
			return rec, s.mutant.get(err)
		}
	}
	return f
}

// endingAt takes errors of some codes for the end of the list.
func endingAt(codes ...connector.Code) func(iter.Seq2[connector.Page, error], func(connector.Page, error) bool) {
	return func(pages iter.Seq2[connector.Page, error], yield func(connector.Page, error) bool) {
		for page, err := range pages {
			for _, code := range codes {
				if connector.CodeOf(err) == code {
					yield(connector.Page{End: connector.Ended}, nil)
					return
				}
			}
			if !yield(page, err) {
				return
			}
		}
	}
}

// tampering changes requests and answers on their way.
type tampering struct {
	next   http.RoundTripper
	ask    func(*http.Request)
	answer func(r *http.Request, body []byte) []byte
}

func (t tampering) RoundTrip(r *http.Request) (*http.Response, error) {
	if t.ask != nil {
		r = r.Clone(r.Context())
		t.ask(r)
	}
	resp, err := t.next.RoundTrip(r)
	if err != nil || t.answer == nil {
		return resp, err
	}
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		return resp, err
	}
	resp.Body, resp.ContentLength = io.NopCloser(bytes.NewReader(t.answer(r, body))), -1
	return resp, nil
}

// oldTotal believes what a list's first page says about its length.
func oldTotal() func(*http.Request, []byte) []byte {
	total, number := regexp.MustCompile(`"total_pages":\d+`), regexp.MustCompile(`\d+`)
	var mu sync.Mutex
	first := map[string][]byte{}
	return func(r *http.Request, body []byte) []byte {
		said := total.Find(body)
		if said == nil {
			return body
		}
		mu.Lock()
		defer mu.Unlock()
		page, _ := strconv.Atoi(r.URL.Query().Get("page"))
		if page == 1 {
			first[r.URL.Path] = said
		}
		if last, _ := strconv.Atoi(string(number.Find(first[r.URL.Path]))); page > last { // it asks for none behind the last
			return []byte(`{"customers":[],"contacts":[],"assets":[],"meta":{}}`)
		}
		return total.ReplaceAll(body, first[r.URL.Path])
	}
}

// mutants are ways to get the connector wrong, each with the faults that show
// it. Without a fault a plain read does.
func mutants() map[string]struct {
	conn   mutant
	ask    func(*http.Request)
	answer func(*http.Request, []byte) []byte
	faults []syncrotest.Fault
} {
	type row = struct {
		conn   mutant
		ask    func(*http.Request)
		answer func(*http.Request, []byte) []byte
		faults []syncrotest.Fault
	}
	return map[string]row{
		"skips a page": {conn: mutant{pages: func(pages iter.Seq2[connector.Page, error], yield func(connector.Page, error) bool) {
			n := 0
			for page, err := range pages {
				if n++; n == 2 && err == nil {
					page.Records = nil
				}
				if !yield(page, err) {
					return
				}
			}
		}}},
		"claims that nothing was missed": {conn: mutant{pages: func(pages iter.Seq2[connector.Page, error], yield func(connector.Page, error) bool) {
			for page, err := range pages {
				if page.End == connector.Ended {
					page.End = connector.Exhaustive
				}
				if !yield(page, err) {
					return
				}
			}
		}}},
		"takes a web page for an empty one": {conn: mutant{pages: endingAt(connector.CodeProtocol)}, faults: []syncrotest.Fault{syncrotest.FaultHTML200}},
		"takes a refusal for an empty list": {conn: mutant{pages: endingAt(connector.CodePermission, connector.CodeAuth)}, faults: []syncrotest.Fault{syncrotest.Fault401List}},
		"takes a 403 for an empty list":     {conn: mutant{pages: endingAt(connector.CodePermission, connector.CodeAuth)}, faults: []syncrotest.Fault{syncrotest.Fault403Firewall}},
		"ends where no answer comes":        {conn: mutant{pages: endingAt(connector.CodeUnavailable)}, faults: []syncrotest.Fault{syncrotest.FaultTruncate}},
		"ends where it is refused too often": {
			conn: mutant{pages: endingAt(connector.CodeRateLimited)}, faults: []syncrotest.Fault{syncrotest.Fault429Storm},
		},
		"ends where pages are too large": {conn: mutant{pages: endingAt(connector.CodeUnavailable)}, faults: []syncrotest.Fault{syncrotest.Fault504LargePages}},
		"takes what it may not see for gone": {conn: mutant{get: func(err error) error {
			if connector.CodeOf(err) == connector.CodePermission {
				return &connector.Error{Code: connector.CodeNotFound}
			}
			return err
		}}, faults: []syncrotest.Fault{syncrotest.FaultLimitedToken}},
		"takes a failed look-up for gone": {conn: mutant{get: func(err error) error {
			if err != nil {
				return &connector.Error{Code: connector.CodeNotFound}
			}
			return nil
		}}, faults: []syncrotest.Fault{syncrotest.FaultPageShift, syncrotest.FaultReset}},
		"believes the first page's total": {answer: oldTotal(), faults: []syncrotest.Fault{syncrotest.FaultLaggingTotal}},
		"leaves disabled customers out": {ask: func(r *http.Request) {
			q := r.URL.Query()
			q.Del("include_disabled")
			r.URL.RawQuery = q.Encode()
		}},
	}
}

// schedulesOf are ways to strike with a fault, over all of a run. Without one
// there is one plain trial.
func schedulesOf(faults []syncrotest.Fault) [][]syncrotest.Fault {
	if len(faults) == 0 {
		return [][]syncrotest.Fault{nil}
	}
	out := [][]syncrotest.Fault{faults}
	for from := range 24 {
		struck := slices.Clone(faults)
		last := len(faults) - 1
		struck[last] = struck[last].At(from+1, 0)
		out = append(out, struck)
	}
	return out
}

func TestTheJudgeSeesAConnectorThatIsBroken(t *testing.T) {
	t.Parallel()
	for name, m := range mutants() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			for _, faults := range schedulesOf(m.faults) {
				var wrong []string
				synctest.Test(t, func(t *testing.T) {
					for _, trial := range []func(testing.TB, []syncrotest.Fault, *syncrotest.Account, ...hostOption) *trial{fromTheStart, afterAGoodRun} {
						account := newOffice(t)
						m.conn.Connector = syncro.New()
						r := trial(t, faults, account, by(m.conn), through(tampering{account.RoundTripper(), m.ask, m.answer}))
						wrong = append(wrong, r.wrong...)
					}
				})
				if len(wrong) > 0 {
					t.Logf("%v: %d findings, such as: %s", faults, len(wrong), wrong[0])
					return
				}
			}
			require.Fail(t, "nobody noticed")
		})
	}
}
