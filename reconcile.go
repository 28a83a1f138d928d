package dovetail

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"strings"

	"github.com/dovetail-sync/dovetail/connector"
	"github.com/dovetail-sync/dovetail/store"
)

// Reconciliation accounts for every record of one matched upstream company.
type Reconciliation struct {
	// Key and Name are the upstream company's.
	Key  connector.Key
	Name string
	// Company is the company here.
	Company store.CompanyID
	// Upstream counts its records upstream, as they were last read.
	Upstream int
	// Standings says where they stand.
	Standings map[Standing]int
}

// standings are those that add up to what is upstream, in the order in which
// they are shown.
var standings = [...]Standing{
	StandingHere, StandingPlanned, StandingSkipped, StandingArchived, StandingDeleted, StandingUnclear,
	StandingHeld, StandingSuspect, StandingFailed, StandingNone, StandingError,
}

// AddsUp reports whether every record is accounted for. If it doesn't, that is
// a fault of dovetail's.
func (r Reconciliation) AddsUp() bool {
	sum := 0
	for _, standing := range standings {
		sum += r.Standings[standing]
	}
	return sum == r.Upstream && r.Standings[StandingError] == 0
}

// String returns "upstream 112 = 104 here + 5 skipped + 3 failed".
func (r Reconciliation) String() string {
	var parts []string
	for _, standing := range standings {
		if n := r.Standings[standing]; n > 0 {
			parts = append(parts, fmt.Sprintf("%d %s", n, standing))
		}
	}
	if len(parts) == 0 {
		parts = []string{"0"}
	}
	return fmt.Sprintf("upstream %d = %s", r.Upstream, strings.Join(parts, " + "))
}

// Add adds another company's numbers, for a sum over all.
func (r *Reconciliation) Add(other Reconciliation) {
	if r.Standings == nil {
		r.Standings = make(map[Standing]int)
	}
	r.Upstream += other.Upstream
	for standing, n := range other.Standings {
		r.Standings[standing] += n
	}
}

// Reconcile yields, for each matched upstream company by key, where its records
// stand. It compares the decisions with the cards: a record that is said to be
// here and has no active card is StandingError.
func (e *Engine) Reconcile(ctx context.Context, id store.IntegrationID) iter.Seq2[Reconciliation, error] {
	return func(yield func(Reconciliation, error) bool) {
		_, _, conn, err := e.configured(ctx, id)
		if err != nil {
			yield(Reconciliation{}, err)
			return
		}
		var all []Reconciliation
		err = e.ledger.View(ctx, func(_ context.Context, r store.Reader) error {
			for m, err := range r.Matches(id) {
				if err != nil {
					return err
				}
				if m.State != store.MatchMatched {
					continue
				}
				one, err := reconcile(r, conn.Info(), m)
				if err != nil {
					return err
				}
				all = append(all, one)
			}
			return nil
		})
		if err != nil {
			yield(Reconciliation{}, fmt.Errorf("dovetail: reconcile %q: %w", id, err))
			return
		}
		for _, one := range all {
			if !yield(one, nil) {
				return
			}
		}
	}
}

func reconcile(r store.Reader, info connector.Info, m store.Match) (Reconciliation, error) {
	company, err := r.MirrorRow(m.ID)
	if err != nil {
		return Reconciliation{}, err
	}
	one := Reconciliation{Key: m.ID.Key, Name: company.Name, Company: m.Company, Standings: make(map[Standing]int)}
	for _, kind := range info.Kinds {
		if kind.Kind == info.Container {
			continue
		}
		for row, err := range r.Mirror(store.MirrorQuery{Integration: m.ID.Integration, Kind: kind.Kind, Container: &m.ID.Key}) {
			if err != nil {
				return Reconciliation{}, err
			}
			standing, err := standingOf(r, row)
			if err != nil {
				return Reconciliation{}, err
			}
			if standing == StandingGone {
				continue
			}
			one.Upstream++
			one.Standings[standing]++
		}
	}
	return one, nil
}

// standingOf says where a record stands, by its last disposition.
func standingOf(r store.Reader, row store.MirrorRow) (Standing, error) {
	if row.Presence == store.Gone {
		return StandingGone, nil
	}
	if row.Disposition.Code == "" {
		return StandingNone, nil
	}
	info, ok := reasonInfo(ReasonCode(row.Disposition.Code))
	if !ok || info.Standing == "" {
		return StandingError, nil
	}
	if info.Standing != StandingHere {
		return info.Standing, nil
	}
	card, err := r.Card(row.ID)
	switch {
	case errors.Is(err, store.ErrNotFound):
		return StandingError, nil
	case err != nil:
		return "", err
	case card.State != store.CardActive:
		return StandingError, nil
	}
	return StandingHere, nil
}
