package sqlstore

import (
	"context"
	"fmt"
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
	hits := listed(ctx, d, d.tables.foundBy, l, func(ctx context.Context, f foundBy) (store.Asset, error) { return d.Asset(ctx, f.asset) })
	wanted := strings.ToLower(strings.TrimSpace(req.Prefix))
	return func(yield func(store.Asset, error) bool) {
		for a, err := range hits {
			if err != nil {
				yield(a, fmt.Errorf("sqlstore: find: %w", err))
				return
			}
			// More was asked for than is kept of values.
			if len(wanted) > len(prefix) && !begins(a.Values[req.Field], wanted) {
				continue
			}
			if !yield(a, nil) {
				return
			}
		}
	}
}

// begins reports whether a value, or an item of it, begins with a text in lower
// case.
func begins(v connector.Value, prefix string) bool {
	return slices.ContainsFunc(v.Items(), func(item connector.Value) bool {
		return strings.HasPrefix(strings.ToLower(strings.TrimSpace(item.String())), prefix)
	})
}
