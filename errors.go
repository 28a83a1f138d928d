package dovetail

import (
	"errors"
	"strings"

	"github.com/dovetail-sync/dovetail/connector"
)

// The errors that a host acts on, wrapped with what they are about. Errors of a
// connector keep their code: see connector.CodeOf.
var (
	// ErrDenied says that Config.Authorize refused.
	ErrDenied = errors.New("not allowed")
	// ErrChanged says that what a decision was based on has changed since the
	// actor saw it. Show the new state and ask again.
	ErrChanged = errors.New("changed meanwhile")
	// ErrNotReady says that the integration can't run as it stands: its
	// connection wasn't tested, or needs attention, or it is disabled.
	ErrNotReady = errors.New("not ready")
	// ErrStalePlan says that a plan no longer describes what would happen. Make
	// a new one.
	ErrStalePlan = errors.New("plan is stale")
	// ErrFenced says that another process has taken over the work, as after this
	// one was suspended for longer than Config.Lease. What it had begun is settled
	// by the other one.
	ErrFenced = errors.New("another process has taken over")
	// ErrOtherAccount says that the credentials lead to another account
	// upstream than before. Nothing was written.
	ErrOtherAccount = errors.New("another account upstream")
)

// SettingsError is everything that is wrong with settings, at once. Nothing was
// saved.
type SettingsError struct {
	// Problems name the setting as Settings does, as in "default_layouts.asset"
	// or, for the connector's own, "domain".
	Problems []connector.Problem
}

// Error returns all problems in one line.
func (e *SettingsError) Error() string {
	texts := make([]string, len(e.Problems))
	for i, p := range e.Problems {
		texts[i] = p.String()
	}
	return "dovetail: settings: " + strings.Join(texts, "; ")
}
