package memory_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/require"

	"github.com/dovetail-sync/dovetail/connector"
	"github.com/dovetail-sync/dovetail/store"
	"github.com/dovetail-sync/dovetail/store/memory"
)

// byPerson is the intent of a person's write, which nobody looks up.
func byPerson() store.Intent { return store.Intent{By: store.Person("p1", "")} }

func intent(id string) store.Intent { return store.Intent{ID: id, By: store.RunActor("r1")} }

// office is a platform with a company, a layout and an asset in it.
type office struct {
	*memory.Documents

	company store.Company
	layout  store.Layout
	asset   store.Asset
}

func newOffice(t *testing.T) office {
	t.Helper()
	o := office{Documents: memory.New().Platform()}
	o.company = o.newCompany(t, "Acme")
	o.layout = o.newLayout(t, "Computers",
		store.Field{Name: "Serial", Type: store.FieldText},
		store.Field{Name: "Owner", Type: store.FieldText, Required: true},
		store.Field{Name: "Cores", Type: store.FieldNumber},
	)
	var err error
	o.asset, err = o.CreateAsset(t.Context(), store.NewAsset{
		Company: o.company.ID, Layout: o.layout.ID, Name: "PC-1",
		Values: store.Values{"field-1": connector.Text("S1"), "field-2": connector.Text("Ann")},
	}, byPerson())
	require.NoError(t, err)
	return o
}

func (o office) newCompany(t *testing.T, name string) store.Company {
	t.Helper()
	c, err := o.CreateCompany(t.Context(), store.NewCompany{Name: name}, byPerson())
	require.NoError(t, err)
	return c
}

func (o office) newLayout(t *testing.T, name string, fields ...store.Field) store.Layout {
	t.Helper()
	l, err := o.CreateLayout(t.Context(), store.NewLayout{Name: name, Fields: fields}, byPerson())
	require.NoError(t, err)
	return l
}

// requireUnchanged checks that the office's asset is as it was.
func (o office) requireUnchanged(t *testing.T) {
	t.Helper()
	got, err := o.Asset(t.Context(), o.asset.ID)
	require.NoError(t, err)
	require.Empty(t, cmp.Diff(o.asset, got))
}

func TestIDsAreCounted(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	second := o.newCompany(t, "Second")
	require.Equal(t, store.CompanyID("company-1"), o.company.ID)
	require.Equal(t, store.CompanyID("company-2"), second.ID)
	require.Equal(t, store.LayoutID("layout-1"), o.layout.ID)
	require.Equal(t, store.FieldID("field-3"), o.layout.Fields[2].ID)
	require.Equal(t, store.AssetID("asset-1"), o.asset.ID)
	require.False(t, o.company.Created.IsZero())
	require.False(t, o.asset.Created.IsZero())
}

func TestDocumentsAreListedInTheOrderOfTheirMaking(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	other := o.newCompany(t, "Other")
	want := []string{"PC-1"}
	for name := range strings.SplitSeq("bcdefghijklmn", "") {
		_, err := o.CreateAsset(t.Context(), o.like(name, o.company.ID), byPerson())
		require.NoError(t, err)
		want = append(want, name)
	}
	_, err := o.CreateAsset(t.Context(), o.like("elsewhere", other.ID), byPerson())
	require.NoError(t, err)

	name := func(a store.Asset) string { return a.Name }
	require.Equal(t, want, collect(t, o.Assets(t.Context(), o.company.ID), name))
	require.Equal(t, []string{"elsewhere"}, collect(t, o.Assets(t.Context(), other.ID), name))
	require.Equal(t, []string{"Acme", "Other"}, collect(t, o.Companies(t.Context()), func(c store.Company) string { return c.Name }))
	require.Equal(t, []string{"Computers"}, collect(t, o.Layouts(t.Context()), func(l store.Layout) string { return l.Name }))
}

// like returns an asset that the office's layout accepts.
func (o office) like(name string, company store.CompanyID) store.NewAsset {
	return store.NewAsset{
		Company: company, Layout: o.layout.ID, Name: name,
		Values: store.Values{"field-2": connector.Text("Ann")},
	}
}

