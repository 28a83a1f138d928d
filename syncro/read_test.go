package syncro_test

import (
	"fmt"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"testing"
	"testing/synctest"

	"github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/require"

	"github.com/dovetail-sync/dovetail/connector"
	"github.com/dovetail-sync/dovetail/syncro"
	"github.com/dovetail-sync/dovetail/syncro/syncrotest"
)

var kinds = []connector.Kind{syncro.KindCustomer, syncro.KindContact, syncro.KindAsset}

func idsOf(account *syncrotest.Account, kind connector.Kind) []connector.Key {
	var out []connector.Key
	add := func(id int64) { out = append(out, key(id)) }
	switch kind {
	case syncro.KindCustomer:
		for _, c := range account.Customers() {
			add(c.ID)
		}
	case syncro.KindContact:
		for _, c := range account.Contacts() {
			add(c.ID)
		}
	case syncro.KindAsset:
		for _, c := range account.Assets() {
			add(c.ID)
		}
	}
	return out
}

func TestAReadDeliversEveryRecordOfEachKindAndEnds(t *testing.T) {
	t.Parallel()
	account := newAccount(t, syncrotest.Options{Customers: 230, Contacts: 410, Assets: 505})
	s := open(t, account, unpaced)
	for _, kind := range kinds {
		pages := read(t, s, connector.ReadRequest{Kind: kind})
		require.Greater(t, len(pages), 2)
		require.Equal(t, idsOf(account, kind), keys(records(pages)))
		for _, page := range pages {
			require.Empty(t, page.Rejected)
			require.Equal(t, kind != syncro.KindCustomer, page.Account == "48213", "only these show the account")
		}
		require.Equal(t, pages, read(t, s, connector.ReadRequest{Kind: kind}), "ranging twice reads twice")
	}
}

func TestDisabledCustomersAreReadAsInactive(t *testing.T) {
	t.Parallel()
	account := newAccount(t, syncrotest.Options{})
	id := account.AddCustomer(syncrotest.Customer{BusinessName: "Gone fishing", Disabled: true})
	got := records(read(t, open(t, account, unpaced), connector.ReadRequest{Kind: syncro.KindCustomer}))
	require.Len(t, got, 1)
	require.Equal(t, key(id), got[0].Key)
	require.Equal(t, connector.StatusInactive, got[0].Status)
}

func TestAnEmptyAccountEndsAfterAnEmptyPage(t *testing.T) {
	t.Parallel()
	s := open(t, newAccount(t, syncrotest.Options{}), unpaced)
	for _, kind := range kinds {
		pages := read(t, s, connector.ReadRequest{Kind: kind})
		require.Len(t, pages, 1)
		require.Empty(t, pages[0].Records)
		again := read(t, s, connector.ReadRequest{Kind: kind, Checkpoint: pages[0].Checkpoint})
		require.Empty(t, records(again))
	}
}

func TestResumingAfterAnyPageSkipsNothing(t *testing.T) {
	t.Parallel()
	account := newAccount(t, syncrotest.Options{Customers: 40, Contacts: 130, Assets: 90, PageSize: syncrotest.PageSize{Customers: 10, Contacts: 20, Assets: 20}})
	s := open(t, account, unpaced)
	customers := idsOf(account, syncro.KindCustomer)
	for _, kind := range kinds {
		for _, within := range [][]connector.Key{nil, customers[:25]} {
			pages := read(t, s, connector.ReadRequest{Kind: kind, Within: within})
			want := byKey(records(pages))
			for i, page := range pages {
				resumed := read(t, s, connector.ReadRequest{Kind: kind, Within: within, Checkpoint: page.Checkpoint})
				got := byKey(append(records(pages[:i+1]), records(resumed)...))
				require.Empty(t, cmp.Diff(want, got), "%s after page %d", kind, i+1)
				if i > 0 && i < len(pages)-1 {
					require.Less(t, len(records(resumed)), len(records(pages)), "%s after page %d began anew", kind, i+1)
				}
			}
		}
	}
}

func TestAResumedReadFindsRowsThatMovedToAnEarlierPage(t *testing.T) {
	t.Parallel()
	account := newAccount(t, syncrotest.Options{Customers: 30, PageSize: syncrotest.PageSize{Customers: 10}})
	s := open(t, account, unpaced)
	all := account.Customers()
	var first connector.Page
	for page, err := range s.Read(t.Context(), connector.ReadRequest{Kind: syncro.KindCustomer}) {
		require.NoError(t, err)
		first = page
		break
	}
	require.True(t, account.DeleteCustomer(all[0].ID))
	rest := read(t, s, connector.ReadRequest{Kind: syncro.KindCustomer, Checkpoint: first.Checkpoint})
	seen := append(keys(first.Records), keys(records(rest))...)
	for _, id := range idsOf(account, syncro.KindCustomer) {
		require.Contains(t, seen, id)
	}
}

