package dovetail_test

import (
	"context"
	"fmt"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/dovetail-sync/dovetail"
	"github.com/dovetail-sync/dovetail/connector"
	"github.com/dovetail-sync/dovetail/store"
)

// doubtful is a world on a platform without intents that loses the answer to
// every create while it is told to, having done the work or not.
type doubtful struct {
	*fakeWorld
	lose, work bool
}

func newDoubtful(t *testing.T) *doubtful {
	d := &doubtful{}
	h := &hooked{
		create: func(_ store.NewAsset, do func() (store.Asset, error)) (store.Asset, error) { return lose(d, do) },
		company: func(do func() (store.Company, error)) (store.Company, error) {
			return lose(d, do)
		},
	}
	fake := &fakeConnector{}
	fake.get = fake.found
	d.fakeWorld = newFakeWorld(t, fake, hook(h))
	can := store.Capabilities{Versions: true, MoveCompany: true}
	h.capabilities = &can
	return d
}

func lose[T any](d *doubtful, do func() (T, error)) (T, error) {
	var none T
	if d.lose && !d.work {
		return none, errLost
	}
	made, err := do()
	if d.lose {
		return none, errLost
	}
	return made, err
}

// uncertain returns the creates that are in doubt.
func (d *doubtful) uncertain() []store.OpenWrite {
	d.t.Helper()
	open, err := d.engine.Uncertain(d.t.Context(), fakeOne)
	require.NoError(d.t, err)
	return open
}

// inDoubt loses the answer to the create of one device.
func (d *doubtful) inDoubt(work bool) store.OpenWrite {
	d.t.Helper()
	d.fake.put(kindDevice, device("1", "PC-1", "serial", "SN-0001"))
	d.lose, d.work = true, work
	require.Equal(d.t, 1, d.run().Apply.Outcomes[store.OutcomeUncertain])
	d.lose = false
	require.Len(d.t, d.uncertain(), 1)
	require.Contains(d.t, d.uncertain()[0].Problem, errLost.Error())
	return d.uncertain()[0]
}

func (d *doubtful) resolve(req dovetail.ResolveRequest) error {
	req.By, req.Integration = ada, fakeOne
	return d.engine.Resolve(d.t.Context(), req)
}

func TestAnUncertainCreateIsLookedForAfterTheSettleTimeOnly(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		d := newDoubtful(t)
		d.inDoubt(true)
		time.Sleep(9 * time.Minute)
		d.run()
		require.Zero(t, d.uncertain()[0].Looked, "the platform may still be at work")
		require.Equal(t, dovetail.ReasonUncertain, d.reason("1"))
		time.Sleep(time.Minute)
		d.run()
		require.Empty(t, d.uncertain())
		require.Len(t, d.assets(), 1)
		card := d.card("1")
		require.Equal(t, d.assets()["PC-1"].ID, card.Asset)
		require.Equal(t, store.OriginCreated, card.Origin)
		require.Equal(t, "SN-0001", card.Wrote[d.layout.Fields[0].ID].Value.String())
		require.NotEmpty(t, card.Run, "the run that wrote it")
	})
}

func TestAnUncertainCreateThatWasNotMadeIsMadeOnAPersonsWordOnly(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		d := newDoubtful(t)
		open := d.inDoubt(false)
		for range 5 {
			time.Sleep(24 * time.Hour)
			d.run()
			require.Empty(t, d.assets(), "it was made again by itself")
		}
		require.NotZero(t, d.uncertain()[0].Looked)
		require.NoError(t, d.resolve(dovetail.ResolveRequest{Intent: open.Intent, NotMade: true}))
		require.Empty(t, d.uncertain())
		require.Equal(t, store.RunOK, d.run().Run.State)
		require.Len(t, d.assets(), 1)
		require.ErrorIs(t, d.resolve(dovetail.ResolveRequest{Intent: open.Intent, NotMade: true}), store.ErrNotFound)
	})
}

