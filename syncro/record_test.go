package syncro_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/require"

	"github.com/dovetail-sync/dovetail/connector"
	"github.com/dovetail-sync/dovetail/syncro"
	"github.com/dovetail-sync/dovetail/syncro/syncrotest"
)

// row serves one row of a kind and returns the record that is read of it.
func row(t testing.TB, kind connector.Kind, body string) connector.Record {
	t.Helper()
	wrapper := map[connector.Kind]string{syncro.KindCustomer: "customers", syncro.KindContact: "contacts", syncro.KindAsset: "assets"}[kind]
	account := newAccount(t, syncrotest.Options{Subdomain: "acme"})
	account.AddAssetType("Printer")
	s := open(t, account, unpaced, tamper(func(r *http.Request, next http.RoundTripper) (*http.Response, error) {
		if strings.HasSuffix(r.URL.Path, "/settings") {
			return next.RoundTrip(r)
		}
		return answer(200, "application/json", `{"`+wrapper+`":[`+body+`],"meta":{"total_pages":1}}`), nil
	}))
	pages := read(t, s, connector.ReadRequest{Kind: kind})
	require.Empty(t, pages[0].Rejected)
	require.Len(t, pages[0].Records, 1)
	return pages[0].Records[0]
}

func requireFields(t *testing.T, want connector.Fields, got connector.Record) {
	t.Helper()
	require.Empty(t, cmp.Diff(want, got.Fields))
}

func TestACustomerBecomesARecord(t *testing.T) {
	t.Parallel()
	got := row(t, syncro.KindCustomer, `{"id":31383993123,"firstname":"First","lastname":"Last","fullname":"First Last","business_name":"Acme GmbH",
		"business_then_name":"Acme GmbH","email":"office@Acme.test","phone":12345,"mobile":"","address":"1 Example St","address_2":"","city":"Town","state":null,
		"zip":"8001","notes":" keep ","location_name":"HQ","disabled":"false","tag_list":["vip","a"],
		"properties":{"Reg No.":"7","notes":"n","Notes":"N","VIP":true,"Empty":"","Seats":12,"Lots":["x","y"],"Odd":{"a":1},"Web Site":"https://acme.test"},
		"contacts":[{"email":"ann@people.test"},{"email":null},"odd"],"created_at":"2024-03-05T15:14:24.066+02:00","updated_at":"soon",
		"online_profile_url":"https://acme.syncromsp.com/?portal_key=canary-x"}`)
	require.Equal(t, connector.Key("31383993123"), got.Key)
	require.Empty(t, got.Container)
	require.Equal(t, "Acme GmbH", got.Name)
	require.True(t, time.Date(2024, 3, 5, 13, 14, 24, 66e6, time.UTC).Equal(got.Created))
	require.Zero(t, got.Updated)
	require.Equal(t, connector.StatusActive, got.Status)
	require.Equal(t, "https://acme.syncromsp.com/customers/31383993123", got.URL)
	requireFields(t, connector.Fields{
		"business_name": connector.Text("Acme GmbH"), "firstname": connector.Text("First"), "lastname": connector.Text("Last"),
		"email": connector.Text("office@Acme.test"), "email_domains": connector.Texts("acme.test", "people.test"),
		"phone": connector.Text("12345"), "address": connector.Text("1 Example St"), "city": connector.Text("Town"),
		"zip": connector.Text("8001"), "notes": connector.Text("keep"), "location": connector.Text("HQ"),
		"tags": connector.Texts("a", "vip"), "person": connector.Bool(false), "website": connector.Text("https://acme.test"),
		"properties.Reg No.": connector.Text("7"), "properties.notes": connector.Text("n"), "properties.Notes": connector.Text("N"),
		"properties.VIP": connector.Bool(true), "properties.Seats": connector.Integer(12), "properties.Lots": connector.Texts("x", "y"),
		"properties.Web Site": connector.Text("https://acme.test"),
	}, got)
}

func TestACustomersNameIsTheFirstThatThereIs(t *testing.T) {
	t.Parallel()
	for body, want := range map[string]string{
		`{"id":1,"business_then_name":" Shown ","business_name":"B","fullname":"F"}`: "Shown",
		`{"id":1,"business_then_name":"","business_name":"B","fullname":"F"}`:        "B",
		`{"id":1,"business_then_name":null,"business_name":null,"fullname":"F"}`:     "F",
		`{"id":1,"firstname":"Ann","lastname":"Lee"}`:                                "Ann Lee",
		`{"id":1,"email":"a@b.test"}`:                                                "a@b.test",
		`{"id":1}`:                                                                   "",
	} {
		require.Equal(t, want, row(t, syncro.KindCustomer, body).Name)
	}
}

