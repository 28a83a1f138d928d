package storetest

import (
	"errors"
	"fmt"
	"strings"

	"github.com/dovetail-sync/dovetail/connector"
	"github.com/dovetail-sync/dovetail/store"
)

// fixtureChecks are the rules that need more of a fixture than New.
func fixtureChecks() []check[LedgerFixture] {
	return []check[LedgerFixture]{
		{
			name: "accounts are apart", rule: "A Store is one account's data; an engine never sees more than one (Store).",
			run: checkAccounts,
		},
		{
			name: "all is there after reopening", rule: "Update makes all that it wrote durable (Ledger.Update).",
			run: checkReopen,
		},
	}
}

// hostileAccounts are ids of accounts that one that quotes badly, compares in a
// language's way, or joins its keys carelessly would mix up.
func hostileAccounts() []string {
	return []string{
		"a", "A", "a ", " a", "\u00e4", "a\u0308", "a'; drop table cards; --", "%", "_", "", "'", `"`, `\`, "1", "01", "null",
		"a/i1", strings.Repeat("x", 191), strings.Repeat("x", 190) + "y", "\U0001F600", "\uff5e",
	}
}

// checkAccounts does the same to the same keys in all accounts, each with content
// of its own.
func checkAccounts(p *probe, f LedgerFixture) {
	if f.Accounts == nil {
		p.skipf("the fixture has no Accounts")
	}
	ids := hostileAccounts()
	ledgers, err := f.Accounts(p.ctx, ids...)
	p.must(err, "Accounts")
	books := make([]*book, len(ids))
	for i, l := range ledgers {
		books[i] = newBook()
		desk{p, l}.update(fmt.Sprintf("fill the account %q", ids[i]), func(w store.Writer) error { return books[i].fillAccount(w, i) })
	}
	compare := func(when string) {
		for i, l := range ledgers {
			desk{p, l}.compare(fmt.Sprintf("%s: the account %q", when, ids[i]), books[i])
		}
	}
	compare("after all were filled")
	for i, l := range ledgers {
		d := desk{p, l}
		if i%2 == 0 {
			d.update("change every second account", books[i].churn)
		} else {
			d.fails("change the others, and fail", books[i].copy().churn)
		}
	}
	compare("after every second one was changed")
	desk{p, ledgers[0]}.update("delete what one account has", books[0].deleteAll)
	compare("after one was emptied")
}

// fillAccount writes rows with the same keys as in each other account. Nothing
// else in them is the same.
func (b *book) fillAccount(w store.Writer, account int) error {
	for n := range 3 {
		for _, t := range b.tables {
			row := withParts(t, full(100*(account+1)+n).row(t.row), full(n+1).row(t.row))
			if err := b.write(w, t, row); err != nil {
				return err
			}
		}
	}
	s := store.Scan{ID: "s1", Integration: "i1", Kind: "asset"}
	key := connector.Key(fmt.Sprint(account % 2))
	return errors.Join(
		b.write(w, mirrorTable(), mirrorRow("0", "x")), b.write(w, mirrorTable(), mirrorRow("1", "x")),
		b.write(w, scanTable(), s), b.mark(w, s.ID, key),
	)
}

// checkReopen goes on after reopening: numbers, versions and marks too.
func checkReopen(p *probe, f LedgerFixture) {
	if f.Reopen == nil {
		p.skipf("the fixture has no Reopen")
	}
	d, b := newDesk(p, f), newBook()
	d.update("fill all tables", func(w store.Writer) error { return b.fillAccount(w, 0) })
	d.fails("an update that fails", b.copy().churn)
	d.reopen(f, &d.l)
	d.compare("after reopening", b)
	d.update("change all tables", b.churn)
	d.refused("put settings again that were there before", func(w store.Writer) error {
		return w.PutSettings(full(1).row(settingsTable().row).(store.Settings))
	})
	d.refused("put the id of a scan again for something else", func(w store.Writer) error {
		return w.PutScan(store.Scan{ID: "s1", Integration: "i1", Kind: "contact"})
	})
	d.update("delete all, and mark more", func(w store.Writer) error { return errors.Join(b.deleteAll(w), b.mark(w, "s1", "1")) })
	d.reopen(f, &d.l)
	d.compare("after reopening again", b)
	d.update("add what is numbered", b.refill)
	d.compare("in the end", b)
}

// reopen puts the ledger that another process would find in place of one.
func (d desk) reopen(f LedgerFixture, l *store.Ledger) {
	reopened, err := f.Reopen(d.ctx, *l)
	d.must(err, "Reopen")
	*l = reopened
}
