package syncro_test

import (
	"encoding/json"
	"strconv"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/require"

	"github.com/dovetail-sync/dovetail/connector"
	"github.com/dovetail-sync/dovetail/syncro"
	"github.com/dovetail-sync/dovetail/syncro/syncrotest"
)

const report = `{"general":{"name":"pc-1","manufacturer":"Dell Inc.","model":"XPS","serial_number":"S-1","form_factor":"Laptop","mac":["4c1d964659de"],"domain":"acme.local","ip":"203.0.113.9"},
	"os":{"name":"Windows 11 Pro","windows_release_version":"23H2","build":"22631","os_architecture":"64-bit","last_boot_time":"2025-11-21T09:31:31+01:00","pending_reboot":"true"},
	"install_dates":{"os_install":"2024-05-06T00:00:00Z","bios_release":""},
	"network_adapters":[{"ipv4":"10.0.0.5","physical_address":"4C-1D-96-46-59-DE"}],"primary_adapter":{"ipv4":"10.0.0.5"},
	"cpu":[{"name":"Intel Core i7","cores":8}],"ram":[{"size":"8 GB"},{"size":"8 GB"}],"hdd":[{"name":"Samsung SSD","size":"512 GB"},"odd",7,null],
	"system_partition":{"size_gb":475.6,"free_gb":"100","free_percent":21},"last_synced_at":"2025-12-01T00:00:00Z","last_user":"ACME\\ann"}`

func reported() connector.Fields {
	return connector.Fields{
		"agent": connector.Text("u-1"), "hostname": connector.Text("pc-1"), "manufacturer": connector.Text("Dell Inc."), "model": connector.Text("XPS"),
		"serial": connector.Text("S-1"), "form_factor": connector.Text("Laptop"), "domain": connector.Text("acme.local"),
		"macs": connector.Texts("4c:1d:96:46:59:de"), "ip": connector.Texts("10.0.0.5"), "wan_ip": connector.Text("203.0.113.9"),
		"os": connector.Text("Windows 11 Pro"), "os_version": connector.Text("23H2"), "os_build": connector.Text("22631"), "os_architecture": connector.Text("64-bit"),
		"os_installed": connector.Instant(time.Date(2024, 5, 6, 0, 0, 0, 0, time.UTC)),
		"cpu":          connector.Text("Intel Core i7"), "memory": connector.Texts("8 GB", "8 GB"), "disks": connector.Texts("Samsung SSD 512 GB", "odd", "7"),
		"disk_gb": connector.Integer(475), "disk_free_gb": connector.Integer(100), "pending_reboot": connector.Bool(true),
		"last_user": connector.Text(`ACME\ann`), "last_synced_at": connector.Instant(time.Date(2025, 12, 1, 0, 0, 0, 0, time.UTC)),
		"last_boot": connector.Instant(time.Date(2025, 11, 21, 8, 31, 31, 0, time.UTC)),
	}
}

func TestAnAgentsReportIsReadWhereverItIs(t *testing.T) {
	t.Parallel()
	quoted, err := json.Marshal(report)
	require.NoError(t, err)
	for name, body := range map[string]string{
		"among the properties":             `"properties":{"kabuto_live_uuid":"u-1","kabuto_information":` + report + `}`,
		"among the properties, as text":    `"properties":{"kabuto_live_uuid":"u-1","kabuto_information":` + string(quoted) + `}`,
		"in the store, as text":            `"properties":{"kabuto_live_uuid":"u-1"},"rmm_store":{"general":{"info":` + string(quoted) + `}}`,
		"in the store":                     `"properties":{"kabuto_live_uuid":"u-1"},"rmm_store":{"general":{"info":` + report + `}}`,
		"in the store, before":             `"rmm_store":{"general":{"info":` + string(quoted) + `}},"properties":{"kabuto_information":{},"kabuto_live_uuid":"u-1"}`,
		"in both":                          `"properties":{"kabuto_live_uuid":"u-1","kabuto_information":` + report + `},"rmm_store":{"general":{"info":` + string(quoted) + `}}`,
		"in the store, in part as a field": `"properties":{"kabuto_live_uuid":"u-1","kabuto_information":{"last_user":"ACME\\ann","cpu":7}},"rmm_store":{"general":{"info":` + string(quoted) + `}}`,
		"in the store broken":              `"properties":{"kabuto_live_uuid":"u-1","kabuto_information":` + report + `},"rmm_store":{"general":{"info":"{\"general\":"}}`,
	} {
		got := row(t, syncro.KindAsset, `{"id":4,"name":"PC","asset_type":"Syncro Device",`+body+`}`)
		want := reported()
		if name == "in the store, in part as a field" {
			delete(want, "cpu") // the one closer by has none
		}
		require.Empty(t, cmp.Diff(want, got.Fields), name)
	}
}

