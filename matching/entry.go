package matching

import (
	"slices"
	"strings"

	"golang.org/x/net/publicsuffix"
)

// entry is a record as it is compared.
type entry struct {
	record    *Record
	names     []variant
	addresses []address
	phones    []phone
	mail      []uint64      // domains of its own, and whole addresses at free providers
	ids       *[]identifier // nil: none
	country   uint32
	test      bool // a test row
	live      bool
}

// variant is one name of an entry.
type variant struct {
	strict  uint64 // hash of the strict key; 0: none
	acronym uint64 // hash of its initials, or of itself where it may be initials; 0: none
	form    *legalForm
	words   []uint32 // by the catalogue's vocabulary
	grams   []uint16 // sorted, each once
	inside  uint32   // bits of the words that stood in brackets
	place   uint16   // hash of the place that it names; 0: none
	role    role
}

// role is a NameRole as a number. Those that decide come first.
type role uint8

// roleMain is the role of main names.
const roleMain role = 0

// nameRoles are the roles by their numbers.
func nameRoles() [6]NameRole {
	return [...]NameRole{RoleMain, RoleLegal, RoleTrading, RoleAlias, RoleFormer, RoleShort}
}

// roleOf returns the number of a role: an alias's if it is none of these.
func roleOf(name NameRole) role {
	roles := nameRoles()
	at := slices.Index(roles[:], name)
	if at < 0 {
		at = slices.Index(roles[:], RoleAlias)
	}
	return role(at)
}

// decides reports whether equality of names of a role can decide.
func (r role) decides() bool { return r <= 2 }

// identifier is an identifier, hashed.
type identifier struct{ scheme, value uint64 }

// phone is a telephone number: its digits without leading zeros, and above them
// how many there are.
type phone uint64

const phoneDigits = 60 // bits below those that count the digits

func (p phone) number() uint64 { return uint64(p) & (1<<phoneDigits - 1) }
func (p phone) digits() uint8  { return uint8(p >> phoneDigits) }

// The bounds of what is kept of one record.
const (
	maxPhones = 16
	maxMail   = 32
)

// raw is a record that is taken apart and doesn't have its words' numbers yet.
type raw struct {
	entry

	names []rawName
}

// take takes a record apart. It needs nothing of a catalogue, so that many can
// be taken apart at once.
func (t *Tables) take(r *Record) raw {
	taken := raw{names: t.rawNames(r.Names)}
	e := &taken.entry
	e.record, e.live, e.test = r, true, t.isTestRow(r.main())
	for _, a := range r.Addresses[:min(len(r.Addresses), maxAddresses)] {
		if parsed, ok := t.parseAddress(a); ok {
			e.addresses = append(e.addresses, parsed)
		}
		if country := squash(a.Country); country != "" && e.country == 0 {
			e.country = shortHash(country)
		}
	}
	for _, text := range r.Phones[:min(len(r.Phones), maxPhones)] {
		if p, ok := parsePhone(text); ok && !slices.Contains(e.phones, p) {
			e.phones = append(e.phones, p)
		}
	}
	e.mail = t.mailOf(r)
	var ids []identifier
	for _, id := range r.Identifiers {
		if value := strings.TrimLeft(squash(id.Value), "0"); len(value) >= leastKey && !repeated(value) && !t.junk[value] {
			ids = append(ids, identifier{scheme: hash(squash(id.Scheme)), value: hash(value)})
		}
	}
	if len(ids) > 0 {
		e.ids = &ids
	}
	return taken
}

// identifiers returns the identifiers of an entry.
func (e *entry) identifiers() []identifier {
	if e.ids == nil {
		return nil
	}
	return *e.ids
}

// mailOf returns the domains of a record and its addresses at free providers,
// sorted.
func (t *Tables) mailOf(r *Record) []uint64 {
	var mail []uint64
	for _, text := range r.Domains[:min(len(r.Domains), maxMail)] {
		if domain := t.ownDomain(text); domain != "" {
			mail = append(mail, hash(domain))
		}
	}
	for _, email := range r.Emails[:min(len(r.Emails), maxMail)] {
		email = strings.ToLower(strings.TrimSpace(email))
		_, host, ok := strings.Cut(email, "@")
		if !ok {
			continue
		}
		if domain := t.ownDomain(host); domain != "" {
			mail = append(mail, hash(domain))
		} else if t.freemail[host] {
			mail = append(mail, hash(email))
		}
	}
	slices.Sort(mail)
	return slices.Compact(mail)
}

// ownDomain returns the part of a domain, an address or a web site that somebody
// registered, or "" where anybody can have one.
func (t *Tables) ownDomain(s string) string {
	s = hostOf(s)
	if !strings.Contains(s, ".") || strings.Contains(s, "..") || t.freemail[s] {
		return ""
	}
	if strings.Trim(s, "0123456789.") == "" {
		return "" // an address of the network
	}
	domain, err := publicsuffix.EffectiveTLDPlusOne(s)
	if err != nil || t.freemail[domain] {
		return ""
	}
	return domain
}

// hostOf returns the host of a domain, an address or a web site.
func hostOf(s string) string {
	s = strings.ToLower(strings.TrimSpace(s))
	if _, rest, ok := strings.Cut(s, "://"); ok {
		s = rest
	}
	if at := strings.IndexAny(s, "/?#"); at >= 0 {
		s = s[:at]
	}
	if at := strings.LastIndexByte(s, '@'); at >= 0 {
		s = s[at+1:]
	}
	s, _, _ = strings.Cut(s, ":")
	return strings.TrimPrefix(strings.Trim(s, "."), "www.")
}

// leastPhone is the fewest digits that make a telephone number.
const leastPhone = 7 // see local

// parsePhone reads a telephone number without its extension, the trunk zero and
// the international prefix. It is false for what is none.
func parsePhone(s string) (phone, bool) {
	s = strings.ToLower(strings.ReplaceAll(s, "(0)", ""))
	for _, extension := range []string{"ext", "x", "#", ";", ","} {
		s, _, _ = strings.Cut(s, extension)
	}
	var number uint64
	digits, varied, last := 0, false, byte(0)
	for i := range len(s) {
		if c := s[i]; isDigit(c) && (c != '0' || digits > 0) {
			varied = varied || last != 0 && c != last
			last = c
			if digits++; digits > 15 {
				return 0, false
			}
			number = number*10 + uint64(c-'0')
		}
	}
	return phone(number | uint64(digits)<<phoneDigits), digits >= leastPhone && varied
}

// same reports whether two numbers are one, with or without the codes of
// country and area.
func (p phone) same(o phone) bool {
	if p.local() != o.local() {
		return false
	}
	short, long := p, o
	if short.digits() > long.digits() {
		short, long = long, short
	}
	return long.number()%pow10(short.digits()) == short.number()
}

// local returns the last digits, under which equal numbers are found.
func (p phone) local() uint64 { return p.number() % 1e7 }

func pow10(n uint8) uint64 {
	p := uint64(1)
	for range n {
		p *= 10
	}
	return p
}
