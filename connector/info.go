package connector

import (
	"slices"
	"time"
)

// Info describes a connector. It is constant.
type Info struct {
	// Name is the connector's identity, lower case, as in "syncro". It never
	// changes: integrations are stored under it.
	Name string
	// Title is what people call the system, as in "Syncro".
	Title string
	// Version is the connector's own version, for people.
	Version string
	// Container is the kind that becomes a company in the documentation
	// platform. It is one of Kinds, with RoleContainer.
	Container Kind
	// Kinds are the kinds of record that can be read, the container first.
	Kinds []KindInfo
	// Config declares what a user has to fill in to connect.
	Config []ConfigField
	// Limits are the upstream's request limits, each with the key under which
	// the session asks Host.Pace.
	Limits []Limit
	// Rights are the rights that the credentials need upstream. Empty where the
	// upstream has none that can be granted one by one.
	Rights []RightInfo
	// Pages are the pages that show records upstream: see Locate. The more
	// particular come first.
	Pages []PagePattern
}

// Kind returns the description of one kind, and whether it is declared.
func (i Info) Kind(k Kind) (KindInfo, bool) {
	at := slices.IndexFunc(i.Kinds, func(ki KindInfo) bool { return ki.Kind == k })
	if at < 0 {
		return KindInfo{}, false
	}
	return i.Kinds[at], true
}

// KindInfo describes one kind of record.
type KindInfo struct {
	// Kind is the kind's name in this connector, as in "asset".
	Kind Kind
	// Role says what the engine may take a record of this kind for.
	Role Role
	// Title and Plural are what people call one and many of them.
	Title, Plural string
	// Within says that Read honours ReadRequest.Within for this kind.
	Within bool
	// Changes says that Read honours ModeChanges for this kind.
	Changes bool
	// DataPoints are the declared data points of its records. An account can
	// have more: see Discoverer.
	DataPoints []DataPoint
}

// DataPoint returns the declared data point of that name, and whether there is
// one.
func (k KindInfo) DataPoint(name string) (DataPoint, bool) {
	at := slices.IndexFunc(k.DataPoints, func(p DataPoint) bool { return p.Name == name })
	if at < 0 {
		return DataPoint{}, false
	}
	return k.DataPoints[at], true
}

// Role is what a kind of record is to a documentation platform. It decides how
// records are matched with what is documented there.
type Role string

// The roles.
const (
	// RoleContainer is the kind that becomes a company.
	RoleContainer Role = "container"
	// RolePerson is matched as a person: by e-mail, then by full name.
	RolePerson Role = "person"
	// RoleDevice is matched as a device: by serial, then MAC, then name.
	RoleDevice Role = "device"
	// RoleOther is any other thing: a site, an agreement. It is matched by
	// name alone.
	RoleOther Role = "other"
)

// RightInfo describes one right that the credentials need upstream. Whether
// they have it a Checker tells.
type RightInfo struct {
	// Name is the right in the upstream's own words, so that it can be found
	// there ("Customers - List/Search").
	Name string
	// Use says what it is needed for.
	Use string
	// Without says what is missing without it.
	Without string
	// Kinds are the kinds that can't be read without it.
	Kinds []Kind
}

// Limit is a request limit of the upstream.
type Limit struct {
	// Key names the budget, as in "syncromsp.com".
	Key string
	// Requests is how many requests may be made in each period Per.
	Requests int
	// Per is the period.
	Per time.Duration
	// Burst is how many of them may be made at once.
	Burst int
}
