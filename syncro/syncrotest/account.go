package syncrotest

import (
	"fmt"
	"sync"
	"time"
)

// Account is one Syncro account: its rows, the rights of its token, and the
// http.Handler that serves them. It is safe for concurrent use.
type Account struct {
	opt  Options
	zone *time.Location

	mu        sync.Mutex
	customers table[Customer]
	contacts  table[Contact]
	assets    table[Asset]
	types     []AssetTypeInfo
	denied    map[Permission]bool
	stamped   time.Time
	limiter   *Limiter
	log       requestLog
	faults    []*activeFault
	script    []scripted
	damaged   map[damagedRow]bool
	// limitedTo are the customers that the token sees. Nil: all.
	limitedTo []int64
}

// New makes an account. It fails on sizes below zero, on a subdomain that can't
// be part of a host name, and on a fault that isn't in the table.
func New(opt Options) (*Account, error) {
	if err := opt.check(); err != nil {
		return nil, err
	}
	opt = opt.withDefaults()
	a := &Account{
		opt:     opt,
		zone:    time.FixedZone(accountZoneName, accountZoneOffset),
		denied:  make(map[Permission]bool),
		stamped: opt.Epoch,
		limiter: opt.Limiter,
		customers: table[Customer]{
			idOf:       func(c *Customer) int64 { return c.ID },
			customerOf: func(c *Customer) int64 { return c.ID },
		},
		contacts: table[Contact]{
			idOf:       func(c *Contact) int64 { return c.ID },
			customerOf: func(c *Contact) int64 { return c.CustomerID },
		},
		assets: table[Asset]{
			idOf:       func(s *Asset) int64 { return s.ID },
			customerOf: func(s *Asset) int64 { return s.CustomerID },
		},
	}
	a.typeID(AgentType)
	generate(a)
	if err := a.SwitchOn(opt.Faults...); err != nil {
		return nil, err
	}
	return a, nil
}

// The account's zone has no daylight saving time, so that its offset is right
// all year without a zone database.
const (
	accountZoneName   = "America/Phoenix"
	accountZoneOffset = -7 * 60 * 60
)

// Token returns the API token that requests must carry.
func (a *Account) Token() string { return a.opt.Token }

// Subdomain returns the account's name in its addresses.
func (a *Account) Subdomain() string { return a.opt.Subdomain }

// ID returns the tenant's number.
func (a *Account) ID() int64 { return a.opt.AccountID }

// BaseURL returns the address that the real account of this subdomain would
// have, with the API's path. The account's RoundTripper answers it.
func (a *Account) BaseURL() string {
	return fmt.Sprintf("https://%s.syncromsp.com%s", a.opt.Subdomain, apiPath)
}

// stamp returns the instant of a change: now, but always past the stamp
// before. A bubble of testing/synctest starts long before any Epoch.
func (a *Account) stamp() time.Time {
	now := a.opt.Now().UTC().Truncate(time.Millisecond)
	if next := a.stamped.Add(time.Millisecond); now.Before(next) {
		now = next
	}
	a.stamped = now
	return now
}

// created completes the times of an added row.
func (a *Account) created(createdAt, updatedAt *time.Time) {
	if createdAt.IsZero() {
		*createdAt = a.stamp()
	}
	if updatedAt.IsZero() {
		*updatedAt = *createdAt
	}
}
