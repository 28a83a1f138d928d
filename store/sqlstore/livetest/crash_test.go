package livetest_test

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/dovetail-sync/dovetail/connector"
	"github.com/dovetail-sync/dovetail/store"
	"github.com/dovetail-sync/dovetail/store/sqlstore"
	"github.com/dovetail-sync/dovetail/store/sqlstore/livetest"
)

// kills is how often the writer is killed: make soak says more.
var kills = flag.Int("kills", 0, "how often a writer is killed; 0 is 200 times on SQLite and 50 on Postgres")

const (
	// writerEnv makes the test binary the writer that is killed. It holds its
	// target, as JSON.
	writerEnv = "DOVETAIL_CRASH_WRITER"
	// pageRows is how many records a page has.
	pageRows  = 20
	crashOne  = store.IntegrationID("crash-1")
	crashKind = connector.Kind("asset")
)

// target is a database that a writer of another process opens.
type target struct {
	// Driver and DSN are database/sql's.
	Driver, DSN string
	// Dialect is the driver's.
	Dialect sqlstore.Dialect
}

func (t target) open(ctx context.Context) (*sqlstore.DB, func() error, error) {
	db, err := sql.Open(t.Driver, t.DSN)
	if err != nil {
		return nil, nil, err
	}
	s, err := sqlstore.Open(ctx, sqlstore.Config{DB: db, Dialect: t.Dialect})
	if err != nil {
		return nil, nil, errors.Join(err, db.Close())
	}
	return s, func() error { return errors.Join(s.Close(), db.Close()) }, nil
}

// runWriter writes page after page, each with its checkpoint in one Update, and
// says which were acknowledged. It goes on from the last checkpoint, until it is
// killed.
func runWriter(ctx context.Context, encoded string) error {
	var to target
	if err := json.Unmarshal([]byte(encoded), &to); err != nil {
		return err
	}
	db, _, err := to.open(ctx)
	if err != nil {
		return err
	}
	account, err := db.Account("crash")
	if err != nil {
		return err
	}
	ledger := account.Ledger()
	done, err := checkpoint(ctx, ledger)
	if err != nil {
		return err
	}
	for page := done + 1; ; page++ {
		if err := ledger.Update(ctx, func(_ context.Context, w store.Writer) error { return writePage(w, page) }); err != nil {
			return err
		}
		fmt.Println(page)
	}
}

// writePage writes what a page of an upstream leaves in the ledger.
func writePage(w store.Writer, page int) error {
	scan := store.Scan{ID: "scan-1", Integration: crashOne, Kind: crashKind, State: store.ScanOpen, Pages: page, Checkpoint: connector.Checkpoint(strconv.Itoa(page))}
	errs := []error{w.PutScan(scan)}
	keys := make([]connector.Key, pageRows)
	for i := range keys {
		keys[i] = connector.Key(fmt.Sprintf("%06d-%02d", page, i))
		id := store.RecordID{Integration: crashOne, Kind: crashKind, Key: keys[i]}
		errs = append(errs,
			w.PutMirrorRow(store.MirrorRow{ID: id, Container: connector.Key(fmt.Sprint(page % 7)), Name: "record", Data: []byte(strings.Repeat("x", 200))}),
			w.PutCard(store.Card{ID: id, Asset: store.AssetID(keys[i]), Company: store.CompanyID(fmt.Sprint(page % 7)), State: store.CardActive}),
		)
	}
	errs = append(errs, w.MarkSeen(scan.ID, keys), w.AppendJournal(store.JournalEntry{Integration: crashOne, Event: strconv.Itoa(page)}))
	return errors.Join(errs...)
}

// checkpoint returns the number of the last page that was written.
func checkpoint(ctx context.Context, ledger store.Ledger) (page int, err error) {
	err = ledger.View(ctx, func(_ context.Context, r store.Reader) error {
		scan, err := r.LastScan(crashOne, crashKind)
		if errors.Is(err, store.ErrNotFound) {
			return nil
		}
		if err != nil {
			return err
		}
		page, err = strconv.Atoi(string(scan.Checkpoint))
		return err
	})
	return page, err
}

// requireWhole requires that the pages up to the checkpoint are there whole, and
// nothing of any other.
func requireWhole(t *testing.T, ledger store.Ledger) (pages int) {
	t.Helper()
	pages, err := checkpoint(t.Context(), ledger)
	require.NoError(t, err)
	if pages == 0 {
		return 0
	}
	require.NoError(t, ledger.View(t.Context(), func(_ context.Context, r store.Reader) error {
		rows, cards, entries := 0, 0, 0
		q := store.MirrorQuery{Integration: crashOne, Kind: crashKind}
		for row, err := range r.Mirror(q) {
			require.NoError(t, err)
			require.Equal(t, fmt.Sprintf("%06d-%02d", 1+rows/pageRows, rows%pageRows), string(row.ID.Key))
			rows++
		}
		require.Equal(t, pages*pageRows, rows, "records and checkpoint are apart")
		for card, err := range r.Cards(crashOne) {
			require.NoError(t, err)
			require.Equal(t, string(card.ID.Key), string(card.Asset))
			cards++
		}
		require.Equal(t, rows, cards)
		for e, err := range r.Journal(store.JournalQuery{}) {
			require.NoError(t, err)
			entries++
			require.EqualValues(t, entries, e.Seq)
			require.Equal(t, strconv.Itoa(entries), e.Event)
		}
		require.Equal(t, pages, entries)
		q.UnseenBy = "scan-1"
		for row, err := range r.Mirror(q) {
			require.NoError(t, err)
			t.Errorf("%s is not marked as seen", row.ID)
		}
		return nil
	}))
	return pages
}

