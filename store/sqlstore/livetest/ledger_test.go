package livetest_test

import (
	"context"
	"database/sql"
	"fmt"
	"sync"
	"testing"

	"github.com/dovetail-sync/dovetail/store"
	"github.com/dovetail-sync/dovetail/store/sqlstore"
	"github.com/dovetail-sync/dovetail/store/storetest"
)

func TestLedgerKeepsTheContract(t *testing.T) {
	t.Parallel()
	eachDatabase(t, func(t *testing.T, d database) {
		f := &fixture{dialect: d.dialect, pool: d.open(t), opened: map[store.Ledger]opened{}}
		f.accounts.db = f.open(t.Context(), t, "")
		storetest.TestLedger(t, storetest.LedgerFixture{
			New: func(context.Context) (store.Ledger, error) {
				return f.ledger("", fmt.Sprintf("account-%d", f.accounts.last.Add(1)), f.accounts.db)
			},
			// In tables of their own, where no id was used yet.
			Accounts: func(ctx context.Context, ids ...string) (ledgers []store.Ledger, err error) {
				prefix := fmt.Sprintf("tables%d_", f.accounts.last.Add(1))
				db := f.open(ctx, t, prefix)
				for _, id := range ids {
					l, err := f.ledger(prefix, id, db)
					if err != nil {
						return nil, err
					}
					ledgers = append(ledgers, l)
				}
				return ledgers, nil
			},
			Reopen: func(ctx context.Context, l store.Ledger) (store.Ledger, error) {
				f.mu.Lock()
				was := f.opened[l]
				f.mu.Unlock()
				return f.ledger(was.prefix, was.account, f.open(ctx, t, was.prefix))
			},
			Cards: 20_000,
		})
	})
}

// fixture makes the ledgers of the suite, and remembers where they are.
type fixture struct {
	dialect  sqlstore.Dialect
	pool     func() *sql.DB
	accounts accounts
	mu       sync.Mutex
	opened   map[store.Ledger]opened
}

// opened is where a ledger is.
type opened struct{ prefix, account string }

// open opens the database, as another process would.
func (f *fixture) open(ctx context.Context, t *testing.T, prefix string) *sqlstore.DB {
	t.Helper()
	return openDBWithin(ctx, t, sqlstore.Config{DB: f.pool(), Dialect: f.dialect, Prefix: prefix})
}

func (f *fixture) ledger(prefix, account string, db *sqlstore.DB) (store.Ledger, error) {
	s, err := db.Account(account)
	if err != nil {
		return nil, err
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	f.opened[s.Ledger()] = opened{prefix, account}
	return s.Ledger(), nil
}
