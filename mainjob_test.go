package dovetail_test

import (
	"context"
	"errors"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/dovetail-sync/dovetail"
	"github.com/dovetail-sync/dovetail/connector"
	"github.com/dovetail-sync/dovetail/store"
	"github.com/dovetail-sync/dovetail/syncro"
	"github.com/dovetail-sync/dovetail/syncro/syncrotest"
)

func TestTheFirstRunReadsOnlyCompaniesAndKeepsOnlyEvidence(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.account.UpdateCustomer(1, func(c *syncrotest.Customer) { c.Notes = "owes us money" })
	w.account.AddContact(syncrotest.Contact{ID: 10, CustomerID: 1, Name: "Ann"})
	report := w.sync()
	require.Len(t, report.Read.Kinds, 1)
	require.Empty(t, report.Plan.ID)
	row := w.row(syncro.KindCustomer, 1)
	require.Equal(t, "Acme Ltd", row.Name)
	require.Contains(t, string(row.Data), "555 0100")
	require.NotContains(t, string(row.Data), "owes us")

	w.create(2)
	w.sync()
	stranger := w.row(syncro.KindContact, 10)
	require.Empty(t, stranger.Name, "a contact of an unmatched company is counted and not known")
	require.Nil(t, stranger.Data)
	require.Equal(t, 1, w.match(1).Counts[syncro.KindContact])
}

func TestRecordsLandByRuleAndDefaultAndASecondRunWritesNothing(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.sync()
	companies := w.create(1, 2)
	w.account.AddContact(syncrotest.Contact{ID: 10, CustomerID: 1, Name: "Ann Archer", Email: "ann@acme.example"})
	w.account.AddAsset(syncrotest.Asset{ID: 20, CustomerID: 1, Name: "PC-1", Type: "Desktop", Serial: "SERIAL-0001", Properties: map[string]any{"Make": "Dell"}})
	w.account.AddAsset(syncrotest.Asset{ID: 21, CustomerID: 1, Name: "PRN-1", Type: "Printer", Serial: "SERIAL-0002"})
	w.account.AddAsset(syncrotest.Asset{ID: 22, CustomerID: 2, Name: "PC-1", Type: "Desktop"})
	report := w.sync()
	require.Equal(t, 4, report.Apply.Done())
	acme := w.assets(companies[0])
	require.Equal(t, w.people.ID, acme["Ann Archer"].Layout)
	require.Equal(t, w.printers.ID, acme["PRN-1"].Layout)
	require.Equal(t, w.devices.ID, acme["PC-1"].Layout)
	require.Equal(t, "SERIAL-0001", acme["PC-1"].Values[w.devices.Fields[0].ID].String())
	require.Equal(t, "Dell", acme["PC-1"].Values[w.devices.Fields[1].ID].String())
	require.Len(t, w.assets(companies[1]), 1)
	w.quiet()
}

