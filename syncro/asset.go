package syncro

import (
	"cmp"

	"github.com/dovetail-sync/dovetail/connector"
)

// assetRow is what is read of an asset. The customer that it embeds, its remote
// links, its SNMP community and all of its store but the account and the
// agent's report are passed over: they are secrets, or change by themselves.
type assetRow struct {
	record                connector.Record
	serial, folder        text
	contact               id
	site                  text
	account, addressOwner id
	// report is the agent's report in the asset's store.
	report []byte
}

// asset decodes an asset.
func (d *rows) asset() row {
	d.found = d.found[:0]
	if !d.in.isObject() {
		d.in.strange("the record is not an object")
		return row{}
	}
	a := d.readAsset()
	agent := d.agent(a.report)
	room := usualFields
	if agent.installed {
		room = agentFields
	}
	f := make(fields, room)
	agent.fields(f)
	f.text("serial", a.serial, agent.Serial)
	if !agent.installed {
		d.byHand(f)
	}
	f.text("contact", text(a.contact))
	f.text("policy_folder", a.folder)
	f.text("site", a.site)
	d.custom(f, agent.owns)
	r := a.record
	serial, _ := f["serial"].AsText()
	r.Name = firstOf(text(r.Name), agent.Hostname, text(serial))
	r.TypeID = d.types[r.Type]
	r.URL = d.web + "/customer_assets/" + string(r.Key)
	r.Fields = connector.Fields(f)
	return row{record: r, account: string(cmp.Or(a.account, a.addressOwner))}
}

func (d *rows) readAsset() assetRow {
	in := &d.in
	var a assetRow
	for in.field() {
		switch string(in.name) {
		case "id":
			a.record.Key = connector.Key(in.id())
		case "customer_id":
			a.record.Container = connector.Key(in.id())
		case "contact_id":
			a.contact = in.id()
		case "name":
			a.record.Name = in.text().trim()
		case "asset_type":
			a.record.Type = in.text().trim()
		case "asset_serial":
			a.serial = in.text()
		case "policy_folder_id":
			a.folder = text(in.anyID())
		case "properties":
			d.properties()
		case "address":
			a.readAddress(in)
		case "rmm_store":
			a.readStore(in)
		case "archived":
			if in.flag() {
				a.record.Status = connector.StatusArchived
			}
		case "archived_at":
			if !in.instant().IsZero() {
				a.record.Status = connector.StatusArchived
			}
		case "created_at":
			a.record.Created = in.instant()
		case "updated_at":
			a.record.Updated = in.instant()
		default:
			in.skip()
		}
	}
	return a
}

// readAddress reads where the asset is: the address's name, or else its street
// and city.
func (a *assetRow) readAddress(in *input) {
	if !in.isObject() {
		return
	}
	var label, street, city text
	for in.field() {
		switch string(in.name) {
		case "name":
			label = in.anyText()
		case "address1":
			street = in.anyText()
		case "city":
			city = in.anyText()
		case "account_id":
			a.addressOwner = in.anyID()
		default:
			in.skip()
		}
	}
	where := text(street.trim() + ", " + city.trim())
	if street.trim() == "" || city.trim() == "" {
		where = street + city
	}
	a.site = text(firstOf(label, where))
}

func (a *assetRow) readStore(in *input) {
	if !in.isObject() {
		return
	}
	for in.field() {
		switch string(in.name) {
		case "account_id":
			a.account = in.anyID()
		case "general":
			if !in.isObject() {
				continue
			}
			for in.field() {
				info := string(in.name) == "info"
				if raw := in.skip(); info {
					a.report = raw
				}
			}
		default:
			in.skip()
		}
	}
}

// byHand sets, for an asset that was made by hand, what its custom fields say
// under their usual names. They stay custom fields as well.
func (d *rows) byHand(f fields) {
	or := func(point string, names ...string) {
		if _, ok := f[point]; !ok {
			f.text(point, d.named(names...))
		}
	}
	or("serial", "serial number", "serial no.", "serial no", "serial", "service tag", "s/n")
	or("manufacturer", "manufacturer", "make", "brand")
	or("model", "model", "model no.:", "model no.", "model number")
	f.texts("macs", macList([]string{string(d.named("mac", "mac address", "mac addresses", "mac address(es)"))}))
}
