package store

// EraseWriter erases records, for people who ask for it.
type EraseWriter interface {
	// Erase removes all that is kept about one record, and about nothing else: its
	// mirror row, match, card, tombstone, rejections, open writes, the values that its own
	// took the place of, and the changes of plans and the journal entries that
	// name it as their record. With them go the changes of plans of its integration
	// that have no header: those were cut off while they were made, and no list
	// leads to what their changes say of it. A plan's header stays, with its counts, and no
	// number of an entry is used again. It is no error if there is nothing.
	Erase(id RecordID) error
	// RewriteEntry writes a journal entry again under its number, for a name in it
	// that has to go: an entry is never changed otherwise. One that isn't there is
	// ErrNotFound.
	RewriteEntry(e JournalEntry) error
}
