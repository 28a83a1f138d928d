package dovetail_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"iter"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/dovetail-sync/dovetail"
	"github.com/dovetail-sync/dovetail/connector"
	"github.com/dovetail-sync/dovetail/store"
	"github.com/dovetail-sync/dovetail/store/storetest/restplatform"
)

// crasher ends the engine at one of its steps. A step is the time before or
// after a transaction of the ledger or a write to the platform.
type crasher struct {
	// at is the step that it ends at, from 1. Zero: at none.
	at, step int
	// last names the step at which it ended, dead says that it has.
	last string
	dead bool
}

var (
	errCrash = errors.New("the process ended")
	errDead  = errors.New("used after the process had ended")
)

func (c *crasher) point(what string) error {
	switch {
	case c.dead:
		return errDead
	case c.at == 0:
		return nil
	}
	if c.step++; c.step == c.at {
		c.dead, c.last = true, what
		panic(errCrash)
	}
	return nil
}

// around runs fn between two steps.
func around[T any](c *crasher, what string, fn func() (T, error)) (T, error) {
	var none T
	if err := c.point("before " + what); err != nil {
		return none, err
	}
	result, err := fn()
	if err := c.point("after " + what); err != nil {
		return none, err
	}
	return result, err
}

// crashing is a store whose every step is one of a crasher's.
type crashing struct {
	store.Store
	*crasher
}

func (s crashing) Ledger() store.Ledger { return crashingLedger{s.Store.Ledger(), s.crasher} }
func (s crashing) Documents() store.Documents {
	return crashingDocuments{s.Store.Documents(), s.crasher}
}

type crashingLedger struct {
	store.Ledger
	*crasher
}

func (l crashingLedger) Update(ctx context.Context, fn func(context.Context, store.Writer) error) error {
	_, err := around(l.crasher, "an update", func() (struct{}, error) { return struct{}{}, l.Ledger.Update(ctx, fn) })
	return err
}

type crashingDocuments struct {
	store.Documents
	*crasher
}

func (d crashingDocuments) CreateCompany(ctx context.Context, c store.NewCompany, intent store.Intent) (store.Company, error) {
	return around(d.crasher, "creating company "+c.Name, func() (store.Company, error) { return d.Documents.CreateCompany(ctx, c, intent) })
}

func (d crashingDocuments) UpdateCompany(ctx context.Context, p store.CompanyPatch, intent store.Intent) (store.Company, error) {
	return around(d.crasher, "updating company "+string(p.ID), func() (store.Company, error) { return d.Documents.UpdateCompany(ctx, p, intent) })
}

func (d crashingDocuments) CreateAsset(ctx context.Context, a store.NewAsset, intent store.Intent) (store.Asset, error) {
	return around(d.crasher, "creating asset "+a.Name, func() (store.Asset, error) { return d.Documents.CreateAsset(ctx, a, intent) })
}

func (d crashingDocuments) UpdateAsset(ctx context.Context, p store.AssetPatch, intent store.Intent) (store.Asset, error) {
	return around(d.crasher, "updating asset "+string(p.ID), func() (store.Asset, error) { return d.Documents.UpdateAsset(ctx, p, intent) })
}

func (d crashingDocuments) CreateLink(ctx context.Context, l store.NewLink, intent store.Intent) (store.Link, error) {
	return around(d.crasher, "linking "+string(l.From), func() (store.Link, error) { return d.Documents.CreateLink(ctx, l, intent) })
}

func (d crashingDocuments) DeleteLink(ctx context.Context, id store.LinkID, intent store.Intent) error {
	_, err := around(d.crasher, "unlinking "+string(id), func() (struct{}, error) { return struct{}{}, d.Documents.DeleteLink(ctx, id, intent) })
	return err
}

