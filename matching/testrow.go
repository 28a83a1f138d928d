package matching

import "strings"

// testWords are the words of names that are no company's.
type testWords struct {
	marks, fillers, whole map[string]bool
}

// IsTestRow reports whether a record's main name is that of a test row, as in
// "[Example] Dental Office".
func IsTestRow(r Record) bool { return table().isTestRow(r.main()) }

// isTestRow reports whether a company's name is that of a test row. The whole
// name has to say so: Test Valley is a place.
func (t *Tables) isTestRow(name string) bool {
	tests := t.tests
	folded := strings.TrimSpace(fold(name))
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
