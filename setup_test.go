package dovetail_test

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/require"

	"github.com/dovetail-sync/dovetail"
	"github.com/dovetail-sync/dovetail/connector"
	"github.com/dovetail-sync/dovetail/sortrules"
	"github.com/dovetail-sync/dovetail/store"
	"github.com/dovetail-sync/dovetail/store/memory"
	"github.com/dovetail-sync/dovetail/syncro"
	"github.com/dovetail-sync/dovetail/syncro/syncrotest"
)

// newcomer is a host that has nothing yet: no layouts and no integration.
func newcomer(t *testing.T, account *syncrotest.Account) (*dovetail.Engine, *memory.Store, connector.Config) {
	t.Helper()
	db := memory.New()
	engine, err := dovetail.New(dovetail.Config{
		Store: db, Connectors: []connector.Connector{syncro.New()},
		Upstream: func(store.IntegrationID) dovetail.Upstream {
			return dovetail.Upstream{RoundTripper: account.RoundTripper()}
		},
		Pace: func(context.Context, string) error { return nil },
	})
	require.NoError(t, err)
	return engine, db, connector.Config{
		Values:  map[string]string{"domain": account.Subdomain() + ".syncromsp.com"},
		Secrets: map[string]connector.Secret{"api_key": connector.NewSecret(account.Token())},
	}
}

// setupNames are the layouts of a setup with their fields.
func setupNames(setup dovetail.Setup) map[string][]string {
	names := make(map[string][]string)
	for _, l := range setup.Layouts {
		fields := []string{}
		for _, f := range l.Fields {
			fields = append(fields, fmt.Sprintf("%s (%s)", f.Name, f.Type))
		}
		names[l.Name] = fields
	}
	return names
}

// A newcomer tests a key, takes what is suggested, and has everything where it
// belongs after the first sync.
func TestASuggestedSetupIsAGoodFirstSync(t *testing.T) {
	t.Parallel()
	ctx := t.Context()
	account, err := syncrotest.New(syncrotest.Options{Customers: 12, Contacts: 300, Assets: 300})
	require.NoError(t, err)
	engine, db, config := newcomer(t, account)
	tested, err := engine.TestConnection(ctx, dovetail.TestRequest{By: ada, Integration: syncroOne, Connector: "syncro", Config: &config})
	require.NoError(t, err)
	setup, err := engine.SuggestSetup(ctx, dovetail.SuggestRequest{By: ada, Connector: "syncro", Types: tested.Types})
	require.NoError(t, err)
	require.Empty(t, cmp.Diff(map[string][]string{
		"People":          {"E-mail (email)", "Phone (phone)", "Mobile (phone)", "Job title (text)", "Notes (rich-text)"},
		"Devices":         {"Serial number (text)", "Manufacturer (text)", "Model (text)", "MAC addresses (text)", "Operating system (text)", "Site (text)", "Notes (rich-text)"},
		"Printers":        {"Serial number (text)", "Manufacturer (text)", "Model (text)", "MAC addresses (text)", "IP addresses (text)", "Site (text)", "Notes (rich-text)"},
		"Phones":          {"Serial number (text)", "Manufacturer (text)", "Model (text)", "MAC addresses (text)", "IP addresses (text)", "Site (text)", "Notes (rich-text)"},
		"Network devices": {"Serial number (text)", "Manufacturer (text)", "Model (text)", "MAC addresses (text)", "IP addresses (text)", "Site (text)", "Notes (rich-text)"},
	}, setupNames(setup)))
	require.Empty(t, setup.Notes)

	encoded, err := json.Marshal(setup)
	require.NoError(t, err)
	var sent dovetail.Setup
	require.NoError(t, json.Unmarshal(encoded, &sent))
	require.Empty(t, cmp.Diff(setup, sent), "a page can show it and send it back")
	settings, err := engine.CreateLayouts(ctx, dovetail.CreateLayoutsRequest{By: ada, Setup: sent})
	require.NoError(t, err)
	settings.Config = config
	saved, err := engine.SaveSettings(ctx, dovetail.SettingsRequest{By: ada, Integration: syncroOne, Connector: "syncro", Settings: settings})
	require.NoError(t, err)
	require.Empty(t, saved.Warnings)

	_, err = engine.TestConnection(ctx, dovetail.TestRequest{By: ada, Integration: syncroOne})
	require.NoError(t, err)
	_, err = engine.Sync(ctx, dovetail.SyncRequest{By: ada, Integration: syncroOne})
	require.NoError(t, err)
	proposals, err := engine.Propose(ctx, syncroOne, dovetail.BulkCreate)
	require.NoError(t, err)
	var decisions []dovetail.Decision
	for _, p := range proposals {
		decisions = append(decisions, p.Decision)
	}
	_, err = engine.Decide(ctx, dovetail.DecideRequest{By: ada, Integration: syncroOne, Decisions: decisions})
	require.NoError(t, err)
	_, err = engine.Sync(ctx, dovetail.SyncRequest{By: ada, Integration: syncroOne})
	require.NoError(t, err)

	got, err := engine.SimulateRules(ctx, dovetail.SimulateRequest{By: ada, Integration: syncroOne, Examples: 20})
	require.NoError(t, err)
	require.Empty(t, got.Stays)
	requireRolesSkipped(t, got, account)
	filled := 0
	for c, err := range db.Documents().Companies(ctx) {
		require.NoError(t, err)
		for a, err := range db.Documents().Assets(ctx, c.ID) {
			require.NoError(t, err)
			if len(a.Values) >= 2 {
				filled++
			}
		}
	}
	require.Greater(t, filled, 250, "fields are connected")
	again, err := engine.Sync(ctx, dovetail.SyncRequest{By: ada, Integration: syncroOne})
	require.NoError(t, err)
	require.Zero(t, again.Plan.Changes)
}

