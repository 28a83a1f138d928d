package memory

import (
	"cmp"
	"fmt"
	"reflect"
	"strconv"

	"github.com/dovetail-sync/dovetail/store"
)

// platform is all that Documents holds.
type platform struct {
	companies       tree[store.CompanyID, *store.Company]
	layouts         tree[store.LayoutID, *store.Layout]
	assets          tree[store.AssetID, *store.Asset]
	assetsByCompany tree[assetKey, *store.Asset]
	links           tree[store.LinkID, *store.Link]
	made            tree[string, *made]

	// lastCompany and the others are the numbers in the last ids given.
	lastCompany, lastLayout, lastField, lastAsset, lastLink int
	// version is the number of the last version given to anything.
	version int
	writes  int
}

// made is what an intent made: one of the ids is set.
type made struct {
	intent  string
	company store.CompanyID
	layout  store.LayoutID
	asset   store.AssetID
}

// assetKey orders assets by company.
type assetKey struct {
	company store.CompanyID
	id      store.AssetID
}

func companyOfAsset(a *store.Asset) assetKey { return assetKey{a.Company, a.ID} }

func (k assetKey) compare(other assetKey) int {
	return cmp.Or(byNumber(k.company, other.company), byNumber(k.id, other.id))
}

// byNumber orders ids that differ in their number alone by that number.
func byNumber[ID ~string](a, b ID) int {
	return cmp.Or(cmp.Compare(len(a), len(b)), cmp.Compare(a, b))
}

func newPlatform() *platform {
	return &platform{
		companies:       newTree(func(c *store.Company) store.CompanyID { return c.ID }, byNumber),
		layouts:         newTree(func(l *store.Layout) store.LayoutID { return l.ID }, byNumber),
		assets:          newTree(func(a *store.Asset) store.AssetID { return a.ID }, byNumber),
		assetsByCompany: newTree(companyOfAsset, assetKey.compare),
		links:           newTree(func(l *store.Link) store.LinkID { return l.ID }, byNumber),
		made:            newTree(func(m *made) string { return m.intent }, cmp.Compare),
	}
}

// edit is a platform that is being changed.
type edit struct {
	*platform
	owner *owner
}

// earlier returns what a create with this intent made before, or nil.
func (e *edit) earlier(intent store.Intent) *made {
	if intent.ID == "" {
		return nil
	}
	m, _ := e.made.get(intent.ID)
	return m
}

// errUsedIntent refuses a create whose intent made something that can't be
// returned.
func errUsedIntent(intent store.Intent) error {
	return fmt.Errorf("%w: intent %q made something else, or what it made was deleted since", store.ErrRefused, intent.ID)
}

// keep notes what a create made.
func (e *edit) keep(intent store.Intent, m made) {
	if intent.ID != "" {
		m.intent = intent.ID
		e.made.set(e.owner, &m)
	}
}

// saveCompany writes c, under a new version if anything changed, and returns it
// as it is stored.
func (e *edit) saveCompany(c store.Company) store.Company {
	c = c.Clone()
	if old, found := e.companies.get(c.ID); !found || !reflect.DeepEqual(*old, c) {
		c.Version = e.nextVersion()
	}
	e.companies.set(e.owner, &c)
	return c.Clone()
}

// saveAsset is saveCompany for assets.
func (e *edit) saveAsset(a store.Asset) store.Asset {
	a = a.Clone()
	if a.Values == nil {
		a.Values = store.Values{}
	}
	if old, found := e.assets.get(a.ID); !found || !reflect.DeepEqual(*old, a) {
		a.Version = e.nextVersion()
	}
	set2(e.owner, &e.assets, &e.assetsByCompany, &a)
	return a.Clone()
}

// saveLayout writes l, with ids for the fields that have none, and returns it
// as it is stored.
func (e *edit) saveLayout(l store.Layout) store.Layout {
	l = l.Clone()
	for i := range l.Fields {
		if l.Fields[i].ID == "" {
			l.Fields[i].ID = store.FieldID(number("field-", &e.lastField))
		}
	}
	e.layouts.set(e.owner, &l)
	return l.Clone()
}

func (e *edit) nextVersion() store.Version { return store.Version(number("v", &e.version)) }

// number returns the next id.
func number(prefix string, last *int) string {
	*last++
	return prefix + strconv.Itoa(*last)
}
