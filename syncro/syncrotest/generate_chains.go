package syncrotest

import "fmt"

// Chains and companies of many sites are there from so many customers on: a
// small account would be full of them.
const chainsFrom = 60

// chainStores is how many customers a chain has.
const chainStores = 4

// chain draws the stores of a chain: customers of their own that share the
// name, the mail domain and the mark in device names, each in another town.
func (g *generator) chain(name string) {
	form := pick(g, []string{"%s - %s", "%s (%s)", "%s of %s", "%s, %s"})
	towns := g.Perm(len(places()))
	for i := range chainStores {
		g.business(fmt.Sprintf(form, name, places()[towns[i]].city), slug(name)+".example", initials(name))
	}
}

// branches are the sites of a company that is in many places, beside those
// that any company may have.
func (g *generator) branches(c *Customer) {
	for i := range 6 {
		site := g.address()
		site.ID, site.Name = c.ID+int64(10+i), "Branch "+site.City
		c.Sites = append(c.Sites, site)
	}
}
