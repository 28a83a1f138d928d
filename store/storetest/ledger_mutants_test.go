package storetest_test

import (
	"context"
	"maps"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/dovetail-sync/dovetail/store"
	"github.com/dovetail-sync/dovetail/store/memory"
	"github.com/dovetail-sync/dovetail/store/storetest"
)

// mutant is a ledger that breaks one rule.
type mutant struct {
	// fails is the check that has to find it.
	fails string
	// ledger breaks a ledger that is whole.
	ledger func(l store.Ledger) store.Ledger
	// fixture breaks a whole fixture where a ledger alone is not enough.
	fixture func(f *storetest.LedgerFixture)
	// slow is a mutant that can't be told in a bubble, where working takes no
	// time.
	slow bool
}

// wholeFixture is a fixture that lacks nothing, over ledgers in memory.
func wholeFixture() storetest.LedgerFixture {
	return storetest.LedgerFixture{
		New: func(context.Context) (store.Ledger, error) { return memory.New().Ledger(), nil },
		Accounts: func(_ context.Context, ids ...string) ([]store.Ledger, error) {
			ledgers := make([]store.Ledger, len(ids))
			for i := range ids {
				ledgers[i] = memory.New().Ledger()
			}
			return ledgers, nil
		},
		Reopen: func(_ context.Context, l store.Ledger) (store.Ledger, error) { return l, nil },
		Cards:  2000,
	}
}

func (m mutant) broken() storetest.LedgerFixture {
	f := wholeFixture()
	if m.ledger != nil {
		whole := f.New
		f.New = func(ctx context.Context) (store.Ledger, error) {
			l, err := whole(ctx)
			return m.ledger(l), err
		}
	}
	if m.fixture != nil {
		m.fixture(&f)
	}
	if m.slow {
		f.Cards = 40_000
	}
	return f
}

func TestAWholeLedgerPasses(t *testing.T) {
	t.Parallel()
	require.NoError(t, storetest.CheckLedger(t.Context(), wholeFixture()))
}

// ledgerMutantsFail tries all broken ledgers. Mutants that hang do so in a
// bubble, where waiting takes no time.
func ledgerMutantsFail(t *testing.T) {
	t.Parallel()
	for name, m := range allMutants() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var err error
			check := func(t *testing.T) { _, err = storetest.OneLedgerCheck(t.Context(), m.fails, m.broken()) }
			if m.slow {
				// It is judged by what it costs beside a pass over all rows, and on a
				// busy machine that pass may take as long by chance.
				for tries := 0; err == nil && tries < 3; tries++ {
					check(t)
				}
			} else {
				synctest.Test(t, check)
			}
			require.ErrorContains(t, err, m.fails+": ")
			require.ErrorContains(t, err, "the rule: ")
		})
	}
}

func TestEveryCheckOfALedgerHasAMutant(t *testing.T) {
	t.Parallel()
	var found []string
	for _, m := range allMutants() {
		found = append(found, m.fails)
	}
	for _, name := range storetest.LedgerCheckNames() {
		require.Contains(t, found, name)
	}
}

// CheckLedger says of all checks that fail that they do, and of no other.
func TestCheckLedgerReturnsAllFailures(t *testing.T) {
	t.Parallel()
	m := mutant{ledger: puts(func(d *store.Due) { d.At = d.At.Add(time.Second) })}
	err := storetest.CheckLedger(t.Context(), m.broken())
	names := failing(t, err)
	require.Subset(t, names, []string{"an update is kept whole", "every field of every row is kept", "all is there after reopening"})
	require.NotContains(t, names, "marks tell what a scan has not seen")
}

func TestRulesAreSkippedOnlyForWhatAFixtureLacks(t *testing.T) {
	t.Parallel()
	whole, bare := wholeFixture(), wholeFixture()
	bare.Accounts, bare.Reopen, bare.Updates = nil, nil, 1
	lacking := map[string]string{
		"accounts are apart":           "the fixture has no Accounts",
		"all is there after reopening": "the fixture has no Reopen",
	}
	for _, name := range storetest.LedgerCheckNames() {
		skipped, err := storetest.OneLedgerCheck(t.Context(), name, bare)
		require.NoError(t, err)
		require.Equal(t, lacking[name], skipped, name)
	}
	for name := range lacking {
		skipped, err := storetest.OneLedgerCheck(t.Context(), name, whole)
		require.NoError(t, err)
		require.Empty(t, skipped)
	}
}

func allMutants() map[string]mutant {
	all := map[string]mutant{}
	for _, some := range []map[string]mutant{updateMutants(), turnMutants(), readMutants(), orderMutants(), newestMutants(), rowMutants(), scanMutants(), fixtureMutants()} {
		maps.Copy(all, some)
	}
	return all
}

// failing returns the names of the checks that failed.
func failing(t *testing.T, err error) []string {
	t.Helper()
	joined, ok := err.(interface{ Unwrap() []error })
	require.True(t, ok, "%v", err)
	var names []string
	for _, one := range joined.Unwrap() {
		name, _, _ := strings.Cut(one.Error(), ": ")
		names = append(names, name)
	}
	return names
}

// wrapped is a ledger whose readers and writers are broken.
type wrapped struct {
	store.Ledger
	read  func(store.Reader) store.Reader
	write func(store.Writer) store.Writer
}

func (l wrapped) View(ctx context.Context, fn func(ctx context.Context, r store.Reader) error) error {
	return l.Ledger.View(ctx, func(ctx context.Context, r store.Reader) error {
		if l.read != nil {
			r = l.read(r)
		}
		return fn(ctx, r)
	})
}

func (l wrapped) Update(ctx context.Context, fn func(ctx context.Context, w store.Writer) error) error {
	return l.Ledger.Update(ctx, func(ctx context.Context, w store.Writer) error {
		if l.write != nil {
			w = l.write(w)
		}
		return fn(ctx, w)
	})
}

// broken is a ledger whose transactions are broken. What is nil is whole.
type broken struct {
	store.Ledger
	view   func(ctx context.Context, fn func(ctx context.Context, r store.Reader) error) error
	update func(ctx context.Context, fn func(ctx context.Context, w store.Writer) error) error
}

func (l broken) View(ctx context.Context, fn func(ctx context.Context, r store.Reader) error) error {
	if l.view == nil {
		return l.Ledger.View(ctx, fn)
	}
	return l.view(ctx, fn)
}

func (l broken) Update(ctx context.Context, fn func(ctx context.Context, w store.Writer) error) error {
	if l.update == nil {
		return l.Ledger.Update(ctx, fn)
	}
	return l.update(ctx, fn)
}
