//go:build !unix

package livetest

import "syscall"

// unprivileged says as whom the server runs.
func unprivileged(string) (*syscall.SysProcAttr, error) { return nil, nil }
