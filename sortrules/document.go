package sortrules

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"github.com/dovetail-sync/dovetail/connector"
)

const (
	// version is the version of the JSON form that is written.
	version = 2
	// oldest is the oldest version that is read.
	oldest = 1
)

// Parse reads the JSON form:
//
//	{"version": 2, "rules": [
//	  {"id": "printers", "kind": "asset",
//	   "when": {"field": "type", "op": "in", "value": ["Printer", "Copier"]},
//	   "then": {"layout": "layout-3"}},
//	  {"id": "old phones", "kind": "asset",
//	   "when": {"all": [
//	     {"field": "type", "op": "equals", "value": "Phone"},
//	     {"point": "last_synced_at", "op": "lt", "value": "2026-01-01"}]},
//	   "then": {"skip": true}}
//	]}
//
// See [Schema] for all of it. Empty input and null are the empty set. Whatever
// isn't known (a version, a name, an op) is refused: a rule that is half
// understood would put records where nobody wants them. All problems are
// returned at once, in a *connector.ConfigError. Input of more than 1 MiB or
// 1000 rules is refused. The version before, 1, is read as well. Kinds are as in
// New.
func Parse(data []byte, kinds []connector.KindInfo) (*RuleSet, error) {
	if len(data) > maxDocument {
		return nil, tooLong(len(data))
	}
	data = bytes.TrimSpace(data)
	if len(data) == 0 || string(data) == "null" {
		return New(nil, kinds)
	}
	var whole json.RawMessage
	if err := json.Unmarshal(data, &whole); err != nil {
		return nil, fmt.Errorf("sortrules: parse: %w (it has to be JSON)", err)
	}
	var problems []connector.Problem
	items, v := parseDocument(whole, &problems)
	if len(problems) > 0 {
		return nil, refused(problems)
	}
	rules := make([]Rule, len(items))
	for i, item := range items {
		rules[i] = parseRule(i, item, v, &problems)
	}
	if len(problems) > 0 {
		if len(problems) <= maxProblems {
			problems = append(problems, further(problems, validate(rules))...)
		}
		return nil, refused(problems)
	}
	return New(rules, kinds)
}

func tooLong(n int) error {
	return refused([]connector.Problem{{Field: "rules", Text: fmt.Sprintf("the document has %d bytes, more than %d (merge some rules)", n, maxDocument)}})
}

// further returns those of more that don't just follow from known problems: a
// kind that can't be read is empty too, and so is what is around it.
func further(known, more []connector.Problem) []connector.Problem {
	return slices.DeleteFunc(more, func(p connector.Problem) bool {
		return slices.ContainsFunc(known, func(k connector.Problem) bool {
			return strings.HasPrefix(p.Field, k.Field) || strings.HasPrefix(k.Field, p.Field+".")
		})
	})
}

// parseDocument returns the rules of a document, and its version, which decides
// whether anything else can be judged.
func parseDocument(data json.RawMessage, problems *[]connector.Problem) ([]json.RawMessage, int) {
	doc := readObject(data, "document", problems)
	if len(*problems) > 0 {
		return nil, 0
	}
	var v int
	doc.decode("version", &v, fmt.Sprintf("the number %d", version))
	if len(*problems) == 0 && (v < oldest || v > version) {
		text := fmt.Sprintf("%d can't be read: this release reads version %d and %d (update it, or save the rules again)", v, oldest, version)
		if !doc.has("version") {
			text = fmt.Sprintf("is missing (write %d)", version)
		}
		doc.problem("version", text)
	}
	if len(*problems) > 0 {
		return nil, 0
	}
	var items []json.RawMessage
	doc.decode("rules", &items, "a list of rules")
	doc.unknown("version", "rules")
	if len(items) > maxRules {
		doc.problem("rules", fmt.Sprintf("there are %d, more than %d (merge some)", len(items), maxRules))
	}
	return items, v
}

func parseRule(i int, data json.RawMessage, v int, problems *[]connector.Problem) Rule {
	var r Rule
	rule := readObject(data, fmt.Sprintf("rules[%d]", i), problems)
	rule.decode("id", &r.ID, "a text")
	rule.name = place(i, r.ID)
	rule.decode("kind", &r.Kind, "a text")
	rule.decode("disabled", &r.Disabled, "true or false")
	rule.decode("note", &r.Note, "a text")
	rule.unknown("id", "kind", "when", "then", "disabled", "note")

	if when := rule.object("when"); v == oldest {
		r.When = parseConditionV1(when)
	} else {
		r.When = parseCondition(when, 0)
	}
	then := rule.object("then")
	then.decode("layout", &r.Layout, "a text")
	then.filled("layout")
	then.decode("skip", &r.Skip, "true or false")
	then.unknown("layout", "skip")
	return r
}

// parseCondition reads a condition with depth groups around it. What is deeper
// than groups can be is left unread: validate refuses it.
func parseCondition(when object, depth int) Condition {
	var c Condition
	when.unknown("all", "any", "field", "point", "means", "op", "value", "not")
	c.All, c.Any = parseGroup(when, "all", depth), parseGroup(when, "any", depth)
	when.decode("field", &c.Field, "a text")
	when.decode("point", &c.Point, "a text")
	when.decode("means", &c.Means, "a text")
	when.decode("op", &c.Op, "a text")
	when.decode("not", &c.Not, "true or false")
	when.filled("field", "point", "means", "op")
	c.Value = parseValue(when)
	return c
}

// parseGroup reads the members of a group. Nil: it isn't one.
func parseGroup(when object, name string, depth int) []Condition {
	if !when.has(name) {
		return nil
	}
	var items []json.RawMessage
	when.decode(name, &items, "a list of conditions")
	members := make([]Condition, len(items))
	if depth > maxGroups || len(items) > maxMembers {
		return members
	}
	for i, item := range items {
		members[i] = parseCondition(readObject(item, fmt.Sprintf("%s.%s[%d]", when.name, name, i), when.problems), depth+1)
	}
	return members
}

// parseValue reads the value that is compared with. A list loses what is blank,
// so that is looked for first.
func parseValue(when object) connector.Value {
	const want = "a text, a number, true or false, or a list of these"
	var v connector.Value
	when.decode("value", &v, want)
	var items []json.RawMessage
	switch raw := string(when.members["value"]); {
	case raw == `""`:
		when.problem("value", "is empty (give a value, or remove it)")
		return v
	case !strings.HasPrefix(raw, "[") || json.Unmarshal([]byte(raw), &items) != nil:
		return v
	}
	if len(items) == 0 {
		when.problem("value", "is a list without items (give a value, or remove it)")
	}
	for i, item := range items {
		var one connector.Value
		if json.Unmarshal(item, &one) == nil && one.IsAbsent() {
			when.problem(fmt.Sprintf("value[%d]", i), "is empty (give a value, or remove it)")
		}
	}
	return v
}

// parseConditionV1 reads the condition of version 1: a type or a name that is
// equal to a text.
func parseConditionV1(when object) Condition {
	var c Condition
	var value string
	when.decode("field", &c.Field, "a text")
	when.decode("op", &c.Op, "a text")
	when.decode("value", &value, "a text")
	when.unknown("field", "op", "value")
	c.Value = connector.Text(value)
	if c.Field != FieldType && c.Field != FieldName {
		when.problem("field", fmt.Sprintf("%.40q can't be compared in version 1 (use %q or %q, or write version %d)", c.Field, FieldType, FieldName, version))
	}
	if c.Op != OpEquals {
		when.problem("op", fmt.Sprintf("%.40q is not known in version 1 (use %q, or write version %d)", string(c.Op), string(OpEquals), version))
	}
	return c
}
