package syncro

import (
	"context"
	"net/http"
	"strings"
	"time"

	"github.com/dovetail-sync/dovetail/connector"
	"github.com/dovetail-sync/dovetail/connector/rest"
)

// The kinds of record that the connector reads.
const (
	// KindCustomer is a customer: an organisation, or a person.
	KindCustomer connector.Kind = "customer"
	// KindContact is a person, or a mailbox, of a customer.
	KindContact connector.Kind = "contact"
	// KindAsset is a device, or anything else that Syncro keeps as an asset.
	KindAsset connector.Kind = "asset"
)

// Budget is the key of the request limit: see connector.Limit. Both domains
// count into it, since nothing says that Syncro counts them apart.
const Budget = "syncromsp.com"

const (
	name    = "syncro"
	version = "0.1.0"
	apiPath = "/api/v1"

	// Syncro asks integrators for a User-Agent by which they can be reached.
	userAgent = "dovetail/" + version + " (+https://github.com/dovetail-sync/dovetail)"
)

// Connector is the Syncro connector. Make it with New, once for a process: its
// sessions share one request budget.
type Connector struct {
	pacer *rest.Pacer
}

// New returns the connector.
func New() *Connector { return &Connector{pacer: rest.NewPacer(limit())} }

// limit keeps to Syncro's 180 requests in any minute: 171 and 9. What is held
// up on its way and arrives together with others is seldom, and a refused
// request waits and comes again.
func limit() connector.Limit {
	return connector.Limit{Key: Budget, Requests: 171, Per: time.Minute, Burst: 9}
}

// Info implements connector.Connector.
func (c *Connector) Info() connector.Info {
	return connector.Info{
		Name: name, Title: "Syncro", Version: version, Container: KindCustomer,
		Kinds: []connector.KindInfo{
			{
				Kind: KindCustomer, Role: connector.RoleContainer, Title: "Customer", Plural: "Customers",
				Within: true, Changes: true, DataPoints: customerPoints(),
			},
			{
				Kind: KindContact, Role: connector.RolePerson, Title: "Contact", Plural: "Contacts",
				Within: true, DataPoints: contactPoints(),
			},
			{
				Kind: KindAsset, Role: connector.RoleDevice, Title: "Asset", Plural: "Assets",
				Within: true, DataPoints: assetPoints(),
			},
		},
		Config: configFields(),
		Limits: []connector.Limit{limit()},
		Rights: rightTable(),
		Pages:  pagePatterns(),
	}
}

// Open implements connector.Connector.
func (c *Connector) Open(_ context.Context, opt connector.OpenOptions) (connector.Session, error) {
	account, err := parseConfig(opt.Config)
	if err != nil {
		return nil, err
	}
	web := "https://" + account.host
	base := web
	if opt.Endpoint != "" {
		base = strings.TrimRight(opt.Endpoint, "/")
	}
	client, err := rest.New(rest.Config{
		Source: name,
		Base:   base + apiPath,
		Header: http.Header{"User-Agent": {userAgent}},
		Authorize: func(r *http.Request) {
			r.Header.Set("Authorization", "Bearer "+account.key.Reveal())
		},
		Budget:       Budget,
		Host:         opt.Host,
		Pacer:        c.pacer,
		Logger:       opt.Logger,
		RoundTripper: opt.RoundTripper,
		AllowPrivate: opt.Endpoint != "",
	})
	if err != nil {
		return nil, err
	}
	return newSession(client, opt.Host, account.subdomain, web), nil
}
