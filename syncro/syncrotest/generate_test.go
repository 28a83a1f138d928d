package syncrotest_test

import (
	"maps"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode"

	"github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/require"

	"github.com/dovetail-sync/dovetail/syncro/syncrotest"
)

// wholeAccount is every byte that the account's lists and rows answer.
func wholeAccount(t *testing.T, opt syncrotest.Options) string {
	t.Helper()
	c := inProcess(newAccount(t, opt))
	var out strings.Builder
	for _, list := range []string{"/customers?include_disabled=true&page=%d", "/contacts?page=%d", "/customer_assets?page=%d"} {
		for number := 1; ; number++ {
			out.Write(c.get(t, path(list, number)).body)
			if c.list(t, path(list, number)).Meta.TotalPages <= number {
				break
			}
		}
	}
	for _, customer := range c.account.Customers() {
		out.Write(c.get(t, path("/customers/%d", customer.ID)).body)
	}
	out.Write(c.get(t, "/me").body)
	out.Write(c.get(t, "/settings").body)
	return out.String()
}

func TestTheSameSeedGivesTheSameBytes(t *testing.T) {
	t.Parallel()
	opt := syncrotest.Options{Customers: 40, Contacts: 120, Assets: 200}
	first := wholeAccount(t, opt)
	require.Equal(t, first, wholeAccount(t, opt), "two accounts of one seed differ")
	opt.Seed = 1
	require.Equal(t, first, wholeAccount(t, opt), "seed 0 isn't seed 1")
	opt.Seed = 2
	require.NotEqual(t, first, wholeAccount(t, opt), "another seed changes nothing")
}

func TestTheClockDoesNotShowInGeneratedRows(t *testing.T) {
	t.Parallel()
	epoch := time.Date(2020, 5, 1, 0, 0, 0, 0, time.UTC)
	account := newAccount(t, syncrotest.Options{Customers: 40, Contacts: 120, Assets: 200, Epoch: epoch})
	check := func(times ...time.Time) {
		for _, at := range times {
			require.False(t, at.After(epoch), at)
			require.True(t, at.After(epoch.AddDate(-7, 0, 0)), at)
		}
	}
	for _, c := range account.Customers() {
		check(c.CreatedAt, c.UpdatedAt)
	}
	for _, c := range account.Contacts() {
		check(c.CreatedAt, c.UpdatedAt)
	}
	for _, s := range account.Assets() {
		check(s.CreatedAt, s.UpdatedAt)
		if s.Agent != nil {
			check(s.Agent.LastSyncedAt, s.Agent.OS.LastBoot, s.Agent.OS.InstalledAt)
		}
	}
}

func TestSizesAreExactAndReferencesHold(t *testing.T) {
	t.Parallel()
	for _, size := range [][3]int{
		{0, 0, 0}, {1, 0, 0}, {0, 5, 7}, {1, 1, 1}, {7, 3, 2}, {10, 10, 10}, {40, 200, 400}, {300, 100, 1000},
	} {
		for seed := range uint64(5) {
			account := newAccount(t, syncrotest.Options{Seed: seed + 1, Customers: size[0], Contacts: size[1], Assets: size[2]})
			customers, contacts := map[int64]bool{0: true}, map[int64]bool{0: true}
			for _, c := range account.Customers() {
				customers[c.ID] = true
			}
			for _, c := range account.Contacts() {
				require.Contains(t, customers, c.CustomerID)
				contacts[c.ID] = true
			}
			for _, s := range account.Assets() {
				require.Contains(t, customers, s.CustomerID)
				require.Contains(t, contacts, s.ContactID)
			}
			require.Len(t, customers, size[0]+1)
			require.Len(t, contacts, size[1]+1)
			require.Len(t, account.Assets(), size[2])
		}
	}
}

func TestEveryCustomerHasSomethingAndAFewHaveMuch(t *testing.T) {
	t.Parallel()
	account := newAccount(t, syncrotest.Options{Customers: 40, Contacts: 200, Assets: 400})
	contacts, assets := map[int64]int{}, map[int64]int{}
	for _, c := range account.Contacts() {
		contacts[c.CustomerID]++
	}
	for _, s := range account.Assets() {
		assets[s.CustomerID]++
	}
	most := 0
	for _, c := range account.Customers() {
		require.NotZero(t, contacts[c.ID], c.DisplayName())
		require.NotZero(t, assets[c.ID], c.DisplayName())
		most = max(most, assets[c.ID])
		if c.BusinessName == "" {
			require.LessOrEqual(t, assets[c.ID], 8, "a person")
		}
	}
	require.GreaterOrEqual(t, most, 20, "no big customer")
}

