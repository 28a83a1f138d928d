package syncrotest_test

import (
	"encoding/json"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/dovetail-sync/dovetail/syncro/syncrotest"
)

// beyondExamples are the keys that the fake sends although no published
// example or sample of the endpoint shows them: working clients read them.
// What stands below a key is free, too.
var beyondExamples = map[string]string{
	"me.accessible_customer_ids":            "seen by clients: null means all customers",
	"settings.customers.customer_fields.[]": "the example's list is empty",
	"settings.assets.asset_types.[]":        "the example's list is empty",
	"settings.assets.asset_type_fields.[]":  "the example's list is empty",
	"customer.tag_list":                     "read by clients",
	"customer.phones":                       "by id only; rows as /customers/{id}/phones shows them",
	"customer.addresses":                    "by id only; rows as an asset's address",
	"customer.contacts.[]":                  "the example's list is empty; rows as /contacts shows them",
	"customer.properties":                   "custom fields",
	"contact.properties":                    "custom fields",
	"asset.properties":                      "custom fields and the agent's report",
	"asset.customer.properties":             "custom fields",
	"asset.rmm_links.[]":                    "the examples' lists are empty",
	"asset.rmm_store.general.info":          "read by clients: the agent's report as text",
	"asset.policy_folder_id":                "read by clients",
	"customers.meta":                        "the list's own",
	"customer_assets.meta":                  "the example has none, live accounts send it",
}

// reference reads the reference material, or skips the test.
func reference(t *testing.T, name string, into any) {
	t.Helper()
	folder := os.Getenv("DOVETAIL_SHARED")
	if folder == "" {
		if slices.Contains(strings.Split(os.Getenv("DOVETAIL_REQUIRE"), ","), "shared") {
			t.Fatal("DOVETAIL_SHARED is not set, and DOVETAIL_REQUIRE asks for it")
		}
		t.Skip("set DOVETAIL_SHARED to the folder with the reference material to compare with the official examples")
	}
	data, err := os.ReadFile(filepath.Join(folder, "syncro", name))
	require.NoError(t, err)
	require.NoError(t, json.Unmarshal(data, into))
}

// officialExample is the example of a successful GET.
func officialExample(t *testing.T, endpoint string) map[string]any {
	t.Helper()
	var spec struct {
		Paths map[string]struct {
			Get struct {
				Responses map[string]struct {
					Content map[string]struct{ Example any }
				}
			}
		}
	}
	reference(t, "openapi.json", &spec)
	example := spec.Paths[endpoint].Get.Responses["200"].Content["application/json"].Example
	require.IsType(t, map[string]any{}, example, endpoint)
	require.NotEmpty(t, example, endpoint)
	return example.(map[string]any)
}

// merge adds to an example the keys that only the other one has.
func merge(example, other map[string]any) {
	for key, value := range other {
		inner, isObject := value.(map[string]any)
		if mine, both := example[key].(map[string]any); both && isObject {
			merge(mine, inner)
		} else if example[key] == nil {
			example[key] = value
		}
	}
}

// sameShape compares keys, going into objects and into the first element of
// arrays wherever the example has something there.
func sameShape(t *testing.T, at string, want, got any) {
	t.Helper()
	if beyondExamples[at] != "" {
		return
	}
	switch want := want.(type) {
	case map[string]any:
		object, ok := got.(map[string]any)
		if !ok {
			if got != nil || len(want) == 0 {
				require.Nil(t, got, "%s is no object", at)
			}
			return
		}
		for _, key := range slices.Sorted(maps.Keys(want)) {
			require.Contains(t, object, key, "%s lacks a key of the example", at)
			sameShape(t, at+"."+key, want[key], object[key])
		}
		for key := range object {
			if _, known := want[key]; !known {
				require.Contains(t, beyondExamples, at+"."+key, "a key that no example has")
			}
		}
	case []any:
		array, ok := got.([]any)
		require.True(t, ok, "%s is no array", at)
		for _, element := range array {
			if len(want) == 0 {
				require.Contains(t, beyondExamples, at+".[]", "elements that no example has")
				continue
			}
			sameShape(t, at+".[]", want[0], element)
		}
	case string, float64, bool:
		if got != nil {
			require.IsType(t, want, got, at)
		}
	}
}

