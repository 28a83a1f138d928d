package syncro

import (
	"encoding/json"

	"github.com/dovetail-sync/dovetail/connector"
)

// contact is what is read of a contact. It has no flag that says whether it is
// in use.
type contact struct {
	ID         id         `json:"id"`
	CustomerID id         `json:"customer_id"`
	AccountID  id         `json:"account_id"`
	Name       text       `json:"name"`
	Email      text       `json:"email"`
	Phone      text       `json:"phone"`
	Mobile     text       `json:"mobile"`
	Extension  text       `json:"extension"`
	Address1   text       `json:"address1"`
	Address2   text       `json:"address2"`
	City       text       `json:"city"`
	State      text       `json:"state"`
	Zip        text       `json:"zip"`
	Notes      text       `json:"notes"`
	Properties properties `json:"properties"`
	CreatedAt  instant    `json:"created_at"`
	UpdatedAt  instant    `json:"updated_at"`
}

// titleProperty is the property of a contact that holds the job title.
const titleProperty = "title"

func (s *session) contact(data json.RawMessage) (row, error) {
	var c contact
	if err := json.Unmarshal(data, &c); err != nil {
		return row{}, err
	}
	f := fields{}
	f.text("email", c.Email)
	f.text("phone", c.Phone)
	f.text("mobile", c.Mobile)
	f.text("extension", c.Extension)
	f.text("title", c.Properties.text(titleProperty))
	f.text("address", c.Address1)
	f.text("address_2", c.Address2)
	f.text("city", c.City)
	f.text("state", c.State)
	f.text("zip", c.Zip)
	f.text("notes", c.Notes)
	c.Properties.custom(f, func(key string) bool { return key == titleProperty })
	record := connector.Record{
		Key:       connector.Key(c.ID),
		Container: connector.Key(c.CustomerID),
		Name:      firstOf(c.Name, c.Email),
		Created:   c.CreatedAt.Time, Updated: c.UpdatedAt.Time,
		Fields: connector.Fields(f),
	}
	// No page of a contact is known, so it leads to its customer's.
	if c.CustomerID != "" {
		record.URL = s.web + "/customers/" + string(c.CustomerID)
	}
	return row{record: record, account: string(c.AccountID)}, nil
}
