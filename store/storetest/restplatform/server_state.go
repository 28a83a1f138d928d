package restplatform

import (
	"cmp"
	"net/url"
	"slices"
	"time"

	"github.com/dovetail-sync/dovetail/connector"
	"github.com/dovetail-sync/dovetail/store"
)

// pageSize is how many things a list has on a page, whatever is asked for.
const pageSize = 25

// state is all that the platform holds.
type state struct {
	// last is the id that was given last, to whatever it was.
	last      int
	companies map[int]*company
	layouts   map[int]*layout
	assets    map[int]*asset
	relations map[int]*relation
	lists     map[int]*list
}

func newState() state {
	return state{
		companies: map[int]*company{}, layouts: map[int]*layout{}, assets: map[int]*asset{},
		relations: map[int]*relation{}, lists: map[int]*list{},
	}
}

func (s *state) next() int {
	s.last++
	return s.last
}

type company struct {
	id       int
	name     string
	details  map[string]string // by the API's names
	archived bool
	created  time.Time
	foreign  []store.ExternalRef
}

type layout struct {
	id       int
	name     string
	inactive bool
	fields   []field
}

// field is a field of a layout. Its kind is the API's name of its type.
type field struct {
	id       int
	label    string
	kind     string
	required bool
	list     int
}

type asset struct {
	id, company, layout int

	name     string
	values   map[int]connector.Value // by field, in the form of package store
	archived bool
	created  time.Time
	foreign  []store.ExternalRef
}

// relation is one direction of a relation: each has its inverse beside it.
type relation struct {
	id, from, to     int
	fromKind, toKind string
	inverse          bool
	pair             int
}

type list struct {
	id    int
	name  string
	items []string
}

// field returns the field that a label names, as loosely as the API takes
// labels: in any case, with underscores or spaces.
func (l *layout) field(label string) (field, bool) {
	i := slices.IndexFunc(l.fields, func(f field) bool { return snake(f.label) == snake(label) })
	if i < 0 {
		return field{}, false
	}
	return l.fields[i], true
}

// listed returns a page of things that keep selects. Which are on a page depends
// on what there is, and in which order they stand there on nothing.
func listed[T any](s *Server, query url.Values, things map[int]*T, keep func(*T) bool, render func(*T) object) []object {
	var ids []int
	for id, thing := range things {
		if keep == nil || keep(thing) {
			ids = append(ids, id)
		}
	}
	slices.SortFunc(ids, func(a, b int) int { return cmp.Compare(scatter(a), scatter(b)) })
	from := min(max(number(query.Get("page"))-1, 0)*pageSize, len(ids))
	ids = ids[from:min(from+pageSize, len(ids))]
	s.rnd.Shuffle(len(ids), func(i, j int) { ids[i], ids[j] = ids[j], ids[i] })
	rows := make([]object, len(ids))
	for i, id := range ids {
		rows[i] = render(things[id])
	}
	return rows
}

// scatter orders ids so that no order that people would expect is there.
func scatter(id int) uint32 { return uint32(id) * 2654435761 }

// stamp is a time as the API writes it.
func stamp(t time.Time) string { return t.UTC().Format("2006-01-02T15:04:05.000Z") }

// now is the time to the millisecond, which is all that the API shows.
func now() time.Time { return time.Now().UTC().Truncate(time.Millisecond) }

// orNull is a text, or null where it is blank.
func orNull(text string) any {
	if text == "" {
		return nil
	}
	return text
}
