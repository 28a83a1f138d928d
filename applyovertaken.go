package dovetail

import (
	"errors"

	"github.com/dovetail-sync/dovetail/store"
)

// decidedMeanwhile reports whether anybody decided about anything since the plan
// was made, while it is carried out: then each change is looked at once more.
func (a *applier) decidedMeanwhile(r store.Reader) (bool, error) {
	integration, err := r.Integration(a.report.Plan.Integration)
	return integration.MatchRevision != a.report.Plan.MatchRevision, err
}

// overtake notes whether somebody decided about the change's record, or put
// another record on its asset.
func (t *applied) overtake(r store.Reader) error {
	c := t.change
	card, err := r.Card(c.Record)
	missing := errors.Is(err, store.ErrNotFound)
	if err != nil && !missing {
		return err
	}
	switch c.Action {
	case store.ActionDetails:
		return nil
	case store.ActionCreate:
		t.overtaken = !missing && card.Pinned
		return nil
	case store.ActionAttach:
		t.overtaken = !missing && card.Pinned
		return t.overtakeAttach(r)
	case store.ActionLink:
		t.overtaken = missing || c.Asset != "" && card.Asset != c.Asset
		return nil
	default:
		t.overtaken = missing || card.Asset != c.Asset
		return nil
	}
}

func (t *applied) overtakeAttach(r store.Reader) error {
	for rejection, err := range r.Rejections(t.change.Record) {
		if err != nil {
			return err
		}
		t.overtaken = t.overtaken || rejection.Asset != "" && rejection.Asset == t.change.Asset
	}
	for card, err := range r.CardsOf(t.change.Company) {
		if err != nil {
			return err
		}
		t.overtaken = t.overtaken || card.Asset == t.change.Asset && card.Pinned && card.ID != t.change.Other
	}
	return nil
}