func TestACustomersContactsAreEvidenceOfTheCompany(t *testing.T) {
	t.Parallel()
	got := row(t, syncro.KindCustomer, `{"id":7,"business_name":"Acme","email":"office@acme.test","phone":"5550100",
		"contacts":[{"email":"Ann@Acme-People.test","phone":"(657) 325-3258 x330","mobile":"+1 133 358 5295","processed_phone":"6573253258"},
		{"email":"bob@acme.test","phone":"330","mobile":null,"processed_mobile":"11333585295"},{"phone":{"a":1}},7,null]}`)
	require.Equal(t, connector.Texts("acme-people.test", "acme.test"), got.Fields["email_domains"])
	require.Equal(t, connector.Texts("(657) 325-3258 x330", "+1 133 358 5295"), got.Fields["contact_phones"], "each once, and no extension alone")
	require.Equal(t, connector.Text("5550100"), got.Fields["phone"])
	for _, contacts := range []string{`null`, `[]`, `{}`, `"x"`} {
		got := row(t, syncro.KindCustomer, `{"id":7,"business_name":"Acme","contacts":`+contacts+`}`)
		require.NotContains(t, got.Fields, "contact_phones")
		require.NotContains(t, got.Fields, "email_domains")
	}
}

func TestACustomerWithoutABusinessNameIsAPerson(t *testing.T) {
	t.Parallel()
	got := row(t, syncro.KindCustomer, `{"id":"7","business_name":" ","fullname":"Ann Lee","disabled":1}`)
	require.Equal(t, connector.Bool(true), got.Fields["person"])
	require.Equal(t, connector.StatusInactive, got.Status)
}

func TestAContactBecomesARecord(t *testing.T) {
	t.Parallel()
	got := row(t, syncro.KindContact, `{"id":5,"name":"Boba Fett","address1":"8653 Ivan Flat","address2":"Apt. 436","city":"Tuanside","state":"Delaware","zip":"02293",
		"email":"b@f.test","phone":"1","mobile":"2","customer_id":9,"account_id":28393,"notes":null,"extension":"77",
		"properties":{"title":"Hunter","Title":"other","password hint":"canary-y"},"created_at":"2019-10-22T08:47:09.723Z","updated_at":"2019-10-22T08:47:09.723Z"}`)
	require.Equal(t, connector.Key("9"), got.Container)
	require.Equal(t, "Boba Fett", got.Name)
	require.Equal(t, "https://acme.syncromsp.com/customers/9", got.URL)
	requireFields(t, connector.Fields{
		"email": connector.Text("b@f.test"), "phone": connector.Text("1"), "mobile": connector.Text("2"), "extension": connector.Text("77"),
		"title": connector.Text("Hunter"), "properties.Title": connector.Text("other"), "address": connector.Text("8653 Ivan Flat"),
		"address_2": connector.Text("Apt. 436"), "city": connector.Text("Tuanside"), "state": connector.Text("Delaware"), "zip": connector.Text("02293"),
	}, got)

	processed := row(t, syncro.KindContact, `{"id":5,"name":"Ann","phone":"657.325.3258 x330","mobile":null,"processed_phone":"6573253258","processed_mobile":1333585295}`)
	requireFields(t, connector.Fields{
		"phone": connector.Text("657.325.3258 x330"), "processed_phone": connector.Text("6573253258"), "processed_mobile": connector.Text("1333585295"),
	}, processed)

	loose := row(t, syncro.KindContact, `{"id":6,"name":"","email":"x@y.test","customer_id":null,"properties":[]}`)
	require.Empty(t, loose.Container)
	require.Empty(t, loose.URL)
	require.Equal(t, "x@y.test", loose.Name)
}

