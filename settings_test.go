package dovetail_test

import (
	"context"
	"errors"
	"log/slog"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/require"

	"github.com/dovetail-sync/dovetail"
	"github.com/dovetail-sync/dovetail/connector"
	"github.com/dovetail-sync/dovetail/sortrules"
	"github.com/dovetail-sync/dovetail/store"
	"github.com/dovetail-sync/dovetail/store/memory"
	"github.com/dovetail-sync/dovetail/syncro"
)

func TestNewSaysWhatItLacks(t *testing.T) {
	t.Parallel()
	_, err := dovetail.New(dovetail.Config{Connectors: []connector.Connector{syncro.New()}})
	require.ErrorContains(t, err, "Config.Store is nil")
	_, err = dovetail.New(dovetail.Config{Store: memory.New()})
	require.ErrorContains(t, err, "Config.Connectors is empty")
	_, err = dovetail.New(dovetail.Config{Store: memory.New(), Connectors: []connector.Connector{syncro.New(), syncro.New()}})
	require.ErrorContains(t, err, `two connectors are named "syncro"`)
	_, err = dovetail.New(dovetail.Config{Store: memory.New(), Connectors: []connector.Connector{nil}})
	require.ErrorContains(t, err, "Config.Connectors[0] is nil")
	_, err = dovetail.New(dovetail.Config{Store: memory.New(), Connectors: []connector.Connector{&fakeConnector{name: "Not A Name"}}})
	require.ErrorContains(t, err, `connector "Not A Name" describes itself wrongly`)
	_, err = dovetail.New(dovetail.Config{Store: memory.New(), Connectors: []connector.Connector{syncro.New()}, Lease: -1, Interval: -1})
	require.ErrorContains(t, err, "Config.Lease is negative")
	require.ErrorContains(t, err, "Config.Interval is negative")
	_, err = dovetail.New(dovetail.Config{})
	require.ErrorContains(t, err, "Config.Store is nil")
	require.ErrorContains(t, err, "Config.Connectors is empty", "everything at once")
}

// operations calls each operation that somebody has to be allowed to.
func operations(ctx context.Context, e *dovetail.Engine, by store.Actor) map[dovetail.Operation]error {
	errs := make(map[dovetail.Operation]error)
	_, errs[dovetail.OpSaveSettings] = e.SaveSettings(ctx, dovetail.SettingsRequest{By: by, Integration: syncroOne})
	_, errs[dovetail.OpTestConnection] = e.TestConnection(ctx, dovetail.TestRequest{By: by, Integration: syncroOne})
	_, errs[dovetail.OpDecide] = e.Decide(ctx, dovetail.DecideRequest{By: by, Integration: syncroOne})
	_, errs[dovetail.OpRead] = e.Read(ctx, dovetail.ReadRequest{By: by, Integration: syncroOne})
	_, errs[dovetail.OpPlan] = e.Plan(ctx, dovetail.PlanRequest{By: by, Integration: syncroOne})
	errs[dovetail.OpStop] = e.Stop(ctx, dovetail.StopRequest{By: by, Integration: syncroOne})
	_, errs[dovetail.OpDeployment] = e.ConfirmDeployment(ctx, dovetail.DeploymentRequest{By: by})
	_, errs[dovetail.OpApply] = e.Apply(ctx, dovetail.ApplyRequest{By: by, Plan: "plan-1"})
	_, errs[dovetail.OpSimulate] = e.SimulateRules(ctx, dovetail.SimulateRequest{By: by, Integration: syncroOne})
	_, errs[dovetail.OpExplain] = e.ExplainPlacement(ctx, dovetail.ExplainRequest{By: by, Record: store.RecordID{Integration: syncroOne, Kind: syncro.KindAsset, Key: "1"}})
	_, errs[dovetail.OpSuggest] = e.SuggestSetup(ctx, dovetail.SuggestRequest{By: by, Integration: syncroOne})
	_, errs[dovetail.OpCreateLayouts] = e.CreateLayouts(ctx, dovetail.CreateLayoutsRequest{By: by, Setup: dovetail.Setup{Connector: "syncro"}})
	errs[dovetail.OpApprove] = e.Approve(ctx, dovetail.ApproveRequest{By: by, Integration: syncroOne})
	return errs
}