// fleet is what is upstream in one chapter of the story: five devices of one
// organisation, the second of which is moved to another, and all of whose
// values change.
func fleet(chapter int) []connector.Record {
	records := make([]connector.Record, 5)
	for i := range records {
		n := i + 1
		records[i] = device(fmt.Sprint(n), fmt.Sprintf("PC-%d", n), "serial", fmt.Sprintf("SN-%04d", n), "model", fmt.Sprintf("Model %d of %d", n, chapter))
		records[i].Fields["count"] = connector.Integer(int64(chapter))
	}
	if chapter >= 2 {
		records[0].Name = "PC-1 renamed"
		records[1].Container = "o2"
		records[3].Fields["model"] = connector.Text("Model 4 of 1") // as before
	}
	return records
}

// orgs are the organisations upstream in one chapter.
func orgs(chapter int) []connector.Record {
	return []connector.Record{
		{Key: "o1", Name: "Acme Ltd", Fields: connector.Fields{"phone": connector.Text(fmt.Sprintf("555 010%d", chapter))}},
		{Key: "o2", Name: "Birch Inc"},
	}
}

// story is a host that lives through the chapters, with crashes.
type story struct {
	t     *testing.T
	world *fakeWorld
	docs  store.Documents
	cfg   dovetail.Config
	crash *crasher
	// confirmed counts the creates that a person had to say were not made.
	confirmed int
}

func newStory(t *testing.T, at int, docs func(*testing.T, store.Documents) store.Documents) *story {
	t.Helper()
	s := &story{t: t, crash: &crasher{}}
	fake := &fakeConnector{}
	fake.get = fake.found
	sealer, err := store.NewAESSealer("", store.AESKey{ID: "k1", Key: bytes.Repeat([]byte{7}, 32)})
	require.NoError(t, err)
	s.world = newFakeWorld(t, fake, func(c *dovetail.Config) {
		c.Sealer = sealer // the key outlives the engine
		c.SettleTime = time.Nanosecond
		s.docs = docs(t, c.Store.Documents())
		c.Store = crashing{platformStore{c.Store, s.docs}, s.crash}
		s.cfg = *c
	})
	settings := s.world.settings()
	settings.AutoUpdateNames = true
	s.world.save(settings)
	s.crash.at = at
	return s
}

// platformStore is a store with other documents.
type platformStore struct {
	store.Store
	docs store.Documents
}

func (s platformStore) Documents() store.Documents { return s.docs }

// live lives through one chapter, and reports whether it crashed.
func (s *story) live(chapter int) (crashed bool) {
	s.t.Helper()
	defer func() {
		if r := recover(); r != nil {
			require.Equal(s.t, errCrash, r)
			crashed = true
		}
	}()
	s.world.fake.put(kindOrg, orgs(chapter)...)
	s.world.fake.put(kindDevice, fleet(chapter)...)
	s.steps()
	return false
}

// steps are what a host does: read, decide about new companies, sync.
func (s *story) steps() {
	s.t.Helper()
	s.world.run()
	for row, err := range s.world.engine.MatchedCompanies(s.t.Context(), fakeOne) {
		require.NoError(s.t, err)
		if row.Company == "" {
			decided, err := s.world.engine.Decide(s.t.Context(), dovetail.DecideRequest{By: ada, Integration: fakeOne, Decisions: []dovetail.Decision{
				{Key: row.ID.Key, Revision: row.Revision, Verdict: dovetail.VerdictCreate},
			}})
			require.NoError(s.t, err)
			require.NoError(s.t, decided[0].Err)
		}
	}
	s.world.run()
}

// recover starts a new engine and lets a person say what the engine can't know.
func (s *story) recover() {
	s.t.Helper()
	s.crash.dead, s.crash.at = false, 0
	var err error
	s.world.engine, err = dovetail.New(s.cfg)
	require.NoError(s.t, err)
	s.world.run()
	uncertain, err := s.world.engine.Uncertain(s.t.Context(), fakeOne)
	require.NoError(s.t, err)
	for _, o := range uncertain {
		require.False(s.t, s.exists(o), "a create that happened was not found: %+v", o)
		s.confirmed++
		require.NoError(s.t, s.world.engine.Resolve(s.t.Context(), dovetail.ResolveRequest{By: ada, Integration: fakeOne, Intent: o.Intent, NotMade: true}))
	}
	s.steps()
}

