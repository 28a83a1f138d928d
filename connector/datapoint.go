package connector

// DataPoint declares one value that the records of a kind can carry.
type DataPoint struct {
	// Name is the key in Record.Fields, as in "serial".
	Name string
	// Title is what people call it.
	Title string
	// Type is the kind of its values. A list is declared by the kind of its
	// items together with List.
	Type ValueKind
	// List says that it carries a list of Type.
	List bool
	// Means says what it is to the engine. Empty: nothing in particular.
	Means Meaning
	// Volatile marks what changes by itself, such as a last check-in: it isn't
	// a change of the record unless a layout field is connected to it.
	Volatile bool
	// Secret marks a credential: it may feed only a confidential field.
	Secret bool
}

// Meaning is what a data point, or a field of an asset layout, stands for. By
// it the engine knows, without knowing the connector or the platform, which
// value is the serial, and which fields a new layout should have.
type Meaning string

// The meanings. The list is closed: the engine acts on each.
const (
	MeansName         Meaning = "name"          // what people know it by
	MeansAlias        Meaning = "alias"         // another name: trading as, formerly
	MeansSerial       Meaning = "serial"        // serial number
	MeansMAC          Meaning = "mac"           // hardware address of a network adapter
	MeansHostname     Meaning = "hostname"      // name in the network
	MeansModel        Meaning = "model"         // product name
	MeansManufacturer Meaning = "manufacturer"  // who made it
	MeansOS           Meaning = "os"            // operating system
	MeansIP           Meaning = "ip"            // network address
	MeansEmail        Meaning = "email"         // e-mail address
	MeansEmailDomain  Meaning = "email-domain"  // domain of a company's people's addresses
	MeansPhone        Meaning = "phone"         // telephone number
	MeansMobile       Meaning = "mobile"        // mobile telephone number
	MeansWebsite      Meaning = "website"       // address of a web site
	MeansDomain       Meaning = "domain"        // registered internet domain
	MeansStreet       Meaning = "street"        // first line of an address
	MeansStreet2      Meaning = "street-2"      // second line of an address
	MeansCity         Meaning = "city"          // city of an address
	MeansState        Meaning = "state"         // state or province of an address
	MeansPostcode     Meaning = "postcode"      // postal code of an address
	MeansCountry      Meaning = "country"       // country of an address
	MeansSite         Meaning = "site"          // the place within the company
	MeansOwnerContact Meaning = "owner-contact" // id of the contact whose device it is
	MeansJobTitle     Meaning = "job-title"     // position of a person
	MeansLastSeen     Meaning = "last-seen"     // when a device last reported
	MeansLastUser     Meaning = "last-user"     // who last used a device
	MeansStatus       Meaning = "status"        // state in words
	MeansNotes        Meaning = "notes"         // free text
	MeansIsPerson     Meaning = "is-person"     // true: a company's record that is a person without a business
)

// Meanings returns the meanings.
func Meanings() []Meaning {
	return []Meaning{
		MeansName, MeansAlias, MeansSerial, MeansMAC, MeansHostname, MeansModel, MeansManufacturer, MeansOS,
		MeansIP, MeansEmail, MeansEmailDomain, MeansPhone, MeansMobile, MeansWebsite, MeansDomain, MeansStreet,
		MeansStreet2, MeansCity, MeansState, MeansPostcode, MeansCountry, MeansSite, MeansOwnerContact,
		MeansJobTitle, MeansLastSeen, MeansLastUser, MeansStatus, MeansNotes, MeansIsPerson,
	}
}
