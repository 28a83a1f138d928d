package matching

import (
	"slices"
	"strconv"
	"strings"
)

// address is an address as it is compared. Words are hashed: where two differ
// and the hashes don't, a rank may change and nothing else.
type address struct {
	numbers  []uint32 // house numbers and the like, in their order: see numberOf
	words    []uint32 // what the street or house is called, in their order
	postcode uint32   // 0: unknown
	area     uint32   // the postcode without its last part, or its first digits
	city     uint32
	text     uint32 // the street line as it is written, but for letter case
	sound    uint32 // the words, as they sound; 0: none
	sides    uint8  // directions that it names
}

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
	var buf [16]string
	all := appendWords(buf[:0], fold(a.Text))
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
	var street []byte
	for i, word := range all {
		switch side := sideOf(word); {
		case side != 0:
			parsed.sides |= side
		case strings.ContainsAny(word, "0123456789"):
			if i+1 < len(all) && word+all[i+1] == postcode || i > 0 && all[i-1]+word == postcode || word == postcode {
				continue
			}
			if digits := strings.TrimRight(word, "stndrh"); strings.Trim(digits, "0123456789") == "" && digits != word {
				digits = strings.TrimLeft(digits, "0") // 51st street
				parsed.words, street = appendOnce(parsed.words, shortHash(digits), 12), append(street, digits...)
				continue
			}
			parsed.numbers = appendOnce(parsed.numbers, numberOf(word), 6)
		case t.streets[word] || len(word) == 1 || word == city:
		default:
			parsed.words, street = appendOnce(parsed.words, shortHash(word), 12), append(street, word...)
		}
	}
	if len(street) > 0 {
		parsed.sound = shortHash(string(sound(street)))
	}
	return parsed, len(parsed.numbers)+len(parsed.words) > 0 || parsed.postcode != 0
}

// sound returns a text as it sounds, roughly: its consonants, and the first letter.
// What it is made of is gone. "Lake Shore" sounds like "Lakeshore", "Berkley" like
// "Berkeley", "Cermack" like "Cermak".
func sound(text []byte) []byte {
	sound := text[:1]
	for _, c := range text[1:] {
		last := sound[len(sound)-1]
		switch {
		case strings.IndexByte("aeiou", c) >= 0, c == last && isLetter(c):
		case c == 'k' && last == 'c':
			sound[len(sound)-1] = 'k'
		default:
			sound = append(sound, c)
		}
	}
	return sound
}

// appendOnce appends what isn't in a list yet.
func appendOnce(list []uint32, value uint32, most int) []uint32 {
	if len(list) < most && !slices.Contains(list, value) {
		return append(list, value)
	}
	return list
}

// plainNumbers are house numbers that are kept as they are; those above are
// hashes of what has letters or too many digits.
const plainNumbers = 100000

// numberOf returns a house number.
func numberOf(word string) uint32 {
	word = strings.TrimLeft(word, "0")
	if n, err := strconv.ParseUint(word, 10, 32); err == nil && n < plainNumbers {
		return uint32(n)
	}
	return shortHash(word) | 1<<31
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