func TestTheHostRefusesEachOperation(t *testing.T) {
	t.Parallel()
	cause := errors.New("read only")
	for _, refused := range []dovetail.Operation{
		dovetail.OpSaveSettings, dovetail.OpTestConnection, dovetail.OpDecide, dovetail.OpRead, dovetail.OpPlan, dovetail.OpApply,
		dovetail.OpSimulate, dovetail.OpExplain, dovetail.OpSuggest, dovetail.OpCreateLayouts, dovetail.OpApprove, dovetail.OpStop, dovetail.OpDeployment,
	} {
		t.Run(string(refused), func(t *testing.T) {
			t.Parallel()
			allow := true
			w := newWorld(t, func(c *dovetail.Config) {
				c.Authorize = func(_ context.Context, by store.Actor, op dovetail.Operation) error {
					require.Equal(t, ada, by)
					if op == refused && !allow {
						return cause
					}
					return nil
				}
			})
			allow = false
			for op, err := range operations(t.Context(), w.engine, ada) {
				if op != refused {
					require.NotErrorIs(t, err, dovetail.ErrDenied, op)
					continue
				}
				require.ErrorIs(t, err, dovetail.ErrDenied)
				require.ErrorIs(t, err, cause)
				require.ErrorContains(t, err, "Ada")
			}
			_, err := w.engine.Sync(t.Context(), dovetail.SyncRequest{By: ada, Integration: syncroOne})
			switch refused {
			case dovetail.OpRead, dovetail.OpPlan, dovetail.OpApply:
				require.ErrorIs(t, err, dovetail.ErrDenied)
				_, err = w.engine.LastRun(t.Context(), syncroOne)
				require.ErrorIs(t, err, store.ErrNotFound, "nothing was begun")
			default:
				require.NoError(t, err)
			}
		})
	}
}

func TestNothingIsDoneForNobody(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for op, err := range operations(t.Context(), w.engine, store.Actor{}) {
		require.ErrorContains(t, err, "no actor given", op)
	}
	_, err := w.engine.Sync(t.Context(), dovetail.SyncRequest{Integration: syncroOne})
	require.ErrorContains(t, err, "no actor given")
}

// fields are the settings that an error names, with what is suggested instead.
func fields(t *testing.T, err error) map[string]string {
	t.Helper()
	invalid, ok := errors.AsType[*dovetail.SettingsError](err)
	require.True(t, ok, "%v", err)
	named := make(map[string]string)
	for _, p := range invalid.Problems {
		require.NotEmpty(t, p.Text, p.Field)
		named[p.Field] = p.Suggestion
	}
	return named
}

func TestEverythingThatIsWrongWithSettingsIsNamedAtOnce(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	retired := w.layout("Retired")
	require.NoError(t, w.db.Platform().EditLayout(retired.ID, func(l *store.Layout) { l.Inactive = true }))
	before, err := w.engine.Integration(t.Context(), syncroOne)
	require.NoError(t, err)

	s := w.settings()
	s.Config.Values["domain"] = "https://Acme.syncromsp.com/"
	s.DefaultLayouts = map[connector.Kind]store.LayoutID{syncro.KindAsset: retired.ID, "ticket": w.people.ID, syncro.KindCustomer: w.people.ID}
	s.SkipTypes = []store.SkipType{{Kind: "ticket", Name: "Phone"}, {Kind: syncro.KindAsset}, {Kind: syncro.KindAsset, Name: "Toaster"}}
	printer := sortrules.Condition{Field: sortrules.FieldType, Op: sortrules.OpEquals, Value: connector.Text("Printer")}
	s.Rules = []sortrules.Rule{
		{ID: "lost", Kind: syncro.KindAsset, When: printer, Layout: "layout-77"},
		{ID: "odd", Kind: "ticket", When: printer, Skip: true},
	}
	s.Connected = []store.ConnectedField{
		{Kind: syncro.KindAsset, Layout: w.devices.ID, Field: "field-77", Sources: []string{"serial"}},
		{Kind: syncro.KindAsset, Layout: "layout-77", Field: "field-1", Sources: []string{"serial"}},
		{Kind: syncro.KindCustomer, Layout: w.devices.ID, Field: w.devices.Fields[0].ID, Sources: []string{"serial"}},
		{Kind: syncro.KindAsset, Layout: w.devices.ID, Field: w.devices.Fields[0].ID},
	}
	_, err = w.trySave(s)
	require.Empty(t, cmp.Diff(map[string]string{
		"domain":                  "acme.syncromsp.com",
		"default_layouts.contact": "", "default_layouts.asset": "", "default_layouts.ticket": "", "default_layouts.customer": "",
		"skip_types[0]": "", "skip_types[1]": "", "skip_types[2]": "",
		`rules["lost"].then.layout`: "", `rules["odd"].kind`: "",
		"connected[0].field": "", "connected[1].layout": "", "connected[2].kind": "", "connected[3].sources": "",
	}, fields(t, err)))

	after, err := w.engine.Integration(t.Context(), syncroOne)
	require.NoError(t, err)
	require.Empty(t, cmp.Diff(before, after), "nothing was saved")
}

