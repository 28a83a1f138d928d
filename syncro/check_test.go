package syncro_test

import (
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/require"

	"github.com/dovetail-sync/dovetail/connector"
	"github.com/dovetail-sync/dovetail/syncro"
	"github.com/dovetail-sync/dovetail/syncro/syncrotest"
)

func check(t *testing.T, s connector.Session) connector.CheckResult {
	t.Helper()
	result, err := connector.FeaturesOf(s).Check(t.Context())
	require.NoError(t, err)
	return result
}

func TestACheckTellsTheAccountTheRightsAndTheCounts(t *testing.T) {
	t.Parallel()
	account := newAccount(t, syncrotest.Options{Customers: 120, Contacts: 70, Assets: 300, Subdomain: "acme"})
	got := check(t, open(t, account, unpaced))
	require.Equal(t, connector.Account{ID: "48213", StandIn: "acme", Name: "acme", User: "Documentation Sync"}, got.Account)
	require.Empty(t, cmp.Diff([]connector.Right{
		{Name: "Customers - List/Search", Granted: true, Kinds: []connector.Kind{syncro.KindCustomer}},
		{Name: "Customers - View Detail", Granted: true, Kinds: []connector.Kind{syncro.KindContact}},
		{Name: "Assets - List/Search", Granted: true, Kinds: []connector.Kind{syncro.KindAsset}},
		{Name: "Assets - View Details", Granted: true},
	}, got.Rights))
	require.Equal(t, map[connector.Kind]int{syncro.KindCustomer: 120, syncro.KindContact: 70, syncro.KindAsset: 300}, got.Counts)
	require.Len(t, got.Types, len(account.AssetTypes()))
	require.Empty(t, got.Notes)
}

func TestACheckNamesEachMissingRightAndCountsTheRest(t *testing.T) {
	t.Parallel()
	all := []syncrotest.Permission{syncrotest.CustomersList, syncrotest.CustomersView, syncrotest.AssetsList, syncrotest.AssetsView}
	kindOf := map[syncrotest.Permission]connector.Kind{
		syncrotest.CustomersList: syncro.KindCustomer, syncrotest.CustomersView: syncro.KindContact, syncrotest.AssetsList: syncro.KindAsset,
	}
	for mask := range 1 << len(all) {
		account := newAccount(t, syncrotest.Options{Customers: 5, Contacts: 5, Assets: 5})
		for i, right := range all {
			if mask&(1<<i) != 0 {
				account.Deny(right)
			}
		}
		got := check(t, open(t, account, unpaced))
		for i, right := range all {
			granted := mask&(1<<i) == 0
			require.Equal(t, string(right), got.Rights[i].Name)
			require.Equal(t, granted, got.Rights[i].Granted, "%s, %04b", right, mask)
			if kind, ok := kindOf[right]; ok {
				_, counted := got.Counts[kind]
				require.Equal(t, granted, counted)
			}
		}
	}
}

func TestAnAccountWithoutCustomersIsExplained(t *testing.T) {
	t.Parallel()
	got := check(t, open(t, newAccount(t, syncrotest.Options{}), unpaced))
	require.Len(t, got.Notes, 1)
	require.Contains(t, got.Notes[0], "no customer that this key can see")
	require.Equal(t, 0, got.Counts[syncro.KindCustomer])
	require.Empty(t, got.Account.ID, "it shows on contacts and assets only")
	require.Equal(t, "example", got.Account.StandIn)
}

func TestACheckNotesALimitedKeyAndARenamedAccount(t *testing.T) {
	t.Parallel()
	account := newAccount(t, syncrotest.Options{Customers: 5, Contacts: 5, Assets: 5})
	account.Deny(syncrotest.AssetsView)
	got := check(t, open(t, account, unpaced, rewrite("/me", func(body string) string {
		body = strings.Replace(body, `"accessible_customer_ids":null`, `"accessible_customer_ids":[12]`, 1)
		return strings.Replace(body, `"subdomain":"example"`, `"subdomain":"renamed"`, 1)
	})))
	require.Len(t, got.Notes, 3)
	require.Contains(t, got.Notes[0], "sees 1 of the account's customers only")
	require.Contains(t, got.Notes[1], `calls itself "renamed" now`)
	require.Contains(t, got.Notes[2], "Assets - View Details")

	got = check(t, open(t, account, unpaced, rewrite("/me", func(body string) string {
		return strings.Replace(body, `"subdomain":"example"`, `"subdomain":" Example "`, 1)
	})))
	require.Len(t, got.Notes, 1, "the case of a host's name says nothing: %q", got.Notes)
	require.Equal(t, "example", got.Account.StandIn)
}

func TestACheckDoesNotSitOutARateLimit(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		account := newAccount(t, syncrotest.Options{Customers: 5, RateLimit: 2})
		start := time.Now()
		_, err := connector.FeaturesOf(open(t, account, unpaced)).Check(t.Context())
		requireCode(t, connector.CodeRateLimited, err)
		require.Less(t, time.Since(start), 5*time.Second)
		require.Greater(t, connector.RetryAfter(err), 20*time.Second)
	})
}

func TestCountsAreOfWhatIsRead(t *testing.T) {
	t.Parallel()
	account := newAccount(t, syncrotest.Options{Customers: 120, Contacts: 70, Assets: 30})
	account.AddCustomer(syncrotest.Customer{BusinessName: "Closed", Disabled: true})
	s := open(t, account, unpaced)
	for _, kind := range kinds {
		n, err := connector.FeaturesOf(s).Count(t.Context(), kind)
		require.NoError(t, err)
		require.Equal(t, len(idsOf(account, kind)), n)
	}
	_, err := connector.FeaturesOf(s).Count(t.Context(), "ticket")
	requireCode(t, connector.CodeConfig, err)
}

func TestACountThatTheListDoesNotTellIsAnError(t *testing.T) {
	t.Parallel()
	account := newAccount(t, syncrotest.Options{Customers: 5})
	s := open(t, account, unpaced, rewrite("/customers", func(body string) string { return metaPattern.ReplaceAllString(body, "") }))
	_, err := connector.FeaturesOf(s).Count(t.Context(), syncro.KindCustomer)
	requireCode(t, connector.CodeProtocol, err)
}

func TestDiscoverListsTypesAndCustomFields(t *testing.T) {
	t.Parallel()
	account := newAccount(t, syncrotest.Options{})
	company := account.AddCustomer(syncrotest.Customer{BusinessName: "Acme", Properties: map[string]any{"Contract": "gold", "Portal password": "x"}})
	account.AddAsset(syncrotest.Asset{CustomerID: company, Type: "Printer", Properties: map[string]any{"AV": "1", "av": "2", "Admin PIN": "x"}})
	account.AddAsset(syncrotest.Asset{CustomerID: company, Type: "Copier", Properties: map[string]any{"AV": "1"}})
	got, err := connector.FeaturesOf(open(t, account, unpaced)).Discover(t.Context())
	require.NoError(t, err)
	var names []string
	for _, known := range got.Types {
		require.Equal(t, syncro.KindAsset, known.Kind)
		require.NotEmpty(t, known.ID)
		names = append(names, known.Name)
	}
	require.Equal(t, []string{syncrotest.AgentType, "Printer", "Copier"}, names)
	text := func(name string) connector.DataPoint {
		return connector.DataPoint{Name: "properties." + name, Title: name, Type: connector.KindText}
	}
	require.Empty(t, cmp.Diff(map[connector.Kind][]connector.DataPoint{
		syncro.KindCustomer: {text("Contract")},
		syncro.KindAsset:    {text("AV"), text("av")},
	}, got.DataPoints))
}
