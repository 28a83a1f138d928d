package syncro

import (
	"encoding/json"
	"slices"
	"strings"

	"github.com/dovetail-sync/dovetail/connector"
)

// agent is what Syncro's agent reports of a device, in an asset's properties.
// The zero value is an asset without an agent.
type agent struct {
	installed bool

	// Of the properties themselves; which of them are there varies.
	UUID         text
	DeviceName   text
	Serial       text
	Manufacturer text
	Model        text
	OSName       text
	MACs         texts
	LastBoot     instant

	// Of the property kabuto_information.
	General struct {
		Name         text  `json:"name"`
		Manufacturer text  `json:"manufacturer"`
		Model        text  `json:"model"`
		Serial       text  `json:"serial_number"`
		FormFactor   text  `json:"form_factor"`
		MACs         texts `json:"mac"`
		Domain       text  `json:"domain"`
		IP           text  `json:"ip"`
	} `json:"general"`
	OS struct {
		Name         text    `json:"name"`
		Release      text    `json:"windows_release_version"`
		Build        text    `json:"build"`
		Architecture text    `json:"os_architecture"`
		LastBoot     instant `json:"last_boot_time"`
	} `json:"os"`
	Adapters []struct {
		MAC  text `json:"physical_address"`
		IPv4 text `json:"ipv4"`
	} `json:"network_adapters"`
	Primary struct {
		IPv4 text `json:"ipv4"`
	} `json:"primary_adapter"`
	LastSyncedAt instant `json:"last_synced_at"`
	LastUser     text    `json:"last_user"`
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

// agent reads what the agent reported. Parts that have another shape than
// expected count as not reported.
func (p properties) agent() agent {
	var a agent
	_, reported := p[agentReport]
	a.UUID = p.text(agentID)
	a.installed = reported || a.UUID != ""
	if !a.installed {
		// Custom fields of an asset that was made by hand, by their usual names.
		a.Manufacturer = p.named("manufacturer", "make")
		a.Model = p.named("model", "model no.:", "model no.")
		return a
	}
	if reported {
		a.readReport(p[agentReport])
	}
	a.DeviceName = p.text("device_name")
	a.Serial = p.text("serial_number")
	a.Manufacturer = p.text("manufacturer")
	a.Model = p.text("model")
	a.OSName = text(firstOf(p.text("os_name"), p.text("os")))
	for name, into := range map[string]any{"mac": &a.MACs, "last_boot": &a.LastBoot} {
		if raw, ok := p[name]; ok {
			_ = json.Unmarshal(raw, into) // another shape counts as not reported
		}
	}
	return a
}

// readReport decodes each part by itself, so that one with another shape
// doesn't cost the others.
func (a *agent) readReport(raw json.RawMessage) {
	var parts map[string]json.RawMessage
	if json.Unmarshal(raw, &parts) != nil {
		return
	}
	for name, into := range map[string]any{
		"general": &a.General, "os": &a.OS, "network_adapters": &a.Adapters, "primary_adapter": &a.Primary,
		"last_synced_at": &a.LastSyncedAt, "last_user": &a.LastUser,
	} {
		if part, ok := parts[name]; ok {
			_ = json.Unmarshal(part, into) // another shape counts as not reported
		}
	}
}

// owns reports whether the agent writes the property of that name.
func (a agent) owns(property string) bool {
	return a.installed && slices.Contains(agentProperties, property)
}

func (a agent) hostname() text { return text(firstOf(a.General.Name, a.DeviceName)) }

// fields sets the data points that an agent feeds.
func (a agent) fields(f fields) {
	f.text("agent", a.UUID)
	f.text("hostname", a.hostname())
	f.text("manufacturer", a.General.Manufacturer, a.Manufacturer)
	f.text("model", a.General.Model, a.Model)
	f.text("form_factor", a.General.FormFactor)
	f.text("domain", a.General.Domain)
	f.text("os", a.OS.Name, a.OSName)
	f.text("os_version", a.OS.Release)
	f.text("os_build", a.OS.Build)
	f.text("os_architecture", a.OS.Architecture)
	f.texts("macs", a.macs())
	f.texts("ip", a.addresses())
	f.text("wan_ip", a.General.IP)
	f.text("last_user", a.LastUser)
	f.instant("last_synced_at", a.LastSyncedAt)
	f.set("last_boot", connector.Instant(a.lastBoot().Time))
}

func (a agent) lastBoot() instant {
	if a.OS.LastBoot.IsZero() {
		return a.LastBoot
	}
	return a.OS.LastBoot
}

// macs returns all hardware addresses in one notation, each once, in order.
func (a agent) macs() []string {
	var out []string
	add := func(raw string) {
		if mac := normalMAC(raw); mac != "" {
			out = append(out, mac)
		}
	}
	for _, adapter := range a.Adapters {
		add(string(adapter.MAC))
	}
	for _, raw := range slices.Concat(a.General.MACs, a.MACs) {
		add(raw)
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// normalMAC returns a hardware address as aa:bb:cc:dd:ee:ff, whatever stands
// between its bytes. What isn't one is empty, all zeros included.
func normalMAC(raw string) string {
	var digits []byte
	for _, r := range strings.ToLower(raw) {
		switch {
		case r >= '0' && r <= '9' || r >= 'a' && r <= 'f':
			digits = append(digits, byte(r))
		case !strings.ContainsRune("-:. ", r):
			return ""
		}
	}
	if len(digits) != 12 || strings.Trim(string(digits), "0") == "" {
		return ""
	}
	var out strings.Builder
	for i := 0; i < len(digits); i += 2 {
		if i > 0 {
			out.WriteByte(':')
		}
		out.Write(digits[i : i+2])
	}
	return out.String()
}

// addresses returns the local network addresses, that of the primary adapter
// first. Those that an adapter gave itself (169.254.…) say nothing.
func (a agent) addresses() []string {
	var out []string
	add := func(ip text) {
		if s := ip.trim(); s != "" && !strings.HasPrefix(s, "169.254.") && !slices.Contains(out, s) {
			out = append(out, s)
		}
	}
	add(a.Primary.IPv4)
	for _, adapter := range a.Adapters {
		add(adapter.IPv4)
	}
	return out
}