// exists reports whether the platform has what an open write would have made.
func (s *story) exists(o store.OpenWrite) bool {
	s.t.Helper()
	if o.Company == "" {
		return len(s.companies()[o.Name]) > 0
	}
	for a, err := range s.docs.Assets(s.t.Context(), o.Company) {
		require.NoError(s.t, err)
		if a.Name == o.Name {
			return true
		}
	}
	return false
}

func (s *story) companies() map[string][]store.Company {
	s.t.Helper()
	companies := make(map[string][]store.Company)
	for c, err := range s.docs.Companies(s.t.Context()) {
		require.NoError(s.t, err)
		companies[c.Name] = append(companies[c.Name], c)
	}
	return companies
}

// require compares what is here with what is upstream: everything once, every
// value up to date.
func (s *story) require(chapter int) {
	s.t.Helper()
	companies := s.companies()
	require.Len(s.t, companies, 2)
	home := make(map[connector.Key]store.Company)
	for _, org := range orgs(chapter) {
		require.Len(s.t, companies[org.Name], 1, org.Name)
		home[org.Key] = companies[org.Name][0]
	}
	require.Equal(s.t, fmt.Sprintf("555 010%d", chapter), home["o1"].Details.Phone)
	here := make(map[string]store.Asset)
	for _, c := range home {
		for a, err := range s.docs.Assets(s.t.Context(), c.ID) {
			require.NoError(s.t, err)
			require.NotContains(s.t, here, a.Name, "it was made twice")
			here[a.Name] = a
		}
	}
	require.Len(s.t, here, len(fleet(chapter)))
	for _, record := range fleet(chapter) {
		a := here[record.Name]
		require.Equal(s.t, home[record.Container].ID, a.Company, record.Name)
		for i, name := range []string{"serial", "model", "count"} {
			require.Equal(s.t, record.Fields[name].String(), a.Values[s.world.layout.Fields[i].ID].String(), "%s of %s", name, record.Name)
		}
	}
	s.world.view(func(r store.Reader) error {
		for o, err := range r.OpenWrites(fakeOne) {
			require.NoError(s.t, err)
			s.t.Errorf("left open: %+v", o)
		}
		return nil
	})
}

const keepsIntents = "a platform that keeps intents"

// TestACrashAtAnyStepNeitherLosesNorDoubles ends the process before and after
// every transaction and every call to the platform. Afterwards all is as if it
// had not happened; values that were written and not noted are still ours, and
// follow the upstream in the next chapter.
func TestACrashAtAnyStepNeitherLosesNorDoubles(t *testing.T) {
	t.Parallel()
	for name, docs := range map[string]func(*testing.T, store.Documents) store.Documents{
		keepsIntents: func(_ *testing.T, d store.Documents) store.Documents { return d },
		"a platform without intents": func(_ *testing.T, d store.Documents) store.Documents {
			return withCapabilities(d, store.Capabilities{Versions: true, MoveCompany: true})
		},
		"a platform without intents, versions and times": func(_ *testing.T, d store.Documents) store.Documents {
			return forgetful{withCapabilities(d, store.Capabilities{MoveCompany: true})}
		},
		"a platform behind a REST API": func(t *testing.T, _ store.Documents) store.Documents {
			t.Helper()
			docs, _ := overREST(t)
			return docs
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			crashes, confirmed := 0, 0
			for at := 1; ; at++ {
				s := newStory(t, at, docs)
				crashed := false
				for chapter := 1; chapter <= 3; chapter++ {
					if s.live(chapter) {
						crashed = true
						s.recover()
						require.LessOrEqual(t, s.confirmed, 1, "step %d, %s: more than one create is in doubt", at, s.crash.last)
					}
				}
				if !t.Run(fmt.Sprintf("step %d, %s", at, s.crash.last), func(t *testing.T) { s.t, s.world.t = t, t; s.require(3) }) {
					return
				}
				if !crashed {
					break
				}
				crashes++
				confirmed += s.confirmed
			}
			require.Greater(t, crashes, 60, "the story is too short to prove anything")
			if name == keepsIntents {
				require.Zero(t, confirmed, "nobody has to be asked")
			} else {
				require.NotZero(t, confirmed, "what wasn't made was made by itself")
			}
		})
	}
}

