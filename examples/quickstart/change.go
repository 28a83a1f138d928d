package main

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"strconv"

	"github.com/dovetail-sync/dovetail"
	"github.com/dovetail-sync/dovetail/store"
	"github.com/dovetail-sync/dovetail/syncro/syncrotest"
)

// change changes a few things upstream, syncs, and shows that exactly these
// were written.
func (t *tour) change(ctx context.Context) error {
	t.out.title("Change a few things upstream, and sync")
	cast, err := t.cast(ctx)
	if err != nil {
		return err
	}
	t.changeUpstream(cast)
	report, err := t.sync(ctx)
	if err != nil {
		return err
	}
	for c, err := range t.engine.Changes(ctx, report.Plan.ID) {
		if err != nil {
			return err
		}
		t.out.say("  %-8s %-28s %s", c.Action, c.Record, dovetail.Sentence(c.Reason))
	}
	t.out.say("  %d changes written", report.Apply.Done())
	total, err := t.reconcile(ctx)
	if err != nil {
		return err
	}
	expected := map[store.Action]int{
		store.ActionDetails: 1, store.ActionUpdate: 1, store.ActionMove: 1, store.ActionCreate: 2, store.ActionOrphan: 1,
	}
	t.out.step(record{
		"step": "change", "changes": report.Apply.Done(), "actions": report.Plan.Counts,
		"upstream": total.Upstream, "standings": total.Standings, "adds_up": total.AddsUp(),
	})
	if !maps.Equal(expected, report.Plan.Counts) {
		return fmt.Errorf("the changes written are %v, and those made upstream are %v", report.Plan.Counts, expected)
	}
	return nil
}

// cast are the companies and devices that something happens to.
type cast struct {
	home, other                     int64 // customers
	renamedDevice, movedDevice, old int64 // assets
}

// cast picks two customers that were created here, and three computers of the
// first.
func (t *tour) cast(ctx context.Context) (cast, error) {
	var c cast
	created := make(map[int64]bool)
	for row, err := range t.engine.MatchedCompanies(ctx, integration) {
		if err != nil {
			return c, err
		}
		if _, ours := row.Wrote["name"]; ours {
			id, err := strconv.ParseInt(string(row.ID.Key), 10, 64)
			if err != nil {
				return c, err
			}
			created[id] = true
		}
	}
	devices := make(map[int64][]int64)
	for _, asset := range t.account.Assets() {
		if created[asset.CustomerID] && asset.Agent != nil && asset.ContactID == 0 {
			devices[asset.CustomerID] = append(devices[asset.CustomerID], asset.ID)
		}
	}
	for _, customer := range t.account.Customers() {
		switch ids := devices[customer.ID]; {
		case customer.Disabled || !created[customer.ID]:
		case c.home == 0 && len(ids) >= 3:
			c.home, c.renamedDevice, c.movedDevice, c.old = customer.ID, ids[0], ids[1], ids[2]
		case c.other == 0:
			c.other = customer.ID
		}
	}
	if c.home == 0 || c.other == 0 {
		return c, errors.New("the pretended account has no two companies to change")
	}
	return c, nil
}

func (t *tour) changeUpstream(c cast) {
	t.account.UpdateCustomer(c.home, func(customer *syncrotest.Customer) { customer.BusinessName = "Renamed " + customer.BusinessName })
	t.account.UpdateAsset(c.renamedDevice, func(asset *syncrotest.Asset) { asset.Name += "-NEW" })
	t.account.MoveAsset(c.movedDevice, c.other)
	t.account.DeleteAsset(c.old)
	t.account.AddContact(syncrotest.Contact{CustomerID: c.home, Name: "Nora Newcomer", Email: "nora.newcomer@newcomer.example"})
	t.account.AddAsset(syncrotest.Asset{CustomerID: c.home, Name: "NEW-LAPTOP-01", Type: "Laptop", Serial: "NEWLAPTOP0001"})
	t.out.say("  upstream: a company renamed, a device renamed, one moved to another company, one deleted; a contact and a laptop are new\n")
}
