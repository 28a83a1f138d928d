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
	x       *index // of here
	heat    []heat // by entry
	touched []uint32
	grams   []uint16
	keys    []uint64
	found   []hot
	most    int // how many are kept
	capped  bool
}

// heat is what speaks for an entry: its letters and its keys.
type heat struct{ letters, keys float32 }

// hot is an entry that something speaks for.
type hot struct {
	at   uint32
	heat float32
}

func newFinder(p *pairing) *finder {
	return &finder{p: p, x: p.inHere, heat: make([]heat, len(p.here.entries))}
}

// find returns the entries that a record may be, the hottest first. The result
// is valid until the next call.
func (f *finder) find(e *entry) []hot {
	f.touched, f.found, f.capped = f.touched[:0], f.found[:0], false
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
	// heatOfPlace is less: a place alone makes nothing a candidate that has no
	// letters in common.
	heatOfPlace = 0.2
)

// warm adds to what keys say for an entry.
func (f *finder) warm(at uint32, by float32) {
	if f.heat[at] == (heat{}) {
		f.touched = append(f.touched, at)
	}
	f.heat[at].keys += by
}

// byKeys warms the entries that have a key of the record. It reports whether one
// has its name.
func (f *finder) byKeys(e *entry) (named bool) {
	f.keys = e.appendKeys(f.keys[:0])
	counted := len(f.keys)
	f.keys = e.appendLoose(f.keys)
	f.byPlaces(e)
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

// byPlaces warms the entries whose names have the same place, unless it says little
// in this list.
func (f *finder) byPlaces(e *entry) {
	for i := range e.names {
		if e.names[i].place == 0 || i > 0 && e.names[i].place == e.names[0].place {
			continue
		}
		list := f.x.loose.find(keyed(keyPlace, uint64(e.names[i].place)))
		if len(list) > maxOwnersOfKey {
			continue
		}
		for _, at := range list {
			f.warm(at, heatOfPlace)
		}
	}
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
	slices.SortFunc(f.grams, func(a, b uint16) int {
		if d := f.x.grams.count(a) - f.x.grams.count(b); d != 0 {
			return d
		}
		return int(a) - int(b)
	})
	for _, g := range f.grams {
		list := f.x.grams.list(g)
		if budget -= len(list); budget < 0 {
			f.capped = true
			return
		}
		w := f.p.gram(g)
		w *= w
		for _, at := range list {
			h := &f.heat[at]
			if *h == (heat{}) {
				f.touched = append(f.touched, at)
			}
			h.letters += w
		}
	}
}

// cool keeps the hottest and forgets the rest.
func (f *finder) cool(e *entry) {
	var longest int
	for i := range e.names {
		longest = max(longest, len(e.names[i].grams))
	}
	floor, lengths := float32(-1), f.x.lengths
	for _, at := range f.touched {
		warm := f.heat[at]
		f.heat[at] = heat{}
		if h := warm.keys + warm.letters/f.norm(longest); len(f.found) == f.most && h < floor {
			continue // also with the shortest of names
		}
		h := warm.keys + warm.letters/f.norm(int(lengths[at])+longest)
		if len(f.found) < f.most || h >= floor {
			floor = f.keep(hot{at: at, heat: h})
		}
	}
}

// norm is about what the letters of two names of a length would give if they
// were equal.
func (f *finder) norm(grams int) float32 { return 40 * float32(grams+4) }

// keep puts an entry among the found ones, in order, and returns the heat of the
// last one.
func (f *finder) keep(h hot) float32 {
	at := len(f.found)
	for at > 0 && f.hotter(h, f.found[at-1]) {
		at--
	}
	if at < f.most {
		if len(f.found) < f.most {
			f.found = append(f.found, hot{})
		}
		copy(f.found[at+1:], f.found[at:])
		f.found[at] = h
	}
	return f.found[len(f.found)-1].heat
}

// hotter orders entries: equal heat by ID.
func (f *finder) hotter(a, b hot) bool {
	if a.heat != b.heat {
		return a.heat > b.heat
	}
	return f.x.ranks[a.at] < f.x.ranks[b.at]
}
