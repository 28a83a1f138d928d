package sortrules

// slots is how many of a program's sources are kept once they were looked at.
// There are seldom more; the others are looked at each time.
const slots = 8

// kept are the values that one evaluation has looked at. It lives on the stack,
// apart from the subject: what a regular expression is given must not take the
// subject along to the heap.
type kept struct {
	slots [slots]slot
	// done and held are the tests that the rules repeat: those that were made,
	// and those of them that held.
	done, held uint64
}

// slot keeps the value of a source.
type slot struct {
	text  string // trimmed
	has   traits
	state slotState
}

type slotState uint8

const (
	slotUnknown slotState = iota // not looked at yet
	slotBlank                    // no value
	slotOther                    // no single text: it has to be looked at each time
	slotPair                     // a type's name and id
	slotText                     // one text
	slotASCII                    // one text, in ASCII
)

// holds reports whether the subject meets a condition.
func (p *program) holds(n *node, s *Subject, k *kept) bool {
	if n.test != nil {
		return p.test(n.test, s, k)
	}
	for i := range n.kids {
		kid := &n.kids[i]
		var held bool
		switch {
		case kid.test == nil:
			held = p.holds(kid, s, k)
		case !k.excludes(kid.test):
			held = p.test(kid.test, s, k)
		}
		if held == n.any {
			return n.any
		}
	}
	return !n.any
}

// excludes reports whether what was looked at before is enough to see that a
// test fails. It is small enough to be part of its callers, which is what makes
// most tests cheap.
func (k *kept) excludes(t *test) bool {
	v := &k.slots[t.source%slots]
	return t.plain && v.state != slotUnknown && t.needs&^v.has != 0
}

func (p *program) test(t *test, s *Subject, k *kept) bool {
	if t.rare {
		return p.rare(t, s)
	}
	if k.done&t.repeated != 0 {
		return k.held&t.repeated != 0
	}
	v := &k.slots[t.source]
	if v.state == slotUnknown {
		v.look(&p.sources[t.source], s)
	}
	held := t.needs&^v.has == 0 && p.compare(t, v, s)
	if held = held != t.not; held {
		k.held |= t.repeated
	}
	k.done |= t.repeated
	return held
}

// rare is test for what needs no value, and for values that aren't kept.
func (p *program) rare(t *test, s *Subject) bool {
	if t.how == always {
		return true
	}
	held, _ := p.sources[t.source].meets(t, s)
	return held != t.not
}

// compare reports whether a value that may be as t wants it is.
func (p *program) compare(t *test, v *slot, s *Subject) bool {
	switch v.state {
	case slotOther:
		held, _ := p.sources[t.source].meets(t, s)
		return held
	case slotPair:
		if v.text != "" && t.equalsText(v.text) {
			return true
		}
		id := look(s.Record.TypeID)
		return id != "" && t.needs&^(firstOf(id)|anyLetter) == 0 && t.equalsText(id)
	default:
		return t.matches(v.text, v.state == slotASCII)
	}
}

// longestLetters is the longest text whose letters are worth knowing.
const longestLetters = 64

// look looks at a source for the first time.
func (v *slot) look(from *source, s *Subject) {
	if from.from == originTypeOrID {
		v.lookTwice(s)
		return
	}
	text, single := from.text(s)
	if !single {
		v.state, v.has = slotOther, anyFirst|anyLetter
		return
	}
	if v.text = look(text); v.text == "" {
		v.state = slotBlank
		return
	}
	letters := anyLetter
	v.state = slotText
	switch {
	case from.searched == 0:
	case from.searched > 1 && len(v.text) <= longestLetters:
		var ascii bool
		if letters, ascii = lettersOf(v.text); ascii {
			v.state = slotASCII
		} else {
			letters = anyLetter
		}
	case isASCII(v.text):
		v.state = slotASCII
	}
	v.has = firstOf(v.text) | letters
}

// lookTwice keeps what a type's name and id have, taken together. Mostly that
// is enough to see that neither is meant.
func (v *slot) lookTwice(s *Subject) {
	v.state, v.text = slotPair, look(s.Record.Type)
	if v.text != "" {
		v.has = firstOf(v.text) | anyLetter
	}
	if id := look(s.Record.TypeID); id != "" {
		v.has |= firstOf(id) | anyLetter
	}
}
