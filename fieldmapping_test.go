package dovetail_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/require"

	"github.com/dovetail-sync/dovetail"
	"github.com/dovetail-sync/dovetail/connector"
	"github.com/dovetail-sync/dovetail/store"
)

// standing returns how a field of the layout stands, from a report about the
// settings or about proposed fields.
func (w *fakeWorld) standing(field store.FieldID, proposed ...store.ConnectedField) dovetail.FieldStanding {
	w.t.Helper()
	report, err := w.engine.FieldReport(w.t.Context(), dovetail.FieldReportRequest{By: ada, Integration: fakeOne, Connected: proposed})
	require.NoError(w.t, err)
	for _, row := range report.Fields {
		if row.Field == field && row.Layout == w.layout.ID {
			return row
		}
	}
	return dovetail.FieldStanding{}
}

// connect saves the settings with one more connected field.
func (w *fakeWorld) connect(f store.ConnectedField) {
	w.t.Helper()
	s := w.settings()
	s.Connected = append(s.Connected, f)
	w.save(s)
}

func TestEveryTypeOfFieldTakesItsFormOfAValue(t *testing.T) {
	t.Parallel()
	day := connector.Instant(time.Date(2026, 3, 4, 0, 0, 0, 0, time.UTC))
	number, err := connector.Decimal("1.50")
	require.NoError(t, err)
	none := connector.Value{}
	for name, tt := range map[string]struct {
		field      store.Field
		from, want connector.Value
	}{
		"a number in text":          {store.Field{Type: store.FieldNumber}, connector.Text(" 1.5 "), number},
		"no number":                 {store.Field{Type: store.FieldNumber}, connector.Text("1,5"), none},
		"an instant's day":          {store.Field{Type: store.FieldDate}, connector.Instant(time.Date(2026, 3, 4, 23, 59, 0, 0, time.UTC)), day},
		"a date":                    {store.Field{Type: store.FieldDate}, connector.Text("2026-03-04"), day},
		"a date and time":           {store.Field{Type: store.FieldDate}, connector.Text("2026-03-04 05:06:07"), day},
		"a date with a zone":        {store.Field{Type: store.FieldDate}, connector.Text("2026-03-03T23:00:00-05:00"), day},
		"a date that can be two":    {store.Field{Type: store.FieldDate}, connector.Text("03/04/2026"), none},
		"yes":                       {store.Field{Type: store.FieldCheckbox}, connector.Text("Yes"), connector.Bool(true)},
		"off":                       {store.Field{Type: store.FieldCheckbox}, connector.Text("off"), connector.Bool(false)},
		"maybe":                     {store.Field{Type: store.FieldCheckbox}, connector.Text("maybe"), none},
		"one of a list":             {store.Field{Type: store.FieldList, Options: []string{"Dell", "HP"}}, connector.Text("hp "), connector.Text("HP")},
		"none of a list":            {store.Field{Type: store.FieldList, Options: []string{"Dell", "HP"}}, connector.Text("Acer"), none},
		"the first of some numbers": {store.Field{Type: store.FieldPhone}, connector.Texts(" ", "555 0100", "555 0101"), connector.Text("555 0100")},
		"no phone":                  {store.Field{Type: store.FieldPhone}, connector.Text("ask Bob"), none},
		"an e-mail":                 {store.Field{Type: store.FieldEmail}, connector.Text(" ann@example.org "), connector.Text("ann@example.org")},
		"no e-mail":                 {store.Field{Type: store.FieldEmail}, connector.Text("n/a"), none},
		"a web site":                {store.Field{Type: store.FieldWebsite}, connector.Text("https://example.org"), connector.Text("https://example.org")},
		"no web site":               {store.Field{Type: store.FieldWebsite}, connector.Text("see the notes"), none},
		"a list as text":            {store.Field{Type: store.FieldText}, connector.Texts("a", "b"), connector.Text("a, b")},
		"a number as text":          {store.Field{Type: store.FieldText}, connector.Integer(7), connector.Text("7")},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newFakeWorld(t, &fakeConnector{})
			tt.field.Name = "Field"
			s := w.settings()
			w.layout = w.newLayout("Typed", tt.field)
			s.DefaultLayouts[kindDevice] = w.layout.ID
			s.Connected = []store.ConnectedField{{Kind: kindDevice, Layout: w.layout.ID, Field: w.layout.Fields[0].ID, Sources: []string{"model"}}}
			w.save(s)
			pc := device("d1", "PC")
			pc.Fields["model"] = tt.from
			w.fake.put(kindDevice, pc)
			require.Equal(t, store.RunOK, w.run().Run.State, "the record goes on")
			require.Empty(t, cmp.Diff(tt.want, w.assets()["PC"].Values[w.layout.Fields[0].ID]))
			w.quiet()
			state := dovetail.FieldFed
			if tt.want.IsAbsent() {
				state = dovetail.FieldUnfit
			}
			standing := w.standing(w.layout.Fields[0].ID)
			require.Equal(t, map[dovetail.FieldState]int{state: 1}, standing.Counts)
			if tt.want.IsAbsent() {
				require.Equal(t, "PC", standing.Examples[0].AssetName, "what doesn't fit is named")
			}
		})
	}
}

