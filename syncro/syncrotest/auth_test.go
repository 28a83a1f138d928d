package syncrotest_test

import (
	"net/http"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/dovetail-sync/dovetail/syncro/syncrotest"
)

const notAuthorized = `{"error":"Not authorized. Please ask account admin to update your group permissions."}`

func small() syncrotest.Options {
	return syncrotest.Options{Customers: 12, Contacts: 30, Assets: 40}
}

// endpoints are all paths, with the right that each needs; "" is none.
func endpoints(account *syncrotest.Account) map[string]syncrotest.Permission {
	return map[string]syncrotest.Permission{
		"/me":              "",
		"/settings":        "",
		"/customers":       syncrotest.CustomersList,
		"/contacts":        syncrotest.CustomersView,
		"/customer_assets": syncrotest.AssetsList,
		path("/customers/%d", account.Customers()[0].ID):    syncrotest.CustomersView,
		path("/contacts/%d", account.Contacts()[0].ID):      syncrotest.CustomersView,
		path("/customer_assets/%d", account.Assets()[0].ID): syncrotest.AssetsView,
	}
}

func TestEveryEndpointAnswersJSONWithARequestID(t *testing.T) {
	t.Parallel()
	bothWays(t, small(), func(t *testing.T, c *caller) {
		seen := map[string]bool{}
		for path := range endpoints(c.account) {
			got := c.get(t, path)
			require.Equal(t, http.StatusOK, got.status, path)
			require.Equal(t, "application/json; charset=utf-8", got.header.Get("Content-Type"))
			seen[got.header.Get("X-Request-Id")] = true
		}
		require.NotContains(t, seen, "")
		require.Len(t, seen, len(endpoints(c.account)), "a request id came twice")
	})
}

func TestAWrongTokenIsRefusedEverywhere(t *testing.T) {
	t.Parallel()
	bothWays(t, small(), func(t *testing.T, c *caller) {
		for _, token := range []string{"", "wrong", "test-token2"} {
			c.token = token
			for path := range endpoints(c.account) {
				got := c.get(t, path)
				require.Equal(t, http.StatusUnauthorized, got.status, "%q %s", token, path)
				require.Equal(t, notAuthorized, string(got.body))
			}
		}
	})
}

func TestATokenInTheQueryIsNoToken(t *testing.T) {
	t.Parallel()
	c := inProcess(newAccount(t, small()))
	c.token = ""
	require.Equal(t, http.StatusUnauthorized, c.get(t, "/me?api_key=test-token").status)
}

func TestADeniedRightAnswers401WhereItIsNeededOnly(t *testing.T) {
	t.Parallel()
	bothWays(t, small(), func(t *testing.T, c *caller) {
		for _, right := range []syncrotest.Permission{
			syncrotest.CustomersList, syncrotest.CustomersView, syncrotest.AssetsList, syncrotest.AssetsView,
		} {
			c.account.Deny(right)
			for path, needs := range endpoints(c.account) {
				want := http.StatusOK
				if needs == right {
					want = http.StatusUnauthorized
				}
				got := c.get(t, path)
				require.Equal(t, want, got.status, "%s without %s", path, right)
				if want != http.StatusOK {
					require.Equal(t, notAuthorized, string(got.body))
				}
			}
			c.account.Allow(right)
		}
		for path := range endpoints(c.account) {
			require.Equal(t, http.StatusOK, c.get(t, path).status, path)
		}
	})
}

func TestMeShowsWhatTheTokenMayRead(t *testing.T) {
	t.Parallel()
	c := inProcess(newAccount(t, syncrotest.Options{Subdomain: "acme-msp"}))
	readsAssets := func() any {
		me := c.object(t, "/me")
		require.Equal(t, "acme-msp", me["subdomain"])
		return me["permissions"].(map[string]any)["asset"].(map[string]any)["read"]
	}
	require.Equal(t, true, readsAssets())
	c.account.Deny(syncrotest.AssetsList)
	require.Equal(t, true, readsAssets(), "one of two rights is left")
	c.account.Deny(syncrotest.AssetsView)
	require.Equal(t, false, readsAssets())
}
