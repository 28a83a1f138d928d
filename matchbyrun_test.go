package dovetail_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/dovetail-sync/dovetail"
	"github.com/dovetail-sync/dovetail/connector"
	"github.com/dovetail-sync/dovetail/store"
	"github.com/dovetail-sync/dovetail/syncro"
	"github.com/dovetail-sync/dovetail/syncro/syncrotest"
)

// certain is a world that matches the certain companies by itself, and a company
// here that Cedar (3) is certain to be.
func certain(t *testing.T, change func(s *dovetail.Settings)) (w *world, cedar store.CompanyID) {
	w = newWorld(t)
	s := w.settings()
	s.MatchCertain = true
	if change != nil {
		change(&s)
	}
	w.save(s)
	cedar = w.companyHere("Cedar & Sons GmbH", store.Details{Phone: "+1 (555) 010-2222"})
	w.account.AddCustomer(syncrotest.Customer{ID: 3, BusinessName: "CEDAR AND SONS, GmbH", Phone: "555 010 2222"})
	w.account.AddAsset(syncrotest.Asset{ID: 20, CustomerID: 3, Name: "PC"})
	return w, cedar
}

func TestTheCertainOnesAreMatchedByALaterRunAndNeverByTheFirst(t *testing.T) {
	t.Parallel()
	w, cedar := certain(t, nil)
	report := w.sync()
	require.True(t, report.Read.First)
	require.Equal(t, store.MatchSuggested, w.match(3).State, "the first suggestions are for people")
	require.Equal(t, store.GroupAutomatic, w.match(3).Group)
	w.read()
	require.Equal(t, store.MatchSuggested, w.match(3).State, "a person who only reads matches nothing")
	report = w.sync()
	m := w.match(3)
	require.Equal(t, store.MatchMatched, m.State)
	require.Equal(t, cedar, m.Company)
	require.True(t, m.Primary)
	require.Equal(t, store.RunActor(report.Run.ID), m.By, "the run decided")
	require.Equal(t, []string{"match certain"}, w.events(3))
	require.Contains(t, w.assets(cedar), "PC", "and its records come at once")
	require.Len(t, w.companies(), 1, "nothing is created by itself")
	require.Equal(t, store.MatchUnmatched, w.match(1).State)
	w.sync()
	w.quiet()
}

func TestTheCertainOnesAreLeftToPeopleUnlessTheSettingsSayOtherwise(t *testing.T) {
	t.Parallel()
	w, _ := certain(t, func(s *dovetail.Settings) { s.MatchCertain = false })
	for range 3 {
		w.sync()
		require.Equal(t, store.MatchSuggested, w.match(3).State)
	}
}

func TestARunNeverMatchesWhatAPersonTookBackOrRejected(t *testing.T) {
	t.Parallel()
	for name, say := range map[string]func(w *world, cedar store.CompanyID){
		"unmatched": func(w *world, cedar store.CompanyID) {
			w.decide(3, dovetail.VerdictMatch, cedar)
			w.decide(3, dovetail.VerdictUnmatch, "")
		},
		"undone": func(w *world, cedar store.CompanyID) {
			w.decide(3, dovetail.VerdictMatch, cedar)
			w.decide(3, dovetail.VerdictUndo, "")
		},
		"ignored":  func(w *world, _ store.CompanyID) { w.decide(3, dovetail.VerdictIgnore, "") },
		"rejected": func(w *world, cedar store.CompanyID) { w.decide(3, dovetail.VerdictReject, cedar) },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w, cedar := certain(t, nil)
			w.sync()
			say(w, cedar)
			w.sync()
			w.sync()
			require.NotEqual(t, store.MatchMatched, w.match(3).State)
			require.Equal(t, ada, w.match(3).By)
		})
	}
}

func TestWhereEachCompanyMayHaveOneASecondIsRefused(t *testing.T) {
	t.Parallel()
	w, cedar := certain(t, func(s *dovetail.Settings) { s.OneToOne = true })
	w.sync()
	w.decide(1, dovetail.VerdictMatch, cedar)
	done, err := w.tryDecide(dovetail.Decision{Key: "2", Revision: w.match(2).Revision, Verdict: dovetail.VerdictMatch, Company: cedar})
	require.NoError(t, err)
	require.ErrorIs(t, done.Err, store.ErrRefused)
	require.ErrorContains(t, done.Err, `"Acme Ltd" is matched to it already`)
	require.Equal(t, store.MatchUnmatched, w.match(2).State)
	w.sync()
	w.sync()
	require.NotEqual(t, store.MatchMatched, w.match(3).State, "a run keeps to it too")
	w.decide(1, dovetail.VerdictUnmatch, "")
	w.decide(2, dovetail.VerdictMatch, cedar)
	w.decide(2, dovetail.VerdictMatch, cedar) // the same again is no second one
	w.account.DeleteCustomer(2)
	w.sync()
	w.decide(1, dovetail.VerdictMatch, cedar) // one that is gone is none
}

