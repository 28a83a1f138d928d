package syncrotest

import "net/http"

type contactBody struct {
	ID         int64          `json:"id"`
	Name       string         `json:"name"`
	Address1   *string        `json:"address1"`
	Address2   *string        `json:"address2"`
	City       *string        `json:"city"`
	State      *string        `json:"state"`
	Zip        *string        `json:"zip"`
	Email      *string        `json:"email"`
	Phone      *string        `json:"phone"`
	Mobile     *string        `json:"mobile"`
	Latitude   *float64       `json:"latitude"`
	Longitude  *float64       `json:"longitude"`
	CustomerID *int64         `json:"customer_id"`
	AccountID  int64          `json:"account_id"`
	Notes      *string        `json:"notes"`
	CreatedAt  string         `json:"created_at"`
	UpdatedAt  string         `json:"updated_at"`
	VendorID   *int64         `json:"vendor_id"`
	Properties map[string]any `json:"properties"`
	OptOut     bool           `json:"opt_out"`
	Extension  *string        `json:"extension"`
}

func (a *Account) listContacts(c call) reply {
	a.mu.Lock()
	rows := ofCustomers(&a.contacts, ids(c.query, "customer_id"))
	if c.sees != nil {
		rows = where(rows, func(row *Contact) bool { return c.sees(row.CustomerID) })
	}
	if c.newestFirst {
		rows = byNewest(rows, updatedContact)
	}
	rows, meta := page(rows, c, c.size(a))
	out := bodiesOf(a, ListContacts, rows, a.contacts.idOf, a.contactBody)
	a.mu.Unlock()
	return c.listReply("contacts", out, len(out), meta)
}

// size is the page size of a list that doesn't keep to per_page by itself.
func (c call) size(a *Account) int {
	size := c.list.size(a)
	if c.keepToPerPage {
		return perPage(c.query, size)
	}
	return size
}

// ofCustomers returns the rows of the first customer named, or all rows.
func ofCustomers[T any](t *table[T], customers []int64) []*T {
	if len(customers) == 0 {
		return t.rows
	}
	return t.of(customers[0])
}

// getContact answers the bare contact, without a wrapper.
func (a *Account) getContact(c call) reply {
	a.mu.Lock()
	defer a.mu.Unlock()
	row := a.contacts.get(c.id)
	if row == nil || c.hides(row.CustomerID) {
		return notFound()
	}
	body := a.bodyOf(ListContacts, row.ID, a.contactBody(row))
	if c.wrapContact {
		body = map[string]any{"contact": body}
	}
	return jsonReply(http.StatusOK, body)
}

func (a *Account) contactBody(c *Contact) contactBody {
	b := blanksOf(c.CreatedAt, c.UpdatedAt)
	return contactBody{
		ID: c.ID, Name: c.Name,
		Address1: b.text(c.Address.Street), Address2: b.text(c.Address.Street2),
		City: b.text(c.Address.City), State: b.text(c.Address.State), Zip: b.text(c.Address.Zip),
		Email: b.text(c.Email), Phone: b.text(c.Phone), Mobile: b.text(c.Mobile),
		CustomerID: idOrNull(c.CustomerID), AccountID: a.opt.AccountID,
		Notes:     b.text(c.Notes),
		CreatedAt: a.time(c.CreatedAt), UpdatedAt: a.time(c.UpdatedAt),
		Properties: c.Properties, OptOut: c.OptOut, Extension: b.text(c.Extension),
	}
}