func TestAReadWithinCompaniesDeliversTheirRecordsOnly(t *testing.T) {
	t.Parallel()
	account := newAccount(t, syncrotest.Options{Customers: 30, Contacts: 200, Assets: 200, PageSize: syncrotest.PageSize{Contacts: 3, Assets: 3}})
	ids := idsOf(account, syncro.KindCustomer)
	within := []connector.Key{ids[3], ids[20], ids[7]}
	ignoring := tamper(func(r *http.Request, next http.RoundTripper) (*http.Response, error) {
		q := r.URL.Query()
		q.Del("customer_id")
		r = r.Clone(r.Context())
		r.URL.RawQuery = q.Encode()
		return next.RoundTrip(r)
	})
	for name, s := range map[string]connector.Session{"filtered": open(t, account, unpaced), "filter ignored": open(t, account, unpaced, ignoring)} {
		for _, kind := range kinds[1:] {
			var want []connector.Key
			for _, company := range within {
				for _, r := range records(read(t, s, connector.ReadRequest{Kind: kind})) {
					if r.Container == company {
						want = append(want, r.Key)
					}
				}
			}
			require.NotEmpty(t, want)
			got := records(read(t, s, connector.ReadRequest{Kind: kind, Within: within}))
			require.Equal(t, want, keys(got), "%s, %s", name, kind)
		}
	}
}

func TestCustomersWithinCustomersAreLookedUp(t *testing.T) {
	t.Parallel()
	account := newAccount(t, syncrotest.Options{Customers: 60})
	s := open(t, account, unpaced)
	all := records(read(t, s, connector.ReadRequest{Kind: syncro.KindCustomer}))
	within := slices.Concat(keys(all)[10:40], []connector.Key{"999999999"})
	account.ForgetRequests()
	got := records(read(t, s, connector.ReadRequest{Kind: syncro.KindCustomer, Within: within}))
	require.Empty(t, cmp.Diff(all[10:40], got), "as listed, and without the one that doesn't exist")
	for _, r := range account.Requests() {
		require.NotEqual(t, "/api/v1/customers", r.Path)
	}
}

func TestACompanyThatIsNoIDIsRefused(t *testing.T) {
	t.Parallel()
	s := open(t, newAccount(t, syncrotest.Options{Contacts: 5}), unpaced)
	for _, key := range []connector.Key{"", "abc", "12 ", "-1", "1e3", "0"} {
		_, err := readUntilError(t, s, connector.ReadRequest{Kind: syncro.KindContact, Within: []connector.Key{key}})
		requireCode(t, connector.CodeConfig, err)
	}
}

func TestACheckpointThatCannotBeHonouredIsStale(t *testing.T) {
	t.Parallel()
	account := newAccount(t, syncrotest.Options{Customers: 50, Contacts: 50, PageSize: syncrotest.PageSize{Customers: 10, Contacts: 10}})
	s := open(t, account, unpaced)
	contacts := read(t, s, connector.ReadRequest{Kind: syncro.KindContact})
	pages := read(t, s, connector.ReadRequest{Kind: syncro.KindCustomer})
	for name, checkpoint := range map[string]connector.Checkpoint{
		"nonsense":        "page two",
		"empty object":    "{}",
		"another kind":    contacts[1].Checkpoint,
		"another version": connector.Checkpoint(strings.Replace(string(pages[1].Checkpoint), `"v":2`, `"v":1`, 1)),
		"page zero":       connector.Checkpoint(strings.Replace(string(pages[1].Checkpoint), `"page":3`, `"page":0`, 1)),
		"huge page":       connector.Checkpoint(strings.Replace(string(pages[1].Checkpoint), `"page":3`, `"page":99999999999`, 1)),
		"past the end":    connector.Checkpoint(strings.Replace(string(pages[1].Checkpoint), `"page":3`, `"page":40`, 1)),
		"other page size": connector.Checkpoint(strings.Replace(string(pages[1].Checkpoint), `"per_page":10`, `"per_page":5`, 1)),
		"other companies": connector.Checkpoint(strings.Replace(string(pages[1].Checkpoint), `}`, `,"scope":"00"}`, 1)),
	} {
		got, err := readUntilError(t, s, connector.ReadRequest{Kind: syncro.KindCustomer, Checkpoint: checkpoint})
		requireCode(t, connector.CodeStaleCheckpoint, err)
		require.Empty(t, got, name)
	}
}

