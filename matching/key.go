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
//
// What a name says stays: numbers, ordinals, numerals ("II"), plurals, places,
// "Holdings", "The". The key of a name without a letter or digit is empty, and
// an empty key is equal to none.
//
// Keys are for comparing within one release; they are not stored.
func StrictKey(name string) string { return table().StrictKey(name) }

// StrictKey is [StrictKey] with the legal forms and notes of these tables.
func (t *Tables) StrictKey(name string) string { return t.parseName(name).key }

// companyName is a company's name, taken apart.
type companyName struct {
	key  string
	form legalForm // zero: none
}

func (t *Tables) parseName(name string) companyName {
	folded := strings.Join(strings.Fields(fold(name)), " ")
	all := words(t.withoutNotes(folded))
	if len(all) == 0 {
		all = words(folded) // nothing but notes: then they are the name
	}
	rest, form := t.splitForm(all)
	return companyName{key: strings.Join(rest, " "), form: form}
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
	for n := min(t.longest, len(name)-1); n > 0; n-- {
		rest := name[:len(name)-n]
		form, ok := t.forms[strings.Join(name[len(name)-n:], " ")]
		if ok && (len(rest) > 1 || rest[0] != "the") {
			return rest, *form
		}
	}
	return name, legalForm{}
}

// shared returns the table's own row of a form, nil for none.
func (t *Tables) shared(form legalForm) *legalForm { return t.forms[form.text] }
