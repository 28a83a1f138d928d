package syncro_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/dovetail-sync/dovetail/connector"
	"github.com/dovetail-sync/dovetail/syncro"
	"github.com/dovetail-sync/dovetail/syncro/syncrotest"
)

func TestAPastedAddressLeadsToItsRecord(t *testing.T) {
	t.Parallel()
	info := syncro.New().Info()
	for address, want := range map[string]connector.Location{
		"https://acme.syncromsp.com/customers/31383993":                      {Ref: connector.Ref{Kind: syncro.KindCustomer, Key: "31383993"}, Account: "acme"},
		"https://acme.syncromsp.com/customer_assets/9708669":                 {Ref: connector.Ref{Kind: syncro.KindAsset, Key: "9708669"}, Account: "acme"},
		"https://acme.syncromsp.com/customer_assets/9708669/rmm?tab=patches": {Ref: connector.Ref{Kind: syncro.KindAsset, Key: "9708669"}, Account: "acme"},
		"https://acme.repairshopr.com/customers/7/":                          {Ref: connector.Ref{Kind: syncro.KindCustomer, Key: "7"}, Account: "acme"},
		"https://acme.shield.syncromsp.com/customers/7/contacts#list":        {Ref: connector.Ref{Kind: syncro.KindCustomer, Key: "7"}, Account: "acme"},
		"acme.shield.repairshopr.com/customer_assets/7":                      {Ref: connector.Ref{Kind: syncro.KindAsset, Key: "7"}, Account: "acme"},
	} {
		got, ok := info.Locate(address)
		require.True(t, ok, address)
		require.Equal(t, want, got, address)
	}
	for _, address := range []string{
		"https://acme.syncromsp.com/tickets/7", "https://acme.syncromsp.com/customers/new", "https://acme.syncromsp.com/customers",
		"https://acme.syncromsp.com.evil.example/customers/7", "https://acme.example.com/customers/7",
	} {
		_, ok := info.Locate(address)
		require.False(t, ok, address)
	}
}

func TestTheAddressOfEveryRecordLeadsBackToIt(t *testing.T) {
	t.Parallel()
	s := open(t, newAccount(t, syncrotest.Options{Customers: 20, Contacts: 20, Assets: 20}), unpaced)
	for _, kind := range kinds {
		for _, r := range records(read(t, s, connector.ReadRequest{Kind: kind})) {
			want := connector.Ref{Kind: kind, Key: r.Key}
			if kind == syncro.KindContact { // which has no page
				want = connector.Ref{Kind: syncro.KindCustomer, Key: r.Container}
			}
			got, ok := syncro.New().Info().Locate(r.URL)
			require.Equal(t, want.Key != "", ok)
			require.Equal(t, want.Key, got.Key)
		}
	}
}

func hint(t testing.TB, message string) (connector.Hint, error) {
	t.Helper()
	s := open(t, newAccount(t, syncrotest.Options{Subdomain: "acme"}))
	return connector.FeaturesOf(s).Hint(t.Context(), []byte(message))
}

func TestANotificationNamesTheRecordsToLookAt(t *testing.T) {
	t.Parallel()
	asset, customer, contact := connector.Ref{Kind: syncro.KindAsset, Key: "9"}, connector.Ref{Kind: syncro.KindCustomer, Key: "7"}, connector.Ref{Kind: syncro.KindContact, Key: "5"}
	for message, want := range map[string][]connector.Ref{
		`{"text":"x","link":"https://acme.syncromsp.com/customers/7","attributes":{"id":7}}`:                                                                                {customer},
		`{"text":"x","link":"https://acme.syncromsp.com/customer_assets/9/x","attributes":{"id":3,"customer_id":7,"customer":{"id":"7","business_name":"A"}}}`:              {asset, customer},
		`{"link":"https://acme.syncromsp.com/tickets/1","attributes":{"id":1,"contact_id":5,"customer_id":7,"asset_id":null}}`:                                              {contact, customer},
		`{"link":"https://other.syncromsp.com/customers/8","attributes":{}}`:                                                                                                nil,
		`{"link":"https://acme.syncromsp.com/customers/7","attributes":[]}`:                                                                                                 {customer},
		`{"link":["x"],"attributes":{"customer_id":7}}`:                                                                                                                     {customer},
		`{"link":"https://evil.example/customers/8","attributes":{"customer":"odd","asset_id":{"a":1}}}`:                                                                    nil,
		`{"text":"x","link":null,"attributes":{"id":"<alert id>","computer_name":"HOST","resolved":false,"properties":{"trigger":"x"},"customer":{"business_name":"..."}}}`: nil,
	} {
		got, err := hint(t, message)
		require.NoError(t, err, message)
		require.Equal(t, want, got.Records, message)
	}
}

func TestWhatIsNoNotificationIsAnError(t *testing.T) {
	t.Parallel()
	for _, message := range []string{"", "x", "[]", "null", "{}", `{"text":"x"}`, `{"link":{}}`, `{"attributes":[1]}`, `{"attributes":{}}`} {
		_, err := hint(t, message)
		requireCode(t, connector.CodeProtocol, err)
	}
}

// The samples are the envelopes that the real system sends.
func TestRealNotificationsAreRead(t *testing.T) {
	t.Parallel()
	var samples map[string]json.RawMessage
	require.NoError(t, json.Unmarshal(sample(t, "webhook-envelope.json"), &samples))
	require.NotEmpty(t, samples)
	for name, message := range samples {
		got, err := hint(t, string(message))
		require.NoError(t, err, name)
		require.Empty(t, got.Records, "%s names no customer, contact or asset by id", name)
	}
}

// sample returns a file of reference material about the real system.
func sample(t testing.TB, name string) []byte {
	t.Helper()
	folder := os.Getenv("DOVETAIL_SHARED")
	if folder == "" {
		if strings.Contains(","+os.Getenv("DOVETAIL_REQUIRE")+",", ",shared,") {
			t.Fatal("DOVETAIL_SHARED is not set")
		}
		t.Skip("DOVETAIL_SHARED names no folder of reference material")
	}
	raw, err := os.ReadFile(filepath.Join(folder, "syncro", "samples", name))
	require.NoError(t, err)
	return raw
}

func FuzzHint(f *testing.F) {
	f.Add(`{"text":"x","link":"https://acme.syncromsp.com/customers/7","attributes":{"customer_id":"8"}}`)
	f.Add(`{"link":"acme.syncromsp.com/customer_assets/0","attributes":{"asset":{"id":1e9}}}`)
	f.Add(`{"LINK":"https://acme.syncromsp.com/customers/7","attributes":{"a":1}}`)
	f.Fuzz(func(t *testing.T, message string) {
		got, err := hint(t, message)
		if err != nil {
			requireCode(t, connector.CodeProtocol, err)
		}
		for i, ref := range got.Records {
			if strings.Trim(string(ref.Key), "0123456789") != "" || ref.Key.Check() != nil {
				t.Fatalf("record %d is %v", i, ref)
			}
		}
	})
}
