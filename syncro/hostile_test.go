package syncro_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/dovetail-sync/dovetail/connector"
	"github.com/dovetail-sync/dovetail/connector/rest"
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

func TestNumbersThatAreNoneAreAbsent(t *testing.T) {
	t.Parallel()
	for _, size := range []string{`"NaN"`, `"-NaN"`, `"Inf"`, `"-Inf"`, `"1e99"`, `-1`, `1e400`, `"0x"`, `{}`, `[7]`, `null`, `true`} {
		got := row(t, syncro.KindAsset, `{"id":4,"name":"x","properties":{"kabuto_information":{"system_partition":{"size_gb":`+size+`,"free_gb":7}}}}`)
		requireFields(t, connector.Fields{"disk_free_gb": connector.Integer(7)}, got)
	}
}

func TestWhatIsEscapedOrHasNULIsReadAsWhatItIs(t *testing.T) {
	t.Parallel()
	got := row(t, syncro.KindAsset, `{"\u0069d":4,"name":"\u0000PC\u0000","asset_serial":"\u0000\u0000","created_at":"2024-03-05T15:14:24.066\u002b02:00",
		"properties":{"A\u0000":"1","A":"2","Pa\u0000ss\u200bword":"canary","kabuto_information":{"general":{"serial_number":"S-1","mac":"\u00341:1d:4c:96:46:59"}}}}`)
	require.Equal(t, connector.Key("4"), got.Key)
	require.Equal(t, "PC", got.Name)
	require.True(t, time.Date(2024, 3, 5, 13, 14, 24, 66e6, time.UTC).Equal(got.Created), "%v", got.Created)
	requireFields(t, connector.Fields{
		"serial": connector.Text("S-1"), "macs": connector.Texts("41:1d:4c:96:46:59"), "properties.A": connector.Text("2"),
	}, got)
}

// The settings only refine what is read.
func TestSettingsOfAnotherShapeCostNothing(t *testing.T) {
	t.Parallel()
	for _, body := range []string{
		`{"assets":[],"customers":[]}`, `{"assets":"none"}`, `{"assets":null,"customers":7}`, `{"assets":{"asset_types":{"1":"x"},"asset_type_fields":7}}`, `{}`,
		`{"assets":{"asset_types":[7,null,{"id":{},"name":[]},{"id":3,"name":"Printer"}]},"customers":[]}`,
	} {
		account := newAccount(t, syncrotest.Options{Customers: 1, Contacts: 1, Assets: 3})
		s := open(t, account, unpaced, rewrite("/settings", func(string) string { return body }))
		require.Len(t, records(read(t, s, connector.ReadRequest{Kind: syncro.KindAsset})), 3, body)
		found, err := connector.FeaturesOf(s).Discover(t.Context())
		require.NoError(t, err, body)
		if strings.Contains(body, "Printer") {
			require.Equal(t, []connector.RecordType{{Kind: syncro.KindAsset, ID: "3", Name: "Printer"}}, found.Types)
		}
		_, err = connector.FeaturesOf(s).Check(t.Context())
		require.NoError(t, err, body)
	}
	s := open(t, newAccount(t, syncrotest.Options{}), unpaced, rewrite("/settings", func(string) string { return `[]` }))
	_, err := readUntilError(t, s, connector.ReadRequest{Kind: syncro.KindAsset})
	require.EqualError(t, err, "syncro: read settings: protocol: the answer has another shape than expected: the settings are not an object")
}

// A look-up proves that a record is gone only where /me tells who asks: a gateway
// in between may answer anything with {}, and everything else with 404.
func TestAnAnswerThatTellsNobodyProvesNoKey(t *testing.T) {
	t.Parallel()
	for _, body := range []string{`null`, `{}`, `[]`, `7`, `{"status":"ok"}`, `{"Subdomain":"x"}`} {
		account := newAccount(t, syncrotest.Options{Customers: 1})
		s := open(t, account, unpaced, rewrite("/me", func(string) string { return body }))
		_, err := connector.FeaturesOf(s).Get(t.Context(), syncro.KindCustomer, "999")
		requireCode(t, connector.CodeProtocol, err)
		_, err = connector.FeaturesOf(s).Check(t.Context())
		requireCode(t, connector.CodeProtocol, err)
		require.ErrorContains(t, err, "(check the domain", body)
		account.Deny(syncrotest.CustomersList)
		_, err = readUntilError(t, s, connector.ReadRequest{Kind: syncro.KindCustomer})
		requireCode(t, connector.CodeProtocol, err)
	}
	for _, body := range []string{`{"user_id":null}`, `{"subdomain":null,"user_name":["x"]}`, `{"user_email":{}}`} {
		account := newAccount(t, syncrotest.Options{Customers: 1})
		s := open(t, account, unpaced, rewrite("/me", func(string) string { return body }))
		_, err := connector.FeaturesOf(s).Get(t.Context(), syncro.KindCustomer, "999")
		requireCode(t, connector.CodeNotFound, err)
	}
}