func TestChangesUpstreamAreTheOnlyOnesWritten(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.sync()
	companies := w.create(1, 2)
	for id, name := range map[int64]string{20: "STAYS", 21: "RENAMED", 22: "MOVED", 23: "TOUCHED", 24: "GONE"} {
		w.account.AddAsset(syncrotest.Asset{ID: id, CustomerID: 1, Name: name, Type: "Desktop"})
	}
	w.sync()
	touched := w.assets(companies[0])["TOUCHED"]
	require.NoError(t, w.db.Platform().EditAsset(touched.ID, func(a *store.Asset) {
		a.Values = store.Values{w.devices.Fields[2].ID: connector.Text("Acme's safe code is on the back")}
	}))
	w.quiet()

	w.account.UpdateAsset(21, func(a *syncrotest.Asset) { a.Name = "NEWNAME" })
	w.account.MoveAsset(22, 2)
	w.account.MoveAsset(23, 2)
	w.account.DeleteAsset(24)
	w.account.UpdateCustomer(2, func(c *syncrotest.Customer) { c.BusinessName = "Birch and Sons" })
	w.account.AddAsset(syncrotest.Asset{ID: 25, CustomerID: 1, Name: "NEW", Type: "Desktop"})
	report := w.sync()
	require.Equal(t, map[string]dovetail.ReasonCode{
		"details customer 2": dovetail.ReasonDetailsChanged,
		"update asset 21":    dovetail.ReasonChanged,
		"move asset 22":      dovetail.ReasonMoved,
		"detach asset 23":    dovetail.ReasonMovedAway,
		"create asset 23":    dovetail.ReasonMovedTouched,
		"orphan asset 24":    dovetail.ReasonGone,
		"create asset 25":    dovetail.ReasonNew,
	}, w.changes(report.Plan.ID))

	birch := w.assets(companies[1])
	require.Contains(t, birch, "MOVED")
	require.Empty(t, birch["TOUCHED"].Values, "what people of one company wrote never goes to another")
	acme := w.assets(companies[0])
	require.Contains(t, acme, "TOUCHED")
	require.Contains(t, acme, "GONE")
	require.Equal(t, store.CardOrphaned, w.card(syncro.KindAsset, 24).State)
	company, err := w.docs.Company(t.Context(), companies[1])
	require.NoError(t, err)
	require.Equal(t, "Birch and Sons", company.Name)
	w.quiet()
}

func TestWhatIsDocumentedAlreadyIsFoundAndPeoplesWordsStay(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.sync()
	acme := w.create(1)[0]
	serial, mk, notes := w.devices.Fields[0].ID, w.devices.Fields[1].ID, w.devices.Fields[2].ID
	bySerial := w.byHand(acme, w.devices, "Server in the cellar", store.Values{serial: connector.Text("abc-12345"), notes: connector.Text("mind the step")})
	byMail := w.byHand(acme, w.people, "A. Archer", store.Values{w.people.Fields[0].ID: connector.Text("Ann@Acme.example")})
	w.byHand(acme, w.devices, "TWIN-A", store.Values{serial: connector.Text("TWIN-SERIAL")})
	w.byHand(acme, w.devices, "TWIN-B", store.Values{serial: connector.Text("TWIN-SERIAL")})
	w.byHand(acme, w.printers, "Old printer", store.Values{w.printers.Fields[0].ID: connector.Text("ELSE-0001")})
	w.account.AddAsset(syncrotest.Asset{ID: 20, CustomerID: 1, Name: "SRV-1", Type: "Server", Serial: "ABC-12345", Properties: map[string]any{"Make": "HP"}})
	w.account.AddContact(syncrotest.Contact{ID: 10, CustomerID: 1, Name: "Ann Archer", Email: "ann@acme.example"})
	w.account.AddAsset(syncrotest.Asset{ID: 21, CustomerID: 1, Name: "TW", Type: "Server", Serial: "TWIN-SERIAL"})
	w.account.AddAsset(syncrotest.Asset{ID: 22, CustomerID: 1, Name: "ELSE", Type: "Server", Serial: "ELSE-0001"})
	before := len(w.assets(acme))
	w.sync()
	after := w.assets(acme)
	require.Equal(t, bySerial.ID, w.card(syncro.KindAsset, 20).Asset)
	require.Equal(t, byMail.ID, w.card(syncro.KindContact, 10).Asset)
	claimed := after["Server in the cellar"]
	require.Equal(t, "abc-12345", claimed.Values[serial].String(), "the person's spelling stays")
	require.Equal(t, "HP", claimed.Values[mk].String(), "a blank is filled")
	require.Equal(t, "mind the step", claimed.Values[notes].String())
	require.NotEqual(t, dovetail.ReasonHere, w.disposition(21))
	require.Equal(t, dovetail.ReasonElsewhere, w.disposition(22))
	require.LessOrEqual(t, len(after), before+1, "at most the record whose key proves nothing is made")
	w.quiet()
}

