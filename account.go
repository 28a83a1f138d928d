package dovetail

import (
	"context"
	"fmt"
	"strings"

	"github.com/dovetail-sync/dovetail/connector"
	"github.com/dovetail-sync/dovetail/store"
)

// checkAccount stops a read that meets another account than before, before
// anything of it is stored. Where the first page doesn't show the account it is
// looked for elsewhere: a list of companies may well not name it, and those of a
// stranger must not reach the mirror.
func (s *scanner) checkAccount(ctx context.Context, shown string) error {
	if !accountKnown(s.integration) {
		return nil // not seen yet
	}
	if shown == "" && !s.proven {
		var err error
		if shown, err = s.askAccount(ctx); err != nil {
			return err
		}
	}
	s.proven = true // or nothing shows it, and asking again is of no use
	return s.sameAccount(shown)
}

// standIn begins what is noted of an account whose id wasn't seen yet: what the
// connector says in its place. Connection tests compare it; a read can't.
const standIn = "stand-in:"

// accountKnown reports whether the id of the integration's account was seen.
func accountKnown(i store.Integration) bool {
	return i.Account != "" && !strings.HasPrefix(i.Account, standIn)
}

// noted returns what is to be noted of an account that a connection test found,
// after what was noted before.
func noted(before string, found connector.Account) string {
	switch {
	case before != "" && !strings.HasPrefix(before, standIn):
		return before
	case found.ID != "":
		return found.ID
	case before == "" && found.StandIn != "":
		return standIn + found.StandIn
	}
	return before
}

// otherAccount says which account a connection test found where another one is
// noted. Empty where it is the same, or nothing tells.
func otherAccount(before string, found connector.Account) string {
	name, stands := strings.CutPrefix(before, standIn)
	switch {
	case stands && found.StandIn != "" && found.StandIn != name:
		return found.StandIn
	case !stands && before != "" && found.ID != "" && found.ID != before:
		return found.ID
	}
	return ""
}

func (s *scanner) sameAccount(account string) error {
	if account == "" || account == s.integration.Account {
		return nil
	}
	return fmt.Errorf("%w: the credentials lead to account %s, and this integration reads account %s (set up another integration for another account)",
		ErrOtherAccount, account, s.integration.Account)
}

// askAccount returns the account that the session reads, or an empty text if
// nothing shows it: it looks at the first page of each other kind, and has the
// connector test its connection where none of them says.
func (r *reader) askAccount(ctx context.Context) (string, error) {
	for _, kind := range r.info.Kinds {
		if kind.Kind == r.info.Container {
			continue
		}
		for page, err := range r.session.Read(ctx, connector.ReadRequest{Kind: kind.Kind, SizeHint: 1}) {
			switch {
			case err != nil && endsRead(err):
				return "", err
			case page.Account != "":
				return page.Account, nil
			}
			break // this kind says no more, or a right is missing
		}
	}
	check := connector.FeaturesOf(r.session).Check
	if check == nil {
		return "", nil
	}
	result, err := check(ctx)
	return result.Account.ID, err
}
