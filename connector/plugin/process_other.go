//go:build !unix

package plugin

import (
	"errors"
	"os"
	"os/exec"
)

const lifelineWorks = false

func ownGroup(*exec.Cmd) {}

func killGroup(p *os.Process) error { return p.Kill() }

func killRest(int) {}

func killOwnGroup() {}

var busy = errors.New("doesn't happen on this system")

func closeOnExec(int) {}
