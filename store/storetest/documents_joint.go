package storetest

import (
	"context"
	"errors"
	"time"

	"github.com/dovetail-sync/dovetail/connector"
	"github.com/dovetail-sync/dovetail/store"
)

func docJointChecks() []check[DocumentsFixture] {
	const rule = "Joint: a call with the context that Update of the ledger beside it handed to its function is part of that update: " +
		"it is kept when the update is, undone when the update fails, and sees what the update has written. " +
		"A write that is refused leaves the update usable."
	return []check[DocumentsFixture]{
		jointCheck("a joint write is kept with the update", rule, checkJointKept),
		jointCheck("a joint write is undone with the update", rule, checkJointUndone),
		jointCheck("a joint write is seen within the update and nowhere else before its end", rule, checkJointSeen),
		jointCheck("a refused joint write leaves the update usable", rule, checkJointRefused),
		jointCheck("a write beside an update stands alone",
			"Every operation stands alone; none is atomic with another, unless the platform is in the ledger's database and says so.", checkJointBeside),
		{
			name: "a platform is joint if its fixture says so",
			rule: "Capabilities.Joint says that the platform is in the ledger's database.",
			run: func(p *probe, f DocumentsFixture) {
				if w := newWorld(p, f); w.can.Joint && f.Joint == nil {
					p.errorf("Capabilities.Joint is true, and the fixture has no Joint to try it with")
				}
			},
		},
	}
}

// joint is a platform and the ledger that it is joint with.
type joint struct {
	*world

	ledger store.Ledger
}

func jointCheck(name, rule string, fn func(j joint)) check[DocumentsFixture] {
	return check[DocumentsFixture]{name: name, rule: rule, run: func(p *probe, f DocumentsFixture) {
		if f.Joint == nil {
			p.skipf("the fixture has no Joint")
		}
		s, err := f.Joint(p.ctx)
		p.must(err, "Joint")
		w := &world{probe: p, ctx: p.ctx, docs: s.Documents(), can: s.Documents().Capabilities(), intents: new(int)}
		j := joint{w, s.Ledger()}
		if !j.can.Joint {
			p.errorf("the fixture has Joint, and Capabilities.Joint is false")
		}
		fn(j)
	}}
}

var errUndo = errors.New("undo it")

// update runs fn as part of an update, which ends with what fn returns.
func (j joint) update(fn func(w *world) error) error {
	return j.ledger.Update(j.ctx, func(ctx context.Context, writer store.Writer) error {
		j.must(writer.PutIntegration(store.Integration{ID: "joint", Connector: "suite"}), "PutIntegration")
		within := *j.world
		within.ctx = ctx
		return fn(&within)
	})
}

// wantIntegration notes a failure unless the ledger's half of the update was
// kept, or not.
func (j joint) wantIntegration(want bool) {
	j.must(j.ledger.View(j.ctx, func(_ context.Context, r store.Reader) error {
		_, err := r.Integration("joint")
		if is := err == nil; is != want {
			j.errorf("the ledger kept its half of the update: %t, want %t", is, want)
		}
		return nil
	}), "View")
}

func checkJointKept(j joint) {
	before := j.company("Before")
	var made, changed store.Company
	var asset store.Asset
	of := j.intent()
	o := j.office()
	j.must(j.update(func(w *world) error {
		var err error
		if made, err = w.docs.CreateCompany(w.ctx, store.NewCompany{Name: "Within"}, of); err != nil {
			return err
		}
		if changed, err = w.docs.UpdateCompany(w.ctx, store.CompanyPatch{ID: before.ID, Name: "Changed"}, w.intent()); err != nil {
			return err
		}
		asset = w.patch(store.AssetPatch{ID: o.asset.ID, Name: "Changed", Values: store.Values{o.serial: connector.Text("S7")}})
		return nil
	}), "Update")
	j.unchangedCompany(made, "an update that made it")
	j.unchangedCompany(changed, "an update that changed it")
	j.unchanged(asset, "an update that changed it")
	if j.can.Intents {
		j.wantCreated(of, store.Created{Company: made.ID}, "after an update that made it")
	}
	j.wantIntegration(true)
}

