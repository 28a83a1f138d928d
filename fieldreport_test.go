package dovetail_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/dovetail-sync/dovetail"
	"github.com/dovetail-sync/dovetail/connector"
	"github.com/dovetail-sync/dovetail/store"
)

// typedOver is a world in which people typed models into a field that isn't
// connected yet: one as the upstream has it, two otherwise, and one left it
// blank.
func typedOver(t *testing.T) *fakeWorld {
	t.Helper()
	w := newFakeWorld(t, &fakeConnector{})
	unconnected := w.settings()
	unconnected.Connected = unconnected.Connected[:1]
	w.save(unconnected)
	w.fake.put(kindDevice,
		device("d1", "AGREES", "model", "M1"), device("d2", "BLANK", "model", "M2"), device("d3", "DIFFERS", "model", "M3"),
		device("d4", "DIFFERS TOO", "model", "M4"), device("d5", "SILENT"))
	w.run()
	w.types("AGREES", 1, "M1")
	w.types("DIFFERS", 1, "mine")
	w.types("DIFFERS TOO", 1, "mine too")
	return w
}

func TestAFieldConnectedOverWhatPeopleTypedIsReportedBeforeItIsSaved(t *testing.T) {
	t.Parallel()
	w := typedOver(t)
	want := map[dovetail.FieldState]int{dovetail.FieldAgrees: 1, dovetail.FieldBlank: 1, dovetail.FieldDiffers: 2, dovetail.FieldSilent: 1}
	writes, ledger := w.db.Platform().Writes(), w.db.LedgerWrites()
	proposed := w.settings().Connected[1]
	standing := w.standing(proposed.Field, proposed)
	require.Equal(t, want, standing.Counts)
	require.Equal(t, "Model", standing.FieldName)
	require.Equal(t, "Devices", standing.LayoutName)
	var differs []string
	for _, e := range standing.Examples {
		if e.State == dovetail.FieldDiffers {
			differs = append(differs, e.AssetName+": "+e.Here.String()+" / "+e.Upstream.String())
		}
	}
	require.Equal(t, []string{"DIFFERS: mine / M3", "DIFFERS TOO: mine too / M4"}, differs)
	require.Equal(t, writes, w.db.Platform().Writes(), "it only looks")
	require.Equal(t, ledger, w.db.LedgerWrites())

	proposed.Field = "no-such"
	_, err := w.engine.FieldReport(t.Context(), dovetail.FieldReportRequest{By: ada, Integration: fakeOne, Connected: []store.ConnectedField{proposed}})
	require.Contains(t, fields(t, err), "connected[0].field")

	w.save(w.settings())
	require.Equal(t, want, w.standing(w.layout.Fields[1].ID).Counts, "and so it is once it is saved")
	w.run()
	require.Equal(t, "M2", w.value("BLANK", 1), "blanks are filled")
	require.Equal(t, "mine", w.value("DIFFERS", 1), "what differs stays")
	require.Equal(t, map[string]dovetail.FieldState{"DIFFERS/Model": dovetail.FieldDiffers, "DIFFERS TOO/Model": dovetail.FieldDiffers}, w.drift())
	w.quiet()
}

func TestAConfidentialFieldIsReportedWithoutItsValues(t *testing.T) {
	t.Parallel()
	w := newFakeWorld(t, &fakeConnector{}, sealed)
	w.fake.put(kindDevice, device("d1", "PC", "pin", "4711", "model", "M1"))
	w.run()
	w.types("PC", 3, "typed")
	proposed := store.ConnectedField{Kind: kindDevice, Layout: w.layout.ID, Field: w.layout.Fields[3].ID, Sources: []string{"pin"}}
	require.Equal(t, map[dovetail.FieldState]int{dovetail.FieldSilent: 1}, w.standing(proposed.Field, proposed).Counts, "a secret that feeds nothing isn't kept")
	w.connect(proposed)
	w.run()
	standing := w.standing(proposed.Field)
	require.Equal(t, map[dovetail.FieldState]int{dovetail.FieldDiffers: 1}, standing.Counts)
	require.Len(t, standing.Examples, 1)
	require.True(t, standing.Examples[0].Here.IsAbsent())
	require.True(t, standing.Examples[0].Upstream.IsAbsent())
	w.quiet()
}

