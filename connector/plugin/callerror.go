package plugin

import (
	"context"
	"errors"
	"fmt"
	"time"

	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"github.com/dovetail-sync/dovetail/connector"
	"github.com/dovetail-sync/dovetail/connector/plugin/internal/wire"
)

// exitTime is how long a broken connection waits for the end of its process.
const exitTime = time.Second

// errCrashed is in the error of a call whose process is gone.
var errCrashed = errors.New("the plugin's process is gone")

// callError makes of a call's error what the connector said, or what happened
// to the call.
func (p *Plugin) callError(ctx context.Context, proc *process, op string, err error) error {
	if f, ok := wire.FailureIn(err); ok {
		return f.Err(p.redact.text)
	}
	if cause := context.Cause(ctx); cause != nil {
		if errors.Is(cause, errSilent) {
			return p.error(connector.CodeUnavailable, op, cause)
		}
		return p.error(connector.CodeCanceled, op, cause)
	}
	st, _ := status.FromError(err)
	code := st.Code()
	if code == codes.Unavailable || proc.gone(0) {
		return p.crashed(proc, op)
	}
	text := wire.Clip(p.redact.text(connector.CleanText(st.Message())), 300)
	switch code {
	case codes.DeadlineExceeded: // the caller's, which the plugin noticed first
		return p.error(connector.CodeCanceled, op, context.DeadlineExceeded)
	case codes.Canceled:
		return p.error(connector.CodeCanceled, op, errors.New("the session is closed"))
	case codes.Unimplemented:
		e := p.error(connector.CodeProtocol, op, errors.New("the plugin doesn't know this call"))
		e.Remedy = "upgrade the plugin"
		return e
	default:
		return p.error(connector.CodeProtocol, op, fmt.Errorf("the plugin sent what can't be read: %s", text))
	}
}

// crashed says how the process ended. A process whose connection broke and that
// doesn't end is killed: nobody can talk to it any more.
func (p *Plugin) crashed(proc *process, op string) error {
	if !proc.gone(exitTime) {
		proc.child.kill(errors.New("its connection broke"))
		proc.gone(exitTime)
	}
	cause := proc.child.why()
	text := ""
	if words := proc.log.lastWords(); words != "" {
		text = ": " + p.redact.text(words)
	}
	return p.error(connector.CodeUnavailable, op, fmt.Errorf("%w: %w%s", errCrashed, cause, text))
}