// An address is made of its parts.
func TestAnAddressIsMadeOfItsParts(t *testing.T) {
	t.Parallel()
	fake := &fakeConnector{points: []connector.DataPoint{
		{Name: "street", Title: "street", Type: connector.KindText, Means: connector.MeansStreet},
		{Name: "town", Title: "town", Type: connector.KindText, Means: connector.MeansCity},
		{Name: "site town", Title: "site town", Type: connector.KindText, Means: connector.MeansCity},
		{Name: "zip", Title: "zip", Type: connector.KindText, Means: connector.MeansPostcode},
	}}
	w := newFakeWorld(t, fake)
	s := w.settings()
	w.layout = w.newLayout("Sites", store.Field{Name: "Address", Type: store.FieldAddress})
	s.DefaultLayouts[kindDevice] = w.layout.ID
	s.Connected = []store.ConnectedField{{Kind: kindDevice, Layout: w.layout.ID, Field: w.layout.Fields[0].ID, Sources: []string{"zip", "town", "site town", "street"}, OnBlank: store.BlankClear}}
	w.save(s)
	here := func() store.Address {
		a, ok := store.AddressOf(w.assets()["PC"].Values[w.layout.Fields[0].ID])
		require.True(t, ok)
		return a
	}
	w.fake.put(kindDevice, device("d1", "PC", "street", "1 Main St", "town", "", "site town", "Springfield", "zip", "12345"))
	w.run()
	require.Equal(t, store.Address{Street: "1 Main St", City: "Springfield", Postcode: "12345"}, here())
	w.quiet()
	w.fake.put(kindDevice, device("d1", "PC", "street", "2 Main St", "town", "Shelbyville"))
	w.run()
	require.Equal(t, store.Address{Street: "2 Main St", City: "Shelbyville"}, here())
	w.quiet()
	w.fake.put(kindDevice, device("d1", "PC"))
	w.run()
	require.Equal(t, store.Address{}, here())
	w.quiet()
}

func TestAFieldThatIsToBeClearedFollowsABlankUpstream(t *testing.T) {
	t.Parallel()
	w := newFakeWorld(t, &fakeConnector{})
	s := w.settings()
	s.Connected[1].OnBlank = store.BlankClear
	w.save(s)
	w.fake.put(kindDevice, device("d1", "FED", "model", "M1"), device("d2", "EDITED", "model", "M2"), device("d3", "TYPED"))
	w.run()
	w.types("EDITED", 1, "by hand")
	w.types("TYPED", 1, "mine")
	w.fake.put(kindDevice, device("d1", "FED"), device("d2", "EDITED", "model", " "), device("d3", "TYPED"))
	w.run()
	require.Empty(t, w.value("FED", 1), "what was fed is cleared")
	require.Equal(t, "by hand", w.value("EDITED", 1), "what a person wrote isn't")
	require.Equal(t, "mine", w.value("TYPED", 1))
	require.Empty(t, w.overwritten())
	w.quiet()

	w.types("FED", 1, "typed since")
	w.fake.put(kindDevice, device("d1", "FED", "model", "M3"), device("d2", "EDITED"), device("d3", "TYPED"))
	w.run()
	require.Equal(t, "typed since", w.value("FED", 1), "a person has filled what was handed back")
	require.Equal(t, map[string]dovetail.FieldState{"FED/Model": dovetail.FieldDiffers}, w.drift())
	w.quiet()
}

func TestAnotherFormOfTheSameValueIsNotWritten(t *testing.T) {
	t.Parallel()
	w := newFakeWorld(t, &fakeConnector{})
	s := w.settings()
	w.layout = w.newLayout("Forms", store.Field{Name: "Number", Type: store.FieldNumber}, store.Field{Name: "Day", Type: store.FieldDate}, store.Field{Name: "Text", Type: store.FieldText})
	s.DefaultLayouts[kindDevice] = w.layout.ID
	s.Connected = nil
	for i, source := range []string{"count", "model", "mac"} {
		s.Connected = append(s.Connected, store.ConnectedField{Kind: kindDevice, Layout: w.layout.ID, Field: w.layout.Fields[i].ID, Sources: []string{source}})
	}
	w.save(s)
	pc := device("d1", "PC", "model", "2026-03-04T05:06:07Z", "mac", "")
	pc.Fields["count"] = connector.Integer(4)
	w.fake.put(kindDevice, pc)
	w.run()
	// The same, as other people and programs write it.
	w.edit("PC", func(a *store.Asset) {
		a.Values[w.layout.Fields[0].ID] = connector.Text("4.0")
		a.Values[w.layout.Fields[1].ID] = connector.Instant(time.Date(2026, 3, 4, 12, 0, 0, 0, time.UTC))
		a.Values[w.layout.Fields[2].ID] = connector.Text(" ")
	})
	pc.Fields["model"] = connector.Text("2026-03-04 00:00:00")
	pc.Fields["mac"] = connector.Text(" ")
	writes := w.db.Platform().Writes()
	w.fake.put(kindDevice, pc)
	w.run()
	require.Equal(t, writes, w.db.Platform().Writes())
	require.Empty(t, w.overwritten())
	w.quiet()
}

