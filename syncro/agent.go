package syncro

import (
	"encoding/json"
	"slices"
	"strings"
	"time"

	"github.com/dovetail-sync/dovetail/connector"
)

// agent is what Syncro's agent reports of a device. The zero value is an asset
// without an agent.
type agent struct {
	installed bool

	UUID, Hostname, Manufacturer, Model, Serial, FormFactor, Domain text
	OS, Release, Build, Architecture, CPU, LastUser                 text
	WANIP                                                           text

	macs, addresses []string
	memory, disks   []string

	diskGB, freeGB, pendingReboot      connector.Value
	installedAt, lastBoot, lastChecked time.Time
}

// The properties in which an agent reports.
const (
	agentReport = "kabuto_information"
	agentID     = "kabuto_live_uuid"
)

// agentProperties are the properties that an agent writes. On an asset that
// was made by hand the same names are custom fields.
var agentProperties = []string{
	agentReport, agentID, "mac", "device_name", "serial_number", "os", "os_name", "hdd", "ram_gb", "cpu_name",
	"manufacturer", "model", "last_boot",
}

// owns reports whether the agent writes the property of that name. Two have names
// that nobody gives to a custom field.
func (a *agent) owns(property string) bool {
	return property == agentReport || property == agentID || a.installed && slices.Contains(agentProperties, property)
}

// says reports whether there is anything in a report, or in the text that holds
// one: what an agent left behind may be null or empty.
func says(raw []byte) bool {
	in := input{data: raw}
	switch in.peek() {
	case '{':
		return in.isObject() && in.field()
	case '[':
		return in.isList() && in.item()
	case '"':
		held := in.anyText().trim()
		return held != "" && (!json.Valid([]byte(held)) || says([]byte(held)))
	}
	return false
}

// agent reads what the agent reported: among the properties, and where the
// report isn't there, or lacks its general part, in the copy that the asset's
// store has as text. Parts that have another shape than expected count as not
// reported.
func (d *rows) agent(stored []byte) agent {
	var a agent
	report, live := d.raw(agentReport), d.property(agentID)
	if !says(report) && live.trim() == "" && !says(stored) {
		return a
	}
	a.installed = true
	if !a.readReport(report) && stored != nil {
		whole := agent{installed: true}
		if whole.readReport(stored) {
			a = whole
			a.readReport(report)
		}
	}
	a.UUID = live
	a.readProperties(d)
	a.Hostname = text(firstOf(a.Hostname, d.property("device_name")))
	return a
}

// readProperties fills what the report didn't say with the single properties;
// which of them are there varies.
func (a *agent) readProperties(d *rows) {
	or := func(into *text, names ...string) {
		for _, property := range names {
			if into.trim() == "" {
				*into = d.property(property)
			}
		}
	}
	or(&a.Serial, "serial_number")
	or(&a.Manufacturer, "manufacturer")
	or(&a.Model, "model")
	or(&a.OS, "os_name", "os")
	or(&a.CPU, "cpu_name")
	if raw := d.raw("mac"); raw != nil {
		in := input{data: raw}
		a.macs = in.texts(a.macs)
	}
	if raw := d.raw("last_boot"); raw != nil && a.lastBoot.IsZero() {
		in := input{data: raw}
		a.lastBoot = in.instant()
	}
	if ram := d.property("ram_gb").trim(); ram != "" && len(a.memory) == 0 {
		a.memory = []string{ram + " GB"}
	}
	if hdd := d.property("hdd").trim(); hdd != "" && len(a.disks) == 0 {
		a.disks = []string{hdd}
	}
}

// readReport reads a report, or a text that holds one. It says whether there
// was a general part.
func (a *agent) readReport(raw []byte) (general bool) {
	if raw == nil {
		return false
	}
	in := input{data: raw}
	if in.peek() == '"' {
		held := []byte(in.anyText())
		if !json.Valid(held) {
			return false
		}
		in = input{data: held}
	}
	if !in.isObject() {
		return false
	}
	for in.field() {
		switch string(in.name) {
		case "general":
			general = in.peek() == '{' || general
			a.readGeneral(&in)
		case "os":
			a.readOS(&in)
		case "network_adapters":
			a.readAdapters(&in)
		case "primary_adapter":
			a.readAdapter(&in, true)
		case "cpu":
			a.CPU = text(strings.Join(readParts(&in), ", "))
		case "ram":
			a.memory = readParts(&in)
		case "hdd":
			a.disks = readParts(&in)
		case "system_partition":
			a.readPartition(&in)
		case "install_dates":
			a.readDates(&in)
		case "last_synced_at":
			a.lastChecked = in.instant()
		case "last_user":
			a.LastUser = in.anyText()
		default:
			in.skip()
		}
	}
	return general
}

// fields sets the data points that an agent feeds.
func (a *agent) fields(f fields) {
	f.text("agent", a.UUID)
	f.text("hostname", a.Hostname)
	f.text("manufacturer", a.Manufacturer)
	f.text("model", a.Model)
	f.text("form_factor", a.FormFactor)
	f.text("domain", a.Domain)
	f.text("os", a.OS)
	f.text("os_version", a.Release)
	f.text("os_build", a.Build)
	f.text("os_architecture", a.Architecture)
	f.instant("os_installed", a.installedAt)
	f.text("cpu", a.CPU)
	f.texts("memory", a.memory)
	f.texts("disks", a.disks)
	f.set("disk_gb", a.diskGB)
	f.texts("macs", macList(a.macs))
	f.texts("ip", a.addresses)
	f.text("wan_ip", a.WANIP)
	f.set("disk_free_gb", a.freeGB)
	f.set("pending_reboot", a.pendingReboot)
	f.text("last_user", a.LastUser)
	f.instant("last_synced_at", a.lastChecked)
	f.instant("last_boot", a.lastBoot)
}
