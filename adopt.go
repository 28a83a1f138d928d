package dovetail

import (
	"context"
	"errors"
	"maps"
	"slices"

	"github.com/dovetail-sync/dovetail/connector"
	"github.com/dovetail-sync/dovetail/store"
)

// The platform's own integrations know records of the same upstream: what they
// say is on a company or an asset is adopted before anything is matched. Their
// references don't say which account they mean. So they are believed only while
// one integration uses the connector.

// adoptCompanies matches the upstream companies that the platform's own
// integration has on a company here. Where it has one on several nothing is
// adopted: they are suggested like others.
func (r *reader) adoptCompanies(ctx context.Context, companies map[store.CompanyID]store.Company) error {
	refs := make(map[connector.Key][]store.CompanyID)
	for _, id := range slices.Sorted(maps.Keys(companies)) {
		for _, key := range keysOf(companies[id].Foreign, r.info.Name, r.info.Container) {
			refs[key] = append(refs[key], id)
		}
	}
	if len(refs) == 0 {
		return nil
	}
	return r.ledger.Update(ctx, func(_ context.Context, w store.Writer) error {
		alone, err := aloneOnConnector(w, r.integration.Connector)
		if err != nil || !alone {
			return err
		}
		for _, key := range slices.Sorted(maps.Keys(refs)) {
			if len(refs[key]) > 1 {
				continue
			}
			m, err := w.Match(store.RecordID{Integration: r.integration.ID, Kind: r.info.Container, Key: key})
			if errors.Is(err, store.ErrNotFound) {
				continue
			}
			if err != nil {
				return err
			}
			if err := r.matchByRun(w, m, refs[key][0], eventAdopt); err != nil {
				return err
			}
		}
		return nil
	})
}

// keysOf are the keys of the connector's records of a kind among references.
func keysOf(refs []store.ExternalRef, system string, kind connector.Kind) []connector.Key {
	var keys []connector.Key
	for _, ref := range refs {
		if key := connector.Key(ref.ID); ref.System == system && ref.Kind == string(kind) && key.Check() == nil && !slices.Contains(keys, key) {
			keys = append(keys, key)
		}
	}
	return keys
}

// aloneOnConnector reports whether one integration uses the connector.
func aloneOnConnector(r store.Reader, name string) (bool, error) {
	n := 0
	for i, err := range r.Integrations() {
		if err != nil {
			return false, err
		}
		if i.Connector == name {
			n++
		}
	}
	return n == 1, nil
}

// adopt puts the records on the assets on which the platform's own integration
// has them, and returns the others.
func (c *companyPlan) adopt(kind connector.KindInfo, fresh []candidate) []candidate {
	if !c.adopts {
		return fresh
	}
	refs := make(map[connector.Key][]string)
	for _, id := range c.order {
		for _, key := range keysOf(c.assets[id].Foreign, c.info.Name, kind.Kind) {
			refs[key] = append(refs[key], string(id))
		}
	}
	if len(refs) == 0 {
		return fresh
	}
	var others []candidate
	for _, cand := range fresh {
		on := slices.DeleteFunc(refs[cand.row.ID.Key], func(id string) bool {
			return slices.Contains(c.rejected[cand.row.ID], store.AssetID(id))
		})
		switch {
		case len(on) == 0:
			others = append(others, cand)
		case len(on) > 1:
			c.dispose(cand.row, reason(ReasonAmbiguous, "candidates", c.assetNames(on), assetsArg, listed(on)))
		default:
			c.adoptAsset(cand, c.assets[store.AssetID(on[0])])
		}
	}
	return others
}

func (c *companyPlan) adoptAsset(cand candidate, asset store.Asset) {
	if asset.Archived {
		c.dispose(cand.row, reason(ReasonArchivedHere, "asset", asset.Name, assetsArg, listed([]string{string(asset.ID)})))
		return
	}
	c.adopted[asset.ID] = true
	c.dispose(cand.row, reason(ReasonPlanned, "action", string(store.ActionAttach)))
	c.change(store.Change{
		Action: store.ActionAttach, Record: cand.row.ID, Hash: cand.row.Hash,
		Company: c.here.ID, Layout: asset.Layout, Asset: asset.ID, Base: asset.Version,
		Set: c.feed(cand, asset, nil), Origin: store.OriginLinked, Reason: reason(ReasonAdopted),
	})
}
