package syncro

import (
	"slices"

	"github.com/dovetail-sync/dovetail/connector"
)

// customerRow is what is read of a customer. Its portal key (online_profile_url)
// is passed over. So are the phones and addresses that only a look-up shows:
// with them a record would differ from itself, listed and looked up.
type customerRow struct {
	record                                      connector.Record
	first, last, full, business, display, email text
	people                                      evidence
}

// customer decodes a customer.
func (d *rows) customer() row {
	d.found = d.found[:0]
	if !d.in.isObject() {
		d.in.strange("the record is not an object")
		return row{}
	}
	f := make(fields, usualFields)
	c := d.readCustomer(f)
	f.text("business_name", c.business)
	f.text("firstname", c.first)
	f.text("lastname", c.last)
	f.text("email", c.email)
	f.texts("email_domains", emailDomains(append(c.people.emails, c.email)))
	f.texts("contact_phones", c.people.numbers())
	f.set("person", connector.Bool(c.business.trim() == ""))
	f.text("website", d.named("website", "web site", "homepage", "web"))
	d.custom(f, nil)
	r := c.record
	r.Name = firstOf(c.display, c.business, c.full, c.first+" "+c.last, c.email)
	r.URL = d.web + "/customers/" + string(r.Key)
	r.Fields = connector.Fields(f)
	return row{record: r}
}

// readCustomer reads a customer, and sets the data points that need nothing but
// their own value.
func (d *rows) readCustomer(f fields) customerRow {
	in := &d.in
	var c customerRow
	for in.field() {
		switch string(in.name) {
		case "id":
			c.record.Key = connector.Key(in.id())
		case "firstname":
			c.first = in.text()
		case "lastname":
			c.last = in.text()
		case "fullname":
			c.full = in.text()
		case "business_name":
			c.business = in.text()
		case "business_then_name":
			c.display = in.text()
		case "email":
			c.email = in.text()
		case "phone", "mobile", "address", "address_2", "city", "state", "zip", "notes":
			point := alike[string(in.name)]
			f.text(point, in.text())
		case "location_name":
			f.text("location", in.text())
		case "disabled":
			c.record.Status = connector.StatusActive
			if in.flag() {
				c.record.Status = connector.StatusInactive
			}
		case "tag_list":
			tags := in.texts(nil)
			slices.Sort(tags)
			f.texts("tags", tags)
		case "properties":
			d.properties()
		case "contacts":
			c.people.read(in)
		case "created_at":
			c.record.Created = in.instant()
		case "updated_at":
			c.record.Updated = in.instant()
		default:
			in.skip()
		}
	}
	return c
}

// alike are the fields of Syncro's whose data points are called the same.
var alike = map[string]string{
	"phone": "phone", "mobile": "mobile", "address": "address", "address_2": "address_2",
	"city": "city", "state": "state", "zip": "zip", "notes": "notes",
}
