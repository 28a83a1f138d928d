package syncro_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/require"

	"github.com/dovetail-sync/dovetail/connector"
	"github.com/dovetail-sync/dovetail/syncro"
	"github.com/dovetail-sync/dovetail/syncro/syncrotest"
)

func TestARecordByItsIDEqualsTheListedOne(t *testing.T) {
	t.Parallel()
	account := newAccount(t, syncrotest.Options{Customers: 30, Contacts: 60, Assets: 60})
	s := open(t, account, unpaced)
	for _, kind := range kinds {
		for _, want := range records(read(t, s, connector.ReadRequest{Kind: kind})) {
			got, err := connector.FeaturesOf(s).Get(t.Context(), kind, want.Key)
			require.NoError(t, err)
			require.Empty(t, cmp.Diff(want, got))
		}
	}
}

func TestAContactIsReadBareOrWrapped(t *testing.T) {
	t.Parallel()
	account := newAccount(t, syncrotest.Options{Customers: 2, Contacts: 3})
	contact := account.Contacts()[0]
	key := key(contact.ID)
	const wrapper = `{"contact":`
	unwrap := func(body string) string {
		if inner, ok := strings.CutPrefix(body, wrapper); ok {
			return strings.TrimSuffix(inner, "}")
		}
		return body
	}
	bare := open(t, account, unpaced, rewrite("/"+string(key), unwrap))
	wrapped := open(t, account, unpaced, rewrite("/"+string(key), func(body string) string { return wrapper + unwrap(body) + "}" }))
	one, err := connector.FeaturesOf(bare).Get(t.Context(), syncro.KindContact, key)
	require.NoError(t, err)
	other, err := connector.FeaturesOf(wrapped).Get(t.Context(), syncro.KindContact, key)
	require.NoError(t, err)
	require.Empty(t, cmp.Diff(one, other))
	require.Equal(t, contact.Name, one.Name)
}

func TestARecordThatDoesNotExistIsNotFoundWhateverTheBodySays(t *testing.T) {
	t.Parallel()
	account := newAccount(t, syncrotest.Options{Customers: 3, Contacts: 3, Assets: 3})
	for _, body := range []string{`{"message":"Not found"}`, `{"error":"Asset not found"}`, `{}`, ``, `<html>gone</html>`, `null`} {
		s := open(t, account, unpaced, tamper(func(r *http.Request, next http.RoundTripper) (*http.Response, error) {
			if strings.HasSuffix(r.URL.Path, "/77") {
				return answer(404, "application/json", body), nil
			}
			return next.RoundTrip(r)
		}))
		for _, kind := range kinds {
			_, err := connector.FeaturesOf(s).Get(t.Context(), kind, "77")
			requireCode(t, connector.CodeNotFound, err)
		}
	}
}

func TestADeletedRecordIsNotFound(t *testing.T) {
	t.Parallel()
	account := newAccount(t, syncrotest.Options{Customers: 3, Assets: 3})
	id := account.Assets()[1].ID
	require.True(t, account.DeleteAsset(id))
	_, err := connector.FeaturesOf(open(t, account, unpaced)).Get(t.Context(), syncro.KindAsset, key(id))
	requireCode(t, connector.CodeNotFound, err)
	require.Equal(t, "syncro: get asset "+string(key(id))+": not_found: 404 Asset not found", err.Error())
}

func TestAnIDThatIsNoneIsNotFoundWithoutARequest(t *testing.T) {
	t.Parallel()
	account := newAccount(t, syncrotest.Options{Customers: 3})
	s := open(t, account, unpaced)
	for _, key := range []connector.Key{"", "x", "../me", "12/34", "1?x=y", "0012", "99999999999999999999"} {
		_, err := connector.FeaturesOf(s).Get(t.Context(), syncro.KindCustomer, key)
		requireCode(t, connector.CodeNotFound, err)
	}
	require.Empty(t, account.Requests())
}

func TestAKeyThatSeesSomeCustomersOnlyProvesNothingGone(t *testing.T) {
	t.Parallel()
	account := newAccount(t, syncrotest.Options{Customers: 3})
	s := open(t, account, unpaced, rewrite("/me", func(body string) string {
		return strings.Replace(body, `"accessible_customer_ids":null`, `"accessible_customer_ids":[12,13]`, 1)
	}))
	for _, kind := range kinds {
		_, err := connector.FeaturesOf(s).Get(t.Context(), kind, "77")
		requireCode(t, connector.CodePermission, err)
		require.Contains(t, err.Error(), "the API key sees 2 customers only")
	}
}

func TestAnotherRecordThanAskedForIsAnError(t *testing.T) {
	t.Parallel()
	account := newAccount(t, syncrotest.Options{Customers: 3})
	id := account.Customers()[0].ID
	s := open(t, account, unpaced, rewrite("/"+string(key(id)), func(body string) string {
		return strings.Replace(body, `"id":`+string(key(id)), `"id":5`, 1)
	}))
	_, err := connector.FeaturesOf(s).Get(t.Context(), syncro.KindCustomer, key(id))
	requireCode(t, connector.CodeProtocol, err)
}

func TestManyLookUpsOfMissingRecordsAskWhoseTheKeyIsOnce(t *testing.T) {
	t.Parallel()
	account := newAccount(t, syncrotest.Options{Customers: 3})
	s := open(t, account, unpaced)
	for id := range int64(20) {
		_, err := connector.FeaturesOf(s).Get(t.Context(), syncro.KindCustomer, key(1000+id))
		requireCode(t, connector.CodeNotFound, err)
	}
	require.Len(t, account.Requests(), 21)
}

// What a key could see before a list was read says nothing about the list.
func TestAKeyThatIsLimitedWhileAListIsReadProvesNothingGone(t *testing.T) {
	t.Parallel()
	account := newAccount(t, syncrotest.Options{Customers: 30, Contacts: 30, Assets: 30, PageSize: syncrotest.PageSize{Customers: 10}})
	s := open(t, account, unpaced)
	check(t, s)
	_, err := connector.FeaturesOf(s).Get(t.Context(), syncro.KindCustomer, "999")
	requireCode(t, connector.CodeNotFound, err)
	all := account.Customers()
	first := true
	came := make(map[connector.Key]bool)
	for page, err := range s.Read(t.Context(), connector.ReadRequest{Kind: syncro.KindCustomer}) {
		require.NoError(t, err)
		for _, r := range page.Records {
			came[r.Key] = true
		}
		if first {
			account.LimitToken(all[0].ID, all[1].ID)
		}
		first = false
	}
	missing := 0
	for _, c := range all {
		if came[key(c.ID)] {
			continue
		}
		missing++
		_, err := connector.FeaturesOf(s).Get(t.Context(), syncro.KindCustomer, key(c.ID))
		requireCode(t, connector.CodePermission, err)
	}
	require.Equal(t, 20, missing)
}
