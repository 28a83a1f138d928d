package acme_test

import (
	"context"
	"fmt"
	"net/http/httptest"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/require"

	"github.com/dovetail-sync/dovetail/connector"
	"github.com/dovetail-sync/dovetail/connector/connectortest"
	"github.com/dovetail-sync/dovetail/connector/plugin"
	"github.com/dovetail-sync/dovetail/examples/connector-template/acme"
	"github.com/dovetail-sync/dovetail/examples/connector-template/acme/acmetest"
)

// startPlugin builds the plugin and starts it.
func startPlugin(t *testing.T) *plugin.Plugin {
	t.Helper()
	program := filepath.Join(t.TempDir(), "dovetail-acme")
	out, err := exec.CommandContext(t.Context(), "go", "build", "-o", program, "./cmd/dovetail-acme").CombinedOutput()
	require.NoError(t, err, "go build: %s", out)
	checksum, err := plugin.Checksum(program)
	require.NoError(t, err)
	p, err := plugin.Start(t.Context(), plugin.Config{Path: program, Checksum: checksum})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, p.Close()) })
	return p
}

// filled is an account with several pages of everything, behind a socket.
func filled(t *testing.T) (*acmetest.Account, string) {
	t.Helper()
	account := acmetest.New()
	for n := range 3 * acmetest.PageRows {
		client := account.Put("clients", acmetest.Row{"name": fmt.Sprintf("Client %d", n), "website": "https://client.example"})
		account.Put("sites", acmetest.Row{"name": "Head office", "client_id": client, "city": "Graz"})
		account.Put("devices", acmetest.Row{"name": "PC", "client_id": client, "serial": fmt.Sprintf("S-%d", n), "macs": []string{"00:00:5e:00:53:01"}})
	}
	account.Put("devices", acmetest.Row{"name": 7})
	account.Delete("devices", account.Put("devices", acmetest.Row{"name": "gone"}))
	server := httptest.NewServer(account)
	t.Cleanup(server.Close)
	return account, server.URL
}

// readAll reads every kind, as a host does that keeps replaced credentials.
func readAll(t *testing.T, c connector.Connector, account *acmetest.Account, endpoint string) map[connector.Kind][]connector.Page {
	t.Helper()
	saved := ""
	s, err := c.Open(t.Context(), connector.OpenOptions{
		Config: connector.Config{
			Values:  map[string]string{acme.FieldTenant: "contoso"},
			Secrets: map[string]connector.Secret{acme.FieldRefreshToken: connector.NewSecret(account.RefreshToken())},
		},
		Endpoint: endpoint, // an address that only a host can allow
		Host: connector.Host{SaveSecret: func(_ context.Context, _ string, secret connector.Secret) error {
			saved = secret.Reveal()
			return nil
		}},
	})
	require.NoError(t, err)
	defer func() { require.NoError(t, s.Close()) }()
	pages := make(map[connector.Kind][]connector.Page)
	for _, kind := range c.Info().Kinds {
		for page, err := range s.Read(t.Context(), connector.ReadRequest{Kind: kind.Kind}) {
			require.NoError(t, err)
			pages[kind.Kind] = append(pages[kind.Kind], cleaned(t, page))
		}
	}
	require.Equal(t, account.RefreshToken(), saved)
	return pages
}

// cleaned is a page as the engine keeps it.
func cleaned(t *testing.T, page connector.Page) connector.Page {
	t.Helper()
	for i, r := range page.Records {
		clean, err := r.Clean()
		require.NoError(t, err)
		page.Records[i] = clean
	}
	for i, r := range page.Rejected {
		page.Rejected[i] = connector.Rejected{Key: r.Key, Err: &connector.Error{Code: connector.CodeOf(r.Err), Detail: r.Err.Error()}}
	}
	return page
}

// In a process of its own the connector delivers the same, page for page.
func TestThePluginReadsWhatTheConnectorReads(t *testing.T) {
	t.Parallel()
	p := startPlugin(t)
	require.Empty(t, cmp.Diff(acme.New().Info(), p.Info()))
	account, endpoint := filled(t)
	want := readAll(t, acme.New(), account, endpoint)
	require.Greater(t, len(want[acme.KindDevice]), 3)
	require.Empty(t, cmp.Diff(want, readAll(t, p, account, endpoint)))
}

// What can be tested on a real account is tested on the plugin.
func TestThePluginKeepsTheRules(t *testing.T) {
	t.Parallel()
	account, endpoint := filled(t)
	report := connectortest.CheckLive(t.Context(), connectortest.Live{
		Connector: startPlugin(t),
		Options: connector.OpenOptions{
			Config: connector.Config{
				Values:  map[string]string{acme.FieldTenant: "contoso"},
				Secrets: map[string]connector.Secret{acme.FieldRefreshToken: connector.NewSecret(account.RefreshToken())},
			},
			Endpoint: endpoint,
			Host:     connector.Host{Pace: func(ctx context.Context, _ string) error { return ctx.Err() }},
		},
	})
	require.NoError(t, report.Err())
	t.Log(report)
}
