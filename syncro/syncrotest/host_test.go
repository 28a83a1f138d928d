package syncrotest_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/dovetail-sync/dovetail"
	"github.com/dovetail-sync/dovetail/connector"
	"github.com/dovetail-sync/dovetail/store"
	"github.com/dovetail-sync/dovetail/store/memory"
	"github.com/dovetail-sync/dovetail/syncro"
	"github.com/dovetail-sync/dovetail/syncro/syncrotest"
)

const one = store.IntegrationID("syncro-1")

var ada = store.Person("1", "Ada")

// host is a program that keeps a documentation platform true to an account.
type host struct {
	t       testing.TB
	account *syncrotest.Account
	db      *memory.Store
	engine  *dovetail.Engine
	people  store.Layout
	devices store.Layout
	// narrowed says that the token came to see less while the last run went on.
	narrowed bool
}

// hostOption changes a host before it starts.
type hostOption func(*dovetail.Config)

// over reaches the account over real HTTP. Without pacing: time is real, too.
func over(server *syncrotest.Server) hostOption {
	return func(cfg *dovetail.Config) {
		cfg.Upstream = func(store.IntegrationID) dovetail.Upstream { return dovetail.Upstream{Endpoint: server.URL} }
		cfg.Pace = func(context.Context, string) error { return nil }
	}
}

// by uses a connector in place of a new one.
func by(conn connector.Connector) hostOption {
	return func(cfg *dovetail.Config) { cfg.Connectors = []connector.Connector{conn} }
}

// through puts a transport between the connector and the account.
func through(transport http.RoundTripper) hostOption {
	return func(cfg *dovetail.Config) {
		cfg.Upstream = func(store.IntegrationID) dovetail.Upstream { return dovetail.Upstream{RoundTripper: transport} }
	}
}

// newHost returns a host whose settings are saved and whose connection was
// never tested.
func newHost(t testing.TB, account *syncrotest.Account, options ...hostOption) *host {
	t.Helper()
	h := &host{t: t, account: account, db: memory.New()}
	h.people = h.layout("People", store.Field{Name: "E-mail", Type: store.FieldEmail, Means: connector.MeansEmail})
	h.devices = h.layout("Devices", store.Field{Name: "Serial", Type: store.FieldText, Means: connector.MeansSerial})
	cfg := dovetail.Config{
		Store: h.db, Connectors: []connector.Connector{syncro.New()},
		Upstream: func(store.IntegrationID) dovetail.Upstream {
			return dovetail.Upstream{RoundTripper: account.RoundTripper()}
		},
	}
	for _, change := range options {
		change(&cfg)
	}
	var err error
	h.engine, err = dovetail.New(cfg)
	require.NoError(t, err)
	off := store.Limit{Off: true} // the limits would hide what the connector does
	_, err = h.engine.SaveSettings(t.Context(), dovetail.SettingsRequest{
		By: ada, Integration: one, Connector: "syncro", Name: "Syncro", Settings: dovetail.Settings{
			Config: connector.Config{
				Values:  map[string]string{syncro.FieldDomain: account.Subdomain() + ".syncromsp.com"},
				Secrets: map[string]connector.Secret{syncro.FieldAPIKey: connector.NewSecret(account.Token())},
			},
			DefaultLayouts: map[connector.Kind]store.LayoutID{syncro.KindContact: h.people.ID, syncro.KindAsset: h.devices.ID},
			Connected: []store.ConnectedField{
				{Kind: syncro.KindContact, Layout: h.people.ID, Field: h.people.Fields[0].ID, Sources: []string{"email"}},
				{Kind: syncro.KindAsset, Layout: h.devices.ID, Field: h.devices.Fields[0].ID, Sources: []string{"serial"}},
			},
			AutoUpdateNames: true,
			Limits:          store.Limits{Create: off, Orphan: off},
		},
	})
	require.NoError(t, err)
	return h
}

func (h *host) layout(name string, fields ...store.Field) store.Layout {
	h.t.Helper()
	l, err := h.db.Documents().CreateLayout(h.t.Context(), store.NewLayout{Name: name, Fields: fields}, store.Intent{ID: "layout " + name, By: ada})
	require.NoError(h.t, err)
	return l
}

// test tests the connection. An error is what kept it from being usable.
func (h *host) test() error {
	report, err := h.engine.TestConnection(h.t.Context(), dovetail.TestRequest{By: ada, Integration: one})
	if err == nil && report.Problem != "" {
		err = errors.New(report.Problem)
	}
	return err
}

func (h *host) sync() (dovetail.SyncReport, error) {
	return h.engine.Sync(h.t.Context(), dovetail.SyncRequest{By: ada, Integration: one})
}

// decide makes a company here for each upstream company that nobody decided
// about, and answers the merges that the upstream shows. It reports whether
// there were any.
func (h *host) decide() bool {
	h.t.Helper()
	var decisions []dovetail.Decision
	for row, err := range h.engine.MatchedCompanies(h.t.Context(), one) {
		require.NoError(h.t, err)
		if row.State == store.MatchUnmatched && row.Presence == store.Present {
			decisions = append(decisions, dovetail.Decision{Key: row.ID.Key, Revision: row.Revision, Verdict: dovetail.VerdictCreate})
		}
	}
	if len(decisions) > 0 {
		done, err := h.engine.Decide(h.t.Context(), dovetail.DecideRequest{By: ada, Integration: one, Decisions: decisions})
		require.NoError(h.t, err)
		for _, d := range done {
			require.NoError(h.t, d.Err)
		}
	}
	merges, err := h.engine.UpstreamMerges(h.t.Context(), one)
	require.NoError(h.t, err)
	for _, m := range merges {
		require.NoError(h.t, h.engine.AnswerMerge(h.t.Context(), dovetail.MergeRequest{
			By: ada, Integration: one, From: m.From, Into: m.Into, Revision: m.Revision, Answer: store.MergeMove,
		}))
	}
	return len(decisions)+len(merges) > 0
}

// decideSome makes companies here of a few of those upstream: enough for a run
// to read everything. Names that are here twice are left.
func (h *host) decideSome() {
	h.t.Helper()
	var decisions []dovetail.Decision
	for row, err := range h.engine.MatchedCompanies(h.t.Context(), one) {
		require.NoError(h.t, err)
		if len(decisions) < 3 {
			decisions = append(decisions, dovetail.Decision{Key: row.ID.Key, Revision: row.Revision, Verdict: dovetail.VerdictCreate})
		}
	}
	_, err := h.engine.Decide(h.t.Context(), dovetail.DecideRequest{By: ada, Integration: one, Decisions: decisions})
	require.NoError(h.t, err)
}

// settle goes on without faults until a run has nothing left to do.
func (h *host) settle() error {
	h.t.Helper()
	if err := h.test(); err != nil {
		return fmt.Errorf("test the connection without faults: %w", err)
	}
	for range 6 {
		report, err := h.sync()
		if err != nil {
			return fmt.Errorf("sync without faults: %w", err)
		}
		if report.Run.State != store.RunOK {
			return fmt.Errorf("sync without faults: %s: %q", report.Run.State, report.Run.Problems)
		}
		if !h.decide() && !report.Read.First && report.Plan.Changes == 0 {
			return nil
		}
	}
	return errors.New("six runs without faults, and there is still something to do")
}
