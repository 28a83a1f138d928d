package sortrules

import (
	"encoding/json"

	"github.com/dovetail-sync/dovetail/connector"
	"github.com/dovetail-sync/dovetail/store"
)

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
		All   []conditionJSON   `json:"all,omitempty"`
		Any   []conditionJSON   `json:"any,omitempty"`
		Field string            `json:"field,omitempty"`
		Point string            `json:"point,omitempty"`
		Means connector.Meaning `json:"means,omitempty"`
		Op    Op                `json:"op,omitempty"`
		Value *connector.Value  `json:"value,omitempty"`
		Not   bool              `json:"not,omitempty"`
	}
	thenJSON struct {
		Layout store.LayoutID `json:"layout,omitempty"`
		Skip   bool           `json:"skip,omitempty"`
	}
)

// MarshalJSON returns the JSON form, which Parse reads. What would be longer
// than Parse reads is refused, as Parse does.
func (s *RuleSet) MarshalJSON() ([]byte, error) {
	doc := documentJSON{Version: version, Rules: []ruleJSON{}}
	for _, r := range s.Rules() {
		doc.Rules = append(doc.Rules, ruleForm(r))
	}
	data, err := json.Marshal(doc)
	if err == nil && len(data) > maxDocument {
		err = tooLong(len(data))
	}
	if err != nil {
		return nil, err
	}
	return data, nil
}

// MarshalJSON returns the rule as it stands in the JSON form.
func (r Rule) MarshalJSON() ([]byte, error) { return json.Marshal(ruleForm(r)) }

// UnmarshalJSON reads a rule as it stands in the JSON form. What isn't known is
// refused; whether the rule makes sense is for New to say.
func (r *Rule) UnmarshalJSON(data []byte) error {
	var problems []connector.Problem
	read := parseRule(0, data, version, &problems)
	if len(problems) > 0 {
		return refused(problems)
	}
	*r = read
	return nil
}

func ruleForm(r Rule) ruleJSON {
	return ruleJSON{
		ID: r.ID, Kind: r.Kind,
		When:     conditionForm(r.When),
		Then:     thenJSON{Layout: r.Layout, Skip: r.Skip},
		Disabled: r.Disabled, Note: r.Note,
	}
}

func conditionForm(c Condition) conditionJSON {
	form := conditionJSON{Field: c.Field, Point: c.Point, Means: c.Means, Op: c.Op, Not: c.Not}
	if !c.Value.IsAbsent() {
		form.Value = &c.Value
	}
	for _, member := range c.All {
		form.All = append(form.All, conditionForm(member))
	}
	for _, member := range c.Any {
		form.Any = append(form.Any, conditionForm(member))
	}
	return form
}
