package syncro

import "github.com/dovetail-sync/dovetail/connector"

// titleProperty is the property of a contact that holds the job title.
const titleProperty = "title"

// contact decodes a contact. It has no flag that says whether it is in use.
func (d *rows) contact() row {
	in := &d.in
	d.found = d.found[:0]
	var r connector.Record
	var account id
	var called, email text
	f := make(fields, usualFields)
	if !in.isObject() {
		in.strange("the record is not an object")
		return row{}
	}
	for in.field() {
		switch string(in.name) {
		case "id":
			r.Key = connector.Key(in.id())
		case "customer_id":
			r.Container = connector.Key(in.id())
		case "account_id":
			account = in.id()
		case "name":
			called = in.text()
		case "email":
			email = in.text()
		case "extension":
			f.text("extension", in.text())
		case "address1":
			f.text("address", in.text())
		case "address2":
			f.text("address_2", in.text())
		case "processed_phone":
			f.text("processed_phone", in.anyText())
		case "processed_mobile":
			f.text("processed_mobile", in.anyText())
		case "phone", "mobile", "city", "state", "zip", "notes":
			point := alike[string(in.name)]
			f.text(point, in.text())
		case "properties":
			d.properties()
		case "created_at":
			r.Created = in.instant()
		case "updated_at":
			r.Updated = in.instant()
		default:
			in.skip()
		}
	}
	f.text("email", email)
	f.text("title", d.property(titleProperty))
	d.custom(f, func(key string) bool { return key == titleProperty })
	r.Name = firstOf(called, email)
	// No page of a contact is known, so it leads to its customer's.
	if r.Container != "" {
		r.URL = d.web + "/customers/" + string(r.Container)
	}
	r.Fields = connector.Fields(f)
	return row{record: r, account: string(account)}
}
