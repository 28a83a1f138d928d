package connector

import (
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"
)

var identifier = regexp.MustCompile(`\A[a-z][a-z0-9]*([_-][a-z0-9]+)*\z`)

// Check returns everything that is wrong with the description, joined: a
// container that is no kind, a name that is declared twice, a default that its
// own field refuses. Nil means that hosts can rely on it.
func (i Info) Check() error {
	var f infoFaults
	if !identifier.MatchString(i.Name) {
		f.add("the name %q is not lower case letters, digits and hyphens", i.Name)
	}
	if i.Title == "" {
		f.add("there is no title")
	}
	f.kinds(i)
	f.config(i.Config)
	for n, limit := range i.Limits {
		if limit.Key == "" || limit.Requests <= 0 || limit.Per <= 0 || limit.Burst < 0 {
			f.add("limit %d (%q) lacks a key, or allows no requests", n+1, limit.Key)
		}
	}
	for _, right := range i.Rights {
		if right.Name == "" {
			f.add("a right has no name")
		}
		for _, kind := range right.Kinds {
			f.known(i, kind, "right "+right.Name)
		}
	}
	for _, page := range i.Pages {
		f.known(i, page.Kind, "page "+page.Path)
		if !strings.HasPrefix(page.Path, "/") || !strings.Contains(page.Path, "{id}") && !strings.Contains(page.Path, "{number}") {
			f.add("page %s does not say where the id stands", page.Path)
		}
	}
	return errors.Join(f...)
}

// known notes a kind that isn't declared.
func (f *infoFaults) known(i Info, kind Kind, where string) {
	if _, ok := i.Kind(kind); !ok {
		f.add("%s is about %q, which is none of the kinds", where, kind)
	}
}

// infoFaults are what is wrong with a description.
type infoFaults []error

func (f *infoFaults) add(format string, args ...any) {
	*f = append(*f, fmt.Errorf("connector: info: "+format, args...))
}

func (f *infoFaults) kinds(i Info) {
	var names []Kind
	for _, kind := range i.Kinds {
		names = append(names, kind.Kind)
		f.kind(kind)
		if (kind.Role == RoleContainer) != (kind.Kind == i.Container) {
			f.add("kind %q has the role %q, and the container is %q", kind.Kind, kind.Role, i.Container)
		}
	}
	switch at := slices.Index(names, i.Container); {
	case at < 0:
		f.add("the container %q is none of the kinds", i.Container)
	case at > 0:
		f.add("the container %q is not the first of the kinds", i.Container)
	}
	for _, twice := range repeated(names) {
		f.add("kind %q is declared twice", twice)
	}
}

func (f *infoFaults) kind(kind KindInfo) {
	if !identifier.MatchString(string(kind.Kind)) {
		f.add("kind %q is not lower case letters, digits and hyphens", kind.Kind)
	}
	if kind.Title == "" || kind.Plural == "" {
		f.add("kind %q lacks a title or its plural", kind.Kind)
	}
	if !slices.Contains([]Role{RoleContainer, RolePerson, RoleDevice, RoleOther}, kind.Role) {
		f.add("kind %q has the role %q, which isn't one", kind.Kind, kind.Role)
	}
	names := make([]string, 0, len(kind.DataPoints))
	for _, point := range kind.DataPoints {
		names = append(names, point.Name)
		if fault := point.fault(); fault != "" {
			f.add("kind %q: data point %q %s", kind.Kind, point.Name, fault)
		}
	}
	for _, twice := range repeated(names) {
		f.add("kind %q: data point %q is declared twice", kind.Kind, twice)
	}
}

// fault says what is wrong with a declared data point. Empty: nothing.
func (p DataPoint) fault() string {
	switch {
	case p.Name == "" || p.Name != CleanText(p.Name) || strings.TrimSpace(p.Name) != p.Name:
		return "has no name, or one with white space around it"
	case p.Title == "":
		return "has no title"
	case p.Type == KindAbsent || p.Type >= KindList:
		return "has the type " + p.Type.String() + " (declare a list by the type of its items, with List)"
	case p.Means != "" && !slices.Contains(Meanings(), p.Means):
		return fmt.Sprintf("means %q, which isn't in the list of meanings", p.Means)
	}
	return ""
}

func (f *infoFaults) config(fields []ConfigField) {
	names := make([]string, 0, len(fields))
	for _, field := range fields {
		names = append(names, field.Name)
		if fault := field.fault(); fault != "" {
			f.add("configuration field %q %s", field.Name, fault)
		}
	}
	for _, twice := range repeated(names) {
		f.add("configuration field %q is declared twice", twice)
	}
}

// fault says what is wrong with a declared field. Empty: nothing.
func (f ConfigField) fault() string {
	if _, err := regexp.Compile(f.Pattern); err != nil {
		return fmt.Sprintf("has a pattern that doesn't compile: %v", err)
	}
	switch {
	case !identifier.MatchString(f.Name):
		return "is not named in lower case letters, digits and hyphens"
	case !slices.Contains(ConfigTypes(), f.Type):
		return fmt.Sprintf("has the type %q, which isn't one", f.Type)
	case f.Title == "":
		return "has no title"
	case (f.Type == ConfigEnum) != (len(f.Options) > 0):
		return "has options and is no enum, or is one without options"
	case f.Type == ConfigSecret && f.Default+f.Example+f.Pattern != "":
		return "is a credential and has a default, an example or a pattern, which would show it"
	}
	for what, value := range map[string]string{"default": f.Default, "example": f.Example} {
		if value == "" {
			continue
		}
		if problem := f.check(value); problem != "" {
			return fmt.Sprintf("refuses its own %s: %s", what, problem)
		}
	}
	return ""
}

// repeated returns what is in names more than once.
func repeated[T ~string](names []T) []T {
	var out []T
	for i, name := range names {
		if slices.Index(names, name) < i && !slices.Contains(out, name) {
			out = append(out, name)
		}
	}
	return out
}
