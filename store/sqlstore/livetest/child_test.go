package livetest_test

import (
	"bufio"
	"os"
	"os/exec"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// child is this test binary once more, as a process of its own that can be
// killed.
type child struct {
	cmd *exec.Cmd
	// lines is what it says.
	lines *bufio.Scanner
	// stderr is why it ended by itself.
	stderr strings.Builder
}

// startChild starts a process that does what TestMain does for the variable.
func startChild(t testing.TB, variable, value string) *child {
	t.Helper()
	c := &child{cmd: exec.CommandContext(t.Context(), os.Args[0], "-test.run=^$")}
	c.cmd.Env = append(os.Environ(), variable+"="+value)
	c.cmd.Stderr = &c.stderr
	_, err := c.cmd.StdinPipe() // it ends with this process
	require.NoError(t, err)
	out, err := c.cmd.StdoutPipe()
	require.NoError(t, err)
	require.NoError(t, c.cmd.Start())
	c.lines = bufio.NewScanner(out)
	return c
}