func TestAKindOrModeThatIsNotDeclaredIsRefused(t *testing.T) {
	t.Parallel()
	s := open(t, newAccount(t, syncrotest.Options{}), unpaced)
	_, err := readUntilError(t, s, connector.ReadRequest{Kind: "ticket"})
	requireCode(t, connector.CodeConfig, err)
	_, err = readUntilError(t, s, connector.ReadRequest{Kind: syncro.KindAsset, Mode: connector.ModeChanges})
	requireCode(t, connector.CodeConfig, err)
}

func TestAfterTheConsumerStopsThereIsNoFurtherRequest(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		account := newAccount(t, syncrotest.Options{Customers: 300})
		for _, err := range open(t, account).Read(t.Context(), connector.ReadRequest{Kind: syncro.KindCustomer}) {
			require.NoError(t, err)
			break
		}
		synctest.Wait()
		require.Len(t, account.Requests(), 1)
	})
}

func TestClosingEndsReadsInFlight(t *testing.T) {
	t.Parallel()
	s := open(t, newAccount(t, syncrotest.Options{Customers: 300}), unpaced)
	var failed error
	for _, err := range s.Read(t.Context(), connector.ReadRequest{Kind: syncro.KindCustomer}) {
		failed = err
		require.NoError(t, s.Close())
	}
	requireCode(t, connector.CodeCanceled, failed)
	_, err := readUntilError(t, s, connector.ReadRequest{Kind: syncro.KindCustomer})
	requireCode(t, connector.CodeCanceled, err)
	require.Contains(t, err.Error(), "the session is closed")
	require.NoError(t, s.Close())
}

var metaPattern = regexp.MustCompile(`,"meta":\{[^}]*\}`)

func TestWithoutMetaAReadStopsAtAnEmptyPage(t *testing.T) {
	t.Parallel()
	account := newAccount(t, syncrotest.Options{Customers: 20, Contacts: 45, PageSize: syncrotest.PageSize{Contacts: 15}})
	for name, meta := range map[string]string{
		"none": "", "null": `,"meta":null`, "empty": `,"meta":{}`, "other shape": `,"meta":[1]`, "no numbers": `,"meta":{"total_pages":null,"page":"x"}`,
	} {
		s := open(t, account, unpaced, rewrite("/contacts", func(body string) string { return metaPattern.ReplaceAllString(body, meta) }))
		pages := read(t, s, connector.ReadRequest{Kind: syncro.KindContact})
		require.Len(t, pages, 4, name)
		require.Equal(t, idsOf(account, syncro.KindContact), keys(records(pages)), name)
	}
}

func TestTotalPagesIsReadAnewOnEveryPage(t *testing.T) {
	t.Parallel()
	account := newAccount(t, syncrotest.Options{Customers: 20, PageSize: syncrotest.PageSize{Customers: 10}})
	n := 0
	for page, err := range open(t, account, unpaced).Read(t.Context(), connector.ReadRequest{Kind: syncro.KindCustomer}) {
		require.NoError(t, err)
		if n++; n == 1 {
			for i := range 15 {
				account.AddCustomer(syncrotest.Customer{BusinessName: fmt.Sprintf("New %d", i)})
			}
		}
		require.Equal(t, n == 4, page.End == connector.Ended)
	}
	require.Equal(t, 4, n)
}

func TestAListWithoutItsRowsIsAnErrorAndNoEmptyPage(t *testing.T) {
	t.Parallel()
	for _, body := range []string{`{}`, `[]`, `{"customers":null}`, `{"customers":{}}`, `{"error":"x"}`, `{"contacts":[]}`, `null`, `"x"`} {
		s := open(t, newAccount(t, syncrotest.Options{Customers: 5}), unpaced, rewrite("/customers", func(string) string { return body }))
		_, err := readUntilError(t, s, connector.ReadRequest{Kind: syncro.KindCustomer})
		requireCode(t, connector.CodeProtocol, err)
	}
}

func TestAServerThatSendsTheSamePageAgainIsAnError(t *testing.T) {
	t.Parallel()
	account := newAccount(t, syncrotest.Options{Customers: 30, PageSize: syncrotest.PageSize{Customers: 10}})
	s := open(t, account, unpaced, tamper(func(r *http.Request, next http.RoundTripper) (*http.Response, error) {
		r = r.Clone(r.Context())
		r.URL.RawQuery = ""
		return next.RoundTrip(r)
	}))
	pages, err := readUntilError(t, s, connector.ReadRequest{Kind: syncro.KindCustomer})
	requireCode(t, connector.CodeProtocol, err)
	require.Len(t, pages, 1)
}

