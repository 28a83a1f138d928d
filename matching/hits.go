package matching

import (
	"fmt"
	"strings"
)

// owners are the things that have one key, by index.
type owners struct{ records, assets []int }

// hits are the assets on which something agrees with a record.
type hits struct {
	rung Rung
	// value is what agrees.
	value string
	// assets are those that have it, all of them.
	assets []int
	// among are all that have that value.
	among owners
	// wanters is how many records agree with one of the assets, the record itself
	// among them, for the asset with the most.
	wanters int
	// namesake says that a stronger key linked another device of this name: what is
	// left of a name that several have decides nothing.
	namesake bool
}

// maxOwners is how many things may have one serial number or e-mail address for
// it to say anything: an agent that was installed again makes two or three.
const maxOwners = 3

// worn reports whether so many have it that it says nothing.
func (h hits) worn() bool { return len(h.assets) > maxOwners || h.wanters > maxOwners }

// alone reports whether one record and one asset agree.
func (h hits) alone() bool { return len(h.assets) == 1 && h.wanters == 1 }

// sole reports whether one record and one asset agree and no others did.
func (h hits) sole() bool { return h.alone() && !h.namesake }

// shown returns the rung as others know it.
func (h hits) shown() Rung {
	if h.rung == rungAddress || h.rung == rungAdapter {
		return RungMAC
	}
	return h.rung
}

// what says in words what agrees.
func (h hits) what() string {
	switch h.rung {
	case RungSerial:
		return "serial number " + h.value
	case RungMAC, rungAddress:
		return "hardware address " + h.value
	case rungAdapter:
		return "hardware address of a dock or adapter " + h.value
	case RungEmail:
		return "e-mail address " + h.value
	default:
		return fmt.Sprintf("name %q", h.value)
	}
}

// several says in words why something that agrees doesn't decide.
func (h hits) several() string {
	var counts []string
	if n := len(h.among.records); n > 1 {
		counts = append(counts, fmt.Sprintf("%d records", n))
	}
	if n := len(h.among.assets); n > 1 {
		counts = append(counts, fmt.Sprintf("%d assets", n))
	}
	switch {
	case len(counts) > 0:
	case h.namesake:
		return "same " + h.what() + ", which another device has that something else told apart"
	case h.rung == rungAddress, h.rung == rungAdapter:
		return "same " + h.what()
	default:
		return "same " + h.what() + ", but another key agrees with something else"
	}
	return "same " + h.what() + ", which " + strings.Join(counts, " and ") + " have"
}