func TestThePrimaryAdaptersAddressComesFirst(t *testing.T) {
	t.Parallel()
	for _, parts := range []string{
		`"network_adapters":[{"ipv4":"10.0.0.5"},{"ipv4":"10.0.0.7"}],"primary_adapter":{"ipv4":"10.0.0.7"}`,
		`"primary_adapter":{"ipv4":"10.0.0.7"},"network_adapters":[{"ipv4":"10.0.0.5"},{"ipv4":"10.0.0.7"}]`,
		`"network_adapters":[{"ipv4":"10.0.0.5"},{"ipv4":""}],"primary_adapter":{"ipv4":"10.0.0.7"}`,
	} {
		got := row(t, syncro.KindAsset, `{"id":4,"name":"x","properties":{"kabuto_information":{`+parts+`}}}`)
		require.Equal(t, connector.Texts("10.0.0.7", "10.0.0.5"), got.Fields["ip"], parts)
	}
}

func TestAnAssetWithoutAReportHasNoAgent(t *testing.T) {
	t.Parallel()
	for _, store := range []string{`null`, `{}`, `[]`, `{"general":{}}`, `{"general":null}`, `{"general":[]}`, `{"general":{"info":null}}`, `{"general":{"info":""}}`, `{"account_id":3,"general":{"info":"{}"}}`} {
		got := row(t, syncro.KindAsset, `{"id":4,"name":"PC","properties":{"os":"DOS"},"rmm_store":`+store+`}`)
		requireFields(t, connector.Fields{"properties.os": connector.Text("DOS")}, got)
	}
	for _, empty := range []string{`"kabuto_information":null`, `"kabuto_information":{}`, `"kabuto_information":""`, `"kabuto_information":"{}"`, `"kabuto_information":" "`, `"kabuto_information":[],"kabuto_live_uuid":null`, `"kabuto_live_uuid":""`} {
		got := row(t, syncro.KindAsset, `{"id":4,"name":"PC","properties":{`+empty+`,"Service Tag":"E","os":"DOS"},"rmm_store":{"general":{"info":"null"}}}`)
		requireFields(t, connector.Fields{
			"serial": connector.Text("E"), "properties.Service Tag": connector.Text("E"), "properties.os": connector.Text("DOS"),
		}, got)
	}
}

func TestHardwareAddressesAreReadInEveryNotation(t *testing.T) {
	t.Parallel()
	const want = "00:1b:63:84:45:e6"
	for _, mac := range []string{
		"00:1B:63:84:45:E6", "00-1b-63-84-45-e6", "001B.6384.45E6", "001b638445e6", "001B63-8445E6", " 00 1b 63 84 45 e6 ",
		"0:1b:63:84:45:e6", "00:1B:63:84:45:E6 (eth0)", "eth0: none; 001b638445e6",
	} {
		got := row(t, syncro.KindAsset, `{"id":4,"name":"x","properties":{"MAC Address":`+strconv.Quote(mac)+`}}`)
		require.Equal(t, connector.Texts(want), got.Fields["macs"], mac)
		got = row(t, syncro.KindAsset, `{"id":4,"name":"x","properties":{"kabuto_live_uuid":"u","mac":[`+strconv.Quote(mac)+`,null,7]}}`)
		require.Equal(t, connector.Texts(want), got.Fields["macs"], mac)
	}
	several := row(t, syncro.KindAsset, `{"id":4,"name":"x","properties":{"MAC":"001b638445e6, 00:1B:63:84:45:E7\n00-1B-63-84-45-E6"}}`)
	require.Equal(t, connector.Texts("00:1b:63:84:45:e6", "00:1b:63:84:45:e7"), several.Fields["macs"])
	for _, mac := range []string{"", "n/a", "00:00:00:00:00:00", "ff:ff:ff:ff:ff:ff", "00:1b:63:84:45", "00:1b:63:84:45:e6:aa:bb", "001b638445e", "0x1b63844566", "g01b638445e6"} {
		got := row(t, syncro.KindAsset, `{"id":4,"name":"x","properties":{"MAC":`+strconv.Quote(mac)+`}}`)
		require.NotContains(t, got.Fields, "macs", mac)
	}
}

func TestASerialNumberIsTakenFromWhereItIs(t *testing.T) {
	t.Parallel()
	for body, want := range map[string]string{
		`"asset_serial":"A","properties":{"kabuto_information":{"general":{"serial_number":"B"}}}`:                       "A",
		`"asset_serial":" ","properties":{"kabuto_information":{"general":{"serial_number":"B"}},"serial_number":"C"}`:   "B",
		`"asset_serial":null,"properties":{"kabuto_information":{"general":{"serial_number":""}},"serial_number":"C"}`:   "C",
		`"asset_serial":null,"properties":{},"rmm_store":{"general":{"info":"{\"general\":{\"serial_number\":\"D\"}}"}}`: "D",
		`"asset_serial":null,"properties":{"Service Tag":"E","Serial Number":""}`:                                        "E",
		`"asset_serial":"","properties":{"kabuto_live_uuid":"u","Service Tag":"E"}`:                                      "",
		`"asset_serial":12345,"properties":{"kabuto_information":{"general":{"serial_number":""}}}`:                      "12345",
	} {
		serial, _ := row(t, syncro.KindAsset, `{"id":4,"name":"x",`+body+`}`).Fields["serial"].AsText()
		require.Equal(t, want, serial, body)
	}
}

