package matching

import "math"

// pairing is two catalogues seen together: how rare each word and each group of
// letters is in both, and one numbering for the words of both.
type pairing struct {
	here, up     *Catalogue // up is nil where single records are compared with here
	inHere, inUp *index
	tables       *Tables
	words        []pairWord // of here, by its numbers
	extra        []pairWord // of up alone; numbers go on after words
	number       []uint32   // of up's words
	records      uint32
	grams        gramSet   // of both
	weights      []float32 // by number of grams
	unseen       float32   // the weight of all others
	squares      []float32 // of the weights, by gram; nil: the lists are short
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
func newPairing(up *Catalogue, inUp *index, here *Catalogue, inHere *index) *pairing {
	p := &pairing{here: here, up: up, inHere: inHere, inUp: inUp, tables: here.tables, records: uint32(here.Len() + up.Len())}
	p.words = make([]pairWord, len(here.vocab.words))
	for id := range here.vocab.words {
		w := &here.vocab.words[id]
		p.words[id] = pairWord{text: w.text, letters: lettersOf(w.text), canon: w.canon, class: w.class, count: p.inHere.words[id]}
	}
	p.number = make([]uint32, len(up.vocab.words))
	for id := range up.vocab.words {
		p.number[id] = p.adopt(up.vocab, uint32(id))
	}
	for id := range up.vocab.words {
		w := &up.vocab.words[id]
		p.word(p.number[id]).canon = p.number[w.canon]
		p.word(p.number[id]).count += p.inUp.words[id]
	}
	for id := range here.vocab.words {
		p.weigh(uint32(id), here.vocab.words[id].share)
	}
	for id := range up.vocab.words {
		if int(p.number[id]) >= len(p.words) {
			p.weigh(p.number[id], up.vocab.words[id].share)
		}
	}
	p.weighGrams()
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

// weighGrams sets the weights of all groups of letters by how many of both lists
// have them.
func (p *pairing) weighGrams() {
	here, up := &p.inHere.grams, &p.inUp.grams
	for i := range p.grams.bits {
		p.grams.bits[i] = here.set.bits[i] | up.set.bits[i]
	}
	p.weights = make([]float32, 0, p.grams.rank())
	for g := range p.grams.all {
		p.weights = append(p.weights, gramWeight(here.count(g)+up.count(g), p.records))
	}
	p.unseen = gramWeight(0, p.records)
	if p.records < longLists {
		return
	}
	p.squares = make([]float32, gramSpace)
	for g := range p.squares {
		w := p.gram(uint16(g))
		p.squares[g] = w * w
	}
}

// longLists is from how many records on a table of all groups of letters is worth
// making.
const longLists = 5000

// gram returns how much a group of letters tells.
func (p *pairing) gram(g uint16) float32 {
	if !p.grams.has(g) {
		return p.unseen
	}
	return p.weights[p.grams.number(g)]
}

// square returns the square of how much a group of letters tells.
func (p *pairing) square(g uint16) float32 {
	if p.squares != nil {
		return p.squares[g]
	}
	w := p.gram(g)
	return w * w
}

// gramWeight returns how much a group of letters tells.
func gramWeight(count int, records uint32) float32 {
	return float32(math.Log2((float64(records) + 200) / (float64(count) + 1)))
}

// aloneWith returns the pairing of the catalogue with nothing. It is made once
// after each change.
func (c *Catalogue) aloneWith() *pairing {
	index := c.searchable()
	c.indexing.Lock()
	defer c.indexing.Unlock()
	if c.alone == nil {
		nothing := &Catalogue{tables: c.tables, vocab: newVocabulary(c.tables)}
		c.alone = newPairing(nothing, nothing.newIndex(), c, index)
		c.alone.up = nil
	}
	return c.alone
}
