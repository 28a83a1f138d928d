package storetest_test

import (
	"context"
	"errors"
	"strings"

	"github.com/dovetail-sync/dovetail/store"
	"github.com/dovetail-sync/dovetail/store/memory"
	"github.com/dovetail-sync/dovetail/store/storetest"
)

// fixtureMutants are about accounts and reopening.
func fixtureMutants() map[string]mutant {
	const apart, reopened = "accounts are apart", "all is there after reopening"
	return map[string]mutant{
		"takes an account for another in upper case": {fails: apart, fixture: accountsBy(strings.ToUpper)},
		"drops white space at the end of an account": {fails: apart, fixture: accountsBy(func(id string) string { return strings.TrimRight(id, " ") })},
		"cuts an account that is long":               {fails: apart, fixture: accountsBy(func(id string) string { return id[:min(len(id), 190)] })},
		"numbers the journal over all accounts":      {fails: apart, fixture: numbersOverAll},
		"loses all when it is reopened":              {fails: reopened, fixture: losesAll},
	}
}

// accountsBy gives accounts one ledger where the same is made of their ids.
func accountsBy(fold func(id string) string) func(f *storetest.LedgerFixture) {
	return func(f *storetest.LedgerFixture) {
		f.Accounts = func(_ context.Context, ids ...string) ([]store.Ledger, error) {
			byID, ledgers := map[string]store.Ledger{}, make([]store.Ledger, len(ids))
			for i, id := range ids {
				if byID[fold(id)] == nil {
					byID[fold(id)] = memory.New().Ledger()
				}
				ledgers[i] = byID[fold(id)]
			}
			return ledgers, nil
		}
	}
}

func numbersOverAll(f *storetest.LedgerFixture) {
	whole := f.Accounts
	f.Accounts = func(ctx context.Context, ids ...string) ([]store.Ledger, error) {
		ledgers, err := whole(ctx, ids...)
		for _, l := range ledgers[1:] { // the first account has taken a number
			err = errors.Join(err, l.Update(ctx, func(_ context.Context, w store.Writer) error { return w.AppendJournal(store.JournalEntry{}) }))
		}
		return ledgers, err
	}
}

func losesAll(f *storetest.LedgerFixture) {
	f.Reopen = func(context.Context, store.Ledger) (store.Ledger, error) { return memory.New().Ledger(), nil }
}
