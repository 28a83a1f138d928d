package matching

import "math"

// compareFields compares what else is known.
func (c *comparer) compareFields(a, b *entry, out *comparison) {
	f := &out.features
	out.phone = c.phones(a, b)
	f.set(featPhoneSame, featPhoneOther, out.phone)
	out.mail = c.mails(a, b)
	f.set(featMailSame, featMailOther, out.mail)
	out.number = c.identifiers(a, b)
	f.set(featNumberSame, featNumberDiffers, out.number)
	if a.country != 0 && b.country != 0 && a.country != b.country {
		out.country.state = stateDiffers
		f[featCountryOther] = 1
	}
	var house uint64
	out.premises, house = compareAddresses(a.addresses, b.addresses)
	switch out.premises {
	case premisesSame:
		out.house = field{state: stateAgrees, owners: c.owners(keyHouse, house)}
		f[featHouseSame] = rarity(out.house.owners)
		out.text = sameText(a.addresses, b.addresses)
		f[featHouseText] = truth(out.text)
	case premisesOpen:
		out.text = sameText(a.addresses, b.addresses)
	case premisesNear, premisesNextDoor, premisesAlike:
		f[featHouseNear] = 1
	case premisesBlock:
		out.house.state = stateDiffers
		f[featHouseNear] = 1
	case premisesArea:
		out.house.state = stateDiffers
		f[featHouseArea] = 1
	case premisesDiffer:
		out.house.state = stateDiffers
		f[featHouseOther] = 1
	default:
	}
	two := 0
	for _, same := range []float32{f[featPhoneSame], f[featMailSame], f[featHouseSame]} {
		if same > 0.3 {
			two++
		}
	}
	f[featTwoFields] = truth(two > 1)
}

// set notes what a field says.
func (f *features) set(agrees, differs feature, what field) {
	switch what.state {
	case stateAgrees:
		f[agrees] = rarity(what.owners)
	case stateDiffers:
		f[differs] = 1
	default:
	}
}

// rarity is the share of its bits that a value has which so many have: the
// answering service's number is no key.
func rarity(owners int) float32 {
	if owners <= 1 {
		return 1
	}
	return float32(1 / (1 + 0.7*math.Log2(float64(owners))))
}

// owners returns how many records have a key in the list with more of them.
func (c *comparer) owners(kind, value uint64) int {
	key := keyed(kind, value)
	n := c.p.inHere.keys.count(key)
	if c.p.up != nil {
		n = max(n, c.p.inUp.keys.count(key))
	}
	return max(n, 1)
}

// discount returns the bits that a pair lacks because others have what agrees.
func (c *comparer) discount(of *comparison) (bits float32) {
	for _, f := range []struct {
		of     *field
		weight feature
	}{{&of.phone, featPhoneSame}, {&of.mail, featMailSame}, {&of.house, featHouseSame}} {
		if f.of.state == stateAgrees {
			bits += float32(c.p.tables.weights[f.weight]) * (1 - rarity(f.of.owners))
		}
	}
	return bits
}

func (c *comparer) phones(a, b *entry) field {
	if len(a.phones) == 0 || len(b.phones) == 0 {
		return field{}
	}
	best := field{state: stateDiffers}
	for _, x := range a.phones {
		for _, y := range b.phones {
			if x.same(y) {
				best.agree(c.owners(keyPhone, x.local()))
			}
		}
	}
	return best
}

// agree notes that a value agrees which so many have. The rarest one counts.
func (f *field) agree(owners int) {
	if f.state != stateAgrees || owners < f.owners {
		*f = field{state: stateAgrees, owners: owners}
	}
}

func (c *comparer) mails(a, b *entry) field {
	if len(a.mail) == 0 || len(b.mail) == 0 {
		return field{}
	}
	best := field{state: stateDiffers}
	for _, x := range a.mail {
		for _, y := range b.mail {
			if x == y {
				best.agree(c.owners(keyMail, x))
			}
		}
	}
	return best
}

// identifiers compares identifiers of equal schemes.
func (c *comparer) identifiers(a, b *entry) field {
	var best field
	for _, x := range a.identifiers() {
		for _, y := range b.identifiers() {
			switch {
			case x.scheme != y.scheme:
			case x.value == y.value:
				best.agree(c.owners(keyIdentifier, both(x.scheme, x.value)))
			case best.state == stateMissing:
				best.state = stateDiffers
			}
		}
	}
	return best
}
