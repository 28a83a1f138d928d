package matching

import (
	"math"
	"strings"
)

// class is what kind of word a word is.
type class uint8

const (
	classNumber    class = 1 << iota // it has a digit, or counts
	classRoman                       // a roman numeral; a number too, unless it comes first
	classDirection                   // north, upper
	classPlace                       // a country
	classSmall                       // the, of
	classCommon                      // many names have it
)

// word is what is known of one word of names.
type word struct {
	text  string
	canon uint32 // the word that it stands for, itself if none
	class class
	share float32 // of organisations that have it, by the tables
}

// vocabulary gives the words of a catalogue numbers, so that names are compared
// without touching text.
type vocabulary struct {
	tables *Tables
	ids    map[string]uint32
	words  []word
}

func newVocabulary(t *Tables) *vocabulary {
	return &vocabulary{tables: t, ids: make(map[string]uint32)}
}

// rareShare is the share of organisations that have a word which no table
// knows.
const rareShare = 1.0 / 20000

// id returns the number of a word, which it gets if it has none.
func (v *vocabulary) id(text string) uint32 {
	if id, ok := v.ids[text]; ok {
		return id
	}
	text = strings.Clone(text)
	id := uint32(len(v.words))
	v.ids[text] = id
	v.words = append(v.words, word{text: text, canon: id, class: v.tables.classOf(text), share: rareShare})
	if share, ok := v.tables.common[v.tables.canonical(text)]; ok {
		v.words[id].share = float32(share)
		v.words[id].class |= classCommon
	}
	if full := v.tables.standsFor(text); full != text {
		canon := v.id(full)
		v.words[id].canon = canon
		v.words[id].share = max(v.words[id].share, v.words[canon].share)
		v.words[id].class |= v.words[canon].class & (classNumber | classPlace | classCommon)
	}
	return id
}

// standsFor returns the form of a word under which words of one meaning are
// equal: abbreviations, plurals, written numbers.
func (t *Tables) standsFor(text string) string {
	if full, ok := t.canon[text]; ok {
		return full
	}
	if number, ok := countWords[text]; ok {
		return number
	}
	if digits := strings.TrimRight(text, "stndrh"); digits != text && digits != "" && strings.Trim(digits, "0123456789") == "" {
		return digits
	}
	if t.common[text] > 0 || t.places[text] {
		return text
	}
	stem := text
	switch {
	case len(text) > 5 && strings.HasSuffix(text, "ies"):
		stem = text[:len(text)-3] + "y"
	case len(text) > 4 && strings.HasSuffix(text, "s") && !strings.HasSuffix(text, "ss") && !strings.HasSuffix(text, "us") && !strings.HasSuffix(text, "is"):
		stem = text[:len(text)-1]
	}
	if full, ok := t.canon[stem]; ok {
		return full
	}
	return stem
}

func (t *Tables) classOf(text string) class {
	var c class
	if strings.ContainsAny(text, "0123456789") || countWords[text] != "" {
		c |= classNumber
	}
	if isRoman(text) {
		c |= classRoman
	}
	switch text {
	case "north", "south", "east", "west", "northern", "southern", "eastern", "western", "northeast", "northwest", "southeast", "southwest",
		"upper", "lower", "nord", "sud", "ost", "n", "s", "w":
		c |= classDirection
	}
	if t.places[t.canonical(text)] {
		c |= classPlace
	}
	if isSmall(text) {
		c |= classSmall
	}
	return c
}

// countWords are words that count.
var countWords = map[string]string{
	"one": "1", "two": "2", "three": "3", "four": "4", "five": "5", "six": "6", "seven": "7", "eight": "8", "nine": "9", "ten": "10",
	"eleven": "11", "twelve": "12", "first": "1", "second": "2", "third": "3", "fourth": "4", "fifth": "5", "sixth": "6",
	"seventh": "7", "eighth": "8", "ninth": "9", "tenth": "10",
	"ii": "2", "iii": "3", "iv": "4", "vi": "6", "vii": "7", "viii": "8", "ix": "9", "xi": "11", "xii": "12",
}

// isRoman reports whether a word can be a small roman numeral.
func isRoman(text string) bool {
	switch text {
	case "i", "ii", "iii", "iv", "v", "vi", "vii", "viii", "ix", "x", "xi", "xii", "xiii", "xiv", "xv", "xvi":
		return true
	}
	return false
}

// information returns how much a word of a share tells, in bits.
func information(count, records uint32, share float32) float32 {
	const known = 2000 // organisations that the tables stand for
	p := (float64(count) + known*float64(share)) / (float64(records) + known)
	return float32(min(-math.Log2(min(p, 1)), 14))
}
