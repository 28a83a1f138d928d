package connector

import (
	"net/url"
	"strings"
)

// PagePattern describes the pages of the upstream's web interface that show a
// record, so that an address which somebody pasted leads to the record.
type PagePattern struct {
	// Kind is the kind of record that the pages show.
	Kind Kind
	// Host is the host's name, lower case. A first label of "*" stands for any
	// one label, which is the account's: "*.example.com".
	Host string
	// Path is the beginning of the path. A segment "{id}" stands for any id,
	// "{number}" for digits alone, and the last of them is the record's:
	// "/customers/{number}". What follows in an address doesn't matter.
	Path string
}

// Ref names one record.
type Ref struct {
	// Kind is its kind.
	Kind Kind `json:"kind"`
	// Key is its id.
	Key Key `json:"key"`
}

// Location is where an address leads.
type Location struct {
	Ref
	// Account is the label of the host's name that stands for the account, as
	// in "acme" of acme.example.com. Empty where the pattern names the host.
	Account string
}

// maxAddress bounds the addresses that are looked at, in bytes.
const maxAddress = 4096

// Locate returns the record whose page has the address, by the first of Pages
// that fits. The address may lack its scheme, as people copy it, and may have
// any query and any further path.
func (i Info) Locate(address string) (Location, bool) {
	address = strings.TrimSpace(address)
	if address == "" || len(address) > maxAddress {
		return Location{}, false
	}
	if !strings.Contains(address, "://") {
		address = "https://" + address
	}
	u, err := url.Parse(address)
	if err != nil || u.Scheme != "https" && u.Scheme != "http" || u.User != nil {
		return Location{}, false
	}
	host := strings.TrimSuffix(strings.ToLower(u.Hostname()), ".")
	for _, pattern := range i.Pages {
		account, ok := pattern.matchHost(host)
		if !ok {
			continue
		}
		if key, ok := pattern.matchPath(u.Path); ok {
			return Location{Ref: Ref{Kind: pattern.Kind, Key: key}, Account: account}, true
		}
	}
	return Location{}, false
}

func (p PagePattern) matchHost(host string) (account string, ok bool) {
	domain, wild := strings.CutPrefix(p.Host, "*.")
	if !wild {
		return "", host == p.Host
	}
	account, ok = strings.CutSuffix(host, "."+domain)
	return account, ok && account != "" && !strings.Contains(account, ".")
}

func (p PagePattern) matchPath(path string) (key Key, ok bool) {
	wanted, found := strings.Split(p.Path, "/"), strings.Split(path, "/")
	if len(found) < len(wanted) {
		return "", false
	}
	for i, segment := range wanted {
		switch segment {
		case "{id}":
			key = Key(found[i])
		case "{number}":
			if strings.Trim(found[i], "0123456789") != "" {
				return "", false
			}
			key = Key(found[i])
		default:
			if segment != found[i] {
				return "", false
			}
		}
	}
	return key, key.Check() == nil
}
