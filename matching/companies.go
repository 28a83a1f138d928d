package matching

import (
	"cmp"
	"fmt"
	"slices"

	"github.com/dovetail-sync/dovetail/store"
)

// Company is what is known of one company, upstream or here. Only Name decides;
// the rest words the reasons and orders the candidates.
type Company struct {
	// ID tells it from the others of its list.
	ID string
	// Name is what people know it by.
	Name string
	// Person says that it is a person without a business name.
	Person bool
	// Phones are its telephone numbers, in any notation.
	Phones []string
	// Emails are addresses of the company and its people.
	Emails []string
	// Domains are its internet domains or web sites, as in "acme.com" or
	// "https://www.acme.com/".
	Domains []string
	// Street is the first line of its address.
	Street string
	// Postcode and City complete it.
	Postcode, City string
}

// Result is what is suggested for one upstream company.
type Result struct {
	// ID is the upstream company's.
	ID string
	// Group says how sure the suggestion is.
	Group store.MatchGroup
	// Candidates are companies here of the same name, the best first, at most
	// ten. Empty where there is none, and for test rows.
	Candidates []Candidate
	// More is how many companies here of the same name Candidates leaves out.
	More int
}

// Candidate is a company here that may be the same.
type Candidate struct {
	// ID and Name are the company's here.
	ID, Name string
	// Confidence is between 0 and 1. It orders and explains; it never decides.
	// The name alone is 0.6; one, two or three of phone number, domain and
	// address that agree make it 0.8, 0.9 and 0.95. A doubt about the legal form
	// costs one step, down to 0.3.
	Confidence float64
	// Because says in words what speaks for it, and what against.
	Because []string
}

// The bounds of what is compared and returned for one company. Where so many
// have one name, the name tells nothing.
const (
	maxCandidates = 10
	maxCompared   = 200
)

// named is a company with what is derived from it.
type named struct {
	Company

	name     companyName
	evidence evidence
}

// Companies suggests companies here for each upstream company, in the order of
// upstream. A candidate has the same strict key; nothing else makes one.
//
// The groups: a test row; a person; none, without a candidate; same name, with
// one candidate that no other upstream company has the name of and whose legal
// form doesn't contradict; unclear, everything else. None of them is meant to
// be acted on without a person.
func Companies(upstream, here []Company) []Result {
	byKey := make(map[string][]*named)
	for _, c := range here {
		if n := newNamed(c); n.name.key != "" {
			byKey[n.name.key] = append(byKey[n.name.key], n)
		}
	}
	for _, same := range byKey {
		slices.SortFunc(same, compareNamed)
	}
	rows := make([]*named, len(upstream))
	claims := make(map[string][]*named)
	for i, c := range upstream {
		rows[i] = newNamed(c)
		if key := rows[i].name.key; len(byKey[key]) > 0 && !isTestRow(c.Name) {
			claims[key] = append(claims[key], rows[i])
		}
	}
	for _, same := range claims {
		slices.SortFunc(same, compareNamed)
	}
	results := make([]Result, len(rows))
	for i, row := range rows {
		results[i] = suggest(row, claims[row.name.key], byKey[row.name.key])
	}
	return results
}

func newNamed(c Company) *named {
	return &named{Company: c, name: parseName(c.Name), evidence: evidenceOf(c)}
}

func compareNamed(a, b *named) int {
	return cmp.Or(cmp.Compare(a.Name, b.Name), cmp.Compare(a.ID, b.ID))
}

// suggest decides about one upstream company. claims are the upstream companies
// of its name, itself among them, and same the companies here.
func suggest(row *named, claims, same []*named) Result {
	if isTestRow(row.Name) {
		return Result{ID: row.ID, Group: store.GroupTest}
	}
	result := Result{ID: row.ID, Group: store.GroupNone}
	sure := len(same) == 1 && len(claims) == 1
	for _, c := range same[:min(len(same), maxCompared)] {
		candidate, doubted := judge(row, c)
		sure = sure && !doubted
		if len(claims) > 1 {
			candidate.Because = append(candidate.Because, claimedBy(row, claims))
		}
		result.Candidates = append(result.Candidates, candidate)
	}
	slices.SortStableFunc(result.Candidates, func(a, b Candidate) int {
		return cmp.Or(cmp.Compare(b.Confidence, a.Confidence), boolCompare(b.Name == row.Name, a.Name == row.Name))
	})
	result.Candidates = result.Candidates[:min(len(result.Candidates), maxCandidates)]
	result.More = len(same) - len(result.Candidates)
	switch {
	case row.Person:
		result.Group = store.GroupPerson
	case sure:
		result.Group = store.GroupSameName
	case len(same) > 0:
		result.Group = store.GroupUnclear
	}
	return result
}

// judge compares two companies of equal key.
func judge(row, here *named) (c Candidate, doubted bool) {
	c = Candidate{ID: here.ID, Name: here.Name, Because: []string{"same name"}}
	if here.Name != row.Name {
		c.Because[0] = "same name, written differently"
	}
	shared := row.evidence.shared(here.evidence)
	c.Because = append(c.Because, shared...)
	level := len(shared) + 1
	if conflict := row.name.form.conflict(here.name.form); conflict != "" {
		c.Because = append(c.Because, conflict)
		level, doubted = level-1, true
	}
	c.Confidence = [...]float64{0.3, 0.6, 0.8, 0.9, 0.95}[level]
	return c, doubted
}

// claimedBy names another upstream company of the same name.
func claimedBy(row *named, claims []*named) string {
	other := claims[0]
	if other == row {
		other = claims[1]
	}
	text := fmt.Sprintf("also claimed by %q (%s)", other.Name, other.ID)
	if more := len(claims) - 2; more > 0 {
		text += fmt.Sprintf(" and %d more", more)
	}
	return text
}

func boolCompare(a, b bool) int {
	switch {
	case a == b:
		return 0
	case a:
		return 1
	}
	return -1
}