// requireRolesSkipped requires that all mailboxes of machines and functions are
// skipped, and nobody else.
func requireRolesSkipped(t *testing.T, got dovetail.Simulation, account *syncrotest.Account) {
	t.Helper()
	roles := map[string]bool{
		"Scan to Mail": true, "Front Desk": true, "Accounts Payable": true, "Copier": true, "Conference Room": true,
		"Voicemail": true, "Billing": true, "No Reply": true,
	}
	skipped, listed := 0, 0
	for _, p := range got.Places {
		if p.Kind != syncro.KindContact {
			continue
		}
		for _, e := range p.Examples {
			require.Equal(t, p.Outcome == dovetail.OutcomeSkip, roles[e.Name], "%s, by %s: %s", e.Name, p.By, e.Because)
		}
		if p.Outcome == dovetail.OutcomeSkip {
			skipped += p.Count
		}
	}
	matched := make(map[string]bool)
	for _, c := range account.Customers() {
		matched[fmt.Sprint(c.ID)] = !c.Disabled && c.BusinessName != ""
	}
	for _, c := range account.Contacts() {
		if roles[c.Name] && matched[fmt.Sprint(c.CustomerID)] {
			listed++
		}
	}
	require.NotZero(t, skipped)
	require.LessOrEqual(t, skipped, listed)
	require.Greater(t, skipped, listed/2, "most customers are matched")
}

