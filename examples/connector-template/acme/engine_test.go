package acme_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/dovetail-sync/dovetail"
	"github.com/dovetail-sync/dovetail/connector"
	"github.com/dovetail-sync/dovetail/examples/connector-template/acme"
	"github.com/dovetail-sync/dovetail/examples/connector-template/acme/acmetest"
	"github.com/dovetail-sync/dovetail/store"
	"github.com/dovetail-sync/dovetail/store/memory"
)

const integration store.IntegrationID = "acme-1"

// host is a platform that has the connector.
type host struct {
	t        *testing.T
	account  *acmetest.Account
	platform *memory.Store
	engine   *dovetail.Engine
	by       store.Actor
}

// connect sets an integration up, with a layout for each kind.
func connect(t *testing.T) *host {
	t.Helper()
	h := &host{t: t, account: acmetest.New(), platform: memory.New(), by: store.Person("42", "Ada")}
	layouts := make(map[connector.Kind]store.LayoutID)
	for kind, name := range map[connector.Kind]string{acme.KindSite: "Locations", acme.KindDevice: "Devices"} {
		layout, err := h.platform.Documents().CreateLayout(t.Context(), store.NewLayout{Name: name}, store.Intent{ID: name})
		require.NoError(t, err)
		layouts[kind] = layout.ID
	}
	up := h.account.Upstream(acme.New())
	var err error
	h.engine, err = dovetail.New(dovetail.Config{
		Store: h.platform, Connectors: []connector.Connector{up.Connector},
		Upstream: func(store.IntegrationID) dovetail.Upstream {
			return dovetail.Upstream{RoundTripper: inProcess{h.account}}
		},
	})
	require.NoError(t, err)
	_, err = h.engine.SaveSettings(t.Context(), dovetail.SettingsRequest{
		By: h.by, Integration: integration, Connector: "acme",
		Settings: dovetail.Settings{Config: up.Config, DefaultLayouts: layouts},
	})
	require.NoError(t, err)
	report, err := h.engine.TestConnection(t.Context(), dovetail.TestRequest{By: h.by, Integration: integration})
	require.NoError(t, err)
	require.True(t, report.OK(), report.Problem)
	return h
}

// sync runs once.
func (h *host) sync() {
	h.t.Helper()
	report, err := h.engine.Sync(h.t.Context(), dovetail.SyncRequest{By: h.by, Integration: integration})
	require.NoError(h.t, err)
	require.Equal(h.t, store.RunOK, report.Run.State, report.Run.Problems)
}

// assets returns the names of all assets, by layout, and whether each is in use.
func (h *host) assets() map[string]map[string]bool {
	h.t.Helper()
	names := make(map[store.LayoutID]string)
	for layout, err := range h.platform.Documents().Layouts(h.t.Context()) {
		require.NoError(h.t, err)
		names[layout.ID] = layout.Name
	}
	all := make(map[string]map[string]bool)
	for company, err := range h.platform.Documents().Companies(h.t.Context()) {
		require.NoError(h.t, err)
		for asset, err := range h.platform.Documents().Assets(h.t.Context(), company.ID) {
			require.NoError(h.t, err)
			if all[names[asset.Layout]] == nil {
				all[names[asset.Layout]] = make(map[string]bool)
			}
			all[names[asset.Layout]][asset.Name] = !asset.Archived
		}
	}
	return all
}

// writes returns how often anything was written to the platform.
func (h *host) writes() int {
	documents, ok := h.platform.Documents().(*memory.Documents)
	require.True(h.t, ok)
	return documents.Writes()
}

// A kind that the engine has never heard of becomes assets like any other.
func TestSitesAndDevicesBecomeAssets(t *testing.T) {
	t.Parallel()
	h := connect(t)
	client := h.account.Put("clients", acmetest.Row{"name": "Contoso"})
	h.account.Put("sites", acmetest.Row{"name": "Head office", "client_id": client, "city": "Graz"})
	h.account.Put("sites", acmetest.Row{"name": "Warehouse", "client_id": client})
	h.account.Put("devices", acmetest.Row{"name": "PC-1", "client_id": client, "serial": "S-1"})

	h.sync()
	proposals, err := h.engine.Propose(t.Context(), integration, dovetail.BulkCreate)
	require.NoError(t, err)
	require.Len(t, proposals, 1)
	_, err = h.engine.Decide(t.Context(), dovetail.DecideRequest{By: h.by, Integration: integration, Decisions: []dovetail.Decision{proposals[0].Decision}})
	require.NoError(t, err)
	h.sync()
	require.Equal(t, map[string]map[string]bool{
		"Locations": {"Head office": true, "Warehouse": true}, "Devices": {"PC-1": true},
	}, h.assets())

	before := h.writes()
	h.sync()
	require.Equal(t, before, h.writes(), "nothing changed, and nothing is written")
	require.NotEqual(t, acmetest.FirstRefreshToken, h.account.RefreshToken(), "it was replaced, and the engine has kept the new one")
}
