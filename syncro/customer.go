package syncro

import (
	"encoding/json"
	"slices"
	"strings"

	"github.com/dovetail-sync/dovetail/connector"
)

// customer is what is read of a customer. Its portal key (online_profile_url)
// is not among it.
type customer struct {
	ID           id          `json:"id"`
	FirstName    text        `json:"firstname"`
	LastName     text        `json:"lastname"`
	FullName     text        `json:"fullname"`
	BusinessName text        `json:"business_name"`
	DisplayName  text        `json:"business_then_name"`
	Email        text        `json:"email"`
	Phone        text        `json:"phone"`
	Mobile       text        `json:"mobile"`
	Address      text        `json:"address"`
	Address2     text        `json:"address_2"`
	City         text        `json:"city"`
	State        text        `json:"state"`
	Zip          text        `json:"zip"`
	Notes        text        `json:"notes"`
	Location     text        `json:"location_name"`
	Disabled     flag        `json:"disabled"`
	Tags         texts       `json:"tag_list"`
	Properties   properties  `json:"properties"`
	Contacts     addressList `json:"contacts"`
	CreatedAt    instant     `json:"created_at"`
	UpdatedAt    instant     `json:"updated_at"`
}

// addressList is what a customer's record shows of its contacts: their e-mail
// addresses. A shape that isn't known shows none.
type addressList []text

// UnmarshalJSON implements json.Unmarshaler.
func (l *addressList) UnmarshalJSON(data []byte) error {
	*l = nil
	var contacts []json.RawMessage
	if err := json.Unmarshal(data, &contacts); err != nil {
		return nil //nolint:nilerr // contacts are evidence beside the record: a broken list must not reject the customer
	}
	for _, raw := range contacts {
		var contact struct {
			Email text `json:"email"`
		}
		if json.Unmarshal(raw, &contact) == nil {
			*l = append(*l, contact.Email)
		}
	}
	return nil
}

func (s *session) customer(data json.RawMessage) (row, error) {
	var c customer
	if err := json.Unmarshal(data, &c); err != nil {
		return row{}, err
	}
	f := fields{}
	f.text("business_name", c.BusinessName)
	f.text("firstname", c.FirstName)
	f.text("lastname", c.LastName)
	f.text("email", c.Email)
	f.texts("email_domains", emailDomains(append([]text{c.Email}, c.Contacts...)))
	f.text("phone", c.Phone)
	f.text("mobile", c.Mobile)
	f.text("address", c.Address)
	f.text("address_2", c.Address2)
	f.text("city", c.City)
	f.text("state", c.State)
	f.text("zip", c.Zip)
	f.text("notes", c.Notes)
	f.text("location", c.Location)
	f.texts("tags", slices.Sorted(slices.Values(c.Tags)))
	f.set("person", connector.Bool(c.BusinessName.trim() == ""))
	f.text("website", c.Properties.named("website", "web site", "homepage", "web"))
	c.Properties.custom(f, nil)
	record := connector.Record{
		Key:     connector.Key(c.ID),
		Name:    firstOf(c.DisplayName, c.BusinessName, c.FullName, c.FirstName+" "+c.LastName, c.Email),
		Created: c.CreatedAt.Time, Updated: c.UpdatedAt.Time,
		URL:    s.web + "/customers/" + string(c.ID),
		Fields: connector.Fields(f),
	}
	if c.Disabled {
		record.Status = connector.StatusInactive
	}
	return row{record: record}, nil
}

// emailDomains returns the domains of addresses, each once, in order.
func emailDomains(addresses []text) []string {
	var out []string
	for _, address := range addresses {
		local, domain, ok := strings.Cut(address.trim(), "@")
		domain = strings.ToLower(domain)
		if ok && local != "" && strings.Contains(domain, ".") && !strings.ContainsAny(domain, " @,;<>") {
			out = append(out, domain)
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}
