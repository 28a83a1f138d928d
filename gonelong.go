package dovetail

import (
	"time"

	"github.com/dovetail-sync/dovetail/store"
)

// archiveGone archives the asset of a record that has been gone for as long as
// the settings say, if it is wholly ours. Its card stays: should the record come
// back, it says where it was.
func (c *companyPlan) archiveGone(row store.MirrorRow, card store.Card) {
	asset, here := c.assets[card.Asset]
	if c.settings.ArchiveDays == 0 || !c.docs.Capabilities().Archive || card.State != store.CardOrphaned || !here || asset.Archived {
		return
	}
	c.unsettled()
	if !c.untouched(card, asset) || now().Sub(row.Since) < time.Duration(c.settings.ArchiveDays)*day {
		return
	}
	c.change(store.Change{
		Action: store.ActionArchive, Record: row.ID, Hash: row.Hash, Company: card.Company, Asset: asset.ID, Base: asset.Version,
		Reason: reason(ReasonGoneLong, "since", row.Since.Format(time.DateOnly)),
	})
}

const day = 24 * time.Hour
