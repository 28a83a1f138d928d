package syncro

import "github.com/dovetail-sync/dovetail/connector"

func point(name, title string, means connector.Meaning) connector.DataPoint {
	return connector.DataPoint{Name: name, Title: title, Type: connector.KindText, Means: means}
}

// addressPoints are common to customers and contacts.
func addressPoints() []connector.DataPoint {
	return []connector.DataPoint{
		point("address", "Address", connector.MeansStreet),
		point("address_2", "Address, second line", connector.MeansStreet2),
		point("city", "City", connector.MeansCity),
		point("state", "State", connector.MeansState),
		point("zip", "Postal code", connector.MeansPostcode),
		point("notes", "Notes", connector.MeansNotes),
	}
}

func customerPoints() []connector.DataPoint {
	return append([]connector.DataPoint{
		point("business_name", "Business name", connector.MeansName),
		point("firstname", "First name", ""),
		point("lastname", "Last name", ""),
		point("email", "E-mail", connector.MeansEmail),
		{
			Name: "email_domains", Title: "E-mail domains", Type: connector.KindText, List: true,
			Means: connector.MeansEmailDomain,
		},
		point("phone", "Phone", connector.MeansPhone),
		point("mobile", "Mobile", connector.MeansMobile),
		{
			// Of people, so that none is ever written as the company's own number.
			Name: "contact_phones", Title: "Contacts' phones", Type: connector.KindText, List: true,
			Means: connector.MeansMobile,
		},
		point("website", "Website", connector.MeansWebsite),
		point("location", "Location", ""),
		{Name: "tags", Title: "Tags", Type: connector.KindText, List: true},
		{Name: "person", Title: "Is a person", Type: connector.KindBool, Means: connector.MeansIsPerson},
	}, addressPoints()...)
}

func contactPoints() []connector.DataPoint {
	return append([]connector.DataPoint{
		point("email", "E-mail", connector.MeansEmail),
		point("phone", "Phone", connector.MeansPhone),
		point("mobile", "Mobile", connector.MeansMobile),
		point("processed_phone", "Phone, digits only", connector.MeansPhone),
		point("processed_mobile", "Mobile, digits only", connector.MeansMobile),
		point("extension", "Extension", ""),
		point("title", "Job title", connector.MeansJobTitle),
	}, addressPoints()...)
}

func assetPoints() []connector.DataPoint {
	return []connector.DataPoint{
		point("serial", "Serial number", connector.MeansSerial),
		{Name: "macs", Title: "MAC addresses", Type: connector.KindText, List: true, Means: connector.MeansMAC},
		point("hostname", "Host name", connector.MeansHostname),
		point("manufacturer", "Manufacturer", connector.MeansManufacturer),
		point("model", "Model", connector.MeansModel),
		point("form_factor", "Form factor", ""),
		point("os", "Operating system", connector.MeansOS),
		point("os_version", "Operating system release", ""),
		point("os_build", "Operating system build", ""),
		point("os_architecture", "Architecture", ""),
		{Name: "os_installed", Title: "Operating system installed", Type: connector.KindInstant},
		point("cpu", "Processor", ""),
		{Name: "memory", Title: "Memory", Type: connector.KindText, List: true},
		{Name: "disks", Title: "Disks", Type: connector.KindText, List: true},
		{Name: "disk_gb", Title: "System disk, GB", Type: connector.KindInteger},
		point("domain", "Directory domain", ""),
		point("site", "Site", connector.MeansSite),
		point("contact", "Contact", connector.MeansOwnerContact),
		point("agent", "Agent ID", ""),
		point("policy_folder", "Policy folder ID", ""),
		{Name: "ip", Title: "IP addresses", Type: connector.KindText, List: true, Means: connector.MeansIP, Volatile: true},
		{Name: "wan_ip", Title: "Public IP address", Type: connector.KindText, Volatile: true},
		{Name: "disk_free_gb", Title: "Free on the system disk, GB", Type: connector.KindInteger, Volatile: true},
		{Name: "pending_reboot", Title: "Restart pending", Type: connector.KindBool, Volatile: true},
		{Name: "last_user", Title: "Last user", Type: connector.KindText, Means: connector.MeansLastUser, Volatile: true},
		{Name: "last_synced_at", Title: "Last check-in", Type: connector.KindInstant, Means: connector.MeansLastSeen, Volatile: true},
		{Name: "last_boot", Title: "Last start", Type: connector.KindInstant, Volatile: true},
	}
}
