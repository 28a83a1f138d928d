package main

import (
	"runtime/metrics"
	"sync"
	"syscall"
	"time"
)

// resources is what matching took: building both catalogues and matching them,
// without reading the files.
type resources struct {
	Seconds       float64 `json:"seconds"`
	CPUSeconds    float64 `json:"cpu_seconds"`
	PeakHeapBytes uint64  `json:"peak_heap_bytes"`
}

// watch measures resources. The peak of the heap is of objects that are alive or
// not yet swept, looked at every few milliseconds.
type watch struct {
	started time.Time
	cpu     float64
	peak    uint64
	stopped chan struct{}
	wait    sync.WaitGroup
}

func startWatch() *watch {
	w := &watch{stopped: make(chan struct{})}
	w.wait.Go(func() {
		tick := time.NewTicker(5 * time.Millisecond)
		defer tick.Stop()
		for {
			w.peak = max(w.peak, heap())
			select {
			case <-tick.C:
			case <-w.stopped:
				return
			}
		}
	})
	return w
}

func (w *watch) begin() { w.started, w.cpu = time.Now(), cpuSeconds() }

func (w *watch) stop() resources {
	r := resources{Seconds: time.Since(w.started).Seconds(), CPUSeconds: cpuSeconds() - w.cpu}
	close(w.stopped)
	w.wait.Wait()
	r.PeakHeapBytes = w.peak
	return r
}

func heap() uint64 {
	sample := []metrics.Sample{{Name: "/memory/classes/heap/objects:bytes"}}
	metrics.Read(sample)
	return sample[0].Value.Uint64()
}

func cpuSeconds() float64 {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		return 0
	}
	seconds := func(t syscall.Timeval) float64 { return float64(t.Sec) + float64(t.Usec)/1e6 }
	return seconds(u.Utime) + seconds(u.Stime)
}
