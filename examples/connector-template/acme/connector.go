package acme

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
	// KindClient is a client, which becomes a company.
	KindClient connector.Kind = "client"
	// KindSite is a place of a client.
	KindSite connector.Kind = "site"
	// KindDevice is a device of a client.
	KindDevice connector.Kind = "device"
)

// The names of the settings.
const (
	// FieldTenant is the name in front of ".acme.example".
	FieldTenant = "tenant"
	// FieldRefreshToken is the credential. It is replaced with every login.
	FieldRefreshToken = "refresh_token"
)

const (
	name    = "acme"
	version = "0.1.0"
	// domain is where all accounts are. No credential is sent anywhere else.
	domain = "acme.example"
	// budget is the key of the request limit.
	budget = domain
)

// Connector is the Acme connector. Make it with New, once for a process: its
// sessions share one request budget.
type Connector struct{ pacer *rest.Pacer }

// New returns the connector.
func New() *Connector { return &Connector{pacer: rest.NewPacer(limit())} }

// limit is what Acme allows one address.
func limit() connector.Limit {
	return connector.Limit{Key: budget, Requests: 300, Per: time.Minute, Burst: 10}
}

// Info implements connector.Connector.
func (c *Connector) Info() connector.Info {
	return connector.Info{
		Name: name, Title: "Acme", Version: version, Container: KindClient,
		Kinds: []connector.KindInfo{
			{
				Kind: KindClient, Role: connector.RoleContainer, Title: "Client", Plural: "Clients",
				Within: true, Changes: true, DataPoints: clientPoints(),
			},
			{
				Kind: KindSite, Role: connector.RoleOther, Title: "Site", Plural: "Sites",
				Within: true, Changes: true, DataPoints: sitePoints(),
			},
			{
				Kind: KindDevice, Role: connector.RoleDevice, Title: "Device", Plural: "Devices",
				Within: true, Changes: true, DataPoints: devicePoints(),
			},
		},
		Config: []connector.ConfigField{
			{
				Name: FieldTenant, Type: connector.ConfigText, Title: "Tenant", Required: true,
				Pattern: `[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?`, Example: "contoso",
				Help: "The name in front of ." + domain + " in the address that the browser shows.",
			},
			{
				Name: FieldRefreshToken, Type: connector.ConfigSecret, Title: "Refresh token", Required: true,
				Help: "Make an API client in Acme under Settings, API, and copy its refresh token.",
			},
		},
		Limits: []connector.Limit{limit()},
		Pages: []connector.PagePattern{
			{Kind: KindClient, Host: "*." + domain, Path: "/clients/{id}"},
			{Kind: KindSite, Host: "*." + domain, Path: "/sites/{id}"},
			{Kind: KindDevice, Host: "*." + domain, Path: "/devices/{id}"},
		},
	}
}

// Open implements connector.Connector.
func (c *Connector) Open(_ context.Context, opt connector.OpenOptions) (connector.Session, error) {
	cfg, err := connector.ParseConfig(c.Info().Config, opt.Config)
	if err != nil {
		return nil, err
	}
	base := "https://" + cfg.Text(FieldTenant) + "." + domain
	if opt.Endpoint != "" {
		base = strings.TrimRight(opt.Endpoint, "/")
	}
	s := &session{host: opt.Host, token: newToken(cfg.Secret(FieldRefreshToken))}
	s.client, err = rest.New(rest.Config{
		Source: name, Base: base + "/v2", Hosts: []string{domain},
		Header:       http.Header{"User-Agent": {"dovetail-" + name + "/" + version}},
		Authorize:    s.token.authorize,
		Budget:       budget,
		Host:         opt.Host,
		Pacer:        c.pacer,
		Logger:       opt.Logger,
		RoundTripper: opt.RoundTripper,
		AllowPrivate: opt.Endpoint != "",
	})
	if err != nil {
		return nil, err
	}
	return s, nil
}