func TestTheAddressOfAnAssetIsItsSite(t *testing.T) {
	t.Parallel()
	for address, want := range map[string]string{
		`{"name":"Warehouse","address1":"1 Example St","city":"Town"}`: "Warehouse",
		`{"name":null,"address1":"1 Example St","city":"Town"}`:        "1 Example St, Town",
		`{"name":" ","address1":"","city":"Town"}`:                     "Town",
		`{"address1":"1 Example St","city":null}`:                      "1 Example St",
		`{}`: "", `null`: "", `[]`: "", `"x"`: "",
	} {
		site, _ := row(t, syncro.KindAsset, `{"id":4,"name":"x","address":`+address+`}`).Fields["site"].AsText()
		require.Equal(t, want, site, address)
	}
}

func TestTheAccountIsTakenFromWhereItIs(t *testing.T) {
	t.Parallel()
	for body, want := range map[string]string{
		`"rmm_store":{"account_id":28393},"address":{"account_id":3}`: "28393",
		`"rmm_store":null,"address":{"account_id":3}`:                 "3",
		`"rmm_store":{"account_id":null}`:                             "",
	} {
		s := serving(t, `{"assets":[{"id":4,"name":"x",`+body+`}],"meta":{"total_pages":1}}`)
		require.Equal(t, want, read(t, s, connector.ReadRequest{Kind: syncro.KindAsset})[0].Account)
	}
}

// The samples are what working scripts read of agents, and a report as it came.
func TestARealReportIsRead(t *testing.T) {
	t.Parallel()
	got := row(t, syncro.KindAsset, string(sample(t, "kabuto-information-fixture.json")))
	require.Equal(t, connector.Texts("00:09:0f:aa:00:01", "4c:1d:96:46:59:de"), got.Fields["macs"])
	require.Equal(t, connector.Text("Windows"), got.Fields["os"])
	require.Equal(t, connector.Bool(false), got.Fields["pending_reboot"])
	require.NotContains(t, got.Fields, "ip", "addresses that an adapter gave itself")
	require.NotContains(t, got.Fields, "os_build")
}

func TestCustomFieldsOfContactsAreDiscoveredFromData(t *testing.T) {
	t.Parallel()
	account := newAccount(t, syncrotest.Options{})
	company := account.AddCustomer(syncrotest.Customer{BusinessName: "Acme", Properties: map[string]any{"Seats": 12, "VIP": true, "Lots": []string{"a"}, "Odd": 7}})
	account.AddCustomer(syncrotest.Customer{BusinessName: "Bolt", Properties: map[string]any{"Odd": "x"}})
	account.AddContact(syncrotest.Contact{Name: "Ann", CustomerID: company, Properties: map[string]any{"title": "Boss", "Nickname": "A", "PIN": "1"}})
	s := open(t, account, unpaced, rewrite("/settings", func(string) string { return `{}` }))
	got, err := connector.FeaturesOf(s).Discover(t.Context())
	require.NoError(t, err)
	require.Empty(t, cmp.Diff(map[connector.Kind][]connector.DataPoint{
		syncro.KindCustomer: {
			{Name: "properties.Lots", Title: "Lots", Type: connector.KindText, List: true},
			{Name: "properties.Odd", Title: "Odd", Type: connector.KindText},
			{Name: "properties.Seats", Title: "Seats", Type: connector.KindInteger},
			{Name: "properties.VIP", Title: "VIP", Type: connector.KindBool},
		},
		syncro.KindContact: {{Name: "properties.Nickname", Title: "Nickname", Type: connector.KindText}},
	}, got.DataPoints))

	for _, right := range []syncrotest.Permission{syncrotest.CustomersList, syncrotest.CustomersView, syncrotest.AssetsList} {
		account.Deny(right)
	}
	got, err = connector.FeaturesOf(s).Discover(t.Context())
	require.NoError(t, err)
	require.Empty(t, got.DataPoints)
}

// How an archived asset is listed isn't known: as before, with a flag, or not at
// all, which the look-up by id shows.
func TestAnArchivedAssetIsOneHoweverItIsListed(t *testing.T) {
	t.Parallel()
	for body, want := range map[string]connector.Status{
		`{"id":4,"name":"x"}`: connector.StatusActive,
		`{"id":4,"name":"x","archived":false,"archived_at":null}`:       connector.StatusActive,
		`{"id":4,"name":"x","archived":"true"}`:                         connector.StatusArchived,
		`{"id":4,"name":"x","archived_at":"2025-12-01T00:00:00.000Z"}`:  connector.StatusArchived,
		`{"id":4,"name":"x","archived":{"odd":1},"archived_at":"soon"}`: connector.StatusActive,
	} {
		require.Equal(t, want, row(t, syncro.KindAsset, body).Status, body)
	}
}
