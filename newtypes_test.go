package dovetail_test

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/dovetail-sync/dovetail"
	"github.com/dovetail-sync/dovetail/connector"
	"github.com/dovetail-sync/dovetail/store"
)

// A type that no record had before is announced once, with its number: nobody
// wrote a rule for it.
func TestATypeThatWasNeverSeenBeforeIsAnnouncedWithItsCount(t *testing.T) {
	t.Parallel()
	w := newFakeWorld(t, &fakeConnector{})
	announced := func() (sentences []string) {
		report := w.run()
		require.Equal(t, store.RunOK, report.Run.State, report.Run.Problems)
		for _, note := range report.Plan.Notes {
			sentences = append(sentences, dovetail.Sentence(note))
		}
		return sentences
	}
	records := []connector.Record{typed("1", "PC-1", "Desktop"), typed("2", "PC-2", "Laptop")}
	w.fake.put(kindDevice, records...)
	require.Empty(t, announced(), "at first everything is new")
	w.quiet()
	records = append(records, typed("3", "PC-3", "laptop "), typed("4", "CAM-1", "Camera"), typed("5", "CAM-2", "Camera"), typed("6", "LATE", ""))
	w.fake.put(kindDevice, records...)
	plan, err := w.engine.Plan(t.Context(), dovetail.PlanRequest{By: ada, Integration: fakeOne})
	require.NoError(t, err)
	require.Empty(t, plan.Notes, "it wasn't read yet")
	require.Equal(t, []string{"type Camera was never seen before: 2 Devices have it, and go where rules and defaults say"}, announced())
	require.Len(t, w.assets(), 6)
	require.Empty(t, announced(), "once")
	w.quiet()
}

// A type that only unmatched companies had is no news.
func TestATypeThatAnotherCompanyHadIsNoNews(t *testing.T) {
	t.Parallel()
	w := newFakeWorld(t, &fakeConnector{})
	w.fake.put(kindOrg, connector.Record{Key: "o1", Name: "Acme Ltd"}, connector.Record{Key: "o2", Name: "Birch Inc"})
	strange := typed("9", "CAM-9", "Camera")
	strange.Container = "o2"
	w.fake.put(kindDevice, typed("1", "PC-1", "Desktop"), strange)
	w.sync()
	w.fake.put(kindDevice, typed("1", "PC-1", "Desktop"), strange, typed("2", "CAM-2", "Camera"))
	report := w.run()
	require.Equal(t, 1, report.Plan.Changes)
	require.Empty(t, report.Plan.Notes)
	w.quiet()
}

func TestATypeThatVanishesWhileItsRecordsHaveAnotherOneIsAskedAbout(t *testing.T) {
	t.Parallel()
	w := newFakeWorld(t, &fakeConnector{})
	s := w.settings()
	s.SkipTypes = []store.SkipType{{Kind: kindDevice, Name: "Phone"}}
	w.save(s)
	phones := func(names ...string) (records []connector.Record) {
		for i, name := range names {
			records = append(records, typed(fmt.Sprint("p", i), fmt.Sprint("PHONE-", i), name))
		}
		return append(records, typed("d1", "PC-1", "Desktop"))
	}
	asked := func() (sentences []string) {
		for _, note := range w.run().Plan.Notes {
			if note.Code == string(dovetail.ReasonTypeRenamed) {
				sentences = append(sentences, dovetail.Sentence(note))
			}
		}
		return sentences
	}
	w.fake.put(kindDevice, phones("Phone", "Phone", "Phone")...)
	require.Empty(t, asked())
	w.quiet()
	w.fake.put(kindDevice, phones("Phone", "VoIP Phone", "VoIP Phone")...)
	require.Empty(t, asked(), "the type is still there")
	w.fake.put(kindDevice, phones("VoIP Phone", "VoIP Phone", "VoIP Phone")...)
	require.Equal(t, []string{"no Devices have the type Phone any more, and 1 that had it are of type VoIP Phone now: renamed? (update rules and skip list)"}, asked())
	require.Empty(t, asked(), "once")

	w.fake.put(kindDevice, append(phones("VoIP Phone", "VoIP Phone", "VoIP Phone")[:3], typed("d1", "PC-1", "Workstation"))...)
	require.Equal(t, []string{"no Devices have the type Desktop any more, and 1 that had it are of type Workstation now: renamed? (update rules and skip list)"}, asked(), "also of what is here")
	w.quiet()
}
