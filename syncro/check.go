package syncro

import (
	"context"
	"fmt"
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
		Account: connector.Account{Name: s.subdomain, User: firstOf(who.User, who.Email)},
		Counts:  make(map[connector.Kind]int),
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
		out.Counts[list.kind] = max(first.count, len(first.rows))
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

// probed is the first page of a list, as far as a test needs it.
type probed struct {
	rows  []row
	count int
}

// probe reads the beginning of a list. The bool is whether the key may.
func (s *session) probe(ctx context.Context, list listing) (probed, bool, error) {
	answer := listed{wrapper: list.many}
	err := s.get(ctx, query{
		op: "list " + list.labels, path: list.path, params: list.params(1, 1, ""),
		right: list.listRight, into: &answer, patience: checkPatience,
	})
	switch connector.CodeOf(err) {
	case "":
	case connector.CodePermission:
		return probed{}, false, nil
	default:
		return probed{}, false, notAList(err)
	}
	rows, _ := s.decoded(list, answer.rows)
	return probed{rows: rows, count: answer.meta.TotalEntries}, true, nil
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

// rights lists the rights with what can't be read without them. Records are
// read by listing; the rights to look one up keep no kind from being read,
// except that Syncro asks the one for customers of contacts too.
func rights(granted map[string]bool) []connector.Right {
	kinds := map[string][]connector.Kind{
		rightCustomersList: {KindCustomer},
		rightCustomersView: {KindContact},
		rightAssetsList:    {KindAsset},
	}
	var out []connector.Right
	for _, right := range rightNames() {
		out = append(out, connector.Right{Name: right, Granted: granted[right], Kinds: kinds[right]})
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
	if sub := who.Subdomain.trim(); sub != "" && sub != subdomain {
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
	answer := listed{wrapper: list.many}
	op := "count " + list.labels
	err = s.get(ctx, query{
		op: op, path: list.path, params: list.params(1, 1, ""), right: list.listRight, into: &answer,
	})
	if err != nil {
		return 0, notAList(err)
	}
	if answer.meta.TotalEntries == 0 && len(answer.rows) > 0 {
		return 0, &connector.Error{Code: connector.CodeProtocol, Source: name, Op: op, Detail: "the list doesn't say how many there are"}
	}
	return answer.meta.TotalEntries, nil
}