// requireNothingLost opens the database as the next process would.
func requireNothingLost(t *testing.T, to target, acknowledged int) (pages int) {
	t.Helper()
	db, closeDB, err := to.open(t.Context())
	require.NoError(t, err)
	account, err := db.Account("crash")
	require.NoError(t, err)
	// A server may still be at work on the commit of a client that is dead. It has
	// the account's lock until then, and an update waits for that.
	require.NoError(t, account.Ledger().Update(t.Context(), func(context.Context, store.Writer) error { return nil }))
	pages = requireWhole(t, account.Ledger())
	require.NoError(t, closeDB())
	require.GreaterOrEqual(t, pages, acknowledged, "what was acknowledged is lost")
	require.LessOrEqual(t, pages, acknowledged+1, "more was written than was under way")
	return pages
}

// killed starts a writer, lets it acknowledge some pages, has it ended at a
// moment that nobody chose, and returns the last page that it acknowledged:
// known, if none.
func killed(t *testing.T, to target, rng *rand.Rand, known int, end func(writer *os.Process) (alone bool)) (last int) {
	t.Helper()
	encoded, err := json.Marshal(to)
	require.NoError(t, err)
	c := startChild(t, writerEnv, string(encoded))
	last = known
	read := func() bool {
		if !c.lines.Scan() {
			return false
		}
		last, err = strconv.Atoi(c.lines.Text())
		require.NoError(t, err, "the writer said: %s", c.lines.Text())
		return true
	}
	for range rng.IntN(8) {
		if !read() {
			break
		}
	}
	<-time.NewTimer(time.Duration(rng.IntN(6000)) * time.Microsecond).C
	alone := end(c.cmd.Process)
	for read() { // what it had acknowledged before it died
	}
	_ = c.cmd.Wait()
	if alone {
		require.Empty(t, c.stderr.String(), "the writer ended by itself")
	}
	return last
}

// kill ends a writer that has nobody else to blame.
func kill(writer *os.Process) (alone bool) {
	_ = writer.Kill()
	return true
}

// TestNothingAcknowledgedIsLostWhenTheWriterIsKilled kills a process that writes
// pages, again and again: no page that it reported is lost, and never are a
// page's records there without its checkpoint, or the other way round.
func TestNothingAcknowledgedIsLostWhenTheWriterIsKilled(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		kills  int
		target func(t *testing.T) target
	}{
		"SQLite": {200, func(t *testing.T) target {
			t.Helper()
			return target{Driver: "sqlite", DSN: "file:" + filepath.Join(t.TempDir(), "dovetail.db"), Dialect: sqlstore.SQLite}
		}},
		"Postgres": {50, func(t *testing.T) target {
			t.Helper()
			name := durable.Database(t, livetest.Bytewise) // starts the server
			return target{Driver: "pgx", DSN: durable.DSN(name), Dialect: sqlstore.Postgres}
		}},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			to, rng := tt.target(t), random(t)
			n := tt.kills
			if *kills > 0 {
				n = *kills
			}
			pages := 0
			for range n {
				last := killed(t, to, rng, pages, kill)
				pages = requireNothingLost(t, to, last)
			}
			require.Greater(t, pages, n, "the writer was hardly ever at work when it was killed")
			t.Logf("%d kills, %d pages", n, pages)
		})
	}
}

// TestNothingAcknowledgedIsLostWhenTheServerCrashes ends the database itself.
func TestNothingAcknowledgedIsLostWhenTheServerCrashes(t *testing.T) {
	t.Parallel()
	server := livetest.Postgres{Durable: true}
	name := server.Database(t, livetest.Bytewise) // starts the server
	to := target{Driver: "pgx", DSN: server.DSN(name), Dialect: sqlstore.Postgres}
	t.Cleanup(func() { require.NoError(t, server.Stop()) })
	rng, pages := random(t), 0
	for range 4 {
		last := killed(t, to, rng, pages, func(writer *os.Process) bool {
			require.NoError(t, server.Crash(t.Context()))
			return !kill(writer)
		})
		pages = requireNothingLost(t, to, last)
	}
}

// random returns the source of the moments, and logs its seed.
func random(t *testing.T) *rand.Rand {
	t.Helper()
	seed := uint64(time.Now().UnixNano())
	t.Logf("seed %d", seed)
	return rand.New(rand.NewPCG(seed, 0))
}
