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
	keyText
)

func keyed(kind, value uint64) uint64 { return both(kind, value) }

// appendKeys appends the keys of an entry of which it matters how many have them,
// each once.
func (e *entry) appendKeys(keys []uint64) []uint64 {
	from := len(keys)
	for i := range e.names {
		if strict := e.names[i].strict; strict != 0 {
			keys = append(keys, keyed(keyStrict, strict))
		}
	}
	for _, p := range e.phones {
		keys = append(keys, keyed(keyPhone, p.local()))
	}
	for _, m := range e.mail {
		keys = append(keys, keyed(keyMail, m))
	}
	for _, id := range e.identifiers() {
		keys = append(keys, keyed(keyIdentifier, both(id.scheme, id.value)))
	}
	for i := range e.addresses {
		if place := e.addresses[i].place(); place != 0 {
			keys = append(keys, place)
		}
	}
	return once(keys, from)
}

// appendLoose appends the keys under which an entry is found besides, each once.
func (e *entry) appendLoose(keys []uint64) []uint64 {
	from := len(keys)
	for i := range e.names {
		v := &e.names[i]
		if v.acronym != 0 {
			keys = append(keys, keyed(keyAcronym, v.acronym))
		}
		var bag uint64
		for _, g := range v.grams {
			bag = bag*31 + uint64(g) + 1
		}
		keys = append(keys, keyed(keyBag, bag))
	}
	for i := range e.addresses {
		a := &e.addresses[i]
		keys = a.appendPost(keys)
		for j := range e.names {
			keys = a.appendNameKeys(keys, e.names[j].strict)
		}
	}
	return once(keys, from)
}

// once sorts the keys after the first so many and drops those that are there
// twice.
func once(keys []uint64, from int) []uint64 {
	all := keys[from:]
	slices.Sort(all)
	return keys[:from+len(slices.Compact(all))]
}

// appendPost appends the key of a postcode with what else tells a house. The first
// word after the number is the street's nearly always.
func (a *address) appendPost(keys []uint64) []uint64 {
	switch {
	case a.postcode == 0:
		return keys
	case len(a.numbers) > 0:
		return append(keys, keyed(keyPost, both(uint64(a.postcode), uint64(a.numbers[len(a.numbers)-1]))))
	case len(a.words) > 0:
		return append(keys, keyed(keyPost, both(uint64(a.postcode), uint64(a.words[0]))))
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

// place returns the key of a house, of an address without a number that of its
// text, or zero.
func (a *address) place() uint64 {
	switch h := a.house(); {
	case h != 0:
		return keyed(keyHouse, h)
	case len(a.words) > 0 && a.postcode != 0:
		return keyed(keyText, both(uint64(a.text), uint64(a.postcode)))
	}
	return 0
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
		keys = append(keys, keyed(keyNamePost, both(strict, uint64(a.postcode))))
	}
	return keys
}
