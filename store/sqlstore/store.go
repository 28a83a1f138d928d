package sqlstore

import "github.com/dovetail-sync/dovetail/store"

// Store is one account's data in a database. It is safe for concurrent use.
type Store struct {
	ledger    *ledger
	documents *Documents
}

var _ store.Store = (*Store)(nil)

func newStore(db *DB, account string) *Store {
	return &Store{
		ledger:    &ledger{db: db, account: account},
		documents: &Documents{db: db, account: account, tables: db.documents, sealer: db.sealer},
	}
}

// Documents implements store.Store.
func (s *Store) Documents() store.Documents { return s.documents }

// Platform returns what Documents returns, with what only people can do there.
func (s *Store) Platform() *Documents { return s.documents }

// Ledger implements store.Store.
func (s *Store) Ledger() store.Ledger { return s.ledger }
