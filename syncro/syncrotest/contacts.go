package syncrotest

// AddContact adds a contact, or replaces the one of the same id, and returns
// its id. Its customer needn't exist.
func (a *Account) AddContact(c Contact) int64 {
	c = c.clone()
	a.mu.Lock()
	defer a.mu.Unlock()
	if c.ID == 0 {
		c.ID = a.contacts.nextID()
	}
	a.created(&c.CreatedAt, &c.UpdatedAt)
	a.contacts.put(&c)
	return c.ID
}

// UpdateContact changes a contact and moves its UpdatedAt forward. It reports
// whether there is such a contact. The id can't be changed; change must not
// call the account.
func (a *Account) UpdateContact(id int64, change func(*Contact)) bool {
	a.mu.Lock()
	defer a.mu.Unlock()
	row := a.contacts.get(id)
	if row == nil {
		return false
	}
	draft := row.clone()
	change(&draft)
	c := draft.clone() // The caller may have kept the draft.
	c.ID, c.UpdatedAt = id, a.stamp()
	a.contacts.put(&c)
	return true
}

// DeleteContact deletes a contact, which answers 404 from now on, and unlinks
// it from its assets without touching their UpdatedAt. It reports whether
// there was such a contact.
func (a *Account) DeleteContact(id int64) bool {
	a.mu.Lock()
	defer a.mu.Unlock()
	if !a.contacts.delete(id) {
		return false
	}
	a.unlinkContact(id)
	return true
}

// unlinkContact clears the contact of every asset that has it.
func (a *Account) unlinkContact(id int64) {
	for _, row := range a.assets.rows {
		if row.ContactID == id {
			asset := *row
			asset.ContactID = 0
			a.assets.put(&asset)
		}
	}
}

// Contact returns a copy of one contact, and whether there is one.
func (a *Account) Contact(id int64) (Contact, bool) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if row := a.contacts.get(id); row != nil {
		return row.clone(), true
	}
	return Contact{}, false
}

// Contacts returns copies of all contacts in order of id.
func (a *Account) Contacts() []Contact {
	a.mu.Lock()
	defer a.mu.Unlock()
	out := make([]Contact, len(a.contacts.rows))
	for i, row := range a.contacts.rows {
		out[i] = row.clone()
	}
	return out
}
