package syncro

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/dovetail-sync/dovetail/connector"
)

// checkPatience bounds a wait while a person looks at a connection test.
const checkPatience = 5 * time.Second

// Check implements connector.Checker: it asks who the key belongs to and then
// for one row of everything, so that each right is seen to be there or not.
func (s *session) Check(ctx context.Context) (connector.CheckResult, error) {
	ctx, done := s.join(ctx)
	defer done()
	who, err := s.me(ctx, checkPatience)
	if err != nil {
		return connector.CheckResult{}, err
	}
	out := connector.CheckResult{
		Account: connector.Account{
			Name: s.subdomain, User: firstOf(who.User, who.Email),
			// What the account calls itself, whatever address led to it.
			StandIn: strings.ToLower(firstOf(who.Subdomain, text(s.subdomain))),
		},
		Counts: make(map[connector.Kind]int),
	}
	granted := make(map[string]bool)
	var anAsset connector.Key
	for _, list := range listings() {
		first, ok, err := s.probe(ctx, list)
		if err != nil {
			return connector.CheckResult{}, err
		}
		granted[list.listRight] = ok
		if !ok {
			continue
		}
		if n, ok := first.count(); ok {
			out.Counts[list.kind] = n
		}
		for _, r := range first.rows {
			if out.Account.ID == "" {
				out.Account.ID = r.account
			}
			if list.kind == KindAsset && anAsset == "" {
				anAsset = r.record.Key
			}
		}
	}
	if granted[rightAssetsView], err = s.probeAsset(ctx, anAsset); err != nil {
		return connector.CheckResult{}, err
	}
	found, err := s.settings(ctx, checkPatience)
	if err != nil {
		return connector.CheckResult{}, err
	}
	out.Types = found.recordTypes()
	out.Rights = rights(granted)
	out.Notes = notes(who, s.subdomain, granted, out.Counts)
	return out, nil
}

// probe reads the beginning of a list. The bool is whether the key may.
func (s *session) probe(ctx context.Context, list listing) (listed, bool, error) {
	answer, err := list.page(ctx, s, query{op: "list " + list.labels, params: list.params(1, 1, "", ""), patience: checkPatience})
	switch connector.CodeOf(err) {
	case "":
	case connector.CodePermission:
		return listed{}, false, nil
	default:
		return listed{}, false, err
	}
	return answer, true, nil
}

// probeAsset looks up one asset to see whether the key may. Where no asset was
// seen any id does: the right is asked for before the record.
func (s *session) probeAsset(ctx context.Context, key connector.Key) (bool, error) {
	if key == "" {
		key = "1"
	}
	err := s.get(ctx, query{
		op: "get asset " + string(key), path: "/customer_assets/" + string(key),
		right: rightAssetsView, patience: checkPatience,
	})
	switch connector.CodeOf(err) {
	case "", connector.CodeNotFound:
		return true, nil
	case connector.CodePermission:
		return false, nil
	default:
		return false, err
	}
}

// rights lists the rights, and whether the key has them.
func rights(granted map[string]bool) []connector.Right {
	var out []connector.Right
	for _, right := range rightTable() {
		out = append(out, connector.Right{Name: right.Name, Granted: granted[right.Name], Kinds: right.Kinds})
	}
	return out
}

// notes are the sentences about what is unusual.
func notes(who identity, subdomain string, granted map[string]bool, counts map[connector.Kind]int) []string {
	var out []string
	if granted[rightCustomersList] && counts[KindCustomer] == 0 {
		out = append(out, "The connection works, and the account has no customer that this key can see: there is nothing to read. "+
			"Check that this is the right account, and that the key isn't limited to certain customers.")
	}
	if who.Customers != nil {
		out = append(out, fmt.Sprintf("The key sees %d of the account's customers only. Records of the others can't be told from deleted ones.", len(who.Customers)))
	}
	if sub := who.Subdomain.trim(); sub != "" && !strings.EqualFold(sub, subdomain) {
		out = append(out, fmt.Sprintf("The account calls itself %q now, and is configured as %q.", sub, subdomain))
	}
	if granted[rightAssetsList] && !granted[rightAssetsView] {
		out = append(out, "Without the right \""+rightAssetsView+"\" assets are read, and one that is missing can't be confirmed as deleted.")
	}
	return out
}

// Count implements connector.Counter.
func (s *session) Count(ctx context.Context, kind connector.Kind) (int, error) {
	ctx, done := s.join(ctx)
	defer done()
	list, err := listingOf(kind)
	if err != nil {
		return 0, err
	}
	op := "count " + list.labels
	answer, err := list.page(ctx, s, query{op: op, params: list.params(1, 1, "", "")})
	if err != nil {
		return 0, err
	}
	n, ok := answer.count()
	if !ok {
		return 0, &connector.Error{Code: connector.CodeProtocol, Source: name, Op: op, Detail: "the list doesn't say how many there are"}
	}
	return n, nil
}

// count returns how many records the list has, as its first page says, and
// whether it does. The number that the list gives is not reliable, but never
// less than what came.
func (l *listed) count() (int, bool) {
	came := len(l.ids)
	switch {
	case l.meta.TotalEntries > 0:
		return max(l.meta.TotalEntries, came), true
	case came == 0, l.meta.TotalPages == 1:
		return came, true
	}
	return 0, false
}
