package dovetail_test

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/dovetail-sync/dovetail"
	"github.com/dovetail-sync/dovetail/connector"
	"github.com/dovetail-sync/dovetail/store"
	"github.com/dovetail-sync/dovetail/syncro"
	"github.com/dovetail-sync/dovetail/syncro/syncrotest"
)

type reading = iter.Seq2[connector.Page, error]

// reads is a script for the devices.
func (w *fakeWorld) reads(script func(ctx context.Context, req connector.ReadRequest) reading) {
	w.fake.mu.Lock()
	defer w.fake.mu.Unlock()
	if w.fake.script = nil; script != nil {
		w.fake.script = map[connector.Kind]func(context.Context, connector.ReadRequest) reading{kindDevice: script}
	}
}

// devices returns n devices of the one organisation, beginning with d100.
func devices(n int) []connector.Record {
	records := make([]connector.Record, n)
	for i := range records {
		records[i] = device(fmt.Sprintf("d%d", 100+i), fmt.Sprintf("PC-%d", 100+i))
	}
	return records
}

// read reads and returns the devices' row.
func (w *fakeWorld) read() dovetail.KindRead {
	w.t.Helper()
	report, err := w.engine.Read(w.t.Context(), dovetail.ReadRequest{By: ada, Integration: fakeOne})
	require.NoError(w.t, err)
	require.Len(w.t, report.Kinds, 2)
	return report.Kinds[1]
}

func TestOfAStrangersRecordsNothingIsKeptButTheirNumber(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	fill(w)
	w.account.AddContact(syncrotest.Contact{ID: 900, Name: "Nobody's Norman"})
	w.sync()
	w.create(1)
	w.sync()
	kept := dump(t, w.db.Ledger(), syncro.KindContact, syncro.KindAsset)
	for i := range 6 {
		for _, text := range []string{fmt.Sprintf("Person %d", i), fmt.Sprintf("person%d@", i), fmt.Sprintf("PC-%d", i), fmt.Sprintf("SN-%04d", 1000+i), fmt.Sprintf("uuid-%d", i)} {
			if i%2 == 0 {
				require.Contains(t, kept, text)
			} else {
				require.NotContains(t, kept, text)
			}
		}
	}
	require.Equal(t, map[connector.Kind]int{syncro.KindContact: 3, syncro.KindAsset: 3}, w.match(2).Counts)
	require.Equal(t, "Nobody's Norman", w.row(syncro.KindContact, 900).Name, "listed, so that somebody can give it a company")

	w.decide(1, dovetail.VerdictUnmatch, "")
	w.decide(2, dovetail.VerdictCreate, "")
	w.sync()
	row := w.row(syncro.KindAsset, 200)
	require.Empty(t, row.Name+row.URL+row.Hash+string(row.Data), "what is unmatched again is forgotten again")
	require.NotEmpty(t, w.row(syncro.KindAsset, 201).Data)
}

func TestAnInterruptedReadGoesOnWhereItStopped(t *testing.T) {
	t.Parallel()
	w := newFakeWorld(t, &fakeConnector{})
	all := devices(90)
	var from []connector.Checkpoint
	lost := true
	w.reads(func(_ context.Context, req connector.ReadRequest) reading {
		from = append(from, req.Checkpoint)
		first := 0
		if req.Checkpoint != "" {
			_, err := fmt.Sscan(string(req.Checkpoint), &first)
			require.NoError(t, err)
		}
		return func(yield func(connector.Page, error) bool) {
			for at := first; at < len(all); at += 30 {
				if at == 60 && lost {
					yield(connector.Page{}, &connector.Error{Code: connector.CodeUnavailable, Source: "fake", Op: "list devices"})
					return
				}
				// A resumed read repeats the page before.
				page := connector.Page{Records: all[at : at+30], Checkpoint: connector.Checkpoint(fmt.Sprint(at))}
				if at == 60 {
					page.End = connector.Ended
				}
				if !yield(page, nil) {
					return
				}
			}
		}
	})
	report, err := w.trySync()
	require.Equal(t, connector.CodeUnavailable, connector.CodeOf(err))
	require.Equal(t, store.RunFailed, report.Run.State)
	require.Equal(t, 60, report.Run.Read[kindDevice])
	require.Empty(t, w.assets(), "nothing is made of half a read")

	lost = false
	require.Equal(t, store.RunOK, w.run().Run.State)
	require.Equal(t, []connector.Checkpoint{"", "30"}, from)
	require.Len(t, w.assets(), 90)
	require.Equal(t, 90, w.lastScan().Delivered, "what came twice counts once")
	require.Equal(t, store.RunOK, w.run().Run.State, "and the next read is as long as this one")
	w.quiet()
}

