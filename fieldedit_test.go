package dovetail_test

import (
	"context"
	"errors"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/dovetail-sync/dovetail"
	"github.com/dovetail-sync/dovetail/connector"
	"github.com/dovetail-sync/dovetail/store"
)

// edit is what a person does to an asset here.
func (w *fakeWorld) edit(asset string, fn func(a *store.Asset)) {
	w.t.Helper()
	a, ok := w.assets()[asset]
	require.True(w.t, ok, asset)
	require.NoError(w.t, w.db.Platform().EditAsset(a.ID, fn))
}

// types is a person who types a value into an asset's n-th field. An empty one
// blanks it.
func (w *fakeWorld) types(asset string, n int, value string) {
	w.t.Helper()
	w.edit(asset, func(a *store.Asset) {
		if value == "" {
			delete(a.Values, w.layout.Fields[n].ID)
			return
		}
		a.Values[w.layout.Fields[n].ID] = connector.Text(value)
	})
}

// overwritten is the list of overwritten values.
func (w *fakeWorld) overwritten() []store.Overwritten {
	w.t.Helper()
	var list []store.Overwritten
	for o, err := range w.engine.Overwritten(w.t.Context(), store.OverwrittenQuery{}) {
		require.NoError(w.t, err)
		list = append(list, o)
	}
	return list
}

// drift is how the fed fields stand that differ and stay: by the asset's and the
// field's name.
func (w *fakeWorld) drift() map[string]dovetail.FieldState {
	w.t.Helper()
	drift := make(map[string]dovetail.FieldState)
	for d, err := range w.engine.Drift(w.t.Context(), dovetail.DriftRequest{By: ada, Integration: fakeOne}) {
		require.NoError(w.t, err)
		drift[d.AssetName+"/"+d.FieldName] = d.State
	}
	return drift
}

// modelled is a world with one device, PC, whose model is fed. onEdit is the
// field's policy.
func modelled(t *testing.T, onEdit store.EditPolicy, change ...func(*dovetail.Config)) *fakeWorld {
	t.Helper()
	w := newFakeWorld(t, &fakeConnector{}, change...)
	s := w.settings()
	s.Connected[1].OnEdit = onEdit
	w.save(s)
	w.fake.put(kindDevice, device("d1", "PC", "model", "M1", "serial", "SN-0001"))
	w.run()
	require.Equal(t, "M1", w.value("PC", 1))
	return w
}

func TestUpstreamWinsOverAPersonsEditAndThePersonsValueIsKept(t *testing.T) {
	t.Parallel()
	w := modelled(t, store.EditUpstream)
	w.types("PC", 1, "by hand")
	report := w.run()
	require.Equal(t, map[store.Action]int{store.ActionUpdate: 1}, report.Plan.Counts)
	require.Equal(t, "M1", w.value("PC", 1))
	list := w.overwritten()
	require.Len(t, list, 1)
	o := list[0]
	require.Equal(t, "by hand", o.Value.String())
	require.Equal(t, w.assets()["PC"].ID, o.Asset)
	require.Equal(t, w.company, o.Company)
	require.Equal(t, w.layout.Fields[1].ID, o.Field)
	require.Equal(t, connector.Key("d1"), o.ID.Key)
	require.Equal(t, report.Run.ID, o.Run)
	w.quiet()
	require.Len(t, w.overwritten(), 1, "once")
}

func TestAnEditIsWrittenOverTogetherWithWhatIsNewsUpstream(t *testing.T) {
	t.Parallel()
	w := modelled(t, store.EditUpstream)
	w.types("PC", 1, "by hand")
	w.fake.put(kindDevice, device("d1", "PC", "model", "M2", "serial", "SN-0002"))
	w.run()
	require.Equal(t, "M2", w.value("PC", 1))
	require.Len(t, w.overwritten(), 1, "the serial was nobody's edit")
	w.quiet()
}

func TestAFedValueThatSomebodyClearedComesBack(t *testing.T) {
	t.Parallel()
	w := modelled(t, store.EditUpstream)
	w.types("PC", 1, "")
	w.run()
	require.Equal(t, "M1", w.value("PC", 1))
	require.Empty(t, w.overwritten(), "a blank is no work")
	w.quiet()
}

