package matching

import (
	"errors"
	"fmt"
	"runtime"
	"slices"
	"sync"
	"unicode/utf8"
)

// Catalogue is a list of records that others are compared with. Records can be
// put and deleted at any time; what is found never depends on the order in which
// they came. It may be read by many at once, and changed by one while nobody
// reads.
type Catalogue struct {
	tables  *Tables
	vocab   *vocabulary
	entries []entry
	byID    map[string]uint32
	free    []uint32 // places of deleted entries
	kept    slabs
	scratch scratch // of what is put

	indexing sync.Mutex
	index    *index   // nil: to be made
	alone    *pairing // with nothing; nil: to be made
}

// Config says how a catalogue compares.
type Config struct {
	// Tables are the words that matching knows. Nil: the shipped ones. Two
	// catalogues that are matched need the same tables.
	Tables *Tables
}

// ErrNoID means that a record has no ID.
var ErrNoID = errors.New("a record without an id")

// NewCatalogue returns a catalogue of records.
func NewCatalogue(config Config, records ...Record) (*Catalogue, error) {
	if config.Tables == nil {
		config.Tables = table()
	}
	c := &Catalogue{
		tables: config.Tables,
		vocab:  newVocabulary(config.Tables),
		byID:   make(map[string]uint32, len(records)),

		entries: make([]entry, 0, len(records)),
	}
	if err := c.Put(records...); err != nil {
		return nil, err
	}
	return c, nil
}

// Len returns how many records there are.
func (c *Catalogue) Len() int { return len(c.byID) }

// Get returns the record with an ID.
func (c *Catalogue) Get(id string) (Record, bool) {
	at, ok := c.byID[id]
	if !ok {
		return Record{}, false
	}
	return *c.entries[at].record, true
}

// Put adds records. One whose ID is there already takes its place. The records
// belong to the catalogue afterwards: what they point to must not be changed.
func (c *Catalogue) Put(records ...Record) error {
	for i := range records {
		if records[i].ID == "" || !utf8.ValidString(records[i].ID) {
			return fmt.Errorf("matching: put record %d: %w", i, ErrNoID)
		}
	}
	const chunk = 4096 // bounds what is taken apart and not yet put
	for part := range slices.Chunk(records, chunk) {
		for i, taken := range c.takeAll(part) {
			c.put(part[i].ID, taken)
		}
	}
	return nil
}

// takeAll takes records apart, on all processors.
func (c *Catalogue) takeAll(records []Record) []raw {
	taken := make([]raw, len(records))
	parallel(len(records), func(_, from, to int) {
		for i := from; i < to; i++ {
			taken[i] = c.tables.take(&records[i])
		}
	})
	return taken
}

// parallel splits n steps among the processors and waits for their end. Each
// processor does one stretch.
func parallel(n int, do func(worker, from, to int)) {
	workers := min(runtime.GOMAXPROCS(0), n/64+1)
	if workers <= 1 {
		do(0, 0, n)
		return
	}
	var wait sync.WaitGroup
	for w := range workers {
		wait.Go(func() { do(w, n*w/workers, n*(w+1)/workers) })
	}
	wait.Wait()
}

func (c *Catalogue) put(id string, taken raw) {
	c.Delete(id)
	e := taken.entry
	c.scratch.clear()
	for _, name := range taken.names {
		c.scratch.names = append(c.scratch.names, c.variant(name))
	}
	e.names = c.scratch.names
	c.kept.keep(&e)
	var at uint32
	if n := len(c.free); n > 0 {
		at, c.free = c.free[n-1], c.free[:n-1]
		c.entries[at] = e
	} else {
		at = uint32(len(c.entries))
		c.entries = append(c.entries, e)
	}
	c.byID[id] = at
	c.index, c.alone = nil, nil
}

// Delete takes a record out. It does nothing where the ID isn't there.
func (c *Catalogue) Delete(id string) {
	at, ok := c.byID[id]
	if !ok {
		return
	}
	delete(c.byID, id)
	c.entries[at] = entry{}
	c.free = append(c.free, at)
	c.index, c.alone = nil, nil
}

// scratch is what a record is put together in before it is kept.
type scratch struct {
	names []variant
	words []uint32
	grams []uint16
}

func (s *scratch) clear() { s.names, s.words, s.grams = s.names[:0], s.words[:0], s.grams[:0] }

// variant gives the words of a name their numbers. The result is valid until the
// next record is put.
func (c *Catalogue) variant(name rawName) variant {
	v := variant{role: roleOf(name.role)}
	if name.strict != "" {
		v.strict = hash(name.strict)
	}
	v.form = c.tables.shared(name.form)
	s := &c.scratch
	from := len(s.words)
	for i, token := range name.tokens {
		s.words = append(s.words, c.vocab.id(token.text))
		if token.enclosed {
			v.inside |= 1 << i
		}
	}
	v.words = s.words[from:]
	from = len(s.grams)
	s.grams = appendGrams(s.grams, name.tokens)
	v.grams, v.acronym = s.grams[from:], acronymOf(name.tokens)
	return v
}
