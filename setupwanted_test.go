package dovetail_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/require"

	"github.com/dovetail-sync/dovetail"
	"github.com/dovetail-sync/dovetail/connector"
	"github.com/dovetail-sync/dovetail/store"
	"github.com/dovetail-sync/dovetail/syncro"
	"github.com/dovetail-sync/dovetail/syncro/syncrotest"
)

func (w *world) suggest() dovetail.Setup {
	w.t.Helper()
	setup, err := w.engine.SuggestSetup(w.t.Context(), dovetail.SuggestRequest{By: ada, Integration: syncroOne})
	require.NoError(w.t, err)
	return setup
}

// fieldNames are those of a layout here.
func (w *world) fieldNames(id store.LayoutID) []string {
	w.t.Helper()
	var names []string
	for l, err := range w.db.Documents().Layouts(w.t.Context()) {
		require.NoError(w.t, err)
		for _, f := range l.Fields {
			if l.ID == id {
				names = append(names, fmt.Sprintf("%s (%s)", f.Name, f.Type))
			}
		}
	}
	return names
}

// Custom fields are offered. Those that a person ticks get a field where the
// records go that have them, and are filled by the next sync.
func TestCustomFieldsGetFieldsWhereTheyAreWanted(t *testing.T) {
	t.Parallel()
	w := newWorld(t) // People, Devices and Printers are here
	w.sync()
	w.create(1)
	server := func(id int64, name string, properties map[string]any) {
		w.account.AddAsset(syncrotest.Asset{
			ID: id, CustomerID: 1, Name: name, Properties: properties,
			Agent: &syncrotest.Agent{UUID: name, Hostname: name, OS: syncrotest.OS{Name: "Microsoft Windows Server 2022"}},
		})
	}
	server(20, "DC-1", map[string]any{"Rack": "R1", "Slot": "7"})
	server(21, "DC-2", map[string]any{"Rack": "R2", "Slot": "9"})
	w.account.AddContact(syncrotest.Contact{ID: 30, CustomerID: 1, Name: "Scan to Mail", Properties: map[string]any{"Badge": "B1"}})
	w.account.AddAsset(syncrotest.Asset{ID: 22, CustomerID: 1, Name: "PC-1", Type: "Desktop", Properties: map[string]any{"Slot": "8"}})
	w.sync()

	setup := w.suggest()
	seen := func(name string, records int, layouts ...string) dovetail.SeenPoint {
		return dovetail.SeenPoint{Kind: syncro.KindAsset, Name: "properties." + name, Records: records, Title: name, Type: store.FieldText, Layouts: layouts}
	}
	var custom []dovetail.SeenPoint
	badges := 0
	for _, p := range setup.Seen {
		if p.Title == "Rack" || p.Title == "Slot" {
			custom = append(custom, p)
		}
		if p.Title == "Badge" {
			badges++
			require.Empty(t, p.Layouts, "who has it is skipped")
		}
	}
	require.Empty(t, cmp.Diff([]dovetail.SeenPoint{
		seen("Slot", 3, "asset/servers", "asset/devices"), seen("Rack", 2, "asset/servers"),
	}, custom))
	require.Equal(t, 1, badges)

	before := w.db.Platform().Writes()
	for i, p := range setup.Seen {
		setup.Seen[i].Wanted = p.Title == "Rack" || p.Title == "Slot"
	}
	settings, err := w.engine.CreateLayouts(t.Context(), dovetail.CreateLayoutsRequest{By: ada, Setup: setup})
	require.NoError(t, err)
	again, err := w.engine.CreateLayouts(t.Context(), dovetail.CreateLayoutsRequest{By: ada, Setup: setup})
	require.NoError(t, err)
	require.Empty(t, cmp.Diff(settings, again))
	require.Equal(t, before+1, w.db.Platform().Writes(), "the layouts that are here are left alone")
	servers := settings.Rules[len(settings.Rules)-1].Layout
	require.Equal(t, []string{"Site (text)", "Slot (text)", "Rack (text)", "Notes (rich-text)"}, last(w.fieldNames(servers), 4))

	settings.Config = w.settings().Config
	_, err = w.trySave(settings)
	require.NoError(t, err)
	plan, err := w.engine.Plan(t.Context(), dovetail.PlanRequest{By: ada, Integration: syncroOne})
	require.NoError(t, err)
	require.NoError(t, w.engine.Approve(t.Context(), dovetail.ApproveRequest{By: ada, Integration: syncroOne, Plan: plan.ID, Code: dovetail.ReasonLimitRefile}))
	w.sync()
	w.sync() // what only the new layout has is filled by the run after the move
	values := make(map[string]int)
	for c, err := range w.db.Documents().Companies(t.Context()) {
		require.NoError(t, err)
		for a, err := range w.db.Documents().Assets(t.Context(), c.ID) {
			require.NoError(t, err)
			for _, v := range a.Values {
				values[a.Name+" "+v.String()]++
			}
		}
	}
	require.Equal(t, []int{1, 1, 1, 0}, []int{values["DC-1 R1"], values["DC-1 7"], values["DC-2 R2"], values["PC-1 8"]})
}

