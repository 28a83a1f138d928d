package matching

import (
	"slices"
	"strings"
)

// rawName is one name of a record, taken apart. A record's names make several:
// what follows "dba", what is left without brackets.
type rawName struct {
	role   NameRole
	strict string // see StrictKey
	form   legalForm
	tokens []rawToken
}

// rawToken is a word of a name, as candidates are ranked by it: legal forms are
// gone, other alphabets are written in Latin letters.
type rawToken struct {
	text     string
	enclosed bool // it stood in brackets
}

// The bounds of what is kept of one record, so that a text put into a name field
// by mistake costs no more than a name.
const (
	maxVariants = 6
	maxTokens   = 20
	maxNameText = 400
)

// rawNames returns the names of a record, the main one first.
func (t *Tables) rawNames(names []Name) []rawName {
	var all []rawName
	add := func(text string, role NameRole) {
		n := t.rawName(text, role)
		if len(n.tokens) == 0 || len(all) >= maxVariants || slices.ContainsFunc(all, func(o rawName) bool {
			return o.strict == n.strict && slices.Equal(o.tokens, n.tokens)
		}) {
			return
		}
		all = append(all, n)
	}
	for _, name := range names {
		text := name.Text
		if len(text) > maxNameText {
			text = strings.ToValidUTF8(text[:maxNameText], "")
		}
		folded := foldName(text)
		if !t.hasAlias(folded) {
			add(folded, name.Role)
			for _, short := range t.shortNames(folded) {
				add(short, RoleShort)
			}
			continue
		}
		parts := t.splitAliases(folded, name.Role)
		for _, part := range parts {
			add(part.Text, part.Role)
		}
		for _, part := range parts {
			for _, short := range t.shortNames(part.Text) {
				add(short, RoleShort)
			}
		}
	}
	return all
}

// hasAlias reports whether a folded name may hold another one: most don't.
func (t *Tables) hasAlias(folded string) bool {
	for field := range strings.FieldsSeq(folded) {
		if t.begins[aliasWord(field)] {
			return true
		}
	}
	return false
}

// aliasWord returns a word as those are compared that begin another name.
func aliasWord(field string) string {
	return strings.ReplaceAll(strings.Trim(field, "()[],;:"), ".", "")
}

// splitAliases takes a folded name apart at words like "dba". The part before
// has the role of the whole.
func (t *Tables) splitAliases(folded string, role NameRole) []Name {
	fields := strings.Fields(folded)
	var parts []Name
	start := 0
	for i := 1; i < len(fields); i++ {
		next, length := t.aliasMark(fields[i:])
		if length == 0 || i == start || i+length >= len(fields) {
			continue
		}
		parts = append(parts, Name{Text: strings.Join(fields[start:i], " "), Role: role})
		role, start = next, i+length
		i = start
	}
	if len(parts) == 0 {
		return []Name{{Text: folded, Role: role}}
	}
	parts = append(parts, Name{Text: strings.Join(fields[start:], " "), Role: role})
	for i := range parts { // "acme (formerly apex)" is torn at its bracket
		parts[i].Text = strings.Trim(parts[i].Text, "()[] ,;-")
	}
	return parts
}

// aliasMark returns the role of the name that follows the first of fields, and
// how many of them say so.
func (t *Tables) aliasMark(fields []string) (role NameRole, length int) {
	var mark [3]string
	for n, field := range fields[:min(len(mark), len(fields))] {
		mark[n] = aliasWord(field)
		if !t.begins[mark[0]] {
			return "", 0
		}
		if r, ok := t.aliases[strings.Join(mark[:n+1], " ")]; ok {
			role, length = r, n+1
		}
	}
	return role, length
}

// shortNames returns what a folded name may be called as well: the rest without
// brackets, what is in brackets if one is an acronym of the other, and the sides
// of a slash.
func (t *Tables) shortNames(folded string) []string {
	var short []string
	if strings.ContainsAny(folded, "([{") {
		outside, inside := unbracket(folded)
		if strings.TrimSpace(outside) != "" {
			short = append(short, outside)
			if a, b := words(outside), words(inside); isAcronym(a, b) || isAcronym(b, a) {
				short = append(short, inside)
			}
		}
	}
	if left, right, ok := strings.Cut(folded, "/"); ok && len(left) > 4 && len(right) > 4 {
		short = append(short, left, right)
	}
	return short
}