func TestAConnectedFieldThatIsRenamedHereIsFollowed(t *testing.T) {
	t.Parallel()
	w := modelled(t, store.EditUpstream)
	require.NoError(t, w.db.Platform().EditLayout(w.layout.ID, func(l *store.Layout) { l.Fields[1].Name = "Type of machine" }))
	w.quiet()
	w.fake.put(kindDevice, device("d1", "PC", "model", "M2", "serial", "SN-0001"))
	w.run()
	require.Equal(t, "M2", w.value("PC", 1))
	w.quiet()
}

func TestAConnectedFieldThatIsGoneHereIsNamedAndTheRecordGoesOn(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		change   func(l *store.Layout)
		code     dovetail.ReasonCode
		sentence string
	}{
		"deleted": {func(l *store.Layout) { l.Fields = append(l.Fields[:1:1], l.Fields[2:]...) }, dovetail.ReasonFeedNoField, `has no field`},
		"retyped": {func(l *store.Layout) { l.Fields[1].Type = store.FieldRichText }, dovetail.ReasonFeedRetyped, `was of type text and is of type rich-text`},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := modelled(t, store.EditUpstream)
			require.NoError(t, w.db.Platform().EditLayout(w.layout.ID, tt.change))
			w.quiet()
			w.fake.put(kindDevice, device("d1", "PC", "model", "M2", "serial", "SN-0002"))
			report := w.run()
			require.Equal(t, store.RunOK, report.Run.State, report.Run.Problems)
			require.Len(t, report.Plan.Notes, 1)
			require.Equal(t, string(tt.code), report.Plan.Notes[0].Code)
			require.Contains(t, dovetail.Sentence(report.Plan.Notes[0]), tt.sentence)
			require.NotContains(t, dovetail.Sentence(report.Plan.Notes[0]), "{")
			require.Equal(t, "SN-0002", w.value("PC", 0), "the others are fed")
			require.NotEqual(t, "M2", w.value("PC", 1))
			fields, err := w.engine.FieldReport(t.Context(), dovetail.FieldReportRequest{By: ada, Integration: fakeOne})
			require.NoError(t, err)
			require.Len(t, fields.Paused, 1)
			w.quiet()
			if name == "retyped" {
				require.Equal(t, "M1", w.value("PC", 1), "the value is kept")
				w.save(w.settings())
				w.run()
				require.Equal(t, "M2", w.value("PC", 1), "saved again it is fed again")
				w.quiet()
			}
		})
	}
}

func TestWhatChangesByItselfIsCountedApart(t *testing.T) {
	t.Parallel()
	w := newFakeWorld(t, &fakeConnector{})
	s := w.settings()
	s.Connected[1].Sources = []string{"seen"}
	w.save(s)
	w.fake.put(kindDevice, device("d1", "PC", "seen", "monday", "serial", "SN-0001"), device("d2", "PC-2", "seen", "monday"))
	w.run()
	w.quiet()
	w.fake.put(kindDevice, device("d1", "PC", "seen", "tuesday", "serial", "SN-0001"), device("d2", "PC-2", "seen", "tuesday", "serial", "SN-0002"))
	report := w.run()
	require.Equal(t, map[store.Action]int{store.ActionRefresh: 1, store.ActionUpdate: 1}, report.Plan.Counts)
	for c, err := range w.engine.Changes(t.Context(), report.Plan.ID) {
		require.NoError(t, err)
		require.Equal(t, c.Record.Key == "d1", c.Action == store.ActionRefresh, c.Record)
		require.Equal(t, c.Action == store.ActionRefresh, c.Reason.Code == string(dovetail.ReasonRefreshed))
	}
	require.Equal(t, "tuesday", w.value("PC", 1))
	require.Equal(t, "tuesday", w.value("PC-2", 1))
	require.Contains(t, string(w.card("d1").Data), "tuesday", "the card is as fresh")
	w.quiet()
}
