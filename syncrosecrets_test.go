package dovetail_test

import (
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/dovetail-sync/dovetail"
	"github.com/dovetail-sync/dovetail/store"
	"github.com/dovetail-sync/dovetail/syncro"
	"github.com/dovetail-sync/dovetail/syncro/syncrotest"
)

// planted are the places of Syncro's answers that hold a secret, beside those
// that every answer of the fake has: portal keys, SNMP communities, the user's
// own token.
func planted(account *syncrotest.Account) {
	secrets := func(place string) map[string]any {
		out := map[string]any{"Rack": "kept"}
		for _, name := range []string{"Admin password", "PIN", "API key", "WiFi Key", "BitLocker recovery key"} {
			out[name] = syncrotest.CanaryPrefix + place + name
		}
		return out
	}
	account.UpdateCustomer(1, func(c *syncrotest.Customer) { c.Properties = secrets("customer") })
	account.AddContact(syncrotest.Contact{ID: 10, CustomerID: 1, Name: "Ann Archer", Email: "ann@acme.example", Properties: secrets("contact")})
	account.AddAsset(syncrotest.Asset{
		ID: 20, CustomerID: 1, Name: "PC-1", Type: "Desktop", Serial: "SERIAL-0001", Properties: secrets("asset"),
		SNMP: true, RMMLinks: true, ExternalRMMLink: "https://rmm.example/?key=" + syncrotest.CanaryPrefix + "external",
	})
}

// quotesKey refuses the requests for assets, once it is on, with an answer that
// quotes the key.
type quotesKey struct {
	next  http.RoundTripper
	token string
	mu    sync.Mutex
	on    bool
}

func (f *quotesKey) RoundTrip(r *http.Request) (*http.Response, error) {
	f.mu.Lock()
	on := f.on
	f.mu.Unlock()
	resp, err := f.next.RoundTrip(r)
	if err != nil || !on || !strings.Contains(r.URL.Path, "/customer_assets") {
		return resp, err
	}
	_ = resp.Body.Close()
	resp.StatusCode = http.StatusBadRequest
	resp.Body = io.NopCloser(strings.NewReader(`{"error":"the token ` + f.token + ` is not for assets"}`))
	return resp, nil
}

func TestNoSecretOfSyncrosGetsIntoAnythingThatIsKeptOrTold(t *testing.T) {
	t.Parallel()
	var logs logged
	var mu sync.Mutex
	var told strings.Builder
	note := func(things ...any) {
		mu.Lock()
		defer mu.Unlock()
		for _, thing := range things {
			fmt.Fprintf(&told, "%+v\n", thing)
		}
	}
	broken := &quotesKey{}
	w := newWorld(t, func(c *dovetail.Config) {
		c.Logger = slog.New(slog.NewTextHandler(&logs, &slog.HandlerOptions{Level: slog.LevelDebug}))
		c.OnEvent = func(e dovetail.Event) { note(e) }
		upstream := c.Upstream
		c.Upstream = func(id store.IntegrationID) dovetail.Upstream {
			u := upstream(id)
			broken.next = u.RoundTripper
			u.RoundTripper = broken
			return u
		}
	})
	broken.token = w.account.Token()
	planted(w.account)
	note(w.sync())
	companies := w.create(1, 2)
	report := w.sync()
	note(report)
	for change, err := range w.engine.Changes(t.Context(), report.Plan.ID) {
		note(change, err)
	}
	test, err := w.engine.TestConnection(t.Context(), dovetail.TestRequest{By: ada, Integration: syncroOne})
	note(test, err)
	require.Contains(t, string(w.row(syncro.KindAsset, 20).Data), "properties.Rack", "what is no secret is kept")

	broken.mu.Lock()
	broken.on = true
	broken.mu.Unlock()
	failed, err := w.engine.Sync(t.Context(), dovetail.SyncRequest{By: ada, Integration: syncroOne})
	note(failed, err)
	require.NotEqual(t, store.RunOK, failed.Run.State)

	for asset := range w.assets(companies[0]) {
		note(asset, w.assets(companies[0])[asset])
	}
	mu.Lock()
	all := told.String() + logs.String() + dump(t, w.db.Ledger(), syncro.KindCustomer, syncro.KindContact, syncro.KindAsset)
	mu.Unlock()
	require.Greater(t, len(all), 10_000)
	for _, canary := range append(w.account.Canaries(), syncrotest.CanaryPrefix) {
		_, after, found := strings.Cut(all, canary)
		require.False(t, found, "%s … %.300s", canary, after)
	}
}
