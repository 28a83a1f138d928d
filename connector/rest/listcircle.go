package rest

import (
	"slices"

	"github.com/dovetail-sync/dovetail/connector"
)

// circle finds out that a list has begun anew. It compares each page with a
// single earlier one, which is replaced after 1, 2, 4, … pages: so a circle of any
// length is seen within three rounds, whatever came in front of it.
type circle struct {
	// earlier are the keys of the earlier page.
	earlier []connector.Key
	// age is how many pages ago it was, and span when it is replaced.
	age, span int
}

// closed reports whether the page was there before.
func (c *circle) closed(keys []connector.Key) bool {
	if len(keys) > 0 && slices.Equal(keys, c.earlier) {
		return true
	}
	if c.age++; c.age >= c.span {
		c.earlier, c.age, c.span = keys, 0, max(1, 2*c.span)
	}
	return false
}
