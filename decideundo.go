package dovetail

import (
	"context"
	"fmt"

	"github.com/dovetail-sync/dovetail/store"
)

// undo takes a decision back while nothing has been imported. A company that was
// made for it stays: that it is gone from the platform is a person's to decide.
func (d *decider) undo(ctx context.Context, decision Decision, match store.Match, row store.MirrorRow) (store.Match, error) {
	if undecidedState(match.State) {
		return match, fmt.Errorf("undo %q: it is %s, and there is nothing to undo: %w", row.Name, match.State, store.ErrRefused)
	}
	imported, err := d.Imported(ctx, d.integration.ID, decision.Key)
	if err != nil {
		return match, err
	}
	if imported.Cards > 0 {
		return match, fmt.Errorf("undo %q: %d records of it were imported (unmatch it, and say what becomes of them): %w", row.Name, imported.Cards, store.ErrRefused)
	}
	if _, made := match.Wrote["name"]; made && match.Primary {
		if company, ok := d.here.byID[match.Company]; ok {
			d.remark = fmt.Sprintf("the company %q (%s), which was made for it, stays (delete it in the platform if nobody needs it)", company.Name, company.ID)
		}
	}
	return d.note(ctx, decision, match, store.MatchUnmatched, "", nil)
}
