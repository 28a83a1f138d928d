package syncro

import (
	"slices"
	"strings"
)

// The methods below read one part of an agent's report each. A part that isn't
// of the expected shape says nothing.

func (a *agent) readGeneral(in *input) {
	if !in.isObject() {
		return
	}
	for in.field() {
		switch string(in.name) {
		case "name":
			a.Hostname = in.anyText()
		case "manufacturer":
			a.Manufacturer = in.anyText()
		case "model":
			a.Model = in.anyText()
		case "serial_number":
			a.Serial = in.anyText()
		case "form_factor":
			a.FormFactor = in.anyText()
		case "mac":
			a.macs = in.texts(a.macs)
		case "domain":
			a.Domain = in.anyText()
		case "ip":
			a.WANIP = in.anyText()
		default:
			in.skip()
		}
	}
}

func (a *agent) readOS(in *input) {
	if !in.isObject() {
		return
	}
	for in.field() {
		switch string(in.name) {
		case "name":
			a.OS = in.anyText()
		case "windows_release_version":
			a.Release = in.anyText()
		case "build":
			a.Build = in.anyText()
		case "os_architecture":
			a.Architecture = in.anyText()
		case "last_boot_time":
			a.lastBoot = in.instant()
		case "pending_reboot":
			a.pendingReboot = in.optionalFlag()
		default:
			in.skip()
		}
	}
}

func (a *agent) readAdapters(in *input) {
	if !in.isList() {
		return
	}
	for in.item() {
		a.readAdapter(in, false)
	}
}

// readAdapter reads one network adapter. The address of the primary one comes
// first.
func (a *agent) readAdapter(in *input, primary bool) {
	if !in.isObject() {
		return
	}
	for in.field() {
		switch string(in.name) {
		case "physical_address":
			if mac := in.anyText().trim(); mac != "" {
				a.macs = append(a.macs, mac)
			}
		case "ipv4":
			a.address(in.anyText().trim(), primary)
		default:
			in.skip()
		}
	}
}

// address notes a local network address. One that an adapter gave itself
// (169.254.…) says nothing.
func (a *agent) address(ip string, primary bool) {
	if ip == "" || strings.HasPrefix(ip, "169.254.") {
		return
	}
	at := slices.Index(a.addresses, ip)
	switch {
	case at >= 0 && primary:
		a.addresses = slices.Insert(slices.Delete(a.addresses, at, at+1), 0, ip)
	case at < 0 && primary:
		a.addresses = slices.Insert(a.addresses, 0, ip)
	case at < 0:
		a.addresses = append(a.addresses, ip)
	}
}

func (a *agent) readPartition(in *input) {
	if !in.isObject() {
		return
	}
	for in.field() {
		switch string(in.name) {
		case "size_gb":
			a.diskGB = in.whole()
		case "free_gb":
			a.freeGB = in.whole()
		default:
			in.skip()
		}
	}
}

func (a *agent) readDates(in *input) {
	if !in.isObject() {
		return
	}
	for in.field() {
		if string(in.name) == "os_install" {
			a.installedAt = in.instant()
			continue
		}
		in.skip()
	}
}

// readParts reads the parts of a device: its processors, memory modules or
// disks, each by its name and size. A part may also be a text alone.
func readParts(in *input) []string {
	if in.peek() != '[' {
		in.skip()
		return nil
	}
	var out []string
	for in.isList(); in.item(); {
		if in.peek() != '{' {
			if s := in.anyText().trim(); s != "" {
				out = append(out, s)
			}
			continue
		}
		var label, size text
		for in.isObject(); in.field(); {
			switch string(in.name) {
			case "name":
				label = in.anyText()
			case "size":
				size = in.anyText()
			default:
				in.skip()
			}
		}
		if s := strings.TrimSpace(label.trim() + " " + size.trim()); s != "" {
			out = append(out, s)
		}
	}
	return out
}