// overREST is a platform behind a REST API, with its server.
func overREST(t *testing.T) (*restplatform.Documents, *restplatform.Server) {
	t.Helper()
	server := restplatform.NewServer()
	listener := httptest.NewServer(server)
	docs, err := restplatform.New(restplatform.Config{URL: listener.URL + "/api/v1", Key: server.Key()})
	require.NoError(t, err)
	t.Cleanup(func() {
		docs.Close()
		listener.Close()
	})
	return docs, server
}

// withCapabilities is a platform with other capabilities.
func withCapabilities(d store.Documents, can store.Capabilities) store.Documents {
	return &hooked{Documents: d, capabilities: &can}
}

// forgetful is a platform that knows neither when a thing was made nor in which
// version it is.
type forgetful struct{ store.Documents }

func (f forgetful) Assets(ctx context.Context, company store.CompanyID) iter.Seq2[store.Asset, error] {
	return func(yield func(store.Asset, error) bool) {
		for a, err := range f.Documents.Assets(ctx, company) {
			a.Created, a.Version = time.Time{}, ""
			if !yield(a, err) {
				return
			}
		}
	}
}

func (f forgetful) Companies(ctx context.Context) iter.Seq2[store.Company, error] {
	return func(yield func(store.Company, error) bool) {
		for c, err := range f.Documents.Companies(ctx) {
			c.Created, c.Version = time.Time{}, ""
			if !yield(c, err) {
				return
			}
		}
	}
}

// TestACrashAtAnyStepKeepsWhatAPersonWrote ends the process at each step of the
// run that writes over a person's value, a confidential one too: afterwards the
// upstream's is there, and the person's on the list, once.
func TestACrashAtAnyStepKeepsWhatAPersonWrote(t *testing.T) {
	t.Parallel()
	for name, docs := range map[string]func(*testing.T, store.Documents) store.Documents{
		keepsIntents: func(_ *testing.T, d store.Documents) store.Documents { return d },
		"a platform without intents and versions": func(_ *testing.T, d store.Documents) store.Documents {
			return unversioned{withCapabilities(d, store.Capabilities{MoveCompany: true})}
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			for at := 1; ; at++ {
				s := newStory(t, 0, docs)
				w := s.world
				settings := w.settings()
				settings.Connected = append(settings.Connected, store.ConnectedField{Kind: kindDevice, Layout: w.layout.ID, Field: w.layout.Fields[3].ID, Sources: []string{"pin"}})
				w.save(settings)
				w.fake.put(kindDevice, device("1", "PC", "model", "M1", "pin", "pin-1"))
				w.run()
				w.types("PC", 1, "by hand")
				w.types("PC", 3, "secret by hand")
				s.crash.at, s.crash.step = at, 0
				crashed := func() (crashed bool) {
					defer func() { crashed = recover() != nil }()
					w.run()
					return false
				}()
				s.crash.dead, s.crash.at = false, 0
				var err error
				w.engine, err = dovetail.New(s.cfg)
				require.NoError(t, err)
				w.run()
				w.run()
				require.Equal(t, "M1", w.value("PC", 1), "step %d, %s", at, s.crash.last)
				require.Equal(t, "pin-1", w.value("PC", 3))
				list := w.overwritten()
				require.Len(t, list, 2, "step %d, %s", at, s.crash.last)
				for _, o := range list {
					require.NoError(t, w.engine.PinOverwritten(t.Context(), dovetail.OverwrittenRequest{By: ada, Seq: o.Seq}))
				}
				require.Equal(t, "by hand", w.value("PC", 1))
				require.Equal(t, "secret by hand", w.value("PC", 3), "step %d, %s", at, s.crash.last)
				w.quiet()
				if !crashed {
					require.Greater(t, at, 10, "the run is too short to prove anything")
					return
				}
			}
		})
	}
}
