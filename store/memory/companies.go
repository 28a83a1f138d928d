package memory

import (
	"context"
	"fmt"
	"iter"
	"strings"
	"time"

	"github.com/dovetail-sync/dovetail/connector"
	"github.com/dovetail-sync/dovetail/store"
)

// Companies implements store.Companies. They come in the order in which they
// were made, as they were when the iteration began.
func (d *Documents) Companies(ctx context.Context) iter.Seq2[store.Company, error] {
	return func(yield func(store.Company, error) bool) {
		each(ctx, &d.state.Load().companies, all, all, store.Company.Clone)(yield)
	}
}

// Company implements store.Companies.
func (d *Documents) Company(ctx context.Context, id store.CompanyID) (store.Company, error) {
	op := fmt.Sprintf("company %q", id)
	if err := ctx.Err(); err != nil {
		return store.Company{}, fmt.Errorf("memory: %s: %w", op, err)
	}
	c, found := d.state.Load().companies.get(id)
	if !found {
		return store.Company{}, fmt.Errorf("memory: %s: %w", op, store.ErrNotFound)
	}
	return c.Clone(), nil
}

// CreateCompany implements store.Companies.
func (d *Documents) CreateCompany(ctx context.Context, c store.NewCompany, intent store.Intent) (store.Company, error) {
	var stored store.Company
	err := d.write(ctx, "create company", intent, func(e *edit) error {
		if m := e.earlier(intent); m != nil {
			old, found := e.companies.get(m.company)
			if !found {
				return errUsedIntent(intent)
			}
			stored = old.Clone()
			return nil
		}
		name, err := tidyName(c.Name)
		if err != nil {
			return err
		}
		company := store.Company{
			ID:      store.CompanyID(number("company-", &e.lastCompany)),
			Name:    name,
			Created: connector.CleanTime(time.Now()),
		}
		fill(&company.Details, c.Details)
		stored = e.saveCompany(company)
		e.keep(intent, made{company: company.ID})
		return nil
	})
	return stored, err
}

// UpdateCompany implements store.Companies.
func (d *Documents) UpdateCompany(ctx context.Context, p store.CompanyPatch, intent store.Intent) (store.Company, error) {
	var stored store.Company
	err := d.write(ctx, fmt.Sprintf("update company %q", p.ID), intent, func(e *edit) error {
		old, found := e.companies.get(p.ID)
		if !found {
			return store.ErrNotFound
		}
		if p.Base != "" && p.Base != old.Version {
			return store.ErrStale
		}
		company := old.Clone()
		if p.Name != "" {
			var err error
			if company.Name, err = tidyName(p.Name); err != nil {
				return err
			}
		}
		fill(&company.Details, p.Details)
		stored = e.saveCompany(company)
		return nil
	})
	return stored, err
}

// tidyName returns a name as the platform keeps it.
func tidyName(name string) (string, error) {
	if name = tidyText(name); name == "" {
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
		if text := tidyText(detail.from); text != "" {
			*detail.to = text
		}
	}
}

// tidyText returns text as the platform keeps it.
func tidyText(s string) string { return strings.TrimRight(connector.CleanText(s), " \t\r\n") }
