package dovetail

import (
	"context"
	"fmt"
	"slices"

	"github.com/dovetail-sync/dovetail/connector"
	"github.com/dovetail-sync/dovetail/matching"
	"github.com/dovetail-sync/dovetail/store"
)

// Bulk names a decision about many companies at once.
type Bulk string

// The bulk decisions.
const (
	// BulkMatchCertain matches those whose name and something besides agree with
	// one company here: the group "automatic".
	BulkMatchCertain Bulk = "match the certain ones"
	// BulkMatch matches those and the ones that bear the same name as one company
	// here, where nothing confirms or contradicts it, or nearly that name, where
	// nothing else can be meant: the groups "automatic" and "same name".
	BulkMatch Bulk = "match the same names"
	// BulkCreate creates those without a candidate; test rows, persons and
	// disabled ones are left out.
	BulkCreate Bulk = "create the new ones"
	// BulkIgnoreTests ignores the test rows.
	BulkIgnoreTests Bulk = "ignore test rows"
	// BulkIgnorePersons ignores persons without a business name.
	BulkIgnorePersons Bulk = "ignore persons"
)

// Proposal is one row of the preview of a bulk decision.
type Proposal struct {
	// Decision is what would be decided. Hand it to Decide, or leave it out.
	Decision Decision
	// Name is the upstream company's name, and Here that of the company it
	// would be matched to.
	Name, Here string
	// Because says in words what speaks for it.
	Because []string
}

// Propose previews a bulk decision: the decisions that it would take, by key.
// Nothing is decided. The caller hands all or some of them to Decide, which
// checks each again.
func (e *Engine) Propose(ctx context.Context, id store.IntegrationID, bulk Bulk) ([]Proposal, error) {
	if !slices.Contains([]Bulk{BulkMatchCertain, BulkMatch, BulkCreate, BulkIgnoreTests, BulkIgnorePersons}, bulk) {
		return nil, fmt.Errorf("dovetail: propose: no bulk decision is named %q (one of the Bulk constants)", bulk)
	}
	rows, err := e.companyRows(ctx, id)
	if err != nil {
		return nil, fmt.Errorf("dovetail: propose to %s in %q: %w", bulk, id, err)
	}
	var proposals []Proposal
	created := make(map[string]bool)
	for _, row := range rows {
		if verdict, ok := bulk.verdict(row); ok {
			if name := matching.StrictKey(row.Name); verdict == VerdictCreate && name != "" {
				if created[name] {
					continue // once the first is here this one has a candidate
				}
				created[name] = true
			}
			p := Proposal{Decision: Decision{Key: row.ID.Key, Revision: row.Revision, Verdict: verdict}, Name: row.Name}
			if verdict == VerdictMatch {
				best := row.Suggestions[0]
				p.Decision.Company, p.Here, p.Because = best.Company, best.Name, best.Because
			}
			proposals = append(proposals, p)
		}
	}
	return proposals, nil
}

// verdict says what a bulk decision does with a row, if anything. A row that a
// person decided is never part of one.
func (b Bulk) verdict(row CompanyRow) (Verdict, bool) {
	undecided := row.State == store.MatchUnmatched || row.State == store.MatchSuggested
	if !undecided || row.Presence != store.Present {
		return "", false
	}
	switch b {
	case BulkMatchCertain:
		return VerdictMatch, row.Group == store.GroupAutomatic && len(row.Suggestions) > 0
	case BulkMatch:
		return VerdictMatch, (row.Group == store.GroupAutomatic || row.Group == store.GroupSameName) && len(row.Suggestions) > 0
	case BulkCreate:
		return VerdictCreate, row.Group == store.GroupNone && row.Status == connector.StatusActive
	case BulkIgnoreTests:
		return VerdictIgnore, row.Group == store.GroupTest
	case BulkIgnorePersons:
		return VerdictIgnore, row.Group == store.GroupPerson
	default:
		return "", false
	}
}
