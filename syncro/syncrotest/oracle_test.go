package syncrotest_test

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/stretchr/testify/require"

	"github.com/dovetail-sync/dovetail"
	"github.com/dovetail-sync/dovetail/connector"
	"github.com/dovetail-sync/dovetail/store"
	"github.com/dovetail-sync/dovetail/syncro"
	"github.com/dovetail-sync/dovetail/syncro/syncrotest"
)

// The oracle knows the account's rows as the test made them, and the store as
// it is. It knows nothing of how either is read or written.

// thing is a record as the documentation has to show it.
type thing struct {
	owner    string
	name     string
	value    string
	archived bool
}

type truth map[connector.Kind]map[string]thing

func number(id int64) string {
	if id == 0 {
		return ""
	}
	return strconv.FormatInt(id, 10)
}

func truthOf(account *syncrotest.Account) truth {
	out := truth{syncro.KindCustomer: {}, syncro.KindContact: {}, syncro.KindAsset: {}}
	for _, c := range account.Customers() {
		out[syncro.KindCustomer][number(c.ID)] = thing{name: c.DisplayName()}
	}
	for _, c := range account.Contacts() {
		out[syncro.KindContact][number(c.ID)] = thing{owner: number(c.CustomerID), name: c.Name, value: c.Email}
	}
	for _, s := range account.Assets() {
		out[syncro.KindAsset][number(s.ID)] = thing{owner: number(s.CustomerID), name: s.Name, value: s.Serial, archived: s.Archived}
	}
	return out
}

// found is what the store has.
type found struct {
	rows   map[connector.Kind]map[string]store.MirrorRow
	cards  map[connector.Kind]map[string]store.Card
	homes  map[string]store.CompanyID
	assets map[store.AssetID]store.Asset
}

func (h *host) found() found {
	h.t.Helper()
	out := found{
		rows: map[connector.Kind]map[string]store.MirrorRow{}, cards: map[connector.Kind]map[string]store.Card{},
		homes: map[string]store.CompanyID{}, assets: map[store.AssetID]store.Asset{},
	}
	require.NoError(h.t, h.db.Ledger().View(h.t.Context(), func(_ context.Context, r store.Reader) error {
		for _, kind := range []connector.Kind{syncro.KindCustomer, syncro.KindContact, syncro.KindAsset} {
			out.rows[kind], out.cards[kind] = map[string]store.MirrorRow{}, map[string]store.Card{}
			for row, err := range r.Mirror(store.MirrorQuery{Integration: one, Kind: kind}) {
				require.NoError(h.t, err)
				out.rows[kind][string(row.ID.Key)] = row
			}
		}
		for card, err := range r.Cards(one) {
			require.NoError(h.t, err)
			out.cards[card.ID.Kind][string(card.ID.Key)] = card
		}
		for m, err := range r.Matches(one) {
			require.NoError(h.t, err)
			if m.State == store.MatchMatched {
				out.homes[string(m.ID.Key)] = m.Company
			}
		}
		return nil
	}))
	docs := h.db.Documents()
	for company, err := range docs.Companies(h.t.Context()) {
		require.NoError(h.t, err)
		for a, err := range docs.Assets(h.t.Context(), company.ID) {
			require.NoError(h.t, err)
			out.assets[a.ID] = a
		}
	}
	return out
}

// always lists what must never be, whatever happens upstream and however a run
// ends.
func (h *host) always(now found, live truth) (faults []string) {
	fault := func(format string, args ...any) { faults = append(faults, fmt.Sprintf(format, args...)) }
	for kind, rows := range now.rows {
		for key, row := range rows {
			if _, there := live[kind][key]; there && row.Presence == store.Gone {
				fault("%s %s is there, and taken for gone", kind, key)
			}
		}
	}
	carried := map[store.AssetID]int{}
	for kind, cards := range now.cards {
		for key, card := range cards {
			carried[card.Asset]++
			if _, there := live[kind][key]; there && card.State == store.CardOrphaned {
				fault("%s %s is there, and orphaned", kind, key)
			}
		}
	}
	names := map[string]int{}
	for id, a := range now.assets {
		names[string(a.Layout)+" "+a.Name]++
		if carried[id] != 1 {
			fault("asset %q is on %d cards", a.Name, carried[id])
		}
		if a.Archived {
			fault("asset %q was archived", a.Name)
		}
	}
	for name, n := range names {
		if n > 1 {
			fault("there are %d assets %q", n, name)
		}
	}
	return faults
}

// equal lists how the store differs from the truth. With lenient, what is gone
// upstream may not be known to be yet.
func (h *host) equal(now found, live truth, lenient bool) (faults []string) {
	fault := func(format string, args ...any) { faults = append(faults, fmt.Sprintf(format, args...)) }
	for kind, records := range live {
		for key, want := range records {
			row, ok := now.rows[kind][key]
			if !ok || row.Presence != store.Present {
				if !want.archived {
					fault("%s %s is there, and the mirror says %q (%t)", kind, key, row.Presence, ok)
				}
				continue
			}
			if string(row.Container) != want.owner {
				fault("%s %s is of %q, and the mirror says %q", kind, key, want.owner, row.Container)
			}
			if kind == syncro.KindCustomer {
				if row.Name != want.name {
					fault("customer %s is %q, and the mirror says %q", key, want.name, row.Name)
				}
				continue
			}
			h.document(now, kind, key, want, fault)
		}
		for key, row := range now.rows[kind] {
			_, there := records[key]
			waits := lenient && row.Presence == store.Suspect
			if !there && row.Presence != store.Gone && !waits {
				fault("%s %s is not there, and the mirror says %q", kind, key, row.Presence)
			}
			if card, ok := now.cards[kind][key]; !there && ok && card.State == store.CardActive && !lenient {
				fault("%s %s is not there, and its card is active", kind, key)
			}
		}
	}
	return faults
}

