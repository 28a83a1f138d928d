package storetest

import (
	"context"
	"errors"
	"fmt"
	"iter"

	"github.com/dovetail-sync/dovetail/connector"
	"github.com/dovetail-sync/dovetail/store"
)

// world is a platform under test, and the probe that hears about it.
type world struct {
	*probe

	// ctx is the probe's, or that of an update which the calls are part of.
	ctx    context.Context
	docs   store.Documents
	people People
	can    store.Capabilities
	// intents is the number of the last intent.
	intents *int
}

// documentsCheck is a check that needs one empty platform and nothing else.
func documentsCheck(name, rule string, fn func(w *world)) check[DocumentsFixture] {
	return check[DocumentsFixture]{name: name, rule: rule, run: func(p *probe, f DocumentsFixture) { fn(newWorld(p, f)) }}
}

func newWorld(p *probe, f DocumentsFixture) *world {
	platform, err := f.New(p.ctx)
	p.must(err, "New")
	if platform.Close != nil {
		p.cleanup(platform.Close)
	}
	return &world{
		probe: p, ctx: p.ctx, docs: platform.Documents, people: platform.People, can: platform.Documents.Capabilities(), intents: new(int),
	}
}

// need skips the check unless the platform can do what it is about.
func (w *world) need(can bool, capability string) {
	if !can {
		w.skipf("the platform says that it can't: Capabilities.%s is false", capability)
	}
}

// needPeople skips the check unless the fixture has a function.
func (w *world) needPeople(has bool, function string) {
	if !has {
		w.skipf("the fixture has no People.%s", function)
	}
}

// intent returns a mark that no write has carried yet.
func (w *world) intent() store.Intent {
	*w.intents++
	return store.Intent{ID: fmt.Sprintf("suite-%d", *w.intents), By: store.RunActor("run-suite")}
}

// office is what most checks begin with: a company, a layout and an asset.
type office struct {
	company store.Company
	layout  store.Layout
	asset   store.Asset
	// serial and owner are fields of text, cores is a number.
	serial, owner, cores store.FieldID
}

func (w *world) office() office {
	o := office{company: w.company("Acme"), layout: w.layout("Computers",
		store.Field{Name: "Serial", Type: store.FieldText},
		store.Field{Name: "Owner", Type: store.FieldText},
		store.Field{Name: "Cores", Type: store.FieldNumber},
	)}
	o.serial, o.owner, o.cores = w.field(o.layout, "Serial"), w.field(o.layout, "Owner"), w.field(o.layout, "Cores")
	o.asset = w.asset(o.company.ID, o.layout.ID, "PC-1", store.Values{
		o.serial: connector.Text("S1"), o.owner: connector.Text("Ann"),
	})
	return o
}

func (w *world) company(name string) store.Company {
	c, err := w.docs.CreateCompany(w.ctx, store.NewCompany{Name: name}, w.intent())
	w.must(err, "CreateCompany %q", name)
	return c
}

// tryLayout makes a layout as a person would.
func (w *world) tryLayout(l store.NewLayout) (store.Layout, error) {
	if w.people.CreateLayout != nil {
		return w.people.CreateLayout(w.ctx, l)
	}
	return w.docs.CreateLayout(w.ctx, l, w.intent())
}

// layout makes a layout, and skips the check where nobody can.
func (w *world) layout(name string, fields ...store.Field) store.Layout {
	l, err := w.tryLayout(store.NewLayout{Name: name, Fields: fields})
	if errors.Is(err, store.ErrRefused) {
		w.skipf("the platform refuses this layout (set People.CreateLayout if a person could make it): %v", err)
	}
	w.must(err, "CreateLayout %q", name)
	if len(l.Fields) != len(fields) {
		w.fatalf("CreateLayout %q with %d fields returned %d fields", name, len(fields), len(l.Fields))
	}
	return l
}

