package syncrotest_test

import (
	"encoding/json"
	"net/http"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/require"

	"github.com/dovetail-sync/dovetail/syncro/syncrotest"
)

func TestEachRowByIDIsTheOneInTheList(t *testing.T) {
	t.Parallel()
	bothWays(t, small(), func(t *testing.T, c *caller) {
		customers := c.object(t, "/customers?include_disabled=true")["customers"].([]any)
		for _, listed := range customers {
			listed := listed.(map[string]any)
			byID := c.object(t, path("/customers/%.0f", listed["id"]))["customer"].(map[string]any)
			require.Contains(t, byID, "phones")
			require.Contains(t, byID, "addresses")
			delete(byID, "phones")
			delete(byID, "addresses")
			require.Empty(t, cmp.Diff(listed, byID))
		}
		for _, listed := range c.object(t, "/contacts")["contacts"].([]any) {
			byID := c.object(t, path("/contacts/%.0f", listed.(map[string]any)["id"]))
			require.Empty(t, cmp.Diff(listed, any(byID)), "a contact comes bare")
		}
		for _, listed := range c.object(t, "/customer_assets")["assets"].([]any) {
			byID := c.object(t, path("/customer_assets/%.0f", listed.(map[string]any)["id"]))
			require.Empty(t, cmp.Diff(map[string]any{"asset": listed}, byID))
		}
	})
}

func TestWhatIsNotThereAnswers404(t *testing.T) {
	t.Parallel()
	const missing, noAsset = `{"message":"Not found"}`, `{"error":"Asset not found"}`
	bothWays(t, small(), func(t *testing.T, c *caller) {
		for path, body := range map[string]string{
			"/customers/1": missing, "/customers/x": missing, "/customers/-4": missing,
			"/contacts/1": missing, "/contacts/99999999999999999999": missing,
			"/customer_assets/1": noAsset, "/customer_assets/x": noAsset,
		} {
			got := c.get(t, path)
			require.Equal(t, http.StatusNotFound, got.status, path)
			require.Equal(t, "application/json; charset=utf-8", got.header.Get("Content-Type"), path)
			require.Equal(t, body, string(got.body), path)
		}
	})
}

func TestAPathWithoutARouteAnswersAPage(t *testing.T) {
	t.Parallel()
	bothWays(t, small(), func(t *testing.T, c *caller) {
		api := c.base
		for _, url := range []string{
			api + "/tickets", api + "/customers/1/phones", api + "/customers//", api + "/me/1", api + "/", api,
			api[:len(api)-len("/api/v1")] + "/customers", api[:len(api)-len("/api/v1")] + "/",
		} {
			c.base, c.token = url, ""
			got := c.get(t, "")
			require.Equal(t, http.StatusNotFound, got.status, url)
			require.Equal(t, "text/html; charset=utf-8", got.header.Get("Content-Type"), url)
			require.Contains(t, string(got.body), "<html>")
		}
	})
}

func TestNothingCanBeWritten(t *testing.T) {
	t.Parallel()
	c := inProcess(newAccount(t, small()))
	for _, method := range []string{http.MethodPost, http.MethodPut, http.MethodDelete, http.MethodPatch} {
		require.Equal(t, http.StatusNotFound, c.do(t, method, "/customers").status, method)
	}
}

func TestHeadAnswersWithoutABody(t *testing.T) {
	t.Parallel()
	bothWays(t, small(), func(t *testing.T, c *caller) {
		got := c.do(t, http.MethodHead, "/customers")
		require.Equal(t, http.StatusOK, got.status)
		require.Equal(t, "application/json; charset=utf-8", got.header.Get("Content-Type"))
		require.Empty(t, got.body)
	})
}

func TestACustomerByIDIsRicher(t *testing.T) {
	t.Parallel()
	account := newAccount(t, syncrotest.Options{AccountID: 77})
	id := account.AddCustomer(syncrotest.Customer{
		BusinessName: "Oak",
		Phones:       []syncrotest.Phone{{ID: 4, Label: "Fax", Number: "555-0100", Extension: "9"}},
		Sites:        []syncrotest.Address{{ID: 6, Name: "Warehouse", Street: "1 Elm", City: "X", State: "OR", Zip: "97001"}},
	})
	got := inProcess(account).object(t, path("/customers/%d", id))["customer"].(map[string]any)
	phone := got["phones"].([]any)[0].(map[string]any)
	require.Equal(t, "Fax", phone["label"])
	require.Equal(t, "555-0100", phone["number"])
	require.Equal(t, "9", phone["extension"])
	require.EqualValues(t, id, phone["customer_id"])
	site := got["addresses"].([]any)[0].(map[string]any)
	require.Equal(t, "Warehouse", site["name"])
	require.Equal(t, "1 Elm", site["address1"])
	require.EqualValues(t, 77, site["account_id"])
}

