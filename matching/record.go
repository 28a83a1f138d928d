package matching

// Record is what is known of one company, upstream or here. Everything but ID
// may be missing: what is missing says nothing, neither for nor against.
type Record struct {
	// ID tells it from the others of its catalogue. It can't be empty.
	ID string
	// Names are what it is called, the main name first.
	Names []Name
	// Addresses are where it is.
	Addresses []Address
	// Phones are its telephone numbers, in any notation.
	Phones []string
	// Emails are addresses of the company and of its people.
	Emails []string
	// Domains are its internet domains or web sites, as in "acme.com" or
	// "https://www.acme.com/".
	Domains []string
	// Identifiers are numbers that a register or an authority gave it.
	Identifiers []Identifier
	// Person says that it is a person without a business name: persons share
	// names, and none is ever linked without a person's decision.
	Person bool
}

// Name is one name of a record.
type Name struct {
	// Text is the name as people write it. "dba", "formerly" and the like inside
	// it make further names.
	Text string
	// Role says what kind of name it is. Empty: the main name.
	Role NameRole
}

// NameRole is the kind of a name.
type NameRole string

// The roles of names.
const (
	// RoleMain is the name that people use.
	RoleMain NameRole = ""
	// RoleLegal is the name in the register.
	RoleLegal NameRole = "legal"
	// RoleTrading is a name that it does business under.
	RoleTrading NameRole = "trading"
	// RoleAlias is any other name.
	RoleAlias NameRole = "alias"
	// RoleFormer is a name that it had.
	RoleFormer NameRole = "former"
	// RoleShort is a part of a name: without what stands in brackets, or an
	// acronym. It ranks candidates and never decides.
	RoleShort NameRole = "short"
)

// Address is where a record is.
type Address struct {
	// Text is the street line or the whole address in one line. A postcode at its
	// end is found.
	Text string
	// City, Postcode and Country complete it.
	City, Postcode, Country string
}

// Identifier is a number that tells a company from all others.
type Identifier struct {
	// Scheme is the register, as in "gb-coh" or "vat". Numbers of different
	// schemes are not compared.
	Scheme string
	// Value is the number. Letter case, blanks and punctuation don't matter.
	Value string
}

// Named returns a record with one name, for lists that have no more.
func Named(id, name string) Record {
	return Record{ID: id, Names: []Name{{Text: name}}}
}

// main returns the name that people see.
func (r *Record) main() string {
	if len(r.Names) == 0 {
		return ""
	}
	return r.Names[0].Text
}
