package syncro_test

import (
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/require"

	"github.com/dovetail-sync/dovetail/connector"
	"github.com/dovetail-sync/dovetail/syncro"
	"github.com/dovetail-sync/dovetail/syncro/syncrotest"
)

// clocked returns an account whose clock goes an hour with each reading.
func clocked(t *testing.T, opt syncrotest.Options) *syncrotest.Account {
	t.Helper()
	at := time.Date(2026, 6, 1, 0, 0, 0, 0, time.UTC)
	opt.Now = func() time.Time {
		at = at.Add(time.Hour)
		return at
	}
	return newAccount(t, opt)
}

func last(pages []connector.Page) connector.Checkpoint { return pages[len(pages)-1].Checkpoint }

func changesSince(c connector.Checkpoint) connector.ReadRequest {
	return connector.ReadRequest{Kind: syncro.KindCustomer, Mode: connector.ModeChanges, Checkpoint: c}
}

func rename(t *testing.T, account *syncrotest.Account, ids ...connector.Key) {
	t.Helper()
	for _, c := range account.Customers() {
		if slices.Contains(ids, key(c.ID)) {
			require.True(t, account.UpdateCustomer(c.ID, func(c *syncrotest.Customer) { c.Notes += "." }))
		}
	}
}

func TestAReadOfChangesDeliversWhatChangedAndReadsNoFurther(t *testing.T) {
	t.Parallel()
	account := clocked(t, syncrotest.Options{Customers: 400, PageSize: syncrotest.PageSize{Customers: 10}})
	s := open(t, account, unpaced)
	ids := idsOf(account, syncro.KindCustomer)
	checkpoint := last(read(t, s, connector.ReadRequest{Kind: syncro.KindCustomer}))
	// The mark of a full read is the latest change on its first page, which may
	// be long ago; a read of changes leaves a closer one.
	checkpoint = last(read(t, s, changesSince(checkpoint)))
	for range 3 {
		changed := []connector.Key{ids[3], ids[200], ids[399]}
		rename(t, account, changed...)
		account.AddCustomer(syncrotest.Customer{BusinessName: "New"})
		changed = append(changed, idsOf(account, syncro.KindCustomer)[len(account.Customers())-1])
		account.ForgetRequests()
		pages := read(t, s, changesSince(checkpoint))
		got := keys(records(pages))
		for _, id := range changed {
			require.Contains(t, got, id)
		}
		require.LessOrEqual(t, len(account.Requests()), 4)
		checkpoint = last(pages)
	}
}

func TestWhatChangesDuringAReadIsInTheNextReadOfChanges(t *testing.T) {
	t.Parallel()
	account := clocked(t, syncrotest.Options{Customers: 60, PageSize: syncrotest.PageSize{Customers: 10}})
	s := open(t, account, unpaced)
	held := make(map[connector.Key]connector.Record)
	var checkpoint connector.Checkpoint
	for page, err := range s.Read(t.Context(), connector.ReadRequest{Kind: syncro.KindCustomer}) {
		require.NoError(t, err)
		for _, r := range page.Records {
			held[r.Key] = r
		}
		// What was delivered changes at once, and so does one that is to come.
		rename(t, account, append(keys(page.Records), idsOf(account, syncro.KindCustomer)[59])...)
		checkpoint = page.Checkpoint
	}
	for _, r := range records(read(t, s, changesSince(checkpoint))) {
		held[r.Key] = r
	}
	truth := byKey(records(read(t, s, connector.ReadRequest{Kind: syncro.KindCustomer})))
	require.Empty(t, cmp.Diff(truth, held))
}

func TestAReadOfChangesGoesOnAfterAnyPage(t *testing.T) {
	t.Parallel()
	account := clocked(t, syncrotest.Options{Customers: 60, PageSize: syncrotest.PageSize{Customers: 10}})
	s := open(t, account, unpaced)
	checkpoint := last(read(t, s, connector.ReadRequest{Kind: syncro.KindCustomer}))
	rename(t, account, idsOf(account, syncro.KindCustomer)[5:50]...)
	pages := read(t, s, changesSince(checkpoint))
	require.Greater(t, len(pages), 4)
	want := byKey(records(pages))
	for i, page := range pages[:len(pages)-1] {
		rest := read(t, s, changesSince(page.Checkpoint))
		require.Empty(t, cmp.Diff(want, byKey(append(records(pages[:i+1]), records(rest)...))))
	}
}

