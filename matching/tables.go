package matching

import (
	"embed"
	"iter"
	"maps"
	"slices"
	"strconv"
	"strings"
	"sync"
)

// The tables are files, so that people who don't read Go can judge and extend
// them.
//
//go:embed data
var data embed.FS

// Tables are the words and numbers that matching has to know: legal forms,
// abbreviations, junk serial numbers. They never change; With makes others. The
// nil pointer is not usable, a nil in a configuration means [ShippedTables].
type Tables struct {
	forms    map[string]*legalForm // by the form's words
	longest  map[string]int        // by last word: words of the longest form
	slippery []string              // those of one long word, sorted
	notes    map[string]bool
	tests    testWords
	junk     map[string]bool // squashed
	virtual  []string        // beginnings of addresses, hex digits alone
	adapters []string        // the same, of docks
	roles    map[string]bool // squashed
	generic  map[string]bool // squashed
	freemail map[string]bool

	leading  map[string]bool     // legal forms before a name
	begins   map[string]bool     // the first words of leading and of aliases
	aliases  map[string]NameRole // words after which another name follows
	streets  map[string]bool     // words of addresses that say little
	canon    map[string]string   // what a word stands for
	places   map[string]bool     // canonical words that are countries
	common   map[string]float64  // share of organisations that have the word
	weights  [featureCount]float64
	settings map[string]float64
}

// Extra is what a host adds to the shipped tables. Nothing can be taken away.
type Extra struct {
	// LegalForms are further legal forms by family: forms of one family are
	// spellings of the same form. As in {"spzoo": {"spółka z o.o."}}.
	LegalForms map[string][]string
	// Abbreviations are words by what they stand for, as in {"sch": "school"}.
	Abbreviations map[string]string
	// CommonWords are words that say little in the host's trade, with the share
	// of companies that have them in their names, between 0 and 1.
	CommonWords map[string]float64
	// Notes are texts that people write into names for themselves, as in "vip".
	Notes []string
	// FreeMail are domains where anybody has an address.
	FreeMail []string
	// RoleAddresses are parts before the @ that belong to a function.
	RoleAddresses []string
	// JunkSerials are texts that stand where a serial number should.
	JunkSerials []string
	// VirtualMACs are beginnings of hardware addresses that no single device owns,
	// as in "00:50:56".
	VirtualMACs []string
}

// table returns the shipped tables. They are read once and never change.
//
//nolint:gochecknoglobals // a constant that the language can't write
var table = sync.OnceValue(readTables)

// ShippedTables returns the tables that come with the library.
func ShippedTables() *Tables { return table() }

// With returns tables that hold more than t.
func (t *Tables) With(extra Extra) *Tables {
	more := *t
	more.forms, more.longest = maps.Clone(t.forms), maps.Clone(t.longest)
	more.notes, more.junk = maps.Clone(t.notes), maps.Clone(t.junk)
	more.roles, more.freemail = maps.Clone(t.roles), maps.Clone(t.freemail)
	more.canon, more.common, more.virtual = maps.Clone(t.canon), maps.Clone(t.common), slices.Clone(t.virtual)
	for family, forms := range extra.LegalForms {
		for _, form := range forms {
			more.addForm(family, strings.Join(words(fold(form)), " "))
		}
	}
	for word, full := range extra.Abbreviations {
		if full = squash(full); full != "" {
			more.canon[squash(word)] = t.canonical(full)
		}
	}
	for word, share := range extra.CommonWords {
		more.common[t.canonical(squash(word))] = min(max(share, 0), 1)
	}
	for _, note := range extra.Notes {
		more.notes[strings.Join(words(fold(note)), " ")] = true
	}
	for _, domain := range extra.FreeMail {
		more.freemail[strings.ToLower(domain)] = true
	}
	for _, role := range extra.RoleAddresses {
		more.roles[squash(role)] = true
	}
	for _, junk := range extra.JunkSerials {
		more.junk[squash(junk)] = true
	}
	for _, prefix := range extra.VirtualMACs {
		if digits := macPrefix(prefix); digits != "" {
			more.virtual = append(more.virtual, digits)
		}
	}
	delete(more.notes, "")
	return &more
}

