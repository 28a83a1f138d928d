package matching

import "slices"

// index is what is made of a catalogue's records to look for others among them.
// It never changes: a catalogue that changes makes another one when it is next
// looked into.
type index struct {
	order   []uint32 // live entries by ID
	ranks   []uint32 // by entry: its place in order
	lengths []uint8  // by entry: how many grams its main name has
	words   []uint32 // by word: how many records have it or one that stands for it
	keys    keyIndex
	grams   gramIndex
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

func (c *Catalogue) newIndex() *index {
	x := &index{
		order: make([]uint32, 0, len(c.byID)), ranks: make([]uint32, len(c.entries)),
		lengths: make([]uint8, len(c.entries)), words: make([]uint32, len(c.vocab.words)),
	}
	var keys []uint64
	all := make([]keyAt, 0, 6*len(c.byID))
	for at := range c.entries {
		e := &c.entries[at]
		if !e.live {
			continue
		}
		x.order = append(x.order, uint32(at))
		x.countWords(e, c.vocab)
		keys = e.appendKeys(keys[:0])
		for _, key := range keys {
			all = append(all, keyAt{key: key, at: uint32(at)})
		}
		if len(e.names) > 0 {
			x.lengths[at] = uint8(min(len(e.names[0].grams), 255))
		}
	}
	slices.SortFunc(x.order, func(a, b uint32) int { return compareStrings(c.entries[a].record.ID, c.entries[b].record.ID) })
	for rank, at := range x.order {
		x.ranks[at] = uint32(rank)
	}
	x.keys, x.grams = newKeyIndex(all), newGramIndex(c.entries)
	return x
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
