package restplatform

import (
	"context"
	"encoding/json"
	"fmt"
	"iter"
	"maps"
	"net/http"
	"net/url"
	"strconv"

	"github.com/dovetail-sync/dovetail/store"
)

// identified is a thing that the API lists.
type identified interface{ identity() int64 }

// everything yields a list, page after page, each thing once. How long a page is
// can't be relied on: the end is a page with nothing new on it.
//
// While people work, rows shift from page to page. One that comes twice is left
// out; one that slipped through is missed, and is there in the next listing.
func everything[T identified](ctx context.Context, d *Documents, q request, wrapper string) iter.Seq2[T, error] {
	return func(yield func(T, error) bool) {
		seen := map[int64]bool{}
		for page := 1; ; page++ {
			things, err := onePage[T](ctx, d, q, wrapper, page)
			if err != nil {
				var none T
				yield(none, err)
				return
			}
			anything := false
			for _, thing := range things {
				if seen[thing.identity()] {
					continue
				}
				anything, seen[thing.identity()] = true, true
				if !yield(thing, nil) {
					return
				}
			}
			if !anything {
				return
			}
		}
	}
}

func onePage[T any](ctx context.Context, d *Documents, q request, wrapper string, page int) ([]T, error) {
	query := url.Values{"page": {strconv.Itoa(page)}, "page_size": {"1000"}}
	maps.Copy(query, q.query)
	q.method, q.query = http.MethodGet, query
	body, err := d.do(ctx, q)
	if err != nil {
		return nil, listError(err)
	}
	var wrapped map[string]json.RawMessage
	if err := json.Unmarshal(body, &wrapped); err != nil {
		return nil, notJSON(q, err)
	}
	if len(wrapped[wrapper]) == 0 || string(wrapped[wrapper]) == "null" {
		return nil, fmt.Errorf("restplatform: %s: the answer to %s %s has no %q", q.op, q.method, q.path, wrapper)
	}
	var things []T
	if err := json.Unmarshal(wrapped[wrapper], &things); err != nil {
		return nil, notJSON(q, err)
	}
	return things, nil
}

// listError is the error of a list. That a list isn't there says nothing about
// what would be on it.
func listError(err error) error {
	if isNotFound(err) {
		return fmt.Errorf("the platform has no such list (is the URL the API's?): %v", err) //nolint:errorlint // its class would deny what is on the list
	}
	return err
}

// one reads a thing by its id. One that isn't there is 404 or null.
func one[T identified](ctx context.Context, d *Documents, q request, wrapper string) (T, error) {
	var none T
	q.method = http.MethodGet
	body, err := d.do(ctx, q)
	if err != nil {
		return none, err
	}
	thing, found, err := unwrap[T](q, body, wrapper)
	switch {
	case err != nil:
		return none, err
	case !found:
		return none, fmt.Errorf("restplatform: %s: %w", q.op, store.ErrNotFound)
	case thing.identity() == 0:
		return none, fmt.Errorf("restplatform: %s: the answer to %s %s has no id", q.op, q.method, q.path)
	}
	return thing, nil
}

// write makes a change and returns what the platform answers with: the thing as
// it is stored. An answer without it leaves open what was done.
func write[T identified](ctx context.Context, d *Documents, q request, wrapper string) (T, error) {
	var none T
	body, err := d.do(ctx, q)
	if err != nil {
		return none, err
	}
	thing, found, err := unwrap[T](q, body, wrapper)
	switch {
	case err != nil:
		return none, err
	case !found || thing.identity() == 0:
		return none, fmt.Errorf("restplatform: %s: the answer to %s %s doesn't say what is stored", q.op, q.method, q.path)
	}
	return thing, nil
}
