package syncro_test

import (
	"fmt"
	"net/http"
	"regexp"
	"strings"
	"testing"
	"testing/synctest"

	"github.com/stretchr/testify/require"

	"github.com/dovetail-sync/dovetail/connector"
	"github.com/dovetail-sync/dovetail/syncro"
	"github.com/dovetail-sync/dovetail/syncro/syncrotest"
)

// timeouts answers with 504 while refuse says so, and counts them.
func timeouts(refused *int, refuse func(page, perPage string) bool) func(*connector.OpenOptions) {
	return tamper(func(r *http.Request, next http.RoundTripper) (*http.Response, error) {
		q := r.URL.Query()
		if q.Has("page") && refuse(q.Get("page"), q.Get("per_page")) {
			*refused++
			return answer(504, "text/html", "<html>time-out</html>"), nil
		}
		return next.RoundTrip(r)
	})
}

func TestAPageThatTakesTooLongIsAskedForInSmallerOnes(t *testing.T) {
	t.Parallel()
	for _, size := range []int{100, 25, 30, 11} { // halves that don't divide the place, too
		t.Run(fmt.Sprint(size), func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				account := newAccount(t, syncrotest.Options{Customers: 4 * size, PageSize: syncrotest.PageSize{Customers: size}})
				refused := 0
				s := open(t, account, timeouts(&refused, func(page, perPage string) bool { return page == "2" && perPage == "" }))
				pages := read(t, s, connector.ReadRequest{Kind: syncro.KindCustomer})
				require.Equal(t, 1, refused, "a smaller page, and no second try of the same")
				require.Len(t, byKey(records(pages)), 4*size)
				for i, page := range pages {
					resumed := read(t, s, connector.ReadRequest{Kind: syncro.KindCustomer, Checkpoint: page.Checkpoint})
					require.Len(t, byKey(append(records(pages[:i+1]), records(resumed)...)), 4*size)
				}
			})
		})
	}
}

func TestPagesBecomeSmallerUntilTheServerCanMakeThem(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		account := newAccount(t, syncrotest.Options{Customers: 230})
		refused := 0
		s := open(t, account, timeouts(&refused, func(_, perPage string) bool { return perPage != "12" }))
		pages := read(t, s, connector.ReadRequest{Kind: syncro.KindCustomer})
		require.Equal(t, 3, refused, "100, 50 and 25")
		require.Equal(t, idsOf(account, syncro.KindCustomer), keys(records(pages)))
	})
}

func TestAServerThatCanMakeNoPageAtAllIsUnavailable(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		account := newAccount(t, syncrotest.Options{Customers: 230})
		refused := 0
		s := open(t, account, timeouts(&refused, func(string, string) bool { return true }))
		pages, err := readUntilError(t, s, connector.ReadRequest{Kind: syncro.KindCustomer})
		requireCode(t, connector.CodeUnavailable, err)
		require.Empty(t, pages)
		require.Equal(t, 4+5, refused, "each size once, and the smallest as often as anything")
	})
}

// Whether the list of contacts keeps to a page size isn't known: this one
// doesn't.
func TestWhereThePageSizeIsIgnoredTheReadGoesOnAsBefore(t *testing.T) {
	t.Parallel()
	for name, lie := range map[string]func(string) string{
		"and said":     func(body string) string { return body },
		"and not said": func(body string) string { return metaPattern.ReplaceAllString(body, "") },
		"and denied": func(body string) string {
			return regexp.MustCompile(`"per_page":\d+`).ReplaceAllString(body, `"per_page":25`)
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				account := newAccount(t, syncrotest.Options{Customers: 5, Contacts: 230})
				refused := 0
				asked := false
				s := open(t, account, rewrite("/contacts", func(body string) string {
					if !asked {
						return body
					}
					return lie(body)
				}), timeouts(&refused, func(page, perPage string) bool {
					asked = asked || perPage != ""
					return page == "2" && perPage == "" && refused < 3
				}))
				pages, err := readUntilError(t, s, connector.ReadRequest{Kind: syncro.KindContact})
				if name == "and denied" { // the pages that follow contradict those before
					requireCode(t, connector.CodeIncomplete, err)
					return
				}
				require.NoError(t, err)
				require.Equal(t, connector.Ended, pages[len(pages)-1].End)
				require.Equal(t, idsOf(account, syncro.KindContact), keys(records(pages)))
			})
		})
	}
}

