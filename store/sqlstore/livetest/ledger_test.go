package livetest_test

import (
	"testing"

	"github.com/dovetail-sync/dovetail/store/storetest"
)

func TestLedgerKeepsTheContract(t *testing.T) {
	t.Parallel()
	eachKind(t, func(t *testing.T, k kind) {
		f := newFixtures(t, k)
		storetest.TestLedger(t, storetest.LedgerFixture{New: f.ledger, Accounts: f.accounts, Reopen: f.reopen, Cards: 20_000})
	})
}
