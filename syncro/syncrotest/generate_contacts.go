package syncrotest

import "fmt"

// contacts draws exactly n contacts.
func (g *generator) contacts(n int) []*Contact {
	alone := share(n, 3, 20)
	if len(g.homes) == 0 {
		alone = n
	}
	counts := g.spread(n - alone)
	rows := make([]*Contact, 0, n)
	for i, h := range g.homes {
		for nth := range counts[i] {
			c := g.contact(h, nth)
			h.contacts = append(h.contacts, c)
			rows = append(rows, c)
		}
	}
	for range alone {
		rows = append(rows, g.stranger())
	}
	g.Shuffle(len(rows), func(i, j int) { rows[i], rows[j] = rows[j], rows[i] })
	id := int64(firstContactID)
	for _, c := range rows {
		c.ID = id
		id += 1 + int64(g.IntN(30))
		c.CreatedAt, c.UpdatedAt = g.times()
	}
	return rows
}

func (g *generator) contact(h *home, nth int) *Contact {
	customer := h.customer
	c := &Contact{CustomerID: customer.ID, Properties: map[string]any{}}
	switch {
	case nth == 0 && customer.FirstName != "":
		// The main contact is there a second time, as a contact.
		c.Name, c.Email = customer.FullName(), h.mail(customer.FirstName, customer.LastName, 0)
		if customer.BusinessName == "" {
			c.Email = customer.Email
		}
	case nth >= 2 && customer.BusinessName != "" && g.chance(12):
		role := pick(g, roleMailboxes())
		c.Name, c.Email = role.name, role.box+"@"+h.domain
		return c
	case nth >= 2 && g.chance(1):
		g.lend(c)
		return c
	default:
		first, last := pick(g, firstNames()), pick(g, lastNames())
		c.Name, c.Email = first+" "+last, h.mail(first, last, nth)
	}
	g.reach(c)
	return c
}

// lend makes the contact somebody who works for another customer, too.
func (g *generator) lend(c *Contact) {
	other := pick(g, g.homes)
	c.Name, c.Email = "Outside Bookkeeper", "books@ledger.example"
	if len(other.contacts) > 0 {
		c.Name, c.Email = other.contacts[0].Name, other.contacts[0].Email
	}
}

// stranger is a contact without a customer.
func (g *generator) stranger() *Contact {
	first, last := pick(g, firstNames()), pick(g, lastNames())
	c := &Contact{Name: first + " " + last, Properties: map[string]any{}}
	c.Email = fmt.Sprintf("%s%s%d@post.example", slug(first), slug(last), g.IntN(1000))
	g.reach(c)
	return c
}

// reach fills the numbers and the job, as far as somebody typed them.
func (g *generator) reach(c *Contact) {
	if g.chance(6) {
		c.Email = ""
	}
	if g.chance(60) {
		c.Phone = g.phone()
	}
	if g.chance(35) {
		c.Mobile = g.phone()
	}
	if g.chance(15) {
		c.Extension = fmt.Sprint(100 + g.IntN(300))
	}
	if g.chance(60) {
		c.Properties["title"] = pick(g, jobTitles())
	}
	if g.chance(10) {
		c.Address = g.address()
	}
	if g.chance(5) {
		c.Notes = pick(g, []string{"Ask for the manager on duty.", "Left in spring", "Remote, mornings only"})
	}
}

// mail makes an address in the style of the house. The first people of a
// customer get the plain form, later ones a number, so that none is used twice.
func (h *home) mail(first, last string, nth int) string {
	first, last = slug(first), slug(last)
	number := ""
	if nth >= 20 {
		number = fmt.Sprint(nth)
	}
	switch h.mailStyle {
	case 0:
		return first + "." + last + number + "@" + h.domain
	case 1:
		return first[:1] + last + number + "@" + h.domain
	default:
		return first + last[:1] + number + "@" + h.domain
	}
}