func (w *fakeWorld) lastScan() (scan store.Scan) {
	w.t.Helper()
	w.view(func(r store.Reader) (err error) {
		scan, err = r.LastScan(fakeOne, kindDevice)
		return err
	})
	return scan
}

// quiet requires that another run changes nothing, and that the one after it
// writes nothing at all.
func (w *fakeWorld) quiet() {
	w.t.Helper()
	for _, notes := range []int{matched(w.t, w.engine, fakeOne), 0} {
		before := written(w.db)
		report := w.run()
		if report.Plan.Held == 0 {
			require.Equal(w.t, store.RunOK, report.Run.State, report.Run.Problems)
		}
		require.Equal(w.t, report.Plan.Held, report.Plan.Changes)
		requireQuiet(w.t, before, written(w.db), notes)
	}
	w.addUp()
}

func (w *fakeWorld) addUp() {
	w.t.Helper()
	for one, err := range w.engine.Reconcile(w.t.Context(), fakeOne) {
		require.NoError(w.t, err)
		require.True(w.t, one.AddsUp(), "%s: %s", one.Name, one)
	}
}

func TestAReadThatWasInterruptedLongAgoBeginsAnew(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		w := newFakeWorld(t, &fakeConnector{})
		var from []connector.Checkpoint
		w.reads(func(_ context.Context, req connector.ReadRequest) reading {
			from = append(from, req.Checkpoint)
			return func(yield func(connector.Page, error) bool) {
				if yield(connector.Page{Records: devices(1), Checkpoint: "1"}, nil) {
					yield(connector.Page{}, &connector.Error{Code: connector.CodeRateLimited, Source: "fake", Op: "list devices"})
				}
			}
		})
		_, err := w.trySync()
		require.Error(t, err)
		_, err = w.trySync()
		require.Error(t, err)
		time.Sleep(7 * time.Hour)
		_, err = w.trySync()
		require.Error(t, err)
		require.Equal(t, []connector.Checkpoint{"", "1", ""}, from)
	})
}

func TestACheckpointThatIsRefusedBeginsAnew(t *testing.T) {
	t.Parallel()
	w := newFakeWorld(t, &fakeConnector{})
	tries := 0
	w.reads(func(_ context.Context, req connector.ReadRequest) reading {
		tries++
		return func(yield func(connector.Page, error) bool) {
			switch {
			case req.Checkpoint != "":
				yield(connector.Page{}, &connector.Error{Code: connector.CodeStaleCheckpoint, Source: "fake", Op: "list devices"})
			case tries == 1:
				if yield(connector.Page{Records: devices(1), Checkpoint: "1"}, nil) {
					yield(connector.Page{}, &connector.Error{Code: connector.CodeUnavailable, Source: "fake", Op: "list devices"})
				}
			default:
				yield(connector.Page{Records: devices(3), End: connector.Ended}, nil)
			}
		}
	})
	_, err := w.trySync()
	require.Error(t, err)
	report := w.run()
	require.Equal(t, 3, tries, "the refused checkpoint costs one try")
	require.Equal(t, store.RunOK, report.Run.State)
	require.Len(t, w.assets(), 3)
}

func TestAReadThatStopsWithoutAnEndIsIncomplete(t *testing.T) {
	t.Parallel()
	w := newFakeWorld(t, &fakeConnector{})
	w.fake.put(kindDevice, devices(30)...)
	w.run()
	w.reads(func(context.Context, connector.ReadRequest) reading {
		return func(yield func(connector.Page, error) bool) {
			yield(connector.Page{Records: append(devices(20), device("d900", "NEW"))}, nil)
		}
	})
	report := w.run()
	require.Equal(t, store.RunPartial, report.Run.State, "partial is never shown as success")
	require.False(t, report.Read.OK())
	require.Equal(t, connector.CodeIncomplete, connector.CodeOf(report.Read.Kinds[1].Err))
	require.Zero(t, report.Read.Kinds[1].Gone+report.Read.Kinds[1].Suspect)
	require.NotContains(t, w.assets(), "NEW")
	require.Equal(t, dovetail.ReasonReadIncomplete, w.reason("d900"))
	require.Len(t, report.Plan.Notes, 1)
	require.Contains(t, dovetail.Sentence(report.Plan.Notes[0]), "Devices")
	w.addUp()

	// What came over and over in vain says nothing about how long a whole read is.
	for range 3 {
		w.run()
	}
	w.reads(nil)
	w.fake.put(kindDevice, append(devices(30), device("d900", "NEW"))...)
	require.Equal(t, store.RunOK, w.run().Run.State)
	require.Contains(t, w.assets(), "NEW")
	w.quiet()
}

