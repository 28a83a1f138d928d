package dovetail

import (
	"slices"
	"strings"
	"unicode"

	"github.com/dovetail-sync/dovetail/connector"
)

// setupGroup is a group of records that a setup gives a layout of its own, if
// the account has any.
type setupGroup struct {
	// name is what the layout is called.
	name string
	// aliases are other names by which a layout here is taken for it.
	aliases []string
	// words tell by its name that a type belongs to it: one of them is among the
	// name's words.
	words []string
	// os is a part of the operating system's name by which a device belongs to
	// it, whatever its type.
	os string
	// means are the meanings of its fields, in their order.
	means []connector.Meaning
}

// deviceGroups are asked in their order: a network printer is a printer.
var deviceGroups = [...]setupGroup{
	{
		name: "Mobile devices", aliases: []string{"Mobiles", "Smartphones", "Phones and tablets", "Mobile Device"},
		words: []string{"mobile", "smartphone", "smartphones", "cellphone", "handy", "tablet", "tablets", "ipad", "ipads", "iphone", "iphones", "android"},
		means: []connector.Meaning{connector.MeansSerial, connector.MeansManufacturer, connector.MeansModel, connector.MeansOS, connector.MeansMAC, connector.MeansSite},
	},
	{
		name: "Phones", aliases: []string{"Telephones", "VoIP", "VoIP phones", "Telephony", "Voice"},
		words: []string{"phone", "phones", "telephone", "telephones", "telefon", "voip", "sip", "pbx", "handset", "handsets"},
		means: []connector.Meaning{connector.MeansSerial, connector.MeansManufacturer, connector.MeansModel, connector.MeansMAC, connector.MeansIP, connector.MeansSite},
	},
	{
		name: "Printers", aliases: []string{"Printer", "Printing", "Print devices", "Printers and copiers"},
		words: []string{"printer", "printers", "copier", "copiers", "mfp", "mfps", "mfc", "scanner", "scanners", "plotter", "plotters", "drucker", "kopierer", "imprimante", "impresora"},
		means: []connector.Meaning{connector.MeansSerial, connector.MeansManufacturer, connector.MeansModel, connector.MeansMAC, connector.MeansIP, connector.MeansSite},
	},
	{
		name: "Network devices", aliases: []string{"Network", "Networking", "Network Device", "Network equipment"},
		words: []string{"router", "routers", "switch", "switches", "firewall", "firewalls", "modem", "modems", "gateway", "gateways", "wap", "waps", "wifi", "wireless", "wlan", "network", "networking", "netzwerk"},
		means: []connector.Meaning{connector.MeansSerial, connector.MeansManufacturer, connector.MeansModel, connector.MeansMAC, connector.MeansIP, connector.MeansSite},
	},
	{
		name: "Servers", aliases: []string{"Server"},
		words: []string{"server", "servers", "hypervisor", "hypervisors", "esxi", "nas", "san"},
		os:    "server",
		means: []connector.Meaning{connector.MeansSerial, connector.MeansManufacturer, connector.MeansModel, connector.MeansOS, connector.MeansMAC, connector.MeansIP, connector.MeansSite},
	},
}

// baseGroups are where the records of a kind go that no rule places, by role.
var baseGroups = map[connector.Role]setupGroup{
	connector.RoleDevice: {
		name: "Devices", aliases: []string{"Device", "Computers", "Computer", "Computer assets", "Workstations", "Configurations", "Hardware", "Endpoints"},
		means: []connector.Meaning{connector.MeansSerial, connector.MeansManufacturer, connector.MeansModel, connector.MeansMAC, connector.MeansOS, connector.MeansSite},
	},
	connector.RolePerson: {
		name: "People", aliases: []string{"Contacts", "Staff", "Users", "End users", "Employees", "Persons", "Personnel"},
		means: []connector.Meaning{connector.MeansEmail, connector.MeansPhone, connector.MeansMobile, connector.MeansJobTitle, connector.MeansSite},
	},
	connector.RoleOther: {
		means: []connector.Meaning{
			connector.MeansStatus, connector.MeansSerial, connector.MeansManufacturer, connector.MeansModel, connector.MeansSite,
			connector.MeansStreet, connector.MeansStreet2, connector.MeansCity, connector.MeansState, connector.MeansPostcode, connector.MeansCountry,
			connector.MeansPhone, connector.MeansEmail, connector.MeansWebsite,
		},
	},
}

// deviceGroupOf returns the place among deviceGroups of a type of that name, or -1.
func deviceGroupOf(typeName string) int {
	words := strings.FieldsFunc(strings.ToLower(typeName), func(r rune) bool { return !unicode.IsLetter(r) })
	if strings.Contains(strings.Join(words, " "), "access point") {
		words = append(words, "wap")
	}
	return slices.IndexFunc(deviceGroups[:], func(g setupGroup) bool {
		return slices.ContainsFunc(g.words, func(word string) bool { return slices.Contains(words, word) })
	})
}

// called reports whether a layout's name is that of the group.
func (g setupGroup) called(name string) bool {
	return slices.ContainsFunc(append([]string{g.name}, g.aliases...), func(own string) bool { return sameType(own, name) })
}
