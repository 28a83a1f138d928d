package syncro

import (
	"slices"
	"strings"
)

// evidence is what a customer's record shows of its contacts: by their
// addresses and numbers a company is recognised.
type evidence struct {
	emails, phones []text
}

// read reads the contacts of a customer. A shape that isn't known shows none.
func (e *evidence) read(in *input) {
	*e = evidence{}
	if !in.isList() {
		return
	}
	for in.item() {
		if !in.isObject() {
			continue
		}
		for in.field() {
			switch string(in.name) {
			case "email":
				e.emails = append(e.emails, in.anyText())
			case "phone", "mobile", "processed_phone", "processed_mobile":
				e.phones = append(e.phones, in.anyText())
			default:
				in.skip()
			}
		}
	}
}

// maxPhones bounds how many numbers of its people a company's record keeps.
const maxPhones = 100

// numbers returns the telephone numbers, each once whatever its notation, in
// order.
func (e *evidence) numbers() []string {
	if len(e.phones) == 0 {
		return nil
	}
	slices.Sort(e.phones)
	var out []string
	seen := make(map[string]bool, len(e.phones))
	for _, phone := range e.phones {
		key := phoneDigits(string(phone))
		if key == "" || seen[key] || len(out) == maxPhones {
			continue
		}
		seen[key] = true
		out = append(out, phone.trim())
	}
	return out
}

// minPhoneDigits is how many digits make a telephone number. Fewer are an
// extension, which says nothing outside its company.
const minPhoneDigits = 6

// phoneDigits returns the digits of a telephone number without its extension
// ("x330", "ext. 330"), or nothing where there are too few.
func phoneDigits(phone string) string {
	if at := strings.IndexFunc(phone, func(r rune) bool { return r == 'x' || r == 'X' || r == ',' || r == ';' || r == '#' }); at > 0 {
		phone = phone[:at]
	}
	digits := strings.Map(func(r rune) rune {
		if r >= '0' && r <= '9' {
			return r
		}
		return -1
	}, phone)
	if len(digits) < minPhoneDigits {
		return ""
	}
	return digits
}

// emailDomains returns the domains of addresses, each once, in order.
func emailDomains(addresses []text) []string {
	var out []string
	for _, address := range addresses {
		local, domain, ok := strings.Cut(address.trim(), "@")
		domain = strings.ToLower(domain)
		if ok && local != "" && strings.Contains(domain, ".") && !strings.ContainsAny(domain, " @,;<>") {
			out = append(out, domain)
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}