func TestWhatIsWrongWithSettingsIsNamedByField(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	tests := map[string]struct {
		change func(s *dovetail.Settings)
		fields map[string]string
		text   string
	}{
		"no default layout": {
			func(s *dovetail.Settings) { delete(s.DefaultLayouts, syncro.KindContact) },
			map[string]string{"default_layouts.contact": ""},
			"no layout is chosen for contacts",
		},
		"a layout that isn't there": {
			func(s *dovetail.Settings) { s.DefaultLayouts[syncro.KindContact] = "layout-77" },
			map[string]string{"default_layouts.contact": ""},
			`"layout-77" does not exist`,
		},
		"a domain without its end": {
			func(s *dovetail.Settings) { s.Config.Values["domain"] = "acme" },
			map[string]string{"domain": "acme.syncromsp.com"},
			"enter acme.syncromsp.com",
		},
		"a key with a word before it": {
			func(s *dovetail.Settings) { s.Config.Secrets["api_key"] = connector.NewSecret("Bearer T-1234") },
			map[string]string{"api_key": ""},
			"Bearer",
		},
		"rules that can't be compiled": {
			func(s *dovetail.Settings) {
				s.Rules = []sortrules.Rule{{ID: "none", Kind: syncro.KindAsset, When: sortrules.Condition{Field: "colour", Op: sortrules.OpEquals}}}
			},
			map[string]string{`rules["none"].when.field`: "", `rules["none"].when.value`: "", `rules["none"].then`: ""},
			"colour",
		},
		"a type that the account doesn't have": {
			func(s *dovetail.Settings) { s.SkipTypes = []store.SkipType{{Kind: syncro.KindAsset, Name: "Toaster"}} },
			map[string]string{"skip_types[0]": ""},
			"it has Syncro Device",
		},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := w.settings()
			tt.change(&s)
			_, err := w.trySave(s)
			require.Empty(t, cmp.Diff(tt.fields, fields(t, err)))
			require.ErrorContains(t, err, tt.text)
		})
	}
}

func TestAnEmptyKeyIsNamed(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	s := w.settings()
	s.Config.Secrets = nil
	_, err := w.engine.SaveSettings(t.Context(), dovetail.SettingsRequest{By: ada, Integration: "syncro-2", Connector: "syncro", Settings: s})
	require.Contains(t, fields(t, err), "api_key", "a new integration has no stored key")
	_, err = w.trySave(s)
	require.NoError(t, err, "the stored key is kept")
	w.sync()
}

func TestACredentialFeedsOnlyAConfidentialField(t *testing.T) {
	t.Parallel()
	w := newFakeWorld(t, &fakeConnector{})
	s := w.settings()
	s.Connected = []store.ConnectedField{{Kind: kindDevice, Layout: w.layout.ID, Field: w.layout.Fields[1].ID, Sources: []string{"model", "pin"}}}
	_, err := w.trySave(s)
	require.Contains(t, fields(t, err), "connected[0].sources", "a plain field shows it to everybody")
	s.Connected[0].Field = w.layout.Fields[3].ID
	_, err = w.trySave(s)
	require.NoError(t, err, "a confidential one shows it to those who may see it")
}