func shapeCaller(t *testing.T) *caller {
	c := inProcess(newAccount(t, syncrotest.Options{Customers: 40, Contacts: 200, Assets: 400}))
	withSite := c.account.AddAsset(syncrotest.Asset{
		CustomerID: c.account.Customers()[0].ID, Site: &syncrotest.Address{ID: 3, Name: "Home"}, RMMLinks: true, SNMP: true,
	})
	require.NotZero(t, withSite)
	return c
}

func TestMeAndSettingsHaveTheOfficialShape(t *testing.T) {
	t.Parallel()
	c := shapeCaller(t)
	sameShape(t, "me", officialExample(t, "/me"), c.object(t, "/me"))
	sameShape(t, "settings", officialExample(t, "/settings"), c.object(t, "/settings"))
}

func TestCustomersHaveTheOfficialShape(t *testing.T) {
	t.Parallel()
	c := shapeCaller(t)
	want := officialExample(t, "/customers")
	row := want["customers"].([]any)[0]
	got := c.object(t, "/customers?include_disabled=true")
	sameShape(t, "customers.meta", want["meta"], got["meta"])
	require.ElementsMatch(t, slices.Collect(maps.Keys(want)), slices.Collect(maps.Keys(got)))
	for _, listed := range got["customers"].([]any) {
		sameShape(t, "customer", row, listed)
		byID := c.object(t, path("/customers/%.0f", listed.(map[string]any)["id"]))
		sameShape(t, "customer", officialExample(t, "/customers/{id}")["customer"], byID["customer"])
		require.Len(t, byID, 1)
	}
}

func TestContactsHaveTheOfficialShape(t *testing.T) {
	t.Parallel()
	c := shapeCaller(t)
	want := officialExample(t, "/contacts")
	row := want["contacts"].([]any)[0]
	got := c.object(t, "/contacts")
	require.ElementsMatch(t, slices.Collect(maps.Keys(want)), slices.Collect(maps.Keys(got)))
	sameShape(t, "contacts.meta", want["meta"], got["meta"])
	for _, listed := range got["contacts"].([]any) {
		sameShape(t, "contact", row, listed)
		sameShape(t, "contact", row, c.object(t, path("/contacts/%.0f", listed.(map[string]any)["id"])))
	}
	for _, customer := range c.object(t, "/customers")["customers"].([]any) {
		for _, contact := range customer.(map[string]any)["contacts"].([]any) {
			sameShape(t, "contact", row, contact)
		}
	}
}

func TestAssetsHaveTheOfficialShape(t *testing.T) {
	t.Parallel()
	c := shapeCaller(t)
	want := officialExample(t, "/customer_assets")["assets"].([]any)[0].(map[string]any)
	var sample struct {
		Response struct{ Asset map[string]any }
	}
	reference(t, "samples/asset-update-response.json", &sample)
	merge(want, sample.Response.Asset)
	site := want["address"]
	for page := range 9 {
		got := c.object(t, path("/customer_assets?page=%d", page+1))
		require.ElementsMatch(t, []string{"assets", "meta"}, slices.Collect(maps.Keys(got)))
		for _, listed := range got["assets"].([]any) {
			sameShape(t, "asset", want, listed)
		}
	}
	for _, customer := range c.account.Customers() {
		byID := c.object(t, path("/customers/%d", customer.ID))["customer"].(map[string]any)
		for _, address := range byID["addresses"].([]any) {
			sameShape(t, "asset.address", site, address)
		}
	}
}

func TestTheAgentsReportHasTheSampledKeys(t *testing.T) {
	t.Parallel()
	c := shapeCaller(t)
	var sample struct {
		Properties struct {
			Kabuto map[string]any `json:"kabuto_information"`
		}
	}
	reference(t, "samples/kabuto-information-fixture.json", &sample)
	agents := 0
	for _, listed := range c.object(t, "/customer_assets")["assets"].([]any) {
		info, ok := listed.(map[string]any)["properties"].(map[string]any)["kabuto_information"].(map[string]any)
		if !ok {
			continue
		}
		agents++
		for key, want := range sample.Properties.Kabuto {
			sameShape(t, "kabuto."+key, want, info[key])
		}
	}
	require.NotZero(t, agents)
}
