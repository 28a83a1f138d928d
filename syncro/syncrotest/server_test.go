package syncrotest_test

import (
	"context"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/dovetail-sync/dovetail/syncro/syncrotest"
)

func newRequest(t testing.TB, account *syncrotest.Account, path string) *http.Request {
	t.Helper()
	r := httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/api/v1"+path, nil)
	r.Header.Set("Authorization", "Bearer "+account.Token())
	return r
}

func serve(account *syncrotest.Account, r *http.Request) int {
	w := httptest.NewRecorder()
	account.ServeHTTP(w, r)
	return w.Code
}

func TestListenTakesLoopbackAddressesOnly(t *testing.T) {
	t.Parallel()
	account := newAccount(t, syncrotest.Options{})
	for _, addr := range []string{"0.0.0.0:0", ":0", "192.0.2.1:0", "example.com:0"} {
		_, err := account.Listen(addr)
		require.ErrorContains(t, err, "is not a loopback address", addr)
	}
	_, err := account.Listen("127.0.0.1")
	require.ErrorContains(t, err, "syncrotest: listen: ")

	server, err := account.Listen("localhost:0")
	require.NoError(t, err)
	_, err = account.Listen(strings.TrimPrefix(server.URL, "http://"))
	require.Error(t, err, "the port is taken")
	server.Close()
	server.Close()
	_, err = http.Get(server.BaseURL() + "/me")
	require.Error(t, err)
}

func TestTheRoundTripperAnswersForAnyHost(t *testing.T) {
	t.Parallel()
	c := inProcess(newAccount(t, syncrotest.Options{Subdomain: "acme-msp"}))
	require.Equal(t, "https://acme-msp.syncromsp.com/api/v1", c.base)
	for _, base := range []string{c.base, "http://elsewhere.test:99/api/v1", "https://acme.repairshopr.com/api/v1"} {
		c.base = base
		require.Equal(t, http.StatusOK, c.get(t, "/me").status, base)
	}
}

func TestTheRoundTripperObeysItsContext(t *testing.T) {
	t.Parallel()
	account := newAccount(t, syncrotest.Options{})
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, err := account.RoundTripper().RoundTrip(newRequest(t, account, "/me").WithContext(ctx))
	require.ErrorIs(t, err, context.Canceled)
	require.Empty(t, account.Requests())
}

func TestTheRequestLogShowsWhatWasAskedButNoSecret(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		c := inProcess(newAccount(t, small()))
		start := time.Now()
		c.get(t, "/customers?page=2&sort=id+ASC")
		time.Sleep(time.Second)
		c.token = ""
		c.get(t, "/me?api_key=hidden-key")

		got := c.account.Requests()
		require.Len(t, got, 2)
		require.Equal(t, http.MethodGet, got[0].Method)
		require.Equal(t, "/api/v1/customers", got[0].Path)
		require.Equal(t, "2", got[0].Query.Get("page"))
		require.Equal(t, "id ASC", got[0].Query.Get("sort"))
		require.Equal(t, http.StatusOK, got[0].Status)
		require.True(t, start.Equal(got[0].At))
		require.Equal(t, http.StatusUnauthorized, got[1].Status)
		require.Equal(t, time.Second, got[1].At.Sub(got[0].At))
		require.NotContains(t, path("%+v", got), "hidden-key")
		require.NotContains(t, path("%+v", got), "test-token")

		c.account.ForgetRequests()
		require.Empty(t, c.account.Requests())
	})
}

func TestOptionsThatMakeNoSenseAreAllNamed(t *testing.T) {
	t.Parallel()
	_, err := syncrotest.New(syncrotest.Options{
		Customers: -1, Contacts: -2, Assets: -3, RateLimit: -4, Subdomain: "acme.syncromsp.com",
		PageSize: syncrotest.PageSize{Customers: -5, Contacts: -6, Assets: -7},
	})
	for _, want := range []string{
		"Customers is -1", "Contacts is -2", "Assets is -3", "RateLimit is -4", "Subdomain",
		"PageSize.Customers is -5", "PageSize.Contacts is -6", "PageSize.Assets is -7",
	} {
		require.ErrorContains(t, err, want)
	}
}

// FuzzServe holds the handler to whole answers of the statuses it knows,
// whatever is asked.
func FuzzServe(f *testing.F) {
	f.Add("customers", "page=2&per_page=3&sort=id+ASC&id[]=1")
	f.Add("customers", "page=9223372036854775807&per_page=-1&sort=++DESC")
	f.Add("contacts/4294966800", "customer_id=x")
	f.Add("customer_assets", "asset_type_id=70001&query=%00&snmp_enabled=1")
	f.Add("settings/", ";%zz")
	account := newAccount(f, small())
	f.Fuzz(func(t *testing.T, path, query string) {
		r := newRequest(t, account, "/")
		r.URL.Path += path
		r.URL.RawQuery = query
		w := httptest.NewRecorder()
		account.ServeHTTP(w, r)
		switch w.Code {
		case http.StatusOK:
			require.True(t, strings.HasPrefix(w.Header().Get("Content-Type"), "application/json"))
			require.True(t, strings.HasSuffix(w.Body.String(), "}"))
		case http.StatusNotFound:
			require.NotEmpty(t, w.Body.String())
		default:
			t.Fatalf("status %d", w.Code)
		}
	})
}