func TestABlankTextIsNullUntilTheFirstEdit(t *testing.T) {
	t.Parallel()
	account := newAccount(t, syncrotest.Options{})
	id := account.AddCustomer(syncrotest.Customer{FirstName: "Ada"})
	c := inProcess(account)
	customer := func() map[string]any {
		return c.object(t, path("/customers/%d", id))["customer"].(map[string]any)
	}
	require.Nil(t, customer()["city"])
	account.UpdateCustomer(id, func(c *syncrotest.Customer) { c.Notes = "x" })
	require.Empty(t, customer()["city"])
	require.Nil(t, customer()["business_name"], "a person's")
}

func TestAnAgentReportsUnderProperties(t *testing.T) {
	t.Parallel()
	account := newAccount(t, syncrotest.Options{AccountID: 77})
	id := account.AddAsset(syncrotest.Asset{
		Name: "front",
		Agent: &syncrotest.Agent{
			UUID: "u-1", Manufacturer: "Acme", Serial: "S1",
			Adapters: []syncrotest.Adapter{{MAC: "00-11-22-33-44-55", IPv4: "10.0.0.4"}},
		},
		Properties: map[string]any{"AV": "1", "av": "none"},
	})
	got := inProcess(account).object(t, path("/customer_assets/%d", id))["asset"].(map[string]any)
	require.Equal(t, syncrotest.AgentType, got["asset_type"])
	require.Nil(t, got["asset_serial"], "only the agent knows one")
	require.Nil(t, got["customer"])
	require.EqualValues(t, 77, got["rmm_store"].(map[string]any)["account_id"])

	properties := got["properties"].(map[string]any)
	require.Equal(t, "1", properties["AV"])
	require.Equal(t, "none", properties["av"])
	require.Equal(t, "u-1", properties["kabuto_live_uuid"])
	info := properties["kabuto_information"].(map[string]any)
	general := info["general"].(map[string]any)
	require.Equal(t, "S1", general["serial_number"])
	require.Equal(t, []any{"001122334455"}, general["mac"])
	adapter := info["network_adapters"].([]any)[0].(map[string]any)
	require.Equal(t, "00-11-22-33-44-55", adapter["physical_address"])

	var again map[string]any
	text := got["rmm_store"].(map[string]any)["general"].(map[string]any)["info"].(string)
	require.NoError(t, json.Unmarshal([]byte(text), &again))
	require.Empty(t, cmp.Diff(info, again), "the RMM store repeats the report as text")
}

func TestAnAssetEmbedsItsCustomer(t *testing.T) {
	t.Parallel()
	account := newAccount(t, syncrotest.Options{})
	customer := account.AddCustomer(syncrotest.Customer{BusinessName: "Oak"})
	asset := account.AddAsset(syncrotest.Asset{CustomerID: customer, Name: "pc"})
	c := inProcess(account)
	embedded := func() map[string]any {
		got := c.object(t, path("/customer_assets/%d", asset))["asset"].(map[string]any)
		return got["customer"].(map[string]any)
	}
	require.Equal(t, "Oak", embedded()["business_then_name"])
	require.NotContains(t, embedded(), "contacts")
	account.UpdateCustomer(customer, func(c *syncrotest.Customer) { c.BusinessName = "Oak & Elm" })
	require.Equal(t, "Oak & Elm", embedded()["business_then_name"])
}

func TestTimesCarryMillisecondsAndTheOffset(t *testing.T) {
	t.Parallel()
	c := inProcess(newAccount(t, small()))
	for _, r := range c.list(t, "/customer_assets").Assets {
		require.Regexp(t, `^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}-07:00$`, r.UpdatedAt)
	}
	locale := c.object(t, "/settings")["locale"].(map[string]any)
	require.Equal(t, "-07:00", locale["time_offset"])
}
