package storetest_test

import "testing"

// A suite that a broken store passes proves nothing. These are the broken ones.
func TestMutants(t *testing.T) {
	t.Parallel()
	t.Run("ledger", ledgerMutantsFail)
	t.Run("documents", documentsMutantsFail)
}