// count tells how many rows there are of a kind.
func count[T any](rows []T, is func(T) bool) int {
	n := 0
	for _, row := range rows {
		if is(row) {
			n++
		}
	}
	return n
}

func TestGeneratedCustomersAreUntidy(t *testing.T) {
	t.Parallel()
	type customer = syncrotest.Customer
	for seed := range uint64(5) {
		rows := newAccount(t, syncrotest.Options{Seed: seed + 1, Customers: 200}).Customers()
		for name, test := range map[string]struct {
			is       func(customer) bool
			low, top int
		}{
			"persons":  {func(c customer) bool { return c.BusinessName == "" && c.FullName() != "" }, 16, 16},
			"disabled": {func(c customer) bool { return c.Disabled }, 6, 6},
			"test rows": {func(c customer) bool {
				return c.BusinessName == "test" || strings.HasPrefix(c.BusinessName, "[Example]")
			}, 2, 2},
			"siblings": {func(c customer) bool { return strings.HasSuffix(c.BusinessName, " II") }, 6, 6},
			"upper case": {func(c customer) bool {
				return c.BusinessName != "" && c.BusinessName == strings.ToUpper(c.BusinessName)
			}, 3, 40},
			"legal forms": {func(c customer) bool { return strings.Contains(strings.ToUpper(c.BusinessName), "LLC") }, 10, 90},
			"outside ASCII": {func(c customer) bool {
				return strings.ContainsFunc(c.BusinessName, func(r rune) bool { return r > unicode.MaxASCII })
			}, 8, 30},
			"stray blanks": {func(c customer) bool {
				return strings.HasSuffix(c.BusinessName, " ") || strings.Contains(c.BusinessName, "  ")
			}, 1, 40},
			"without e-mail": {func(c customer) bool { return c.Email == "" }, 3, 60},
		} {
			got := count(rows, test.is)
			require.True(t, test.low <= got && got <= test.top, "seed %d: %d %s", seed+1, got, name)
		}
	}
}

func TestCompanyNamesAreDistinct(t *testing.T) {
	t.Parallel()
	for _, size := range []int{40, 5000} {
		seen := map[string]bool{}
		twice := 0
		for _, c := range newAccount(t, syncrotest.Options{Customers: size}).Customers() {
			name := strings.ToUpper(strings.TrimSpace(c.DisplayName()))
			if seen[name] && c.BusinessName != "" {
				twice++
			}
			seen[name] = true
		}
		// One of a hundred is the same company typed a second time.
		require.LessOrEqual(t, twice, max(1, size/100), "of %d", size)
		require.NotZero(t, twice)
	}
}

func TestGeneratedContactsAreUntidy(t *testing.T) {
	t.Parallel()
	type contact = syncrotest.Contact
	rows := newAccount(t, syncrotest.Options{Customers: 40, Contacts: 1000}).Contacts()
	require.Equal(t, 30, count(rows, func(c contact) bool { return c.CustomerID == 0 }), "without a customer")
	require.NotZero(t, count(rows, func(c contact) bool { return strings.HasPrefix(c.Email, "scan@") }), "shared mailboxes")
	require.Greater(t, count(rows, func(c contact) bool { return c.Properties["title"] != nil }), 300, "job titles")
	require.NotZero(t, count(rows, func(c contact) bool { return c.Email == "" }), "without e-mail")
	require.NotZero(t, count(rows, func(c contact) bool { return c.ID > 1<<32 }), "ids past 32 bits")
	require.NotZero(t, count(rows, func(c contact) bool { return c.ID < 1<<32 }))
	for _, c := range rows {
		_, domain, found := strings.Cut(c.Email, "@")
		reserved := slices.ContainsFunc([]string{".example", ".test", ".example.com"}, func(suffix string) bool {
			return strings.HasSuffix(domain, suffix)
		})
		require.True(t, !found || reserved, c.Email)
	}
}

