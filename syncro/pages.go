package syncro

import "github.com/dovetail-sync/dovetail/connector"

// pagePatterns are the pages of Syncro's web interface that show a record: on
// the hosts of accounts, and on those for the accounts' own customers. No page
// of a contact is known.
func pagePatterns() []connector.PagePattern {
	var out []connector.PagePattern
	for _, suffix := range suffixes {
		for _, host := range []string{"*." + suffix, "*." + pageHost + "." + suffix} {
			out = append(out,
				connector.PagePattern{Kind: KindCustomer, Host: host, Path: "/customers/{number}"},
				connector.PagePattern{Kind: KindAsset, Host: host, Path: "/customer_assets/{number}"},
			)
		}
	}
	return out
}

// pageHost stands between an account's name and the domain in the addresses of
// pages for the account's customers.
const pageHost = "shield"
