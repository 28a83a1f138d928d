package matching

import (
	"fmt"
	"strings"
)

// verdict is what the gate says about a pair.
type verdict struct {
	outcome Outcome // automatic, provisional or suggested
	because string
}

// The fields that speak for and against a pair, besides the name.
type tally struct {
	agree, differ int
	// apart says that the two are in different houses, text that their addresses
	// are the same and written the same, open that they are written the same and
	// may be the same.
	apart, text, open bool
}

// maxSharedBy is how many records of one list may have a value for it to
// confirm a name. More, and it is an answering service or a formation agent.
const maxSharedBy = 3

// tally counts what agrees that at most so many have.
func (c *comparison) tally(most int) tally {
	t := tally{text: c.text && c.premises == premisesSame, open: c.text && c.premises == premisesOpen, apart: c.house.state == stateDiffers || c.premises == premisesNextDoor}
	for _, f := range []field{c.phone, c.mail, c.house, c.number} {
		switch {
		case f.state == stateAgrees && f.owners <= most:
			t.agree++
		case f.state == stateDiffers:
			t.differ++
		}
	}
	return t
}

// vetoes returns what forbids to link a pair without a person.
func (c *comparison) vetoes(a, b *entry) []string {
	var all []string
	add := func(when bool, text string) {
		if when {
			all = append(all, text)
		}
	}
	add(a.record.Person || b.record.Person, "a person: people share names")
	add(a.test || b.test, "a test row")
	add(c.number.state == stateDiffers, "registered under different numbers")
	add(c.country.state == stateDiffers, "in different countries")
	add(c.align.numbers != contrastNone, "the numbers in the names differ")
	add(c.align.sides != contrastNone, "the directions in the names differ")
	add(c.align.places != contrastNone, "the places in the names differ")
	if c.formsA != nil && c.formsB != nil && c.formsA.family != c.formsB.family {
		all = append(all, fmt.Sprintf("legal forms differ: %q and %q", c.formsA.text, c.formsB.text))
	}
	return all
}

// vetoed reports whether there is a veto, without wording it.
func (c *comparison) vetoed(a, b *entry) bool {
	return a.record.Person || b.record.Person || a.test || b.test ||
		c.number.state == stateDiffers || c.country.state == stateDiffers ||
		c.align.numbers != contrastNone || c.align.sides != contrastNone || c.align.places != contrastNone ||
		c.formsA != nil && c.formsB != nil && c.formsA.family != c.formsB.family
}

// doubtfulForm reports whether what one name ends with may be a legal form or a
// word, and the other name doesn't have it.
func (c *comparison) doubtfulForm() bool {
	return c.formsA == nil && c.formsB != nil && c.formsB.doubtful || c.formsB == nil && c.formsA != nil && c.formsA.doubtful
}

// site is a pair with what the gate has to know of the rest of the lists.
type site struct {
	up, here *entry
	cmp      *comparison
	// rivals are the tallies of the pairs that an equal name makes with one of
	// the two: the same record upstream with others here, and the other way.
	rivals []tally
	// crowded says that more records have the name than were looked at.
	crowded bool
	// ahead is how many bits the pair is ahead of the record's next candidate.
	ahead float64
}

// aheadBySlip is how far a name with a slip has to be ahead.
const aheadBySlip = 6

// judge says what may be done about a pair without a person.
func (s *site) judge() verdict {
	c := s.cmp
	switch {
	case c.vetoed(s.up, s.here):
		return verdict{OutcomeSuggested, "vetoed: " + c.vetoes(s.up, s.here)[0]}
	case c.number.state == stateAgrees && c.number.owners == 1 && (c.strict || c.align.agree > 0):
		return verdict{OutcomeAutomatic, "registered under the same number"}
	case !c.strict && c.align.the && len(s.rivals) == 0 && !s.crowded:
		return s.judgeUnique()
	case c.strict && s.crowded:
		return verdict{OutcomeSuggested, "very many have the name"}
	case c.strict && len(s.rivals) > 0:
		return s.judgeShared()
	case c.strict:
		return s.judgeUnique()
	case c.align.odd == 1 && c.align.slip && s.ahead >= aheadBySlip && c.roleA == roleMain && c.roleB == roleMain:
		return s.judgeSlip()
	}
	return verdict{OutcomeSuggested, "the names differ"}
}

// judgeUnique judges a name that one record on each side has.
func (s *site) judgeUnique() verdict {
	t := s.cmp.tally(maxSharedBy)
	doubtful := s.cmp.doubtfulForm()
	switch {
	case t.agree > 0 && t.differ == 0, t.agree > 1 && t.differ == 1:
		return verdict{OutcomeAutomatic, "same name, unique on both sides, and " + s.cmp.agreeing()}
	case doubtful:
		return verdict{OutcomeSuggested, "same name, but its end may be a legal form or a word"}
	case t.differ <= 1:
		return verdict{OutcomeProvisional, "same name, unique on both sides"}
	}
	return verdict{OutcomeSuggested, "same name, but too much else differs"}
}

// judgeShared judges a name that several have: two fields decide, and none of
// the others may have one of them.
func (s *site) judgeShared() verdict {
	t := s.cmp.tally(maxSharedBy)
	apart, elsewhere, equalled := true, true, false
	for _, rival := range s.rivals {
		rival.apart = rival.apart || t.text && !rival.text || t.open && !rival.text && !rival.open
		if rival.agree > 0 && rival.differ == 0 && !rival.apart {
			return verdict{OutcomeSuggested, "several of this name can't be told apart"}
		}
		elsewhere = elsewhere && rival.apart
		apart = apart && (rival.apart || rival.differ > 0)
		equalled = equalled || rival.agree >= t.agree
	}
	switch {
	case t.differ > 0:
	case t.agree > 1 && !equalled:
		return verdict{OutcomeAutomatic, "of several of this name the only one with the " + s.cmp.agreeing()}
	case (s.cmp.premises == premisesSame || t.open) && elsewhere:
		return verdict{OutcomeProvisional, "of several of this name the only one at the address"}
	case t.agree > 0 && apart && !equalled:
		return verdict{OutcomeProvisional, "of several of this name the only one with the " + s.cmp.agreeing()}
	}
	return verdict{OutcomeSuggested, "several have this name"}
}

// judgeSlip judges two names that differ in one letter.
func (s *site) judgeSlip() verdict {
	t := s.cmp.tally(maxSharedBy)
	switch {
	case t.differ > 0 || t.agree == 0 || s.cmp.doubtfulForm():
		return verdict{OutcomeSuggested, "the names differ in one letter"}
	case t.agree > 1:
		return verdict{OutcomeAutomatic, "the names differ in one letter of a long word, and " + s.cmp.agreeing()}
	}
	return verdict{OutcomeProvisional, "the names differ in one letter of a long word, and " + s.cmp.agreeing()}
}

// agreeing names the fields that agree.
func (c *comparison) agreeing() string {
	var all []string
	for _, f := range []struct {
		field
		name string
	}{{c.number, "same registered number"}, {c.mail, "same domain"}, {c.phone, "same phone number"}, {c.house, "same address"}} {
		if f.state == stateAgrees && f.owners <= maxSharedBy {
			all = append(all, f.name)
		}
	}
	return strings.Join(all, " and ")
}
