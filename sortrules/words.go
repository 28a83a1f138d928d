package sortrules

import (
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/dovetail-sync/dovetail/connector"
)

// String returns the condition in words, as in `name contains "printer"`.
func (c Condition) String() string {
	if !c.isGroup() {
		return c.words("")
	}
	members, name := c.members()
	texts := make([]string, len(members))
	for i, member := range members {
		if texts[i] = member.String(); member.isGroup() {
			texts[i] = "(" + texts[i] + ")"
		}
	}
	return strings.Join(texts, map[string]string{"all": " and ", "any": " or "}[name])
}

// words says what is compared, with its value if one is given, and with what.
func (c Condition) words(value string) string {
	info, _ := infoOf(c.Op)
	verb := info.holds
	if c.Not {
		verb = info.fails
	}
	if c.Op == OpAlways {
		return verb
	}
	text := c.what()
	if value != "" {
		text += " " + value
	}
	text += " " + c.verb(verb)
	if operand := c.operandWords(); operand != "" {
		text += " " + operand
	}
	return text
}

// because says by which value a record meets a condition that it meets. Where
// being equal says the value already, it isn't said twice.
func (c Condition) because(v connector.Value) string {
	if c.Op == OpEquals && !c.Not && !v.IsAbsent() {
		return c.what() + " is " + quote(v)
	}
	return c.words(quote(v))
}

// what names what is compared.
func (c Condition) what() string {
	switch {
	case c.Point != "":
		return c.Point
	case c.Means != "":
		return string(c.Means)
	}
	if info, known := fieldOf(c.Field); known {
		return info.title
	}
	return c.Field
}

// verb says of dates what people say of dates.
func (c Condition) verb(verb string) string {
	if b, ok := newBound(c.Value); ok && b.isDate {
		return strings.NewReplacer("less than", "before", "more than", "after").Replace(verb)
	}
	return verb
}

func (c Condition) operandWords() string {
	if c.Op == OpBetween && c.Value.Len() == 2 {
		return quote(c.Value.Item(0)) + " and " + quote(c.Value.Item(1))
	}
	if c.Value.Kind() != connector.KindList {
		return quote(c.Value)
	}
	const shown = 5
	var texts []string
	for i := range min(c.Value.Len(), shown) {
		texts = append(texts, quote(c.Value.Item(i)))
	}
	if more := c.Value.Len() - shown; more > 0 {
		texts = append(texts, strconv.Itoa(more)+" more")
	}
	return strings.Join(texts, ", ")
}

// longestShown is how much of a value is shown, in bytes.
const longestShown = 80

// quote returns a value as it is shown. Absent is empty.
func quote(v connector.Value) string {
	switch v.Kind() {
	case connector.KindAbsent:
		return ""
	case connector.KindText:
		return strconv.Quote(shorten(v.String()))
	case connector.KindList:
		return quote(v.Item(0)) + " and others"
	default:
		return shorten(v.String())
	}
}

// shorten cuts a text that is long.
func shorten(s string) string {
	s = trim(s)
	if len(s) <= longestShown {
		return s
	}
	end := longestShown
	for end > 0 && !utf8.RuneStart(s[end]) {
		end--
	}
	return s[:end] + "…"
}
