package connector

import (
	"encoding/json"
	"fmt"
	"strconv"
)

// schemaProperty is one field in a JSON Schema.
type schemaProperty struct {
	Type        string   `json:"type"`
	Title       string   `json:"title,omitempty"`
	Description string   `json:"description,omitempty"`
	Format      string   `json:"format,omitempty"`
	Pattern     string   `json:"pattern,omitempty"`
	Enum        []string `json:"enum,omitempty"`
	Default     any      `json:"default,omitempty"`
	Examples    []any    `json:"examples,omitempty"`
	MinLength   int      `json:"minLength,omitempty"`
	WriteOnly   bool     `json:"writeOnly,omitempty"`
}

// ConfigSchema returns a JSON Schema (draft 2020-12) of the settings, for hosts
// that make their forms from one. Credentials are write-only strings in the
// format "password". It allows at least what ParseConfig does, which has the
// last word.
func ConfigSchema(fields []ConfigField) ([]byte, error) {
	schema := struct {
		Schema     string                    `json:"$schema"`
		Type       string                    `json:"type"`
		Properties map[string]schemaProperty `json:"properties"`
		Required   []string                  `json:"required,omitempty"`
		Additional bool                      `json:"additionalProperties"`
	}{
		Schema: "https://json-schema.org/draft/2020-12/schema", Type: "object",
		Properties: make(map[string]schemaProperty, len(fields)),
	}
	for _, f := range fields {
		if f.Required && f.Default == "" {
			schema.Required = append(schema.Required, f.Name)
		}
		schema.Properties[f.Name] = f.schema()
	}
	text, err := json.MarshalIndent(schema, "", "  ")
	if err != nil {
		return nil, fmt.Errorf("connector: configuration schema: %w", err)
	}
	return text, nil
}

// durationPattern is the notation of time.ParseDuration.
const durationPattern = `^[-+]?(0|([0-9]+(\.[0-9]*)?|\.[0-9]+)(ns|us|µs|μs|ms|s|m|h))+$`

func (f ConfigField) schema() schemaProperty {
	p := schemaProperty{Type: "string", Title: f.Title, Description: f.Help}
	switch f.Type {
	case ConfigSecret:
		p.Format, p.WriteOnly = "password", true
	case ConfigInt:
		p.Type = "integer"
	case ConfigBool:
		p.Type = "boolean"
	case ConfigDuration:
		p.Pattern = durationPattern
	case ConfigEnum:
		p.Enum = f.Options
	case ConfigURL:
		p.Format, p.Pattern = "uri", "^https?://"
	case ConfigText: // any text
	}
	if p.Type != "string" {
		p.Default = f.jsonValue(f.Default)
		if f.Example != "" {
			p.Examples = []any{f.jsonValue(f.Example)}
		}
		return p
	}
	if f.Required && f.Default == "" && f.Type != ConfigEnum {
		p.MinLength = 1
	}
	if f.Pattern != "" && f.Type == ConfigText {
		p.Pattern = "^(?:" + f.Pattern + ")$"
		if !f.Required {
			p.Pattern = "^(?:" + f.Pattern + ")?$" // an empty one is none
		}
	}
	if f.Default != "" {
		p.Default = f.Default
	}
	if f.Example != "" {
		p.Examples = []any{f.Example}
	}
	return p
}

// jsonValue is text as the field's type has it in JSON. Nil for none.
func (f ConfigField) jsonValue(text string) any {
	if n, err := strconv.Atoi(text); err == nil && f.Type == ConfigInt {
		return n
	}
	if b, err := strconv.ParseBool(text); err == nil && f.Type == ConfigBool {
		return b
	}
	return nil
}
