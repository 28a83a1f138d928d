//go:build unix

package livetest_test

import (
	"encoding/json"
	"math/rand/v2"
	"path/filepath"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/require"

	"github.com/dovetail-sync/dovetail/store/sqlstore"
	"github.com/dovetail-sync/dovetail/store/sqlstore/livetest"
)

// TestSuspendedReplicasDoNotDouble has two processes at the same work, of which
// now and then one is suspended for longer than its claims last, and wakes up
// when the other one has taken over. Companies, assets, cards, decisions and
// journal are in the end those of a host with one process that nobody disturbed.
func TestSuspendedReplicasDoNotDouble(t *testing.T) {
	t.Parallel()
	want, _ := undisturbed(t, platformJoint)
	for name, to := range map[string]func(t *testing.T) target{
		"SQLite": func(t *testing.T) target {
			t.Helper()
			return target{Driver: "sqlite", DSN: "file:" + filepath.Join(t.TempDir(), "dovetail.db"), Dialect: sqlstore.SQLite}
		},
		"Postgres": func(t *testing.T) target {
			t.Helper()
			return target{Driver: "pgx", DSN: postgres.DSN(postgres.Database(t, livetest.Bytewise)), Dialect: sqlstore.Postgres}
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			rng, overtaken := random(t), 0
			for life := 0; life < 4 && overtaken < 2 || life < 12 && overtaken == 0 && name == "Postgres"; life++ {
				h := newHereafter(t, platformJoint)
				h.life.Target, h.life.Lease = to(t), 60*time.Millisecond
				for chapter := 1; chapter <= chapters; chapter++ {
					h.turn(chapter)
					overtaken += h.suspend(rng)
					require.Empty(t, cmp.Diff(want[chapter-1], portrait(t, h.life)), "chapter %d", chapter)
				}
			}
			t.Logf("overtaken %d times", overtaken)
			// On SQLite most are suspended in a transaction, which keeps the other one
			// from all writing.
			require.True(t, overtaken > 0 || name == "SQLite", "no process lost its work to the other one")
		})
	}
}

// suspend runs two processes to their end, suspends them in turn, and counts how
// often one lost its work to the other.
func (h *hereafter) suspend(rng *rand.Rand) (overtaken int) {
	h.t.Helper()
	var both sync.WaitGroup
	said := make([][]string, 2)
	replicas, ended := make([]*child, 2), make([]chan struct{}, 2)
	for i, name := range []string{"a", "b"} {
		life := h.life
		life.Replica = name
		encoded, err := json.Marshal(life)
		require.NoError(h.t, err)
		replicas[i], ended[i] = startChild(h.t, engineEnv, string(encoded)), make(chan struct{})
		both.Go(func() {
			defer close(ended[i])
			for replicas[i].lines.Scan() {
				said[i] = append(said[i], replicas[i].lines.Text())
			}
		})
	}
	for at := 0; ; at = 1 - at {
		if !within(ended[at], time.Duration(rng.IntN(25))*time.Millisecond) {
			_ = replicas[at].cmd.Process.Signal(syscall.SIGSTOP)
			within(ended[1-at], time.Duration(200+rng.IntN(200))*time.Millisecond)
			_ = replicas[at].cmd.Process.Signal(syscall.SIGCONT)
		}
		if within(ended[0], 0) && within(ended[1], 0) {
			break
		}
	}
	both.Wait()
	for i, c := range replicas {
		require.NoError(h.t, c.cmd.Wait(), c.stderr.String())
		for _, line := range said[i] {
			if line == "overtaken" {
				overtaken++
			}
		}
	}
	return overtaken
}

// within waits for something to end, at most so long, and reports whether it has.
func within(ended <-chan struct{}, d time.Duration) bool {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-ended:
		return true
	case <-timer.C:
		select {
		case <-ended:
			return true
		default:
			return false
		}
	}
}
