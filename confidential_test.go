package dovetail_test

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"strconv"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/dovetail-sync/dovetail"
	"github.com/dovetail-sync/dovetail/connector"
	"github.com/dovetail-sync/dovetail/store"
)

// secretly is a world whose devices feed a confidential field with their PIN.
func secretly(t *testing.T, change ...func(*dovetail.Config)) *fakeWorld {
	t.Helper()
	w := newFakeWorld(t, &fakeConnector{}, append([]func(*dovetail.Config){sealed}, change...)...)
	w.connect(store.ConnectedField{Kind: kindDevice, Layout: w.layout.ID, Field: w.layout.Fields[3].ID, Sources: []string{"pin", "safe code"}})
	return w
}

// sealed gives a configuration a sealer that outlives its engine.
func sealed(c *dovetail.Config) {
	sealer, err := store.NewAESSealer("", store.AESKey{ID: "k1", Key: make([]byte, 32)})
	if err != nil {
		panic(err)
	}
	c.Sealer = sealer
}

func TestAConfidentialFieldIsFedLikeAnyOther(t *testing.T) {
	t.Parallel()
	for name, change := range map[string]func(*dovetail.Config){
		"a platform with versions":    func(*dovetail.Config) {},
		"a platform without versions": withoutVersions,
		"a platform in the ledger's database": func(c *dovetail.Config) {
			docs := &jointDocs{c.Store.Documents()}
			c.Store = platformStore{c.Store, docs}
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := secretly(t, change)
			w.fake.put(kindDevice, device("d1", "PC", "pin", "pin-1"), device("d2", "NONE"))
			w.run()
			require.Equal(t, "pin-1", w.value("PC", 3))
			w.quiet()
			w.fake.put(kindDevice, device("d1", "PC", "pin", "pin-2"), device("d2", "NONE"))
			w.run()
			require.Equal(t, "pin-2", w.value("PC", 3), "it follows")
			w.quiet()

			w.types("PC", 3, "a person's")
			w.run()
			require.Equal(t, "pin-2", w.value("PC", 3), "upstream wins")
			list := w.overwritten()
			require.Len(t, list, 1)
			require.True(t, list[0].Value.IsAbsent())
			require.NotEmpty(t, list[0].Sealed)
			w.quiet()
			require.NoError(t, w.engine.PinOverwritten(t.Context(), dovetail.OverwrittenRequest{By: ada, Seq: list[0].Seq}))
			require.Equal(t, "a person's", w.value("PC", 3), "and gives it back")
			w.fake.put(kindDevice, device("d1", "PC", "pin", "pin-3"), device("d2", "NONE"))
			w.run()
			require.Equal(t, "a person's", w.value("PC", 3))
			require.Equal(t, map[string]dovetail.FieldState{"PC/PIN": dovetail.FieldPinned}, w.drift())
			w.quiet()

			w.view(func(r store.Reader) error {
				for entry, err := range r.Journal(store.JournalQuery{}) {
					require.NoError(t, err)
					for _, set := range entry.Set {
						require.Empty(t, set.Sealed, "the journal is kept for good: not even sealed")
					}
				}
				return nil
			})
			w.types("NONE", 3, "typed")
			w.fake.put(kindDevice, device("d1", "PC", "pin", "pin-3"), device("d2", "NONE", "pin", "pin-4"))
			w.run()
			require.Equal(t, "typed", w.value("NONE", 3), "what was there before stays")
			n, err := w.engine.TakeUpstream(t.Context(), dovetail.TakeUpstreamRequest{By: ada, Integration: fakeOne, Layout: w.layout.ID, Field: w.layout.Fields[3].ID})
			require.NoError(t, err)
			require.Equal(t, 1, n)
			w.run()
			require.Equal(t, "pin-4", w.value("NONE", 3))
			w.quiet()
		})
	}
}

// jointDocs is a platform whose calls can be part of the ledger's updates.
// Nothing here makes one fail, so it need not undo anything.
type jointDocs struct{ store.Documents }

