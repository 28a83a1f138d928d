package syncrotest

// The generator's vocabulary. Every name is made up; mail domains lie below
// names that are reserved for examples.

func firstNames() []string {
	return []string{
		"Adele", "Amir", "Anneke", "Arturo", "Beatrix", "Bram", "Calliope", "Cedric", "Chidi", "Clara", "Dario", "Delphine",
		"Dmitri", "Edwina", "Elio", "Esme", "Farah", "Felix", "Freya", "Gideon", "Greta", "Hassan", "Helga", "Hugo",
		"Ingrid", "Isolde", "Jarek", "Jemima", "Joaquin", "Kiran", "Klara", "Lachlan", "Leonie", "Linus", "Lucinda", "Magnus",
		"Maren", "Mateo", "Mireille", "Nadia", "Niall", "Noor", "Odette", "Oskar", "Paloma", "Percy", "Petra", "Quentin",
		"Rafael", "Ramona", "Rosalind", "Rufus", "Saoirse", "Selma", "Soren", "Tamsin", "Thaddeus", "Tilda", "Ulrich", "Uma",
		"Valentin", "Vera", "Wendell", "Winifred", "Xavier", "Yara", "Yusuf", "Zelda", "Zoltan", "José", "Chloé", "Jürgen",
	}
}

func lastNames() []string {
	return []string{
		"Abernathy", "Aldercott", "Ashgrove", "Barrowby", "Bellwood", "Birchall", "Blackwood", "Brackenridge", "Brightwell",
		"Calloway", "Carraway", "Castellan", "Coldbrook", "Copperfield", "Cranmore", "Darrow", "Devereux", "Dunmore", "Eastlake",
		"Ellingham", "Fairbourne", "Farthing", "Fennimore", "Foxworth", "Garroway", "Glasscock", "Greymont", "Hallowell",
		"Hartigan", "Hawksmoor", "Hollister", "Ironside", "Jessamine", "Kestrel", "Kingsolver", "Langdale", "Larkspur",
		"Lockhart", "Longacre", "Marchbanks", "Merriweather", "Mossop", "Netherby", "Norwood", "Oakeshott", "Overstreet",
		"Pemberton", "Penhallow", "Quillfeather", "Ravensworth", "Redfern", "Rookwood", "Sandringham", "Silverlock", "Stonebridge",
		"Sweetwater", "Thistlewood", "Thornbury", "Underhill", "Vandermeer", "Wetherby", "Whitlock", "Winterbourne", "Woolsey",
		"Yarborough", "O'Mallory", "de la Cruz", "Van der Berg", "Nuñez", "Göransson",
	}
}

func businessWords() []string {
	return []string{
		"Harbor", "Pine", "Summit", "Bluebird", "Copper", "Granite", "Willow", "Lantern", "Northwind", "Silver", "Cedar",
		"Anchor", "Prairie", "Juniper", "Cobalt", "Meadow", "Falcon", "Amber", "Driftwood", "Orchard", "Keystone", "Maple",
		"Beacon", "Canyon", "Heron", "Saddle", "Tidewater", "Foxglove", "Ember", "Hilltop", "Mariner", "Pebble", "Redwood",
		"Sagebrush", "Thistle", "Union", "Vista", "Westgate", "Yellowstone", "Zephyr", "Acme", "Birch", "Clover", "Dogwood",
		"Evergreen", "Flint", "Gateway", "Hazel", "Iron Gate", "Kingfisher", "Lakeside", "Moonrise", "Nutmeg", "Otter Creek",
		"Paragon", "Quarry", "Riverbend", "Sunflower", "Timber", "Uptown", "Valley", "Windmill", "Old Mill", "Two Rivers",
		"Three Oaks", "Cornerstone", "Blue Heron", "Red Barn", "Stone Arch", "High Plains",
	}
}

func trades() []string {
	return []string{
		"Dental", "Plumbing", "Law Group", "Architects", "Veterinary Clinic", "Roofing", "Insurance", "Realty", "Electric",
		"Landscaping", "Accounting", "Pediatrics", "Machine Works", "Bakery", "Logistics", "Chiropractic", "Orthodontics",
		"Auto Body", "Builders", "Title Company", "Wealth Management", "Family Practice", "Brewing", "Printing", "Academy",
		"Credit Union", "Property Management", "Flooring", "Cabinetry", "Optical", "Pharmacy", "Engineering", "Surveying",
		"Funeral Home", "Golf Club", "Senior Living", "Staffing", "Towing", "Packaging", "Farm Supply", "Marine", "Foods",
		"Heating & Air", "Physical Therapy", "Church", "Montessori School", "Water District", "Trucking", "Fabrication",
		"Interiors", "Tax Service", "Dermatology", "Imaging Center", "Tool & Die", "Garden Center", "Moving & Storage",
		"Security", "Consulting", "Vineyards", "Outfitters",
	}
}

