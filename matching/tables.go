package matching

import (
	"embed"
	"iter"
	"strings"
	"sync"
)

// The tables are files, so that people who don't read Go can judge and extend
// them.
//
//go:embed data
var data embed.FS

// tables are the contents of the files, in the form in which they are asked.
type tables struct {
	forms    map[string]legalForm // by the form's words
	longest  int                  // words of the longest form
	notes    map[string]bool
	tests    testWords
	junk     map[string]bool // squashed
	virtual  []string        // beginnings of addresses, hex digits alone
	roles    map[string]bool // squashed
	generic  map[string]bool // squashed
	freemail map[string]bool
}

// table returns the tables. They are read once and never change.
//
//nolint:gochecknoglobals // a constant that the language can't write
var table = sync.OnceValue(readTables)

func readTables() tables {
	t := tables{
		forms: make(map[string]legalForm),
		notes: set("notes.txt", same),
		tests: testWords{marks: make(map[string]bool), fillers: make(map[string]bool), whole: make(map[string]bool)},
		junk:  set("junk.txt", squash), roles: set("roleaddresses.txt", squash), generic: set("genericnames.txt", squash),
		freemail: set("freemail.txt", same),
	}
	for family, form := range labelled("legalforms.txt") {
		words, doubtful := strings.CutSuffix(form, "?")
		t.forms[words] = legalForm{family: family, text: words, doubtful: doubtful}
		t.longest = max(t.longest, len(strings.Fields(words)))
	}
	for label, words := range labelled("testrows.txt") {
		switch label {
		case "marks":
			t.tests.marks[words] = true
		case "fillers":
			t.tests.fillers[words] = true
		case "whole":
			t.tests.whole[words] = true
		}
	}
	for line := range lines("virtualmacs.txt") {
		prefix, _, _ := strings.Cut(line, " ")
		t.virtual = append(t.virtual, strings.ToLower(strings.ReplaceAll(prefix, ":", "")))
	}
	return t
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

func same(s string) string { return s }
