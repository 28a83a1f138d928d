package sortrules

import (
	"strings"
	"time"
	"unicode/utf8"

	"github.com/dovetail-sync/dovetail/connector"
)

const (
	// maxLook is how many bytes of a value are looked at.
	maxLook = 1024
	// maxItems is how many items of a list are looked at.
	maxItems = 100
	// maxListed is how many bytes are looked at of the items of a list together:
	// no item is, once there were that many.
	maxListed = 4096
	// maxDepth is how deep lists within lists are looked at.
	maxDepth = 8
)

// source is where a value comes from.
type source struct {
	from origin
	// points are data points, for originPoints. With several any of them counts.
	points []string
	// searched is how many tests look for text within it. From two on it is worth
	// knowing which letters it has.
	searched int
}

// origin says which part of a subject a value is in.
type origin uint8

const (
	originPoints origin = iota
	originType
	originTypeID
	originTypeOrID // either counts
	originName
	originCompany
	originStatus
	originCreated
	originUpdated
)

// allowance is what may still be looked at.
type allowance struct{ items, bytes int }

// text returns the value where it is one text, or none at all.
func (o *source) text(s *Subject) (text string, ok bool) {
	switch o.from {
	case originPoints:
		return o.point(s)
	case originType:
		return s.Record.Type, true
	case originTypeID:
		return s.Record.TypeID, true
	case originName:
		return s.Record.Name, true
	case originCompany:
		return s.Company, true
	case originStatus:
		return s.Record.Status.String(), true
	case originCreated:
		return "", s.Record.Created.IsZero()
	case originUpdated:
		return "", s.Record.Updated.IsZero()
	default: // originTypeOrID
		return "", false
	}
}

func (o *source) point(s *Subject) (text string, ok bool) {
	if len(o.points) != 1 {
		return "", len(o.points) == 0
	}
	v := s.Record.Fields[o.points[0]]
	if text, ok := v.AsText(); ok {
		return text, true
	}
	return "", v.IsAbsent()
}

// meets reports whether any value is as t wants it, and which.
func (o *source) meets(t *test, s *Subject) (bool, connector.Value) {
	switch o.from {
	case originPoints:
	case originCreated:
		return t.instant(s.Record.Created)
	case originUpdated:
		return t.instant(s.Record.Updated)
	case originTypeOrID:
		return t.either(look(s.Record.Type), look(s.Record.TypeID))
	default:
		text, _ := o.text(s)
		text = look(text)
		return text != "" && t.matches(text, false), connector.Text(text)
	}
	left := allowance{items: maxItems, bytes: maxListed}
	for _, name := range o.points {
		if held, by := t.value(s.Record.Fields[name], &left, 0); held {
			return held, by
		}
	}
	return false, connector.Value{}
}

// either reports whether one of two texts is as t wants it, and which.
func (t *test) either(one, other string) (bool, connector.Value) {
	switch {
	case one != "" && t.matches(one, false):
		return true, connector.Text(one)
	case other != "" && t.matches(other, false):
		return true, connector.Text(other)
	default:
		return false, connector.Value{}
	}
}

func (t *test) instant(at time.Time) (bool, connector.Value) {
	v := connector.Instant(at)
	return !v.IsAbsent() && t.matchesValue(v), v
}

// value reports whether a value, or an item of it, is as t wants it, and which.
func (t *test) value(v connector.Value, left *allowance, depth int) (bool, connector.Value) {
	switch v.Kind() {
	case connector.KindAbsent:
		return false, connector.Value{}
	case connector.KindList:
		for i := 0; i < v.Len() && left.items > 0 && left.bytes > 0 && depth < maxDepth; i++ {
			if held, by := t.value(v.Item(i), left, depth+1); held {
				return held, by
			}
		}
		return false, connector.Value{}
	case connector.KindText:
		text := look(v.String())
		left.items, left.bytes = left.items-1, left.bytes-len(text)
		return text != "" && t.matches(text, false), v
	default:
		left.items--
		return t.matchesValue(v), v
	}
}

// look returns as much of a value as is looked at, without white space around
// it.
func look(s string) string {
	if last := len(s) - 1; uint(last) < maxLook && visible(s[0]) && visible(s[last]) {
		return s
	}
	return trim(s)
}

// visible reports whether c is ASCII and no white space.
func visible(c byte) bool { return c > ' ' && c < utf8.RuneSelf }

func trim(s string) string {
	if len(s) > maxLook {
		end := maxLook
		for end > maxLook-utf8.UTFMax && !utf8.RuneStart(s[end]) {
			end--
		}
		s = s[:end]
	}
	return strings.TrimSpace(s)
}
