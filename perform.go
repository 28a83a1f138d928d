package dovetail

import (
	"context"
	"errors"

	"github.com/dovetail-sync/dovetail/store"
)

// perform makes the one call to the platform that a change needs, if any.
func (a *applier) perform(ctx context.Context, t *applied) error {
	c, intent := t.change, store.Intent{ID: t.intent, By: a.by}
	if t.secret.err != nil {
		return t.secret.err
	}
	if err := a.recheck(ctx, t); err != nil {
		return err
	}
	var err error
	switch c.Action {
	case store.ActionCreate:
		t.asset, err = a.docs.CreateAsset(ctx, store.NewAsset{Company: c.Company, Layout: c.Layout, Name: c.Name, Values: t.toWrite()}, intent)
	case store.ActionMove:
		t.asset, err = a.docs.UpdateAsset(ctx, store.AssetPatch{ID: c.Asset, Base: c.Base, Company: c.Company}, intent)
	case store.ActionRefile:
		t.asset, err = a.docs.UpdateAsset(ctx, store.AssetPatch{ID: c.Asset, Base: c.Base, Layout: c.Layout}, intent)
	case store.ActionAttach, store.ActionUpdate, store.ActionRefresh, store.ActionWithdraw:
		err = a.writeValues(ctx, t, intent)
	case store.ActionDetails:
		t.company, err = a.docs.UpdateCompany(ctx, store.CompanyPatch{ID: c.Company, Base: c.Base, Name: c.Name, Details: c.Details}, intent)
	case store.ActionArchive:
		away := true
		t.asset, err = a.docs.UpdateAsset(ctx, store.AssetPatch{ID: c.Asset, Base: c.Base, Archived: &away}, intent)
	case store.ActionLink:
		t.asset = store.Asset{ID: c.Asset, Company: c.Company}
		t.link, err = a.docs.CreateLink(ctx, store.NewLink{From: c.Asset, To: c.To}, intent)
	case store.ActionUnlink:
		t.asset = store.Asset{ID: c.Asset, Company: c.Company}
		if err = a.docs.DeleteLink(ctx, c.Link, intent); errors.Is(err, store.ErrNotFound) {
			err = nil // a person was faster
		}
	case store.ActionOrphan, store.ActionFreeze, store.ActionDetach, store.ActionBury, store.ActionPin:
		t.asset = store.Asset{ID: c.Asset, Company: c.Company}
	}
	t.asset = a.digests.mask(t.asset, c.Set)
	return redact(err, t.secret.values)
}

// writeValues writes a change's name and values to its asset, if it has any.
func (a *applier) writeValues(ctx context.Context, t *applied, intent store.Intent) (err error) {
	c := t.change
	t.asset = store.Asset{ID: c.Asset, Company: c.Company}
	if !calls(c) {
		return nil
	}
	t.asset, err = a.docs.UpdateAsset(ctx, store.AssetPatch{ID: c.Asset, Base: a.rebases.base(c), Name: c.Name, Values: t.toWrite()}, intent)
	if err == nil {
		a.rebases.wrote(c, t.asset)
	}
	return err
}

func valuesOf(set []store.FieldChange) store.Values {
	values := make(store.Values, len(set))
	for _, change := range set {
		values[change.Field] = change.To
	}
	return values
}

func outcomeOf(action store.Action, asset store.AssetID, err error) store.Outcome {
	switch {
	case err == nil:
		return store.Outcome{State: store.OutcomeDone, Asset: asset}
	case errors.Is(err, store.ErrStale):
		return store.Outcome{State: store.OutcomeStale, Problem: err.Error()}
	case action == store.ActionCreate && !store.Settled(err):
		return store.Outcome{State: store.OutcomeUncertain, Problem: err.Error()}
	default:
		return store.Outcome{State: store.OutcomeFailed, Problem: err.Error()}
	}
}
