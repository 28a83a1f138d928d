package sqlstore

import (
	"context"
	"fmt"
	"iter"
	"reflect"
	"strings"

	"github.com/dovetail-sync/dovetail/connector"
	"github.com/dovetail-sync/dovetail/store"
)

// Companies implements store.Companies.
func (d *Documents) Companies(ctx context.Context) iter.Seq2[store.Company, error] {
	return listed(ctx, d, d.tables.companies, list{by: []string{"id"}}, func(_ context.Context, c company) (store.Company, error) { return c.shown(), nil })
}

// Company implements store.Companies.
func (d *Documents) Company(ctx context.Context, id store.CompanyID) (store.Company, error) {
	var found store.Company
	err := d.view(ctx, "company", func(s scope) error {
		c, err := d.company(s, id)
		found = c.shown()
		return err
	})
	return found, err
}

func (d *Documents) company(s scope, id store.CompanyID) (company, error) {
	return one(s, d.tables.companies, &company{Company: store.Company{ID: id}}, id)
}

// shown is the company as it is returned.
func (c company) shown() store.Company {
	c.Version = versionOf(c.version)
	return c.Company
}

// CreateCompany implements store.Companies.
func (d *Documents) CreateCompany(ctx context.Context, n store.NewCompany, intent store.Intent) (store.Company, error) {
	var stored store.Company
	err := d.change(ctx, "create company", func(s scope) (err error) {
		c := company{Company: store.Company{ID: store.CompanyID(newID()), Created: madeNow()}, version: 1}
		fill(&c.Details, n.Details)
		stored, err = create(d, s, creation[store.Company]{
			intent: intent, made: store.Created{Company: c.ID},
			check: func() (err error) { c.Name, err = tidyName(n.Name); return err },
			again: func(made store.Created) (store.Company, error) {
				earlier, err := d.company(s, made.Company)
				return earlier.shown(), err
			},
			write: func() (store.Company, error) { return c.shown(), gather(s, d.tables.companies, c) },
		})
		return err
	})
	return stored, err
}

// UpdateCompany implements store.Companies.
func (d *Documents) UpdateCompany(ctx context.Context, p store.CompanyPatch, intent store.Intent) (store.Company, error) {
	var stored store.Company
	err := d.change(ctx, fmt.Sprintf("update company %q", p.ID), func(s scope) error {
		if err := intent.Check(); err != nil {
			return err
		}
		if err := d.lock(s, "companies", string(p.ID)); err != nil {
			return err
		}
		old, err := d.company(s, p.ID)
		if err != nil {
			return err
		}
		if p.Base != "" && p.Base != versionOf(old.version) {
			return store.ErrStale
		}
		c := d.tables.companies.copy(old)
		if p.Name != "" {
			if c.Name, err = tidyName(p.Name); err != nil {
				return err
			}
		}
		fill(&c.Details, p.Details)
		stored, err = d.saveCompany(s, old, c)
		return err
	})
	return stored, err
}

// saveCompany writes a company under a new version, if anything changed.
func (d *Documents) saveCompany(s scope, old, c company) (store.Company, error) {
	if reflect.DeepEqual(old, c) {
		return c.shown(), nil
	}
	c.version = old.version + 1
	delete(s.ground().companies, c.ID)
	return c.shown(), gather(s, d.tables.companies, c)
}

// tidyName returns a name as it is kept.
func tidyName(name string) (string, error) {
	if name = strings.TrimSpace(connector.CleanText(name)); name == "" {
		return "", fmt.Errorf("%w: the name is blank", store.ErrRefused)
	}
	return name, nil
}

// fill writes the details that with has over those of d.
func fill(d *store.Details, with store.Details) {
	for _, detail := range []struct {
		to   *string
		from string
	}{
		{&d.Phone, with.Phone},
		{&d.Website, with.Website},
		{&d.Street, with.Street},
		{&d.Street2, with.Street2},
		{&d.City, with.City},
		{&d.State, with.State},
		{&d.Postcode, with.Postcode},
		{&d.Country, with.Country},
	} {
		if text := strings.TrimSpace(connector.CleanText(detail.from)); text != "" {
			*detail.to = text
		}
	}
}