func TestByItsPolicyAnEditIsPinned(t *testing.T) {
	t.Parallel()
	w := modelled(t, store.EditPin)
	w.types("PC", 1, "by hand")
	report := w.run()
	require.Equal(t, map[store.Action]int{store.ActionPin: 1}, report.Plan.Counts)
	require.Equal(t, store.RunOK, report.Run.State)
	require.Equal(t, "by hand", w.value("PC", 1))
	w.fake.put(kindDevice, device("d1", "PC", "model", "M2", "serial", "SN-0001"))
	w.run()
	require.Equal(t, "by hand", w.value("PC", 1))
	require.Equal(t, map[string]dovetail.FieldState{"PC/Model": dovetail.FieldPinned}, w.drift())
	require.Empty(t, w.overwritten())
	w.quiet()

	s := w.settings()
	w.save(s)
	w.run()
	require.Equal(t, "by hand", w.value("PC", 1), "pinned is pinned, whatever the policy is now")
	pin := dovetail.PinRequest{By: ada, Asset: w.assets()["PC"].ID, Field: w.layout.Fields[1].ID}
	require.NoError(t, w.engine.Unpin(t.Context(), pin))
	require.ErrorIs(t, w.engine.Unpin(t.Context(), pin), store.ErrNotFound)
	w.run()
	require.Equal(t, "M2", w.value("PC", 1))
	require.Len(t, w.overwritten(), 1)
	require.Empty(t, w.drift())
	w.quiet()
}

func TestByItsPolicyAnEditIsReported(t *testing.T) {
	t.Parallel()
	w := modelled(t, store.EditReport)
	w.types("PC", 1, "by hand")
	w.quiet()
	require.Equal(t, "by hand", w.value("PC", 1))
	require.Equal(t, map[string]dovetail.FieldState{"PC/Model": dovetail.FieldReported}, w.drift())
	w.types("PC", 1, "M1")
	w.fake.put(kindDevice, device("d1", "PC", "model", "M2", "serial", "SN-0001"))
	w.run()
	require.Equal(t, "M2", w.value("PC", 1), "what was put back is ours again")
	w.quiet()
}

func TestAnotherProgramThatWritesTheSameFieldIsLeftAloneAfterTheSecondTime(t *testing.T) {
	t.Parallel()
	w := modelled(t, store.EditUpstream)
	w.types("PC", 1, "the other one's")
	w.run()
	require.Equal(t, "M1", w.value("PC", 1))
	w.types("PC", 1, "the other one's")
	w.quiet()
	require.Equal(t, "the other one's", w.value("PC", 1))
	require.Equal(t, map[string]dovetail.FieldState{"PC/Model": dovetail.FieldOutside}, w.drift())
	require.Len(t, w.overwritten(), 1)
	w.fake.put(kindDevice, device("d1", "PC", "model", "M2", "serial", "SN-0002"))
	w.run()
	require.Equal(t, "the other one's", w.value("PC", 1), "paused until a person decides")
	require.Equal(t, "SN-0002", w.value("PC", 0), "that field alone")
	w.quiet()

	n, err := w.engine.TakeUpstream(t.Context(), dovetail.TakeUpstreamRequest{By: ada, Integration: fakeOne, Layout: w.layout.ID, Field: w.layout.Fields[1].ID})
	require.NoError(t, err)
	require.Equal(t, 1, n)
	w.run()
	require.Equal(t, "M2", w.value("PC", 1))
	require.Empty(t, w.drift())
	w.quiet()
}

func TestTwoEditsWithNewsInBetweenAreNoOtherProgram(t *testing.T) {
	t.Parallel()
	w := modelled(t, store.EditUpstream)
	w.types("PC", 1, "first")
	w.run()
	w.fake.put(kindDevice, device("d1", "PC", "model", "M2", "serial", "SN-0001"))
	w.run()
	w.types("PC", 1, "second")
	w.run()
	require.Equal(t, "M2", w.value("PC", 1))
	require.Len(t, w.overwritten(), 2)
	w.quiet()
}

