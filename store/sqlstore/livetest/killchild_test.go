package livetest_test

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/dovetail-sync/dovetail"
	"github.com/dovetail-sync/dovetail/connector"
	"github.com/dovetail-sync/dovetail/store"
	"github.com/dovetail-sync/dovetail/store/sqlstore"
	"github.com/dovetail-sync/dovetail/syncro"
)

// engineEnv makes the test binary a host whose engine is killed. It holds its
// life, as JSON.
const engineEnv = "DOVETAIL_CRASH_ENGINE"

// life is what a host of another process lives on.
type life struct {
	// Target is its database.
	Target target
	// Upstream is the address of its Syncro, and Token the key to it.
	Upstream, Token string
	// Platform says what its documents can do.
	Platform string
	// Replica is the name of the process. Empty: "the only one".
	Replica string
	// Lease is the engine's.
	Lease time.Duration
}

// The platforms that an engine is killed over.
const (
	// platformJoint is in the ledger's database: calls are part of its updates.
	platformJoint = "in the ledger's database"
	// platformIntents is elsewhere, and can be asked what a write made.
	platformIntents = "that keeps intents"
	// platformBare is elsewhere, and can't.
	platformBare = "that keeps nothing"
)

// masked are documents that say that they can do less.
type masked struct {
	store.Documents
	can store.Capabilities
}

func (m masked) Capabilities() store.Capabilities { return m.can }

// maskedStore is a store whose documents are masked.
type maskedStore struct {
	store.Store
	docs masked
}

func (s maskedStore) Documents() store.Documents { return s.docs }

// platformOf is an account's store, as a life has it.
func platformOf(s *sqlstore.Store, platform string) store.Store {
	can := s.Documents().Capabilities()
	switch platform {
	case platformIntents:
		can.Joint = false
	case platformBare:
		can = store.Capabilities{Archive: true, MoveCompany: true, MoveLayout: true}
	}
	return maskedStore{s, masked{s.Documents(), can}}
}

// mortal is a host of a process that may be killed at any moment.
type mortal struct {
	store  store.Store
	engine *dovetail.Engine
}

// runEngine is the life of a host, or of what a killed one left: it sets up what
// isn't set up, syncs, has a company made for every upstream one, and syncs until
// nothing changes. It says each step that is behind it.
func runEngine(ctx context.Context, encoded string) error {
	var l life
	if err := json.Unmarshal([]byte(encoded), &l); err != nil {
		return err
	}
	db, _, err := l.Target.open(ctx)
	if err != nil {
		return err
	}
	account, err := db.Account("msp")
	if err != nil {
		return err
	}
	seal, err := store.NewAESSealer("test", store.AESKey{ID: "k1", Key: bytes.Repeat([]byte{7}, 32)})
	if err != nil {
		return err
	}
	m := &mortal{store: platformOf(account, l.Platform)}
	m.engine, err = dovetail.New(dovetail.Config{
		Store: m.store, Connectors: []connector.Connector{syncro.New()}, Sealer: seal, Replica: cmp.Or(l.Replica, "the only one"), Lease: l.Lease, SettleTime: time.Nanosecond,
		Upstream: func(store.IntegrationID) dovetail.Upstream { return dovetail.Upstream{Endpoint: l.Upstream} },
		Pace:     func(context.Context, string) error { return nil },
		OnEvent:  func(e dovetail.Event) { fmt.Println(e.Type) },
	})
	if err != nil {
		return err
	}
	for {
		err := m.live(ctx, l.Token)
		if !errors.Is(err, dovetail.ErrFenced) && !errors.Is(err, dovetail.ErrChanged) {
			return err
		}
		fmt.Println("overtaken") // by another replica: it begins again
	}
}

func (m *mortal) live(ctx context.Context, token string) error {
	if err := m.setUp(ctx, token); err != nil {
		return err
	}
	if _, err := m.sync(ctx); err != nil {
		return err
	}
	if err := m.createAll(ctx); err != nil {
		return err
	}
	return m.settleDown(ctx)
}

