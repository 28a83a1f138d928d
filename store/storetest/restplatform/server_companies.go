package restplatform

import (
	"maps"
	"net/http"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/dovetail-sync/dovetail/store"
)

// maxName is how many characters a name or a detail can have.
const maxName = 255

// companyDetails are the API's names of a company's details.
func companyDetails() []string {
	return []string{"phone_number", "website", "address_line_1", "address_line_2", "city", "state", "zip", "country_name"}
}

func (s *Server) listCompanies(c *call) reply {
	return answer(http.StatusOK, object{"companies": listed(s, c.URL.Query(), s.state.companies, nil, s.renderCompany)})
}

func (s *Server) getCompany(c *call) reply {
	company := s.state.companies[c.id("id")]
	if company == nil {
		return s.missing(c)
	}
	return answer(http.StatusOK, object{"company": s.renderCompany(company)})
}

func (s *Server) createCompany(c *call) reply {
	made := &company{details: map[string]string{}, created: now()}
	if refusal := made.write(c); refusal != "" {
		return unprocessable(refusal)
	}
	if made.name == "" {
		return unprocessable("Name can't be blank")
	}
	made.id = s.state.next()
	s.state.companies[made.id] = made
	return answer(http.StatusOK, object{"company": s.renderCompany(made)})
}

func (s *Server) updateCompany(c *call) reply {
	old := s.state.companies[c.id("id")]
	if old == nil {
		return s.missing(c)
	}
	changed := *old
	changed.details = maps.Clone(old.details)
	if refusal := changed.write(c); refusal != "" {
		return unprocessable(refusal)
	}
	*old = changed
	return answer(http.StatusOK, object{"company": s.renderCompany(old)})
}

// write takes over what a body names, and returns why it can't.
func (c *company) write(body *call) string {
	var given map[string]*string
	if !body.decode("company", &given) {
		return "Company is invalid"
	}
	if name := given["name"]; name != nil {
		if c.name = strings.TrimSpace(*name); c.name == "" {
			return "Name can't be blank"
		}
	}
	for _, name := range companyDetails() {
		if text, named := given[name]; named && text == nil {
			delete(c.details, name)
		} else if named {
			c.details[name] = strings.TrimSpace(*text)
		}
	}
	if utf8.RuneCountInString(c.name) > maxName {
		return tooLong("Name")
	}
	for name, text := range c.details {
		if utf8.RuneCountInString(text) > maxName {
			return tooLong(name)
		}
		if name == "website" {
			c.details[name] = withScheme(text)
		}
	}
	return ""
}

func tooLong(what string) string {
	return what + " is too long (maximum is " + strconv.Itoa(maxName) + " characters)"
}

// withScheme is an address as the platform keeps it.
func withScheme(address string) string {
	if address == "" || strings.Contains(address, "://") {
		return address
	}
	return "https://" + address
}

func (s *Server) renderCompany(c *company) object {
	o := object{
		"id": c.id, "name": c.name, "slug": "company-" + strconv.Itoa(c.id), "object_type": "Company", "archived": c.archived,
		"nickname": nil, "notes": nil, "id_number": "", "created_at": stamp(c.created), "integrations": renderIntegrations(c.foreign),
	}
	for _, name := range companyDetails() {
		if text, named := c.details[name]; named {
			o[name] = text
		} else {
			o[name] = nil
		}
	}
	return o
}

// renderIntegrations are the records of other systems that are linked to a
// company. Their kind isn't said.
func renderIntegrations(refs []store.ExternalRef) []object {
	rows := []object{}
	for i, ref := range refs {
		row := object{"id": i + 1, "integrator_name": ref.System, "sync_id": nil, "identifier": nil}
		syncIDs(row, "identifier", ref.ID)
		rows = append(rows, row)
	}
	return rows
}

// syncIDs puts a foreign id where the API has it: numbers apart from texts.
func syncIDs(row object, text, id string) {
	if n, err := strconv.Atoi(id); err == nil && strconv.Itoa(n) == id {
		row["sync_id"] = n
	} else {
		row[text] = id
	}
}
