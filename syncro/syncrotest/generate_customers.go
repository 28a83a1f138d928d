package syncrotest

import (
	"fmt"
	"strings"
)

// customers draws exactly n customers and remembers their homes.
func (g *generator) customers(n int) []*Customer {
	persons := share(n, 8, 8)
	tests := min((n+5)/15, 2)
	foreign := min(share(n, 4, 12), len(foreignCompanies()))
	siblings := share(n, 3, 20)
	retyped := share(n, 1, 40)
	chains := n / chainsFrom
	ordinary := n - persons - tests - foreign - siblings - retyped - chains*chainStores

	names := &companyNames{g: g, used: make(map[string]bool)}
	for range ordinary {
		g.company(names.next())
	}
	for i, at := range g.Perm(ordinary)[:siblings+retyped] {
		g.relative(g.homes[at], i < siblings)
	}
	for range chains {
		g.chain(names.next())
	}
	for _, i := range g.Perm(len(foreignCompanies()))[:foreign] {
		company := foreignCompanies()[i]
		g.business(company.name, company.word+".example", initials(strings.ToUpper(company.word)))
	}
	for range persons {
		g.person()
	}
	for _, name := range []string{"[Example] Test Company", "test"}[:tests] {
		g.business(name, "test.example", "TEST")
		g.homes[len(g.homes)-1].small = true
	}
	return g.settle(n)
}

// settle puts the customers in an order that tells nothing of their kind,
// gives ids, and disables some.
func (g *generator) settle(n int) []*Customer {
	g.Shuffle(len(g.homes), func(i, j int) { g.homes[i], g.homes[j] = g.homes[j], g.homes[i] })
	disabled := make(map[int]bool)
	for _, i := range g.Perm(n)[:share(n, 3, 10)] {
		disabled[i] = true
	}
	imported := g.epoch.AddDate(-3, 0, 0)
	rows := make([]*Customer, n)
	id := int64(firstCustomerID)
	for i, h := range g.homes {
		c := h.customer
		c.ID = id
		id += 1 + int64(g.IntN(60))
		c.Disabled = disabled[i]
		c.CreatedAt, c.UpdatedAt = g.times()
		// Rows that were imported together share their instants.
		if i%20 == 7 || i%20 == 8 {
			c.CreatedAt, c.UpdatedAt = imported, imported
		}
		g.details(h)
		if n >= chainsFrom && i%40 == 11 {
			g.branches(c)
			h.large = true
		}
		rows[i] = c
	}
	return rows
}

func (g *generator) company(name string) {
	domain := slug(name) + pick(g, []string{".example", ".example", ".test", ".example.com"})
	g.business(g.typed(name), domain, initials(name))
}

// relative adds a customer that looks like another one: a sibling with a
// number, or the same company typed again.
func (g *generator) relative(h *home, sibling bool) {
	name := strings.TrimSpace(h.customer.BusinessName)
	if sibling {
		name += " II"
	} else if typed := strings.ToUpper(name); typed != name {
		name = typed
	} else {
		name += " "
	}
	g.business(name, h.domain, h.short)
}

func (g *generator) business(name, domain, short string) {
	c := &Customer{BusinessName: name}
	if g.chance(60) {
		c.FirstName, c.LastName = pick(g, firstNames()), pick(g, lastNames())
	}
	if g.chance(88) {
		c.Email = pick(g, []string{"info", "office", "admin", "hello"}) + "@" + domain
	}
	g.homes = append(g.homes, &home{customer: c, domain: domain, short: short})
}

func (g *generator) person() {
	c := &Customer{FirstName: pick(g, firstNames()), LastName: pick(g, lastNames())}
	c.Email = fmt.Sprintf("%s.%s%d@mail.example", slug(c.FirstName), slug(c.LastName), g.IntN(100))
	c.Mobile = g.phone()
	g.homes = append(g.homes, &home{customer: c, domain: "mail.example", short: "HOME", small: true})
}

// details fills what doesn't depend on the kind of customer.
func (g *generator) details(h *home) {
	c := h.customer
	h.mailStyle = g.IntN(3)
	h.wan = fmt.Sprintf("203.0.113.%d", 1+g.IntN(254))
	c.Properties = map[string]any{}
	if g.chance(85) {
		c.Phone = g.phone()
	}
	if g.chance(80) {
		c.Address = g.address()
	}
	if g.chance(12) {
		c.Notes = pick(g, []string{"Call before visiting.", "Key at the front desk.\nAlarm code with dispatch.", "Net 30", "Prefers e-mail"})
	}
	if c.BusinessName != "" && g.chance(35) {
		c.Properties["Website"] = "https://www." + h.domain + "/"
	}
	if g.chance(50) {
		c.Properties["notification_billing"] = pick(g, []string{"1", "0"})
		c.Properties["Managed Backup"] = pick(g, []string{"true", "false", ""})
	}
	if g.chance(30) {
		c.Tags = []string{pick(g, []string{"managed", "break-fix", "prospect", "vip"})}
	}
	if g.chance(25) {
		c.Phones = []Phone{{ID: c.ID + 1, Label: "Office", Number: g.phone()}, {ID: c.ID + 2, Label: "Fax", Number: g.phone(), Extension: "2"}}
	}
	if g.chance(25) {
		for i, name := range []string{"Main Office", "Warehouse"}[:1+g.IntN(2)] {
			site := g.address()
			site.ID, site.Name = c.ID+int64(i), name
			c.Sites = append(c.Sites, site)
		}
		c.Address.Name = "Main Office"
	}
}
