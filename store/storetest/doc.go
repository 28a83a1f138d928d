// Package storetest checks that a store keeps the contract of package store.
// The two halves are checked apart, because most hosts implement only one:
//
//	func TestDocuments(t *testing.T) {
//		storetest.TestDocuments(t, storetest.DocumentsFixture{New: newPlatform})
//	}
//
//	func TestLedger(t *testing.T) {
//		storetest.TestLedger(t, storetest.LedgerFixture{New: newLedger})
//	}
//
// Each check enforces one rule, which its failure quotes. What a platform can't
// do, by its capabilities, and what a fixture doesn't offer is skipped, and the
// skipped rules are printed. [CheckDocuments] and [CheckLedger] do the same
// without package testing's T and return all failures at once.
//
// The package depends on the standard library alone.
package storetest
