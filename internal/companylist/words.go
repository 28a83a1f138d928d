package companylist

// The words that names and addresses are made of. All of them are invented or
// everyday words: a company of such a name is a coincidence.
var (
	surnames = [...]string{
		"Abbot", "Alder", "Ashdown", "Barlow", "Beck", "Bexley", "Birch", "Blake", "Brandt", "Brook", "Calder", "Carver", "Castell", "Cole",
		"Corbin", "Crane", "Dacre", "Dale", "Denholm", "Draper", "Easton", "Elder", "Fairfax", "Falk", "Farrow", "Fenner", "Finch", "Fischer",
		"Forrester", "Garner", "Gilroy", "Glover", "Grieve", "Hadley", "Halden", "Harker", "Hartmann", "Hawke", "Heron", "Holt", "Irving",
		"Jansen", "Keller", "Kendrick", "Kirkby", "Lachlan", "Larsen", "Lindqvist", "Lockwood", "Lorimer", "Mallory", "Marchetti", "Marlow",
		"Mercer", "Merrick", "Moreau", "Nairn", "Norcross", "Novak", "Oakley", "Okafor", "Olsen", "Pascoe", "Pemberton", "Penrose", "Quayle",
		"Radcliffe", "Ravel", "Redfern", "Renshaw", "Ridley", "Rourke", "Salter", "Santoro", "Schreiber", "Selby", "Sorensen", "Stanhope",
		"Tanner", "Thorne", "Tillman", "Underhill", "Vance", "Varga", "Voss", "Wainwright", "Walden", "Weber", "Whitlock", "Winslow", "Yates", "Zeller",
	}
	heads = [...]string{
		"Aero", "Alto", "Amber", "Apex", "Arc", "Argo", "Astra", "Atlas", "Aurora", "Axio", "Beacon", "Bright", "Cobalt", "Copper", "Crest",
		"Cyan", "Delta", "Drift", "Echo", "Ember", "Evergreen", "Falcon", "Flint", "Forge", "Fusion", "Gale", "Granite", "Harbor", "Helio", "Indigo",
		"Ion", "Iron", "Juniper", "Kestrel", "Lumen", "Luna", "Magna", "Maple", "Meridian", "Mono", "Nimbus", "Nova", "Oak", "Omni", "Onyx", "Orbit",
		"Osprey", "Pine", "Pixel", "Polar", "Prism", "Quantum", "Quill", "Raven", "Ridge", "Sable", "Sierra", "Silver", "Solar", "Spectra", "Summit",
		"Swift", "Terra", "Titan", "Tri", "Umbra", "Vanta", "Vector", "Velo", "Verde", "Vertex", "Vista", "Willow", "Zenith", "Zephyr",
	}
	tails = [...]string{
		"ax", "base", "bridge", "co", "core", "craft", "dyne", "ex", "field", "flow", "form", "gen", "grid", "ica", "ion", "ix", "lab", "line",
		"link", "logic", "mark", "med", "nex", "on", "path", "point", "port", "sys", "tec", "tron", "via", "wave", "works", "zone",
	}
	trades = [...]string{
		"Accounting", "Architects", "Automotive", "Bakery", "Builders", "Catering", "Cleaning", "Construction", "Consulting", "Dental", "Design",
		"Distribution", "Electrical", "Engineering", "Estates", "Farms", "Finance", "Fitness", "Foods", "Freight", "Furniture", "Healthcare",
		"Heating", "Hotels", "Insurance", "Interiors", "Landscaping", "Law", "Logistics", "Manufacturing", "Marketing", "Media", "Medical",
		"Motors", "Packaging", "Partners", "Pharma", "Plumbing", "Printing", "Properties", "Recruitment", "Retail", "Roofing", "Security",
		"Services", "Software", "Solutions", "Systems", "Technologies", "Training", "Transport", "Travel", "Veterinary", "Wholesale",
	}
	chains  = [...]string{"Corner Cup Coffee", "Pronto Pizza", "Daily Deli", "Green Leaf Pharmacy", "Easy Stay Inn", "Quick Lube", "Happy Kids Nursery", "City Gym"}
	forms   = [...]string{"Ltd", "Limited", "Inc", "LLC", "PLC", "Inc.", "Ltd.", "Corp", "GmbH", "Pty Ltd"}
	streets = [...]string{
		"High", "Church", "Mill", "Station", "Park", "Victoria", "Green", "Manor", "Kings", "Queens", "New", "Grange", "Albert", "School", "North",
		"London", "Springfield", "George", "Highfield", "York", "Windsor", "Alexandra", "Main", "Oak", "Cedar", "Elm", "Lake", "Washington", "Maple",
		"Union", "Market", "River", "Canal", "Bridge", "Chestnut", "Walnut", "Garden", "Hill", "Dock", "Foundry",
	}
	kinds  = [...]string{"Street", "Road", "Avenue", "Lane", "Drive", "Way", "Close", "Square"}
	cities = [...]string{
		"Ashford", "Barrow", "Brigham", "Clayton", "Dunmore", "Eastvale", "Fairview", "Glenwood", "Hartford", "Kingsley", "Lakeside", "Marston",
		"Newbury", "Oakdale", "Preston", "Riverton", "Salem", "Thornton", "Westbrook", "Woodside",
	}
)