// document compares one record with what is documented of it.
func (h *host) document(now found, kind connector.Kind, key string, want thing, fault func(string, ...any)) {
	home, matched := now.homes[want.owner]
	card, carded := now.cards[kind][key]
	if !matched {
		return
	}
	if !carded || card.State != store.CardActive {
		fault("%s %s is of a matched company, and its card is %q (%t): %s", kind, key, card.State, carded,
			dovetail.Sentence(now.rows[kind][key].Disposition))
		return
	}
	a, ok := now.assets[card.Asset]
	layout := h.devices
	if kind == syncro.KindContact {
		layout = h.people
	}
	switch {
	case !ok:
		fault("%s %s: its asset is gone", kind, key)
	case a.Company != home:
		fault("%s %s belongs to company %s, and is documented in %s", kind, key, home, a.Company)
	case a.Name != want.name || a.Layout != layout.ID || a.Values[layout.Fields[0].ID].String() != want.value:
		fault("%s %s is %q %q, and documented as %q %q", kind, key, want.name, want.value, a.Name, a.Values[layout.Fields[0].ID].String())
	}
}

// seen is the truth as a token sees it that is limited to even customers.
func (t truth) seen() truth {
	out := truth{}
	for kind, records := range t {
		out[kind] = map[string]thing{}
		for key, r := range records {
			owner := r.owner
			if kind == syncro.KindCustomer {
				owner = key
			}
			if n, err := strconv.Atoi(owner); err == nil && n%2 == 0 {
				out[kind][key] = r
			}
		}
	}
	return out
}

// judge lists what is wrong with a run: its report held against the truth. The
// store before it is what a read that wasn't whole must not add to.
func (h *host) judge(before found, report dovetail.SyncReport, err error) (faults []string) {
	h.t.Helper()
	live, now := truthOf(h.account), h.found()
	faults = h.always(now, live)
	fault := func(format string, args ...any) { faults = append(faults, fmt.Sprintf(format, args...)) }
	text := fmt.Sprint(err, report.Run.Problems)
	for _, kind := range report.Read.Kinds {
		text += fmt.Sprint(kind.Err)
	}
	for _, canary := range h.account.Canaries() {
		if strings.Contains(text, canary) {
			fault("a secret is shown: %s", text)
		}
	}
	whole := map[connector.Kind]bool{}
	for _, kind := range report.Read.Kinds {
		whole[kind.Kind] = kind.Err == nil && kind.State.Complete()
		if kind.State == store.ScanExhaustive {
			fault("the pages of %s are said to prove that nothing was missed", kind.Kind)
		}
	}
	faults = append(faults, h.notShort(before, now, whole)...)
	if err != nil || report.Run.State != store.RunOK {
		if err == nil && len(report.Run.Problems) == 0 {
			fault("the run ended as %s and doesn't say why", report.Run.State)
		}
		return faults
	}
	for _, row := range report.Read.Kinds {
		if !whole[row.Kind] {
			fault("the run is said to be good, and %s ended as %s: %v", row.Kind, row.State, row.Err)
		}
	}
	if h.moves() || h.narrowed {
		return faults // what was missed is for the next run
	}
	if h.on(syncrotest.FaultLimitedToken) {
		live = h.limited(live, now)
	}
	if report.Read.First {
		live = truth{syncro.KindCustomer: live[syncro.KindCustomer]}
	}
	return append(faults, h.equal(now, live, true)...)
}

// limited is the truth that a limited token can find out: what it sees, and of
// the rest what is still said to be there. What is suspect is allowed, and
// nothing follows from it.
func (h *host) limited(live truth, now found) truth {
	out := live.seen()
	for kind := range out {
		for key, row := range now.rows[kind] {
			if r, there := live[kind][key]; there && row.Presence == store.Present {
				out[kind][key] = r
			}
		}
	}
	return out
}

// notShort lists what a kind gained or lost by a read that wasn't whole.
func (h *host) notShort(before, now found, whole map[connector.Kind]bool) (faults []string) {
	for kind, cards := range now.cards {
		if whole[kind] {
			continue
		}
		for _, key := range slices.Sorted(maps.Keys(cards)) {
			was, known := before.cards[kind][key]
			if !known {
				faults = append(faults, fmt.Sprintf("%s %s was made out of a short read", kind, key))
			} else if was.State != cards[key].State {
				faults = append(faults, fmt.Sprintf("%s %s went from %s to %s by a short read", kind, key, was.State, cards[key].State))
			}
		}
		for key, row := range now.rows[kind] {
			if row.Presence == store.Gone && before.rows[kind][key].Presence != store.Gone {
				faults = append(faults, fmt.Sprintf("%s %s was taken for gone by a short read", kind, key))
			}
		}
	}
	return faults
}

func (h *host) moves() bool {
	return slices.ContainsFunc(syncrotest.Faults(), func(info syncrotest.FaultInfo) bool { return info.Moves && h.on(info.Name) })
}

func (h *host) on(fault syncrotest.Fault) bool {
	return slices.ContainsFunc(h.account.SwitchedOn(), func(f syncrotest.Fault) bool {
		name, _, _ := strings.Cut(string(f), "@")
		return name == string(fault)
	})
}
