package syncro

import (
	"slices"
	"strings"

	"github.com/dovetail-sync/dovetail/connector"
)

// customer decodes a customer. Its portal key (online_profile_url) is passed
// over. So are the phones and addresses that only a look-up shows: with them a
// record would differ from itself, listed and looked up.
func (d *rows) customer() row {
	in := &d.in
	d.found = d.found[:0]
	var r connector.Record
	var first, last, full, business, display, email text
	var people evidence
	f := make(fields, usualFields)
	if !in.isObject() {
		in.strange("the record is not an object")
		return row{}
	}
	for in.field() {
		switch string(in.name) {
		case "id":
			r.Key = connector.Key(in.id())
		case "firstname":
			first = in.text()
		case "lastname":
			last = in.text()
		case "fullname":
			full = in.text()
		case "business_name":
			business = in.text()
		case "business_then_name":
			display = in.text()
		case "email":
			email = in.text()
		case "phone", "mobile", "address", "address_2", "city", "state", "zip", "notes":
			f.text(alike[string(in.name)], in.text())
		case "location_name":
			f.text("location", in.text())
		case "disabled":
			r.Status = connector.StatusActive
			if in.flag() {
				r.Status = connector.StatusInactive
			}
		case "tag_list":
			tags := in.texts(nil)
			slices.Sort(tags)
			f.texts("tags", tags)
		case "properties":
			d.properties()
		case "contacts":
			people.read(in)
		case "created_at":
			r.Created = in.instant()
		case "updated_at":
			r.Updated = in.instant()
		default:
			in.skip()
		}
	}
	f.text("business_name", business)
	f.text("firstname", first)
	f.text("lastname", last)
	f.text("email", email)
	f.texts("email_domains", emailDomains(append(people.emails, email)))
	f.texts("contact_phones", people.numbers())
	f.set("person", connector.Bool(business.trim() == ""))
	f.text("website", d.named("website", "web site", "homepage", "web"))
	d.custom(f, nil)
	r.Name = firstOf(display, business, full, first+" "+last, email)
	r.URL = d.web + "/customers/" + string(r.Key)
	r.Fields = connector.Fields(f)
	return row{record: r}
}

// alike are the fields of Syncro's whose data points are called the same.
var alike = map[string]string{
	"phone": "phone", "mobile": "mobile", "address": "address", "address_2": "address_2",
	"city": "city", "state": "state", "zip": "zip", "notes": "notes",
}

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

// phoneDigits returns the digits of a telephone number without its extension,
// or nothing where there are too few.
func phoneDigits(phone string) string {
	if at := strings.IndexFunc(phone, func(r rune) bool { return r == 'x' || r == 'X' || r == ',' || r == ';' || r == '#' }); at > 0 {
		phone = phone[:at]
	}
	if at := strings.Index(strings.ToLower(phone), "ext"); at > 0 {
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
