package memory

import "github.com/dovetail-sync/dovetail/store"

// Store is one account's data, in memory. It is safe for concurrent use.
type Store struct {
	documents *Documents
	ledger    *ledger
}

var _ store.Store = (*Store)(nil)

// New returns an empty store.
func New() *Store {
	return &Store{documents: newDocuments(), ledger: newLedger()}
}

// Documents implements store.Store.
func (s *Store) Documents() store.Documents { return s.documents }

// Ledger implements store.Store.
func (s *Store) Ledger() store.Ledger { return s.ledger }

// Platform returns what Documents returns, with what only people can do there.
func (s *Store) Platform() *Documents { return s.documents }

// LedgerWrites returns how many rows were written to the ledger and deleted
// from it since New, by table, without those of updates that weren't kept. A
// table that was never written to is left out. The tables are named in the
// singular, as in "card", "mirror row" and "journal entry".
func (s *Store) LedgerWrites() map[string]int { return s.ledger.state.Load().writes.named() }
