package syncro_test

import (
	"net"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"

	"github.com/stretchr/testify/require"

	"github.com/dovetail-sync/dovetail/connector"
	"github.com/dovetail-sync/dovetail/syncro"
	"github.com/dovetail-sync/dovetail/syncro/syncrotest"
)

// everyCall makes one call of each sort and returns what went wrong.
func everyCall(t *testing.T, s connector.Session) map[string]error {
	t.Helper()
	f := connector.FeaturesOf(s)
	out := make(map[string]error)
	for _, kind := range kinds {
		_, out["read "+string(kind)] = readUntilError(t, s, connector.ReadRequest{Kind: kind})
		_, out["get "+string(kind)] = f.Get(t.Context(), kind, "12")
		_, out["count "+string(kind)] = f.Count(t.Context(), kind)
	}
	_, out["check"] = f.Check(t.Context())
	_, out["discover"] = f.Discover(t.Context())
	return out
}

func TestAWrongKeyIsToldAsSuchWhateverIsAsked(t *testing.T) {
	t.Parallel()
	account := newAccount(t, syncrotest.Options{Customers: 5, Contacts: 5, Assets: 5})
	const wrong = "a-key-of-yesterday"
	s := open(t, account, unpaced, func(opt *connector.OpenOptions) {
		opt.Config.Secrets[syncro.FieldAPIKey] = connector.NewSecret(wrong)
	})
	for call, err := range everyCall(t, s) {
		requireCode(t, connector.CodeAuth, err)
		require.Contains(t, err.Error(), "the API key is not accepted: it is wrong, expired or deleted", call)
		require.Contains(t, err.Error(), "Admin, API Tokens", call)
		require.NotContains(t, err.Error(), wrong)
	}
}

func TestAMissingRightIsNamed(t *testing.T) {
	t.Parallel()
	for right, calls := range map[syncrotest.Permission][]string{
		syncrotest.CustomersList: {"read customer", "count customer"},
		syncrotest.CustomersView: {"read contact", "count contact", "get customer", "get contact"},
		syncrotest.AssetsList:    {"read asset", "count asset"},
		syncrotest.AssetsView:    {"get asset"},
	} {
		t.Run(string(right), func(t *testing.T) {
			t.Parallel()
			account := newAccount(t, syncrotest.Options{Customers: 5, Contacts: 5, Assets: 5})
			account.Deny(right)
			got := everyCall(t, open(t, account, unpaced))
			for _, call := range calls {
				err := got[call]
				requireCode(t, connector.CodePermission, err)
				var e *connector.Error
				require.ErrorAs(t, err, &e, call)
				require.Equal(t, string(right), e.Right)
				require.Contains(t, e.Remedy, "Admin, API Tokens")
				require.Contains(t, err.Error(), `the API key lacks the right "`+string(right)+`"`)
				delete(got, call)
			}
			for call, err := range got {
				if strings.HasPrefix(call, "get ") {
					requireCode(t, connector.CodeNotFound, err) // there is no record 12
					continue
				}
				require.NoError(t, err, call)
			}
		})
	}
}

func TestARightThatIsTakenAwayBetweenPagesEndsTheRead(t *testing.T) {
	t.Parallel()
	account := newAccount(t, syncrotest.Options{Customers: 5, Assets: 120})
	var failed error
	pages := 0
	for _, err := range open(t, account, unpaced).Read(t.Context(), connector.ReadRequest{Kind: syncro.KindAsset}) {
		if failed = err; err == nil {
			pages++
			account.Deny(syncrotest.AssetsList)
		}
	}
	require.Equal(t, 1, pages)
	requireCode(t, connector.CodePermission, failed)
	require.Equal(t, `syncro: list assets page 2: permission: the API key lacks the right "Assets - List/Search" `+
		`(in Syncro, under Admin, API Tokens, give the token this right)`, failed.Error())
}

