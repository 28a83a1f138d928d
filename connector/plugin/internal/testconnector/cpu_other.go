//go:build !unix

package testconnector

func processCPU() int { return 0 }
