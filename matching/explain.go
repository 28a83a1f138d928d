package matching

import (
	"fmt"
	"slices"
	"strings"
)

// explainer words what speaks for and against pairs.
type explainer struct {
	comparer *comparer
	query    entry
	words    []uint32
}

func newExplainer(p *pairing) *explainer { return &explainer{comparer: newComparer(p)} }

// explain sets the score, the evidence and the vetoes of a candidate.
func (x *explainer) explain(up, here *entry, c *Candidate) {
	x.fill(translate(up, x.comparer.p.number, &x.query, &x.words), here, c)
}

// fill is explain for an entry whose words have the pairing's numbers.
func (x *explainer) fill(q, here *entry, c *Candidate) {
	var cmp comparison
	x.comparer.compare(q, here, &cmp)
	c.Score, c.SameName = cmp.score, cmp.strict
	c.Vetoes = cmp.vetoes(q, here)
	c.Evidence = x.evidence(&cmp, q, here)
	c.Terms = x.terms(&cmp)
}

// terms returns the features that a pair has.
func (x *explainer) terms(c *comparison) []Term {
	var all []Term
	for f, value := range c.features {
		if value != 0 {
			all = append(all, x.comparer.p.tables.term(feature(f), value))
		}
	}
	return all
}

// The kinds of evidence.
const (
	KindName       = "name"
	KindForm       = "legal form"
	KindNumber     = "number"
	KindPlace      = "place"
	KindPhone      = "phone"
	KindMail       = "mail"
	KindAddress    = "address"
	KindIdentifier = "identifier"
	KindCountry    = "country"
	KindPrior      = "prior"
)

// kindOf returns what a feature is about.
func kindOf(f feature) string {
	switch f {
	case featFormOther:
		return KindForm
	case featNumberMore:
		return KindNumber
	case featPlaceOther, featPlaceMore:
		return KindPlace
	case featPhoneSame, featPhoneOther:
		return KindPhone
	case featMailSame, featMailOther:
		return KindMail
	case featHouseSame, featHouseText, featHouseNear, featHouseArea, featHouseOther:
		return KindAddress
	case featNumberSame, featNumberDiffers:
		return KindIdentifier
	case featCountryOther:
		return KindCountry
	case featPrior:
		return KindPrior
	default:
		return KindName
	}
}

// evidence returns what a score is made of, the name first.
func (x *explainer) evidence(c *comparison, up, here *entry) []Evidence {
	weights := &x.comparer.p.tables.weights
	sums := make(map[string]float64)
	for f, value := range c.features {
		sums[kindOf(feature(f))] += weights[f] * float64(value)
	}
	var all []Evidence
	for _, kind := range []string{KindName, KindForm, KindNumber, KindPlace, KindIdentifier, KindPhone, KindMail, KindAddress, KindCountry, KindPrior} {
		if bits := sums[kind]; bits != 0 || kind == KindName {
			all = append(all, Evidence{Kind: kind, Bits: bits, Text: x.word(kind, c, up, here)})
		}
	}
	return all
}

// word says one kind of evidence in words.
func (x *explainer) word(kind string, c *comparison, up, here *entry) string {
	switch kind {
	case KindForm:
		return fmt.Sprintf("legal forms differ: %q and %q", c.formsA.text, c.formsB.text)
	case KindNumber:
		return "only one name has a number"
	case KindPlace:
		return one(c.align.places == contrastBoth, "the places in the names differ", "only one name has a place")
	case KindPhone:
		return c.phone.word("phone number", x.samePhone(up, here))
	case KindMail:
		return c.mail.word("domain", x.sameMail(up, here))
	case KindIdentifier:
		return c.number.word("registered number", "")
	case KindAddress:
		return c.premises.word(c.house.owners)
	case KindCountry:
		return "different countries"
	case KindPrior:
		return "before looking: most pairs are not the same"
	default:
		return x.wordName(c)
	}
}

func one(first bool, yes, no string) string {
	if first {
		return yes
	}
	return no
}

// word says what a field says.
func (f field) word(what, value string) string {
	if f.state == stateDiffers {
		return "different " + what
	}
	text := "same " + what
	if value != "" {
		text += " " + value
	}
	return text + sharedBy(f.owners)
}

func sharedBy(owners int) string {
	if owners > 1 {
		return fmt.Sprintf(", which %d have", owners)
	}
	return ""
}

func (p premises) word(owners int) string {
	switch p {
	case premisesSame:
		return "same address" + sharedBy(owners)
	case premisesNear, premisesNextDoor:
		return "same postcode or street"
	case premisesAlike:
		return "same house number in a street of nearly the same name"
	case premisesBlock:
		return "another house nearby in the same street"
	case premisesArea:
		return "another address in the same area"
	default:
		return "different address"
	}
}

// wordName says what two names have in common.
func (x *explainer) wordName(c *comparison) string {
	var text string
	switch {
	case c.strict && c.align.exact:
		text = "same name"
	case c.align.exact:
		text = "same words in the names"
	case c.features[featAcronym] > 0:
		text = "one name is the acronym of the other"
	case c.features[featInside] > 0.99:
		text = "one name is part of the other"
	default:
		text = fmt.Sprintf("names agree to %.0f %%", 100*(c.align.dice()+c.features[featLetters])/2)
	}
	var roles []string
	for _, role := range []role{c.roleA, c.roleB} {
		if role != roleMain {
			roles = append(roles, string(nameRoles()[role]))
		}
	}
	if len(roles) > 0 {
		text += " (" + strings.Join(roles, ", ") + " name)"
	}
	return text
}

// samePhone returns a number that both have, as one of them writes it.
func (x *explainer) samePhone(up, here *entry) string {
	for _, a := range up.record.Phones {
		p, ok := parsePhone(a)
		if !ok {
			continue
		}
		if slices.ContainsFunc(here.phones, p.same) {
			return strings.TrimSpace(a)
		}
	}
	return ""
}

// sameMail returns a domain that both have.
func (x *explainer) sameMail(up, here *entry) string {
	for _, texts := range [][]string{up.record.Domains, up.record.Emails} {
		for _, text := range texts {
			domain := x.comparer.p.tables.ownDomain(text)
			if domain == "" {
				continue
			}
			if slices.Contains(here.mail, hash(domain)) {
				return domain
			}
		}
	}
	return ""
}