func TestAWriteThatChangesNothingKeepsTheVersion(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	writes := o.Writes()
	no := false
	for _, p := range []store.AssetPatch{
		{},
		{Name: "PC-1  "},
		{Values: store.Values{"field-1": connector.Text("S1\n"), "field-3": {}}},
		{Company: o.company.ID},
		{Layout: o.layout.ID},
		{Archived: &no},
	} {
		p.ID, p.Base = o.asset.ID, o.asset.Version
		got, err := o.UpdateAsset(t.Context(), p, intent("n1"))
		require.NoError(t, err)
		require.Empty(t, cmp.Diff(o.asset, got))
	}
	c, err := o.UpdateCompany(t.Context(), store.CompanyPatch{ID: o.company.ID, Base: o.company.Version, Name: "Acme"}, intent("n1"))
	require.NoError(t, err)
	require.Empty(t, cmp.Diff(o.company, c))
	require.Equal(t, writes+7, o.Writes(), "a write that changes nothing is a write")
}

func TestRefusalsSayWhatIsWrong(t *testing.T) {
	t.Parallel()
	for says, change := range map[string]func(t *testing.T, o office, a *store.NewAsset){
		"name is blank":            func(_ *testing.T, _ office, a *store.NewAsset) { a.Name = " \t" },
		`company "c9" isn't there`: func(_ *testing.T, _ office, a *store.NewAsset) { a.Company = "c9" },
		`layout "l9" isn't there`:  func(_ *testing.T, _ office, a *store.NewAsset) { a.Layout = "l9" },
		`no field "f9"`:            func(_ *testing.T, _ office, a *store.NewAsset) { a.Values["f9"] = connector.Text("x") },
		`field "Owner" of layout "Computers" is required`: func(_ *testing.T, _ office, a *store.NewAsset) {
			delete(a.Values, "field-2")
		},
		`company "Acme" is archived`: func(t *testing.T, o office, _ *store.NewAsset) {
			t.Helper()
			require.NoError(t, o.EditCompany(o.company.ID, func(c *store.Company) { c.Archived = true }))
		},
		`layout "Computers" is inactive`: func(t *testing.T, o office, _ *store.NewAsset) {
			t.Helper()
			require.NoError(t, o.EditLayout(o.layout.ID, func(l *store.Layout) { l.Inactive = true }))
		},
	} {
		t.Run(says, func(t *testing.T) {
			t.Parallel()
			o := newOffice(t)
			a := o.like("PC-2", o.company.ID)
			change(t, o, &a)
			writes := o.Writes()
			_, err := o.CreateAsset(t.Context(), a, intent("n1"))
			require.ErrorIs(t, err, store.ErrRefused)
			require.ErrorContains(t, err, says)
			require.Equal(t, writes, o.Writes(), "a refused write is none")
		})
	}
}

func TestAPatchOfTwoThingsSaysWhatToDo(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	_, err := o.UpdateAsset(t.Context(), store.AssetPatch{ID: o.asset.ID, Name: "x", Company: "company-1"}, intent("n1"))
	require.ErrorContains(t, err, "send one patch for each")
}

func TestPeopleFindNothingWhereNothingIs(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	require.ErrorIs(t, o.EditCompany("c9", nil), store.ErrNotFound)
	require.ErrorIs(t, o.EditAsset("a9", nil), store.ErrNotFound)
	require.ErrorIs(t, o.EditLayout("l9", nil), store.ErrNotFound)
	require.ErrorIs(t, o.DeleteCompany("c9"), store.ErrNotFound)
	require.ErrorIs(t, o.DeleteAsset("a9"), store.ErrNotFound)
}

func TestAValueThatWasMissingMayGoOnMissing(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	require.NoError(t, o.EditAsset(o.asset.ID, func(a *store.Asset) { delete(a.Values, "field-2") }))
	got, err := o.UpdateAsset(t.Context(), store.AssetPatch{ID: o.asset.ID, Name: "x", Values: store.Values{"field-2": {}}}, intent("n"))
	require.NoError(t, err, "it is required and blank, and was so before")
	require.Equal(t, "x", got.Name)
}