func last(of []string, n int) []string { return of[max(0, len(of)-n):] }

// A person can ask for data points by name, and for others than were seen.
func TestDataPointsAreAskedForByName(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	setup := w.suggest()
	ask := func(points ...dovetail.SeenPoint) []dovetail.SeenPoint {
		for i := range points {
			points[i].Wanted = true
			points[i].Kind = syncro.KindAsset
		}
		return points
	}
	setup.Layouts = append(setup.Layouts, dovetail.SetupLayout{
		Key: "mine", Kind: syncro.KindAsset, Name: "Mine",
		Fields: []store.Field{{Name: "Serial number", Type: store.FieldText, Means: connector.MeansSerial}, {Name: "notes ", Type: store.FieldRichText}},
	})
	setup.Seen = append(ask(
		dovetail.SeenPoint{Name: "properties.Serial Number", Layouts: []string{"mine"}}, // that name is taken
		dovetail.SeenPoint{Name: "properties.Notes"},                                    // and that one is for people
		dovetail.SeenPoint{Name: "properties.Leased until", Title: "Leased", Type: store.FieldDate},
		dovetail.SeenPoint{Name: "last_boot"}, dovetail.SeenPoint{Name: "last_boot"},
		dovetail.SeenPoint{Name: "serial"},
		dovetail.SeenPoint{Name: "properties.Elsewhere", Layouts: []string{"asset/devices"}},
	), dovetail.SeenPoint{Kind: syncro.KindAsset, Name: "properties.Not asked for"})
	settings, err := w.engine.CreateLayouts(t.Context(), dovetail.CreateLayoutsRequest{By: ada, Setup: setup})
	require.NoError(t, err)
	var mine store.Layout
	for l, err := range w.db.Documents().Layouts(t.Context()) {
		require.NoError(t, err)
		if l.Name == "Mine" {
			mine = l
		}
	}
	require.Equal(t, []string{
		"Serial number (text)", "properties.Serial Number (text)", "properties.Notes (text)", "Leased (date)", "Last start (date)", "notes (rich-text)",
	}, w.fieldNames(mine.ID))
	fed := make(map[string][]string)
	for _, c := range settings.Connected {
		for _, f := range mine.Fields {
			if c.Layout == mine.ID && c.Field == f.ID {
				fed[f.Name] = append(fed[f.Name], c.Sources...)
			}
		}
	}
	require.Equal(t, map[string][]string{
		"Serial number": {"serial"}, "properties.Serial Number": {"properties.Serial Number"}, "properties.Notes": {"properties.Notes"},
		"Leased": {"properties.Leased until"}, "Last start": {"last_boot"},
	}, fed)
	settings.Config = w.settings().Config
	_, err = w.trySave(settings)
	require.NoError(t, err)

	before := w.db.Platform().Writes()
	setup.Seen = ask(dovetail.SeenPoint{Name: " "}, dovetail.SeenPoint{Name: "x", Type: store.FieldList}, dovetail.SeenPoint{Name: "x", Type: "colour"}, dovetail.SeenPoint{Name: "x", Layouts: []string{"nowhere"}}, dovetail.SeenPoint{Name: "x"})
	setup.Seen[4].Kind = syncro.KindCustomer
	_, err = w.engine.CreateLayouts(t.Context(), dovetail.CreateLayoutsRequest{By: ada, Setup: setup})
	require.Equal(t, map[string]string{"seen[0].name": "", "seen[1].type": "", "seen[2].type": "", "seen[3].layouts": "", "seen[4].kind": ""}, fields(t, err))
	require.Equal(t, before, w.db.Platform().Writes())
}

