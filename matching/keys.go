package matching

import "slices"

// The kinds of keys. A key of one kind never meets one of another.
const (
	keyStrict uint64 = iota + 1
	keySquash
	keyBag
	keyAcronym
	keyPhone
	keyMail
	keyHouse
	keyPost
	keyIdentifier
	keyNameHouse
	keyNamePost
	keyNameCity
)

func keyed(kind, value uint64) uint64 { return both(kind, value) }

// appendKeys appends the keys under which an entry is found, each once.
func (e *entry) appendKeys(keys []uint64) []uint64 {
	from := len(keys)
	for i := range e.names {
		keys = e.names[i].appendKeys(keys)
	}
	for _, p := range e.phones {
		keys = append(keys, keyed(keyPhone, p.local()))
	}
	for _, m := range e.mail {
		keys = append(keys, keyed(keyMail, m))
	}
	for _, id := range e.ids {
		keys = append(keys, keyed(keyIdentifier, both(id.scheme, id.value)))
	}
	for i := range e.addresses {
		a := &e.addresses[i]
		keys = a.appendKeys(keys)
		for j := range e.names {
			keys = a.appendNameKeys(keys, e.names[j].strict)
		}
	}
	all := keys[from:]
	slices.Sort(all)
	return keys[:from+len(slices.Compact(all))]
}

func (v *variant) appendKeys(keys []uint64) []uint64 {
	if v.strict != 0 {
		keys = append(keys, keyed(keyStrict, v.strict))
	}
	if v.acronym != 0 {
		keys = append(keys, keyed(keyAcronym, v.acronym))
	}
	var bag uint64
	for _, g := range v.grams {
		bag = bag*31 + uint64(g) + 1
	}
	return append(keys, keyed(keyBag, bag))
}

// appendKeys appends the keys of a house. The first word after the number is
// the street's nearly always.
func (a *address) appendKeys(keys []uint64) []uint64 {
	if h := a.house(); h != 0 {
		keys = append(keys, keyed(keyHouse, h))
	}
	if a.postcode != 0 {
		if len(a.numbers) > 0 {
			keys = append(keys, keyed(keyPost, both(a.postcode, uint64(a.numbers[len(a.numbers)-1]))))
		} else if len(a.words) > 0 {
			keys = append(keys, keyed(keyPost, both(a.postcode, uint64(a.words[0]))))
		}
	}
	return keys
}

// house returns a hash of a house, or zero.
func (a *address) house() uint64 {
	if len(a.numbers) == 0 || len(a.words) == 0 {
		return 0
	}
	return both(uint64(a.numbers[0]), uint64(a.words[0]))
}

// appendNameKeys appends keys that tell the sites of a chain apart.
func (a *address) appendNameKeys(keys []uint64, strict uint64) []uint64 {
	if strict == 0 {
		return keys
	}
	if len(a.numbers) > 0 {
		keys = append(keys, keyed(keyNameHouse, both(strict, uint64(a.numbers[0]))))
	}
	if a.postcode != 0 {
		keys = append(keys, keyed(keyNamePost, both(strict, a.postcode)))
	}
	return keys
}
