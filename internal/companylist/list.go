package companylist

import (
	"fmt"
	"math/rand/v2"
	"strings"
)

// Company is one row of a list.
type Company struct {
	// ID tells it from the others of its list.
	ID string
	// Name, Address, City, Postcode, Phone and Domain are as people type them.
	// Any but Name may be empty.
	Name, Address, City, Postcode, Phone, Domain string
}

// Pair is a company that both lists have.
type Pair struct {
	// Here and Upstream are the IDs in the two lists.
	Here, Upstream string
	// Kind says how the two rows differ.
	Kind string
}

// Trap is a row upstream that is not the company here it looks like.
type Trap struct {
	// Here and Upstream are the IDs in the two lists.
	Here, Upstream string
	// Kind says what makes it look alike.
	Kind string
}

// Lists are two lists with what is true of them.
type Lists struct {
	// Here are the documented companies, Upstream those of the PSA.
	Here, Upstream []Company
	// Pairs are the companies that both have.
	Pairs []Pair
	// Traps are companies upstream that look like another one here.
	Traps []Trap
}

// maker makes lists.
type maker struct {
	*rand.Rand

	lists Lists
	names map[string]bool
}

// Make returns two lists of n companies each. Three quarters of the companies
// upstream are here as well, a tenth are traps, the rest are new.
func Make(seed uint64, n int) Lists {
	m := &maker{Rand: rand.New(rand.NewPCG(seed, 7)), names: make(map[string]bool, n)} //nolint:gosec // the same for the same seed
	for len(m.lists.Here) < n {
		m.here()
	}
	for i := 0; len(m.lists.Upstream) < n; i++ {
		c := m.lists.Here[i%n]
		switch x := m.Float64(); {
		case x < 0.75:
			m.same(c)
		case x < 0.85:
			m.trap(c)
		default:
			fresh := m.company()
			m.upstream(fresh)
		}
	}
	return m.lists
}

func pick[T any](m *maker, from []T) T { return from[m.IntN(len(from))] }

// here adds a documented company, now and then a whole chain or group.
func (m *maker) here() {
	c := m.company()
	switch x := m.IntN(40); x {
	case 0: // a site of a chain
		c.Name = pick(m, chains[:])
	case 1: // a sibling at the same address
		sibling := c
		sibling.Name = tailed(c.Name, pick(m, []string{"Holdings", "Europe", "Services", "Properties"}))
		m.add(sibling)
	case 2: // a street-mate
		mate := m.company()
		mate.Address, mate.City, mate.Postcode = c.Address, c.City, c.Postcode
		m.add(mate)
	default:
	}
	m.add(c)
}

func (m *maker) add(c Company) {
	c.ID = fmt.Sprintf("h%d", len(m.lists.Here))
	m.names[strings.ToLower(bare(c.Name))] = true
	m.lists.Here = append(m.lists.Here, c)
}

// company makes one up. No two have one name, but for chains.
func (m *maker) company() Company {
	c := Company{Name: m.name()}
	for m.names[strings.ToLower(c.Name)] {
		c.Name = m.name() + " " + pick(m, trades[:])
	}
	m.names[strings.ToLower(c.Name)] = true
	bare := c.Name
	if m.IntN(3) > 0 {
		c.Name += " " + pick(m, forms[:])
	}
	m.place(&c)
	switch x := m.IntN(50); {
	case x < 35:
		c.Phone = fmt.Sprintf("(%d) %03d-%04d", 200+m.IntN(700), 200+m.IntN(700), m.IntN(10000))
	case x < 36:
		c.Phone = "(555) 010-0199" // an answering service
	}
	if m.IntN(3) > 0 {
		c.Domain = domain(bare)
	}
	return c
}

func domain(name string) string {
	return strings.ToLower(strings.NewReplacer(" ", "", "&", "and", "'", "").Replace(name)) + ".com"
}

func (m *maker) place(c *Company) {
	switch x := m.IntN(50); {
	case x == 0: // a formation agent's
		c.Address, c.City, c.Postcode = "27 Old Registry House", "Salem", "10001"
	case x < 42:
		c.Address = fmt.Sprintf("%d %s %s", 1+m.IntN(400), pick(m, streets[:]), pick(m, kinds[:]))
		c.City = pick(m, cities[:])
		c.Postcode = fmt.Sprintf("%05d", 10000+m.IntN(80000))
	}
}

func (m *maker) name() string {
	coined := pick(m, heads[:]) + pick(m, tails[:])
	switch m.IntN(6) {
	case 0:
		return pick(m, surnames[:]) + " & " + pick(m, surnames[:])
	case 1:
		return pick(m, surnames[:]) + " " + pick(m, trades[:])
	case 2:
		return coined
	case 3:
		return pick(m, heads[:]) + " " + pick(m, surnames[:]) + " " + pick(m, trades[:])
	case 4:
		return pick(m, cities[:]) + " " + coined + " " + pick(m, trades[:])
	default:
		return coined + " " + pick(m, trades[:])
	}
}
