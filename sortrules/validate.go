package sortrules

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/dovetail-sync/dovetail/connector"
)

// The bounds of a rule set: far above what people write, and low enough that
// what somebody else wrote can't exhaust anything.
const (
	maxRules      = 1000
	maxConditions = 2000    // comparisons of a set
	maxGroups     = 1       // around a group
	maxMembers    = 100     // of a group
	maxValues     = 1000    // of a list
	maxAllValues  = 10000   // of all lists of a set
	maxDocument   = 1 << 20 // bytes of JSON
	maxText       = 1000    // bytes of a text
	maxProblems   = 200     // that are told
)

// validate returns all that is wrong with rules in themselves.
func validate(rules []Rule) []connector.Problem {
	if len(rules) > maxRules {
		return []connector.Problem{{Field: "rules", Text: fmt.Sprintf("there are %d, more than %d (merge some)", len(rules), maxRules)}}
	}
	var problems []connector.Problem
	var spent budget
	seen := make(map[string]int, len(rules))
	for i, r := range rules {
		at := place(i, r.ID)
		add := func(field, text string) {
			if text != "" {
				problems = append(problems, connector.Problem{Field: at + field, Text: text})
			}
		}
		add(".id", checkID(r.ID))
		if first, twice := seen[r.ID]; twice && r.ID != "" {
			add(".id", fmt.Sprintf("rules %d and %d have the same id (give one another)", first+1, i+1))
		} else {
			seen[r.ID] = i
		}
		add(".kind", checkText(string(r.Kind), `name the kind of record, as in "asset"`))
		for _, p := range checkCondition(r.When, ".when", 0, &spent) {
			add(p.Field, p.Text)
			if p.Suggestion != "" {
				problems[len(problems)-1].Suggestion = p.Suggestion
			}
		}
		add(".then", checkThen(r))
		add(".note", checkBound(r.Note))
	}
	return append(problems, spent.check()...)
}

// place names a rule by its id, or by its number where it has none that could
// be shown.
func place(i int, id string) string {
	if checkID(id) != "" {
		return fmt.Sprintf("rules[%d]", i)
	}
	return path(id)
}

func checkID(id string) string {
	if strings.ContainsFunc(id, unicode.IsControl) {
		return "has a control character (remove it)"
	}
	return checkText(id, `give the rule a name, as in "printers"`)
}

func checkText(s, remedy string) string {
	if strings.TrimSpace(s) == "" {
		return "is empty (" + remedy + ")"
	}
	return checkBound(s)
}

func checkBound(s string) string {
	switch {
	case len(s) > maxText:
		return fmt.Sprintf("has %d bytes, more than %d (shorten it)", len(s), maxText)
	case !utf8.ValidString(s):
		return "is not valid UTF-8 (enter it again)"
	}
	return ""
}

func checkThen(r Rule) string {
	switch blank := strings.TrimSpace(string(r.Layout)) == ""; {
	case r.Skip && r.Layout != "":
		return "has a layout and skip (keep one of the two)"
	case !r.Skip && blank:
		return `has neither a layout nor skip (name a layout, or set "skip" to true)`
	}
	return checkBound(string(r.Layout))
}