func TestAFieldThatNothingCanFeedYetIsNamed(t *testing.T) {
	t.Parallel()
	w := newFakeWorld(t, &fakeConnector{})
	layout, err := w.db.Documents().CreateLayout(t.Context(), store.NewLayout{Name: "Sites", Fields: []store.Field{
		{Name: "Address", Type: store.FieldAddress}, {Name: "Owner", Type: store.FieldAssetLink},
	}}, store.Intent{ID: "sites", By: ada})
	require.NoError(t, err)
	s := w.settings()
	s.Connected = nil
	for _, field := range layout.Fields {
		s.Connected = append(s.Connected, store.ConnectedField{Kind: kindDevice, Layout: layout.ID, Field: field.ID, Sources: []string{"model"}})
	}
	_, err = w.trySave(s)
	require.Contains(t, fields(t, err), "connected[0].sources", "a model is no part of an address")
	require.Contains(t, fields(t, err), "connected[1].field")
	require.ErrorContains(t, err, "connect a text field")
	s.Connected = []store.ConnectedField{s.Connected[0], s.Connected[0]}
	s.Connected[0].Field, s.Connected[1].Field = w.layout.Fields[1].ID, w.layout.Fields[1].ID
	s.Connected[0].Layout, s.Connected[1].Layout = w.layout.ID, w.layout.ID
	_, err = w.trySave(s)
	require.Contains(t, fields(t, err), "connected[1].field", "one field is connected once")
}

func TestADataPointThatNobodyDeclaresIsAWarning(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	s := w.settings()
	s.Connected[0].Sources = []string{"properties.Asset Tag"}
	saved, err := w.trySave(s)
	require.NoError(t, err)
	require.Len(t, saved.Warnings, 3, "the first connected field, the one that was there, and a rule about a type that the account doesn't have")
	require.Equal(t, `rules["printers"].when.value`, saved.Warnings[0].Field)
	require.Equal(t, "connected[0].sources", saved.Warnings[1].Field)
}

func TestAnUnknownSkippedTypeIsAWarningUntilTheTypesAreKnown(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	id := w.account.AddAssetType("Printer")
	s := w.settings()
	s.SkipTypes = []store.SkipType{{Kind: syncro.KindAsset, Name: "Toaster"}}
	request := dovetail.SettingsRequest{By: ada, Integration: "syncro-2", Connector: "syncro", Settings: s}
	saved, err := w.engine.SaveSettings(t.Context(), request)
	require.NoError(t, err)
	require.Equal(t, "skip_types[0]", saved.Warnings[0].Field)
	require.Contains(t, saved.Warnings[0].Text, `"Toaster"`)

	_, err = w.engine.TestConnection(t.Context(), dovetail.TestRequest{By: ada, Integration: "syncro-2"})
	require.NoError(t, err)
	request.Revision = saved.Integration.Revision
	_, err = w.engine.SaveSettings(t.Context(), request)
	require.Contains(t, fields(t, err), "skip_types[0]")
	require.ErrorContains(t, err, "Printer")

	request.Settings.SkipTypes = []store.SkipType{{Kind: syncro.KindAsset, Name: " printer "}}
	_, err = w.engine.SaveSettings(t.Context(), request)
	require.NoError(t, err)
	stored, err := w.engine.Settings(t.Context(), "syncro-2")
	require.NoError(t, err)
	require.Equal(t, []store.SkipType{{Kind: syncro.KindAsset, ID: string(key(id)), Name: "Printer"}}, stored.SkipTypes)
}

