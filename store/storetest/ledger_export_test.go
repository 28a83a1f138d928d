package storetest

import "context"

// LedgerCheckNames returns the names of all checks of a ledger.
func LedgerCheckNames() []string {
	var names []string
	for _, c := range ledgerChecks() {
		names = append(names, c.name)
	}
	return names
}

// OneLedgerCheck runs the check with a name, and returns its error and why it
// was skipped.
func OneLedgerCheck(ctx context.Context, name string, f LedgerFixture) (skipped string, err error) {
	for _, c := range ledgerChecks() {
		if c.name == name {
			o := run(ctx, c, f)
			return o.skipped, o.err
		}
	}
	panic("there is no check " + name)
}
