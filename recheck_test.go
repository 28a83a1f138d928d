package dovetail_test

import (
	"context"
	"iter"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/dovetail-sync/dovetail"
	"github.com/dovetail-sync/dovetail/connector"
	"github.com/dovetail-sync/dovetail/store"
)

// unversioned is a platform that keeps no versions, and takes every write.
type unversioned struct{ store.Documents }

func (u unversioned) Capabilities() store.Capabilities {
	can := u.Documents.Capabilities()
	can.Versions = false
	return can
}

func (u unversioned) Asset(ctx context.Context, id store.AssetID) (store.Asset, error) {
	a, err := u.Documents.Asset(ctx, id)
	a.Version = ""
	return a, err
}

func (u unversioned) Assets(ctx context.Context, company store.CompanyID) iter.Seq2[store.Asset, error] {
	return func(yield func(store.Asset, error) bool) {
		for a, err := range u.Documents.Assets(ctx, company) {
			a.Version = ""
			if !yield(a, err) {
				return
			}
		}
	}
}

func (u unversioned) Companies(ctx context.Context) iter.Seq2[store.Company, error] {
	return func(yield func(store.Company, error) bool) {
		for c, err := range u.Documents.Companies(ctx) {
			c.Version = ""
			if !yield(c, err) {
				return
			}
		}
	}
}

// withoutVersions puts such a platform in front.
func withoutVersions(c *dovetail.Config) {
	c.Store = platformStore{c.Store, unversioned{c.Store.Documents()}}
}

func TestWithoutVersionsAnEditBetweenPlanAndApplyIsNoticedByWhatIsThere(t *testing.T) {
	t.Parallel()
	serial, model := 0, 1
	for name, tt := range map[string]struct {
		edit  func(w *fakeWorld)
		stale bool
	}{
		"nothing":                     {func(*fakeWorld) {}, false},
		"a value that is written":     {func(w *fakeWorld) { w.types("PC", model, "by hand") }, true},
		"a value that isn't":          {func(w *fakeWorld) { w.types("PC", serial, "SN-BY-HAND") }, false},
		"the name":                    {func(w *fakeWorld) { w.edit("PC", func(a *store.Asset) { a.Name = "Reception" }) }, true},
		"it was archived":             {func(w *fakeWorld) { w.edit("PC", func(a *store.Asset) { a.Archived = true }) }, true},
		"a value that it already has": {func(w *fakeWorld) { w.types("PC", model, "") }, true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newFakeWorld(t, &fakeConnector{}, withoutVersions)
			s := w.settings()
			s.AutoUpdateNames = true
			w.save(s)
			w.fake.put(kindDevice, device("d1", "PC", "model", "M1", "serial", "SN-0001"))
			w.run()
			w.fake.put(kindDevice, device("d1", "PC-2", "model", "M2", "serial", "SN-0001"))
			_, err := w.engine.Read(t.Context(), dovetail.ReadRequest{By: ada, Integration: fakeOne})
			require.NoError(t, err)
			plan, err := w.engine.Plan(t.Context(), dovetail.PlanRequest{By: ada, Integration: fakeOne})
			require.NoError(t, err)
			before := w.assets()["PC"]
			tt.edit(w)
			edited, err := w.docs.Asset(t.Context(), before.ID)
			require.NoError(t, err)
			report, err := w.engine.Apply(t.Context(), dovetail.ApplyRequest{By: ada, Plan: plan.ID})
			require.NoError(t, err)
			after, err := w.docs.Asset(t.Context(), before.ID)
			require.NoError(t, err)
			if tt.stale {
				require.Equal(t, map[store.OutcomeState]int{store.OutcomeStale: 1}, report.Outcomes)
				require.Equal(t, edited, after)
				return
			}
			require.Equal(t, map[store.OutcomeState]int{store.OutcomeDone: 1}, report.Outcomes, report.Problems)
			require.Equal(t, "M2", after.Values[w.layout.Fields[model].ID].String())
			require.Equal(t, "PC-2", after.Name)
		})
	}
}

func TestWithoutVersionsAMoveLooksAgainWhetherSomebodyTouchedTheAsset(t *testing.T) {
	t.Parallel()
	w, printers, settings := printing(t, withoutVersions)
	w.save(settings)
	require.NoError(t, w.confirm(w.run().Plan.ID))
	plan, err := w.engine.Plan(t.Context(), dovetail.PlanRequest{By: ada, Integration: fakeOne})
	require.NoError(t, err)
	require.Equal(t, map[store.Action]int{store.ActionRefile: 1}, plan.Counts)
	w.types("PRN", 1, "touched")
	report, err := w.engine.Apply(t.Context(), dovetail.ApplyRequest{By: ada, Plan: plan.ID})
	require.NoError(t, err)
	require.Equal(t, map[store.OutcomeState]int{store.OutcomeStale: 1}, report.Outcomes)
	require.NotEqual(t, printers.ID, w.assets()["PRN"].Layout)
}

func TestWithoutVersionsACompanysDetailsAreLookedAtAgain(t *testing.T) {
	t.Parallel()
	w := newFakeWorld(t, &fakeConnector{}, withoutVersions)
	w.run()
	phone := func(number string) {
		w.fake.put(kindOrg, connector.Record{Key: "o1", Name: "Acme Ltd", Fields: connector.Fields{"phone": connector.Text(number)}})
		_, err := w.engine.Read(t.Context(), dovetail.ReadRequest{By: ada, Integration: fakeOne})
		require.NoError(t, err)
	}
	phone("555 0100")
	w.run()
	phone("555 0101")
	plan, err := w.engine.Plan(t.Context(), dovetail.PlanRequest{By: ada, Integration: fakeOne})
	require.NoError(t, err)
	require.Equal(t, map[store.Action]int{store.ActionDetails: 1}, plan.Counts)
	require.NoError(t, w.db.Platform().EditCompany(w.company, func(c *store.Company) { c.Details.Phone = "by hand" }))
	report, err := w.engine.Apply(t.Context(), dovetail.ApplyRequest{By: ada, Plan: plan.ID})
	require.NoError(t, err)
	require.Equal(t, map[store.OutcomeState]int{store.OutcomeStale: 1}, report.Outcomes)
	here, err := w.docs.Company(t.Context(), w.company)
	require.NoError(t, err)
	require.Equal(t, "by hand", here.Details.Phone)
}
