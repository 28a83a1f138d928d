//go:build unix

package plugin

import (
	"os"
	"os/exec"
	"syscall"
)

// lifelineWorks says that a child can inherit the end of a pipe.
const lifelineWorks = true

// ownGroup puts the child into a process group of its own: it and what it
// starts can be killed together, and an interrupt at the host's terminal isn't
// for it.
func ownGroup(cmd *exec.Cmd) { cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true} }

// killGroup kills a child that wasn't waited for, and what it started.
func killGroup(p *os.Process) error { return syscall.Kill(-p.Pid, syscall.SIGKILL) }

// killRest kills what a child has left behind that has ended. Its number is the
// group's as long as one of them is there, and isn't given to others at once.
func killRest(pid int) { _ = syscall.Kill(-pid, syscall.SIGKILL) } // or nobody is left

// killOwnGroup ends this process and what it has started, if the group is its own.
func killOwnGroup() {
	if syscall.Getpgrp() == os.Getpid() {
		_ = syscall.Kill(0, syscall.SIGKILL)
	}
}

// busy says that a program can't be started at this moment, because a process
// that is just being made still has it open for writing.
const busy = syscall.ETXTBSY

func closeOnExec(fd int) { syscall.CloseOnExec(fd) }