func TestAPersonsEditOfAFedValueGivesWayAndIsKept(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.sync()
	acme := w.create(1)[0]
	w.account.AddAsset(syncrotest.Asset{ID: 20, CustomerID: 1, Name: "PC", Type: "Desktop", Serial: "SERIAL-0001", Properties: map[string]any{"Make": "Dell"}})
	w.sync()
	require.NoError(t, w.db.Platform().EditAsset(w.assets(acme)["PC"].ID, func(a *store.Asset) {
		a.Name = "Reception"
		a.Values[w.devices.Fields[1].ID] = connector.Text("Dell, refurbished")
	}))
	w.account.UpdateAsset(20, func(a *syncrotest.Asset) {
		a.Name, a.Serial = "PC-NEW", "SERIAL-0009"
		a.Properties = map[string]any{"Make": "HP"}
	})
	w.sync()
	asset := w.assets(acme)["Reception"]
	require.Equal(t, "HP", asset.Values[w.devices.Fields[1].ID].String(), "upstream wins")
	require.Equal(t, "SERIAL-0009", asset.Values[w.devices.Fields[0].ID].String(), "what nobody touched follows")
	var kept []string
	for o, err := range w.engine.Overwritten(t.Context(), store.OverwrittenQuery{}) {
		require.NoError(t, err)
		kept = append(kept, o.Value.String())
	}
	require.Equal(t, []string{"Dell, refurbished"}, kept, "and nothing of a person's is lost; the name stays")
	w.quiet()
}

func TestWhatPeoplePutAwayIsNotMadeAgain(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.sync()
	acme := w.create(1)[0]
	w.account.AddAsset(syncrotest.Asset{ID: 20, CustomerID: 1, Name: "DELETED", Type: "Desktop"})
	w.account.AddAsset(syncrotest.Asset{ID: 21, CustomerID: 1, Name: "ARCHIVED", Type: "Desktop"})
	w.sync()
	assets := w.assets(acme)
	require.NoError(t, w.db.Platform().DeleteAsset(assets["DELETED"].ID))
	require.NoError(t, w.db.Platform().EditAsset(assets["ARCHIVED"].ID, func(a *store.Asset) { a.Archived = true }))
	w.account.UpdateAsset(20, func(a *syncrotest.Asset) { a.Name = "DELETED-2" })
	w.account.UpdateAsset(21, func(a *syncrotest.Asset) { a.Name = "ARCHIVED-2" })
	report := w.sync()
	require.Equal(t, map[string]dovetail.ReasonCode{"bury asset 20": dovetail.ReasonDeletedHere}, w.changes(report.Plan.ID))
	require.Equal(t, dovetail.ReasonDeletedHere, w.disposition(20))
	require.Equal(t, dovetail.ReasonArchivedHere, w.disposition(21))
	require.Len(t, w.assets(acme), 1)
	w.quiet()
}

func TestASkippedTypeIsKnownByItsIDAndFreezesWhatIsHere(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.sync()
	acme := w.create(1)[0]
	phones := w.account.AddAssetType("Phone")
	w.account.AddAsset(syncrotest.Asset{ID: 20, CustomerID: 1, Name: "PHONE-1", Type: "Phone"})
	w.sync()
	w.test()
	s := w.settings()
	s.SkipTypes = []store.SkipType{{Kind: syncro.KindAsset, Name: "phone"}}
	w.save(s)
	w.sync()
	require.Equal(t, store.CardFrozen, w.card(syncro.KindAsset, 20).State)
	w.account.RenameAssetType(phones, "VoIP Phone")
	w.account.AddAsset(syncrotest.Asset{ID: 21, CustomerID: 1, Name: "PHONE-2", Type: "VoIP Phone"})
	w.sync()
	require.Equal(t, dovetail.ReasonSkippedType, w.disposition(21))
	require.Len(t, w.assets(acme), 1)
	s.SkipTypes = nil
	w.save(s)
	w.sync()
	require.Equal(t, store.CardActive, w.card(syncro.KindAsset, 20).State)
	require.Len(t, w.assets(acme), 2)
	w.quiet()
}