func (j *jointDocs) Capabilities() store.Capabilities {
	can := j.Documents.Capabilities()
	can.Joint = true
	return can
}

// canaries are secrets in every place from which one could get out.
var canaries = []string{"canary-pin-upstream", `canary "quoted" upstream`, "canary-declared-not-connected", "canary-of-a-person", "canary-newer", "canary+custom/safe code"}

func TestNoSecretGetsOut(t *testing.T) {
	t.Parallel()
	for name, change := range map[string]func(*dovetail.Config){
		"a platform with versions":    func(*dovetail.Config) {},
		"a platform without versions": withoutVersions,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var out logged
			var mu sync.Mutex
			var seen strings.Builder
			note := func(things ...any) {
				mu.Lock()
				defer mu.Unlock()
				for _, thing := range things {
					fmt.Fprintf(&seen, "%+v\n", thing)
				}
			}
			quoting := &quotes{}
			w := secretly(t, change, func(c *dovetail.Config) {
				quoting.Documents = c.Store.Documents()
				c.Store = platformStore{c.Store, quoting}
				c.Logger = slog.New(slog.NewTextHandler(&out, &slog.HandlerOptions{Level: slog.LevelDebug}))
				c.OnEvent = func(e dovetail.Event) { note(e) }
			})
			check := func(when string) {
				t.Helper()
				all := dumpOf(t, w.db.Ledger(), fakeOne, kindOrg, kindDevice) + out.String()
				mu.Lock()
				all += seen.String()
				mu.Unlock()
				for _, canary := range canaries {
					for _, form := range []string{canary, strings.Trim(strconv.Quote(canary), `"`)} {
						_, after, found := strings.Cut(all, form)
						require.False(t, found, "%s: %s … %.300s", when, canary, after)
					}
				}
			}
			run := func(when string) {
				t.Helper()
				report := w.run()
				note(report)
				for c, err := range w.engine.Changes(t.Context(), report.Plan.ID) {
					note(c, err)
				}
				check(when)
			}
			upstream := func(pins ...string) {
				var records []connector.Record
				for i, pin := range pins {
					records = append(records, device(fmt.Sprintf("d%d", i), fmt.Sprintf("PC-%d", i), "pin", pin, "serial", fmt.Sprintf("SN-%04d", i)))
				}
				records = append(records, device("c1", "CUSTOM", "safe code", canaries[5]))
				w.fake.put(kindDevice, records...)
				w.fake.put(kindOrg, connector.Record{Key: "o1", Name: "Acme Ltd", Fields: connector.Fields{"phone": connector.Text("555")}})
			}
			upstream(canaries[0], canaries[1])
			run("created")
			require.Equal(t, canaries[0], w.value("PC-0", 3))
			require.Equal(t, canaries[5], w.value("CUSTOM", 3), "a custom data point that feeds nothing else is a secret too")
			w.types("PC-0", 3, canaries[3])
			run("written over")
			for _, o := range w.overwritten() {
				note(o)
			}
			quoting.refuse = true
			upstream(canaries[4], canaries[1])
			run("refused with its value in the error")
			quoting.refuse, quoting.lose = false, true
			run("the answer was lost, with its value in the error")
			quoting.lose = false
			run("looked up")
			w.run()
			require.Equal(t, canaries[4], w.value("PC-0", 3))
			report, err := w.engine.FieldReport(t.Context(), dovetail.FieldReportRequest{By: ada, Integration: fakeOne})
			note(report, err)
			w.types("PC-0", 3, canaries[3])
			for d, err := range w.engine.Drift(t.Context(), dovetail.DriftRequest{By: ada, Integration: fakeOne}) {
				note(d, err)
			}
			quoting.refuse = true
			note(w.engine.PinOverwritten(t.Context(), dovetail.OverwrittenRequest{By: ada, Seq: w.overwritten()[0].Seq}))
			quoting.refuse = false
			check("reported")

			// A secret that feeds nothing isn't kept at all.
			w.save(w.settings())
			w.fake.put(kindDevice, device("d0", "PC-0", "pin", canaries[2], "serial", "SN-0000"))
			run("not connected")
			row := w.row("d0")
			require.Empty(t, row.Sealed)
			w.quiet()
		})
	}
}

