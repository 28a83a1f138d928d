package sortrules

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"github.com/dovetail-sync/dovetail/connector"
)

// object is a JSON object that is read member by member, and gathers what is
// wrong with it under names that people find.
type object struct {
	name     string
	names    []string // of the members, in their order
	members  map[string]json.RawMessage
	problems *[]connector.Problem
}

// readObject reads data, which is valid JSON. One that is no object has no
// members.
func readObject(data json.RawMessage, name string, problems *[]connector.Problem) object {
	o := object{name: name, members: make(map[string]json.RawMessage), problems: problems}
	dec := json.NewDecoder(bytes.NewReader(data))
	if open, err := dec.Token(); err != nil || open != json.Delim('{') {
		o.problem("", "is not an object (write it in braces)")
		return o
	}
	for dec.More() {
		key, err := dec.Token()
		if err != nil {
			break // not reached: the data is valid
		}
		member, _ := key.(string)
		var value json.RawMessage
		if err := dec.Decode(&value); err != nil {
			break
		}
		if o.has(member) {
			o.problem(member, "is there twice (keep one)")
		}
		o.names = append(o.names, member)
		o.members[member] = value
	}
	return o
}

// has reports whether there is such a member.
func (o *object) has(member string) bool { _, ok := o.members[member]; return ok }

// problem notes that something is wrong with a member, or with the object
// itself if member is empty.
func (o *object) problem(member, text string) {
	field := o.name
	switch {
	case member == "":
	case o.name == "document":
		field = member
	default:
		field += "." + member
	}
	*o.problems = append(*o.problems, connector.Problem{Field: field, Text: text})
}

// decode reads a member into to, which keeps its value if there is none.
func (o *object) decode(member string, to any, want string) {
	value, ok := o.members[member]
	if !ok {
		return
	}
	if string(value) == "null" || json.Unmarshal(value, to) != nil {
		o.problem(member, "has to be "+want)
	}
}

// filled notes the members that are there and empty.
func (o *object) filled(members ...string) {
	for _, member := range members {
		if string(o.members[member]) == `""` {
			o.problem(member, "is empty (give it, or remove it)")
		}
	}
}

// object reads a member that is an object itself.
func (o *object) object(member string) object {
	value, ok := o.members[member]
	if !ok {
		return object{name: o.name + "." + member, problems: o.problems}
	}
	return readObject(value, o.name+"."+member, o.problems)
}

// unknown notes the members that aren't among the known ones.
func (o *object) unknown(known ...string) {
	for _, name := range o.names {
		if !slices.Contains(known, name) {
			o.problem(fmt.Sprintf("%.40q", name), fmt.Sprintf("is not known here (remove it; known are %s)", strings.Join(known, ", ")))
		}
	}
}