func TestSettingsAreSavedOnTheRevisionThatWasSeen(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	seen, err := w.engine.Integration(t.Context(), syncroOne)
	require.NoError(t, err)
	w.save(w.settings())
	for _, revision := range []int64{seen.Revision, 0, 99} {
		_, err = w.engine.SaveSettings(t.Context(), dovetail.SettingsRequest{
			By: ada, Integration: syncroOne, Revision: revision, Connector: "syncro", Settings: w.settings(),
		})
		require.ErrorIs(t, err, dovetail.ErrChanged)
	}
	_, err = w.engine.SaveSettings(t.Context(), dovetail.SettingsRequest{By: ada, Integration: "syncro-9", Revision: 3, Connector: "syncro", Settings: w.settings()})
	require.ErrorIs(t, err, store.ErrNotFound, "a revision of what was never set up")
	_, err = w.engine.SaveSettings(t.Context(), dovetail.SettingsRequest{By: ada, Integration: "other", Connector: "autotask", Settings: w.settings()})
	require.ErrorContains(t, err, `no connector is named "autotask"`)
}

// sealing is a sealer that something happens in.
type sealing struct {
	store.Sealer
	meanwhile func()
}

func (s *sealing) Seal(ctx context.Context, scope store.SealScope, plain []byte) ([]byte, error) {
	if do := s.meanwhile; do != nil {
		s.meanwhile = nil
		do()
	}
	return s.Sealer.Seal(ctx, scope, plain)
}

func TestOfTwoWhoSaveAtOnceOneIsTold(t *testing.T) {
	t.Parallel()
	plain, err := store.NewAESSealer("", store.AESKey{ID: "k1", Key: make([]byte, 32)})
	require.NoError(t, err)
	sealer := &sealing{Sealer: plain}
	w := newWorld(t, func(c *dovetail.Config) { c.Sealer = sealer })
	mine, theirs := w.settings(), w.settings()
	mine.Config.Secrets["api_key"] = connector.NewSecret("T-mine")
	theirs.KeepDetails = true
	sealer.meanwhile = func() { w.save(theirs) }
	_, err = w.trySave(mine)
	require.ErrorIs(t, err, dovetail.ErrChanged)
	got, err := w.engine.Settings(t.Context(), syncroOne)
	require.NoError(t, err)
	require.True(t, got.KeepDetails)
	w.sync() // with the old key
}

func TestCredentialsAreSealedAnewUnderANewKey(t *testing.T) {
	t.Parallel()
	old, renewed := store.AESKey{ID: "2025", Key: make([]byte, 32)}, store.AESKey{ID: "2026", Key: make([]byte, 16)}
	sealerOf := func(keys ...store.AESKey) store.Sealer {
		s, err := store.NewAESSealer("", keys...)
		require.NoError(t, err)
		return s
	}
	var cfg dovetail.Config
	w := newWorld(t, func(c *dovetail.Config) { c.Sealer = sealerOf(old); cfg = *c })
	restart := func(keys ...store.AESKey) {
		var err error
		cfg.Sealer = sealerOf(keys...)
		w.engine, err = dovetail.New(cfg)
		require.NoError(t, err)
	}
	restart(renewed)
	require.ErrorContains(t, w.engine.Reseal(t.Context(), ada), `"2025"`)
	restart(renewed, old)
	require.NoError(t, w.engine.Reseal(t.Context(), ada))
	restart(renewed)
	w.sync()

	// A credential that is replaced while it is sealed anew stays replaced.
	racing := &sealing{Sealer: sealerOf(renewed)}
	cfg.Sealer = racing
	var err error
	w.engine, err = dovetail.New(cfg)
	require.NoError(t, err)
	newer := w.settings()
	newer.Config.Secrets["api_key"] = connector.NewSecret("T-newer")
	racing.meanwhile = func() { w.save(newer) }
	require.NoError(t, w.engine.Reseal(t.Context(), ada))
	i, err := w.engine.Integration(t.Context(), syncroOne)
	require.NoError(t, err)
	plain, err := racing.Open(t.Context(), store.SealScope{Integration: syncroOne, Field: "api_key"}, i.Sealed["api_key"])
	require.NoError(t, err)
	require.Equal(t, "T-newer", string(plain))
}

func TestSettingsAreReadAsTheyWereSaved(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	s := w.settings()
	s.KeepDetails = true
	w.save(s)
	got, err := w.engine.Settings(t.Context(), syncroOne)
	require.NoError(t, err)
	s.Config.Secrets = nil // can be replaced and never read
	require.Empty(t, cmp.Diff(s, got))
}

