//go:build unix

package testconnector

import (
	"syscall"
	"time"
)

// processCPU is what this process has used, in microseconds.
func processCPU() int {
	var used syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &used); err != nil {
		return 0
	}
	return int((time.Duration(used.Utime.Nano()) + time.Duration(used.Stime.Nano())).Microseconds())
}