func TestUnmatchingFreezesAndMatchingAgainRevives(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.sync()
	acme := w.create(1)[0]
	w.account.AddAsset(syncrotest.Asset{ID: 20, CustomerID: 1, Name: "PC", Type: "Desktop"})
	w.sync()
	w.decide(1, dovetail.VerdictUnmatch, "")
	w.sync()
	require.Equal(t, store.CardFrozen, w.card(syncro.KindAsset, 20).State)
	require.Len(t, w.assets(acme), 1)
	w.sync()
	w.decide(1, dovetail.VerdictMatch, acme)
	w.sync()
	require.Equal(t, store.CardActive, w.card(syncro.KindAsset, 20).State)
	require.Len(t, w.assets(acme), 1, "no twin")
	w.quiet()
}

func TestAReadThatShrinksImplausiblyCreatesAndRemovesNothing(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.sync()
	w.create(1)
	for id := int64(100); id < 140; id++ {
		w.account.AddAsset(syncrotest.Asset{ID: id, CustomerID: 1, Name: "PC" + string(key(id)), Type: "Desktop"})
	}
	w.sync()
	for id := int64(100); id < 120; id++ {
		w.account.DeleteAsset(id)
	}
	w.account.AddAsset(syncrotest.Asset{ID: 200, CustomerID: 1, Name: "NEW", Type: "Desktop"})
	w.byHand(w.match(1).Company, w.devices, "By hand", store.Values{w.devices.Fields[0].ID: connector.Text("HAND-0001")})
	w.account.AddAsset(syncrotest.Asset{ID: 201, CustomerID: 1, Name: "CLAIMS", Type: "Desktop", Serial: "HAND-0001"})
	report, err := w.engine.Sync(t.Context(), dovetail.SyncRequest{By: ada, Integration: syncroOne})
	require.NoError(t, err)
	require.Equal(t, store.RunPartial, report.Run.State, "never shown as a success")
	require.Zero(t, report.Plan.Changes, w.changes(report.Plan.ID))
	require.Equal(t, dovetail.ReasonReadIncomplete, w.disposition(200))
	require.Equal(t, dovetail.ReasonReadIncomplete, w.disposition(201), "another record with that serial may not have come")
	w.addUp()
}

func TestAMissingRightLeavesItsKindAloneAndNamesIt(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.sync()
	w.create(1)
	w.account.AddAsset(syncrotest.Asset{ID: 20, CustomerID: 1, Name: "PC", Type: "Desktop"})
	w.account.AddContact(syncrotest.Contact{ID: 10, CustomerID: 1, Name: "Ann"})
	w.sync()
	w.account.Deny(syncrotest.AssetsList)
	w.account.UpdateContact(10, func(c *syncrotest.Contact) { c.Name = "Ann Archer" })
	report, err := w.engine.Sync(t.Context(), dovetail.SyncRequest{By: ada, Integration: syncroOne})
	require.NoError(t, err)
	require.Equal(t, store.RunPartial, report.Run.State)
	require.ErrorContains(t, report.Read.Kinds[2].Err, "Assets - List/Search")
	require.Equal(t, 1, report.Apply.Done(), "contacts go on")
	require.Equal(t, store.CardActive, w.card(syncro.KindAsset, 20).State, "nothing is taken for gone")
}

func TestDecisionsAreCheckedAgainstWhatThePersonSaw(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.sync()
	seen := w.match(1).Revision
	w.decide(1, dovetail.VerdictIgnore, "")
	late, err := w.tryDecide(dovetail.Decision{Key: "1", Revision: seen, Verdict: dovetail.VerdictCreate})
	require.NoError(t, err)
	require.ErrorIs(t, late.Err, dovetail.ErrChanged)
	require.ErrorContains(t, late.Err, "Ada")
	w.create(2)
	w.account.AddCustomer(syncrotest.Customer{ID: 3, BusinessName: "BIRCH, INC."})
	w.sync()
	same, err := w.tryDecide(dovetail.Decision{Key: "3", Verdict: dovetail.VerdictCreate})
	require.NoError(t, err)
	require.ErrorIs(t, same.Err, store.ErrRefused)
	require.ErrorContains(t, same.Err, "match it instead")
	require.Equal(t, store.MatchSuggested, w.match(3).State)
}