func TestWhatPeopleAreCalledIsNoReasonToSkipThem(t *testing.T) {
	t.Parallel()
	account, err := syncrotest.New(syncrotest.Options{})
	require.NoError(t, err)
	engine, _, _ := newcomer(t, account)
	setup, err := engine.SuggestSetup(t.Context(), dovetail.SuggestRequest{By: ada, Connector: "syncro"})
	require.NoError(t, err)
	rules, err := sortrules.New(setup.Rules, syncro.New().Info().Kinds)
	require.NoError(t, err)
	skipped := func(name, email string) bool {
		r := connector.Record{Name: name, Fields: connector.Fields{}}
		if email != "" {
			r.Fields["email"] = connector.Text(email)
		}
		return rules.Place(sortrules.Subject{Kind: syncro.KindContact, Record: r}).Outcome == sortrules.Skip
	}
	for name, email := range map[string]string{
		"Anna Office": "a.office@acme.example", "Ann Scanlon": "scanlon@acme.example", "Ada King": "info@acme.example", "Bill Ing": "billing@acme.example",
		"Office": "ann@acme.example", "Front Desk": "", "Roomi Patel": "room.patel@acme.example", "Max Copier-Jones": "max@acme.example",
		"Noah Reply": "noah.reply@acme.example", "Sales Manager Ann": "sales@acme.example", "Conrad Ference": "conference.c@acme.example", "": "",
	} {
		require.False(t, skipped(name, email), "%s <%s>", name, email)
	}
	for name, email := range map[string]string{
		"Scan to Mail": "", "SCAN TO E-MAIL": "x@acme.example", "3rd floor": "scan2mail@acme.example", "Ricoh": "copier@acme.example", "Info": "info@acme.example",
		"front desk": "Reception@acme.example", "Room 4": "room4@acme.example", "Large Conference Room": "", "Sales (Shared mailbox)": "", "do not reply": "", "Ann": "no-reply@acme.example",
	} {
		require.True(t, skipped(name, email), "%s <%s>", name, email)
	}
}

func TestASetupUsesTheLayoutsThatAreHere(t *testing.T) {
	t.Parallel()
	w := newWorld(t) // People, Devices and Printers
	w.account.AddAssetType("Laser printer")
	w.account.AddAssetType("Wi-Fi access point")
	w.account.AddAssetType("Toaster")
	w.test()
	before := w.db.Platform().Writes()
	setup, err := w.engine.SuggestSetup(t.Context(), dovetail.SuggestRequest{By: ada, Integration: syncroOne})
	require.NoError(t, err)
	require.Equal(t, before, w.db.Platform().Writes(), "nothing is made")
	existing := make(map[string]store.LayoutID)
	for _, l := range setup.Layouts {
		existing[l.Name] = l.Existing
	}
	require.Equal(t, map[string]store.LayoutID{"People": w.people.ID, "Devices": w.devices.ID, "Printers": w.printers.ID, "Network devices": ""}, existing)

	settings, err := w.engine.CreateLayouts(t.Context(), dovetail.CreateLayoutsRequest{By: ada, Setup: setup})
	require.NoError(t, err)
	again, err := w.engine.CreateLayouts(t.Context(), dovetail.CreateLayoutsRequest{By: ada, Setup: setup})
	require.NoError(t, err)
	require.Empty(t, cmp.Diff(settings, again), "a second call makes no second layout")
	require.Equal(t, before+1, w.db.Platform().Writes())
	var placed []string
	for _, r := range settings.Rules {
		if !r.Skip {
			placed = append(placed, fmt.Sprintf("%s: %s → %s (%s)", r.ID, r.When, r.Layout, r.Note))
		}
	}
	ids := make(map[string]int64)
	for _, at := range w.account.AssetTypes() {
		ids[at.Name] = at.ID
	}
	require.Equal(t, []string{
		fmt.Sprintf(`printers: type is one of "%d" → %s (Laser printer)`, ids["Laser printer"], w.printers.ID),
		fmt.Sprintf(`network devices: type is one of "%d" → layout-4 (Wi-Fi access point)`, ids["Wi-Fi access point"]),
	}, placed)
	require.Contains(t, settings.Connected, store.ConnectedField{Kind: syncro.KindAsset, Layout: w.devices.ID, Field: w.devices.Fields[1].ID, Sources: []string{"manufacturer"}})

	var journal []string
	require.NoError(t, w.db.Ledger().View(t.Context(), func(_ context.Context, r store.Reader) error {
		for e, err := range r.Journal(store.JournalQuery{}) {
			require.NoError(t, err)
			if e.Event == string(dovetail.OpCreateLayouts) {
				journal = append(journal, dovetail.Sentence(e.Reason))
			}
		}
		return nil
	}))
	require.Equal(t, []string{"the layouts Network devices were made for a suggested setup"}, journal)
	settings.Config = w.settings().Config
	_, err = w.trySave(settings)
	require.NoError(t, err)
}

