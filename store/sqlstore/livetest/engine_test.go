package livetest_test

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/dovetail-sync/dovetail"
	"github.com/dovetail-sync/dovetail/connector"
	"github.com/dovetail-sync/dovetail/store"
	"github.com/dovetail-sync/dovetail/store/sqlstore"
	"github.com/dovetail-sync/dovetail/syncro"
	"github.com/dovetail-sync/dovetail/syncro/syncrotest"
)

const syncroOne = store.IntegrationID("syncro-1")

var ada = store.Person("42", "Ada")

// host is an engine over a database, with a Syncro of its own.
type host struct {
	t       *testing.T
	account *syncrotest.Account
	pool    *sql.DB
	db      *sqlstore.Store
	docs    *unruly
	engine  *dovetail.Engine
	layout  store.Layout
}

// unruly are documents whose creates a test can have fail.
type unruly struct {
	store.Documents
	create func(ctx context.Context, a store.NewAsset, do func() (store.Asset, error)) (store.Asset, error)
	// lost is asked after each update that was kept: true, and whoever waits for
	// it gets an error all the same. Nil never does.
	lost func() bool
}

func (u *unruly) CreateAsset(ctx context.Context, a store.NewAsset, intent store.Intent) (store.Asset, error) {
	do := func() (store.Asset, error) { return u.Documents.CreateAsset(ctx, a, intent) }
	if u.create == nil {
		return do()
	}
	return u.create(ctx, a, do)
}

type unrulyStore struct {
	store.Store
	docs *unruly
}

func (s unrulyStore) Documents() store.Documents { return s.docs }

func (s unrulyStore) Ledger() store.Ledger { return unrulyLedger{s.Store.Ledger(), s.docs} }

// unrulyLedger is a ledger whose answers get lost.
type unrulyLedger struct {
	store.Ledger
	docs *unruly
}

func (l unrulyLedger) Update(ctx context.Context, fn func(ctx context.Context, w store.Writer) error) error {
	err := l.Ledger.Update(ctx, fn)
	if err == nil && l.docs.lost != nil && l.docs.lost() {
		return errors.New("the connection broke after the commit")
	}
	return err
}

func newHost(t *testing.T, d database, assets int) *host {
	t.Helper()
	pool := d.open(t)()
	s, err := openDB(t, sqlstore.Config{DB: pool, Dialect: d.dialect, Sealer: sealer(t)}).Account("msp")
	require.NoError(t, err)
	h := &host{t: t, pool: pool, db: s, docs: &unruly{Documents: s.Documents()}}
	h.account, err = syncrotest.New(syncrotest.Options{Seed: 7, Customers: 6, Contacts: 30, Assets: assets})
	require.NoError(t, err)
	h.layout, err = s.Documents().CreateLayout(t.Context(), store.NewLayout{Name: "Things", Fields: []store.Field{
		{Name: "Serial", Type: store.FieldText, Means: connector.MeansSerial}, {Name: "E-mail", Type: store.FieldEmail, Means: connector.MeansEmail},
	}}, store.Intent{ID: "layout", By: ada})
	require.NoError(t, err)
	h.start()
	_, err = h.engine.SaveSettings(t.Context(), dovetail.SettingsRequest{By: ada, Integration: syncroOne, Connector: "syncro", Settings: dovetail.Settings{
		Config: connector.Config{
			Values:  map[string]string{"domain": "example.syncromsp.com"},
			Secrets: map[string]connector.Secret{"api_key": connector.NewSecret(h.account.Token())},
		},
		DefaultLayouts: map[connector.Kind]store.LayoutID{syncro.KindContact: h.layout.ID, syncro.KindAsset: h.layout.ID},
		Connected: []store.ConnectedField{
			{Kind: syncro.KindAsset, Layout: h.layout.ID, Field: h.layout.Fields[0].ID, Sources: []string{"serial"}},
			{Kind: syncro.KindContact, Layout: h.layout.ID, Field: h.layout.Fields[1].ID, Sources: []string{"email"}},
		},
	}})
	require.NoError(t, err)
	_, err = h.engine.TestConnection(t.Context(), dovetail.TestRequest{By: ada, Integration: syncroOne})
	require.NoError(t, err)
	return h
}