func TestAPlanIsRepeatableWritesNothingAndGoesStale(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.sync()
	w.create(1)
	w.account.AddAsset(syncrotest.Asset{ID: 20, CustomerID: 1, Name: "PC", Type: "Desktop"})
	_, err := w.engine.Read(t.Context(), dovetail.ReadRequest{By: ada, Integration: syncroOne})
	require.NoError(t, err)
	writes := w.db.Platform().Writes()
	plan := func() store.Plan {
		p, err := w.engine.Plan(t.Context(), dovetail.PlanRequest{By: ada, Integration: syncroOne})
		require.NoError(t, err)
		return p
	}
	first, second := plan(), plan()
	require.Equal(t, first.Fingerprint, second.Fingerprint)
	require.Equal(t, 1, first.Changes)
	require.Equal(t, writes, w.db.Platform().Writes())
	apply := func(p store.Plan) (dovetail.ApplyReport, error) {
		return w.engine.Apply(t.Context(), dovetail.ApplyRequest{By: ada, Plan: p.ID})
	}
	w.create(2)
	_, err = apply(first)
	require.ErrorIs(t, err, dovetail.ErrStalePlan)
	third, fourth := plan(), plan()
	report, err := apply(third)
	require.NoError(t, err)
	require.Equal(t, 1, report.Done())
	again, err := apply(third)
	require.NoError(t, err)
	require.Equal(t, 1, again.Done(), "applying again reports the same and does nothing")
	_, err = apply(fourth)
	require.ErrorIs(t, err, dovetail.ErrStalePlan)
	w.quiet()
}

// troubled is a platform that fails on purpose.
type troubled struct {
	store.Documents
	create func(a store.NewAsset, then func() (store.Asset, error)) (store.Asset, error)
	caps   func(*store.Capabilities)
}

func (d *troubled) CreateAsset(ctx context.Context, a store.NewAsset, i store.Intent) (store.Asset, error) {
	return d.create(a, func() (store.Asset, error) { return d.Documents.CreateAsset(ctx, a, i) })
}

func (d *troubled) Capabilities() store.Capabilities {
	caps := d.Documents.Capabilities()
	if d.caps != nil {
		d.caps(&caps)
	}
	return caps
}

// halves is a store of two halves.
type halves struct {
	docs   store.Documents
	ledger store.Ledger
}

func (h halves) Documents() store.Documents { return h.docs }
func (h halves) Ledger() store.Ledger       { return h.ledger }

func TestACreateThatTimedOutAfterItsWorkIsFoundAndNotRepeated(t *testing.T) {
	t.Parallel()
	for _, intents := range []bool{true, false} {
		d := &troubled{caps: func(c *store.Capabilities) { c.Intents = intents }}
		d.create = func(_ store.NewAsset, then func() (store.Asset, error)) (store.Asset, error) {
			if _, err := then(); err != nil {
				return store.Asset{}, err
			}
			return store.Asset{}, errors.New("timeout")
		}
		w := newWorld(t, func(c *dovetail.Config) {
			d.Documents = c.Store.Documents()
			c.Store = halves{docs: d, ledger: c.Store.Ledger()}
		})
		w.sync()
		acme := w.create(1)[0]
		w.account.AddAsset(syncrotest.Asset{ID: 20, CustomerID: 1, Name: "PC", Type: "Desktop"})
		report, err := w.engine.Sync(t.Context(), dovetail.SyncRequest{By: ada, Integration: syncroOne})
		require.NoError(t, err)
		require.Equal(t, 1, report.Apply.Outcomes[store.OutcomeUncertain])
		require.Equal(t, dovetail.ReasonUncertain, w.disposition(20))
		w.sync()
		require.Len(t, w.assets(acme), 1, "never a second one")
		if intents {
			require.Equal(t, dovetail.ReasonHere, w.disposition(20))
			require.Equal(t, store.CardActive, w.card(syncro.KindAsset, 20).State)
		} else {
			require.Equal(t, dovetail.ReasonUncertain, w.disposition(20))
		}
		w.addUp()
	}
}