// quotes is a platform that quotes what it refuses, and what it can't answer.
type quotes struct {
	store.Documents
	refuse, lose bool
}

func (q *quotes) UpdateAsset(ctx context.Context, p store.AssetPatch, intent store.Intent) (store.Asset, error) {
	if q.refuse {
		return store.Asset{}, fmt.Errorf("%w: the values %q and %v don't please me", store.ErrRefused, fmt.Sprint(p.Values), p.Values)
	}
	a, err := q.Documents.UpdateAsset(ctx, p, intent)
	if q.lose {
		return store.Asset{}, fmt.Errorf("time out while writing %v", p.Values)
	}
	return a, err
}

func TestASecretThatCannotBeOpenedLeavesTheRest(t *testing.T) {
	t.Parallel()
	broken := &breaking{}
	w := secretly(t, func(c *dovetail.Config) {
		broken.Sealer = c.Sealer
		c.Sealer = broken
	})
	w.fake.put(kindDevice, device("d1", "PC", "pin", "pin-1", "model", "M1"))
	w.run()
	broken.broken = true
	w.fake.put(kindDevice, device("d1", "PC", "pin", "pin-2", "model", "M2"), device("d2", "NEW", "pin", "pin-3"))
	require.Equal(t, store.RunOK, w.run().Run.State)
	require.Equal(t, "M2", w.value("PC", 1))
	require.Equal(t, "pin-1", w.value("PC", 3))
	require.Empty(t, w.value("NEW", 3))
	require.Equal(t, 2, w.standing(w.layout.Fields[3].ID).Counts[dovetail.FieldUnfit], "it is said")
	broken.broken = false
	w.run()
	require.Equal(t, "pin-2", w.value("PC", 3))
	require.Equal(t, "pin-3", w.value("NEW", 3))
	w.quiet()
}

// breaking is a sealer that can't open what belongs to records.
type breaking struct {
	store.Sealer
	broken bool
}

func (b *breaking) Open(ctx context.Context, scope store.SealScope, sealed []byte) ([]byte, error) {
	if b.broken && strings.HasPrefix(scope.Field, "mirror/") {
		return nil, errors.New("no key")
	}
	return b.Sealer.Open(ctx, scope, sealed)
}

func TestAfterTheSealersKeyIsLostTheSettingsAreSavedAgain(t *testing.T) {
	t.Parallel()
	w := newFakeWorld(t, &fakeConnector{}) // no sealer: the key dies with the engine
	field := store.ConnectedField{Kind: kindDevice, Layout: w.layout.ID, Field: w.layout.Fields[3].ID, Sources: []string{"pin"}}
	w.connect(field)
	w.test()
	w.fake.put(kindDevice, device("d1", "PC", "pin", "pin-1"))
	w.run()
	require.Equal(t, "pin-1", w.value("PC", 3))
	var err error
	w.engine, err = dovetail.New(dovetail.Config{Store: w.db, Connectors: []connector.Connector{w.fake}})
	require.NoError(t, err)
	_, err = w.engine.Plan(t.Context(), dovetail.PlanRequest{By: ada, Integration: fakeOne})
	require.ErrorIs(t, err, dovetail.ErrNotReady)
	require.ErrorContains(t, err, "save the settings again")
	w.connect(field)
	w.test()
	w.run()
	w.fake.put(kindDevice, device("d1", "PC", "pin", "pin-2"))
	w.run()
	require.Equal(t, "pin-2", w.value("PC", 3))
	w.quiet()
}