// start starts an engine, as a process does.
func (h *host) start() {
	h.t.Helper()
	var err error
	h.engine, err = dovetail.New(dovetail.Config{
		Store: unrulyStore{h.db, h.docs}, Connectors: []connector.Connector{syncro.New()}, Sealer: sealer(h.t),
		Upstream: func(store.IntegrationID) dovetail.Upstream {
			return dovetail.Upstream{RoundTripper: h.account.RoundTripper()}
		},
		Pace: func(context.Context, string) error { return nil },
	})
	require.NoError(h.t, err)
}

func (h *host) sync() dovetail.SyncReport {
	h.t.Helper()
	report, err := h.engine.Sync(h.t.Context(), dovetail.SyncRequest{By: ada, Integration: syncroOne})
	require.NoError(h.t, err)
	return report
}

// createAll makes a company for every upstream one.
func (h *host) createAll() {
	h.t.Helper()
	for row, err := range h.engine.MatchedCompanies(h.t.Context(), syncroOne) {
		require.NoError(h.t, err)
		decided, err := h.engine.Decide(h.t.Context(), dovetail.DecideRequest{By: ada, Integration: syncroOne, Decisions: []dovetail.Decision{
			{Key: row.ID.Key, Revision: row.Revision, Verdict: dovetail.VerdictCreate},
		}})
		require.NoError(h.t, err)
		if decided[0].Err != nil { // two upstream of one name
			require.ErrorIs(h.t, decided[0].Err, store.ErrRefused)
		}
	}
}

// assets counts the assets by company and name.
func (h *host) assets() (count map[string]int, all int) {
	h.t.Helper()
	count = map[string]int{}
	for c, err := range h.db.Documents().Companies(h.t.Context()) {
		require.NoError(h.t, err)
		for a, err := range h.db.Documents().Assets(h.t.Context(), c.ID) {
			require.NoError(h.t, err)
			count[fmt.Sprintf("%s/%s/%s", c.Name, a.Name, a.Values[h.layout.Fields[0].ID])]++
			all++
		}
	}
	return count, all
}

// requireTrue requires that every record is accounted for and that another run
// changes nothing.
func (h *host) requireTrue() {
	h.t.Helper()
	report := h.sync()
	require.Zero(h.t, report.Plan.Changes)
	for one, err := range h.engine.Reconcile(h.t.Context(), syncroOne) {
		require.NoError(h.t, err)
		require.True(h.t, one.AddsUp(), "%s: %s", one.Name, one)
	}
	open, err := h.engine.Uncertain(h.t.Context(), syncroOne)
	require.NoError(h.t, err)
	require.Empty(h.t, open)
}

func TestTheEngineRunsOverADatabase(t *testing.T) {
	t.Parallel()
	eachDatabase(t, func(t *testing.T, d database) {
		h := newHost(t, d, 200)
		h.sync()
		h.createAll()
		report := h.sync()
		require.Greater(t, report.Apply.Done(), 150)
		_, all := h.assets()
		require.Greater(t, all, 150)
		h.requireTrue()
		h.start()
		h.requireTrue()
	})
}