func TestPagesThatStayEmptyAreNotReadForever(t *testing.T) {
	t.Parallel()
	body := `{"customers":[],"meta":{"total_pages":1000000,"total_entries":100000000,"per_page":100}}`
	s := open(t, newAccount(t, syncrotest.Options{}), unpaced, rewrite("/customers", func(string) string { return body }))
	pages, err := readUntilError(t, s, connector.ReadRequest{Kind: syncro.KindCustomer})
	requireCode(t, connector.CodeIncomplete, err)
	require.Len(t, pages, 50)
}

func TestPagesThatAreEmptyForALimitedKeyDoNotEndTheRead(t *testing.T) {
	t.Parallel()
	account := newAccount(t, syncrotest.Options{Customers: 60, PageSize: syncrotest.PageSize{Customers: 10}})
	n := 0
	s := open(t, account, unpaced, rewrite("/customers", func(body string) string {
		if n++; n > 1 && n < 6 {
			return regexp.MustCompile(`(?s)"customers":\[.*\],"meta"`).ReplaceAllString(body, `"customers":[],"meta"`)
		}
		return body
	}))
	ids := idsOf(account, syncro.KindCustomer)
	require.Equal(t, append(ids[:10:10], ids[50:]...), keys(records(read(t, s, connector.ReadRequest{Kind: syncro.KindCustomer}))))
}

func TestAPageThatWasPushedAwayAsAWholeIsNoFaultOfTheServers(t *testing.T) {
	t.Parallel()
	account := newAccount(t, syncrotest.Options{Customers: 30, PageSize: syncrotest.PageSize{Customers: 10}})
	first := ""
	s := open(t, account, unpaced, rewrite("/customers", func(body string) string {
		if first == "" {
			first = body
			return body
		}
		return strings.Replace(first, `"page":1`, `"page":2`, 1)
	}))
	pages, err := readUntilError(t, s, connector.ReadRequest{Kind: syncro.KindCustomer})
	requireCode(t, connector.CodeIncomplete, err)
	require.Len(t, pages, 1)
}

// A full pass costs its pages and one request for the settings.
func TestAFullPassMakesNoRequestTooMany(t *testing.T) {
	t.Parallel()
	account := newAccount(t, syncrotest.Options{Customers: 230, Contacts: 410, Assets: 505})
	s := open(t, account, unpaced)
	for _, kind := range kinds {
		read(t, s, connector.ReadRequest{Kind: kind})
	}
	require.Len(t, account.Requests(), 3+9+11+1)
}

// And this one keeps to it: the same contacts, in pages of the wanted size.
func TestWhereThePageSizeIsKeptToTheReadGoesOnInSmallerPages(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		of := func(size int) *syncrotest.Account {
			return newAccount(t, syncrotest.Options{Customers: 5, Contacts: 230, PageSize: syncrotest.PageSize{Contacts: size}})
		}
		account, smaller := of(50), of(25)
		refused := 0
		s := open(t, account, tamper(func(r *http.Request, next http.RoundTripper) (*http.Response, error) {
			if r.URL.Query().Get("per_page") == "25" {
				return smaller.RoundTripper().RoundTrip(r)
			}
			return next.RoundTrip(r)
		}), timeouts(&refused, func(page, perPage string) bool { return page == "3" && perPage == "" }))
		pages := read(t, s, connector.ReadRequest{Kind: syncro.KindContact})
		require.Equal(t, idsOf(account, syncro.KindContact), keys(records(pages)))
		require.Equal(t, 1, refused)
		require.Len(t, pages, 2+6)
	})
}
