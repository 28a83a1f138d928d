package sqlstore

// numbers are the last numbers that an account has given. They are kept beside
// what they number: a number isn't given again when what had it was deleted.
type numbers struct {
	account              string
	journal, overwritten int64
}

// numbersOf returns the numbers of the account that is being updated, to be
// counted on.
func numbersOf(s scope) (*numbers, error) {
	if err := s.usable(); err != nil {
		return nil, err
	}
	if s.numbers == nil {
		n := &numbers{account: s.account}
		query := s.db.sql("SELECT journal, overwritten FROM {accounts} WHERE id = ?")
		if _, err := s.row("read the account", query, []any{s.account}, &n.journal, &n.overwritten); err != nil {
			return nil, err
		}
		s.numbers = n
	}
	s.gathered[gatherKey{s.numbers, s.account}] = s.numbers
	return s.numbers, nil
}

// flush implements flusher.
func (n *numbers) flush(t *tx) error {
	query := t.db.sql("INSERT INTO {accounts} (id, journal, overwritten) VALUES (?, ?, ?)" +
		" ON CONFLICT (id) DO UPDATE SET journal = excluded.journal, overwritten = excluded.overwritten")
	_, err := t.exec("number", query, n.account, n.journal, n.overwritten)
	return err
}

// release implements flusher.
func (n *numbers) release() {}
