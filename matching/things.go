package matching

import (
	"slices"

	"github.com/dovetail-sync/dovetail/connector"
)

// Thing is a record upstream or an asset here, as far as matching needs it. All
// things compared at once belong to one company.
type Thing struct {
	// ID tells it from the others of its list.
	ID string
	// Name is a device's name or a person's full name.
	Name string
	// Serials are serial numbers, MACs hardware addresses and Emails e-mail
	// addresses, as they are written; what can't be a key is ignored.
	Serials, MACs, Emails []string
	// Layout is the asset's layout, or the one that the rules chose for the
	// record. Names are equal only in one layout. A taken record without one
	// counts in every layout.
	Layout string
	// Taken says that it is linked already: a record with a card, or an asset
	// with a card of this integration. It counts where a key has to be unique
	// and is never linked.
	Taken bool
}

// Rung says which key linked a record.
type Rung string

// The rungs of the ladder, the strongest first.
const (
	// RungNone: nothing agrees.
	RungNone Rung = ""
	// RungSerial: an equal serial number.
	RungSerial Rung = "serial"
	// RungMAC: an equal hardware address.
	RungMAC Rung = "mac"
	// RungEmail: an equal e-mail address.
	RungEmail Rung = "email"
	// RungName: an equal full name in the same layout.
	RungName Rung = "name"
)

// Link is what was decided about one record.
type Link struct {
	// Record is the record's ID.
	Record string
	// Asset is the ID of the asset that is the same thing. Empty unless that is
	// decided.
	Asset string
	// Rung is the key that decided, or that could not.
	Rung Rung
	// Provisional says that names alone agreed, or a hardware address that was made
	// up: the link can be undone, and a person should confirm it.
	Provisional bool
	// Candidates are the IDs of assets that the record may be, sorted, the first
	// 25. Set only where that can't be decided; then Asset is empty and the
	// record waits for a person.
	Candidates []string
	// Replaces is the ID of the one asset that has the record's name and another
	// serial number: the record is another device, maybe the one that took its
	// place. Empty unless nothing is decided and there are no candidates.
	Replaces string
	// Confidence is how likely the decision is right, between 0 and 1. Zero where
	// nothing is decided.
	Confidence float64
	// Because says why, for people. Empty where nothing agrees.
	Because string
}

// Things links the records of one company to its assets. There is one link for
// every record that isn't taken, in the order of records; RungNone, without
// candidates, means that no asset is the record's.
//
// The ladder, for a device: serial number, hardware address, name; for a person:
// e-mail address, full name; for anything else: name. The first rung on which
// something agrees decides:
//
//   - A strong key links where it is plausible (see [NormalSerial], [NormalMAC],
//     [NormalEmail]) and one record and one asset have it, taken ones counted.
//     Otherwise it is ambiguous.
//   - Names link, provisionally, where they are equal in the same layout on one
//     record and one asset and nothing contradicts. Those of devices are
//     compared as host names. A name that two devices have links neither, also
//     where a strong key tells which is the other.
//   - Serial numbers that differ are two devices, whatever else agrees. Only
//     where they differ in one character and the names are equal was one of them
//     typed wrong: not where it is one of the last four, as those of devices
//     differ that were bought together, unless a hardware address agrees as well.
//   - A hardware address doesn't stand against names: where several have it, or
//     another one has the name, a name decides or nobody. One that is made up
//     confirms a name. By itself it links nothing, or provisionally where it looks
//     random: that of a virtual machine may be a copy's, and a driver may give every
//     device the same. That of a dock says nothing.
//   - A taken asset is linked to nobody; its serial number or e-mail address on
//     another record is ambiguous.
func Things(role connector.Role, records, assets []Thing) []Link {
	return Ladder{Role: role}.Match(records, assets)
}

// Ladder is a ladder as a host wants it.
type Ladder struct {
	// Role is the role of the things.
	Role connector.Role
	// Skip are rungs that link nothing. A serial number that differs is a veto all
	// the same.
	Skip []Rung
	// Rejected are pairs that a person said are not the same: they are never
	// linked nor candidates. The asset counts all the same where a key has to be
	// unique.
	Rejected []Pair
	// Tables say what is junk. Nil: the shipped ones.
	Tables *Tables
}

// Match is [Things] by this ladder.
func (c Ladder) Match(records, assets []Thing) []Link {
	if c.Tables == nil {
		c.Tables = table()
	}
	l := newLadder(c, records, assets)
	for _, rung := range rungs(c.Role) {
		if !slices.Contains(c.Skip, rung) {
			l.climb(rung)
		}
	}
	if !slices.Contains(c.Skip, RungMAC) {
		l.climb(rungAddress)
		l.settle()
	}
	links := make([]Link, 0, len(records))
	for i, r := range l.records {
		if !r.Taken {
			links = append(links, l.links[i])
		}
	}
	return links
}

// rungs returns the ladder of a role, without the rungs that it doesn't have.
func rungs(role connector.Role) []Rung {
	switch role {
	case connector.RoleDevice:
		return []Rung{RungSerial, RungMAC, RungName}
	case connector.RolePerson:
		return []Rung{RungEmail, RungName}
	case connector.RoleOther:
		return []Rung{RungName}
	default: // companies have Companies
		return nil
	}
}

// LadderModel is the version of the ladder: it changes with every change that
// can change a link.
const LadderModel = "things/5"
