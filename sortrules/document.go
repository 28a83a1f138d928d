package sortrules

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"github.com/dovetail-sync/dovetail/connector"
	"github.com/dovetail-sync/dovetail/store"
)

// version is the version of the JSON form that is written.
const version = 1

// The JSON form. Reading doesn't use these types: encoding/json would take
// "LAYOUT" for "layout" and the last of two equal names, and can't say which
// rule an unknown name is in.
type (
	documentJSON struct {
		Version int        `json:"version"`
		Rules   []ruleJSON `json:"rules"`
	}
	ruleJSON struct {
		ID       string         `json:"id"`
		Kind     connector.Kind `json:"kind"`
		When     conditionJSON  `json:"when"`
		Then     thenJSON       `json:"then"`
		Disabled bool           `json:"disabled,omitempty"`
		Note     string         `json:"note,omitempty"`
	}
	conditionJSON struct {
		Field string `json:"field"`
		Op    Op     `json:"op"`
		Value string `json:"value"`
	}
	thenJSON struct {
		Layout store.LayoutID `json:"layout,omitempty"`
		Skip   bool           `json:"skip,omitempty"`
	}
)

// MarshalJSON returns the JSON form, which Parse reads.
func (s *RuleSet) MarshalJSON() ([]byte, error) {
	doc := documentJSON{Version: version, Rules: []ruleJSON{}}
	for _, r := range s.Rules() {
		doc.Rules = append(doc.Rules, ruleJSON{
			ID: r.ID, Kind: r.Kind,
			When:     conditionJSON(r.When),
			Then:     thenJSON{Layout: r.Layout, Skip: r.Skip},
			Disabled: r.Disabled, Note: r.Note,
		})
	}
	return json.Marshal(doc)
}

// Parse reads the JSON form:
//
//	{"version": 1, "rules": [
//	  {"id": "printers", "kind": "asset",
//	   "when": {"field": "type", "op": "equals", "value": "Printer"},
//	   "then": {"layout": "layout-3"}},
//	  {"id": "no phones", "kind": "asset",
//	   "when": {"field": "type", "op": "equals", "value": "Phone"},
//	   "then": {"skip": true}}
//	]}
//
// A rule may also have "disabled" and "note". Empty input and null are the
// empty set. Whatever isn't known (a version, a name, an op) is refused: a rule
// that is half understood would put records where nobody wants them. All
// problems are returned at once, in a *connector.ConfigError. Input of more
// than 1 MiB or 1000 rules is refused.
func Parse(data []byte) (*RuleSet, error) {
	if len(data) > maxDocument {
		return nil, refused([]connector.Problem{{Field: "rules", Text: fmt.Sprintf("the document has %d bytes, more than %d (merge some rules)", len(data), maxDocument)}})
	}
	data = bytes.TrimSpace(data)
	if len(data) == 0 || string(data) == "null" {
		return New(nil)
	}
	var whole json.RawMessage
	if err := json.Unmarshal(data, &whole); err != nil {
		return nil, fmt.Errorf("sortrules: parse: %w (it has to be JSON)", err)
	}
	var problems []connector.Problem
	items := parseDocument(whole, &problems)
	if len(problems) > 0 {
		return nil, refused(problems)
	}
	rules := make([]Rule, len(items))
	for i, item := range items {
		rules[i] = parseRule(i, item, &problems)
	}
	if problems = append(problems, further(problems, validate(rules))...); len(problems) > 0 {
		return nil, refused(problems)
	}
	return New(rules)
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

// parseDocument returns the rules of a document. Its version decides whether
// anything else can be judged.
func parseDocument(data json.RawMessage, problems *[]connector.Problem) []json.RawMessage {
	doc := readObject(data, "document", problems)
	if len(*problems) > 0 {
		return nil
	}
	var v int
	doc.decode("version", &v, "the number 1")
	if len(*problems) == 0 && v != version {
		text := fmt.Sprintf("%d can't be read: this release reads version %d (update it, or save the rules again)", v, version)
		if !doc.has("version") {
			text = fmt.Sprintf("is missing (write %d)", version)
		}
		doc.problem("version", text)
	}
	if len(*problems) > 0 {
		return nil
	}
	var items []json.RawMessage
	doc.decode("rules", &items, "a list of rules")
	doc.unknown("version", "rules")
	if len(items) > maxRules {
		doc.problem("rules", fmt.Sprintf("there are %d, more than %d (merge some)", len(items), maxRules))
	}
	return items
}

func parseRule(i int, data json.RawMessage, problems *[]connector.Problem) Rule {
	var r Rule
	rule := readObject(data, fmt.Sprintf("rules[%d]", i), problems)
	rule.decode("id", &r.ID, "a text")
	rule.name = place(i, r.ID)
	rule.decode("kind", &r.Kind, "a text")
	rule.decode("disabled", &r.Disabled, "true or false")
	rule.decode("note", &r.Note, "a text")
	rule.unknown("id", "kind", "when", "then", "disabled", "note")

	when := rule.object("when")
	when.decode("field", &r.When.Field, "a text")
	when.decode("op", &r.When.Op, "a text")
	when.decode("value", &r.When.Value, "a text")
	when.unknown("field", "op", "value")

	then := rule.object("then")
	then.decode("layout", &r.Layout, "a text")
	then.decode("skip", &r.Skip, "true or false")
	then.unknown("layout", "skip")
	return r
}