func TestWithoutAReadToGoOnFromThereAreNoChanges(t *testing.T) {
	t.Parallel()
	account := clocked(t, syncrotest.Options{Customers: 60, Contacts: 5, PageSize: syncrotest.PageSize{Customers: 10}})
	s := open(t, account, unpaced)
	pages := read(t, s, connector.ReadRequest{Kind: syncro.KindCustomer})
	for _, checkpoint := range []connector.Checkpoint{"", "x", pages[2].Checkpoint} {
		_, err := readUntilError(t, s, changesSince(checkpoint))
		requireCode(t, connector.CodeStaleCheckpoint, err)
	}
	for _, req := range []connector.ReadRequest{
		{Kind: syncro.KindContact, Mode: connector.ModeChanges, Checkpoint: last(pages)},
		{Kind: syncro.KindCustomer, Mode: connector.ModeChanges, Checkpoint: last(pages), Within: []connector.Key{"12"}},
		{Kind: syncro.KindCustomer, Mode: 7},
	} {
		_, err := readUntilError(t, s, req)
		requireCode(t, connector.CodeConfig, err)
	}
}

// Whether the list can be sorted by change is known from clients only. Where it
// can't, it is read again in full; also where nothing was changed since it was
// made, so that it looks sorted.
func TestAListThatCannotBeSortedIsNeverReadInPart(t *testing.T) {
	t.Parallel()
	for name, order := range map[string]func(asked string) string{
		"the order is ignored": func(string) string { return "created_at DESC" },
		"another order":        func(asked string) string { return strings.Replace(asked, "updated_at", "created_at", 1) },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			requireReadInFull(t, order)
		})
	}
}

func requireReadInFull(t *testing.T, order func(asked string) string) {
	t.Helper()
	unsorted := tamper(func(r *http.Request, next http.RoundTripper) (*http.Response, error) {
		q := r.URL.Query()
		if asked := q.Get("sort"); asked != "" {
			q.Set("sort", order(asked))
		}
		r = r.Clone(r.Context())
		r.URL.RawQuery = q.Encode()
		return next.RoundTrip(r)
	})
	account := clocked(t, syncrotest.Options{PageSize: syncrotest.PageSize{Customers: 10}})
	for range 40 {
		account.AddCustomer(syncrotest.Customer{BusinessName: "Made and never changed"})
	}
	s := open(t, account, unpaced, unsorted)
	checkpoint := last(read(t, s, connector.ReadRequest{Kind: syncro.KindCustomer}))
	account.AddCustomer(syncrotest.Customer{BusinessName: "New"})
	rename(t, account, idsOf(account, syncro.KindCustomer)[0])
	_, err := readUntilError(t, s, changesSince(checkpoint))
	requireCode(t, connector.CodeStaleCheckpoint, err)
	require.Contains(t, err.Error(), "(read again from the beginning)")

	ids := idsOf(account, syncro.KindCustomer)
	rename(t, account, ids[len(ids)-3])
	_, err = readUntilError(t, s, changesSince(checkpoint))
	requireCode(t, connector.CodeStaleCheckpoint, err)
	require.Contains(t, err.Error(), "isn't sorted")
}

// A time in the future, of a clock that was wrong for a while, must not make all
// that changes until then look old.
func TestACustomerFromTheFutureHidesNoChanges(t *testing.T) {
	t.Parallel()
	at := time.Now().Add(-time.Hour)
	account := newAccount(t, syncrotest.Options{PageSize: syncrotest.PageSize{Customers: 10}, Now: func() time.Time {
		at = at.Add(time.Second)
		return at
	}})
	for range 40 {
		account.AddCustomer(syncrotest.Customer{BusinessName: "Acme"})
	}
	future := time.Now().AddDate(50, 0, 0)
	account.AddCustomer(syncrotest.Customer{ID: 7, BusinessName: "Future", CreatedAt: future, UpdatedAt: future})
	s := open(t, account, unpaced)
	checkpoint := last(read(t, s, connector.ReadRequest{Kind: syncro.KindCustomer}))
	checkpoint = last(read(t, s, changesSince(checkpoint)))
	ids := idsOf(account, syncro.KindCustomer)[:35]
	for range 2 {
		rename(t, account, ids...)
		pages := read(t, s, changesSince(checkpoint))
		require.Subset(t, keys(records(pages)), ids)
		checkpoint = last(pages)
	}
}
