//go:build unix

package plugin_test

import (
	"net/http"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/require"

	"github.com/dovetail-sync/dovetail/connector"
	"github.com/dovetail-sync/dovetail/connector/plugin"
	"github.com/dovetail-sync/dovetail/syncro"
	"github.com/dovetail-sync/dovetail/syncro/syncrotest"
)

// requireEqual reads the same from a connector here and from one in a process
// of its own, page for page, and resumes after each page.
func requireEqual(t *testing.T, here, there connector.Connector, hereOpt, thereOpt connector.OpenOptions, req connector.ReadRequest) {
	t.Helper()
	near, far := open(t, here, hereOpt), open(t, there, thereOpt)
	want, wantErr := read(t.Context(), near, req)
	got, gotErr := read(t.Context(), far, req)
	require.Equal(t, connector.CodeOf(wantErr), connector.CodeOf(gotErr))
	require.Len(t, got, len(want))
	for i := range want {
		require.Empty(t, cmp.Diff(kept(t, want[i]), kept(t, got[i])), "page %d", i+1)
		if i > 2 {
			continue
		}
		again := req
		again.Checkpoint = want[i].Checkpoint
		wantNext, wantErr := first(t, near, again)
		gotNext, gotErr := first(t, far, again)
		require.Equal(t, connector.CodeOf(wantErr), connector.CodeOf(gotErr))
		require.Empty(t, cmp.Diff(kept(t, wantNext), kept(t, gotNext)), "after page %d", i+1)
	}
}

func first(t *testing.T, s connector.Session, req connector.ReadRequest) (connector.Page, error) {
	t.Helper()
	for page, err := range s.Read(t.Context(), req) {
		return page, err
	}
	return connector.Page{}, nil
}

// keptPage is what the engine keeps of a page.
type keptPage struct {
	Records    []connector.Record
	Rejected   []string
	Checkpoint connector.Checkpoint
	End        connector.End
	Account    string
}

func kept(t *testing.T, page connector.Page) keptPage {
	t.Helper()
	out := keptPage{Checkpoint: page.Checkpoint, End: page.End, Account: page.Account}
	for _, rec := range page.Records {
		clean, err := rec.Clean()
		if err != nil {
			out.Rejected = append(out.Rejected, err.Error())
			continue
		}
		out.Records = append(out.Records, clean)
	}
	for _, r := range page.Rejected {
		require.Equal(t, connector.CodeProtocol, connector.CodeOf(r.Err))
		if r.Key == "" { // it was a record that couldn't be written down
			out.Rejected = append(out.Rejected, r.Err.Error())
			continue
		}
		out.Rejected = append(out.Rejected, string(r.Key)+" "+r.Err.Error())
	}
	return out
}

type panicTransport struct{}

func (panicTransport) RoundTrip(*http.Request) (*http.Response, error) { panic("not to be called") }

func TestSyncroReadsTheSameInAProcessOfItsOwn(t *testing.T) {
	t.Parallel()
	account, err := syncrotest.New(syncrotest.Options{Customers: 230, Contacts: 260, Assets: 340})
	require.NoError(t, err)
	server := account.Start()
	t.Cleanup(server.Close)
	opt := connector.OpenOptions{
		Config: connector.Config{
			Values:  map[string]string{syncro.FieldDomain: "example.syncromsp.com"},
			Secrets: map[string]connector.Secret{syncro.FieldAPIKey: connector.NewSecret(account.Token())},
		},
		Endpoint: server.URL,
		Host:     connector.Host{Pace: unpaced},
	}
	p, err := plugin.Start(t.Context(), plugin.Config{Path: programs.syncro.path, Checksum: programs.syncro.checksum})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, p.Close()) })
	require.Empty(t, cmp.Diff(syncro.New().Info(), p.Info()))

	for _, kind := range p.Info().Kinds {
		t.Run(string(kind.Kind), func(t *testing.T) {
			requireEqual(t, syncro.New(), p, opt, opt, connector.ReadRequest{Kind: kind.Kind})
		})
	}
	near, far := connector.FeaturesOf(open(t, syncro.New(), opt)), connector.FeaturesOf(open(t, p, opt))
	wantCheck, err := near.Check(t.Context())
	require.NoError(t, err)
	gotCheck, err := far.Check(t.Context())
	require.NoError(t, err)
	require.Empty(t, cmp.Diff(wantCheck, gotCheck))
	wantMore, err := near.Discover(t.Context())
	require.NoError(t, err)
	gotMore, err := far.Discover(t.Context())
	require.NoError(t, err)
	require.Empty(t, cmp.Diff(wantMore, gotMore))
	_, wantErr := near.Get(t.Context(), syncro.KindAsset, "999999")
	_, gotErr := far.Get(t.Context(), syncro.KindAsset, "999999")
	require.EqualError(t, gotErr, wantErr.Error())

	// The address is the host's to allow: without it, a user's domain leads to
	// Syncro or nowhere.
	private := opt
	private.Endpoint = ""
	private.Config.Values = map[string]string{syncro.FieldDomain: "127.0.0.1"}
	_, err = p.Open(t.Context(), private)
	require.Equal(t, connector.CodeConfig, connector.CodeOf(err))

	// A wrong key is the same error there, and isn't shown.
	wrong := opt
	wrong.Config.Secrets = map[string]connector.Secret{syncro.FieldAPIKey: connector.NewSecret("wrong-key-4711")}
	_, wantErr = read(t.Context(), open(t, syncro.New(), wrong), connector.ReadRequest{Kind: syncro.KindCustomer})
	_, gotErr = read(t.Context(), open(t, p, wrong), connector.ReadRequest{Kind: syncro.KindCustomer})
	require.EqualError(t, gotErr, wantErr.Error())
	require.Equal(t, connector.CodeAuth, connector.CodeOf(gotErr))
}