// The host's own limit is no fault of the domain's.
func TestAFaultOfTheHostsPacingIsNotBlamedOnTheDomain(t *testing.T) {
	t.Parallel()
	s := open(t, newAccount(t, syncrotest.Options{}), func(opt *connector.OpenOptions) {
		opt.Host.Pace = rest.NewPacer(connector.Limit{Key: "another", Requests: 1, Per: time.Minute}).Pace
	})
	for call, err := range everyCall(t, s) {
		requireCode(t, connector.CodeConfig, err)
		require.ErrorContains(t, err, `there is no limit named "syncromsp.com"`, call)
		require.NotContains(t, err.Error(), "domain", call)
	}
}

func TestAListWithItsRowsTwiceIsAnError(t *testing.T) {
	t.Parallel()
	for _, body := range []string{
		`{"customers":[{"id":1}],"customers":[],"meta":{"total_pages":1}}`, `{"customers":[],"customers":[{"id":1}]}`, `{"customers":[{"id":1}],"\u0063ustomers":null}`,
	} {
		_, err := readUntilError(t, serving(t, body), connector.ReadRequest{Kind: syncro.KindCustomer})
		requireCode(t, connector.CodeProtocol, err)
		require.ErrorContains(t, err, "syncro: list customers page 1: protocol: the answer has another shape than expected: the list has \"customers\" twice")
	}
}

// Custom fields in a form that isn't known are said to be lost, and not lost.
func TestCustomFieldsOfAnotherShapeCostTheRecord(t *testing.T) {
	t.Parallel()
	for _, kind := range kinds {
		for _, body := range []string{`[{"name":"Make","value":"Dell"}]`, `["x"]`, `"{}"`, `7`} {
			page, err := firstAnswer(t, kind, `{"`+wrapperOf[kind]+`":[{"id":4,"properties":`+body+`},{"id":5,"properties":[]},{"id":6,"properties":null}],"meta":{"total_pages":1}}`)
			require.NoError(t, err)
			require.Equal(t, []connector.Key{"5", "6"}, keys(page.Records), body)
			require.Len(t, page.Rejected, 1)
			require.ErrorContains(t, page.Rejected[0].Err, "found something else where the custom fields belong")
		}
	}
}

// A letter may be longer when it is made small, so that a place in the one text is
// none in the other.
func TestATelephoneNumberOfOddLettersIsNone(t *testing.T) {
	t.Parallel()
	for _, phone := range []string{"xȺȺȺȺȺȺȺȺext", "xİİİİİİİİext", "ext", "x", "EXT 657 325 3258 ext", "e\\u0000xt"} {
		got := row(t, syncro.KindCustomer, `{"id":1,"contacts":[{"phone":"`+phone+`"},{"mobile":"(657) 325-3258 EXT. 330"}]}`)
		require.Contains(t, got.Fields["contact_phones"].String(), "(657) 325-3258", phone)
	}
}

func TestATypeWithoutANameIsNoType(t *testing.T) {
	t.Parallel()
	account := newAccount(t, syncrotest.Options{})
	account.AddAsset(syncrotest.Asset{Name: "PC"})
	s := open(t, account, unpaced, rewrite("/settings", func(string) string {
		return `{"assets":{"asset_types":[{"id":5,"name":null},{"id":6,"name":"Printer"}]}}`
	}), rewrite("/customer_assets", func(string) string {
		return `{"assets":[{"id":1,"asset_type":null},{"id":2,"asset_type":"Printer"}],"meta":{"total_pages":1}}`
	}))
	got := records(read(t, s, connector.ReadRequest{Kind: syncro.KindAsset}))
	require.Empty(t, got[0].TypeID)
	require.Equal(t, "6", got[1].TypeID)
}

func TestALookUpWithoutARecordSaysSo(t *testing.T) {
	t.Parallel()
	for _, body := range []string{`{}`, `{"asset":null}`, `{"success":false}`, `{"asset":[]}`} {
		_, err := connector.FeaturesOf(serving(t, body)).Get(t.Context(), syncro.KindAsset, "5")
		require.EqualError(t, err, "syncro: get asset 5: protocol: the answer has no record with an id", body)
	}
}
