package dovetail

import (
	"time"

	"github.com/dovetail-sync/dovetail/store"
)

// importedEvery is how often it is noted that a company is in order: what is
// known to a day needs no write in every run.
const importedEvery = 24 * time.Hour

// inOrder reports whether the plan of a company leaves nothing to do, and that is
// to be noted.
func (c *companyPlan) inOrder() bool {
	if c.dry() || len(c.changes) > 0 || c.here.ID == "" {
		return false // a company that can't be written to is left, not in order
	}
	for _, key := range c.upstream {
		if outdated(c.matches[key], c.plan.Read) {
			return true
		}
	}
	return false
}

// noteImported notes in a company's matches that a run whose reading began at a
// time left nothing to do about it. The zero time is a reading without an end.
func noteImported(w store.Writer, id store.IntegrationID, company store.CompanyID, began time.Time) error {
	matches, err := collect(w.MatchesOf(company))
	if err != nil {
		return err
	}
	for _, m := range matches {
		if m.ID.Integration != id || m.State != store.MatchMatched || !outdated(m, began) {
			continue
		}
		m.Imported = began
		if err := w.PutMatch(m); err != nil {
			return err
		}
	}
	return nil
}

func outdated(m store.Match, began time.Time) bool {
	return !began.IsZero() && began.Sub(m.Imported) >= importedEvery
}