func TestOneRecordThatIsRefusedLeavesTheOthers(t *testing.T) {
	t.Parallel()
	refusing := true
	d := &troubled{}
	d.create = func(a store.NewAsset, then func() (store.Asset, error)) (store.Asset, error) {
		if refusing && a.Name == "BAD" {
			return store.Asset{}, errors.Join(store.ErrRefused, errors.New("no"))
		}
		return then()
	}
	w := newWorld(t, func(c *dovetail.Config) {
		d.Documents = c.Store.Documents()
		c.Store = halves{docs: d, ledger: c.Store.Ledger()}
	})
	w.sync()
	acme := w.create(1)[0]
	for id, name := range map[int64]string{20: "GOOD-1", 21: "BAD", 22: "GOOD-2"} {
		w.account.AddAsset(syncrotest.Asset{ID: id, CustomerID: 1, Name: name, Type: "Desktop"})
	}
	report, err := w.engine.Sync(t.Context(), dovetail.SyncRequest{By: ada, Integration: syncroOne})
	require.NoError(t, err)
	require.Equal(t, store.RunPartial, report.Run.State)
	require.Equal(t, 2, report.Apply.Done())
	require.Equal(t, dovetail.ReasonFailed, w.disposition(21))
	refusing = false
	w.sync()
	require.Len(t, w.assets(acme), 3)
	w.quiet()
}

func TestStoppingEndsARunAndTheNextGoesOn(t *testing.T) {
	t.Parallel()
	ctx, stop := context.WithCancel(t.Context())
	made := 0
	d := &troubled{}
	d.create = func(_ store.NewAsset, then func() (store.Asset, error)) (store.Asset, error) {
		if made++; made == 5 {
			stop()
		}
		return then()
	}
	w := newWorld(t, func(c *dovetail.Config) {
		d.Documents = c.Store.Documents()
		c.Store = halves{docs: d, ledger: c.Store.Ledger()}
	})
	w.sync()
	acme := w.create(1)[0]
	for id := int64(100); id < 200; id++ {
		w.account.AddAsset(syncrotest.Asset{ID: id, CustomerID: 1, Name: "PC" + string(key(id)), Type: "Desktop"})
	}
	report, err := w.engine.Sync(ctx, dovetail.SyncRequest{By: ada, Integration: syncroOne})
	require.ErrorIs(t, err, context.Canceled)
	require.Equal(t, store.RunCutOff, report.Run.State)
	require.Less(t, made, 100)
	w.sync()
	require.Len(t, w.assets(acme), 100)
	w.quiet()
}

func TestAReadOfOneCompanyIsNoReadOfAll(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.sync()
	w.create(1, 2)
	w.account.AddAsset(syncrotest.Asset{ID: 20, CustomerID: 1, Name: "PC", Type: "Desktop"})
	only := []connector.Key{"1"}
	_, err := w.engine.Read(t.Context(), dovetail.ReadRequest{By: ada, Integration: syncroOne, Companies: only})
	require.NoError(t, err)
	counts := func(companies ...connector.Key) int {
		p, err := w.engine.Plan(t.Context(), dovetail.PlanRequest{By: ada, Integration: syncroOne, Companies: companies})
		require.NoError(t, err)
		return p.Counts[store.ActionCreate]
	}
	require.Equal(t, 1, counts("1"))
	require.Zero(t, counts())
	require.Zero(t, counts("1", "2"))
	w.sync()
	w.quiet()
}
