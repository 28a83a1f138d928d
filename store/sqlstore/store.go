package sqlstore

import "github.com/dovetail-sync/dovetail/store"

// Store is one account's data in a database. It is safe for concurrent use.
type Store struct {
	ledger *ledger
}

func newStore(db *DB, account string) *Store {
	return &Store{ledger: &ledger{db: db, account: account}}
}

// Ledger implements store.Store.
func (s *Store) Ledger() store.Ledger { return s.ledger }
