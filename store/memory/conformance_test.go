package memory_test

import (
	"context"
	"testing"

	"github.com/dovetail-sync/dovetail/store"
	"github.com/dovetail-sync/dovetail/store/memory"
	"github.com/dovetail-sync/dovetail/store/storetest"
)

func TestTheLedgerKeepsItsContract(t *testing.T) {
	t.Parallel()
	storetest.TestLedger(t, storetest.LedgerFixture{
		New: func(context.Context) (store.Ledger, error) { return memory.New().Ledger(), nil },
	})
}
