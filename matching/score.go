package matching

import "math"

// feature is one thing that is looked at when two records are compared. Its
// weight stands in data/weights.txt under its name.
type feature uint8

const (
	featWords50    feature = iota // how much of the words agrees beyond a half
	featWords75                   // beyond three quarters
	featLetters                   // how much of the groups of three letters agrees
	featRare                      // bits of the words that agree
	featRarest                    // those of the rarest of them
	featLess                      // bits that one name has and the other not: the smaller side
	featStrange                   // those of the rarest word on either side: the smaller one
	featHead                      // the first words agree
	featAcronym                   // one is the other's acronym
	featInside                    // one holds the other whole
	featNumberMore                // one has a number
	featPlaceOther                // each has another place
	featPlaceMore                 // one has a place
	featFormOther                 // the legal forms differ
	featRole                      // one of the names is not the main one
	featPhoneSame
	featPhoneOther
	featMailSame
	featMailOther
	featHouseSame
	featHouseText // and is written the same
	featHouseNear
	featHouseArea
	featHouseOther
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

// backed reports whether a field besides the name speaks for a pair.
func (c *comparison) backed() bool {
	return c.phone.state == stateAgrees || c.mail.state == stateAgrees || c.house.state == stateAgrees || c.number.state == stateAgrees
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
	if al.glued {
		letters = max(letters, dice)
	}
	if dice == 0 && letters < 0.2 && c.acronym(x, y) {
		f[featAcronym] = 1
	}
	f[featWords50], f[featWords75] = beyond(dice, 0.5), beyond(dice, 0.75)
	f[featLetters] = letters
	f[featRare], f[featRarest] = min(al.agree, 40)/10, al.rarest/10
	f[featLess], f[featStrange] = min(al.onlyA, al.onlyB, 30)/10, min(al.rareA, al.rareB)/10
	f[featHead] = truth(al.head)
	if least := al.agree + min(al.onlyA, al.onlyB); least > 0 {
		f[featInside] = al.agree / least
	}
	f[featNumberMore] = truth(al.numbers == contrastOne)
	f[featPlaceOther], f[featPlaceMore] = truth(al.places == contrastBoth), truth(al.places == contrastOne)
	f[featFormOther] = truth(x.form != nil && y.form != nil && x.form.family != y.form.family)
	f[featRole] = truth(x.role != roleMain || y.role != roleMain)
}

// before orders names by their text.
func (v *variant) before(o *variant) bool {
	if v.strict != o.strict {
		return v.strict < o.strict
	}
	return v.role < o.role || v.role == o.role && len(v.grams) < len(o.grams)
}

// beyond returns how much of what is above a limit a share has.
func beyond(share, limit float32) float32 { return max(0, share-limit) / (1 - limit) }

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