func checkJointUndone(j joint) {
	o := j.office()
	of := j.intent()
	err := j.update(func(w *world) error {
		_, err := w.docs.CreateCompany(w.ctx, store.NewCompany{Name: "Within"}, of)
		w.must(err, "CreateCompany within an update")
		_, err = w.docs.UpdateCompany(w.ctx, store.CompanyPatch{ID: o.company.ID, Name: "Changed"}, w.intent())
		w.must(err, "UpdateCompany within an update")
		w.asset(o.company.ID, o.layout.ID, "Within", nil)
		w.patch(store.AssetPatch{ID: o.asset.ID, Name: "Changed"})
		return errUndo
	})
	if !errors.Is(err, errUndo) {
		j.errorf("Update returned %v, want the error of its function", err)
	}
	if n := len(j.companies()); n != 1 {
		j.errorf("%d companies are listed after an update that failed, want 1", n)
	}
	j.unchangedCompany(o.company, "an update that failed")
	j.onlyAsset(o, "an update that failed")
	if j.can.Intents {
		_, err := j.docs.FindCreated(j.ctx, of.ID)
		j.wantErr(err, store.ErrNotFound, "FindCreated after an update that failed")
	}
	j.wantIntegration(false)
}

func checkJointSeen(j joint) {
	o := j.office()
	j.must(j.update(func(w *world) error {
		c := w.company("Within")
		w.sameCompany(c, w.readCompany(c.ID), "Company within the update that made it")
		w.sameCompany(c, w.companies()[c.ID], "Companies within the update that made one")
		a := w.patch(store.AssetPatch{ID: o.asset.ID, Name: "Changed"})
		w.unchanged(a, "UpdateAsset within an update")
		w.sameAsset(a, w.assets(o.company.ID)[a.ID], "Assets within the update that changed one")

		j.notSeenOutside(c, o.asset)
		return nil
	}), "Update")
	if n := len(j.companies()); n != 2 {
		j.errorf("%d companies are listed after an update that made one beside one, want 2", n)
	}
}

// notSeenOutside notes a failure if others see what an update that goes on has
// done. They may have to wait for its end.
func (j joint) notSeenOutside(made store.Company, before store.Asset) {
	ctx, cancel := context.WithTimeout(j.ctx, 2*time.Second)
	defer cancel()
	if c, err := j.docs.Company(ctx, made.ID); err == nil {
		j.errorf("others see %+v before the update that made it has ended", c)
	}
	if a, err := j.docs.Asset(ctx, before.ID); err == nil {
		j.sameAsset(before, a, "others see an asset before the update that changed it has ended")
	}
}

func checkJointRefused(j joint) {
	o := j.office()
	j.must(j.update(func(w *world) error {
		_, err := w.docs.CreateCompany(w.ctx, store.NewCompany{Name: " "}, w.intent())
		w.wantErr(err, store.ErrRefused, "CreateCompany with a blank name within an update")
		_, err = w.docs.UpdateAsset(w.ctx, store.AssetPatch{ID: o.asset.ID, Name: "x", Values: store.Values{
			o.serial: connector.Text("x"), o.cores: connector.Text("four"),
		}}, w.intent())
		w.wantErr(err, store.ErrRefused, "UpdateAsset with an unfit value within an update")
		_, err = w.docs.Company(w.ctx, "no-such-company")
		w.wantErr(err, store.ErrNotFound, "Company that isn't there within an update")
		w.unchanged(o.asset, "a refused UpdateAsset within an update")
		w.company("Within")
		return nil
	}), "Update")
	if n := len(j.companies()); n != 2 {
		j.errorf("%d companies are listed after an update that made one beside one, want 2", n)
	}
	j.wantIntegration(true)
}

func checkJointBeside(j joint) {
	c := j.company("Acme")
	err := j.update(func(*world) error {
		return errUndo
	})
	if !errors.Is(err, errUndo) {
		j.errorf("Update returned %v, want the error of its function", err)
	}
	j.unchangedCompany(c, "an update that failed, which had nothing to do with it")
	other := j.company("Other")
	j.unchangedCompany(other, "CreateCompany without an update")
}