func TestARecordThatCannotBeReadIsReportedAndTheOthersGoOn(t *testing.T) {
	t.Parallel()
	w := newFakeWorld(t, &fakeConnector{})
	w.fake.put(kindDevice, devices(3)...)
	w.run()
	broken := &connector.Error{Code: connector.CodeProtocol, Source: "fake", Op: "decode device d100", Detail: "another shape"}
	w.fake.put(kindDevice, append(devices(3)[1:], device("", "no key"), device("bad\x01key", "bad key"), device("d900", "NEW"))...)
	w.fake.rejected = map[connector.Kind][]connector.Rejected{kindDevice: {{Key: "d100", Err: broken}, {Err: errors.New("no id")}}}
	report := w.run()
	require.Equal(t, 3, report.Read.Kinds[1].Delivered)
	require.Equal(t, 4, report.Read.Kinds[1].Rejected)
	require.Contains(t, w.assets(), "NEW")
	require.Equal(t, store.Present, w.row("d100").Presence, "a broken record is no deleted one")
	require.Equal(t, dovetail.ReasonUnreadable, w.reason("d100"))
	require.Contains(t, dovetail.Sentence(w.row("d100").Disposition), "another shape")
	require.Equal(t, store.CardActive, w.card("d100").State)
	w.addUp()
	w.fake.rejected = nil
	w.fake.put(kindDevice, append(devices(3), device("d900", "NEW"))...)
	w.run()
	require.Equal(t, dovetail.ReasonHere, w.reason("d100"))
	w.quiet()
}

func TestTheMirrorKnowsSinceWhenARecordIsThere(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		w := newFakeWorld(t, &fakeConnector{end: connector.Exhaustive})
		first := time.Now().UTC()
		w.fake.put(kindDevice, devices(2)...)
		w.read()
		time.Sleep(time.Hour)
		w.fake.put(kindDevice, device("d100", "RENAMED"), devices(2)[1])
		w.read()
		require.Equal(t, "RENAMED", w.row("d100").Name)
		require.Equal(t, first, w.row("d100").Since)
		w.fake.put(kindDevice, devices(2)[1])
		w.read()
		time.Sleep(time.Hour)
		gone := time.Now().UTC()
		w.read()
		require.Equal(t, gone, w.row("d100").Since)
		time.Sleep(time.Hour)
		w.fake.put(kindDevice, devices(2)...)
		w.read()
		require.Equal(t, gone.Add(time.Hour), w.row("d100").Since)
		require.Equal(t, first, w.row("d100").FirstSeen)
	})
}

func TestSomeCompaniesAreReadAlone(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	fill(w)
	w.sync()
	companies := w.create(1, 2)
	w.sync()
	w.account.UpdateAsset(200, func(a *syncrotest.Asset) { a.Name = "PC-0-NEW" })
	w.account.UpdateAsset(201, func(a *syncrotest.Asset) { a.Name = "PC-1-NEW" })
	w.account.DeleteAsset(202)
	w.account.ForgetRequests()
	report, err := w.engine.Sync(t.Context(), dovetail.SyncRequest{By: ada, Integration: syncroOne, Companies: []connector.Key{"1"}})
	require.NoError(t, err)
	require.Equal(t, store.RunOK, report.Run.State)
	for _, r := range w.account.Requests() {
		require.NotEqual(t, "2", r.Query.Get("customer_id"))
	}
	require.Contains(t, w.assets(companies[0]), "PC-0-NEW")
	require.Contains(t, w.assets(companies[1]), "PC-1")
	require.Equal(t, store.CardActive, w.card(syncro.KindAsset, 202).State, "a part says nothing about absence")
	w.sync()
	require.Contains(t, w.assets(companies[1]), "PC-1-NEW")
	require.Equal(t, store.CardOrphaned, w.card(syncro.KindAsset, 202).State)
	w.quiet()
}
