package connector

import (
	"fmt"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
)

// ConfigType is the type of a configuration field.
type ConfigType string

// The types of configuration field.
const (
	// ConfigText is a line of text.
	ConfigText ConfigType = "text"
	// ConfigSecret is a credential: kept sealed, shown to nobody.
	ConfigSecret ConfigType = "secret"
	// ConfigInt is a whole number.
	ConfigInt ConfigType = "int"
	// ConfigBool is true or false.
	ConfigBool ConfigType = "bool"
	// ConfigDuration is a duration in Go's notation, as in "3h".
	ConfigDuration ConfigType = "duration"
	// ConfigEnum is one of Options.
	ConfigEnum ConfigType = "enum"
	// ConfigURL is an absolute http or https URL.
	ConfigURL ConfigType = "url"
)

// ConfigTypes returns the types of configuration field.
func ConfigTypes() []ConfigType {
	return []ConfigType{ConfigText, ConfigSecret, ConfigInt, ConfigBool, ConfigDuration, ConfigEnum, ConfigURL}
}

// ConfigField declares one thing that a user fills in. Validation, forms and
// documentation follow from it.
type ConfigField struct {
	// Name is the key in Config, lower case, as in "domain".
	Name string
	// Type is the type of its value.
	Type ConfigType
	// Title is its label in a form.
	Title string
	// Help tells where the value is found.
	Help string
	// Default is the value where none is given.
	Default string
	// Example is a value to show in an empty form.
	Example string
	// Pattern is a regular expression (RE2) that the whole value has to match.
	// Empty allows any.
	Pattern string
	// Options are the values of a ConfigEnum.
	Options []string
	// Required says that it can't be left empty.
	Required bool
}

// Config is a filled-in configuration: plain values and credentials apart,
// because only the first may be stored as they are. Its zero value is empty.
type Config struct {
	// Values are the plain values by field name.
	Values map[string]string
	// Secrets are the credentials by field name.
	Secrets map[string]Secret
}

// Text returns a plain value. Empty if it isn't set.
func (c Config) Text(field string) string { return c.Values[field] }

// Secret returns a credential. Empty if it isn't set.
func (c Config) Secret(field string) Secret { return c.Secrets[field] }

// Int returns a value of type ConfigInt, or zero if it isn't one.
func (c Config) Int(field string) int {
	n, err := strconv.Atoi(c.Values[field])
	if err != nil {
		return 0
	}
	return n
}

// Bool returns a value of type ConfigBool, or false if it isn't one.
func (c Config) Bool(field string) bool {
	b, err := strconv.ParseBool(c.Values[field])
	return err == nil && b
}

// Duration returns a value of type ConfigDuration, or zero if it isn't one.
func (c Config) Duration(field string) time.Duration {
	d, err := time.ParseDuration(c.Values[field])
	if err != nil {
		return 0
	}
	return d
}

// ParseConfig checks raw against the declaration and returns it with the
// defaults filled in. All problems are returned at once, as a *ConfigError,
// which never shows a credential.
func ParseConfig(fields []ConfigField, raw Config) (Config, error) {
	out := Config{Values: make(map[string]string, len(fields)), Secrets: make(map[string]Secret)}
	var problems []Problem
	for _, f := range fields {
		var problem string
		if f.Type == ConfigSecret {
			secret := raw.Secrets[f.Name]
			out.Secrets[f.Name] = secret
			problem = f.checkSecret(secret)
			if _, plain := raw.Values[f.Name]; plain {
				problem = "is a credential and was given among the plain values (put it into Secrets)"
			}
		} else {
			value := raw.Values[f.Name]
			if value == "" {
				value = f.Default
			}
			out.Values[f.Name] = value
			problem = f.check(value)
			if !raw.Secrets[f.Name].IsZero() {
				problem = "is no credential and was given among the secrets (put it into Values)"
			}
		}
		if problem != "" {
			problems = append(problems, Problem{Field: f.Name, Text: problem})
		}
	}
	problems = append(problems, undeclared(fields, raw)...)
	if len(problems) > 0 {
		return Config{}, &ConfigError{Problems: problems}
	}
	return out, nil
}

// undeclared reports the settings that no field declares.
func undeclared(fields []ConfigField, raw Config) []Problem {
	var names []string
	for name := range raw.Values {
		names = append(names, name)
	}
	for name := range raw.Secrets {
		names = append(names, name)
	}
	slices.Sort(names)
	var problems []Problem
	for _, name := range slices.Compact(names) {
		if !slices.ContainsFunc(fields, func(f ConfigField) bool { return f.Name == name }) {
			problems = append(problems, Problem{Field: name, Text: "is not a setting of this connector"})
		}
	}
	return problems
}

func (f ConfigField) checkSecret(s Secret) string {
	switch {
	case s.IsZero() && f.Required:
		return "is empty (" + f.hint() + ")"
	case !s.IsZero() && strings.TrimSpace(s.Reveal()) != s.Reveal():
		return "begins or ends with white space (copy it again without)"
	}
	return ""
}

// check returns what is wrong with value, or an empty text.
func (f ConfigField) check(value string) string {
	if value == "" {
		if f.Required {
			return "is empty (" + f.hint() + ")"
		}
		return ""
	}
	if problem := f.checkType(value); problem != "" {
		return problem
	}
	if f.Pattern == "" {
		return ""
	}
	re, err := regexp.Compile(`\A(?:` + f.Pattern + `)\z`)
	if err != nil {
		return fmt.Sprintf("is declared with a pattern that doesn't compile: %v", err)
	}
	if !re.MatchString(value) {
		return fmt.Sprintf("%q doesn't have the expected form (%s)", value, f.hint())
	}
	return ""
}

func (f ConfigField) checkType(value string) string {
	switch f.Type {
	case ConfigInt:
		if _, err := strconv.Atoi(value); err != nil {
			return fmt.Sprintf("%q is not a whole number", value)
		}
	case ConfigBool:
		if _, err := strconv.ParseBool(value); err != nil {
			return fmt.Sprintf("%q is neither true nor false", value)
		}
	case ConfigDuration:
		if _, err := time.ParseDuration(value); err != nil {
			return fmt.Sprintf("%q is not a duration (as in 3h or 90s)", value)
		}
	case ConfigEnum:
		if !slices.Contains(f.Options, value) {
			return fmt.Sprintf("%q is not one of %s", value, strings.Join(f.Options, ", "))
		}
	case ConfigURL:
		u, err := url.Parse(value)
		if err != nil || u.Host == "" || u.Scheme != "https" && u.Scheme != "http" || u.User != nil {
			return "is not an absolute http or https URL without a user name"
		}
	case ConfigText, ConfigSecret: // any text
	}
	return ""
}

func (f ConfigField) hint() string {
	if f.Example != "" {
		return "as in " + f.Example
	}
	return "enter the " + f.Title
}