func TestConfidentialValuesAreSealedAnewUnderANewKey(t *testing.T) {
	t.Parallel()
	older, newer := store.AESKey{ID: "k1", Key: make([]byte, 32)}, store.AESKey{ID: "k2", Key: []byte("0123456789abcdef0123456789abcdef")}
	w := secretly(t)
	w.fake.put(kindDevice, device("d1", "PC", "pin", "pin-1"))
	w.run()
	w.types("PC", 3, "a person's")
	w.run()
	withKeys := func(keys ...store.AESKey) {
		sealer, err := store.NewAESSealer("", keys...)
		require.NoError(t, err)
		w.engine, err = dovetail.New(dovetail.Config{Store: w.db, Connectors: []connector.Connector{w.fake}, Sealer: sealer})
		require.NoError(t, err)
	}
	withKeys(newer, older)
	require.NoError(t, w.engine.Reseal(t.Context(), ada))
	withKeys(newer)
	w.quiet()
	list := w.overwritten()
	require.Len(t, list, 1)
	require.NoError(t, w.engine.PinOverwritten(t.Context(), dovetail.OverwrittenRequest{By: ada, Seq: list[0].Seq}))
	require.Equal(t, "a person's", w.value("PC", 3))
	w.fake.put(kindDevice, device("d1", "PC", "pin", "pin-1"), device("d2", "NEW", "pin", "pin-2"))
	w.run()
	require.Equal(t, "pin-2", w.value("NEW", 3))
	w.quiet()
}

// A layout can be changed under an asset that shows a secret: what moves is the
// value, and what is noted stands for it.
func TestAConfidentialValueMovesToAnotherLayout(t *testing.T) {
	t.Parallel()
	for name, change := range map[string]func(*dovetail.Config){"with versions": func(*dovetail.Config) {}, "without versions": withoutVersions} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := secretly(t, change)
			w.fake.put(kindDevice, typed("d1", "PRN", "Printer", "pin", "pin-1", "serial", "SN-0001"))
			w.run()
			printers := w.newLayout("Printers", text("Serial"), store.Field{Name: "PIN", Type: store.FieldConfidential})
			s := w.settings()
			s.Rules = append(s.Rules, typeRule("Printer", printers.ID))
			s.Connected = append(s.Connected,
				store.ConnectedField{Kind: kindDevice, Layout: w.layout.ID, Field: w.layout.Fields[3].ID, Sources: []string{"pin"}},
				store.ConnectedField{Kind: kindDevice, Layout: printers.ID, Field: printers.Fields[1].ID, Sources: []string{"pin"}})
			w.save(s)
			require.NoError(t, w.confirm(w.run().Plan.ID))
			require.Equal(t, map[store.Action]int{store.ActionRefile: 1}, w.run().Plan.Counts)
			require.Equal(t, printers.ID, w.assets()["PRN"].Layout)
			require.NotContains(t, dumpOf(t, w.db.Ledger(), fakeOne, kindOrg, kindDevice), "pin-1")
			w.quiet()
			w.fake.put(kindDevice, typed("d1", "PRN", "Printer", "pin", "pin-2", "serial", "SN-0001"))
			w.run()
			require.Equal(t, "pin-2", w.assets()["PRN"].Values[printers.Fields[1].ID].String(), "it is still ours")
			require.Empty(t, w.overwritten())
			w.quiet()
		})
	}
}

func TestASecretIsSealedOnceForEachValue(t *testing.T) {
	t.Parallel()
	counting := &sealCounter{}
	w := secretly(t, func(c *dovetail.Config) {
		counting.Sealer = c.Sealer
		c.Sealer = counting
	})
	w.fake.put(kindDevice, device("d1", "PC", "pin", "pin-1"), device("d2", "NONE"))
	w.run()
	before := counting.seals
	w.quiet()
	w.fake.put(kindDevice, device("d1", "PC", "pin", "pin-1"), device("d2", "NONE", "model", "M2"))
	w.run()
	require.Equal(t, before, counting.seals, "a sealer may be on the other side of a network")
	w.fake.put(kindDevice, device("d1", "PC", "pin", "pin-2"), device("d2", "NONE", "model", "M2"))
	w.run()
	require.Equal(t, before+1, counting.seals)
}

