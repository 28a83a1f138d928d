package plugin

import (
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"github.com/dovetail-sync/dovetail/connector/plugin/internal/wire"
)

// homePrefix begins the name of the folder that is made for a plugin.
const homePrefix = "dovetail-plugin-"

// watchHost ends the process when the host is gone, however it went: the
// system closes the host's end of a pipe. It also clears what the host can't
// clear any more.
func (s *server) watchHost() {
	fd, err := strconv.Atoi(os.Getenv(wire.LifelineKey))
	if err != nil || fd < 3 {
		return // not on this system: the lease alone says it
	}
	closeOnExec(fd)
	pipe := os.NewFile(uintptr(fd), "lifeline")
	_, _ = pipe.Read(make([]byte, 1)) // nothing is ever written: it returns at the end
	select {
	case <-s.released:
		return // the host is there and clears up itself
	default:
	}
	clearHome(os.Getenv(wire.HomeKey))
	killOwnGroup()
	os.Exit(exitAlone) //nolint:revive // there is nobody left to return for
}

// clearHome removes the folder that was made for this process: only one that
// has the name of such a folder and in which this very program lies.
func clearHome(home string) {
	exe, err := os.Executable()
	if err != nil || home == "" || filepath.Dir(exe) != home || !strings.HasPrefix(filepath.Base(home), homePrefix) {
		return
	}
	_ = os.RemoveAll(home) //nolint:gosec // checked above; and there is nobody to tell
}
