package companylist

import (
	"fmt"
	"strings"
)

// upstream adds a row upstream and returns its ID.
func (m *maker) upstream(c Company) string {
	c.ID = fmt.Sprintf("u%d", len(m.lists.Upstream))
	m.lists.Upstream = append(m.lists.Upstream, c)
	return c.ID
}

// same adds a documented company as a PSA knows it.
func (m *maker) same(c Company) {
	here, kind := c.ID, "same"
	switch m.IntN(12) {
	case 0:
		kind, c.Name = "upper", strings.ToUpper(c.Name)
	case 1:
		kind, c.Name = "form", bare(c.Name)
	case 2:
		kind, c.Name = "note", c.Name+pick(m, []string{" (HQ)", " *DO NOT BILL*", " - Main Office"})
	case 3:
		kind, c.Name = "and", strings.ReplaceAll(c.Name, "&", "and")
	case 4:
		kind, c.Name = "typo", m.typo(c.Name)
	case 5:
		kind, c.Name = "dba", c.Name+" dba "+m.name()
	default:
	}
	if m.IntN(6) == 0 {
		kind += "+moved"
		m.place(&c)
	}
	if m.IntN(8) == 0 {
		c.Phone = ""
	}
	if m.IntN(4) == 0 {
		c.Domain = ""
	}
	m.lists.Pairs = append(m.lists.Pairs, Pair{Here: here, Upstream: m.upstream(c), Kind: kind})
}

// bare takes the legal form off a name.
func bare(name string) string {
	for _, form := range forms {
		if rest, ok := strings.CutSuffix(name, " "+form); ok {
			return rest
		}
	}
	return name
}

// tailed puts a word behind a name, before its legal form.
func tailed(name, word string) string {
	rest := bare(name)
	return rest + " " + word + strings.TrimPrefix(name, rest)
}

func (m *maker) typo(name string) string {
	if len(name) < 6 {
		return name
	}
	at := 2 + m.IntN(len(name)-4)
	return name[:at] + name[at+1:]
}

// TrapKinds are the ways in which a trap looks like a company here.
func TrapKinds() []string {
	return []string{"numeral", "region", "holdings", "plural", "form", "street-mate", "phone", "agent"}
}

// trap adds a company upstream that is not c.
func (m *maker) trap(c Company) {
	kind := pick(m, TrapKinds())
	trapped := Spring(kind, c)
	if kind != "form" && m.names[strings.ToLower(bare(trapped.Name))] && trapped.Name != c.Name {
		m.upstream(m.company()) // the sibling is documented: no trap
		return
	}
	if m.IntN(3) == 0 {
		trapped.Phone = ""
	}
	if kind == "street-mate" || kind == "phone" || kind == "agent" {
		trapped.Name = m.company().Name
	}
	m.lists.Traps = append(m.lists.Traps, Trap{Here: c.ID, Upstream: m.upstream(trapped), Kind: kind})
}

// Spring returns a company that looks like c in the way of a kind and isn't.
// It has c's address, phone number and domain, as siblings often have.
func Spring(kind string, c Company) Company {
	rest := bare(c.Name)
	switch kind {
	case "numeral":
		c.Name = tailed(c.Name, "II")
	case "region":
		c.Name = tailed(c.Name, "Europe")
	case "holdings":
		c.Name = tailed(c.Name, "Holdings")
	case "plural":
		if strings.HasSuffix(rest, "s") {
			c.Name = rest[:len(rest)-1] + strings.TrimPrefix(c.Name, rest)
		} else {
			c.Name = rest + "s" + strings.TrimPrefix(c.Name, rest)
		}
	case "form":
		form := " LLP"
		if rest == c.Name {
			c.Name, form = c.Name+" Trust", " LLP" // nothing to swap: another word instead
		} else {
			c.Name = rest
		}
		c.Name += form
	case "phone":
		c.Address, c.City, c.Postcode, c.Domain = "", "", "", ""
	case "agent":
		c.Phone, c.Domain = "", ""
		c.Address, c.City, c.Postcode = "27 Old Registry House", "Salem", "10001"
	}
	return c
}
