package dovetail_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/dovetail-sync/dovetail"
	"github.com/dovetail-sync/dovetail/connector"
	"github.com/dovetail-sync/dovetail/store"
)

const fakeTwo = store.IntegrationID("fake-2")

// second is a second integration of the same host, with an upstream of its own
// whose one organisation is the same company.
type second struct {
	*fakeWorld
	fake *fakeConnector
}

// twoUpstreams is a world with two integrations.
func twoUpstreams(t *testing.T) (*fakeWorld, *second) {
	t.Helper()
	other := &fakeConnector{name: "other"}
	w := newFakeWorld(t, &fakeConnector{}, func(c *dovetail.Config) { c.Connectors = append(c.Connectors, other) })
	s := &second{fakeWorld: w, fake: other}
	other.put(kindOrg, connector.Record{Key: "o1", Name: "Acme Limited"})
	s.save(w.settings())
	report, err := w.engine.TestConnection(t.Context(), dovetail.TestRequest{By: ada, Integration: fakeTwo})
	require.NoError(t, err)
	require.True(t, report.OK())
	s.run()
	decided, err := w.engine.Decide(t.Context(), dovetail.DecideRequest{By: ada, Integration: fakeTwo, Decisions: []dovetail.Decision{{Key: "o1", Verdict: dovetail.VerdictMatch, Company: w.company}}})
	require.NoError(t, err)
	require.NoError(t, decided[0].Err)
	return w, s
}

func (s *second) save(settings dovetail.Settings) {
	s.t.Helper()
	i, _ := s.engine.Integration(s.t.Context(), fakeTwo)
	_, err := s.engine.SaveSettings(s.t.Context(), dovetail.SettingsRequest{By: ada, Integration: fakeTwo, Revision: i.Revision, Connector: "other", Settings: settings})
	require.NoError(s.t, err)
}

func (s *second) run() dovetail.SyncReport {
	s.t.Helper()
	report, err := s.engine.Sync(s.t.Context(), dovetail.SyncRequest{By: ada, Integration: fakeTwo})
	require.NoError(s.t, err)
	require.Equal(s.t, store.RunOK, report.Run.State, report.Run.Problems)
	return report
}

// quietBoth requires that neither writes anything any more.
func quietBoth(w *fakeWorld, s *second) {
	w.t.Helper()
	w.quiet()
	writes := w.db.Platform().Writes()
	require.Zero(w.t, s.run().Plan.Changes)
	require.Equal(w.t, writes, w.db.Platform().Writes())
	w.quiet()
}

func TestCardsOfTwoIntegrationsStackEachWithItsOwnValues(t *testing.T) {
	t.Parallel()
	w, s := twoUpstreams(t)
	settings := w.settings()
	settings.Connected = settings.Connected[:1] // the serial; the other one feeds the model
	w.save(settings)
	settings = w.settings()
	settings.Connected = settings.Connected[1:2]
	s.save(settings)
	w.fake.put(kindDevice, device("d1", "PC", "serial", "SN-0001", "model", "first"))
	s.fake.put(kindDevice, device("x9", "pc.local", "serial", "SN-0001", "model", "second"))
	w.run()
	s.run()
	require.Len(t, w.assets(), 1)
	require.Equal(t, "SN-0001", w.value("PC", 0))
	require.Equal(t, "second", w.value("PC", 1))
	quietBoth(w, s)
	w.fake.put(kindDevice, device("d1", "PC", "serial", "SN-0001", "model", "first, newer"))
	s.fake.put(kindDevice, device("x9", "pc.local", "serial", "SN-0001", "model", "second, newer"))
	w.run()
	s.run()
	require.Equal(t, "second, newer", w.value("PC", 1))
	require.Empty(t, w.overwritten(), "what another integration wrote is nobody's edit")
	quietBoth(w, s)
}

func TestAFieldThatTwoIntegrationsFeedIsTheFirstOnesUntilItEnds(t *testing.T) {
	t.Parallel()
	w, s := twoUpstreams(t)
	w.fake.put(kindDevice, device("d1", "PC", "serial", "SN-0001", "model", "first"))
	s.fake.put(kindDevice, device("x9", "pc.local", "serial", "SN-0001", "model", "second"))
	w.run()
	s.run()
	require.Equal(t, "first", w.value("PC", 1))
	report, err := w.engine.FieldReport(t.Context(), dovetail.FieldReportRequest{By: ada, Integration: fakeTwo})
	require.NoError(t, err)
	others := 0
	for _, row := range report.Fields {
		others += row.Counts[dovetail.FieldOther]
	}
	require.Equal(t, 1, others, "it is reported")
	quietBoth(w, s)
	for _, model := range []string{"second, newer", "second, newest"} {
		s.fake.put(kindDevice, device("x9", "pc.local", "serial", "SN-0001", "model", model))
		s.run()
		w.run()
		require.Equal(t, "first", w.value("PC", 1), "no flip-flop")
	}
	quietBoth(w, s)

	// A person's edit is written over by the one that feeds the field.
	w.types("PC", 1, "by hand")
	s.run()
	require.Equal(t, "by hand", w.value("PC", 1))
	w.run()
	require.Equal(t, "first", w.value("PC", 1))
	require.Len(t, w.overwritten(), 1)
	quietBoth(w, s)

	// Once the first one doesn't feed it any more, the other one does.
	settings := w.settings()
	settings.Connected = settings.Connected[:1]
	w.save(settings)
	w.run()
	s.run()
	require.Equal(t, "second, newest", w.value("PC", 1))
	require.Len(t, w.overwritten(), 1, "that was no person's")
	quietBoth(w, s)
	w.save(w.settings())
	w.run()
	require.Equal(t, "second, newest", w.value("PC", 1), "and it stays the other one's")
	quietBoth(w, s)
}

func TestACardThatHasEndedLeavesItsFieldsToTheOther(t *testing.T) {
	t.Parallel()
	w, s := twoUpstreams(t)
	w.fake.get = w.fake.found
	w.fake.put(kindDevice, device("d1", "PC", "serial", "SN-0001", "model", "first"), device("d2", "STAYS"))
	s.fake.put(kindDevice, device("x9", "pc.local", "serial", "SN-0001", "model", "second"))
	w.run()
	s.run()
	w.fake.put(kindDevice, device("d2", "STAYS"))
	w.run()
	require.Equal(t, store.CardOrphaned, w.card("d1").State)
	s.run()
	require.Equal(t, "second", w.value("PC", 1))
	require.Empty(t, w.overwritten())
	quietBoth(w, s)
	w.fake.put(kindDevice, device("d1", "PC", "serial", "SN-0001", "model", "first again"), device("d2", "STAYS"))
	w.run()
	s.run()
	require.Equal(t, "second", w.value("PC", 1), "it stays with the one that has it now")
	quietBoth(w, s)
}
