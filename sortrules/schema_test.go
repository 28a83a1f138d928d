package sortrules_test

import (
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/dovetail-sync/dovetail/connector"
	"github.com/dovetail-sync/dovetail/sortrules"
)

var update = flag.Bool("update", false, "write docs/sort-rules.schema.json anew")

func TestTheSchemaInTheDocumentationIsTheCodes(t *testing.T) {
	t.Parallel()
	const file = "../docs/sort-rules.schema.json"
	schema, err := sortrules.Schema()
	require.NoError(t, err)
	if *update {
		require.NoError(t, os.WriteFile(file, append(schema, '\n'), 0o600))
	}
	written, err := os.ReadFile(file)
	require.NoError(t, err)
	require.Equal(t, string(schema)+"\n", string(written), "go test ./sortrules -run Schema -update writes it anew")
}

// schemaOf returns the schema, decoded.
func schemaOf(t testing.TB) map[string]any {
	t.Helper()
	data, err := sortrules.Schema()
	require.NoError(t, err)
	var schema map[string]any
	require.NoError(t, json.Unmarshal(data, &schema))
	return schema
}

// conforms reports why a value doesn't conform to a schema, as far as the
// keywords go that are used. An unknown keyword fails the test.
func conforms(t testing.TB, root, schema map[string]any, v any) error {
	t.Helper()
	if to, ok := schema["$ref"].(string); ok {
		return conforms(t, root, root["$defs"].(map[string]any)[strings.TrimPrefix(to, "#/$defs/")].(map[string]any), v)
	}
	for keyword, want := range schema {
		if err := keywordHolds(t, root, schema, keyword, want, v); err != nil {
			return err
		}
	}
	return nil
}

func keywordHolds(t testing.TB, root, schema map[string]any, keyword string, want, v any) error {
	t.Helper()
	text, isText := v.(string)
	items, isList := v.([]any)
	members, isObject := v.(map[string]any)
	fail := func(ok bool) error {
		if ok {
			return nil
		}
		return fmt.Errorf("%s %v: %v", keyword, want, v)
	}
	switch keyword {
	case "$schema", "title", "description", "$defs":
		return nil
	case "type":
		_, isNumber := v.(float64)
		_, isBool := v.(bool)
		return fail(map[string]bool{"object": isObject, "array": isList, "string": isText, "number": isNumber, "boolean": isBool}[want.(string)])
	case "const":
		return fail(fmt.Sprint(want) == fmt.Sprint(v))
	case "enum":
		return fail(slices.Contains(want.([]any), v))
	case "minLength":
		return fail(!isText || utf8.RuneCountInString(text) >= int(want.(float64)))
	case "maxLength":
		return fail(!isText || utf8.RuneCountInString(text) <= int(want.(float64)))
	case "minItems":
		return fail(!isList || len(items) >= int(want.(float64)))
	case "maxItems":
		return fail(!isList || len(items) <= int(want.(float64)))
	case "items":
		for _, item := range items {
			if err := conforms(t, root, want.(map[string]any), item); err != nil {
				return err
			}
		}
		return nil
	case "required":
		for _, name := range want.([]any) {
			if _, has := members[name.(string)]; !has {
				return fail(false)
			}
		}
		return nil
	case "properties":
		for name, member := range members {
			if s, known := want.(map[string]any)[name].(map[string]any); known {
				if err := conforms(t, root, s, member); err != nil {
					return fmt.Errorf("%s: %w", name, err)
				}
			}
		}
		return nil
	case "additionalProperties":
		for name := range members {
			if _, known := schema["properties"].(map[string]any)[name]; !known && want == false {
				return fmt.Errorf("no property %q", name)
			}
		}
		return nil
	case "oneOf", "anyOf":
		met := 0
		for _, s := range want.([]any) {
			if conforms(t, root, s.(map[string]any), v) == nil {
				met++
			}
		}
		return fail(met == 1 || met > 1 && keyword == "anyOf")
	}
	t.Fatalf("the test doesn't know the keyword %q", keyword)
	return nil
}

