package syncrotest

import (
	"cmp"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"
)

// customerBody is a customer as an asset embeds it.
type customerBody struct {
	ID                  int64          `json:"id"`
	FirstName           *string        `json:"firstname"`
	LastName            *string        `json:"lastname"`
	FullName            string         `json:"fullname"`
	BusinessName        *string        `json:"business_name"`
	Email               *string        `json:"email"`
	Phone               *string        `json:"phone"`
	Mobile              *string        `json:"mobile"`
	CreatedAt           string         `json:"created_at"`
	UpdatedAt           string         `json:"updated_at"`
	PDFURL              *string        `json:"pdf_url"`
	Address             *string        `json:"address"`
	Address2            *string        `json:"address_2"`
	City                *string        `json:"city"`
	State               *string        `json:"state"`
	Zip                 *string        `json:"zip"`
	Latitude            *float64       `json:"latitude"`
	Longitude           *float64       `json:"longitude"`
	Notes               *string        `json:"notes"`
	GetSMS              bool           `json:"get_sms"`
	OptOut              bool           `json:"opt_out"`
	Disabled            bool           `json:"disabled"`
	NoEmail             bool           `json:"no_email"`
	LocationID          *int64         `json:"location_id"`
	Properties          map[string]any `json:"properties"`
	OnlineProfileURL    string         `json:"online_profile_url"`
	TaxRateID           *int64         `json:"tax_rate_id"`
	NotificationEmail   *string        `json:"notification_email"`
	InvoiceCCEmails     *string        `json:"invoice_cc_emails"`
	InvoiceTermID       *int64         `json:"invoice_term_id"`
	ReferredBy          *string        `json:"referred_by"`
	RefCustomerID       *int64         `json:"ref_customer_id"`
	BusinessAndFullName string         `json:"business_and_full_name"`
	BusinessThenName    string         `json:"business_then_name"`
}

// customerRow is a customer in the list.
type customerRow struct {
	customerBody
	LocationName *string       `json:"location_name"`
	TagList      []string      `json:"tag_list"`
	Contacts     []contactBody `json:"contacts"`
}

// customerDetail is a customer by id.
type customerDetail struct {
	customerRow
	Phones    []phoneBody   `json:"phones"`
	Addresses []addressBody `json:"addresses"`
}

type phoneBody struct {
	ID         int64   `json:"id"`
	Label      *string `json:"label"`
	Number     string  `json:"number"`
	CustomerID int64   `json:"customer_id"`
	CreatedAt  string  `json:"created_at"`
	UpdatedAt  string  `json:"updated_at"`
	Extension  *string `json:"extension"`
}

func (a *Account) listCustomers(c call) reply {
	a.mu.Lock()
	rows := where(a.customers.rows, customerFilters(c)...)
	if c.newestFirst {
		rows = byNewest(rows, updatedCustomer)
	}
	sortCustomers(&rows, c.query.Get("sort"))
	rows, meta := page(rows, c, perPage(c.query, a.opt.PageSize.Customers))
	out := bodiesOf(a, ListCustomers, rows, a.customers.idOf, a.customerRow)
	a.mu.Unlock()
	return c.listReply("customers", out, len(out), meta)
}

func customerFilters(c call) []func(*Customer) bool {
	var out []func(*Customer) bool
	if c.sees != nil {
		out = append(out, func(row *Customer) bool { return c.sees(row.ID) })
	}
	if !isTrue(c.query.Get("include_disabled")) {
		out = append(out, func(c *Customer) bool { return !c.Disabled })
	}
	if wanted := ids(c.query, "id"); wanted != nil {
		out = append(out, func(c *Customer) bool { return slices.Contains(wanted, c.ID) })
	}
	if unwanted := ids(c.query, "not_id"); unwanted != nil {
		out = append(out, func(c *Customer) bool { return !slices.Contains(unwanted, c.ID) })
	}
	for name, values := range map[string]func(*Customer) []string{
		"firstname":     func(c *Customer) []string { return []string{c.FirstName} },
		"lastname":      func(c *Customer) []string { return []string{c.LastName} },
		"business_name": func(c *Customer) []string { return []string{c.BusinessName} },
		"query": func(c *Customer) []string {
			return []string{c.BusinessName, c.FullName(), c.Email, c.Phone, c.Mobile}
		},
	} {
		if text := c.query.Get(name); text != "" {
			out = append(out, func(c *Customer) bool { return like(text, values(c)...) })
		}
	}
	if email := c.query.Get("email"); email != "" {
		out = append(out, func(c *Customer) bool { return strings.EqualFold(email, c.Email) })
	}
	return out
}