func TestAChangeOfTheConfigurationVoidsTheConnectionTest(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		change func(s *dovetail.Settings)
		want   store.ConnectionState
	}{
		"nothing":     {func(*dovetail.Settings) {}, store.ConnectionOK},
		"no key":      {func(s *dovetail.Settings) { s.Config.Secrets = nil }, store.ConnectionOK},
		"other rules": {func(s *dovetail.Settings) { s.Rules = nil }, store.ConnectionOK},
		"another key": {func(s *dovetail.Settings) { s.Config.Secrets["api_key"] = connector.NewSecret("T-other") }, store.ConnectionUntested},
		"another domain": {
			func(s *dovetail.Settings) { s.Config.Values["domain"] = "other.syncromsp.com" },
			store.ConnectionUntested,
		},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			s := w.settings()
			tt.change(&s)
			w.save(s)
			i, err := w.engine.Integration(t.Context(), syncroOne)
			require.NoError(t, err)
			require.Equal(t, tt.want, i.Connection.State)
			_, err = w.engine.Sync(t.Context(), dovetail.SyncRequest{By: ada, Integration: syncroOne})
			if tt.want == store.ConnectionOK {
				require.NoError(t, err)
			} else {
				require.ErrorIs(t, err, dovetail.ErrNotReady)
				require.ErrorContains(t, err, "TestConnection")
			}
		})
	}
}

func TestCredentialsAreShownNowhere(t *testing.T) {
	t.Parallel()
	logs := &logged{}
	w := newWorld(t, func(c *dovetail.Config) {
		c.Logger = slog.New(slog.NewJSONHandler(logs, &slog.HandlerOptions{Level: slog.LevelDebug}))
	})
	fill(w)
	var shown []string
	show := func(err error) {
		require.Error(t, err)
		shown = append(shown, err.Error())
	}
	w.sync()
	w.create(1)
	w.sync()
	w.account.Deny("Assets - List/Search")
	report, err := w.engine.Sync(t.Context(), dovetail.SyncRequest{By: ada, Integration: syncroOne})
	require.NoError(t, err)
	shown = append(shown, report.Run.Problems...)
	s := w.settings()
	s.Config.Values["domain"] = w.account.Token() + "@acme.syncromsp.com"
	_, err = w.trySave(s)
	show(err)
	s = w.settings()
	s.Config.Values["api_key"] = w.account.Token()
	_, err = w.trySave(s)
	show(err)
	s = w.settings()
	s.Config.Secrets["api_key"] = connector.NewSecret(w.account.Token() + "\n")
	_, err = w.trySave(s)
	show(err)
	s.Config.Secrets["api_key"] = connector.NewSecret(w.account.Token() + "-wrong")
	w.save(s)
	_, err = w.engine.TestConnection(t.Context(), dovetail.TestRequest{By: ada, Integration: syncroOne})
	show(err)
	shown = append(shown, logs.String(), dump(t, w.db.Ledger(), syncro.KindCustomer, syncro.KindContact, syncro.KindAsset))
	require.Greater(t, len(shown[len(shown)-1]), 1000, "the dump has something in it")
	for _, text := range shown {
		for _, canary := range w.account.Canaries() {
			require.NotContains(t, text, canary)
		}
	}
}

func TestAStoredKeyGoesOnlyToTheDomainItWasEnteredFor(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	other := connector.Config{Values: map[string]string{"domain": "other.syncromsp.com"}}
	before := len(w.account.Requests())
	_, err := w.engine.TestConnection(t.Context(), dovetail.TestRequest{By: ada, Integration: syncroOne, Config: &other})
	require.ErrorContains(t, err, "api_key")
	require.Len(t, w.account.Requests(), before, "nothing was sent")
	s := w.settings()
	s.Config = other
	_, err = w.trySave(s)
	require.Contains(t, fields(t, err), "api_key")
	s.Config.Secrets = map[string]connector.Secret{"api_key": connector.NewSecret(w.account.Token())}
	w.save(s)
	_, err = w.engine.Sync(t.Context(), dovetail.SyncRequest{By: ada, Integration: syncroOne})
	require.ErrorIs(t, err, dovetail.ErrNotReady, "another domain voids the test")
	w.test()
	w.sync()
}
