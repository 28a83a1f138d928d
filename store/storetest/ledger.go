package storetest

import (
	"context"
	"slices"
	"testing"

	"github.com/dovetail-sync/dovetail/store"
)

// LedgerFixture makes the ledgers that a suite tests. Only New is required;
// rules that need more are skipped.
type LedgerFixture struct {
	// New returns the ledger of an account that nothing was written to. Every
	// check calls it at least once.
	New func(ctx context.Context) (store.Ledger, error)
	// Accounts returns the ledgers of accounts with these ids in one database,
	// nothing written to them yet. An id is text of up to 191 bytes. Nil: each
	// ledger is on its own.
	Accounts func(ctx context.Context, ids ...string) ([]store.Ledger, error)
	// Reopen returns the ledger as another process would find it, without what
	// l holds in memory. Nil: it doesn't outlive its process.
	Reopen func(ctx context.Context, l store.Ledger) (store.Ledger, error)
	// Cards is how many cards the checks of size write. Zero is 100,000.
	Cards int
	// Updates is how many random updates are compared with a model, and Seed what
	// they come from; a failure names it. Zero is 150, and 1.
	Updates int
	Seed    uint64
}

// CheckLedger tests every rule and returns all that are broken.
func CheckLedger(ctx context.Context, f LedgerFixture) error {
	return runAll(ctx, ledgerChecks(), f)
}

// TestLedger tests every rule as a subtest of its own.
func TestLedger(t *testing.T, f LedgerFixture) {
	t.Helper()
	testAll(t, ledgerChecks(), f)
}

// ledgerChecks are the rules of a ledger.
func ledgerChecks() []check[LedgerFixture] {
	return slices.Concat(
		atomicChecks(), snapshotChecks(), turnChecks(), overChecks(), iterateChecks(), newestChecks(), orderChecks(),
		keptChecks(), cleanChecks(), scanChecks(), headChecks(), amongChecks(), eraseChecks(), rowChecks(), fixtureChecks(), sizeChecks(), modelChecks(),
	)
}