// On a platform in the ledger's database a change that the database itself
// refuses undoes the transaction that it is in. The others are written all the
// same, also where an answer is lost meanwhile, and are not tried for ever.
func TestAChangeThatBreaksTheTransactionLeavesTheOthers(t *testing.T) {
	t.Parallel()
	eachDatabase(t, func(t *testing.T, d database) {
		const assets = 400 // several transactions
		h := newHost(t, d, assets)
		h.sync()
		h.createAll()
		seen, broken := make(map[string]bool), make(map[string]bool)
		calls, kept, made := 0, 0, 0
		h.docs.lost = func() bool { // of every other update that made something
			if made > 0 {
				kept++
			}
			lost := made > 0 && kept%2 == 0
			made = 0
			return lost
		}
		h.docs.create = func(ctx context.Context, a store.NewAsset, do func() (store.Asset, error)) (store.Asset, error) {
			calls++
			if !seen[a.Name] {
				seen[a.Name] = true
				broken[a.Name] = slices.Contains([]int{1, 130, 131, 290}, len(seen))
			}
			if !broken[a.Name] {
				made++
				return do()
			}
			if _, err := do(); err != nil { // it is written, and must not stay
				return store.Asset{}, err
			}
			tx, ok := store.TxOf(ctx)
			if !ok {
				return store.Asset{}, errors.New("the call is not part of an update")
			}
			_, err := tx.Exec(ctx, "INSERT INTO no_such_table VALUES (1)")
			return store.Asset{}, err
		}
		report := h.sync()
		require.Positive(t, report.Apply.Outcomes[store.OutcomeFailed])
		// What was to be put on the same asset, or linked with it, waits.
		outcomes := report.Apply.Outcomes
		require.Equal(t, report.Plan.Changes, report.Apply.Done()+outcomes[store.OutcomeFailed]+outcomes[store.OutcomeStale])
		require.Contains(t, fmt.Sprint(report.Apply.Problems), "no_such_table")
		count, _ := h.assets()
		failed := 0
		for name, is := range broken {
			if !is {
				continue
			}
			failed++
			for made := range count {
				require.NotContains(t, made, "/"+name+"/", "half of it was kept")
			}
		}
		require.Equal(t, 4, failed)
		require.Less(t, calls, 4*assets)
		h.docs.create, h.docs.lost = nil, nil
		h.sync()
		h.requireTrue()
	})
}

// Where Update itself fails in the end it may have been kept all the same.
func TestWhatWasKeptWithoutAnAnswerIsNotMadeTwice(t *testing.T) {
	t.Parallel()
	eachDatabase(t, func(t *testing.T, d database) {
		var want map[string]int
		for _, every := range []int{0, 1, 2, 3} {
			h := newHost(t, d, 600) // several transactions
			h.sync()
			h.createAll()
			made, updates := 0, 0
			h.docs.create = func(_ context.Context, _ store.NewAsset, do func() (store.Asset, error)) (store.Asset, error) {
				made++
				return do()
			}
			h.docs.lost = func() bool { // of an update that made something
				if made == 0 {
					return false
				}
				made = 0
				updates++
				return every > 0 && updates%every == 0
			}
			report := h.sync()
			require.Equal(t, report.Plan.Changes, report.Apply.Done(), "%v", report.Apply.Outcomes)
			h.docs.create, h.docs.lost = nil, nil
			h.requireTrue()
			count, _ := h.assets()
			if every == 0 {
				want = count // as it is where every answer comes
			}
			require.Equal(t, want, count)
		}
	})
}

// errEnd ends an engine in the middle of its work.
var errEnd = errors.New("the process ended")

// TestAJointPlatformIsNeverInDoubt ends the engine after each create in turn,
// within the transaction and before its end.
func TestAJointPlatformIsNeverInDoubt(t *testing.T) {
	t.Parallel()
	eachDatabase(t, func(t *testing.T, d database) {
		h := newHost(t, d, 60)
		h.sync()
		h.createAll()
		for crash := 1; crash <= 12; crash++ {
			made := 0
			h.docs.create = func(_ context.Context, _ store.NewAsset, do func() (store.Asset, error)) (store.Asset, error) {
				a, err := do()
				if made++; made == crash*7 {
					panic(errEnd)
				}
				return a, err
			}
			func() {
				defer func() {
					if r := recover(); r != nil {
						require.Equal(t, errEnd, r)
					}
				}()
				h.sync()
			}()
			h.docs.create = nil
			h.start()
			require.NoError(t, h.db.Ledger().View(t.Context(), func(_ context.Context, r store.Reader) error {
				for o, err := range r.OpenWrites(syncroOne) {
					require.NoError(t, err)
					t.Errorf("in doubt: %+v", o)
				}
				return nil
			}))
		}
		h.sync()
		h.requireTrue()
		_, all := h.assets()
		carded := make(map[store.AssetID]bool) // a device that is twice upstream has two cards on one asset
		require.NoError(t, h.db.Ledger().View(t.Context(), func(_ context.Context, r store.Reader) error {
			for card, err := range r.Cards(syncroOne) {
				require.NoError(t, err)
				carded[card.Asset] = true
			}
			return nil
		}))
		require.Len(t, carded, all, "an asset without a card, or the other way round")
	})
}
