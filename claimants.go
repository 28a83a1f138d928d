package dovetail

import (
	"slices"

	"github.com/dovetail-sync/dovetail/connector"
	"github.com/dovetail-sync/dovetail/matching"
	"github.com/dovetail-sync/dovetail/store"
)

// claimants returns the upstream companies as matching sees them, and what
// people decided about them. The matched ones lay claim to their company, so
// that another of the same name is not taken for certain. Ignored ones are left
// out.
func (r *reader) claimants(rd store.Reader, means meanings) (upstream []matching.Record, known matching.Known, err error) {
	for m, err := range rd.Matches(r.integration.ID) {
		if err != nil {
			return nil, known, err
		}
		if m.State == store.MatchIgnored {
			continue
		}
		row, err := rd.MirrorRow(m.ID)
		if err != nil {
			return nil, known, err
		}
		fields, err := decodeFields(row.Data)
		if err != nil {
			return nil, known, err
		}
		upstream = append(upstream, recordUpstream(row, fields, means))
		if m.Company != "" {
			known.Accepted = append(known.Accepted, matching.Pair{Upstream: string(m.ID.Key), Here: string(m.Company)})
		}
	}
	rejections, err := companyRejections(rd, r.integration.ID, r.info.Container)
	for _, said := range rejections {
		known.Rejected = append(known.Rejected, matching.Pair{Upstream: string(said.ID.Key), Here: string(said.Company)})
	}
	return upstream, known, err
}

func recordUpstream(row store.MirrorRow, fields connector.Fields, means meanings) matching.Record {
	r := matching.Named(string(row.ID.Key), row.Name)
	r.Person = slices.Contains(means.texts(fields, connector.MeansIsPerson), "true")
	for _, alias := range means.texts(fields, connector.MeansAlias) {
		r.Names = append(r.Names, matching.Name{Text: alias, Role: matching.RoleAlias})
	}
	r.Phones = append(means.texts(fields, connector.MeansPhone), means.texts(fields, connector.MeansMobile)...)
	r.Emails = means.texts(fields, connector.MeansEmail)
	r.Domains = slices.Concat(means.texts(fields, connector.MeansEmailDomain), means.texts(fields, connector.MeansDomain), means.texts(fields, connector.MeansWebsite))
	r.Addresses = []matching.Address{{
		Text:     means.text(fields, connector.MeansStreet),
		City:     means.text(fields, connector.MeansCity),
		Postcode: means.text(fields, connector.MeansPostcode),
		Country:  means.text(fields, connector.MeansCountry),
	}}
	return r
}

func recordHere(c store.Company, people people) matching.Record {
	r := matching.Named(string(c.ID), c.Name)
	r.Phones = append(present(c.Details.Phone), people.phones...)
	r.Emails = people.emails
	r.Domains = present(c.Details.Website)
	r.Addresses = []matching.Address{{
		Text: c.Details.Street, City: c.Details.City, Postcode: c.Details.Postcode, Country: c.Details.Country,
	}}
	return r
}

func present(text string) []string {
	if text == "" {
		return nil
	}
	return []string{text}
}

// people are what the contacts of a company here say about it.
type people struct{ emails, phones []string }

// maxPeople is how many contacts of a company are asked: the next ones have the
// same domain.
const maxPeople = 16

// peopleOf returns, by company here, what the contacts say that any integration
// keeps of it. A company that one integration has imported is so recognised by
// another one by its people's addresses.
func (r *reader) peopleOf(rd store.Reader) (map[store.CompanyID]people, error) {
	all := make(map[store.CompanyID]people)
	integrations, err := collect(rd.Integrations())
	if err != nil {
		return nil, err
	}
	for _, integration := range integrations {
		conn, err := r.connector(integration.Connector)
		if err != nil {
			continue // this host doesn't have it any more
		}
		matches, err := collect(rd.Matches(integration.ID))
		if err != nil {
			return nil, err
		}
		for _, kind := range conn.Info().Kinds {
			if kind.Role != connector.RolePerson {
				continue
			}
			for _, m := range matches {
				if m.Company == "" {
					continue
				}
				found, err := r.contactsOf(rd, m, kind)
				if err != nil {
					return nil, err
				}
				known := all[m.Company]
				known.emails = append(known.emails, found.emails...)
				known.phones = append(known.phones, found.phones...)
				all[m.Company] = known
			}
		}
	}
	return all, nil
}

// contactsOf returns what the contacts of one matched upstream company say.
func (r *reader) contactsOf(rd store.Reader, m store.Match, kind connector.KindInfo) (people, error) {
	var found people
	means, n := meaningsOf(kind), 0
	query := store.MirrorQuery{Integration: m.ID.Integration, Kind: kind.Kind, Container: &m.ID.Key}
	for row, err := range rd.Mirror(query) {
		if err != nil {
			return found, err
		}
		if n == maxPeople {
			break
		}
		fields, err := decodeFields(row.Data)
		if err != nil || row.Presence == store.Gone {
			continue // a row that can't be read is reported where it is planned
		}
		n++
		found.emails = append(found.emails, means.texts(fields, connector.MeansEmail)...)
		found.phones = append(found.phones, means.texts(fields, connector.MeansPhone)...)
	}
	return found, nil
}
