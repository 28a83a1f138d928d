package dovetail

import (
	"errors"
	"fmt"

	"github.com/dovetail-sync/dovetail/store"
)

// checkLeave refuses a policy for what was imported that isn't known, or that
// the verdict has no use for.
func checkLeave(decision Decision) error {
	switch decision.Leave {
	case store.LeaveKeep:
		return nil
	case store.LeaveDetach, store.LeaveArchive:
	default:
		return fmt.Errorf("%w: %.40q is no way to leave (leave it empty, or use %q or %q)",
			store.ErrRefused, string(decision.Leave), store.LeaveDetach, store.LeaveArchive)
	}
	if decision.Verdict != VerdictUnmatch && decision.Verdict != VerdictIgnore {
		return fmt.Errorf("%w: what was imported isn't left by it (use Leave with %q or %q)", store.ErrRefused, VerdictUnmatch, VerdictIgnore)
	}
	return nil
}

// checkAlone refuses a second upstream company of the integration for a company
// here, where the settings say so. One that is no longer upstream doesn't count.
func (d *decider) checkAlone(r store.Reader, id store.RecordID, company store.CompanyID) error {
	if company == "" || !d.settings.OneToOne {
		return nil
	}
	other, taken, err := takenBy(r, id, company)
	if err != nil || !taken {
		return err
	}
	return fmt.Errorf("%w: %q is matched to it already, and by the settings no second one may be (unmatch that one first)", store.ErrRefused, other.Name)
}

// takenBy returns the upstream company, of the same integration and still
// there, that is matched to a company besides id.
func takenBy(r store.Reader, id store.RecordID, company store.CompanyID) (store.MirrorRow, bool, error) {
	others, err := collect(r.MatchesOf(company))
	if err != nil {
		return store.MirrorRow{}, false, err
	}
	for _, other := range others {
		if other.ID == id || other.ID.Integration != id.Integration {
			continue
		}
		row, err := r.MirrorRow(other.ID)
		switch {
		case errors.Is(err, store.ErrNotFound):
			row = store.MirrorRow{ID: other.ID, Name: string(other.ID.Key)}
		case err != nil:
			return store.MirrorRow{}, false, err
		case row.Presence == store.Gone:
			continue
		}
		return row, true, nil
	}
	return store.MirrorRow{}, false, nil
}
