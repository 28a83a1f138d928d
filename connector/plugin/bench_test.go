//go:build unix

package plugin_test

import (
	"hash/maphash"
	"runtime"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/dovetail-sync/dovetail/connector"
	"github.com/dovetail-sync/dovetail/connector/plugin"
	"github.com/dovetail-sync/dovetail/connector/plugin/internal/testconnector"
)

// BenchmarkRead reads b.N records, counts them and hashes all that is in them.
// The records are made before, so that what is measured is the way: compare
// with the same read in process. The second row of a process of its own is the
// first one again, and shows how far figures differ by themselves.
func BenchmarkRead(b *testing.B) {
	p := start(b, nil)
	for _, pages := range []struct {
		name, scenario string
		size           int
	}{
		{"500 devices a page", "made", 500}, {"500 people a page", "made small", 500}, {"1 device a page", "made", 1},
	} {
		for _, row := range []struct {
			name string
			c    connector.Connector
		}{{"in process", testconnector.New()}, {"subprocess", p}, {"subprocess again", p}} {
			b.Run(pages.name+" "+row.name, func(b *testing.B) { benchmarkRead(b, row.c, pages.size, pages.scenario) })
		}
	}
}

func benchmarkRead(b *testing.B, c connector.Connector, size int, scenario string) {
	session := open(b, c, settings("records", b.N, "page", size, "scenario", scenario))
	local := open(b, testconnector.New(), settings())
	var before, after runtime.MemStats
	runtime.GC()
	theirs, ours := ask(b, session, "cpu"), ask(b, local, "cpu")
	runtime.ReadMemStats(&before)
	b.ResetTimer()

	var d digest
	for page, err := range session.Read(b.Context(), connector.ReadRequest{Kind: testconnector.Kind}) {
		if err != nil {
			b.Fatal(err)
		}
		for i := range page.Records {
			d.add(&page.Records[i])
		}
	}
	b.StopTimer()
	runtime.ReadMemStats(&after)
	ours, theirs = ask(b, local, "cpu")-ours, ask(b, session, "cpu")-theirs
	if _, here := c.(interface{ Close() error }); !here {
		theirs = 0 // the same process
	}
	var want digest
	for n := range size {
		rec := testconnector.Record(n)
		if scenario == "made small" {
			rec = testconnector.Person(n)
		}
		want.add(&rec)
	}
	require.Equal(b, b.N, d.count)
	if b.N%size == 0 {
		require.Equal(b, want.sum*uint64(b.N/size), d.sum)
	}
	per := 1000 / float64(b.N)
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "records/s")
	b.ReportMetric(float64(ours)*per, "host-cpu-ns/record")
	b.ReportMetric(float64(theirs)*per, "plugin-cpu-ns/record")
	b.ReportMetric(float64(ours+theirs)*per, "cpu-ns/record")
	b.ReportMetric(float64(after.Mallocs-before.Mallocs)/float64(b.N), "host-allocs/record")
}

// digest is a count of records and a sum of the hashes of all that is in them.
type digest struct {
	count int
	sum   uint64
}

var seed = maphash.MakeSeed()

func (d *digest) add(rec *connector.Record) {
	d.count++
	var room [64]byte
	text := func(s string) uint64 { return maphash.String(seed, s) }
	d.sum += text(string(rec.Key)) + 3*text(string(rec.Container)) + 5*text(rec.Name) + 7*text(rec.Type) + 11*text(rec.URL) +
		13*uint64(rec.Created.UnixMicro()) + 17*uint64(rec.Updated.UnixMicro()) + 19*uint64(rec.Status)
	for name, v := range rec.Fields {
		d.sum += text(name) * maphash.Bytes(seed, v.AppendCanonical(room[:0]))
	}
}

// BenchmarkStart is the time from nothing to the first page.
func BenchmarkStart(b *testing.B) {
	var sum time.Duration
	for b.Loop() {
		sum += firstPage(b)
	}
	b.ReportMetric(float64(sum.Microseconds())/float64(b.N)/1e3, "ms-to-page")
}

// firstPage starts a plugin, takes the first page of a read, and closes it.
func firstPage(b *testing.B) (took time.Duration) {
	began := time.Now()
	p, err := plugin.Start(b.Context(), plugin.Config{Path: programs.testing.path, Checksum: programs.testing.checksum})
	require.NoError(b, err)
	session, err := p.Open(b.Context(), settings("records", 1000, "page", 500))
	require.NoError(b, err)
	for page, err := range session.Read(b.Context(), connector.ReadRequest{Kind: "thing"}) {
		require.NoError(b, err)
		require.Len(b, page.Records, 500)
		took = time.Since(began)
		break
	}
	require.NoError(b, p.Close())
	return took
}

// BenchmarkCancel is the time from a cancelled context to the end of the
// plugin's read.
func BenchmarkCancel(b *testing.B) {
	session := open(b, start(b, nil), settings("records", 10, "page", 2, "scenario", "waits", "at", 2))
	var sum time.Duration
	for b.Loop() {
		sum += cancelled(b, session)
	}
	b.ReportMetric(float64(sum.Microseconds())/float64(b.N)/1e3, "ms-to-end")
}

// BenchmarkHostKilled is the time from the host's death to that of its plugin.
func BenchmarkHostKilled(b *testing.B) {
	var sum time.Duration
	for b.Loop() {
		host, pid := startHost(b, shortDir(b), "HOST_BUSY=1")
		began := time.Now()
		require.NoError(b, host.Process.Kill())
		_ = host.Wait()
		eventually(b, time.Minute, func() bool { return !runs(pid) }, "the plugin is gone")
		sum += time.Since(began)
	}
	b.ReportMetric(float64(sum.Microseconds())/float64(b.N)/1e3, "ms-to-end")
}