func TestTheTypeOfACustomFieldIsThatOfItsValues(t *testing.T) {
	t.Parallel()
	w := newFakeWorld(t, &fakeConnector{})
	with := func(key string, fields connector.Fields) connector.Record {
		r := device(key, key)
		r.Fields = fields
		return r
	}
	half, err := connector.Decimal("0.5")
	require.NoError(t, err)
	w.fake.put(kindDevice,
		with("a", connector.Fields{"number": connector.Integer(1), "yes": connector.Bool(true), "mixed": connector.Integer(1), "list": connector.Texts("x", "y"), "blank": connector.Text(" ")}),
		with("b", connector.Fields{"number": half, "day": connector.Instant(time.Date(2026, 1, 2, 0, 0, 0, 0, time.UTC)), "mixed": connector.Text("one")}))
	w.read()
	setup, err := w.engine.SuggestSetup(t.Context(), dovetail.SuggestRequest{By: ada, Integration: fakeOne})
	require.NoError(t, err)
	types := make(map[string]store.FieldType)
	for _, p := range setup.Seen {
		types[p.Title] = p.Type
	}
	require.Equal(t, map[string]store.FieldType{
		"number": store.FieldNumber, "yes": store.FieldCheckbox, "mixed": store.FieldText, "list": store.FieldText, "day": store.FieldDate,
	}, types)
}

func TestACredentialGetsNoField(t *testing.T) {
	t.Parallel()
	w := newFakeWorld(t, &fakeConnector{})
	setup, err := w.engine.SuggestSetup(t.Context(), dovetail.SuggestRequest{By: ada, Integration: fakeOne})
	require.NoError(t, err)
	setup.Seen = []dovetail.SeenPoint{{Kind: kindDevice, Name: "pin", Wanted: true}}
	_, err = w.engine.CreateLayouts(t.Context(), dovetail.CreateLayoutsRequest{By: ada, Setup: setup})
	require.Equal(t, map[string]string{"seen[0].name": ""}, fields(t, err))
}

// One layout here may be two of a setup: its fields are connected once.
func TestALayoutThatIsNamedTwiceIsConnectedOnce(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	setup := w.suggest()
	setup.Layouts = append(setup.Layouts, dovetail.SetupLayout{Key: "too", Kind: syncro.KindAsset, Name: "Too", Existing: w.devices.ID})
	settings, err := w.engine.CreateLayouts(t.Context(), dovetail.CreateLayoutsRequest{By: ada, Setup: setup})
	require.NoError(t, err)
	fed := make(map[string]int)
	for _, c := range settings.Connected {
		fed[fmt.Sprint(c.Kind, c.Layout, c.Field)]++
		require.Equal(t, 1, fed[fmt.Sprint(c.Kind, c.Layout, c.Field)], "%v", c)
	}
}

// twoKinds has two kinds of device.
type twoKinds struct{ *fakeConnector }

func (c twoKinds) Info() connector.Info {
	info := c.fakeConnector.Info()
	info.Name = "two"
	info.Kinds = append(info.Kinds, connector.KindInfo{Kind: "server", Role: connector.RoleDevice, Title: "Server", Plural: "Servers"})
	return info
}

// withoutExisting has all layouts of a setup made.
func withoutExisting(setup dovetail.Setup) dovetail.Setup {
	for i := range setup.Layouts {
		setup.Layouts[i].Existing = ""
	}
	return setup
}

// A kind whose default layout is a group's has no group of that name besides.
func TestAKindThatIsCalledLikeAGroupHasOneLayoutOfThatName(t *testing.T) {
	t.Parallel()
	w := newFakeWorld(t, &fakeConnector{}, func(c *dovetail.Config) { c.Connectors = append(c.Connectors, twoKinds{&fakeConnector{}}) })
	setup, err := w.engine.SuggestSetup(t.Context(), dovetail.SuggestRequest{By: ada, Connector: "two", Types: []connector.RecordType{
		{Kind: "server", ID: "1", Name: "Server"}, {Kind: "server", ID: "2", Name: "Printer"}, {Kind: kindDevice, ID: "3", Name: "Printer"},
	}})
	require.NoError(t, err)
	require.NoError(t, w.db.Platform().EditLayout(w.layout.ID, func(l *store.Layout) { l.Name, l.Inactive = "Printers", true }))
	before := w.db.Platform().Writes()
	settings, err := w.engine.CreateLayouts(t.Context(), dovetail.CreateLayoutsRequest{By: ada, Setup: withoutExisting(setup)})
	require.NoError(t, err)
	require.Len(t, setup.Rules, 2)
	require.Equal(t, settings.Rules[0].Layout, settings.Rules[1].Layout, "printers of both kinds go to one layout")
	require.NotEqual(t, w.layout.ID, settings.Rules[0].Layout, "and not to one that is inactive")
	require.Equal(t, before+3, w.db.Platform().Writes(), "Devices, Servers and Printers")
}
