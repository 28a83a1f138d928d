package syncrotest

// AddCustomer adds a customer, or replaces the one of the same id, and returns
// its id.
func (a *Account) AddCustomer(c Customer) int64 {
	c = c.clone()
	a.mu.Lock()
	defer a.mu.Unlock()
	if c.ID == 0 {
		c.ID = a.customers.nextID()
	}
	a.created(&c.CreatedAt, &c.UpdatedAt)
	a.customers.put(&c)
	return c.ID
}

// UpdateCustomer changes a customer and moves its UpdatedAt forward. It
// reports whether there is such a customer. The id can't be changed; change
// must not call the account.
func (a *Account) UpdateCustomer(id int64, change func(*Customer)) bool {
	a.mu.Lock()
	defer a.mu.Unlock()
	row := a.customers.get(id)
	if row == nil {
		return false
	}
	draft := row.clone()
	change(&draft)
	c := draft.clone() // The caller may have kept the draft.
	c.ID, c.UpdatedAt = id, a.stamp()
	a.customers.put(&c)
	return true
}

// DeleteCustomer deletes a customer with its contacts and assets: all answer
// 404 from now on. It reports whether there was such a customer. A merge is an
// update of the rows that survive, and then this.
func (a *Account) DeleteCustomer(id int64) bool {
	a.mu.Lock()
	defer a.mu.Unlock()
	if !a.customers.delete(id) {
		return false
	}
	for _, contact := range a.contacts.of(id) {
		a.unlinkContact(contact.ID)
	}
	a.contacts.deleteWhere(func(c *Contact) bool { return c.CustomerID == id })
	a.assets.deleteWhere(func(s *Asset) bool { return s.CustomerID == id })
	return true
}

// Customer returns a copy of one customer, and whether there is one.
func (a *Account) Customer(id int64) (Customer, bool) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if row := a.customers.get(id); row != nil {
		return row.clone(), true
	}
	return Customer{}, false
}

// Customers returns copies of all customers in order of id, disabled ones
// included.
func (a *Account) Customers() []Customer {
	a.mu.Lock()
	defer a.mu.Unlock()
	out := make([]Customer, len(a.customers.rows))
	for i, row := range a.customers.rows {
		out[i] = row.clone()
	}
	return out
}