// setUp saves the settings and tests the connection, unless that is done.
func (m *mortal) setUp(ctx context.Context, token string) error {
	layout, err := m.store.Documents().CreateLayout(ctx, store.NewLayout{Name: "Things", Fields: []store.Field{
		{Name: "Serial", Type: store.FieldText, Means: connector.MeansSerial},
		{Name: "E-mail", Type: store.FieldEmail, Means: connector.MeansEmail},
		{Name: "Make", Type: store.FieldText},
	}}, store.Intent{ID: "layout", By: ada})
	if err != nil {
		return err
	}
	integration, err := m.engine.Integration(ctx, syncroOne)
	if errors.Is(err, store.ErrNotFound) {
		_, err = m.engine.SaveSettings(ctx, dovetail.SettingsRequest{By: ada, Integration: syncroOne, Connector: "syncro", Settings: dovetail.Settings{
			Config: connector.Config{
				Values:  map[string]string{"domain": "example.syncromsp.com"},
				Secrets: map[string]connector.Secret{"api_key": connector.NewSecret(token)},
			},
			DefaultLayouts:  map[connector.Kind]store.LayoutID{syncro.KindContact: layout.ID, syncro.KindAsset: layout.ID},
			AutoUpdateNames: true,
			Connected: []store.ConnectedField{
				{Kind: syncro.KindAsset, Layout: layout.ID, Field: layout.Fields[0].ID, Sources: []string{"serial"}},
				{Kind: syncro.KindContact, Layout: layout.ID, Field: layout.Fields[1].ID, Sources: []string{"email"}},
				{Kind: syncro.KindAsset, Layout: layout.ID, Field: layout.Fields[2].ID, Sources: []string{"manufacturer"}},
			},
		}})
	}
	if err != nil || integration.Connection.State == store.ConnectionOK {
		return err
	}
	_, err = m.engine.TestConnection(ctx, dovetail.TestRequest{By: ada, Integration: syncroOne})
	return err
}

func (m *mortal) sync(ctx context.Context) (dovetail.SyncReport, error) {
	return m.engine.Sync(ctx, dovetail.SyncRequest{By: ada, Integration: syncroOne})
}

// createAll makes a company for every upstream one that nobody decided about.
func (m *mortal) createAll(ctx context.Context) error {
	for row, err := range m.engine.MatchedCompanies(ctx, syncroOne) {
		if err != nil {
			return err
		}
		if row.Company != "" {
			continue
		}
		decided, err := m.engine.Decide(ctx, dovetail.DecideRequest{By: ada, Integration: syncroOne, Decisions: []dovetail.Decision{
			{Key: row.ID.Key, Revision: row.Revision, Verdict: dovetail.VerdictCreate},
		}})
		if err != nil {
			return err
		}
		if err := decided[0].Err; err != nil && !errors.Is(err, store.ErrRefused) { // refused: two upstream of one name
			return err
		}
		fmt.Println("company decided")
	}
	return nil
}

// settleDown syncs until nothing is left to be done, and says for a person what
// became of the creates that can't be told.
func (m *mortal) settleDown(ctx context.Context) error {
	for range 8 {
		report, err := m.sync(ctx)
		if err != nil {
			return err
		}
		answered, err := m.answer(ctx)
		if err != nil {
			return err
		}
		if answered == 0 && report.Plan.Changes == 0 {
			return nil
		}
		if err := m.createAll(ctx); err != nil {
			return err
		}
	}
	return errors.New("it doesn't come to rest")
}

// answer says that the creates whose outcome can't be told were not made, having
// looked.
func (m *mortal) answer(ctx context.Context) (answered int, err error) {
	uncertain, err := m.engine.Uncertain(ctx, syncroOne)
	if err != nil {
		return 0, err
	}
	for _, o := range uncertain {
		if made, err := m.made(ctx, o); err != nil || made {
			return 0, errors.Join(err, fmt.Errorf("a create that happened was not found: %+v", o))
		}
		if err := m.engine.Resolve(ctx, dovetail.ResolveRequest{By: ada, Integration: syncroOne, Intent: o.Intent, NotMade: true}); err != nil {
			return 0, err
		}
	}
	return len(uncertain), nil
}

// made reports whether what an open write would have made is here.
func (m *mortal) made(ctx context.Context, o store.OpenWrite) (bool, error) {
	if o.Company == "" {
		for c, err := range m.store.Documents().Companies(ctx) {
			if err != nil || c.Name == o.Name {
				return true, err
			}
		}
		return false, nil
	}
	carded := make(map[store.AssetID]bool)
	err := m.store.Ledger().View(ctx, func(_ context.Context, r store.Reader) error {
		for card, err := range r.CardsOf(o.Company) {
			if err != nil {
				return err
			}
			carded[card.Asset] = true
		}
		return nil
	})
	if err != nil {
		return false, err
	}
	for a, err := range m.store.Documents().Assets(ctx, o.Company) {
		if err != nil || a.Name == o.Name && !carded[a.ID] {
			return true, err
		}
	}
	return false, nil
}
