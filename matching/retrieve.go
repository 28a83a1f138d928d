package matching

import "slices"

// The bounds of the search for candidates of one record. What they leave out is
// reported.
const (
	// maxFound is how many candidates are compared in full, and fewFound the same
	// where an equal name was found already.
	maxFound = 32
	fewFound = 10
	// maxPostings is how many entries are looked at for their letters, in all.
	maxPostings = 4000
	// fewPostings is the same where an equal name was found already.
	fewPostings = 800
	// maxOwnersOfKey is how many entries may have a key that is followed.
	maxOwnersOfKey = 64
)

// finder finds candidates. It is used again and again, so that finding allocates
// nothing.
type finder struct {
	p       *pairing
	x       *index    // of here
	letters []float32 // by entry: what its letters say for it
	byKey   []float32 // by entry: what its keys say for it
	touched []uint32  // those of letters
	warmed  []uint32  // those of byKey
	grams   []uint16
	order   []uint64 // of grams: see byGrams
	keys    []uint64
	found   []hot
	most    int // how many are kept
	capped  bool
}

// hot is an entry that something speaks for.
type hot struct {
	at   uint32
	heat float32
}

func newFinder(p *pairing) *finder {
	n := len(p.here.entries)
	return &finder{p: p, x: p.inHere, letters: make([]float32, n), byKey: make([]float32, n)}
}

// find returns the entries that a record may be, the hottest first. The result
// is valid until the next call.
func (f *finder) find(e *entry) []hot {
	f.touched, f.warmed, f.found, f.capped = f.touched[:0], f.warmed[:0], f.found[:0], false
	named := f.byKeys(e)
	f.most = maxFound
	budget := maxPostings
	if named {
		f.most, budget = fewFound, fewPostings
	}
	f.byGrams(e, budget)
	f.cool(e)
	return f.found
}

// What a key adds, on the scale of the letters' cosine.
const (
	heatOfName = 1.5
	heatOfKey  = 0.6
)

// warm adds to what keys say for an entry.
func (f *finder) warm(at uint32, by float32) {
	if f.byKey[at] == 0 {
		f.warmed = append(f.warmed, at)
	}
	f.byKey[at] += by
}

// byKeys warms the entries that have a key of the record. It reports whether one
// has its name.
func (f *finder) byKeys(e *entry) (named bool) {
	f.keys = e.appendKeys(f.keys[:0])
	counted := len(f.keys)
	f.keys = e.appendLoose(f.keys)
	for i, key := range f.keys {
		in := &f.x.keys
		if i >= counted {
			in = &f.x.loose
		}
		list := in.find(key)
		if len(list) > maxOwnersOfKey {
			f.capped = true
			continue
		}
		by := float32(heatOfKey)
		if len(list) > 4 {
			by /= 2
		}
		for _, at := range list {
			f.warm(at, by)
		}
	}
	for i := range e.names {
		list := f.x.keys.find(keyed(keyStrict, e.names[i].strict))
		if len(list) == 0 || len(list) > maxOwnersOfKey || e.names[i].strict == 0 {
			continue
		}
		named = true
		for _, at := range list {
			f.warm(at, heatOfName)
		}
	}
	return named
}

// byGrams warms the entries that have letters of the record's names, the rarest
// groups first.
func (f *finder) byGrams(e *entry, budget int) {
	f.grams = f.grams[:0]
	for i := range e.names {
		f.grams = append(f.grams, e.names[i].grams...)
	}
	if len(e.names) > 1 {
		slices.Sort(f.grams)
		f.grams = slices.Compact(f.grams)
	}
	f.order = f.order[:0]
	for _, g := range f.grams {
		f.order = append(f.order, uint64(f.x.grams.count(g))<<16|uint64(g))
	}
	slices.Sort(f.order)
	for _, o := range f.order {
		g := uint16(o) // what was added last
		list := f.x.grams.list(g)
		if budget -= len(list); budget < 0 {
			f.capped = true
			return
		}
		w := f.p.gram(g)
		w *= w
		for _, at := range list {
			if f.letters[at] == 0 {
				f.touched = append(f.touched, at)
			}
			f.letters[at] += w
		}
	}
}

// cool keeps the hottest and forgets the rest.
func (f *finder) cool(e *entry) {
	var longest int
	for i := range e.names {
		longest = max(longest, len(e.names[i].grams))
	}
	lengths := f.x.lengths
	for _, at := range f.warmed {
		h := f.byKey[at] + f.letters[at]/f.norm(int(lengths[at])+longest)
		f.byKey[at], f.letters[at] = 0, 0
		f.keep(hot{at: at, heat: h})
	}
	floor := f.floor(longest)
	for _, at := range f.touched {
		letters := f.letters[at]
		f.letters[at] = 0
		if letters <= floor {
			continue // also with the shortest of names, or it was kept by its keys
		}
		f.keep(hot{at: at, heat: letters / f.norm(int(lengths[at])+longest)})
		floor = f.floor(longest)
	}
}

// floor returns letters that are too few to be kept, whatever name they are of.
func (f *finder) floor(longest int) float32 {
	if len(f.found) < f.most {
		return 0
	}
	const rounded = 0.9999 // a quotient may be rounded up
	return f.found[len(f.found)-1].heat * f.norm(longest) * rounded
}

// norm is about what the letters of two names of a length would give if they
// were equal.
func (f *finder) norm(grams int) float32 { return 40 * float32(grams+4) }

// keep puts an entry among the found ones, in order, if it is hot enough.
func (f *finder) keep(h hot) {
	at, end := 0, len(f.found)
	if end == f.most && h.heat < f.found[end-1].heat {
		return
	}
	for at < end {
		if middle := (at + end) / 2; f.hotter(h, f.found[middle]) {
			end = middle
		} else {
			at = middle + 1
		}
	}
	if at < f.most {
		if len(f.found) < f.most {
			f.found = append(f.found, hot{})
		}
		copy(f.found[at+1:], f.found[at:])
		f.found[at] = h
	}
}

// hotter orders entries: equal heat by ID.
func (f *finder) hotter(a, b hot) bool {
	if a.heat != b.heat {
		return a.heat > b.heat
	}
	return f.x.ranks[a.at] < f.x.ranks[b.at]
}
