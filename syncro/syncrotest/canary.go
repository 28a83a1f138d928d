package syncrotest

import (
	"fmt"
	"hash/fnv"
)

// CanaryPrefix begins every secret in the account's bodies.
const CanaryPrefix = "canary-"

// canary returns a secret of the account: always the same for the same kind
// and id.
func (a *Account) canary(kind string, id int64) string {
	h := fnv.New64a()
	fmt.Fprintf(h, "%d/%s/%d", a.opt.Seed, kind, id)
	return fmt.Sprintf("%s%s-%016x", CanaryPrefix, kind, h.Sum64())
}

// Canaries returns every secret that the account's answers can hold now, and
// the API token: what must never be seen in a log, an error or stored data.
func (a *Account) Canaries() []string {
	a.mu.Lock()
	defer a.mu.Unlock()
	out := []string{a.opt.Token, a.userToken()}
	for _, c := range a.customers.rows {
		out = append(out, a.portalKey(c.ID))
	}
	for _, s := range a.assets.rows {
		out = append(out, a.community(s.ID))
		if s.RMMLinks {
			out = append(out, a.remoteKey(s.ID))
		}
	}
	return out
}

func (a *Account) userToken() string { return a.canary("user", a.opt.AccountID) }

func (a *Account) portalKey(customer int64) string { return a.canary("portal", customer) }

func (a *Account) community(asset int64) string { return a.canary("snmp", asset) }

func (a *Account) remoteKey(asset int64) string { return a.canary("remote", asset) }
