package connector

import (
	"context"
	"iter"
)

// Overrides are what a wrapper does in its own way. A nil function is left to
// the session inside.
type Overrides struct {
	// Read replaces Session.Read. It usually calls that of the session inside.
	Read func(ctx context.Context, req ReadRequest) iter.Seq2[Page, error]
	// Close replaces Session.Close.
	Close func() error
	// Features is given the abilities of the session inside and returns those of
	// the wrapper. Take one away by setting it to nil.
	Features func(Features) Features
}

// Wrap returns a session around another, to count, to limit, to record what it
// does. It keeps all abilities of the session inside, those too that later
// versions of this package add: a type that embeds a Session would lose them.
func Wrap(inner Session, with Overrides) Session { return &wrapper{inner, with} }

type wrapper struct {
	inner Session
	with  Overrides
}

// Read implements Session.
func (w *wrapper) Read(ctx context.Context, req ReadRequest) iter.Seq2[Page, error] {
	if w.with.Read != nil {
		return w.with.Read(ctx, req)
	}
	return w.inner.Read(ctx, req)
}

// Close implements Session.
func (w *wrapper) Close() error {
	if w.with.Close != nil {
		return w.with.Close()
	}
	return w.inner.Close()
}

// Features answers FeaturesOf.
func (w *wrapper) Features() Features {
	f := FeaturesOf(w.inner)
	if w.with.Features != nil {
		f = w.with.Features(f)
	}
	return f
}
