package matching

import (
	"math"
	"sync"
)

// pairing is two catalogues seen together: how rare each word and each group of
// letters is in both, and one numbering for the words of both.
type pairing struct {
	here    *Catalogue
	up      *Catalogue // nil: single records are compared with here
	tables  *Tables
	words   []pairWord // of here, by its numbers
	extra   []pairWord // of up alone; numbers go on after words
	number  []uint32   // of up's words
	grams   []float32  // weights
	records uint32
}

// pairWord is a word as it is compared.
type pairWord struct {
	text    string
	letters uint32 // a bit for each
	canon   uint32
	class   class
	weight  float32 // bits that it tells
	count   uint32
}

// word returns a word by its number in the pairing.
func (p *pairing) word(id uint32) *pairWord {
	if int(id) < len(p.words) {
		return &p.words[id]
	}
	return &p.extra[int(id)-len(p.words)]
}

// newPairing returns the pairing of two catalogues.
func newPairing(up, here *Catalogue) *pairing {
	p := &pairing{here: here, up: up, tables: here.tables, records: here.names + up.names}
	p.words = make([]pairWord, len(here.vocab.words))
	for id := range here.vocab.words {
		w := &here.vocab.words[id]
		p.words[id] = pairWord{text: w.text, letters: lettersOf(w.text), canon: w.canon, class: w.class, count: w.count}
	}
	p.number = make([]uint32, len(up.vocab.words))
	for id := range up.vocab.words {
		p.number[id] = p.adopt(up.vocab, uint32(id))
	}
	for id := range up.vocab.words {
		w := &up.vocab.words[id]
		p.word(p.number[id]).canon = p.number[w.canon]
		p.word(p.number[id]).count += w.count
	}
	for id := range here.vocab.words {
		p.weigh(uint32(id), here.vocab.words[id].share)
	}
	for id := range up.vocab.words {
		if int(p.number[id]) >= len(p.words) {
			p.weigh(p.number[id], up.vocab.words[id].share)
		}
	}
	p.grams = make([]float32, gramSpace)
	unseen := gramWeight(0, p.records) // most are, in short lists
	for g := range p.grams {
		if count := here.grams.counts[g] + up.grams.counts[g]; count > 0 {
			p.grams[g] = gramWeight(int(count), p.records)
		} else {
			p.grams[g] = unseen
		}
	}
	return p
}

// adopt returns the number of a word of up.
func (p *pairing) adopt(up *vocabulary, id uint32) uint32 {
	w := &up.words[id]
	if known, ok := p.here.vocab.ids[w.text]; ok {
		return known
	}
	p.extra = append(p.extra, pairWord{text: w.text, letters: lettersOf(w.text), class: w.class})
	return uint32(len(p.words) + len(p.extra) - 1)
}

func (p *pairing) weigh(id uint32, share float32) {
	w := p.word(id)
	w.weight = information(p.word(w.canon).count, p.records, share)
	if w.class&classSmall != 0 {
		w.weight = min(w.weight, 1)
	}
}

// gramWeight returns how much a group of letters tells.
func gramWeight(count int, records uint32) float32 {
	return float32(math.Log2((float64(records) + 200) / (float64(count) + 1)))
}

// alone is the pairing of a catalogue with single records. It is made once after
// each change.
type alone struct {
	mu      sync.Mutex
	pairing *pairing
}

// aloneWith returns the pairing of the catalogue with nothing.
func (c *Catalogue) aloneWith() *pairing {
	c.single.mu.Lock()
	defer c.single.mu.Unlock()
	if c.single.pairing == nil {
		p := newPairing(&Catalogue{tables: c.tables, vocab: newVocabulary(c.tables)}, c)
		p.up = nil
		c.single.pairing = p
	}
	return c.single.pairing
}
