package dovetail_test

import (
	"context"
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/dovetail-sync/dovetail"
	"github.com/dovetail-sync/dovetail/connector"
	"github.com/dovetail-sync/dovetail/store"
	"github.com/dovetail-sync/dovetail/syncro"
	"github.com/dovetail-sync/dovetail/syncro/syncrotest"
)

func TestAPreviewSaysWhatAnImportWouldDoAndDecidesNothing(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	company, err := w.docs.CreateCompany(t.Context(), store.NewCompany{Name: "Acme"}, store.Intent{ID: "by hand", By: ada})
	require.NoError(t, err)
	w.byHand(company.ID, w.devices, "Old name", store.Values{w.devices.Fields[0].ID: connector.Text("SN-0001")})
	for _, name := range []string{"TWIN A", "TWIN B"} { // both could be the same one
		w.byHand(company.ID, w.devices, name, store.Values{w.devices.Fields[0].ID: connector.Text("SN-0002")})
	}
	w.account.AddAsset(syncrotest.Asset{ID: 11, CustomerID: 1, Name: "PC-1", Type: "Desktop", Serial: "SN-0001"})
	w.account.AddAsset(syncrotest.Asset{ID: 12, CustomerID: 1, Name: "TWIN", Type: "Desktop", Serial: "SN-0002"})
	w.account.AddAsset(syncrotest.Asset{ID: 13, CustomerID: 1, Name: "PC-3", Type: "Desktop", Serial: "SN-0003"})
	w.account.AddAsset(syncrotest.Asset{ID: 21, CustomerID: 2, Name: "PC-4", Type: "Desktop", Serial: "SN-0004"})
	w.sync()
	before := written(w.db)
	previews, err := w.engine.Preview(t.Context(), dovetail.PreviewRequest{
		By: ada, Integration: syncroOne, Assume: []dovetail.Assumption{{Key: "2"}, {Key: "1", Company: company.ID}},
	})
	require.NoError(t, err)
	require.Len(t, previews, 2)
	require.Equal(t, "Birch Inc", previews[0].Name)
	require.Equal(t, "creates 1", previews[0].String())
	require.Equal(t, "creates 1, attaches 1, 1 unclear", previews[1].String())
	require.Equal(t, 3, previews[1].Simulation.Records)
	after := written(w.db)
	for _, table := range []string{"documents", "card", "journal entry", "match", "plan", "change"} {
		require.Equal(t, before[table], after[table], table)
	}
	require.NotEqual(t, store.MatchMatched, w.match(1).State)

	// What was announced is what happens.
	w.decide(1, dovetail.VerdictMatch, company.ID)
	report := w.sync()
	require.Equal(t, map[store.Action]int{store.ActionCreate: 1, store.ActionAttach: 1}, onlyAssets(report.Plan.Counts))
	require.Equal(t, dovetail.ReasonAmbiguous, w.disposition(12))
	require.Empty(t, w.row(syncro.KindAsset, 21).Data, "what nobody matched is forgotten by the next read")
	w.quiet()
}

// onlyAssets leaves the company's details out of a plan's counts.
func onlyAssets(counts map[store.Action]int) map[store.Action]int {
	delete(counts, store.ActionDetails)
	return counts
}

func TestAPreviewThatCannotBeWholeIsAnError(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.sync()
	ask := func(a dovetail.Assumption) error {
		_, err := w.engine.Preview(t.Context(), dovetail.PreviewRequest{By: ada, Integration: syncroOne, Assume: []dovetail.Assumption{a}})
		return err
	}
	require.ErrorIs(t, ask(dovetail.Assumption{Key: "1", Company: "company-99"}), store.ErrNotFound)
	require.ErrorIs(t, ask(dovetail.Assumption{Key: "99"}), store.ErrNotFound)
	archived := w.companyHere("Put away", store.Details{})
	require.NoError(t, w.db.Platform().EditCompany(archived, func(c *store.Company) { c.Archived = true }))
	require.ErrorIs(t, ask(dovetail.Assumption{Key: "1", Company: archived}), store.ErrRefused)
	ids := w.create(1)
	require.ErrorContains(t, ask(dovetail.Assumption{Key: "1"}), "unmatch it first")
	require.NoError(t, ask(dovetail.Assumption{Key: "1", Company: ids[0]}), "what is decided already can be asked too")
}

func TestEachPreviewIsForItself(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	shared := w.companyHere("Group", store.Details{})
	for id, customer := range map[int64]int64{11: 1, 12: 1, 21: 2} {
		w.account.AddAsset(syncrotest.Asset{ID: id, CustomerID: customer, Name: fmt.Sprint("PC-", id), Type: "Desktop"})
	}
	w.sync()
	previews, err := w.engine.Preview(t.Context(), dovetail.PreviewRequest{
		By: ada, Integration: syncroOne, Assume: []dovetail.Assumption{{Key: "1", Company: shared}, {Key: "2", Company: shared}},
	})
	require.NoError(t, err)
	require.Equal(t, []string{"creates 2", "creates 1"}, []string{previews[0].String(), previews[1].String()})
}

func TestAPreviewOfAReadThatStoppedIsAnError(t *testing.T) {
	t.Parallel()
	w := newFakeWorld(t, &fakeConnector{})
	w.reads(func(context.Context, connector.ReadRequest) reading {
		return func(yield func(connector.Page, error) bool) { yield(connector.Page{Records: devices(2)}, nil) }
	})
	_, err := w.engine.Preview(t.Context(), dovetail.PreviewRequest{By: ada, Integration: fakeOne, Assume: []dovetail.Assumption{{Key: "o1", Company: w.company}}})
	require.Equal(t, connector.CodeIncomplete, connector.CodeOf(err), "what didn't come would be missing in it")
}