// unbracket parts a text into what stands outside and inside of brackets.
func unbracket(s string) (outside, inside string) {
	var out, in strings.Builder
	depth := 0
	for _, r := range s {
		switch {
		case strings.ContainsRune("([{", r):
			depth++
			out.WriteByte(' ')
			in.WriteByte(' ')
		case strings.ContainsRune(")]}", r):
			depth = max(0, depth-1)
		case depth > 0:
			in.WriteRune(r)
		default:
			out.WriteRune(r)
		}
	}
	return out.String(), in.String()
}

// isAcronym reports whether short is one word of the initials of long.
func isAcronym(short, long []string) bool {
	if len(short) != 1 || len(short[0]) < 2 || len(short[0]) > 8 || len(long) < 2 {
		return false
	}
	all, strong := initials(long)
	return short[0] == all || len(strong) > 1 && short[0] == strong
}

// initials returns the initials of all words, and of those that aren't small.
func initials(words []string) (all, strong string) {
	for _, word := range words {
		r := []rune(word)
		all += string(r[0])
		if !isSmall(word) {
			strong += string(r[0])
		}
	}
	return all, strong
}

// acronymOf returns a hash under which a name and its acronym meet, or zero.
func acronymOf(tokens []rawToken) uint64 {
	if len(tokens) == 1 {
		if text := tokens[0].text; len(text) >= 3 && len(text) <= 6 {
			return hash(text)
		}
		return 0
	}
	var buf [maxTokens]byte
	initials := buf[:0]
	for _, t := range tokens {
		if !t.enclosed && !isSmall(t.text) && t.text[0] < 0x80 {
			initials = append(initials, t.text[0])
		}
	}
	if len(initials) < 3 {
		return 0
	}
	return hash(string(initials))
}

// isSmall reports whether a word only joins others.
func isSmall(word string) bool {
	switch word {
	case "the", "of", "and", "for", "in", "on", "at", "to", "a", "an", "de", "la", "le", "les", "du", "des", "der", "die", "das", "und", "et", "el", "y", "e", "von", "van":
		return true
	}
	return false
}

// rawName takes one folded name apart.
func (t *Tables) rawName(folded string, role NameRole) rawName {
	text, all := t.meant(folded)
	rest, form := t.splitForm(all)
	n := rawName{role: role, strict: strings.Join(rest, " "), form: form}
	if isASCII(text) && !strings.ContainsAny(text, "([{") {
		n.add(t.joined(t.bare(all)), false)
		return n
	}
	for len(text) > 0 {
		open := strings.IndexAny(text, "([{")
		if open < 0 {
			open = len(text)
		}
		n.add(t.joined(t.bare(words(latin(text[:open])))), false)
		if open == len(text) {
			break
		}
		text = text[open+1:]
		end := strings.IndexAny(text, ")]}")
		if end < 0 {
			end = len(text)
		}
		n.add(t.joined(t.bare(words(latin(text[:end])))), true)
		text = text[min(end+1, len(text)):]
	}
	n.dropForm()
	return n
}

// dropForm drops the legal form where it stands alone behind brackets: "Acme (UK)
// Ltd".
func (n *rawName) dropForm() {
	form := strings.Fields(n.form.text)
	rest := len(n.tokens) - len(form)
	if rest < 1 {
		return
	}
	for i, word := range form {
		if t := n.tokens[rest+i]; t.enclosed || t.text != word {
			return
		}
	}
	n.tokens = n.tokens[:rest]
}

// add appends words to a name.
func (n *rawName) add(words []string, enclosed bool) {
	if n.tokens == nil {
		n.tokens = make([]rawToken, 0, min(len(words), maxTokens))
	}
	for _, word := range words[:min(len(words), maxTokens-len(n.tokens))] {
		n.tokens = append(n.tokens, rawToken{text: word, enclosed: enclosed})
	}
}

// bare takes legal forms off both ends of a name.
func (t *Tables) bare(name []string) []string {
	for range 2 {
		rest, form := t.splitForm(name)
		if form.family == "" {
			break
		}
		name = rest
	}
	if len(name) == 0 || !t.begins[name[0]] {
		return name
	}
	for n := min(4, len(name)-1); n > 0; n-- {
		if t.leading[strings.Join(name[:n], " ")] {
			return name[n:]
		}
	}
	return name
}

// joined makes one word of places of two: "hong kong".
func (t *Tables) joined(name []string) []string {
	for i := 0; i+1 < len(name); i++ {
		if t.places[t.canonical(name[i]+name[i+1])] && !t.places[name[i]] {
			name[i] += name[i+1]
			name = slices.Delete(name, i+1, i+2)
		}
	}
	return name
}
