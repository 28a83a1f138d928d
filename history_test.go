package dovetail_test

import (
	"context"
	"fmt"
	"iter"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/require"

	"github.com/dovetail-sync/dovetail"
	"github.com/dovetail-sync/dovetail/store"
)

// listed is a list as it is shown: so many rows of it at most.
func listed[T any](t *testing.T, rows iter.Seq2[T, error], most int) (all []T) {
	t.Helper()
	for row, err := range rows {
		require.NoError(t, err)
		if all = append(all, row); len(all) == most {
			break
		}
	}
	return all
}

func TestPastRunsAndPlansAreListedFromTheLastToTheFirst(t *testing.T) {
	t.Parallel()
	const many = 140 // more than are read at once, twice
	w := newFakeWorld(t, &fakeConnector{})
	w.fake.put(kindDevice, device("1", "PC", "serial", "SN-0001"))
	runs := []store.Run{listed(t, w.engine.Runs(t.Context(), fakeOne, ""), 1)[0]}
	var plans []store.Plan
	for n := range many {
		w.fake.put(kindDevice, device("1", fmt.Sprintf("PC %d", n%3), "serial", "SN-0001"))
		report := w.run()
		runs, plans = append(runs, report.Run), append(plans, report.Plan)
	}
	by, err := w.engine.Plan(t.Context(), dovetail.PlanRequest{By: ada, Integration: fakeOne})
	require.NoError(t, err)
	plans = append(plans, by)
	slices.Reverse(runs)
	slices.Reverse(plans)

	listedRuns := listed(t, w.engine.Runs(t.Context(), fakeOne, ""), 0)
	require.Empty(t, cmp.Diff(runs, listedRuns[:len(runs)]))
	listedPlans := listed(t, w.engine.Plans(t.Context(), fakeOne, ""), 0)
	require.Len(t, listedPlans, len(plans))
	for i, plan := range listedPlans {
		require.Equal(t, plans[i].ID, plan.ID, "plan %d", i)
		require.Equal(t, plans[i].Fingerprint, plan.Fingerprint)
	}
	require.Equal(t, ada, listedPlans[0].By)
	require.Equal(t, store.PlanApplied, listedPlans[1].State)
	require.Equal(t, store.RunActor(runs[0].ID), listedPlans[1].By)

	var paged []store.Run
	for before := store.RunID(""); ; before = paged[len(paged)-1].ID {
		page := listed(t, w.engine.Runs(t.Context(), fakeOne, before), 30)
		paged = append(paged, page...)
		if len(page) < 30 {
			break
		}
	}
	require.Empty(t, cmp.Diff(listedRuns, paged))
	require.Empty(t, cmp.Diff(listedPlans[70:], listed(t, w.engine.Plans(t.Context(), fakeOne, listedPlans[69].ID), 0)))
	require.Empty(t, listed(t, w.engine.Runs(t.Context(), "fake-77", ""), 0))

	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	for run, err := range w.engine.Runs(ctx, fakeOne, "") {
		require.ErrorIs(t, err, context.Canceled)
		require.ErrorContains(t, err, "dovetail: runs of ")
		require.Empty(t, run)
	}
}
