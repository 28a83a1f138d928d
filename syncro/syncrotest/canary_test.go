package syncrotest_test

import (
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/dovetail-sync/dovetail/syncro/syncrotest"
)

func TestEverySecretInABodyIsACanary(t *testing.T) {
	t.Parallel()
	opt := syncrotest.Options{Customers: 40, Contacts: 100, Assets: 300}
	account := newAccount(t, opt)
	body := wholeAccount(t, opt)

	canaries := account.Canaries()
	require.Contains(t, canaries, "test-token")
	seen := regexp.MustCompile(syncrotest.CanaryPrefix+`\w+-\w+`).FindAllString(body, -1)
	slices.Sort(seen)
	seen = slices.Compact(seen)
	secrets := slices.DeleteFunc(slices.Clone(canaries), func(c string) bool { return c == "test-token" })
	require.ElementsMatch(t, secrets, seen, "the list and the bodies differ")

	for _, key := range []string{
		`"user_token":"`, `portal_key=`, `"community":"`, `?key=`, `business?mac=`,
	} {
		require.NotZero(t, strings.Count(body, key), key)
		require.Equal(t, strings.Count(body, key), strings.Count(body, key+syncrotest.CanaryPrefix), key)
	}
	require.NotContains(t, body, "test-token")
}

func TestCanariesFollowChanges(t *testing.T) {
	t.Parallel()
	account := newAccount(t, syncrotest.Options{})
	require.Len(t, account.Canaries(), 2, "the token and the user's")
	account.AddCustomer(syncrotest.Customer{})
	account.AddAsset(syncrotest.Asset{RMMLinks: true})
	require.Len(t, account.Canaries(), 5)
	other := newAccount(t, syncrotest.Options{Seed: 2})
	require.NotEqual(t, account.Canaries()[1], other.Canaries()[1])
}
