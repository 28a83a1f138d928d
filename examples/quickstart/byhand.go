package main

import (
	"context"
	"fmt"
	"strings"

	"github.com/dovetail-sync/dovetail/connector"
	"github.com/dovetail-sync/dovetail/store"
	"github.com/dovetail-sync/dovetail/syncro/syncrotest"
)

// documentByHand documents part of the account as people do: under spellings of
// their own, with notes, and not all of it.
func documentByHand(ctx context.Context, platform store.Documents, people, devices store.Layout, account *syncrotest.Account) error {
	h := hand{Documents: platform, peopleLayout: people, devicesLayout: devices}
	for i, customer := range account.Customers() {
		if i%3 != 0 || customer.BusinessName == "" || customer.Disabled {
			continue
		}
		company, err := h.CreateCompany(ctx, store.NewCompany{Name: h.spelling(customer.BusinessName)}, h.intent())
		if err != nil {
			return err
		}
		if err := h.devices(ctx, company.ID, customer.ID, account); err != nil {
			return err
		}
		if err := h.people(ctx, company.ID, customer.ID, account); err != nil {
			return err
		}
	}
	_, err := h.CreateCompany(ctx, store.NewCompany{Name: "Our own office"}, h.intent())
	return err
}

// hand writes as a person does.
type hand struct {
	store.Documents
	peopleLayout, devicesLayout store.Layout
	writes                      int
}

func (h *hand) intent() store.Intent {
	h.writes++
	return store.Intent{ID: fmt.Sprintf("by-hand-%d", h.writes), By: store.Person("2", "a colleague")}
}

// spelling is how a colleague wrote the same name.
func (h *hand) spelling(name string) string {
	name = strings.TrimSpace(name)
	switch h.writes % 3 {
	case 0:
		return strings.ToUpper(name)
	case 1:
		return strings.ReplaceAll(name, "&", "and")
	default:
		return strings.ReplaceAll(strings.ReplaceAll(name, ",", ""), ".", "")
	}
}

// devices documents every fourth device with a serial.
func (h *hand) devices(ctx context.Context, company store.CompanyID, customer int64, account *syncrotest.Account) error {
	seen := 0
	for _, asset := range account.Assets() {
		if asset.CustomerID != customer || asset.Serial == "" || asset.Agent == nil {
			continue
		}
		if seen++; seen%4 != 1 {
			continue
		}
		_, err := h.CreateAsset(ctx, store.NewAsset{
			Company: company, Layout: h.devicesLayout.ID, Name: "Computer " + asset.Name,
			Values: store.Values{
				h.field(h.devicesLayout, "Serial number"): connector.Text(strings.ToLower(asset.Serial)),
				h.field(h.devicesLayout, "Notes"):         connector.Text("Stands under the desk at the window. Do not restart on Fridays."),
			},
		}, h.intent())
		if err != nil {
			return err
		}
	}
	return nil
}

// people documents every fifth contact with an address.
func (h *hand) people(ctx context.Context, company store.CompanyID, customer int64, account *syncrotest.Account) error {
	seen := 0
	for _, contact := range account.Contacts() {
		if contact.CustomerID != customer || contact.Email == "" {
			continue
		}
		if seen++; seen%5 != 1 {
			continue
		}
		_, err := h.CreateAsset(ctx, store.NewAsset{
			Company: company, Layout: h.peopleLayout.ID, Name: contact.Name,
			Values: store.Values{
				h.field(h.peopleLayout, "E-mail"): connector.Text(contact.Email),
				h.field(h.peopleLayout, "Notes"):  connector.Text("Prefers to be called before noon."),
			},
		}, h.intent())
		if err != nil {
			return err
		}
	}
	return nil
}

func (h *hand) field(layout store.Layout, name string) store.FieldID {
	for _, field := range layout.Fields {
		if field.Name == name {
			return field.ID
		}
	}
	return ""
}
