package dovetail

import (
	"context"
	"maps"
	"slices"

	"github.com/dovetail-sync/dovetail/connector"
	"github.com/dovetail-sync/dovetail/store"
)

// feedsOf are the fields that a record feeds on assets of a layout. Where several
// upstream companies share one company here these are also the layout's fields
// for the site, unless the settings connect them with something: they show which
// of the companies the record belongs to.
func (c *companyPlan) feedsOf(cand candidate, layout store.LayoutID) []fieldFeed {
	feeds := c.feeds[feedKey{cand.kind.Kind, layout}]
	site := connector.Text(c.sharing[cand.row.Container])
	if len(c.sharing) < 2 || site.IsBlank() {
		return feeds
	}
	for _, field := range c.layouts[layout].Fields {
		if field.Means == connector.MeansSite && !c.connected[c.integration.ID][connectedKey{feedKey{cand.kind.Kind, layout}, field.ID}] {
			feeds = append(slices.Clip(feeds), fieldFeed{Field: field, fixed: site})
		}
	}
	return feeds
}

// withSharers adds to some upstream companies those that are matched to the same
// companies here: what is of several of them can only be decided with all. None
// means all of them, and stays none.
func (e *Engine) withSharers(ctx context.Context, id store.IntegrationID, only []connector.Key) ([]connector.Key, error) {
	if len(only) == 0 {
		return nil, nil
	}
	matched, err := e.matchedCompanies(ctx, id)
	if err != nil {
		return nil, err
	}
	about := make(map[store.CompanyID]bool, len(only))
	for _, key := range only {
		if company := matched[key]; company != "" {
			about[company] = true
		}
	}
	all := slices.Clone(only)
	for _, key := range slices.Sorted(maps.Keys(matched)) {
		if about[matched[key]] && !slices.Contains(only, key) {
			all = append(all, key)
		}
	}
	return all, nil
}

// loadSharing finds the upstream companies that share the company, as far as
// they are still upstream.
func (c *companyPlan) loadSharing(r store.Reader) error {
	matches, err := collect(r.MatchesOf(c.id))
	if err != nil || len(matches) < 2 {
		return err
	}
	for _, m := range matches {
		if m.ID.Integration != c.integration.ID {
			continue
		}
		row, err := r.MirrorRow(m.ID)
		if err != nil {
			return err
		}
		if row.Presence != store.Gone {
			c.sharing[m.ID.Key] = row.Name
		}
	}
	return nil
}