func TestGeneratedAssetsAreUntidy(t *testing.T) {
	t.Parallel()
	type asset = syncrotest.Asset
	for seed := range uint64(5) {
		rows := newAccount(t, syncrotest.Options{Seed: seed + 1, Customers: 40, Contacts: 200, Assets: 400}).Assets()
		require.Equal(t, 280, count(rows, func(s asset) bool { return s.Agent != nil }), "agents")
		serials, addresses, devices := map[string]int{}, map[string]int{}, map[string]int{}
		for _, s := range rows {
			if s.Agent == nil {
				continue
			}
			require.Equal(t, syncrotest.AgentType, s.Type)
			serials[s.Serial]++
			if s.Agent.Serial != "" {
				devices[s.Name+" "+s.Agent.Serial+" "+s.Agent.Adapters[0].MAC]++
			}
			for _, adapter := range s.Agent.Adapters {
				addresses[notationOf(adapter.MAC)]++
			}
		}
		junk := []string{"To Be Filled By O.E.M.", "System Serial Number", "0123456789", "Default string", "None", "00000000", "Not Specified"}
		for name, got := range map[string]int{
			"blank serials":         serials[""],
			"blank on both sides":   count(rows, func(s asset) bool { return s.Serial == "" && s.Agent != nil && s.Agent.Serial == "" }),
			"only the agent's":      count(rows, func(s asset) bool { return s.Serial == "" && s.Agent != nil && s.Agent.Serial != "" }),
			"junk from the agent":   count(rows, func(s asset) bool { return s.Serial == "" && s.Agent != nil && slices.Contains(junk, s.Agent.Serial) }),
			"reinstalled agents":    count(slices.Collect(maps.Values(devices)), func(n int) bool { return n > 1 }),
			"junk serials":          count(rows, func(s asset) bool { return slices.Contains(junk, s.Serial) }),
			"linked to a contact":   count(rows, func(s asset) bool { return s.ContactID != 0 }),
			"at an address":         count(rows, func(s asset) bool { return s.Site != nil }),
			"without a customer":    count(rows, func(s asset) bool { return s.CustomerID == 0 }),
			"printers":              count(rows, func(s asset) bool { return s.Type == "Printer" }),
			"phones":                count(rows, func(s asset) bool { return s.Type == "Phone" }),
			"switches":              count(rows, func(s asset) bool { return s.Type == "Switch" }),
			"firewalls":             count(rows, func(s asset) bool { return s.Type == "Firewall" }),
			"UPS":                   count(rows, func(s asset) bool { return s.Type == "UPS" }),
			"keys by case only":     count(rows, func(s asset) bool { return s.Properties["notes"] != nil && s.Properties["Notes"] != nil }),
			"with dashes":           addresses["-"],
			"with colons":           addresses[":"],
			"with nothing":          addresses[""],
			"remote links":          count(rows, func(s asset) bool { return s.RMMLinks }),
			"silent for a quarter":  count(rows, func(s asset) bool { return s.Agent != nil && s.Agent.LastSyncedAt.Before(epoch().AddDate(0, 0, -90)) }),
			"duplicate good serial": count(rows, func(s asset) bool { return s.Serial != "" && !slices.Contains(junk, s.Serial) && serials[s.Serial] > 1 }),
		} {
			require.NotZero(t, got, "seed %d: %s", seed+1, name)
		}
	}
}

func epoch() time.Time { return time.Date(2026, 1, 5, 9, 0, 0, 0, time.UTC) }

func notationOf(mac string) string {
	for _, separator := range []string{"-", ":"} {
		if strings.Contains(mac, separator) {
			return separator
		}
	}
	return ""
}

func TestAnotherSeedMakesOtherRows(t *testing.T) {
	t.Parallel()
	names := func(seed uint64) (customers, contacts, assets []string) {
		account := newAccount(t, syncrotest.Options{Seed: seed, Customers: 40, Contacts: 40, Assets: 40})
		for _, c := range account.Customers() {
			customers = append(customers, c.DisplayName())
		}
		for _, c := range account.Contacts() {
			contacts = append(contacts, c.Name)
		}
		for _, s := range account.Assets() {
			assets = append(assets, s.Name)
		}
		return customers, contacts, assets
	}
	customers, contacts, assets := names(1)
	otherCustomers, otherContacts, otherAssets := names(2)
	require.NotEqual(t, customers, otherCustomers)
	require.NotEqual(t, contacts, otherContacts)
	require.NotEqual(t, assets, otherAssets)
}

func TestTheNumberOfContactsDoesNotChangeTheDevices(t *testing.T) {
	t.Parallel()
	agents := func(contacts int) []*syncrotest.Agent {
		var out []*syncrotest.Agent
		for _, s := range newAccount(t, syncrotest.Options{Customers: 40, Contacts: contacts, Assets: 100}).Assets() {
			out = append(out, s.Agent)
		}
		return out
	}
	require.Empty(t, cmp.Diff(agents(100), agents(140)))
}

func TestAssetsDoNotChangeTheCustomers(t *testing.T) {
	t.Parallel()
	few := newAccount(t, syncrotest.Options{Customers: 40, Contacts: 100})
	many := newAccount(t, syncrotest.Options{Customers: 40, Contacts: 100, Assets: 500})
	require.Empty(t, cmp.Diff(few.Customers(), many.Customers()))
	require.Empty(t, cmp.Diff(few.Contacts(), many.Contacts()))
}
