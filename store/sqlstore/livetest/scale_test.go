package livetest_test

import (
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"path/filepath"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/dovetail-sync/dovetail"
	"github.com/dovetail-sync/dovetail/store/sqlstore"
)

// scaleAssets is how many assets BenchmarkScale syncs.
var scaleAssets = flag.Int("scale-assets", 100_000, "how many assets BenchmarkScale syncs, in companies of fifty")

// scaleEnv makes the test binary a host of a generated upstream, so that its
// memory can be told from the test's. It holds its size, as JSON.
const scaleEnv = "DOVETAIL_SCALE"

// scale is the size of a generated upstream, and the database of its host.
type scale struct {
	Target        target
	Orgs, Devices int
}

// runScale syncs a generated upstream twice, and says after each what it cost.
func runScale(ctx context.Context, encoded string) error {
	var s scale
	if err := json.Unmarshal([]byte(encoded), &s); err != nil {
		return err
	}
	db, _, err := s.Target.open(ctx)
	if err != nil {
		return err
	}
	account, err := db.Account("msp")
	if err != nil {
		return err
	}
	h, err := setUpGenerated(ctx, account, generated{orgs: s.Orgs, devices: s.Devices})
	if err != nil {
		return err
	}
	for range 3 {
		began := cpu()
		report, err := h.engine.Sync(ctx, dovetail.SyncRequest{By: ada, Integration: "gen"})
		if err != nil {
			return err
		}
		line, err := json.Marshal(cost{Changes: report.Plan.Changes, CPU: cpu() - began, PeakKiB: peak()})
		if err != nil {
			return err
		}
		fmt.Println(string(line))
	}
	return nil
}

// cost is what a sync cost.
type cost struct {
	Changes int
	CPU     time.Duration
	PeakKiB int64
}

// peak is the most memory that the process has held, in KiB.
func peak() int64 {
	var usage syscall.Rusage
	_ = syscall.Getrusage(syscall.RUSAGE_SELF, &usage)
	return usage.Maxrss
}

// BenchmarkScale syncs large accounts into SQLite, each in a process of its own:
// the first sync, the one that finds nothing to do, and one more.
func BenchmarkScale(b *testing.B) {
	for _, size := range []generated{{orgs: 1, devices: 20_000}, {orgs: *scaleAssets / 50, devices: 50}} {
		b.Run(fmt.Sprintf("%dx%d", size.orgs, size.devices), func(b *testing.B) { scaled(b, size) })
	}
}

func scaled(b *testing.B, size generated) {
	b.Helper()
	assets := size.orgs * size.devices
	for range b.N {
		encoded, err := json.Marshal(scale{
			Target: target{Driver: "sqlite", DSN: "file:" + filepath.Join(b.TempDir(), "dovetail.db"), Dialect: sqlstore.SQLite},
			Orgs:   size.orgs, Devices: size.devices,
		})
		require.NoError(b, err)
		c := startChild(b, scaleEnv, string(encoded))
		var costs []cost
		for c.lines.Scan() {
			var one cost
			require.NoError(b, json.Unmarshal(c.lines.Bytes(), &one))
			costs = append(costs, one)
		}
		require.NoError(b, c.cmd.Wait(), c.stderr.String())
		require.Len(b, costs, 3)
		require.Equal(b, assets, costs[0].Changes)
		require.Zero(b, costs[2].Changes)
		for i, name := range []string{"first", "second", "third"} {
			b.ReportMetric(float64(costs[i].CPU.Nanoseconds())/float64(assets), name+"-cpu-ns/asset")
		}
		b.ReportMetric(float64(costs[0].PeakKiB)/1024, "first-peak-MiB")
		b.ReportMetric(float64(costs[2].PeakKiB)/1024, "peak-MiB")
	}
}
