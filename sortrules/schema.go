package sortrules

import (
	"encoding/json"

	"github.com/dovetail-sync/dovetail/connector"
)

// Schema returns the JSON Schema (draft 2020-12) of the JSON form, for editors
// that complete and check what people type. What it accepts Parse may still
// refuse: a regular expression that isn't one, two rules of one name.
func Schema() (json.RawMessage, error) {
	return json.MarshalIndent(documentSchema(), "", "  ")
}

// schema is the part of JSON Schema that is used.
type schema struct {
	Schema      string             `json:"$schema,omitempty"`
	Title       string             `json:"title,omitempty"`
	Description string             `json:"description,omitempty"`
	Ref         string             `json:"$ref,omitempty"`
	Type        any                `json:"type,omitempty"`
	Const       any                `json:"const,omitempty"`
	Enum        []string           `json:"enum,omitempty"`
	MinLength   int                `json:"minLength,omitempty"`
	MaxLength   int                `json:"maxLength,omitempty"`
	Properties  map[string]*schema `json:"properties,omitempty"`
	Required    []string           `json:"required,omitempty"`
	// Closed is false where no other properties may be there.
	Closed   *bool              `json:"additionalProperties,omitempty"`
	Items    *schema            `json:"items,omitempty"`
	MinItems int                `json:"minItems,omitempty"`
	MaxItems int                `json:"maxItems,omitempty"`
	OneOf    []*schema          `json:"oneOf,omitempty"`
	AnyOf    []*schema          `json:"anyOf,omitempty"`
	Defs     map[string]*schema `json:"$defs,omitempty"`
}

func ref(name string) *schema { return &schema{Ref: "#/$defs/" + name} }

// closed is an object with these properties and no others.
func closed(properties map[string]*schema, required ...string) *schema {
	return &schema{Type: "object", Properties: properties, Required: required, Closed: new(bool)}
}

func listSchema(items *schema, least, most int) *schema {
	return &schema{Type: "array", Items: items, MinItems: least, MaxItems: most}
}

// textSchema is a text that isn't empty. Lengths count characters, and Parse counts
// bytes: what is too long only in bytes is left to Parse.
func textSchema() *schema { return &schema{Type: "string", MinLength: 1, MaxLength: maxText} }

func documentSchema() *schema {
	s := closed(map[string]*schema{
		"version": {Const: version, Description: "The version of this form."},
		"rules":   listSchema(ref("rule"), 0, maxRules),
	}, "version")
	s.Schema, s.Title = "https://json-schema.org/draft/2020-12/schema", "Sort rules"
	s.Description = "Which asset layout a record goes to, or that it is skipped. The first rule that applies decides."
	s.Defs = map[string]*schema{
		"rule":       ruleSchema(),
		"condition":  {OneOf: append(groups("member"), ref("comparison"))},
		"member":     {OneOf: append(groups("comparison"), ref("comparison"))},
		"comparison": comparisonSchema(),
	}
	return s
}

func ruleSchema() *schema {
	layout := closed(map[string]*schema{"layout": textSchema(), "skip": {Const: json.RawMessage("false")}}, "layout")
	skip := closed(map[string]*schema{"skip": {Const: true}}, "skip")
	return closed(map[string]*schema{
		"id":       {Type: "string", MinLength: 1, MaxLength: maxText, Description: "The rule's name, unique, shown with every record that it placed."},
		"kind":     {Type: "string", MinLength: 1, MaxLength: maxText, Description: "The kind of record, as the connector calls it."},
		"when":     ref("condition"),
		"then":     {OneOf: []*schema{layout, skip}},
		"disabled": {Type: "boolean", Description: "Keeps the rule without applying it."},
		"note":     {Type: "string", MaxLength: maxText, Description: "For people."},
	}, "id", "kind", "when", "then")
}

// groups are the two groups of members of a kind.
func groups(members string) []*schema {
	var both []*schema
	for _, name := range []string{"all", "any"} {
		both = append(both, closed(map[string]*schema{name: listSchema(ref(members), 1, maxMembers), "not": {Const: json.RawMessage("false")}}, name))
	}
	return both
}

func comparisonSchema() *schema {
	names := make([]string, len(fields))
	for i, f := range fields {
		names[i] = f.name
	}
	subjects := map[string]*schema{
		"field": {Enum: names},
		"point": textSchema(),
		"means": {Enum: texts(connector.Meanings())},
	}
	var forms []*schema
	for shape := noValue; shape <= networks; shape++ {
		var of []string
		for _, info := range ops {
			if info.shape == shape && info.op != OpAlways {
				of = append(of, string(info.op))
			}
		}
		for _, name := range []string{"field", "point", "means"} {
			form := closed(map[string]*schema{
				name: subjects[name], "op": {Enum: of}, "not": {Type: "boolean"},
			}, name, "op")
			if shape != noValue {
				form.Properties["value"] = shape.schema()
				form.Required = append(form.Required, "value")
			}
			forms = append(forms, form)
		}
	}
	always := closed(map[string]*schema{"op": {Const: OpAlways}, "not": {Const: json.RawMessage("false")}}, "op")
	return &schema{OneOf: append(forms, always)}
}

func texts[S ~string](names []S) []string {
	out := make([]string, len(names))
	for i, name := range names {
		out[i] = string(name)
	}
	return out
}

// schema is the shape of what is compared with.
func (s shape) schema() *schema {
	scalar := &schema{AnyOf: []*schema{textSchema(), {Type: "number"}, {Type: "boolean"}}}
	ordered := &schema{AnyOf: []*schema{{Type: "number"}, textSchema()}}
	switch s {
	case oneValue:
		return scalar
	case someValues:
		return listSchema(scalar, 1, maxValues)
	case oneText:
		return textSchema()
	case oneOrdered:
		return ordered
	case twoOrdered:
		return listSchema(ordered, 2, 2)
	case networks:
		return &schema{AnyOf: []*schema{textSchema(), listSchema(textSchema(), 1, maxValues)}}
	default:
		return nil
	}
}