// field returns the id of a layout's field.
func (w *world) field(l store.Layout, name string) store.FieldID {
	for _, f := range l.Fields {
		if f.Name == name {
			return f.ID
		}
	}
	w.fatalf("layout %q has no field %q among %+v", l.Name, name, l.Fields)
	return ""
}

func (w *world) asset(company store.CompanyID, layout store.LayoutID, name string, values store.Values) store.Asset {
	a, err := w.docs.CreateAsset(w.ctx, store.NewAsset{Company: company, Layout: layout, Name: name, Values: values}, w.intent())
	w.must(err, "CreateAsset %q", name)
	return a
}

// patch makes a patch that has to succeed.
func (w *world) patch(p store.AssetPatch) store.Asset {
	a, err := w.docs.UpdateAsset(w.ctx, p, w.intent())
	w.must(err, "UpdateAsset %+v", p)
	return a
}

// readAsset reads an asset that has to be there.
func (w *world) readAsset(id store.AssetID) store.Asset {
	a, err := w.docs.Asset(w.ctx, id)
	w.must(err, "Asset %q", id)
	return a
}

// readCompany reads a company that has to be there.
func (w *world) readCompany(id store.CompanyID) store.Company {
	c, err := w.docs.Company(w.ctx, id)
	w.must(err, "Company %q", id)
	return c
}

// archiveCompany has a person put a company away.
func (w *world) archiveCompany(id store.CompanyID, archived bool) {
	w.needPeople(w.people.EditCompany != nil, "EditCompany")
	w.must(w.people.EditCompany(w.ctx, id, func(c *store.Company) { c.Archived = archived }), "People.EditCompany %q", id)
}

// retireLayout has a person make a layout inactive.
func (w *world) retireLayout(id store.LayoutID) {
	w.needPeople(w.people.EditLayout != nil, "EditLayout")
	w.must(w.people.EditLayout(w.ctx, id, func(l *store.Layout) { l.Inactive = true }), "People.EditLayout %q", id)
}

func (w *world) companies() map[store.CompanyID]store.Company {
	return list(w.probe, "Companies", w.docs.Companies(w.ctx), func(c store.Company) store.CompanyID { return c.ID })
}

func (w *world) layouts() map[store.LayoutID]store.Layout {
	return list(w.probe, "Layouts", w.docs.Layouts(w.ctx), func(l store.Layout) store.LayoutID { return l.ID })
}

func (w *world) assets(company store.CompanyID) map[store.AssetID]store.Asset {
	return list(w.probe, fmt.Sprintf("Assets of %q", company), w.docs.Assets(w.ctx, company), func(a store.Asset) store.AssetID { return a.ID })
}

func (w *world) links() map[store.LinkID]store.Link {
	return list(w.probe, "Links", w.docs.Links(w.ctx), func(l store.Link) store.LinkID { return l.ID })
}

// list returns what an iterator yields, by id. Each thing comes once, and an
// error is the last pair.
func list[K ~string, T any](p *probe, what string, seq iter.Seq2[T, error], id func(T) K) map[K]T {
	things, err := tryList(p, what, seq, id)
	p.must(err, "%s", what)
	return things
}

// tryList is list that returns the error the iterator ended with.
func tryList[K ~string, T any](p *probe, what string, seq iter.Seq2[T, error], id func(T) K) (map[K]T, error) {
	things := map[K]T{}
	var failed error
	for thing, err := range seq {
		if failed != nil {
			p.fatalf("%s: it went on after its error: %w", what, failed)
		}
		if failed = err; err != nil {
			continue
		}
		if _, twice := things[id(thing)]; twice {
			p.errorf("%s: %q is listed twice", what, id(thing))
		}
		things[id(thing)] = thing
	}
	return things, failed
}

// ended returns a context that is done.
func (w *world) ended() context.Context {
	ctx, cancel := context.WithCancel(w.ctx)
	cancel()
	return ctx
}
