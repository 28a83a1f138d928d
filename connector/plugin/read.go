package plugin

import (
	"context"
	"errors"
	"io"
	"iter"

	"github.com/dovetail-sync/dovetail/connector"
	"github.com/dovetail-sync/dovetail/connector/plugin/internal/wire"
)

// Read implements connector.Session. A read whose process crashes goes on in a
// new one, after the last page that the consumer was done with.
func (s *session) Read(ctx context.Context, req connector.ReadRequest) iter.Seq2[connector.Page, error] {
	return func(yield func(connector.Page, error) bool) {
		op := "read " + string(req.Kind)
		ctx, cancel := endingWith(ctx, s.life)
		defer cancel()
		at := req
		for {
			l, err := s.use(ctx, op)
			if err != nil {
				yield(connector.Page{}, err)
				return
			}
			err = l.read(ctx, op, &at, yield)
			switch {
			case err == nil:
				return
			case errors.Is(err, errCrashed) && s.spare():
				continue
			}
			yield(connector.Page{}, err)
			return
		}
	}
}

// spare reports whether the session may be opened again.
func (s *session) spare() bool {
	s.turn <- struct{}{}
	defer func() { <-s.turn }()
	return s.restarts < maxRestarts || s.current.alive()
}

// read delivers pages until the read ends, and moves the request on behind each
// page that was taken. It returns nil when the consumer has all that it wants.
func (l *link) read(ctx context.Context, op string, at *connector.ReadRequest, yield func(connector.Page, error) bool) error {
	r, err := l.startRead(ctx, *at)
	defer r.end()
	if err != nil {
		return r.error(ctx, op, err)
	}
	defer context.AfterFunc(ctx, r.stop)()
	ended, taken := false, uint32(0)
	for {
		page, err := r.page()
		switch {
		case errors.Is(err, io.EOF) && ctx.Err() == nil:
			return nil
		case err != nil:
			if err = r.error(ctx, op, err); ended && (errors.Is(err, errCrashed) || ctx.Err() != nil) {
				return nil // all was delivered
			}
			return err
		case ctx.Err() != nil:
			continue // the end of the stream is on its way
		case ended:
			return r.error(ctx, op, &badPart{errors.New("a page came after the last one")})
		}
		if !yield(page, nil) {
			r.finish()
			return nil
		}
		at.Checkpoint = page.Checkpoint
		ended = page.End != connector.More
		if taken++; taken == wire.Ahead/2 {
			r.send(&wire.ReadControl{Message: &wire.ReadControl_Credit{Credit: taken}})
			taken = 0
		}
	}
}
