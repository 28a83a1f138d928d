package matching

import (
	"slices"
	"strings"
)

// evidence is what is known of a company besides its name, in the form in which
// it is compared.
type evidence struct {
	phones   []string // digits alone
	domains  []string
	street   string
	postcode string
	city     string
}

func evidenceOf(c Company) evidence {
	e := evidence{
		street:   strings.Join(words(fold(c.Street)), " "),
		postcode: squash(c.Postcode),
		city:     strings.Join(words(fold(c.City)), " "),
	}
	for _, phone := range c.Phones {
		if digits := phoneDigits(phone); digits != "" {
			e.phones = append(e.phones, digits)
		}
	}
	for _, domain := range c.Domains {
		e.domains = appendDomain(e.domains, domain)
	}
	for _, email := range c.Emails {
		if _, domain, ok := strings.Cut(email, "@"); ok {
			e.domains = appendDomain(e.domains, domain)
		}
	}
	slices.Sort(e.domains)
	return e
}

// shared says in words what agrees besides the name.
func (e evidence) shared(other evidence) []string {
	var because []string
	if phone := samePhone(e.phones, other.phones); phone != "" {
		because = append(because, "same phone number "+phone)
	}
	for _, domain := range e.domains {
		if slices.Contains(other.domains, domain) {
			because = append(because, "same domain "+domain)
			break
		}
	}
	if e.street != "" && e.street == other.street && (e.place() && e.postcode == other.postcode || e.postcode == "" && e.city != "" && e.city == other.city) {
		because = append(because, "same address")
	}
	return because
}

// place reports whether the postcode is known.
func (e evidence) place() bool { return e.postcode != "" }

// leastPhone is the fewest digits that make a telephone number.
const leastPhone = 7

// phoneDigits returns the digits of a number without the extension, the trunk
// zero and the international prefix. Empty if it is no telephone number.
func phoneDigits(s string) string {
	s = strings.ToLower(strings.ReplaceAll(s, "(0)", ""))
	for _, extension := range []string{"ext", "x", "#", ";", ","} {
		s, _, _ = strings.Cut(s, extension)
	}
	digits := strings.Map(func(r rune) rune {
		if r >= '0' && r <= '9' {
			return r
		}
		return -1
	}, s)
	if digits = strings.TrimLeft(digits, "0"); len(digits) < leastPhone || len(digits) > 15 {
		return ""
	}
	return digits
}

// samePhone returns a number that both have, with or without the country's
// code.
func samePhone(a, b []string) string {
	for _, x := range a {
		for _, y := range b {
			if strings.HasSuffix(x, y) || strings.HasSuffix(y, x) {
				return max(x, y)
			}
		}
	}
	return ""
}

// appendDomain adds the host of a domain, an address or a web site, unless
// anybody can have an address there.
func appendDomain(domains []string, s string) []string {
	s = strings.ToLower(strings.TrimSpace(s))
	if _, rest, ok := strings.Cut(s, "://"); ok {
		s = rest
	}
	if at := strings.IndexAny(s, "/?#:"); at >= 0 {
		s = s[:at]
	}
	s = strings.TrimPrefix(strings.Trim(s, ".@"), "www.")
	if !strings.Contains(s, ".") || table().freemail[s] || slices.Contains(domains, s) {
		return domains
	}
	return append(domains, s)
}
