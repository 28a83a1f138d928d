package matching

// Compare compares two records by themselves, without lists that would say how
// rare their words are: the shipped tables say it. Confidence is for two records
// that somebody holds against each other because they may be the same. Tables
// may be nil.
func Compare(tables *Tables, a, b Record) (Candidate, error) {
	left, err := NewCatalogue(Config{Tables: tables}, a)
	if err != nil {
		return Candidate{}, err
	}
	right, err := NewCatalogue(Config{Tables: tables}, b)
	if err != nil {
		return Candidate{}, err
	}
	p := newPairing(left, left.indexed(), right, right.indexed())
	p.records = 0
	for id := range right.vocab.words {
		p.word(uint32(id)).count = 0
	}
	for id := range left.vocab.words {
		p.word(p.number[id]).count = 0
	}
	for id := range right.vocab.words {
		p.weigh(uint32(id), right.vocab.words[id].share)
	}
	for id := range left.vocab.words {
		p.weigh(p.number[id], left.vocab.words[id].share)
	}
	c := Candidate{ID: b.ID, Name: b.main()}
	newExplainer(p).explain(&left.entries[0], &right.entries[0], &c)
	o := odds(c.Score + left.tables.settings["pair.prior"])
	c.Confidence = o / (1 + o)
	return c, nil
}