func TestARecordThatCannotBeDecodedIsRejectedAndTheRestGoesOn(t *testing.T) {
	t.Parallel()
	account := newAccount(t, syncrotest.Options{})
	for i := range 4 {
		account.AddCustomer(syncrotest.Customer{ID: int64(100 + i), BusinessName: fmt.Sprintf("Company %d", i)})
	}
	s := open(t, account, unpaced, rewrite("/customers", func(body string) string {
		body = strings.Replace(body, `"business_name":"Company 1"`, `"business_name":{"a":1}`, 1)
		return strings.Replace(body, `"id":103`, `"id":"x-3"`, 1)
	}))
	pages := read(t, s, connector.ReadRequest{Kind: syncro.KindCustomer})
	require.Equal(t, []connector.Key{"100", "102"}, keys(records(pages)))
	require.Len(t, pages[0].Rejected, 2)
	require.Equal(t, connector.Key("101"), pages[0].Rejected[0].Key)
	require.Empty(t, pages[0].Rejected[1].Key)
	for _, rejected := range pages[0].Rejected {
		requireCode(t, connector.CodeProtocol, rejected.Err)
	}
}

func TestAServerThatIgnoresThePageSizeIsNotReadAtTheWrongPlace(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		account := newAccount(t, syncrotest.Options{Customers: 5, Contacts: 230})
		s := open(t, account, tamper(func(r *http.Request, next http.RoundTripper) (*http.Response, error) {
			q := r.URL.Query()
			if strings.HasSuffix(r.URL.Path, "/contacts") && q.Get("page") == "2" && q.Get("per_page") == "" {
				return answer(504, "text/html", "<html>time-out</html>"), nil
			}
			return next.RoundTrip(r)
		}))
		pages, err := readUntilError(t, s, connector.ReadRequest{Kind: syncro.KindContact})
		requireCode(t, connector.CodeUnavailable, err)
		require.Contains(t, err.Error(), "504")
		require.Len(t, pages, 1)
	})
}

func TestPagesThatChangeTheirSizeEndTheReadAsIncomplete(t *testing.T) {
	t.Parallel()
	account := newAccount(t, syncrotest.Options{Customers: 40, PageSize: syncrotest.PageSize{Customers: 10}})
	n := 0
	s := open(t, account, unpaced, rewrite("/customers", func(body string) string {
		if n++; n == 2 {
			return strings.Replace(body, `"per_page":10`, `"per_page":20`, 1)
		}
		return body
	}))
	pages, err := readUntilError(t, s, connector.ReadRequest{Kind: syncro.KindCustomer})
	requireCode(t, connector.CodeIncomplete, err)
	require.Len(t, pages, 1)
}

func TestProgressIsReportedAndSaysWhyItWaits(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		account := newAccount(t, syncrotest.Options{Customers: 150})
		refused := false
		var got []connector.Progress
		s := open(t, account, func(opt *connector.OpenOptions) {
			opt.Host.Progress = func(p connector.Progress) { got = append(got, p) }
		}, tamper(func(r *http.Request, next http.RoundTripper) (*http.Response, error) {
			if r.URL.Query().Get("page") == "2" && !refused {
				refused = true
				resp := answer(429, "text/plain", "Retry later")
				resp.Header.Set("Retry-After", "40")
				return resp, nil
			}
			return next.RoundTrip(r)
		}))
		read(t, s, connector.ReadRequest{Kind: syncro.KindCustomer})
		require.Len(t, got, 4)
		require.Equal(t, connector.Progress{Kind: syncro.KindCustomer, Done: 100, Total: 150}, got[0])
		require.Regexp(t, `^rate limit: next request in 4[01]s$`, got[1].Waiting)
		require.Equal(t, 100, got[1].Done)
		require.Empty(t, got[2].Waiting)
		require.Equal(t, connector.Progress{Kind: syncro.KindCustomer, Done: 150, Total: 150}, got[3])
	})
}

func TestAListThatSaysThatItIsShorterThanItIsIsReadToItsEnd(t *testing.T) {
	t.Parallel()
	for name, customers := range map[string]int{"full": 300, "not full": 250, "one page": 100} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			account := newAccount(t, syncrotest.Options{Customers: customers, Faults: []syncrotest.Fault{syncrotest.FaultShortTotal}})
			s := open(t, account, unpaced)
			require.Equal(t, idsOf(account, syncro.KindCustomer), keys(records(read(t, s, connector.ReadRequest{Kind: syncro.KindCustomer}))))
		})
	}
}

func TestAListThatShowsItsLastPageForAnyPageAfterItEnds(t *testing.T) {
	t.Parallel()
	s := serving(t, `{"customers":[{"id":1,"business_name":"a"},{"id":2,"business_name":"b"}],"meta":{"total_pages":1,"per_page":2}}`)
	got := read(t, s, connector.ReadRequest{Kind: syncro.KindCustomer})
	require.Equal(t, []connector.Key{"1", "2"}, keys(records(got)))
}
