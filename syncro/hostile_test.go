package syncro_test

import (
	"net/http"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/dovetail-sync/dovetail/connector"
	"github.com/dovetail-sync/dovetail/syncro"
	"github.com/dovetail-sync/dovetail/syncro/syncrotest"
)

func TestAFaultyListOfOneCustomerIsNamed(t *testing.T) {
	t.Parallel()
	account := newAccount(t, syncrotest.Options{PageSize: syncrotest.PageSize{Contacts: 2}})
	id := account.AddCustomer(syncrotest.Customer{BusinessName: "Acme"})
	for range 5 {
		account.AddContact(syncrotest.Contact{Name: "Ann", CustomerID: id})
	}
	s := open(t, account, unpaced, tamper(func(r *http.Request, next http.RoundTripper) (*http.Response, error) {
		r = r.Clone(r.Context())
		q := r.URL.Query()
		q.Del("page")
		r.URL.RawQuery = q.Encode()
		return next.RoundTrip(r)
	}))
	_, err := readUntilError(t, s, connector.ReadRequest{Kind: syncro.KindContact, Within: []connector.Key{key(id)}})
	require.EqualError(t, err, "syncro: list contacts of customer "+string(key(id))+" page 2: protocol: the same page came twice in a row")
}
