package restplatform

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"iter"
	"net/http"

	"github.com/dovetail-sync/dovetail/store"
)

// relationRecord is a relation as the API shows it: each is there twice, once in
// each direction.
type relationRecord struct {
	ID       int64  `json:"id"`
	From     int64  `json:"fromable_id"`
	FromKind string `json:"fromable_type"`
	To       int64  `json:"toable_id"`
	ToKind   string `json:"toable_type"`
	Inverse  bool   `json:"is_inverse"`
}

func (r relationRecord) identity() int64 { return r.ID }

// relatedKind is the kind of thing that dovetail links.
const relatedKind = "Asset"

func (r relationRecord) link() store.Link {
	return store.Link{ID: formatID[store.LinkID](r.ID), From: formatID[store.AssetID](r.From), To: formatID[store.AssetID](r.To)}
}

// Links implements store.Links. Relations between other things than assets are
// left out, and so are the inverse ones.
func (d *Documents) Links(ctx context.Context) iter.Seq2[store.Link, error] {
	return d.links(ctx, "list links")
}

func (d *Documents) links(ctx context.Context, op string) iter.Seq2[store.Link, error] {
	return func(yield func(store.Link, error) bool) {
		for r, err := range everything[relationRecord](ctx, d, request{op: op, path: "/relations"}, "relations") {
			if err != nil {
				yield(store.Link{}, err)
				return
			}
			if r.FromKind != relatedKind || r.ToKind != relatedKind || r.Inverse {
				continue
			}
			if !yield(r.link(), nil) {
				return
			}
		}
	}
}

// CreateLink implements store.Links. The platform would make a second one, so
// all are listed before: there is no other way to ask it.
func (d *Documents) CreateLink(ctx context.Context, l store.NewLink, _ store.Intent) (store.Link, error) {
	op := fmt.Sprintf("link assets %q and %q", l.From, l.To)
	from, ok := parseID(l.From)
	to, also := parseID(l.To)
	if !ok || !also || from == to {
		return store.Link{}, refuse(op, "one of them isn't there, or they are the same")
	}
	select {
	case d.linking <- struct{}{}:
		defer func() { <-d.linking }()
	case <-ctx.Done():
		return store.Link{}, before(fmt.Errorf("restplatform: %s: %w", op, ctx.Err()))
	}
	for link, err := range d.links(ctx, op) {
		if err != nil {
			return store.Link{}, before(err)
		}
		if link.Joins(l.From, l.To) {
			return link, nil
		}
	}
	body := map[string]any{"relation": map[string]any{
		"fromable_id": from, "fromable_type": relatedKind, "toable_id": to, "toable_type": relatedKind,
	}}
	r, err := write[relationRecord](ctx, d, request{op: op, method: http.MethodPost, path: "/relations", body: body}, "relation")
	if errors.Is(err, store.ErrNotFound) {
		return store.Link{}, refuse(op, "one of them isn't there")
	}
	if err != nil {
		return store.Link{}, err
	}
	return r.link(), nil
}

// DeleteLink implements store.Links. The platform takes the inverse along.
func (d *Documents) DeleteLink(ctx context.Context, id store.LinkID, _ store.Intent) error {
	op := fmt.Sprintf("delete link %q", id)
	if _, ok := parseID(id); !ok {
		return notFound(op)
	}
	q := request{op: op, method: http.MethodDelete, path: "/relations/" + string(id)}
	body, err := d.do(ctx, q)
	if err == nil && len(body) > 0 && !json.Valid(body) {
		return fmt.Errorf("restplatform: %s: the answer to %s %s is not JSON (is the URL the API's?)", op, q.method, q.path)
	}
	return err
}
