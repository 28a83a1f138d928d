package plugin

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strconv"
	"sync"
	"time"

	"github.com/dovetail-sync/dovetail/connector/plugin/internal/wire"
)

// child is the plugin's process: what go-plugin calls a runner. It inherits
// nothing but what stands here.
type child struct {
	exe string
	env []string

	mu      sync.Mutex
	process *os.Process // nil until it runs and after it was waited for
	ended   bool        // it was waited for
	cause   error       // why it was killed, or never was to run

	id       string
	stdout   *os.File
	stderr   *os.File
	lifeline *os.File

	// exited is closed when the process has ended and was waited for.
	exited chan struct{}
	// status is how it ended.
	status error
}

func newChild(exe string, env []string) *child {
	return &child{exe: exe, env: env, exited: make(chan struct{})}
}

// drainTime is how long what a dead process wrote is read before the pipe is
// closed, which someone else may still hold open.
const drainTime = 500 * time.Millisecond

// busyTries bounds how often a start is tried again that met another one.
const busyTries = 50

// Start implements runner.Runner.
func (c *child) Start(ctx context.Context) error {
	var theirs []*os.File // closed here when the child has them
	defer func() {
		for _, f := range theirs {
			_ = f.Close()
		}
	}()
	pipe := func() (r, w *os.File, err error) {
		if r, w, err = os.Pipe(); err != nil {
			err = fmt.Errorf("make a pipe: %w", err)
		}
		return r, w, err
	}
	var out, errOut, line *os.File
	var err error
	if c.stdout, out, err = pipe(); err != nil {
		return err
	}
	theirs = append(theirs, out)
	if c.stderr, errOut, err = pipe(); err != nil {
		return err
	}
	theirs = append(theirs, errOut)
	if lifelineWorks {
		if line, c.lifeline, err = pipe(); err != nil {
			return err
		}
		theirs = append(theirs, line)
		c.env = append(c.env, wire.LifelineKey+"="+strconv.Itoa(3))
	}
	cmd, err := c.startBusy(ctx, out, errOut, line)
	if err != nil {
		return err
	}
	c.mu.Lock()
	c.process, c.id = cmd.Process, strconv.Itoa(cmd.Process.Pid)
	if c.cause != nil { // it was given up meanwhile
		_ = killGroup(c.process)
	}
	c.mu.Unlock()
	go c.wait(cmd)
	return nil
}

// startBusy starts the process. A program that was just written can't be run
// while a process that is being made at the same moment has inherited the
// writing end of it: that passes.
func (c *child) startBusy(ctx context.Context, out, errOut, line *os.File) (*exec.Cmd, error) {
	for try := 0; ; try++ {
		cmd := exec.Command(c.exe) //nolint:gosec,noctx // verified by its checksum; it ends with Close, not with the context of Start
		cmd.Env, cmd.Dir = c.env, os.TempDir()
		cmd.Stdout, cmd.Stderr = out, errOut
		if line != nil {
			cmd.ExtraFiles = []*os.File{line}
		}
		ownGroup(cmd)
		err := cmd.Start()
		if err == nil {
			return cmd, nil
		}
		if !errors.Is(err, busy) || try == busyTries {
			return nil, err
		}
		select {
		case <-ctx.Done():
			return nil, ctx.Err()
		case <-time.After(2 * time.Millisecond):
		}
	}
}

func (c *child) wait(cmd *exec.Cmd) {
	pid := cmd.Process.Pid
	err := cmd.Wait()
	killRest(pid)
	c.mu.Lock()
	c.process, c.ended = nil, true
	c.mu.Unlock()
	end := time.Now().Add(drainTime)
	_ = c.stdout.SetReadDeadline(end) // or it has none, and is at its end anyway
	_ = c.stderr.SetReadDeadline(end)
	if err == nil {
		err = errors.New("it ended by itself")
	}
	c.status = err
	close(c.exited)
}

// kill ends the process and what it started, at once, even one that is stopped.
// One that doesn't run yet is ended as soon as it does.
func (c *child) kill(cause error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.ended {
		return
	}
	if c.cause == nil {
		c.cause = cause
	}
	if c.process != nil {
		_ = killGroup(c.process) // or it is just ending
	}
}

// why says how the process ended.
func (c *child) why() error {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.cause != nil {
		return c.cause
	}
	return c.status
}

// close closes what the host holds of it.
func (c *child) close() {
	for _, f := range []*os.File{c.stdout, c.stderr, c.lifeline} {
		if f != nil {
			_ = f.Close()
		}
	}
}

// Wait implements runner.Runner.
func (c *child) Wait(context.Context) error {
	<-c.exited
	return c.status
}

// Kill implements runner.Runner.
func (c *child) Kill(context.Context) error {
	c.kill(errors.New("it didn't end in time"))
	return nil
}

// Stdout implements runner.Runner.
func (c *child) Stdout() io.ReadCloser { return c.stdout }

// Stderr implements runner.Runner.
func (c *child) Stderr() io.ReadCloser { return c.stderr }

// Name implements runner.Runner.
func (c *child) Name() string { return c.exe }

// ID implements runner.Runner.
func (c *child) ID() string {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.id
}

// Diagnose implements runner.Runner.
func (c *child) Diagnose(context.Context) string { return "" }

// PluginToHost implements runner.Runner.
func (c *child) PluginToHost(network, address string) (hostNet, hostAddr string, err error) {
	return network, address, nil
}

// HostToPlugin implements runner.Runner.
func (c *child) HostToPlugin(network, address string) (pluginNet, pluginAddr string, err error) {
	return network, address, nil
}
