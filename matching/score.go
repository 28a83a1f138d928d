package matching

import "math"

// feature is one thing that is looked at when two records are compared. Its
// weight stands in data/weights.txt under its name.
type feature uint8

const (
	featWords     feature = iota // share of the words that agree, and how much of it is above a half, …
	featWords50                  //
	featWords75                  //
	featWords90                  //
	featLetters                  // the same for groups of three letters
	featLetters50                //
	featLetters75                //
	featLetters90                //
	featRare                     // bits of the words that agree
	featLess                     // bits that one name has and the other not: the smaller side
	featMore                     // the larger side
	featHead                     // the first words agree
	featExact                    // equal strict keys
	featAcronym                  // one is the other's acronym
	featInside                   // one holds the other whole
	featNumberOther
	featNumberMore
	featPlaceOther
	featPlaceMore
	featSide
	featFormSame
	featFormOther
	featRole // one of the names is not the main one
	featPhoneSame
	featPhoneOther
	featMailSame
	featMailOther
	featHouseSame
	featHouseText // and is written the same
	featHouseNear
	featHouseArea
	featHouseOther
	featTwoFields  // two of phone, mail and address agree
	featNumberSame // an identifier
	featNumberDiffers
	featCountryOther
	featPrior // what is expected before looking

	featureCount = iota
)

// features are the values of all features for one pair.
type features [featureCount]float32

// state is what a field says about a pair.
type state uint8

const (
	stateMissing state = iota // it isn't known on both sides
	stateAgrees
	stateDiffers
)

// field is what one field of two records says.
type field struct {
	state state
	// owners is how many records of one list have what agrees, the list with more.
	owners int
}

// comparison is what is known of one pair.
type comparison struct {
	features features
	score    float64 // bits
	names    float32 // those of them that the names make
	strict   bool    // names that may decide have equal strict keys
	align    alignment
	formsA   *legalForm
	formsB   *legalForm
	phone    field
	mail     field
	house    field
	premises premises
	text     bool // the addresses are written the same
	number   field
	country  field
	roleA    role
	roleB    role
}

// comparer compares records. It is used again and again, so that comparing
// allocates nothing.
type comparer struct {
	aligner

	p         *pairing
	features  features
	alignment alignment
}

func newComparer(p *pairing) *comparer {
	return &comparer{p: p, aligner: aligner{p: p}}
}

// compare compares two records whose words have the pairing's numbers.
func (c *comparer) compare(a, b *entry, out *comparison) {
	*out = comparison{}
	c.compareNames(a, b, out)
	c.compareFields(a, b, out)
	out.features[featPrior] = 1
	out.score = c.weigh(out.features[:])
}

// weigh returns the bits of features, from the first on.
func (c *comparer) weigh(f []float32) (bits float64) {
	for i, x := range f {
		bits += c.p.tables.weights[i] * float64(x)
	}
	return bits
}

// compareNames finds the two names that speak most for a pair.
func (c *comparer) compareNames(a, b *entry, out *comparison) {
	best := math.Inf(-1)
	for i := range a.names {
		for j := range b.names {
			x, y := &a.names[i], &b.names[j]
			if x.strict != 0 && x.strict == y.strict && x.role.decides() && y.role.decides() {
				out.strict = true
			}
			f, al := &out.features, &out.align
			if i+j > 0 {
				f, al = &c.features, &c.alignment
			}
			c.nameFeatures(x, y, f, al)
			bits := c.weigh(f[:featPhoneSame])
			if bits < best || bits == best && x.strict != y.strict {
				continue
			}
			best, out.names = bits, float32(bits)
			if i+j > 0 {
				out.features, out.align = *f, *al
			}
			out.roleA, out.roleB = x.role, y.role
			out.formsA, out.formsB = x.form, y.form
		}
	}
}

// nameFeatures sets the features of names, which come before all others.
func (c *comparer) nameFeatures(x, y *variant, f *features, al *alignment) {
	if y.before(x) {
		x, y = y, x // so that the order makes no difference in the last digit
	}
	*f = features{}
	c.align(x, y, al)
	dice := al.dice()
	letters := float32(1)
	if !al.exact {
		letters = c.p.gramCosine(x.grams, y.grams)
	}
	if dice == 0 && letters < 0.2 && c.acronym(x, y) {
		f[featAcronym] = 1
	}
	steps(f[featWords:], dice)
	steps(f[featLetters:], letters)
	f[featRare] = min(al.agree, 40) / 10
	f[featLess] = min(al.onlyA, al.onlyB, 30) / 10
	f[featMore] = min(max(al.onlyA, al.onlyB), 30) / 10
	f[featHead] = truth(al.head)
	f[featExact] = truth(x.strict == y.strict && x.strict != 0)
	if least := al.agree + min(al.onlyA, al.onlyB); least > 0 {
		f[featInside] = al.agree / least
	}
	f[featNumberOther], f[featNumberMore] = truth(al.numbers == contrastBoth), truth(al.numbers == contrastOne)
	f[featPlaceOther], f[featPlaceMore] = truth(al.places == contrastBoth), truth(al.places == contrastOne)
	f[featSide] = truth(al.sides != contrastNone)
	if x.form != nil && y.form != nil {
		f[featFormSame] = truth(x.form.family == y.form.family)
		f[featFormOther] = 1 - f[featFormSame]
	}
	f[featRole] = truth(x.role != roleMain || y.role != roleMain)
}

// before orders names by their text.
func (v *variant) before(o *variant) bool {
	if v.strict != o.strict {
		return v.strict < o.strict
	}
	return v.role < o.role || v.role == o.role && len(v.grams) < len(o.grams)
}

// steps sets a value, and how much of it is above a half, three and nine tenths.
func steps(f []float32, x float32) {
	f[0], f[1], f[2], f[3] = x, max(0, x-0.5)*2, max(0, x-0.75)*4, max(0, x-0.9)*10
}

func truth(b bool) float32 {
	if b {
		return 1
	}
	return 0
}

// acronym reports whether one name is a word of the initials of the other.
func (c *comparer) acronym(x, y *variant) bool {
	if len(x.words) != 1 {
		x, y = y, x
	}
	if len(x.words) != 1 || len(y.words) < 3 {
		return false
	}
	text := c.p.word(x.words[0]).text
	return c.initialsAre(text, y, true) || c.initialsAre(text, y, false)
}

func (c *comparer) initialsAre(text string, v *variant, small bool) bool {
	at := 0
	for i, id := range v.words {
		w := c.p.word(id)
		if v.inside&(1<<i) != 0 || !small && w.class&classSmall != 0 {
			continue
		}
		if at >= len(text) || w.text == "" || w.text[0] != text[at] {
			return false
		}
		at++
	}
	return at == len(text) && at >= 3
}

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
	case premisesNear, premisesNextDoor:
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