type sealCounter struct {
	store.Sealer
	seals int
}

func (s *sealCounter) Seal(ctx context.Context, scope store.SealScope, plain []byte) ([]byte, error) {
	s.seals++
	return s.Sealer.Seal(ctx, scope, plain)
}

func TestASecretInTheWrongCompanyIsTakenBack(t *testing.T) {
	t.Parallel()
	for name, change := range map[string]func(*dovetail.Config){"with versions": func(*dovetail.Config) {}, "without versions": withoutVersions} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := secretly(t, change)
			byHand := func(company store.CompanyID, name, serial string) store.Asset {
				a, err := w.docs.CreateAsset(t.Context(), store.NewAsset{Company: company, Layout: w.layout.ID, Name: name, Values: store.Values{
					w.layout.Fields[0].ID: connector.Text(serial), w.layout.Fields[2].ID: connector.Integer(7),
				}}, store.Intent{ID: "by hand " + name, By: ada})
				require.NoError(t, err)
				return a
			}
			fed, pinned := byHand(w.company, "Fed", "SERIAL-0001"), byHand(w.company, "Pinned", "SERIAL-0002")
			w.fake.put(kindDevice, device("d1", "PC-1", "serial", "SERIAL-0001", "pin", "pin-1"), device("d2", "PC-2", "serial", "SERIAL-0002", "pin", "pin-2"))
			w.run()
			require.Equal(t, "pin-1", w.value("Fed", 3))
			require.NoError(t, w.engine.Pin(t.Context(), dovetail.PinRequest{By: ada, Asset: pinned.ID, Field: w.layout.Fields[3].ID}))
			right, err := w.docs.CreateCompany(t.Context(), store.NewCompany{Name: "The right one"}, store.Intent{ID: "right", By: ada})
			require.NoError(t, err)
			var revision int64
			for row, err := range w.engine.MatchedCompanies(t.Context(), fakeOne) {
				require.NoError(t, err)
				revision = row.Revision
			}
			decided, err := w.engine.Decide(t.Context(), dovetail.DecideRequest{By: ada, Integration: fakeOne, Decisions: []dovetail.Decision{
				{Key: "o1", Revision: revision, Verdict: dovetail.VerdictMatch, Company: right.ID},
			}})
			require.NoError(t, err)
			require.NoError(t, decided[0].Err)
			report := w.run()
			require.Equal(t, store.RunOK, report.Run.State, report.Run.Problems)
			require.Equal(t, 2, report.Plan.Counts[store.ActionWithdraw])
			here, err := w.docs.Asset(t.Context(), fed.ID)
			require.NoError(t, err)
			require.NotContains(t, here.Values, w.layout.Fields[3].ID)
			require.Contains(t, here.Values, w.layout.Fields[2].ID)
			here, err = w.docs.Asset(t.Context(), pinned.ID)
			require.NoError(t, err)
			require.Equal(t, "pin-2", here.Values[w.layout.Fields[3].ID].String(), "a person wants it there")
			w.company = right.ID
			require.Equal(t, "pin-1", w.value("PC-1", 3))
			require.NotContains(t, dumpOf(t, w.db.Ledger(), fakeOne, kindOrg, kindDevice), "pin-1")
			w.quiet()
		})
	}
}

func TestAnotherAddressOfTheUpstreamMakesNoSecretAnotherOne(t *testing.T) {
	t.Parallel()
	w := secretly(t)
	field := store.ConnectedField{Kind: kindDevice, Layout: w.layout.ID, Field: w.layout.Fields[3].ID, Sources: []string{"pin", "safe code"}}
	w.fake.put(kindDevice, device("d1", "PC", "pin", "pin-1"))
	w.run()
	s := w.settings()
	s.Config.Values["url"] = "https://moved.example.com"
	s.Connected = append(s.Connected, field)
	w.save(s)
	w.test()
	w.quiet()
	w.types("PC", 3, "a person's")
	w.run()
	require.Len(t, w.overwritten(), 1)
	w.quiet()
}
