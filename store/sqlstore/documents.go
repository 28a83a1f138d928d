package sqlstore

import (
	"cmp"
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"iter"
	"strconv"
	"time"

	"github.com/dovetail-sync/dovetail/connector"
	"github.com/dovetail-sync/dovetail/store"
)

// Documents is a documentation platform in the database: that of one account.
// With the context of an Update of the account's ledger it is part of that
// update; otherwise each call is a transaction of its own. Beside what every
// platform can do it has methods for what only people do there; see
// [Store.Platform].
//
// Texts are kept as they are, but for white space around names; dates lose the
// time of day. Values of confidential fields are kept sealed, by Config.Sealer.
type Documents struct {
	db      *DB
	account string
	tables  *documentTables
	sealer  store.Sealer
}

var _ store.Documents = (*Documents)(nil)

// Capabilities implements store.Documents.
func (d *Documents) Capabilities() store.Capabilities {
	return store.Capabilities{
		Versions: true, Intents: true, Joint: true, Archive: true, MoveCompany: true, MoveLayout: true, Touched: true, Links: true,
	}
}

// FindCreated implements store.Documents.
func (d *Documents) FindCreated(ctx context.Context, intent string) (store.Created, error) {
	var made store.Created
	err := d.view(ctx, "find created", func(s scope) error {
		row, err := one(s, d.tables.created, &created{intent: intent}, intent)
		made = row.Created
		return err
	})
	return made, err
}

// joined returns the transaction of the database that a context belongs to, if
// it does.
func (d *Documents) joined(ctx context.Context) (scope, bool) {
	t, ok := ctx.Value(within{d.db}).(*tx)
	return scope{t, d.account}, ok
}

// view runs fn where it sees what is committed, and what the update has written
// that ctx belongs to.
func (d *Documents) view(ctx context.Context, op string, fn func(s scope) error) error {
	if err := ctx.Err(); err != nil {
		return fmt.Errorf("sqlstore: %s: %w", op, err)
	}
	if s, ok := d.joined(ctx); ok {
		return fn(s)
	}
	return d.db.run(ctx, op, false, func(_ context.Context, t *tx) error { return fn(scope{t, d.account}) })
}

// errViewed refuses a write to documents within a View.
var errViewed = errors.New("the context is that of a View, which only reads (use that of an Update, or one from outside)")

// change runs fn as a part of the update that ctx belongs to, or in a
// transaction of its own. What is refused leaves nothing behind, for fn writes
// after it has checked everything.
func (d *Documents) change(ctx context.Context, op string, fn func(s scope) error) error {
	if err := ctx.Err(); err != nil {
		return fmt.Errorf("sqlstore: %s: %w", op, err)
	}
	var err error
	if s, ok := d.joined(ctx); !ok {
		err = d.db.run(ctx, op, true, func(_ context.Context, t *tx) error { return fn(scope{t, d.account}) })
	} else if _, updates := store.TxOf(ctx); !updates {
		err = errViewed
	} else {
		err = fn(s)
	}
	if err != nil {
		return fmt.Errorf("sqlstore: %s: %w", op, err)
	}
	return nil
}

// listed yields the rows of l, each as of makes it.
func listed[T any, K comparable, R any](ctx context.Context, d *Documents, t *table[T, K], l list, of func(context.Context, T) (R, error)) iter.Seq2[R, error] {
	return pages(ctx, d, t, l, func(_ scope, page []T) ([]T, error) { return page, nil }, of)
}

// pages yields what load makes of the rows of l, page by page, each page in a
// transaction of its own unless ctx belongs to one. of is called outside of it.
func pages[T any, K comparable, V, R any](ctx context.Context, d *Documents, t *table[T, K], l list,
	load func(scope, []T) ([]V, error), of func(context.Context, V) (R, error),
) iter.Seq2[R, error] {
	return func(yield func(R, error) bool) {
		var none R
		after, limit := l.after, firstPage
		for {
			var page []T
			var loaded []V
			err := d.view(ctx, "list "+t.what, func(s scope) (err error) {
				if page, err = read(s, t, l, nil, after, limit); err == nil {
					loaded, err = load(s, page)
				}
				return err
			})
			if err != nil {
				yield(none, err)
				return
			}
			for _, v := range loaded {
				result, err := of(ctx, v)
				if err = cmp.Or(err, ctx.Err()); err != nil {
					yield(none, fmt.Errorf("sqlstore: list %s: %w", t.what, err))
					return
				}
				if !yield(result, nil) {
					return
				}
			}
			if len(page) < limit {
				return
			}
			if after, err = t.values(&page[len(page)-1], l.by); err != nil {
				yield(none, err)
				return
			}
			limit = nextPage
		}
	}
}

// creation is a create: of a company, a layout or an asset.
type creation[R any] struct {
	intent store.Intent
	made   store.Created
	// check returns why it is refused, or nil. Nothing is written before.
	check func() error
	// again returns what an earlier create with this intent made.
	again func(store.Created) (R, error)
	// write makes it.
	write func() (R, error)
}

// create carries out a creation, once for each intent.
func create[R any](d *Documents, s scope, c creation[R]) (R, error) {
	var none R
	if err := c.intent.Check(); err != nil {
		return none, err
	}
	if err := c.check(); err != nil {
		// What was made before is returned whatever has become of what it was made
		// of. Mostly nothing was, so that is asked only here and below.
		row, found, failed := find(s, d.tables.created, &created{intent: c.intent.ID})
		if failed != nil || found {
			return c.earlier(row.Created, failed)
		}
		return none, err
	}
	if c.intent.ID == "" {
		return c.write()
	}
	// Another create with the same intent may be under way: one of the two waits
	// here for the other.
	n, err := s.exec("keep the intent", d.tables.keep, d.account, c.intent.ID, string(c.made.Company), string(c.made.Layout), string(c.made.Asset))
	if err != nil {
		return none, err
	}
	if n == 0 {
		row, err := one(s, d.tables.created, &created{intent: c.intent.ID}, c.intent.ID)
		return c.earlier(row.Created, err)
	}
	return c.write()
}

func (c creation[R]) earlier(made store.Created, err error) (R, error) {
	if err == nil {
		var r R
		if r, err = c.again(made); err == nil {
			return r, nil
		}
	}
	var none R
	if errors.Is(err, store.ErrNotFound) {
		err = fmt.Errorf("%w: intent %q made something else, or what it made was deleted since", store.ErrRefused, c.intent.ID)
	}
	return none, err
}

// newID returns an id that comes after those that were made before, so that a
// list that is being read meets what is added meanwhile at its end.
func newID() string {
	var salt [6]byte
	_, _ = rand.Read(salt[:]) // never fails, says its documentation
	return fmt.Sprintf("%014x-%x", time.Now().UnixMicro(), salt)
}

func versionOf(n int64) store.Version { return store.Version("v" + strconv.FormatInt(n, 10)) }

// madeNow is the time at which something is made, as it is kept.
func madeNow() time.Time { return connector.CleanTime(time.Now()) }