// sortCustomers replaces rows by a sorted copy. Order is "field ASC" or "field
// DESC"; an unknown field leaves the rows in order of id.
func sortCustomers(rows *[]*Customer, order string) {
	field, direction, _ := strings.Cut(strings.TrimSpace(order), " ")
	text := func(value func(*Customer) string) func(x, y *Customer) int {
		return func(x, y *Customer) int {
			return strings.Compare(strings.ToLower(value(x)), strings.ToLower(value(y)))
		}
	}
	instant := func(value func(*Customer) time.Time) func(x, y *Customer) int {
		return func(x, y *Customer) int { return value(x).Compare(value(y)) }
	}
	compare, ok := map[string]func(x, y *Customer) int{
		"id":                 func(x, y *Customer) int { return cmp.Compare(x.ID, y.ID) },
		"created_at":         instant(func(c *Customer) time.Time { return c.CreatedAt }),
		"updated_at":         instant(func(c *Customer) time.Time { return c.UpdatedAt }),
		"firstname":          text(func(c *Customer) string { return c.FirstName }),
		"lastname":           text(func(c *Customer) string { return c.LastName }),
		"business_name":      text(func(c *Customer) string { return c.BusinessName }),
		"business_then_name": text(func(c *Customer) string { return c.DisplayName() }),
		"email":              text(func(c *Customer) string { return c.Email }),
		"city":               text(func(c *Customer) string { return c.Address.City }),
		"state":              text(func(c *Customer) string { return c.Address.State }),
		"zip":                text(func(c *Customer) string { return c.Address.Zip }),
	}[field]
	if !ok {
		return
	}
	sorted := slices.Clone(*rows)
	descending := strings.EqualFold(strings.TrimSpace(direction), "DESC")
	slices.SortStableFunc(sorted, func(x, y *Customer) int {
		if descending {
			x, y = y, x
		}
		return compare(x, y)
	})
	*rows = sorted
}

func (a *Account) getCustomer(c call) reply {
	a.mu.Lock()
	row := a.customers.get(c.id)
	if row == nil || c.hides(row.ID) {
		a.mu.Unlock()
		return notFound()
	}
	out := customerDetail{customerRow: a.customerRow(row), Phones: []phoneBody{}, Addresses: []addressBody{}}
	for _, phone := range row.Phones {
		out.Phones = append(out.Phones, phoneBody{
			ID: phone.ID, Label: orNull(phone.Label), Number: phone.Number, CustomerID: row.ID,
			CreatedAt: a.time(row.CreatedAt), UpdatedAt: a.time(row.CreatedAt), Extension: orNull(phone.Extension),
		})
	}
	for _, site := range row.Sites {
		out.Addresses = append(out.Addresses, a.addressBody(&site, row.ID, row.CreatedAt))
	}
	body := a.bodyOf(ListCustomers, row.ID, out)
	a.mu.Unlock()
	return jsonReply(http.StatusOK, map[string]any{"customer": body})
}

func (a *Account) customerRow(c *Customer) customerRow {
	out := customerRow{
		customerBody: a.customerBody(c),
		LocationName: orNull(c.Address.Name),
		TagList:      orEmpty(c.Tags),
		Contacts:     []contactBody{},
	}
	for _, contact := range a.contacts.of(c.ID) {
		out.Contacts = append(out.Contacts, a.contactBody(contact))
	}
	return out
}

func (a *Account) customerBody(c *Customer) customerBody {
	b := blanksOf(c.CreatedAt, c.UpdatedAt)
	blank := b.text("")
	return customerBody{
		ID:        c.ID,
		FirstName: b.text(c.FirstName), LastName: b.text(c.LastName), FullName: c.FullName(),
		BusinessName: orNull(c.BusinessName),
		Email:        b.text(c.Email), Phone: b.text(c.Phone), Mobile: b.text(c.Mobile),
		CreatedAt: a.time(c.CreatedAt), UpdatedAt: a.time(c.UpdatedAt),
		Address: b.text(c.Address.Street), Address2: b.text(c.Address.Street2),
		City: b.text(c.Address.City), State: b.text(c.Address.State), Zip: b.text(c.Address.Zip),
		Notes: b.text(c.Notes), OptOut: c.OptOut, Disabled: c.Disabled, NoEmail: c.Email == "",
		Properties: c.Properties,
		OnlineProfileURL: fmt.Sprintf("https://%s.syncromsp.com/my_profile/v2/index?portal_key=%s",
			a.opt.Subdomain, a.portalKey(c.ID)),
		NotificationEmail: blank, InvoiceCCEmails: blank, ReferredBy: blank,
		BusinessAndFullName: joinNonBlank(" - ", c.BusinessName, c.FullName()),
		BusinessThenName:    c.DisplayName(),
	}
}
