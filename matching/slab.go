package matching

// slab keeps many short lists in few pieces of memory: they cost no header each,
// and what is kept together stands together.
type slab[T any] struct {
	piece []T
}

// The sizes of a slab's pieces, in elements. Each piece is twice the last one.
const (
	leastPiece = 64
	mostPiece  = 1 << 14
)

// keep returns a copy of a list.
func (s *slab[T]) keep(list []T) []T {
	if len(list) == 0 {
		return nil
	}
	if cap(s.piece)-len(s.piece) < len(list) {
		s.piece = make([]T, 0, max(len(list), leastPiece, min(2*cap(s.piece), mostPiece)))
	}
	from := len(s.piece)
	s.piece = append(s.piece, list...)
	return s.piece[from:len(s.piece):len(s.piece)]
}

// slabs are what the entries of a catalogue are kept in.
type slabs struct {
	names     slab[variant]
	grams     slab[uint16]
	words     slab[uint32] // of names and addresses
	addresses slab[address]
	phones    slab[phone]
	mail      slab[uint64]
}

// keep moves what an entry points to.
func (s *slabs) keep(e *entry) {
	for i := range e.names {
		v := &e.names[i]
		v.words, v.grams = s.words.keep(v.words), s.grams.keep(v.grams)
	}
	for i := range e.addresses {
		a := &e.addresses[i]
		a.numbers, a.words = s.words.keep(a.numbers), s.words.keep(a.words)
	}
	e.names, e.addresses, e.phones, e.mail = s.names.keep(e.names), s.addresses.keep(e.addresses), s.phones.keep(e.phones), s.mail.keep(e.mail)
}
