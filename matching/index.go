package matching

import "slices"

// index is what is made of a catalogue's records to compare others with them. It
// never changes: a catalogue that changes makes another one when it is next looked
// into.
type index struct {
	order []uint32 // live entries by ID
	ranks []uint32 // by entry: its place in order
	words []uint32 // by word: how many records have it or one that stands for it
	keys  keyIndex // those of which it matters how many have them
	grams gramIndex

	// The rest is there where records are looked for, see searchable.

	loose   keyIndex // the keys under which entries are found besides
	lengths []uint8  // by entry: how many grams its main name has; nil: not made
}

// indexed returns the index. It may be called by many at once.
func (c *Catalogue) indexed() *index {
	c.indexing.Lock()
	defer c.indexing.Unlock()
	if c.index == nil {
		c.index = c.newIndex()
	}
	return c.index
}

// searchable returns the index with all that is needed to look for records.
func (c *Catalogue) searchable() *index {
	x := c.indexed()
	c.indexing.Lock()
	defer c.indexing.Unlock()
	if x.lengths == nil {
		x.loose = c.newKeyIndex(func(e *entry, keys []uint64) []uint64 {
			return e.appendPlaces(e.appendLoose(keys))
		})
		x.grams.fill(c.entries)
		x.lengths = make([]uint8, len(c.entries))
		for at := range c.entries {
			if names := c.entries[at].names; len(names) > 0 {
				x.lengths[at] = uint8(min(len(names[0].grams), 255))
			}
		}
	}
	return x
}

func (c *Catalogue) newIndex() *index {
	x := &index{
		order: make([]uint32, 0, len(c.byID)), ranks: make([]uint32, len(c.entries)), words: make([]uint32, len(c.vocab.words)),
		keys: c.newKeyIndex((*entry).appendKeys), grams: countGrams(c.entries),
	}
	for at := range c.entries {
		if e := &c.entries[at]; e.live {
			x.order = append(x.order, uint32(at))
			x.countWords(e, c.vocab)
		}
	}
	slices.SortFunc(x.order, func(a, b uint32) int { return compareStrings(c.entries[a].record.ID, c.entries[b].record.ID) })
	for rank, at := range x.order {
		x.ranks[at] = uint32(rank)
	}
	return x
}

// newKeyIndex returns an index of some keys of each entry.
func (c *Catalogue) newKeyIndex(of func(e *entry, keys []uint64) []uint64) keyIndex {
	var keys []uint64
	all := make([]keyAt, 0, 4*len(c.byID))
	for at := range c.entries {
		keys = of(&c.entries[at], keys[:0])
		for _, key := range keys {
			all = append(all, keyAt{key: key, at: uint32(at)})
		}
	}
	return newKeyIndex(all)
}

// countWords counts the words of an entry, each once.
func (x *index) countWords(e *entry, v *vocabulary) {
	var counted [maxVariants * maxTokens]uint32
	words := counted[:0]
	for i := range e.names {
		for _, id := range e.names[i].words {
			if canon := v.words[id].canon; !slices.Contains(words, canon) {
				words = append(words, canon)
				x.words[canon]++
			}
		}
	}
}

func compareStrings(a, b string) int {
	switch {
	case a < b:
		return -1
	case a > b:
		return 1
	}
	return 0
}
