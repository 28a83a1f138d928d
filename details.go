package dovetail

import (
	"strings"

	"github.com/dovetail-sync/dovetail/store"
)

// detailNames are the names of a company's basic details, in the order in which
// people see them.
var detailNames = [...]string{"name", "phone", "website", "street", "street_2", "city", "state", "postcode", "country"}

// detailTexts returns a company's basic details by name.
func detailTexts(name string, d store.Details) map[string]string {
	return map[string]string{
		"name": name, "phone": d.Phone, "website": d.Website, "street": d.Street, "street_2": d.Street2,
		"city": d.City, "state": d.State, "postcode": d.Postcode, "country": d.Country,
	}
}

// detailsOf is the inverse of detailTexts.
func detailsOf(texts map[string]string) (name string, d store.Details) {
	return texts["name"], store.Details{
		Phone: texts["phone"], Website: texts["website"], Street: texts["street"], Street2: texts["street_2"],
		City: texts["city"], State: texts["state"], Postcode: texts["postcode"], Country: texts["country"],
	}
}

// details decides about the company's basic details: the primary upstream
// company fills blanks, and what it wrote follows it until a person changes it.
// The name is never a blank.
func (c *companyPlan) details() error {
	if c.settings.KeepDetails {
		return nil
	}
	for _, row := range c.rows[c.info.Container] {
		match := c.matches[row.ID.Key]
		if !match.Primary || row.Presence != store.Present || row.Problem != "" {
			continue
		}
		fields, err := decodeFields(row.Data)
		if err != nil {
			return err
		}
		kind, _ := c.info.Kind(c.info.Container)
		upstream := detailTexts(row.Name, meaningsOf(kind).details(fields))
		here := detailTexts(c.here.Name, c.here.Details)
		set := make(map[string]string)
		var changed []string
		for _, detail := range detailNames {
			if follows(upstream[detail], here[detail], match.Wrote[detail]) {
				set[detail] = upstream[detail]
				changed = append(changed, detail)
			}
		}
		if len(changed) == 0 {
			continue
		}
		name, details := detailsOf(set)
		c.change(store.Change{
			Action: store.ActionDetails, Record: row.ID, Hash: row.Hash, Company: c.here.ID, Base: c.here.Version,
			Name: name, Details: details,
			Reason: reason(ReasonDetailsChanged, "details", strings.Join(changed, ", ")),
		})
	}
	return nil
}

// follows reports whether a detail is to be written: the upstream has one, and
// here is a blank that nobody made, or the value that was written from another
// one. A detail that a person has cleared is the person's, like any other edit.
func follows(upstream, here string, wrote store.Written) bool {
	switch {
	case upstream == "" || upstream == here:
		return false
	case here == "" && wrote.Sent.IsAbsent():
		return true
	default:
		return wrote.Value.String() == here && wrote.Sent.String() != upstream
	}
}
