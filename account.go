package dovetail

import (
	"context"
	"fmt"

	"github.com/dovetail-sync/dovetail/connector"
)

// checkAccount stops a read that meets another account than before, before
// anything of it is stored. Where the first page doesn't show the account it is
// looked for elsewhere: a list of companies may well not name it, and those of a
// stranger must not reach the mirror.
func (s *scanner) checkAccount(ctx context.Context, shown string) error {
	if s.integration.Account == "" {
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
