package syncrotest

// model is one kind of computer that agents run on.
type model struct {
	manufacturer, name, formFactor string
	// serial is the pattern of its serial numbers: # is a digit, @ a letter
	// or a digit, the rest stands for itself.
	serial string
	server bool
}

func models() []model {
	return []model{
		{"Dell Inc.", "OptiPlex 7090", "Desktop", "@@@@@@@", false},
		{"Dell Inc.", "Latitude 5440", "Laptop", "@@@@@@@", false},
		{"Dell Inc.", "XPS 15 9520", "Notebook", "@@@@@@@", false},
		{"HP", "HP EliteDesk 800 G6", "Mini PC", "8CG#####@@", false},
		{"HP", "HP ProBook 450 G9", "Laptop", "5CD#####@@", false},
		{"Hewlett-Packard", "HP Compaq Pro 6300", "Desktop", "MXL#####@@", false},
		{"LENOVO", "20XW00ABUS", "Notebook", "PF@@@@@@", false},
		{"LENOVO", "11JJ0012US", "Desktop", "MJ@@@@@@", false},
		{"Microsoft Corporation", "Surface Pro 9", "Tablet", "0##########2", false},
		{"Apple Inc.", "MacBookPro18,3", "Laptop", "C02@@@@@@@@@", false},
		{"ASUSTeK COMPUTER INC.", "PRIME B560M-A", "Desktop", "M#########@@@@", false},
		{"Dell Inc.", "PowerEdge R650", "Rack Mount Chassis", "@@@@@@@", true},
		{"HPE", "ProLiant ML350 Gen10", "Tower", "MXQ#####@@", true},
		{"VMware, Inc.", "VMware Virtual Platform", "Other", "VMware-56 4d ## @@ ## @@ ## @@-## @@ ## @@ ## @@ ## ##", true},
		{"Microsoft Corporation", "Virtual Machine", "Desktop", "####-####-####-####-####-####-##", true},
	}
}

// junkSerials are what firmware says when nobody typed a serial number.
func junkSerials() []string {
	return []string{
		"To Be Filled By O.E.M.", "System Serial Number", "0123456789", "Default string", "None", "00000000", "Not Specified",
	}
}

func operatingSystems() []OS {
	return []OS{
		{Name: "Microsoft Windows 11 Pro", Release: "23H2", Build: "22631", Architecture: "64-bit"},
		{Name: "Microsoft Windows 11 Pro", Release: "24H2", Build: "26100", Architecture: "64-bit"},
		{Name: "Microsoft Windows 10 Pro", Release: "22H2", Build: "19045", Architecture: "64-bit"},
		{Name: "Microsoft Windows 10 Home", Release: "21H2", Build: "19044", Architecture: "64-bit"},
	}
}

func serverSystems() []OS {
	return []OS{
		{Name: "Microsoft Windows Server 2019 Standard", Release: "1809", Build: "17763", Architecture: "64-bit"},
		{Name: "Microsoft Windows Server 2022 Standard", Release: "21H2", Build: "20348", Architecture: "64-bit"},
	}
}

func processors() []string {
	return []string{
		"Intel(R) Core(TM) i5-1135G7 CPU @ 2.40GHz", "Intel(R) Core(TM) i7-10700 CPU @ 2.90GHz", "12th Gen Intel(R) Core(TM) i5-1235U",
		"AMD Ryzen 5 PRO 4650G with Radeon Graphics", "Intel(R) Xeon(R) Silver 4310 CPU @ 2.10GHz",
	}
}

// handMade is an asset type that people type in themselves.
type handMade struct {
	kind   string
	prefix string
	serial string
	makes  []string
	// share is its part of all hand-made assets, in percent.
	share int
}

func handMadeTypes() []handMade {
	return []handMade{
		{"Printer", "Printer", "VNB@#######", []string{"HP LaserJet M404dn", "Brother MFC-L6900DW", "Ricoh IM C3000"}, 30},
		{"Phone", "Ext", "64167F######", []string{"Poly VVX 250", "Yealink T46U", "Grandstream GXP2170"}, 30},
		{"Switch", "Switch", "FCW####@@@@", []string{"Ubiquiti USW-24-PoE", "Cisco CBS350-24P", "Netgear GS324TP"}, 18},
		{"Firewall", "Firewall", "FGT60F######", []string{"Fortinet FortiGate 60F", "SonicWall TZ370", "WatchGuard T45"}, 12},
		{"UPS", "UPS", "AS##########", []string{"APC SMT1500RM2U", "CyberPower OR1500", "Eaton 5P1500"}, 10},
	}
}