func TestAnOverwrittenValueIsPutBackAndPinned(t *testing.T) {
	t.Parallel()
	w := modelled(t, store.EditUpstream)
	w.types("PC", 1, "by hand")
	w.run()
	req := dovetail.OverwrittenRequest{By: ada, Seq: w.overwritten()[0].Seq}
	require.NoError(t, w.engine.PinOverwritten(t.Context(), req))
	require.Equal(t, "by hand", w.value("PC", 1))
	require.Empty(t, w.overwritten())
	require.ErrorIs(t, w.engine.PinOverwritten(t.Context(), req), store.ErrNotFound)
	w.quiet()
	require.Equal(t, map[string]dovetail.FieldState{"PC/Model": dovetail.FieldPinned}, w.drift())
	for pin, err := range w.engine.Pins(t.Context(), w.company) {
		require.NoError(t, err)
		require.Equal(t, ada, pin.By)
	}
	w.fake.put(kindDevice, device("d1", "PC", "model", "by hand", "serial", "SN-0001"))
	w.run()
	require.Empty(t, w.drift(), "pinned and the same is no drift")
	w.quiet()
}

func TestAnOverwrittenValueIsDismissed(t *testing.T) {
	t.Parallel()
	w := modelled(t, store.EditUpstream)
	w.types("PC", 1, "by hand")
	w.run()
	req := dovetail.OverwrittenRequest{By: ada, Seq: w.overwritten()[0].Seq}
	require.NoError(t, w.engine.DismissOverwritten(t.Context(), req))
	require.Empty(t, w.overwritten())
	require.ErrorIs(t, w.engine.DismissOverwritten(t.Context(), req), store.ErrNotFound)
	require.Equal(t, "M1", w.value("PC", 1))
	w.quiet()
}

func TestAnOverwrittenValueIsNotPutBackOverAPersonsNewerOne(t *testing.T) {
	t.Parallel()
	w := modelled(t, store.EditUpstream)
	w.types("PC", 1, "older")
	w.run()
	w.types("PC", 1, "newer")
	err := w.engine.PinOverwritten(t.Context(), dovetail.OverwrittenRequest{By: ada, Seq: w.overwritten()[0].Seq})
	require.ErrorIs(t, err, dovetail.ErrChanged)
	require.Equal(t, "newer", w.value("PC", 1))
	require.Len(t, w.overwritten(), 1)
	for pin, err := range w.engine.Pins(t.Context(), w.company) {
		require.NoError(t, err)
		t.Errorf("it was pinned all the same: %v", pin)
	}
}

func TestAPersonPinsAFieldBeforeAnythingIsChanged(t *testing.T) {
	t.Parallel()
	w := modelled(t, store.EditUpstream)
	asset := w.assets()["PC"].ID
	require.NoError(t, w.engine.Pin(t.Context(), dovetail.PinRequest{By: ada, Asset: asset, Field: w.layout.Fields[1].ID}))
	require.ErrorIs(t, w.engine.Pin(t.Context(), dovetail.PinRequest{By: ada, Asset: asset, Field: "no-such"}), store.ErrNotFound)
	require.ErrorIs(t, w.engine.Pin(t.Context(), dovetail.PinRequest{By: ada, Asset: "no-such"}), store.ErrNotFound)
	w.quiet()
	w.fake.put(kindDevice, device("d1", "PC", "model", "M2", "serial", "SN-0002"))
	w.run()
	require.Equal(t, "M1", w.value("PC", 1))
	require.Equal(t, "SN-0002", w.value("PC", 0))
	w.quiet()
}