func readTables() *Tables {
	t := &Tables{
		forms: make(map[string]*legalForm), longest: make(map[string]int),
		notes: set("notes.txt", same),
		tests: testWords{marks: make(map[string]bool), fillers: make(map[string]bool), whole: make(map[string]bool), begins: make(map[string]bool)},
		junk:  set("junk.txt", squash), roles: set("roleaddresses.txt", squash), generic: set("genericnames.txt", squash),
		freemail: set("freemail.txt", same),
		leading:  make(map[string]bool), begins: make(map[string]bool), aliases: make(map[string]NameRole), streets: make(map[string]bool),
		canon: make(map[string]string), places: make(map[string]bool), common: make(map[string]float64),
	}
	for family, form := range labelled("legalforms.txt") {
		t.addForm(family, form)
	}
	for label, words := range labelled("testrows.txt") {
		first, _, _ := strings.Cut(words, " ")
		t.tests.begins[first] = true
		switch label {
		case "marks":
			t.tests.marks[words] = true
		case "fillers":
			t.tests.fillers[words] = true
		case "whole":
			t.tests.whole[words] = true
		}
	}
	t.virtual, t.adapters = prefixes("virtualmacs.txt"), prefixes("adaptermacs.txt")
	for line := range lines("leadingforms.txt") {
		for form := range strings.SplitSeq(line, ",") {
			form = strings.TrimSpace(form)
			t.leading[form] = true
			t.begin(form)
		}
	}
	for line := range lines("streetwords.txt") {
		for word := range strings.FieldsFuncSeq(line, func(r rune) bool { return strings.ContainsRune(":, ", r) }) {
			t.streets[word] = true
		}
	}
	t.readWords()
	t.readWeights()
	return t
}

// begin notes the first word of what is looked for at every word.
func (t *Tables) begin(phrase string) {
	first, _, _ := strings.Cut(phrase, " ")
	t.begins[first] = true
}

func (t *Tables) addForm(family, form string) {
	words, doubtful := strings.CutSuffix(form, "?")
	if words != "" {
		t.forms[words] = &legalForm{family: family, text: words, doubtful: doubtful}
		all := strings.Fields(words)
		if at, known := slices.BinarySearch(t.slippery, words); !known && len(all) == 1 && len(words) >= longForm && !doubtful {
			t.slippery = slices.Insert(slices.Clip(t.slippery), at, words)
		}
		last := all[len(all)-1]
		t.longest[last] = max(t.longest[last], len(all))
	}
}

// readWords reads what is known of single words.
func (t *Tables) readWords() {
	for role, marker := range labelled("aliaswords.txt") {
		t.aliases[marker] = NameRole(role)
		t.begin(marker)
	}
	for full, word := range labelled("abbreviations.txt") {
		if word = squash(word); t.canon[word] == "" {
			t.canon[word] = full
		}
	}
	for line := range lines("places.txt") {
		place, others, _ := strings.Cut(line, ":")
		t.places[place] = true
		for word := range strings.SplitSeq(others, ",") {
			if word = strings.TrimSpace(word); word != "" {
				t.canon[word] = place
			}
		}
	}
	for share, word := range labelled("commonwords.txt") {
		n, err := strconv.ParseFloat(share, 64)
		if word = t.canonical(word); err == nil && t.common[word] < n/1e4 {
			t.common[word] = n / 1e4
		}
	}
}

// canonical returns the word that a word stands for.
func (t *Tables) canonical(word string) string {
	if full, ok := t.canon[word]; ok {
		return full
	}
	return word
}

// lines yields the lines of a table that say something.
func lines(file string) iter.Seq[string] {
	text, err := data.ReadFile("data/" + file)
	return func(yield func(string) bool) {
		if err != nil {
			return // not reached: the file is part of the program
		}
		for line := range strings.Lines(string(text)) {
			line = strings.TrimSpace(line)
			if line != "" && !strings.HasPrefix(line, "#") && !yield(line) {
				return
			}
		}
	}
}

// labelled yields the entries of a table whose lines read "label: entry, entry".
func labelled(file string) iter.Seq2[string, string] {
	return func(yield func(label, entry string) bool) {
		for line := range lines(file) {
			label, entries, _ := strings.Cut(line, ":")
			for entry := range strings.SplitSeq(entries, ",") {
				if !yield(label, strings.TrimSpace(entry)) {
					return
				}
			}
		}
	}
}

func set(file string, normal func(string) string) map[string]bool {
	entries := make(map[string]bool)
	for line := range lines(file) {
		entries[normal(line)] = true
	}
	return entries
}

// prefixes reads a table of beginnings of hardware addresses.
func prefixes(file string) []string {
	var all []string
	for line := range lines(file) {
		prefix, _, _ := strings.Cut(line, " ")
		all = append(all, macPrefix(prefix))
	}
	return all
}

func same(s string) string { return s }

// macPrefix returns the hexadecimal digits of a beginning of an address.
func macPrefix(prefix string) string {
	return strings.Map(func(r rune) rune {
		if strings.ContainsRune(":-. ", r) {
			return -1
		}
		return r
	}, strings.ToLower(prefix))
}