func TestWhatIsWrittenConformsToTheSchema(t *testing.T) {
	t.Parallel()
	schema := schemaOf(t)
	rapid.Check(t, func(r *rapid.T) {
		set, err := sortrules.New(ruleList().Draw(r, "rules"), nil)
		if err != nil {
			r.Fatal(err)
		}
		data, err := json.Marshal(set)
		if err != nil {
			r.Fatal(err)
		}
		var doc any
		if err := json.Unmarshal(data, &doc); err != nil {
			r.Fatal(err)
		}
		if err := conforms(t, schema, schema, doc); err != nil {
			r.Fatalf("%s: %v", data, err)
		}
	})
}

// The schema and the parser have the same opinion of a condition's form.
func TestTheSchemaRefusesWhatParseRefuses(t *testing.T) {
	t.Parallel()
	schema := schemaOf(t)
	values := []string{"", `"value":"x"`, `"value":4`, `"value":["x","y"]`, `"value":[1,4]`, `"value":[]`, `"value":{"x":1}`, `"value":""`, `"value":"2026-01-31"`, `"value":"10.0.0.0/8"`, `"value":["2026-01-31","2026-02-01"]`, `"value":[["x"]]`, `"value":["x",[]]`, `"value":["x","\u0000"]`, `"value":["x",[null]]`}
	subjects := []string{"", `"field":"name"`, `"point":"x"`, `"means":"serial"`, `"field":"colour"`, `"point":""`, `"field":"name","point":"x"`}
	others := []string{"", `"not":true`, `"not":false`, `"weight":2`, `"all":[{"op":"always"}]`}
	var conditions []string
	for _, op := range []string{"equals", "in", "contains", "wildcard", "regex", "lt", "between", "cidr", "present", "absent", "always", "like", ""} {
		for _, subject := range subjects {
			for _, value := range values {
				for _, other := range others {
					var members []string
					for _, m := range []string{subject, `"op":"` + op + `"`, value, other} {
						if m != "" && m != `"op":""` {
							members = append(members, m)
						}
					}
					conditions = append(conditions, "{"+strings.Join(members, ",")+"}")
				}
			}
		}
	}
	group := func(c string) string { return `{"any":[` + c + `]}` }
	conditions = append(conditions, group(`{"op":"always"}`), group(group(`{"op":"always"}`)), group(group(group(`{"op":"always"}`))), `{"any":[],"all":[]}`, group(""), `{"any":{}}`, `7`)
	conditions = append(conditions, `{"any":[{"op":"always"}],"not":false}`, `{"all":[{"any":[{"op":"always"}],"not":false}],"not":false}`, `{"any":[{"op":"always"}],"not":true}`)
	var documents []string
	for _, c := range conditions {
		documents = append(documents, `"when":`+c+`,"then":{"skip":true}`)
	}
	for _, then := range []string{`{}`, `{"skip":false}`, `{"layout":"l"}`, `{"layout":"l","skip":false}`, `{"layout":"l","skip":true}`, `{"layout":"","skip":true}`, `{"layout":""}`, `{"layout":null,"skip":true}`} {
		documents = append(documents, `"when":{"op":"always"},"then":`+then)
	}
	documents = append(documents, `"when":{"op":"always"},"then":{"skip":true},"note":"","disabled":false`, `"then":{"skip":true}`, `"when":{"op":"always"}`)
	accepted := 0
	for _, c := range documents {
		text := `{"version":2,"rules":[{"id":"r","kind":"asset",` + c + `}]}`
		var doc any
		require.NoError(t, json.Unmarshal([]byte(text), &doc), text)
		_, err := sortrules.Parse([]byte(text), nil)
		refused := conforms(t, schema, schema, doc)
		if err == nil {
			require.NoError(t, refused, c)
			accepted++
			continue
		}
		// What a text says is for Parse alone: it may refuse more.
		if refused == nil {
			require.Regexp(t, `no number and no date|not a network|a number written as text|a number and a date|value\[1\]: is empty`, err.Error(), c)
		}
	}
	require.Greater(t, accepted, 100)
}

func TestTheSchemaKnowsEveryMeaningAndOp(t *testing.T) {
	t.Parallel()
	schema, err := sortrules.Schema()
	require.NoError(t, err)
	for _, means := range connector.Meanings() {
		require.Contains(t, string(schema), fmt.Sprintf("%q", means))
	}
}