func TestWhatIsPinnedBetweenPlanAndApplyIsNotWritten(t *testing.T) {
	t.Parallel()
	for _, joint := range []bool{false, true} {
		w := newFakeWorld(t, &fakeConnector{}, func(c *dovetail.Config) {
			if joint {
				can := c.Store.Documents().Capabilities()
				can.Joint = true
				hook(&hooked{capabilities: &can})(c)
			}
		})
		w.fake.put(kindDevice, device("d1", "PC", "model", "M1"))
		w.run()
		w.fake.put(kindDevice, device("d1", "PC", "model", "M2"))
		_, err := w.engine.Read(t.Context(), dovetail.ReadRequest{By: ada, Integration: fakeOne})
		require.NoError(t, err)
		plan, err := w.engine.Plan(t.Context(), dovetail.PlanRequest{By: ada, Integration: fakeOne})
		require.NoError(t, err)
		require.NoError(t, w.engine.Pin(t.Context(), dovetail.PinRequest{By: ada, Asset: w.assets()["PC"].ID, Field: w.layout.Fields[1].ID}))
		report, err := w.engine.Apply(t.Context(), dovetail.ApplyRequest{By: ada, Plan: plan.ID})
		require.NoError(t, err)
		require.Equal(t, map[store.OutcomeState]int{store.OutcomeStale: 1}, report.Outcomes)
		require.Equal(t, "M1", w.value("PC", 1))
	}
}

func TestAPinFollowsItsAssetToAnotherCompany(t *testing.T) {
	t.Parallel()
	w := modelled(t, store.EditUpstream)
	other, err := w.docs.CreateCompany(t.Context(), store.NewCompany{Name: "Other"}, store.Intent{ID: "other", By: ada})
	require.NoError(t, err)
	asset := w.assets()["PC"]
	require.NoError(t, w.engine.Pin(t.Context(), dovetail.PinRequest{By: ada, Asset: asset.ID, Field: w.layout.Fields[1].ID}))
	require.NoError(t, w.db.Platform().EditAsset(asset.ID, func(a *store.Asset) { a.Company = other.ID }))
	for _, model := range []string{"M2", "M3"} {
		w.fake.put(kindDevice, device("d1", "PC", "model", model, "serial", "SN-"+model))
		w.run()
		there, err := w.docs.Asset(t.Context(), asset.ID)
		require.NoError(t, err)
		require.Equal(t, "M1", there.Values[w.layout.Fields[1].ID].String())
		require.Equal(t, "SN-"+model, there.Values[w.layout.Fields[0].ID].String())
	}
	require.NoError(t, w.engine.Unpin(t.Context(), dovetail.PinRequest{By: ada, Asset: asset.ID, Field: w.layout.Fields[1].ID}))
	w.run()
	there, err := w.docs.Asset(t.Context(), asset.ID)
	require.NoError(t, err)
	require.Equal(t, "M3", there.Values[w.layout.Fields[1].ID].String())
}

func TestAPinGoesAlongWhenItsAssetMovesWithItsRecord(t *testing.T) {
	t.Parallel()
	w := modelled(t, store.EditUpstream)
	asset := w.assets()["PC"].ID
	require.NoError(t, w.engine.Pin(t.Context(), dovetail.PinRequest{By: ada, Asset: asset, Field: w.layout.Fields[1].ID}))
	w.fake.put(kindOrg, connector.Record{Key: "o1", Name: "Acme Ltd"}, connector.Record{Key: "o2", Name: "Birch Inc"})
	w.run()
	decided, err := w.engine.Decide(t.Context(), dovetail.DecideRequest{By: ada, Integration: fakeOne, Decisions: []dovetail.Decision{{Key: "o2", Verdict: dovetail.VerdictCreate}}})
	require.NoError(t, err)
	require.NoError(t, decided[0].Err)
	moved := device("d1", "PC", "model", "M2", "serial", "SN-0002")
	moved.Container = "o2"
	w.fake.put(kindDevice, moved)
	w.run()
	w.run()
	w.company = decided[0].Match.Company
	require.Equal(t, asset, w.assets()["PC"].ID, "it moved")
	require.Equal(t, "SN-0002", w.value("PC", 0))
	require.Equal(t, "M1", w.value("PC", 1))
	w.quiet()
	require.NoError(t, w.engine.Unpin(t.Context(), dovetail.PinRequest{By: ada, Asset: asset, Field: w.layout.Fields[1].ID}))
	w.run()
	require.Equal(t, "M2", w.value("PC", 1))
}

