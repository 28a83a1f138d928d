package matching

import "slices"

// premises is how much two addresses have in common.
type premises uint8

const (
	premisesUnknown  premises = iota // one of them isn't known
	premisesDiffer                   // another place
	premisesOpen                     // they can't be told: too little is known
	premisesArea                     // the same part of town
	premisesBlock                    // the same street, a few houses on
	premisesAlike                    // the same number in a street of nearly that name
	premisesNextDoor                 // the same postcode, another number
	premisesNear                     // the same postcode or street
	premisesSame                     // the same house
)

// compareAddresses returns the most that one address of a has in common with one
// of b, and the hash of that house.
func compareAddresses(a, b []address) (best premises, house uint64) {
	for i := range a {
		for j := range b {
			if p := a[i].compare(&b[j]); p > best {
				best, house = p, max(a[i].house(), b[j].house())
			}
		}
	}
	return best, house
}

func (a *address) compare(b *address) premises {
	samePost := a.postcode != 0 && a.postcode == b.postcode
	otherPost := a.postcode != 0 && b.postcode != 0 && a.postcode != b.postcode
	otherCity := a.city != 0 && b.city != 0 && a.city != b.city
	number, otherNumber := meet(a.numbers, b.numbers)
	common, least := shared(a.words, b.words)
	street := least > 0 && common > 0 && 2*common >= least
	otherSide := a.sides != 0 && b.sides != 0 && a.sides != b.sides
	switch {
	case number && street && !otherCity && !otherSide && (samePost || !otherPost):
		return premisesSame
	case samePost && number && (street || least == 0):
		return premisesSame
	case samePost && !otherNumber && street && 3*common >= 2*least:
		return premisesSame
	case samePost && len(a.words)+len(a.numbers) == 0 || samePost && len(b.words)+len(b.numbers) == 0:
		return premisesOpen
	case samePost && otherNumber:
		return premisesNextDoor
	case samePost:
		return premisesNear
	case number && street && !otherSide: // another city, or a wrong postcode
		return premisesNear
	case number && a.sound != 0 && a.sound == b.sound && !otherPost && !otherCity && !otherSide:
		return premisesAlike
	case otherPost && a.area != b.area:
		return premisesDiffer
	case street && isBlock(a.numbers, b.numbers) && !otherPost && !otherCity && !otherSide:
		return premisesBlock
	case otherNumber || otherPost || otherCity || least > 0 && common == 0:
		if a.area != 0 && a.area == b.area || street && !otherCity {
			return premisesArea
		}
		return premisesDiffer
	}
	return premisesOpen
}

// sameText reports whether an address is written the same on both sides: of two
// permits in one house, the one whose row says the same. What is no street has its
// text alone: "Off the Grid", "Pier 39, Level 2".
func sameText(a, b []address) bool {
	for i := range a {
		for j := range b {
			if a[i].text == b[j].text && len(a[i].words)+len(a[i].numbers) > 0 {
				return true
			}
		}
	}
	return false
}

// meet reports whether two lists of numbers have one in common, and whether both
// have some and none in common.
func meet(a, b []uint32) (same, other bool) {
	common, least := shared(a, b)
	return common > 0, least > 0 && common == 0
}

// shared counts what two short lists have in common, and the shorter one.
func shared(a, b []uint32) (common, least int) {
	for _, x := range a {
		if slices.Contains(b, x) {
			common++
		}
	}
	return min(common, len(a), len(b)), min(len(a), len(b))
}

// fewDoors is by how much house numbers differ that are a few doors apart.
const fewDoors = 20

// isBlock reports whether the first of two lists of house numbers are a few doors
// apart.
func isBlock(a, b []uint32) bool {
	if len(a) == 0 || len(b) == 0 {
		return false
	}
	low, high := min(a[0], b[0]), max(a[0], b[0])
	return high < plainNumbers && high-low <= fewDoors
}
