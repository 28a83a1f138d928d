package matching

import "strings"

// StrictKey returns the form of a company's name under which equal names count
// as the same name. It folds how a name is written:
//
//   - letter case, accents on Latin and Greek letters, width, punctuation;
//     other scripts stay as they are
//   - "&", "+" and "and"
//   - initials: "A.O. Smith", "A O Smith" and "AO Smith"
//   - one legal form at the end ("Ltd", "GmbH & Co. KG"), unless nothing else is
//     left
//   - notes that people write for themselves: "*DO NOT BILL*", "(HQ)",
//     "- Main Office"
//   - an article at the end, which stands first: "Grange, The"
//
// What a name says stays: numbers, ordinals, numerals ("II"), plurals, places,
// "Holdings", "The". The key of a name without a letter or digit is empty, and
// an empty key is equal to none.
//
// Keys are for comparing within one release; they are not stored.
func StrictKey(name string) string { return table().StrictKey(name) }

// StrictKey is [StrictKey] with the legal forms and notes of these tables.
func (t *Tables) StrictKey(name string) string {
	_, all := t.meant(foldName(name))
	rest, _ := t.splitForm(all)
	return strings.Join(rest, " ")
}

// foldName folds a name, with one blank between words.
func foldName(name string) string {
	folded := fold(name)
	if isASCII(folded) && !strings.Contains(folded, "  ") && strings.IndexFunc(folded, func(r rune) bool { return r < ' ' }) < 0 {
		return strings.TrimSpace(folded)
	}
	return strings.Join(strings.Fields(folded), " ")
}

// meant returns a folded name without notes, and its words. A name of nothing but
// notes is what they say.
func (t *Tables) meant(folded string) (text string, all []string) {
	text = t.withoutNotes(folded)
	if all = words(text); len(all) == 0 {
		return folded, words(folded)
	}
	return text, articleFirst(all)
}

// articleFirst puts an article that stands behind a name before it: "Acme
// Limited (The)", "Grange, The".
func articleFirst(name []string) []string {
	last := len(name) - 1
	if last < 1 || name[last] != "the" {
		return name
	}
	if name[0] == "the" {
		return name[:last]
	}
	copy(name[1:], name[:last])
	name[0] = "the"
	return name
}

// legalForm is a legal form at the end of a name. The zero value is none.
type legalForm struct {
	family   string
	text     string
	doubtful bool // it may be another word
}

// splitForm takes the longest legal form off the end of a name. It leaves at
// least one word that says something.
func (t *Tables) splitForm(name []string) (rest []string, form legalForm) {
	if len(name) == 0 {
		return name, legalForm{}
	}
	last := name[len(name)-1]
	longest := t.longest[last]
	if longest == 0 && len(name) > 1 {
		if form := t.slippedForm(last); form != nil {
			return name[:len(name)-1], *form
		}
	}
	for n := min(longest, len(name)-1); n > 0; n-- {
		rest := name[:len(name)-n]
		form, ok := t.forms[strings.Join(name[len(name)-n:], " ")]
		if ok && (len(rest) > 1 || rest[0] != "the") {
			return rest, *form
		}
	}
	return name, legalForm{}
}

// slippedForm returns the legal form that a word is by a slip of the finger, nil
// for none: "Limietd", "Coporation". Only forms of a long word are told so. An
// ending more or less makes another word.
func (t *Tables) slippedForm(word string) *legalForm {
	if len(word) < longForm-1 {
		return nil
	}
	for _, f := range t.slippery {
		if word[0] == f[0] && word[len(word)-1] == f[len(f)-1] && !strings.HasPrefix(f, word) && distance(word, f, 1) == 1 {
			return t.forms[f]
		}
	}
	return nil
}

// longForm is how many letters a legal form has that is told with a slip in it.
const longForm = 7

// shared returns the table's own row of a form, nil for none.
func (t *Tables) shared(form legalForm) *legalForm { return t.forms[form.text] }
