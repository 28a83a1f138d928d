package acmetest

import (
	"github.com/dovetail-sync/dovetail/connector"
	"github.com/dovetail-sync/dovetail/connector/connectortest"
)

// Upstream returns the account as the fixture of the conformance suite: c is
// what is tested.
func (a *Account) Upstream(c connector.Connector) connectortest.Upstream {
	feed := func(kind connector.Kind) string { return string(kind) + "s" }
	return connectortest.Upstream{
		Connector: c, Handler: a, PageRows: PageRows, Shrinks: []connector.Kind{"client", "site", "device"},
		Config: connector.Config{
			Values:  map[string]string{"tenant": "contoso"},
			Secrets: map[string]connector.Secret{"refresh_token": connector.NewSecret(FirstRefreshToken)},
		},
		Add: func(s connectortest.Seed) (connector.Key, error) {
			row := Row{"name": s.Name}
			if s.Key != "" {
				row["id"] = string(s.Key)
			}
			if s.Container != "" {
				row["client_id"] = string(s.Container)
			}
			if !s.Updated.IsZero() {
				row["updated_at"] = s.Updated
			}
			return connector.Key(a.Put(feed(s.Kind), row)), nil
		},
		Touch: func(kind connector.Kind, key connector.Key) error {
			a.Put(feed(kind), Row{"id": string(key)})
			return nil
		},
		Delete: func(kind connector.Kind, key connector.Key) error {
			a.Delete(feed(kind), string(key))
			return nil
		},
		Damage: func(kind connector.Kind, key connector.Key) error {
			a.Put(feed(kind), Row{"id": string(key), "name": Row{"broken": true}})
			return nil
		},
		Expire: func() error {
			a.Forget()
			return nil
		},
	}
}
