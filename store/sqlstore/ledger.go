package sqlstore

import (
	"context"
	"fmt"

	"github.com/dovetail-sync/dovetail/store"
)

// ledger implements store.Ledger for one account.
type ledger struct {
	db      *DB
	account string
}

var _ store.Ledger = (*ledger)(nil)

// View implements store.Ledger.
func (l *ledger) View(ctx context.Context, fn func(ctx context.Context, r store.Reader) error) error {
	return l.db.transact(ctx, "view", false, l.account, func(ctx context.Context, t *tx) error {
		return fn(ctx, &reader{scope: scope{t, l.account}, tables: l.db.tables})
	})
}

// Update implements store.Ledger.
func (l *ledger) Update(ctx context.Context, fn func(ctx context.Context, w store.Writer) error) error {
	return l.db.transact(ctx, "update", true, l.account, func(ctx context.Context, t *tx) error {
		w := &writer{reader: reader{scope: scope{t, l.account}, tables: l.db.tables}}
		return fn(store.WithTx(ctx, hostTx{t}), w)
	})
}

// within is the context key under which a database finds that it is already in
// one of its transactions: of whichever account, for one within another would
// wait for itself, on SQLite and on a small pool.
type within struct{ db *DB }

// transact runs fn in a transaction: for an account's update, or for reading
// only. The error of fn is returned as it is.
func (db *DB) transact(ctx context.Context, op string, update bool, account string, fn func(ctx context.Context, t *tx) error) error {
	if ctx.Value(within{db}) != nil {
		return fmt.Errorf("sqlstore: %s: %w", op, store.ErrNested)
	}
	return db.run(ctx, op, update, func(ctx context.Context, t *tx) error {
		if update {
			var err error
			if t.numbers, err = db.backend.lock(t, account); err != nil {
				return err
			}
		}
		return fn(ctx, t)
	})
}

// alone runs fn in a transaction that changes the tables themselves.
func (db *DB) alone(ctx context.Context, fn func(ctx context.Context, t *tx) error) error {
	return db.run(ctx, "migrate", true, func(ctx context.Context, t *tx) error {
		if err := db.backend.migrating(t, db.naming); err != nil {
			return err
		}
		return fn(ctx, t)
	})
}

// run runs fn in a transaction. An update is kept when fn returns nil.
func (db *DB) run(ctx context.Context, op string, update bool, fn func(ctx context.Context, t *tx) error) (err error) {
	if err := ctx.Err(); err != nil {
		return fmt.Errorf("sqlstore: %s: %w", op, err)
	}
	s, err := db.backend.begin(ctx, update)
	if err != nil {
		return fmt.Errorf("sqlstore: %s: %w", op, err)
	}
	t := &tx{db: db, session: s, gathered: map[gatherKey]flusher{}}
	ctx = context.WithValue(ctx, within{db}, t)
	t.ctx, t.run = ctx, s.context(ctx)
	kept := false
	defer func() {
		t.over.Store(true)
		if !kept {
			s.rollback()
		}
		for _, f := range t.gathered {
			f.release()
		}
	}()
	if err := fn(ctx, t); err != nil || !update {
		return err
	}
	if err := t.finish(); err != nil {
		return err
	}
	// Over before it is kept: a writer that was leaked must not reach what
	// comes after it.
	t.over.Store(true)
	kept = true
	if err := s.commit(); err != nil {
		return fmt.Errorf("sqlstore: %s: commit: %w", op, err)
	}
	return nil
}
