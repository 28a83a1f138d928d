package syncrotest_test

import (
	"fmt"
	"net/http"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/dovetail-sync/dovetail/syncro/syncrotest"
)

func TestAScriptedChangeComesRightBeforeItsPageAndOnce(t *testing.T) {
	t.Parallel()
	bothWays(t, syncrotest.Options{Assets: 25, PageSize: syncrotest.PageSize{Assets: 10}}, func(t *testing.T, c *caller) {
		assets := c.account.Assets()
		c.account.BeforePage(syncrotest.ListAssets, 2, func() { c.account.DeleteAsset(assets[0].ID) })
		c.account.BeforePage(syncrotest.ListAssets, 2, func() {
			require.NoError(t, c.account.SwitchOn(syncrotest.FaultMissingMeta))
		})
		require.NoError(t, c.account.SwitchOn(syncrotest.FaultTokenRevoked.At(2, 1), syncrotest.Fault503Burst.At(3, 1)))
		list := func(page int) []int64 { return idsOf(c.list(t, path("/customer_assets?page=%d", page)).rows()) }
		require.Equal(t, assets[0].ID, list(1)[0])
		// Its own fault keeps the token's request from the list, after the script.
		require.Equal(t, http.StatusUnauthorized, c.get(t, "/customer_assets?page=2").status)
		require.Equal(t, http.StatusServiceUnavailable, c.get(t, "/customer_assets?page=2").status)
		_, there := c.account.Asset(assets[0].ID)
		require.False(t, there)
		second := c.list(t, "/customer_assets?page=2")
		require.Equal(t, assets[11].ID, second.rows()[0].ID, "the eleventh is on no page")
		require.Zero(t, second.Meta.TotalPages)
		c.account.AddAsset(assets[0])
		list(2)
		_, there = c.account.Asset(assets[0].ID)
		require.True(t, there, "it ran twice")
	})
}

func TestAMergeLeavesOneWithWhatBothHad(t *testing.T) {
	t.Parallel()
	c := inProcess(newAccount(t, syncrotest.Options{}))
	a := c.account
	for id := range int64(2) {
		a.AddCustomer(syncrotest.Customer{ID: id + 1, BusinessName: fmt.Sprint("Customer ", id)})
		a.AddContact(syncrotest.Contact{ID: id + 10, CustomerID: id + 1, Name: "Somebody"})
		a.AddAsset(syncrotest.Asset{ID: id + 20, CustomerID: id + 1, Name: "PC", ContactID: 10 * id, Serial: fmt.Sprint(id)[id:]})
	}
	require.True(t, a.MergeCustomers(2, 1))
	require.Equal(t, http.StatusNotFound, c.get(t, "/customers/2").status)
	require.Len(t, c.list(t, "/contacts?customer_id=1").Contacts, 2)
	require.Len(t, c.list(t, "/customer_assets?customer_id=1").Assets, 2)
	require.True(t, a.MergeAssets(20, 21))
	survivor, _ := a.Asset(21)
	require.Equal(t, "0", survivor.Serial)
	require.Equal(t, http.StatusNotFound, c.get(t, "/customer_assets/20").status)
	for _, wrong := range []bool{a.MergeCustomers(1, 1), a.MergeCustomers(1, 2), a.MergeCustomers(2, 1), a.MergeAssets(21, 21), a.MergeAssets(20, 21), a.MergeAssets(21, 20)} {
		require.False(t, wrong)
	}
}

func TestAnArchivedAssetIsNotListedAndAnswersByItsID(t *testing.T) {
	t.Parallel()
	c := inProcess(newAccount(t, syncrotest.Options{Assets: 3}))
	id := c.account.Assets()[1].ID
	require.True(t, c.account.ArchiveAsset(id))
	require.NotContains(t, idsOf(c.list(t, "/customer_assets").rows()), id)
	require.Equal(t, 2, c.list(t, "/customer_assets").Meta.TotalEntries)
	require.Equal(t, http.StatusOK, c.get(t, path("/customer_assets/%d", id)).status)
	require.False(t, c.account.ArchiveAsset(1))
}

