package syncrotest

import (
	"fmt"
	"strings"
	"unicode"
)

// companyNames draws company names that differ in more than their legal form.
type companyNames struct {
	g    *generator
	used map[string]bool
}

// next returns a name without a legal form.
func (n *companyNames) next() string {
	for try := 0; ; try++ {
		name := n.draw()
		if try > 20 {
			name += " of " + pick(n.g, places()).city
		}
		if try > 40 {
			name += fmt.Sprintf(" %d", try)
		}
		if key := slug(name); !n.used[key] {
			n.used[key] = true
			return name
		}
	}
}

func (n *companyNames) draw() string {
	g := n.g
	switch g.IntN(10) {
	case 0, 1, 2, 3:
		return pick(g, businessWords()) + " " + pick(g, trades())
	case 4, 5, 6:
		return pick(g, lastNames()) + " " + pick(g, trades())
	case 7:
		return pick(g, lastNames()) + " & " + pick(g, lastNames())
	case 8:
		return pick(g, businessWords()) + " & " + pick(g, businessWords())
	default:
		return pick(g, places()).city + " " + pick(g, trades())
	}
}

// typed writes a company name as one of many people would.
func (g *generator) typed(name string) string {
	name += pick(g, legalForms())
	switch g.IntN(50) {
	case 0, 1, 2:
		name = strings.ToUpper(name)
	case 3:
		name = strings.ToLower(name)
	case 4:
		name = strings.Replace(name, " ", "  ", 1)
	case 5:
		name = strings.ReplaceAll(name, "&", "and")
	}
	switch g.IntN(60) {
	case 0:
		name += " (HQ)"
	case 1:
		name += " *DO NOT BILL*"
	case 2:
		name += " - Main Office"
	case 3, 4:
		name += " "
	}
	return name
}

// slug keeps what a domain takes of a name.
func slug(name string) string {
	plain := strings.NewReplacer("é", "e", "ü", "ue", "ñ", "n", "ö", "o")
	return strings.Map(func(r rune) rune {
		r = unicode.ToLower(r)
		if r >= 'a' && r <= 'z' || r >= '0' && r <= '9' {
			return r
		}
		return -1
	}, plain.Replace(name))
}

// initials makes the short mark of a company of the first letters of its
// words.
func initials(name string) string {
	var out []rune
	for word := range strings.FieldsSeq(name) {
		if r := unicode.ToUpper([]rune(word)[0]); r >= 'A' && r <= 'Z' && len(out) < 4 {
			out = append(out, r)
		}
	}
	if len(out) == 0 {
		return "PC"
	}
	return string(out)
}