const agentAsset = `{"id":4,"name":"LAPTOP-1","customer_id":9,"contact_id":5,"asset_type":"Syncro Device","asset_serial":null,"policy_folder_id":502,
	"properties":{"kabuto_live_uuid":"u-1","mac":["0A0B0C0D0E0F"],"device_name":"old","serial_number":"S-old","hdd":"x","Rack":"7",
	"kabuto_information":{"general":{"name":"laptop-1","manufacturer":"Dell Inc.","model":"XPS","serial_number":"S-1","form_factor":"Laptop",
	"mac":["4c:1d:96:46:59:de","not a mac","00:00:00:00:00:00"],"domain":"acme.local","ip":"203.0.113.9"},
	"os":{"name":"Windows 11 Pro","windows_release_version":"23H2","build":"22631","os_architecture":"64-bit","last_boot_time":"2025-11-21T09:31:31+01:00"},
	"network_adapters":[{"ipv4":"169.254.1.2","physical_address":"00-09-0F-AA-00-01"},{"ipv4":"10.0.0.5","physical_address":"4C-1D-96-46-59-DE"}],
	"primary_adapter":{"ipv4":"10.0.0.7"},"cpu":"odd","last_synced_at":"2025-12-01T00:00:00Z","last_user":"ACME\\ann"}},
	"address":{"id":1,"name":"Warehouse","account_id":3},"rmm_store":{"account_id":28393,"general":{"info":"canary-z"}},
	"rmm_links":[{"splashtop_link":"canary-z"}],"device_info":{"snmp_config":{"community":"canary-z"}},"customer":{"online_profile_url":"canary-z"}}`

func TestAnAssetWithAnAgentBecomesARecord(t *testing.T) {
	t.Parallel()
	got := row(t, syncro.KindAsset, agentAsset)
	require.Equal(t, connector.Key("9"), got.Container)
	require.Equal(t, "Syncro Device", got.Type)
	require.NotEmpty(t, got.TypeID)
	require.Equal(t, "https://acme.syncromsp.com/customer_assets/4", got.URL)
	requireFields(t, connector.Fields{
		"agent": connector.Text("u-1"), "hostname": connector.Text("laptop-1"), "manufacturer": connector.Text("Dell Inc."), "model": connector.Text("XPS"), "disks": connector.Texts("x"),
		"serial": connector.Text("S-1"), "form_factor": connector.Text("Laptop"), "domain": connector.Text("acme.local"),
		"macs": connector.Texts("00:09:0f:aa:00:01", "0a:0b:0c:0d:0e:0f", "4c:1d:96:46:59:de"),
		"ip":   connector.Texts("10.0.0.7", "10.0.0.5"), "wan_ip": connector.Text("203.0.113.9"),
		"os": connector.Text("Windows 11 Pro"), "os_version": connector.Text("23H2"), "os_build": connector.Text("22631"), "os_architecture": connector.Text("64-bit"),
		"site": connector.Text("Warehouse"), "contact": connector.Text("5"), "policy_folder": connector.Text("502"),
		"last_user": connector.Text(`ACME\ann`), "last_synced_at": connector.Instant(time.Date(2025, 12, 1, 0, 0, 0, 0, time.UTC)),
		"last_boot":       connector.Instant(time.Date(2025, 11, 21, 8, 31, 31, 0, time.UTC)),
		"properties.Rack": connector.Text("7"),
	}, got)
}

func TestAnAssetMadeByHandBecomesARecord(t *testing.T) {
	t.Parallel()
	got := row(t, syncro.KindAsset, `{"id":7,"name":"","customer_id":null,"contact_id":null,"asset_type":"Printer","asset_serial":" SER ","address":null,"rmm_store":null,
		"properties":{"Make":"Brother","Model No.:":"HL-1","os":4,"AV":"1","av":"0"}}`)
	require.Empty(t, got.Container)
	require.Equal(t, "SER", got.Name, "better than nothing")
	requireFields(t, connector.Fields{
		"serial": connector.Text("SER"), "manufacturer": connector.Text("Brother"), "model": connector.Text("HL-1"),
		"properties.Make": connector.Text("Brother"), "properties.Model No.:": connector.Text("HL-1"), "properties.os": connector.Integer(4),
		"properties.AV": connector.Text("1"), "properties.av": connector.Text("0"),
	}, got)
}

func TestPartsOfAReportWithAnotherShapeDoNotCostTheOthers(t *testing.T) {
	t.Parallel()
	got := row(t, syncro.KindAsset, `{"id":7,"name":"x","properties":{"kabuto_information":{"general":"none","os":{"name":"Linux"},"network_adapters":{},"last_synced_at":7},"mac":"aabbccddeeff"}}`)
	require.Equal(t, connector.Text("Linux"), got.Fields["os"])
	require.Equal(t, connector.Texts("aa:bb:cc:dd:ee:ff"), got.Fields["macs"])
	got = row(t, syncro.KindAsset, `{"id":7,"name":"x","properties":{"kabuto_information":null,"kabuto_live_uuid":7}}`)
	require.Equal(t, connector.Text("7"), got.Fields["agent"])
}