func TestALayoutThatFitsByItsFieldsIsTaken(t *testing.T) {
	t.Parallel()
	w := newFakeWorld(t, &fakeConnector{})
	require.NoError(t, w.db.Platform().EditLayout(w.layout.ID, func(l *store.Layout) { l.Name = "Things we look after" }))
	w.newLayout("Printers", store.Field{Name: "Serial", Type: store.FieldText, Means: connector.MeansSerial}, store.Field{Name: "m", Type: store.FieldText, Means: connector.MeansModel})
	w.newLayout("Empty")
	suggest := func() dovetail.SetupLayout {
		setup, err := w.engine.SuggestSetup(t.Context(), dovetail.SuggestRequest{By: ada, Integration: fakeOne})
		require.NoError(t, err)
		require.Len(t, setup.Layouts, 1)
		if l := setup.Layouts[0]; l.Existing != "" {
			require.Equal(t, []string{fmt.Sprintf("the layout %q requires %q, which nothing feeds: no asset could be made from it", l.Name, "Owner")}, setup.Notes)
		}
		return setup.Layouts[0]
	}
	require.NoError(t, w.db.Platform().EditLayout(w.layout.ID, func(l *store.Layout) {
		l.Fields = append(l.Fields, store.Field{Name: "Owner", Type: store.FieldText, Required: true})
	}))
	require.Equal(t, w.layout.ID, suggest().Existing)
	require.NoError(t, w.db.Platform().EditLayout(w.layout.ID, func(l *store.Layout) { l.Inactive = true }))
	require.Equal(t, store.LayoutID(""), suggest().Existing, "an inactive one is of no use, and printers are for printers")
}

func TestWhatAnAccountHasShapesItsSetup(t *testing.T) {
	t.Parallel()
	w := newFakeWorld(t, &fakeConnector{})
	require.NoError(t, w.db.Platform().EditLayout(w.layout.ID, func(l *store.Layout) { l.Inactive = true }))
	records := make([]connector.Record, 30)
	for i := range records {
		records[i] = device(fmt.Sprint("d", i), fmt.Sprint("PC-", i), "serial", fmt.Sprintf("SN-%04d", i))
		if i%3 == 0 {
			records[i].Fields["properties.Rack"] = connector.Text("R1")
		}
	}
	w.fake.put(kindDevice, records...)
	w.read()
	setup, err := w.engine.SuggestSetup(t.Context(), dovetail.SuggestRequest{By: ada, Integration: fakeOne})
	require.NoError(t, err)
	require.Equal(t, []dovetail.SeenPoint{{Kind: kindDevice, Name: "properties.Rack", Records: 10, Title: "Rack", Type: store.FieldText, Layouts: []string{"device/devices"}}}, setup.Seen)
	var fields []string
	for _, f := range setup.Layouts[0].Fields {
		fields = append(fields, f.Name)
	}
	require.Equal(t, []string{"serial", "Notes"}, fields, "no record has a model or a MAC")
}

