package matching

import (
	"slices"
	"strings"
)

// address is an address as it is compared. Words are hashed: where two differ
// and the hashes don't, a rank may change and nothing else.
type address struct {
	numbers  []uint32 // house numbers and the like, in their order
	words    []uint32 // what the street or house is called, in their order
	postcode uint32   // 0: unknown
	area     uint32   // the postcode without its last part, or its first digits
	city     uint32
	text     uint32 // the street line as it is written, but for letter case
	sides    uint8  // directions that it names
}

// premises is how much two addresses have in common.
type premises uint8

const (
	premisesUnknown  premises = iota // one of them isn't known
	premisesDiffer                   // another place
	premisesOpen                     // they can't be told: too little is known
	premisesArea                     // the same part of town
	premisesNextDoor                 // the same postcode, another number
	premisesNear                     // the same postcode or street
	premisesSame                     // the same house
)

// The bounds of what is kept of an address.
const (
	maxAddressText = 300
	maxAddresses   = 4
)

// parseAddress reads an address. It is false where nothing is known.
func (t *Tables) parseAddress(a Address) (parsed address, ok bool) {
	if len(a.Text) > maxAddressText {
		a.Text = strings.ToValidUTF8(a.Text[:maxAddressText], "")
	}
	postcode := squash(a.Postcode)
	all := words(fold(a.Text))
	parsed.text = shortHash(strings.ToLower(strings.TrimSpace(a.Text)))
	if postcode == "" {
		all, postcode = cutPostcode(all)
	}
	if postcode != "" {
		parsed.postcode, parsed.area = shortHash(postcode), shortHash(postcodeArea(postcode))
	}
	city := strings.Join(words(fold(a.City)), " ")
	if city != "" {
		parsed.city = shortHash(city)
	}
	for i, word := range all {
		switch side := sideOf(word); {
		case side != 0:
			parsed.sides |= side
		case strings.ContainsAny(word, "0123456789"):
			if i+1 < len(all) && word+all[i+1] == postcode || i > 0 && all[i-1]+word == postcode || word == postcode {
				continue
			}
			if digits := strings.TrimRight(word, "stndrh"); strings.Trim(digits, "0123456789") == "" && digits != word {
				parsed.words = appendOnce(parsed.words, strings.TrimLeft(digits, "0"), 12) // 51st street
				continue
			}
			parsed.numbers = appendOnce(parsed.numbers, strings.TrimLeft(word, "0"), 6)
		case t.streets[word] || len(word) == 1 || word == city:
		default:
			parsed.words = appendOnce(parsed.words, word, 12)
		}
	}
	return parsed, len(parsed.numbers)+len(parsed.words) > 0 || parsed.postcode != 0
}

// appendOnce appends the hash of a word that isn't in a list yet.
func appendOnce(list []uint32, word string, most int) []uint32 {
	if h := shortHash(word); len(list) < most && !slices.Contains(list, h) {
		return append(list, h)
	}
	return list
}

// cutPostcode finds a postcode at the end of an address.
func cutPostcode(all []string) (rest []string, postcode string) {
	for end := len(all); end > 1 && end > len(all)-3; end-- {
		if two := all[end-2] + all[end-1]; len(all[end-1]) == 3 && len(all[end-2]) > 1 && isBritish(two) {
			return append(all[:end-2:end-2], all[end:]...), two
		}
		if last := all[end-1]; isBritish(last) || len(last) == 5 && strings.Trim(last, "0123456789") == "" {
			return append(all[:end-1:end-1], all[end:]...), last
		}
	}
	return all, ""
}

// isBritish reports whether s has the form of a postcode of the United Kingdom.
func isBritish(s string) bool {
	if len(s) < 5 || len(s) > 7 || !isLetter(s[0]) {
		return false
	}
	inward := s[len(s)-3:]
	return isDigit(inward[0]) && isLetter(inward[1]) && isLetter(inward[2]) && strings.ContainsAny(s[:len(s)-3], "0123456789")
}

func isDigit(c byte) bool  { return c >= '0' && c <= '9' }
func isLetter(c byte) bool { return c >= 'a' && c <= 'z' }

// postcodeArea returns the part of a postcode that a town shares.
func postcodeArea(postcode string) string {
	switch {
	case isBritish(postcode):
		return postcode[:len(postcode)-3]
	case len(postcode) > 3:
		return postcode[:3]
	}
	return postcode
}

// sideOf returns a bit for a direction, or zero.
func sideOf(word string) uint8 {
	switch word {
	case "n", "north":
		return 1
	case "s", "south":
		return 2
	case "e", "east":
		return 4
	case "w", "west":
		return 8
	}
	return 0
}

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
	case otherPost && a.area != b.area:
		return premisesDiffer
	case otherNumber || otherPost || otherCity || least > 0 && common == 0:
		if a.area != 0 && a.area == b.area || street && !otherCity {
			return premisesArea
		}
		return premisesDiffer
	}
	return premisesOpen
}

// sameText reports whether an address is written the same on both sides: of two
// permits in one house, the one whose row says the same.
func sameText(a, b []address) bool {
	for i := range a {
		for j := range b {
			if a[i].text == b[j].text {
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

// hash is FNV-1a of 64 bits, finished so that its low bits can be used alone.
func hash(s string) uint64 {
	h := uint64(14695981039346656037)
	for i := range len(s) {
		h = (h ^ uint64(s[i])) * 1099511628211
	}
	h ^= h >> 32
	return max(h*0x9E3779B97F4A7C15, 1)
}

// shortHash is a hash of 32 bits, never zero.
func shortHash(s string) uint32 { return max(uint32(hash(s)), 1) }

// both returns a hash of two hashes in their order.
func both(a, b uint64) uint64 {
	h := (a ^ b>>7 ^ b<<57) * 0x9E3779B97F4A7C15
	h ^= h >> 29
	return max(h*0xBF58476D1CE4E5B9, 1)
}