// foreignCompany is a company name outside ASCII with a word for its domain.
type foreignCompany struct{ name, word string }

func foreignCompanies() []foreignCompany {
	return []foreignCompany{
		{"Müller & Söhne GmbH", "mueller-soehne"},
		{"Café Olé S.L.", "cafe-ole"},
		{"日本橋設計事務所", "nihonbashi-sekkei"},
		{"Ångström Måleri AB", "angstrom-maleri"},
		{"Société Générique d'Études SARL", "sge-etudes"},
		{"Žižka Stavby s.r.o.", "zizka-stavby"},
		{"Construções São Brás Lda.", "sao-bras"},
		{"Øresund Bådværft A/S", "oresund-baad"},
		{"Ελαιώνας Α.Ε.", "elaionas"},
		{"Łódzka Piekarnia Sp. z o.o.", "lodzka-piekarnia"},
		{"Bäckerei Weiß OHG", "baeckerei-weiss"},
		{"Peña Hermanos, S.A. de C.V.", "pena-hermanos"},
		{"한빛 물류", "hanbit"},
		{"Çınar Yapı A.Ş.", "cinar-yapi"},
	}
}

func legalForms() []string {
	return []string{
		"", "", "", "", "", ", Inc.", " Inc", " Inc.", ", INC", ", LLC", " LLC", " L.L.C.", " llc", " Ltd", " Ltd.", " Co.",
		", P.C.", " PC", " PLLC", " Corp", " Corporation", ", Incorporated", " LLP", ", L.P.",
	}
}

// place is a town with its state and the start of its postal codes.
type place struct{ city, state, zip string }

func places() []place {
	return []place{
		{"Alder Falls", "OR", "970"},
		{"Bayhaven", "ME", "040"},
		{"Cinder Creek", "CO", "804"},
		{"Dunwich Port", "MA", "019"},
		{"Elk Hollow", "MT", "597"},
		{"Fairwater", "WI", "539"},
		{"Glen Tarn", "NY", "128"},
		{"Harrow Point", "WA", "982"},
		{"Ivory Springs", "TX", "786"},
		{"Juniper Flat", "AZ", "863"},
		{"Kettle River", "MN", "557"},
		{"Larch Grove", "ID", "838"},
		{"Millbrook Heights", "OH", "441"},
		{"New Albion", "CA", "949"},
		{"Otter Landing", "MI", "497"},
		{"Pine Hollow", "NC", "287"},
		{"Quarry Hill", "VT", "056"},
		{"Rust Harbor", "PA", "165"},
		{"Saltmarsh", "GA", "314"},
		{"Tamarack", "NH", "035"},
	}
}

func streets() []string {
	return []string{
		"Main St", "Main Street", "Commerce Pkwy", "Industrial Blvd", "Harbor Rd", "N 4th Ave", "Old Mill Ln", "Elm St.",
		"Orchard Way", "Station Road", "County Road 9", "Lakeview Dr", "Market Sq", "Foundry St", "Prospect Ave", "Route 12",
	}
}

func jobTitles() []string {
	return []string{
		"Owner", "Office Manager", "CEO", "CFO", "Receptionist", "Bookkeeper", "Controller", "Operations Manager", "Partner",
		"Paralegal", "Dental Hygienist", "Project Manager", "Warehouse Lead", "Sales", "Estimator", "IT Liaison", "HR Manager",
		"Administrative Assistant", "Foreman", "Principal", "VP Sales", "Nurse Practitioner",
	}
}

// roleMailbox is a contact that is nobody in particular.
type roleMailbox struct{ name, box string }

func roleMailboxes() []roleMailbox {
	return []roleMailbox{
		{"Scan to Mail", "scan"},
		{"Front Desk", "info"},
		{"Accounts Payable", "ap"},
		{"Copier", "copier"},
		{"Conference Room", "conference"},
		{"Voicemail", "voicemail"},
		{"Billing", "billing"},
		{"No Reply", "noreply"},
	}
}