func TestTheIDOfATypeStaysWhenTheTypeIsRenamed(t *testing.T) {
	t.Parallel()
	account := newAccount(t, syncrotest.Options{})
	account.AddAsset(syncrotest.Asset{Name: "a", Type: "Phone"})
	get := func() connector.Record {
		return records(read(t, open(t, account, unpaced), connector.ReadRequest{Kind: syncro.KindAsset}))[0]
	}
	before := get()
	types := account.AssetTypes()
	require.True(t, account.RenameAssetType(types[len(types)-1].ID, "VoIP Phone"))
	after := get()
	require.NotEmpty(t, before.TypeID)
	require.Equal(t, before.TypeID, after.TypeID)
	require.Equal(t, "VoIP Phone", after.Type)
}

func TestWithoutTheSettingsTypesHaveNoIDAndAFaultThatPassesEndsTheRead(t *testing.T) {
	t.Parallel()
	account := newAccount(t, syncrotest.Options{Customers: 3, Assets: 5})
	for status, want := range map[int]connector.Code{401: "", 403: "", 404: "", 400: connector.CodeUnknown} {
		s := open(t, account, unpaced, tamper(func(r *http.Request, next http.RoundTripper) (*http.Response, error) {
			if strings.HasSuffix(r.URL.Path, "/settings") {
				return answer(status, "application/json", "{}"), nil
			}
			return next.RoundTrip(r)
		}))
		pages, err := readUntilError(t, s, connector.ReadRequest{Kind: syncro.KindAsset})
		require.Equal(t, want, connector.CodeOf(err), "%d", status)
		for _, r := range records(pages) {
			require.NotEmpty(t, r.Type)
			require.Empty(t, r.TypeID)
		}
	}
}

func TestTheSettingsAreReadOnceInASession(t *testing.T) {
	t.Parallel()
	account := newAccount(t, syncrotest.Options{Customers: 3, Assets: 60})
	s := open(t, account, unpaced)
	for range 2 {
		read(t, s, connector.ReadRequest{Kind: syncro.KindAsset})
	}
	n := 0
	for _, r := range account.Requests() {
		if strings.HasSuffix(r.Path, "/settings") {
			n++
		}
	}
	require.Equal(t, 1, n)
}

func TestEveryFieldOfARecordIsADeclaredDataPointOrACustomField(t *testing.T) {
	t.Parallel()
	account := newAccount(t, syncrotest.Options{Customers: 60, Contacts: 150, Assets: 250})
	s := open(t, account, unpaced)
	info := syncro.New().Info()
	for _, kind := range kinds {
		described, ok := info.Kind(kind)
		require.True(t, ok)
		for _, r := range records(read(t, s, connector.ReadRequest{Kind: kind})) {
			clean, err := r.Clean()
			require.NoError(t, err)
			for name, value := range clean.Fields {
				if strings.HasPrefix(name, "properties.") {
					continue
				}
				point, ok := described.DataPoint(name)
				require.True(t, ok, "%s.%s", kind, name)
				for _, item := range value.Items() {
					require.Equal(t, point.Type, item.Kind(), "%s.%s", kind, name)
				}
				require.Equal(t, point.List, value.Kind() == connector.KindList, "%s.%s", kind, name)
			}
		}
	}
}

func TestAnAgentsCheckInChangesVolatileDataPointsOnly(t *testing.T) {
	t.Parallel()
	account := newAccount(t, syncrotest.Options{Customers: 3, Assets: 40})
	s := open(t, account, unpaced)
	before := byKey(records(read(t, s, connector.ReadRequest{Kind: syncro.KindAsset})))
	changed := 0
	for _, asset := range account.Assets() {
		account.CheckIn(asset.ID, func(g *syncrotest.Agent) {
			changed++
			g.LastUser, g.LastSyncedAt, g.FreeGB = "somebody else", time.Now(), 1
			g.OS.LastBoot, g.OS.PendingReboot, g.WANIP = time.Now(), !g.OS.PendingReboot, "203.0.113.250"
		})
	}
	require.NotZero(t, changed)
	kind, _ := syncro.New().Info().Kind(syncro.KindAsset)
	for key, after := range byKey(records(read(t, s, connector.ReadRequest{Kind: syncro.KindAsset}))) {
		for _, point := range kind.DataPoints {
			if point.Volatile {
				delete(after.Fields, point.Name)
				delete(before[key].Fields, point.Name)
			}
		}
		require.Empty(t, cmp.Diff(before[key], after))
	}
}
