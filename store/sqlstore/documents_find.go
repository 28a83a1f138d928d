package sqlstore

import (
	"context"
	"iter"
	"slices"
	"strings"

	"github.com/dovetail-sync/dovetail/connector"
	"github.com/dovetail-sync/dovetail/store"
)

// FindRequest asks for assets by the beginning of a value.
type FindRequest struct {
	// Layout and Field name the field. It is not a confidential one: assets
	// aren't found by those.
	Layout store.LayoutID
	Field  store.FieldID
	// Prefix is what the value begins with, in whatever case. Of a list each item
	// counts. Empty finds all assets that have a value there.
	Prefix string
}

// Find yields the assets whose value begins as asked, archived ones included, in
// the order of their values in lower case. An asset comes once for each item of
// a list that begins so.
func (d *Documents) Find(ctx context.Context, req FindRequest) iter.Seq2[store.Asset, error] {
	prefix := beginning(req.Prefix)
	l := list{
		equal: []string{"layout", "field"}, values: []any{string(req.Layout), string(req.Field)},
		by:    []string{"beginning", "asset"},
		where: "beginning >= ? AND beginning < ?", args: []any{prefix, prefix + lastRune},
	}
	wanted := strings.ToLower(strings.TrimSpace(req.Prefix))
	of := func(ctx context.Context, a asset) (store.Asset, error) { return d.shown(ctx, a) }
	return func(yield func(store.Asset, error) bool) {
		for a, err := range pages(ctx, d, d.tables.foundBy, l, d.hits, of) {
			// More may have been asked for than is kept of values.
			if err == nil && len(wanted) > len(prefix) && !begins(a.Values[req.Field], wanted) {
				continue
			}
			if !yield(a, err) {
				return
			}
		}
	}
}

// hits are the assets of what was found. They are read with it: one that is
// deleted meanwhile is none.
func (d *Documents) hits(s scope, found []foundBy) ([]asset, error) {
	all := make([]asset, 0, len(found))
	for _, f := range found {
		a, there, err := find(s, d.tables.assets, &asset{Asset: store.Asset{ID: f.asset}})
		if err != nil {
			return nil, err
		}
		if there {
			all = append(all, a)
		}
	}
	return all, nil
}

// begins reports whether a value, or an item of it, begins with a text in lower
// case.
func begins(v connector.Value, prefix string) bool {
	return slices.ContainsFunc(v.Items(), func(item connector.Value) bool {
		return strings.HasPrefix(strings.ToLower(strings.TrimSpace(item.String())), prefix)
	})
}