func TestUpstreamsValuesAreTakenForThoseThatAPersonNames(t *testing.T) {
	t.Parallel()
	w := typedOver(t)
	w.save(w.settings())
	w.run()
	req := dovetail.TakeUpstreamRequest{
		By: ada, Integration: fakeOne, Layout: w.layout.ID, Field: w.layout.Fields[1].ID, Assets: []store.AssetID{w.assets()["DIFFERS"].ID},
	}
	n, err := w.engine.TakeUpstream(t.Context(), req)
	require.NoError(t, err)
	require.Equal(t, 1, n)
	require.Equal(t, "mine", w.value("DIFFERS", 1), "the next run does it")
	report := w.run()
	require.Equal(t, map[store.Action]int{store.ActionUpdate: 1}, report.Plan.Counts)
	require.Equal(t, "M3", w.value("DIFFERS", 1))
	require.Equal(t, "mine too", w.value("DIFFERS TOO", 1))
	list := w.overwritten()
	require.Len(t, list, 1, "and what was there is kept")
	require.Equal(t, "mine", list[0].Value.String())
	w.quiet()
	w.fake.put(kindDevice, device("d3", "DIFFERS", "model", "M5"), device("d4", "DIFFERS TOO", "model", "M6"))
	w.run()
	require.Equal(t, "M5", w.value("DIFFERS", 1), "from now on it follows")
	require.Equal(t, "mine too", w.value("DIFFERS TOO", 1))
	n, err = w.engine.TakeUpstream(t.Context(), req)
	require.NoError(t, err)
	require.Zero(t, n, "nothing differs any more")
}

func TestWhatAPersonEditsAfterLettingUpstreamsValueBeTakenStays(t *testing.T) {
	t.Parallel()
	w := typedOver(t)
	w.save(w.settings())
	w.run()
	n, err := w.engine.TakeUpstream(t.Context(), dovetail.TakeUpstreamRequest{By: ada, Integration: fakeOne, Layout: w.layout.ID, Field: w.layout.Fields[1].ID})
	require.NoError(t, err)
	require.Equal(t, 2, n)
	w.types("DIFFERS", 1, "no, this")
	w.run()
	require.Equal(t, "no, this", w.value("DIFFERS", 1))
	require.Equal(t, "M4", w.value("DIFFERS TOO", 1))
	w.quiet()
}

func TestDifferingNamesAreCountedWhereNamesAreSetOnce(t *testing.T) {
	t.Parallel()
	w := newFakeWorld(t, &fakeConnector{})
	w.fake.put(kindDevice, device("d1", "OURS"), device("d2", "THEIRS"), device("d3", "SAME"))
	w.run()
	w.edit("THEIRS", func(a *store.Asset) { a.Name = "Reception" })
	w.fake.put(kindDevice, device("d1", "OURS-2"), device("d2", "THEIRS"), device("d3", "SAME"))
	w.run()
	require.Equal(t, map[dovetail.FieldState]int{dovetail.FieldKept: 2, dovetail.FieldFed: 1}, w.standing(store.NameField).Counts)
	require.Equal(t, map[string]dovetail.FieldState{"OURS/Name": dovetail.FieldKept, "Reception/Name": dovetail.FieldKept}, w.drift())
	w.quiet()
	n, err := w.engine.TakeUpstream(t.Context(), dovetail.TakeUpstreamRequest{
		By: ada, Integration: fakeOne, Layout: w.layout.ID, Field: store.NameField, Assets: []store.AssetID{w.assets()["OURS"].ID},
	})
	require.NoError(t, err)
	require.Equal(t, 1, n)
	w.run()
	require.Contains(t, w.assets(), "OURS-2")
	require.Contains(t, w.assets(), "Reception")
	w.quiet()
}

func TestAListOfDriftCanBeLeftInTheMiddle(t *testing.T) {
	t.Parallel()
	w := typedOver(t)
	w.save(w.settings())
	w.run()
	n := 0
	for _, err := range w.engine.Drift(t.Context(), dovetail.DriftRequest{By: ada, Integration: fakeOne}) {
		require.NoError(t, err)
		n++
		break
	}
	require.Equal(t, 1, n)
}

func TestAListOfManyOverwrittenValuesIsReadWhole(t *testing.T) {
	t.Parallel()
	w := modelled(t, store.EditUpstream)
	for range 3 {
		w.types("PC", 1, "by hand")
		w.run()
		require.NoError(t, w.engine.Pin(t.Context(), dovetail.PinRequest{By: ada, Asset: w.assets()["PC"].ID, Field: w.layout.Fields[1].ID}))
		require.NoError(t, w.engine.Unpin(t.Context(), dovetail.PinRequest{By: ada, Asset: w.assets()["PC"].ID, Field: w.layout.Fields[1].ID}))
	}
	require.Len(t, w.overwritten(), 3, "a person who pins and unpins has decided: it is no other program")
	for _, o := range w.overwritten() {
		require.Equal(t, connector.Text("by hand"), o.Value)
	}
}
