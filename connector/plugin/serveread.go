package plugin

import (
	"context"
	"errors"
	"io"

	"google.golang.org/grpc"

	"github.com/dovetail-sync/dovetail/connector"
	"github.com/dovetail-sync/dovetail/connector/plugin/internal/wire"
)

// Read implements the service.
func (s *server) Read(stream grpc.BidiStreamingServer[wire.ReadControl, wire.PagePart]) error {
	first, err := stream.Recv()
	if err != nil {
		return err
	}
	start := first.GetStart()
	if start == nil {
		return wire.ToStatus(&connector.Error{Code: connector.CodeProtocol, Detail: "a read has to begin with start"})
	}
	session, err := s.session(start.GetSession())
	if err != nil {
		return err
	}
	ctx, cancel := context.WithCancelCause(stream.Context())
	defer cancel(nil)
	allowed := newCredit(start.GetCredit())
	go func() { cancel(control(stream, allowed)) }() // ends with the stream, which ends with this call

	req := readRequest(start)
	sender := wire.Sender{Send: stream.Send, Kind: req.Kind}
	for page, err := range session.session.Read(ctx, req) {
		if err != nil {
			return wire.ToStatus(err)
		}
		if err := sender.Page(page); err != nil {
			return wire.ToStatus(err)
		}
		if page.End == connector.More && !allowed.take(ctx) {
			break
		}
	}
	if ctx.Err() != nil {
		return wire.ToStatus(context.Cause(ctx))
	}
	return nil
}

// control takes the host's messages until it stops the read or is gone.
func control(stream grpc.BidiStreamingServer[wire.ReadControl, wire.PagePart], allowed *credit) error {
	for {
		m, err := stream.Recv()
		switch {
		case errors.Is(err, io.EOF):
			return &connector.Error{Code: connector.CodeCanceled, Err: errStopped}
		case err != nil:
			return err
		case m.GetStop():
			return &connector.Error{Code: connector.CodeCanceled, Err: errStopped}
		}
		allowed.add(m.GetCredit())
	}
}

func readRequest(start *wire.ReadStart) connector.ReadRequest {
	req := connector.ReadRequest{
		Kind: connector.Kind(start.GetKind()), Mode: connector.Mode(start.GetMode()),
		Checkpoint: connector.Checkpoint(start.GetCheckpoint()), SizeHint: int(start.GetSizeHint()),
	}
	for _, key := range start.GetWithin() {
		req.Within = append(req.Within, connector.Key(key))
	}
	return req
}

// credit is how many more pages may be made.
type credit struct{ tokens chan struct{} }

// maxCredit bounds what a host may ask for.
const maxCredit = 1024

// newCredit allows n pages: the first is made in any case.
func newCredit(n uint32) *credit {
	c := &credit{tokens: make(chan struct{}, maxCredit)}
	if n > 0 {
		c.add(n - 1)
	}
	return c
}

func (c *credit) add(n uint32) {
	for range min(n, maxCredit) {
		select {
		case c.tokens <- struct{}{}:
		default:
			return
		}
	}
}

// take waits until one more page may be made. It reports false if ctx ended
// first.
func (c *credit) take(ctx context.Context) bool {
	select {
	case <-c.tokens:
		return true
	case <-ctx.Done():
		return false
	}
}