func TestServersAreKnownByTheirSystem(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.sync()
	w.create(1)
	w.account.AddAsset(syncrotest.Asset{ID: 20, CustomerID: 1, Name: "DC", Agent: &syncrotest.Agent{UUID: "u", Hostname: "dc", OS: syncrotest.OS{Name: "Microsoft Windows Server 2022"}}})
	w.sync()
	setup, err := w.engine.SuggestSetup(t.Context(), dovetail.SuggestRequest{By: ada, Integration: syncroOne})
	require.NoError(t, err)
	at := slices.IndexFunc(setup.Rules, func(r sortrules.Rule) bool { return r.ID == "servers" })
	require.GreaterOrEqual(t, at, 0)
	require.Equal(t, `os contains "server"`, setup.Rules[at].When.String())
}

func TestASetupThatAPersonChangedIsChecked(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	setup, err := w.engine.SuggestSetup(t.Context(), dovetail.SuggestRequest{By: ada, Integration: syncroOne})
	require.NoError(t, err)
	before := w.db.Platform().Writes()
	create := func(change func(s *dovetail.Setup)) error {
		changed := setup
		changed.Layouts = slices.Clone(setup.Layouts)
		changed.Rules = slices.Clone(setup.Rules)
		change(&changed)
		_, err := w.engine.CreateLayouts(t.Context(), dovetail.CreateLayoutsRequest{By: ada, Setup: changed})
		return err
	}
	require.Equal(t, map[string]string{
		"defaults.contact": "", `rules["new"].then.layout`: "", "layouts[1].key": "", "layouts[2].kind": "", "layouts[2].name": "",
	}, fields(t, create(func(s *dovetail.Setup) {
		s.Layouts[0].Key = "mine"
		s.Layouts = append(s.Layouts[:1], dovetail.SetupLayout{Key: "mine", Kind: syncro.KindAsset, Name: "Mine"}, dovetail.SetupLayout{Key: "x", Kind: "ticket"})
		s.Rules = append(s.Rules, sortrules.Rule{ID: "new", Kind: syncro.KindAsset, Layout: "nowhere"})
		s.Defaults = map[connector.Kind]string{syncro.KindContact: "nothing", syncro.KindAsset: "mine"}
	})))
	require.ErrorIs(t, create(func(s *dovetail.Setup) { s.Layouts[0].Existing = "layout-77" }), store.ErrNotFound)
	require.ErrorContains(t, create(func(s *dovetail.Setup) { s.Connector = "none" }), "no connector is named")
	require.Equal(t, before, w.db.Platform().Writes())

	_, err = w.engine.SuggestSetup(t.Context(), dovetail.SuggestRequest{By: ada, Integration: "syncro-77"})
	require.ErrorIs(t, err, store.ErrNotFound, "neither a connector nor an integration that is there")
}

func TestFieldsAreConnectedByMeaningThenByTitle(t *testing.T) {
	t.Parallel()
	kind, _ := syncro.New().Info().Kind(syncro.KindContact)
	got := dovetail.ConnectFields(kind, store.Layout{ID: "l", Fields: []store.Field{
		{ID: "f1", Name: "Address of mail", Type: store.FieldEmail, Means: connector.MeansEmail},
		{ID: "f2", Name: "job title ", Type: store.FieldText},
		{ID: "f3", Name: "Extension", Type: store.FieldText},
		{ID: "f4", Name: "notes ", Type: store.FieldRichText},
		{ID: "f5", Name: "Phone", Type: store.FieldConfidential, Means: connector.MeansPhone},
		{ID: "f6", Name: "City", Type: store.FieldText, Means: connector.MeansSerial},
	}})
	var fed []string
	for _, c := range got {
		fed = append(fed, string(c.Field)+" "+strings.Join(c.Sources, ","))
	}
	require.Equal(t, []string{"f1 email", "f2 title", "f3 extension"}, fed)
	for _, secret := range dovetail.ConnectFields(connector.KindInfo{DataPoints: []connector.DataPoint{{Name: "pin", Title: "PIN", Secret: true}}}, store.Layout{Fields: []store.Field{{ID: "f", Name: "PIN", Type: store.FieldText}}}) {
		t.Errorf("a credential is connected: %v", secret)
	}
}
