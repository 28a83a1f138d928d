package syncrotest

import (
	"cmp"
	"errors"
	"fmt"
	"regexp"
	"time"
)

// Options describe an account. The zero value is an empty account.
type Options struct {
	// Seed chooses what is generated: the same seed and sizes give the same
	// account, byte for byte. Zero means 1.
	Seed uint64

	// Customers is the number of generated customers, disabled ones included.
	// Some are the same company twice, and siblings of another; from 60 on there
	// are chains, whose stores are customers of one name, and companies of many
	// sites.
	Customers int
	// Contacts is the number of generated contacts, those without a customer included.
	Contacts int
	// Assets is the number of generated assets.
	Assets int

	// Token is the API token that requests must carry. Empty means "test-token".
	Token string
	// Subdomain is the account's name in its addresses. Empty means "example".
	Subdomain string
	// AccountID is the tenant's number, seen on contacts and assets. Zero means 48213.
	AccountID int64

	// Epoch is the newest instant in generated rows. Zero means
	// 2026-01-05 09:00 UTC.
	Epoch time.Time
	// RateLimit is how many requests one caller address may make in any sixty
	// seconds. Zero means no limit; Syncro's own is [SyncroRateLimit].
	RateLimit int
	// Limiter is what the account counts requests with, together with the other
	// accounts that have the same. Nil means one of its own, of RateLimit.
	Limiter *Limiter
	// Faults are switched on from the beginning: see [Faults].
	Faults []Fault
	// Now is the clock of the rate limit, of the request log and of changes.
	// Nil means time.Now, which a testing/synctest bubble controls.
	Now func() time.Time

	// PageSize sets how many rows a page has.
	PageSize PageSize
}

// PageSize is the number of rows on a full page of each list.
type PageSize struct {
	// Customers is the page size of /customers. Zero means 100. A request can
	// ask for less with per_page, on this list only.
	Customers int
	// Contacts is the page size of /contacts. Zero means 50.
	Contacts int
	// Assets is the page size of /customer_assets. Zero means 50.
	Assets int
}

// SyncroRateLimit is the number of requests a minute that Syncro itself allows
// one address, over all accounts together.
const SyncroRateLimit = 180

const (
	defaultToken     = "test-token"
	defaultSubdomain = "example"
	defaultAccountID = 48213
)

var subdomainPattern = regexp.MustCompile(`^[a-z0-9]([a-z0-9-]*[a-z0-9])?$`)

// check reports every option that can't be served, joined.
func (o Options) check() error {
	var errs []error
	for _, size := range []struct {
		name  string
		value int
	}{
		{"Customers", o.Customers},
		{"Contacts", o.Contacts},
		{"Assets", o.Assets},
		{"RateLimit", o.RateLimit},
		{"PageSize.Customers", o.PageSize.Customers},
		{"PageSize.Contacts", o.PageSize.Contacts},
		{"PageSize.Assets", o.PageSize.Assets},
	} {
		if size.value < 0 {
			errs = append(errs, fmt.Errorf("syncrotest: options: %s is %d (must be 0 or more)", size.name, size.value))
		}
	}
	if o.Subdomain != "" && !subdomainPattern.MatchString(o.Subdomain) {
		errs = append(errs, errors.New("syncrotest: options: Subdomain is not a lower-case host label (such as \"example\")"))
	}
	if o.Limiter != nil && o.RateLimit != 0 {
		errs = append(errs, errors.New("syncrotest: options: both RateLimit and Limiter are set (set one)"))
	}
	return errors.Join(errs...)
}

// withDefaults replaces zero values by their meaning.
func (o Options) withDefaults() Options {
	o.Seed = max(o.Seed, 1)
	o.Token = cmp.Or(o.Token, defaultToken)
	o.Subdomain = cmp.Or(o.Subdomain, defaultSubdomain)
	o.AccountID = cmp.Or(o.AccountID, defaultAccountID)
	if o.Epoch.IsZero() {
		o.Epoch = time.Date(2026, time.January, 5, 9, 0, 0, 0, time.UTC)
	}
	o.Epoch = o.Epoch.UTC().Truncate(time.Millisecond)
	if o.Limiter == nil {
		o.Limiter = NewLimiter(o.RateLimit)
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	o.PageSize.Customers = cmp.Or(o.PageSize.Customers, 100)
	o.PageSize.Contacts = cmp.Or(o.PageSize.Contacts, 50)
	o.PageSize.Assets = cmp.Or(o.PageSize.Assets, 50)
	return o
}