func TestALimitedTokenSeesSomeCustomersAndWhatIsTheirs(t *testing.T) {
	t.Parallel()
	c := inProcess(newAccount(t, small()))
	customers := c.account.Customers()
	sees, hidden := customers[3].ID, customers[4].ID
	c.account.LimitToken(sees)
	require.Equal(t, []any{float64(sees)}, c.object(t, "/me")["accessible_customer_ids"])
	require.Equal(t, []int64{sees}, idsOf(c.list(t, "/customers?include_disabled=true").rows()))
	require.Equal(t, http.StatusNotFound, c.get(t, path("/customers/%d", hidden)).status)
	for _, list := range []string{"/contacts", "/customer_assets"} {
		for _, row := range c.list(t, list).rows() {
			require.Equal(t, sees, *row.CustomerID)
		}
		require.Empty(t, c.list(t, path(list+"?customer_id=%d", hidden)).rows())
	}
	for _, contact := range c.account.Contacts() {
		want := http.StatusNotFound
		if contact.CustomerID == sees {
			want = http.StatusOK
		}
		require.Equal(t, want, c.get(t, path("/contacts/%d", contact.ID)).status)
	}
	c.account.UnlimitToken()
	require.Nil(t, c.object(t, "/me")["accessible_customer_ids"])
	require.Len(t, c.list(t, "/customers?include_disabled=true").rows(), 12)
}

func TestIDsAreNotUsedAgain(t *testing.T) {
	t.Parallel()
	a := newAccount(t, syncrotest.Options{Assets: 3})
	last := a.Assets()[2].ID
	require.True(t, a.DeleteAsset(last))
	require.Equal(t, last+1, a.AddAsset(syncrotest.Asset{Name: "NEW"}))
}

func TestADamagedRowKeepsItsIDAndNothingElseThatIsExpected(t *testing.T) {
	t.Parallel()
	c := inProcess(newAccount(t, small()))
	for list, name := range map[syncrotest.List]string{
		syncrotest.ListCustomers: "business_name", syncrotest.ListContacts: "name", syncrotest.ListAssets: "name",
	} {
		rows := c.object(t, "/"+string(list))
		delete(rows, "meta")
		for _, listed := range rows {
			first := listed.([]any)[0].(map[string]any)
			id := int64(first["id"].(float64))
			require.IsType(t, "", first["created_at"])
			require.True(t, c.account.Damage(list, id))
			for _, again := range c.object(t, "/"+string(list)) {
				if again, ok := again.([]any); ok {
					require.EqualValues(t, id, again[0].(map[string]any)["id"])
					require.IsType(t, map[string]any{}, again[0].(map[string]any)[name])
					require.IsNotType(t, map[string]any{}, again[1].(map[string]any)[name])
				}
			}
			require.Contains(t, string(c.get(t, path("/"+string(list)+"/%d", id)).body), `{"text":`)
		}
		require.False(t, c.account.Damage(list, 1))
	}
}

func TestAccountsOfOneLimiterCountACallersRequestsTogether(t *testing.T) {
	t.Parallel()
	limiter := syncrotest.NewLimiter(3)
	one := inProcess(newAccount(t, syncrotest.Options{Limiter: limiter}))
	other := inProcess(newAccount(t, syncrotest.Options{Limiter: limiter}))
	require.Equal(t, "[200 200]", fmt.Sprint(one.asked(t, "/me", 2)))
	require.Equal(t, "[200 429]", fmt.Sprint(other.asked(t, "/me", 2)))
	require.Equal(t, "[429]", fmt.Sprint(one.asked(t, "/me", 1)))
	_, err := syncrotest.New(syncrotest.Options{Limiter: limiter, RateLimit: 5})
	require.ErrorContains(t, err, "set one")
}
