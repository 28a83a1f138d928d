package matching

import "strings"

// testWords are the words of names that are no company's.
type testWords struct {
	marks, fillers, whole map[string]bool
	begins                map[string]bool // the first words of all of them
}

// IsTestRow reports whether a record's main name is that of a test row, as in
// "[Example] Dental Office".
func IsTestRow(r Record) bool { return table().isTestRow(r.main()) }

// isTestRow reports whether a company's name is that of a test row. The whole
// name has to say so: Test Valley is a place.
func (t *Tables) isTestRow(name string) bool {
	tests := t.tests
	folded := strings.TrimSpace(fold(name))
	if !tests.mayBegin(folded) {
		return false
	}
	if strings.HasPrefix(folded, "[") || strings.HasPrefix(folded, "(") {
		inside, _, closed := strings.Cut(folded[1:], string(closing(folded[0])))
		if closed && tests.marks[strings.TrimSpace(inside)] {
			return true
		}
	}
	all := words(folded)
	if tests.whole[strings.Join(all, " ")] {
		return true
	}
	marked := false
	for _, word := range all {
		switch {
		case tests.marks[strings.TrimRight(word, "0123456789")]:
			marked = true
		case !tests.fillers[word] && strings.Trim(word, "0123456789") != "":
			return false
		}
	}
	return marked
}

// mayBegin reports whether a folded name begins as the names of test rows do:
// most don't, and needn't be taken apart.
func (t *testWords) mayBegin(folded string) bool {
	end := strings.IndexFunc(folded, func(r rune) bool { return !isWordRune(r) })
	if end < 0 {
		end = len(folded)
	}
	first := strings.TrimRight(folded[:end], "0123456789")
	return end == 1 || first == "" || t.begins[first]
}