func TestANameIsPinnedListedAndTakenFromTheUpstream(t *testing.T) {
	t.Parallel()
	w := newFakeWorld(t, &fakeConnector{})
	s := w.settings()
	s.AutoUpdateNames = true
	w.save(s)
	w.fake.put(kindDevice, device("d1", "PINNED"), device("d2", "RENAMED"))
	w.run()
	pinned, renamed := w.assets()["PINNED"].ID, w.assets()["RENAMED"].ID
	require.NoError(t, w.engine.Pin(t.Context(), dovetail.PinRequest{By: ada, Asset: pinned, Field: store.NameField}))
	w.edit("RENAMED", func(a *store.Asset) { a.Name = "Reception" })
	w.fake.put(kindDevice, device("d1", "PINNED-2"), device("d2", "RENAMED-2"))
	w.run()
	require.Equal(t, map[string]dovetail.FieldState{"PINNED/Name": dovetail.FieldPinned, "Reception/Name": dovetail.FieldReported}, w.drift())
	w.quiet()

	n, err := w.engine.TakeUpstream(t.Context(), dovetail.TakeUpstreamRequest{By: ada, Integration: fakeOne, Layout: w.layout.ID, Field: store.NameField})
	require.NoError(t, err)
	require.Equal(t, 1, n, "what is pinned stays")
	w.run()
	require.Contains(t, w.assets(), "RENAMED-2")
	require.Contains(t, w.assets(), "PINNED")
	list := w.overwritten()
	require.Len(t, list, 1)
	require.Equal(t, store.NameField, list[0].Field)
	require.Equal(t, "Reception", list[0].Value.String())
	w.quiet()

	require.NoError(t, w.engine.PinOverwritten(t.Context(), dovetail.OverwrittenRequest{By: ada, Seq: list[0].Seq}))
	back, err := w.docs.Asset(t.Context(), renamed)
	require.NoError(t, err)
	require.Equal(t, "Reception", back.Name)
	w.quiet()
	require.NoError(t, w.engine.Unpin(t.Context(), dovetail.PinRequest{By: ada, Asset: pinned, Field: store.NameField}))
	w.run()
	require.Contains(t, w.assets(), "PINNED-2")
	w.quiet()
}

// A crash between the write and its note: the person's value is on the list all
// the same, once.
func TestAPersonsValueIsKeptAcrossACrash(t *testing.T) {
	t.Parallel()
	lost := false
	docs := &losing{lose: func() bool { return lost }}
	w := modelled(t, store.EditUpstream, func(c *dovetail.Config) {
		docs.Documents = c.Store.Documents()
		c.Store = losingStore{c.Store, docs}
	})
	w.types("PC", 1, "by hand")
	lost = true
	w.run()
	lost = false
	require.Equal(t, "M1", w.value("PC", 1), "it was written")
	require.Empty(t, w.overwritten(), "and not noted")
	w.run()
	list := w.overwritten()
	require.Len(t, list, 1)
	require.Equal(t, "by hand", list[0].Value.String())
	w.quiet()

	w.types("PC", 1, "again")
	w.fake.put(kindDevice, device("d1", "PC", "model", "M2", "serial", "SN-0001"))
	s := w.settings()
	w.save(s)
	n, err := w.engine.TakeUpstream(t.Context(), dovetail.TakeUpstreamRequest{By: ada, Integration: fakeOne, Layout: w.layout.ID, Field: w.layout.Fields[1].ID})
	require.NoError(t, err)
	require.Equal(t, 1, n)
	lost = true
	w.run()
	lost = false
	w.types("PC", 1, "and once more") // after the write, before anybody knows of it
	w.run()
	var values []string
	for _, o := range w.overwritten() {
		values = append(values, o.Value.String())
	}
	require.Contains(t, values, "again", "what was there before may have been written over")
}

// losing is a platform whose updates happen, and whose answers get lost.
type losing struct {
	store.Documents
	lose func() bool
}

func (l *losing) UpdateAsset(ctx context.Context, p store.AssetPatch, intent store.Intent) (store.Asset, error) {
	asset, err := l.Documents.UpdateAsset(ctx, p, intent)
	if err == nil && l.lose() {
		return store.Asset{}, errors.New("the answer was lost")
	}
	return asset, err
}

type losingStore struct {
	store.Store
	docs store.Documents
}

func (s losingStore) Documents() store.Documents { return s.docs }