func TestWhatThePlatformsOwnIntegrationKnowsMakesNoSecondOneWhereOneIsWanted(t *testing.T) {
	t.Parallel()
	w, cedar := certain(t, func(s *dovetail.Settings) { s.OneToOne = true })
	w.sync()
	w.decide(1, dovetail.VerdictMatch, cedar)
	require.NoError(t, w.db.Platform().EditCompany(cedar, func(c *store.Company) {
		c.Foreign = []store.ExternalRef{{System: "syncro", Kind: string(syncro.KindCustomer), ID: "2"}}
	}))
	w.sync()
	require.NotEqual(t, store.MatchMatched, w.match(2).State)
	w.decide(1, dovetail.VerdictUnmatch, "")
	w.sync()
	require.Equal(t, cedar, w.match(2).Company)
}

func TestWhatThePlatformsOwnIntegrationKnowsIsAdoptedBeforeAnythingIsMatched(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	platform := w.db.Platform()
	ref := func(kind connector.Kind, id string) []store.ExternalRef {
		return []store.ExternalRef{{System: "ninja", Kind: string(kind), ID: id}, {System: "syncro", Kind: string(kind), ID: id}}
	}
	acme := w.companyHere("A company of another name", store.Details{})
	rival := w.companyHere("Acme Ltd", store.Details{Phone: "555 0100"})
	birch := w.companyHere("Twice", store.Details{})
	twice := w.companyHere("Twice again", store.Details{})
	away := w.companyHere("Put away", store.Details{})
	for id, key := range map[store.CompanyID]string{acme: "1", birch: "2", twice: "2", away: "3"} {
		require.NoError(t, platform.EditCompany(id, func(c *store.Company) { c.Foreign = ref(syncro.KindCustomer, key); c.Archived = id == away }))
	}
	w.account.AddCustomer(syncrotest.Customer{ID: 3, BusinessName: "Cedar"})
	for id, name := range map[int64]string{20: "ADOPTED", 21: "TWICE", 22: "AWAY", 23: "NEW", 24: "SERIAL"} {
		w.account.AddAsset(syncrotest.Asset{ID: id, CustomerID: 1, Name: name, Serial: "SERIAL-" + name})
	}
	serial := w.devices.Fields[0].ID
	adopted := w.byHand(acme, w.printers, "Theirs", store.Values{w.printers.Fields[0].ID: connector.Text("SERIAL-SERIAL")})
	w.writeOn(adopted.ID, func(a *store.Asset) { a.Foreign = ref(syncro.KindAsset, "20") })
	for _, name := range []string{"One", "Other"} {
		w.writeOn(w.byHand(acme, w.devices, name, nil).ID, func(a *store.Asset) { a.Foreign = ref(syncro.KindAsset, "21") })
	}
	w.writeOn(w.byHand(acme, w.devices, "Away", nil).ID, func(a *store.Asset) { a.Foreign, a.Archived = ref(syncro.KindAsset, "22"), true })
	writes := platform.Writes()

	report := w.sync()
	require.Empty(t, report.Plan.ID, "the first run imports nothing")
	require.Equal(t, writes, platform.Writes())
	require.Equal(t, acme, w.match(1).Company, "not the one of the same name and phone")
	require.NotEqual(t, rival, w.match(1).Company)
	require.Equal(t, store.RunActor(report.Run.ID), w.match(1).By)
	require.Equal(t, []string{"adopt"}, w.events(1))
	require.NotEqual(t, store.MatchMatched, w.match(2).State, "on two companies it is a question")
	require.Equal(t, away, w.match(3).Company)
	require.True(t, w.match(3).ArchivedHere)

	report = w.sync()
	require.Equal(t, dovetail.ReasonAdopted, w.changes(report.Plan.ID)["attach asset 20"])
	card := w.card(syncro.KindAsset, 20)
	require.Equal(t, adopted.ID, card.Asset, "in whatever layout, and whatever its serial number says")
	require.Equal(t, store.OriginLinked, card.Origin)
	require.Equal(t, "Theirs", w.assets(acme)["Theirs"].Name)
	require.Equal(t, dovetail.ReasonAmbiguous, w.disposition(21))
	require.Equal(t, dovetail.ReasonArchivedHere, w.disposition(22))
	require.Equal(t, "SERIAL-NEW", w.assets(acme)["NEW"].Values[serial].String())
	require.Equal(t, dovetail.ReasonAmbiguous, w.disposition(24), "the asset is taken by another one than its serial number says")
	w.sync()
	w.quiet()
}

func TestReferencesAreNotBelievedWhileTwoIntegrationsReadTheSameKindOfSystem(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	_, err := w.engine.SaveSettings(t.Context(), dovetail.SettingsRequest{By: ada, Integration: "syncro-2", Connector: "syncro", Settings: w.settings()})
	require.NoError(t, err)
	acme := w.companyHere("A company of another name", store.Details{})
	require.NoError(t, w.db.Platform().EditCompany(acme, func(c *store.Company) {
		c.Foreign = []store.ExternalRef{{System: "syncro", Kind: string(syncro.KindCustomer), ID: "1"}}
	}))
	w.sync()
	require.Equal(t, store.MatchUnmatched, w.match(1).State)
}