func TestA403IsTreatedLikeA401(t *testing.T) {
	t.Parallel()
	account := newAccount(t, syncrotest.Options{Contacts: 3, Customers: 3})
	s := open(t, account, unpaced, tamper(func(r *http.Request, next http.RoundTripper) (*http.Response, error) {
		if strings.HasSuffix(r.URL.Path, "/contacts") {
			return answer(403, "text/html", "<html>no</html>"), nil
		}
		return next.RoundTrip(r)
	}))
	_, err := readUntilError(t, s, connector.ReadRequest{Kind: syncro.KindContact})
	requireCode(t, connector.CodePermission, err)
	require.Contains(t, err.Error(), "Customers - View Detail")
}

func TestWhenTheKeyCannotBeTestedTheRightIsNotBlamed(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		account := newAccount(t, syncrotest.Options{})
		account.Deny(syncrotest.CustomersList)
		s := open(t, account, tamper(func(r *http.Request, next http.RoundTripper) (*http.Response, error) {
			if strings.HasSuffix(r.URL.Path, "/me") {
				return answer(502, "text/html", "<html>bad gateway</html>"), nil
			}
			return next.RoundTrip(r)
		}))
		_, err := readUntilError(t, s, connector.ReadRequest{Kind: syncro.KindCustomer})
		requireCode(t, connector.CodeUnavailable, err)
	})
}

func TestWhatIsNoAnswerIsAnErrorOfEveryCall(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		answer func() (*http.Response, error)
		code   connector.Code
		text   string
	}{
		"no such host": {func() (*http.Response, error) {
			return nil, &net.DNSError{Err: "no such host", Name: "example.syncromsp.com", IsNotFound: true}
		}, connector.CodeUnavailable, `no such host "example.syncromsp.com"`},
		"redirect": {func() (*http.Response, error) {
			resp := answer(302, "text/html", "")
			resp.Header.Set("Location", "https://www.example.org/login?account=nobody")
			return resp, nil
		}, connector.CodeConfig, "example.syncromsp.com redirects to www.example.org, which is not followed with credentials (check the domain"},
		"web page": {func() (*http.Response, error) {
			return answer(200, "text/html", "<html>please log in</html>"), nil
		}, connector.CodeProtocol, "answered a web page instead of JSON"},
		"empty":     {func() (*http.Response, error) { return answer(200, "application/json", ""), nil }, connector.CodeUnavailable, "the answer is empty"},
		"truncated": {func() (*http.Response, error) { return answer(200, "application/json", `{"customers":[{"id":1`), nil }, connector.CodeUnavailable, "the answer broke off"},
		"out of order": {
			func() (*http.Response, error) { return answer(503, "text/html", "<html>"), nil },
			connector.CodeUnavailable, "503 Service Unavailable",
		},
		"rate limit": {
			func() (*http.Response, error) { return answer(429, "text/plain", "Retry later"), nil },
			connector.CodeRateLimited, "429 Retry later",
		},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				s := open(t, newAccount(t, syncrotest.Options{}), tamper(func(*http.Request, http.RoundTripper) (*http.Response, error) {
					return tt.answer()
				}))
				for call, err := range everyCall(t, s) {
					require.Equal(t, tt.code, connector.CodeOf(err), "%s: %v", call, err)
					require.Contains(t, err.Error(), tt.text, call)
				}
			})
		})
	}
}

func TestAnAddressWithoutTheAPIIsNoEmptyAccountAndProvesNothingGone(t *testing.T) {
	t.Parallel()
	account := newAccount(t, syncrotest.Options{Customers: 5})
	s := open(t, account, unpaced, tamper(func(*http.Request, http.RoundTripper) (*http.Response, error) {
		return answer(404, "text/html", "<html>no such page</html>"), nil
	}))
	got := everyCall(t, s)
	delete(got, "discover") // settings only refine what is read
	for call, err := range got {
		require.Equal(t, connector.CodeProtocol, connector.CodeOf(err), "%s: %v", call, err)
	}
}
