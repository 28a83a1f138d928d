package livetest_test

import (
	"encoding/json"
	"flag"
	"fmt"
	"math/rand/v2"
	"path/filepath"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/require"

	"github.com/dovetail-sync/dovetail"
	"github.com/dovetail-sync/dovetail/store/sqlstore"
	"github.com/dovetail-sync/dovetail/syncro/syncrotest"
)

// engineKills is how often an engine is killed over each platform: make soak
// says more.
var engineKills = flag.Int("engine-kills", 10, "how often an engine is killed over each kind of platform")

// chapters is how often the upstream changes in the life of a host.
const chapters = 3

// hereafter is a host whose processes are killed, and the Syncro that outlives
// them.
type hereafter struct {
	t       *testing.T
	account *syncrotest.Account
	life    life
}

func newHereafter(t *testing.T, platform string) *hereafter {
	t.Helper()
	h := &hereafter{t: t}
	epoch := time.Date(2026, 1, 5, 9, 0, 0, 0, time.UTC)
	var err error
	h.account, err = syncrotest.New(syncrotest.Options{
		Seed: 7, Customers: 6, Contacts: 25, Assets: 70, Now: func() time.Time { return epoch },
		PageSize: syncrotest.PageSize{Contacts: 10, Assets: 10},
	})
	require.NoError(t, err)
	server := h.account.Start()
	t.Cleanup(server.Close)
	h.life = life{
		Target:   target{Driver: "sqlite", DSN: "file:" + filepath.Join(t.TempDir(), "dovetail.db"), Dialect: sqlstore.SQLite},
		Upstream: server.URL, Token: h.account.Token(), Platform: platform,
	}
	return h
}

// turn is what changes upstream before a chapter: of some things the values, of
// some the company; some end, some are new.
func (h *hereafter) turn(chapter int) {
	if chapter == 1 {
		return
	}
	customers := h.account.Customers()
	for i, c := range customers {
		h.account.UpdateCustomer(c.ID, func(c *syncrotest.Customer) { c.Phone = fmt.Sprintf("555 %02d%02d", chapter, i) })
	}
	for i, a := range h.account.Assets() {
		switch i % 8 {
		case 0:
			h.account.UpdateAsset(a.ID, func(a *syncrotest.Asset) { a.Name = fmt.Sprintf("%s in %d", a.Name, chapter) })
		case 1:
			h.account.UpdateAsset(a.ID, func(a *syncrotest.Asset) { a.Serial = fmt.Sprintf("TURN-%d-%04d", chapter, i) })
		case 2:
			h.account.MoveAsset(a.ID, customers[(i+chapter)%len(customers)].ID)
		case 3:
			h.account.DeleteAsset(a.ID)
		default: // stays as it is
		}
	}
	for i, c := range h.account.Contacts() {
		if i%3 == 0 {
			h.account.UpdateContact(c.ID, func(c *syncrotest.Contact) { c.Email = fmt.Sprintf("new-%d-%d@example.org", chapter, i) })
		}
	}
	for i := range 5 {
		h.account.AddAsset(syncrotest.Asset{
			ID: int64(9000 + 100*chapter + i), CustomerID: customers[i%len(customers)].ID,
			Name: fmt.Sprintf("NEW-%d-%d", chapter, i), Serial: fmt.Sprintf("NEW-SN-%d-%d", chapter, i),
		})
	}
}

// live runs a process until it ends or has said so many lines and is killed a
// moment later. It returns the lines that it said.
func (h *hereafter) live(lines int, moment time.Duration) (said []string, killed bool) {
	h.t.Helper()
	encoded, err := json.Marshal(h.life)
	require.NoError(h.t, err)
	c := startChild(h.t, engineEnv, string(encoded))
	for len(said) != lines && c.lines.Scan() {
		said = append(said, c.lines.Text())
	}
	if len(said) == lines {
		<-time.NewTimer(moment).C
		_ = c.cmd.Process.Kill()
	}
	for c.lines.Scan() {
		said = append(said, c.lines.Text())
	}
	if err := c.cmd.Wait(); err == nil {
		return said, false
	}
	require.Empty(h.t, c.stderr.String(), "it ended by itself")
	return said, true
}

// never is more lines than a process says.
const never = 1 << 30

// undisturbed is how a host looks after each chapter that nobody was killed in,
// and how many lines it said.
func undisturbed(t *testing.T, platform string) (portraits [][]string, lines []int) {
	t.Helper()
	h := newHereafter(t, platform)
	for chapter := 1; chapter <= chapters; chapter++ {
		h.turn(chapter)
		said, killed := h.live(never, 0)
		require.False(t, killed)
		portraits, lines = append(portraits, portrait(t, h.life)), append(lines, len(said))
	}
	return portraits, lines
}

// TestAKilledEngineEndsWhereAnUndisturbedOneDoes kills processes that sync, at
// moments that nobody chose, until one comes to its end: companies, assets,
// cards, decisions and journal are then those of a host that nobody killed.
func TestAKilledEngineEndsWhereAnUndisturbedOneDoes(t *testing.T) {
	t.Parallel()
	for _, platform := range []string{platformJoint, platformIntents, platformBare} {
		t.Run("a platform "+platform, func(t *testing.T) {
			t.Parallel()
			want, lines := undisturbed(t, platform)
			rng, kills, lives := random(t), 0, 0
			during := make(map[string]int)
			for ; kills < *engineKills; lives++ {
				h := newHereafter(t, platform)
				for chapter := 1; chapter <= chapters; chapter++ {
					h.turn(chapter)
					kills += h.harass(rng, lines[chapter-1], *engineKills-kills, during)
					require.Empty(t, cmp.Diff(want[chapter-1], portrait(t, h.life)), "chapter %d", chapter)
				}
			}
			t.Logf("%d kills in %d lives: %v", kills, lives, during)
			if kills >= 100 {
				for _, phase := range []dovetail.EventType{dovetail.EventPageRead, dovetail.EventCompanyPlanned, dovetail.EventChangeApplied} {
					require.GreaterOrEqual(t, during[string(phase)], 5, "hardly one was killed after: %s", phase)
				}
			}
		})
	}
}

// harass kills the processes of one chapter, at most so often, until one comes
// to its end. It counts the kills, also by what had happened last.
func (h *hereafter) harass(rng *rand.Rand, lines, most int, during map[string]int) (kills int) {
	h.t.Helper()
	for kills < most {
		said, killed := h.live(rng.IntN(lines), time.Duration(rng.IntN(4000))*time.Microsecond)
		if !killed {
			return kills
		}
		kills++
		last := "the start"
		if len(said) > 0 {
			last = said[len(said)-1]
		}
		during[last]++
	}
	_, killed := h.live(never, 0)
	require.False(h.t, killed)
	return kills
}