// Two assets that could be it: a person documented the device at the same time.
func TestSeveralThatAnUncertainCreateMayHaveMadeAreAPersonsChoice(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		d := newDoubtful(t)
		open := d.inDoubt(true)
		_, err := d.db.Documents().CreateAsset(t.Context(), store.NewAsset{
			Company: d.company, Layout: d.layout.ID, Name: "pc 1",
			Values: store.Values{d.layout.Fields[0].ID: connector.Text("sn-0001")},
		}, store.Intent{})
		require.NoError(t, err)
		other, err := d.db.Documents().CreateAsset(t.Context(), store.NewAsset{
			Company: d.company, Layout: d.layout.ID, Name: "PC-1",
			Values: store.Values{d.layout.Fields[0].ID: connector.Text("another serial")},
		}, store.Intent{})
		require.NoError(t, err)
		time.Sleep(time.Hour)
		d.run()
		require.Len(t, d.uncertain()[0].Candidates, 2, "the one with another serial is no candidate")
		require.NotContains(t, d.uncertain()[0].Candidates, string(other.ID))
		picked := store.AssetID(d.uncertain()[0].Candidates[0])

		for name, req := range map[string]dovetail.ResolveRequest{
			"nothing":   {Intent: open.Intent},
			"two words": {Intent: open.Intent, Asset: picked, NotMade: true},
			"a company": {Intent: open.Intent, Company: d.company},
		} {
			require.ErrorIs(t, d.resolve(req), store.ErrRefused, name)
		}
		require.ErrorIs(t, d.resolve(dovetail.ResolveRequest{Intent: open.Intent, Asset: "asset-99"}), store.ErrNotFound)
		require.NoError(t, d.resolve(dovetail.ResolveRequest{Intent: open.Intent, Asset: picked}))
		require.Equal(t, picked, d.card("1").Asset)
		require.Equal(t, store.OriginLinked, d.card("1").Origin, "a person said so")
		require.Equal(t, store.RunOK, d.run().Run.State)
		require.Empty(t, d.uncertain())
	})
}

func TestWhatWasThereBeforeIsNotTakenForAnUncertainCreate(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		d := newDoubtful(t)
		old, err := d.db.Documents().CreateAsset(t.Context(), store.NewAsset{Company: d.company, Layout: d.layout.ID, Name: "Old"}, store.Intent{})
		require.NoError(t, err)
		time.Sleep(time.Hour)
		d.inDoubt(false)
		require.NoError(t, d.db.Platform().EditAsset(old.ID, func(a *store.Asset) {
			a.Name, a.Values = "PC-1", store.Values{d.layout.Fields[0].ID: connector.Text("SN-0001")}
		}))
		time.Sleep(time.Hour)
		d.run()
		require.Len(t, d.uncertain(), 1)
		require.Empty(t, d.uncertain()[0].Candidates)
	})
}

func TestAnUncertainCompanyIsNotCreatedASecondTime(t *testing.T) {
	t.Parallel()
	for _, work := range []bool{true, false} {
		t.Run(fmt.Sprint("made ", work), func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				d := newDoubtful(t)
				d.fake.put(kindOrg, connector.Record{Key: "o1", Name: "Acme Ltd"}, connector.Record{Key: "o2", Name: "Birch Inc"})
				d.run()
				create := func() error {
					decided, err := d.engine.Decide(t.Context(), dovetail.DecideRequest{By: ada, Integration: fakeOne, Decisions: []dovetail.Decision{{Key: "o2", Verdict: dovetail.VerdictCreate}}})
					require.NoError(t, err)
					return decided[0].Err
				}
				d.lose, d.work = true, work
				require.ErrorIs(t, create(), errLost)
				d.lose = false
				err := create()
				require.ErrorIs(t, err, store.ErrRefused)
				time.Sleep(time.Hour)
				d.run()
				if work {
					require.Empty(t, d.uncertain())
					require.ErrorIs(t, create(), dovetail.ErrChanged, "it was found, and is matched")
				} else {
					require.ErrorContains(t, create(), "can't be told")
					require.NoError(t, d.resolve(dovetail.ResolveRequest{Intent: d.uncertain()[0].Intent, NotMade: true}))
					require.NoError(t, create())
				}
				companies := 0
				for _, err := range d.db.Documents().Companies(t.Context()) {
					require.NoError(t, err)
					companies++
				}
				require.Equal(t, 2, companies)
			})
		})
	}
}

// A platform that didn't take the write has not made anything: nothing is in
// doubt. It is left alone after a few tries all the same.
func TestAPlatformThatIsUnavailableLeavesNothingInDoubt(t *testing.T) {
	t.Parallel()
	down := true
	h := &hooked{create: func(_ store.NewAsset, do func() (store.Asset, error)) (store.Asset, error) {
		if down {
			return store.Asset{}, fmt.Errorf("%w: connection refused", store.ErrUnavailable)
		}
		return do()
	}}
	fake := &fakeConnector{}
	w := newFakeWorld(t, fake, hook(h))
	h.capabilities = &store.Capabilities{}
	var records []connector.Record
	for i := range 30 {
		records = append(records, device(fmt.Sprint(i), fmt.Sprintf("PC-%d", i)))
	}
	fake.put(kindDevice, records...)
	report, err := w.trySync()
	require.ErrorIs(t, err, store.ErrUnavailable)
	require.Equal(t, 10, report.Apply.Outcomes[store.OutcomeFailed], "then the rest is left for later")
	open, err := w.engine.Uncertain(context.Background(), fakeOne)
	require.NoError(t, err)
	require.Empty(t, open)
	down = false
	require.Equal(t, store.RunOK, w.run().Run.State)
	require.Len(t, w.assets(), 30)
}
