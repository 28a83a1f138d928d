package memory_test

import (
	"context"
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
	require.Empty(t, collect(t, o.Assets(t.Context(), "company-77"), name), "a company that isn't there has none")
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

func TestCreateAssetRefusesWhatThePlatformCannotKeep(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		change func(t *testing.T, o office, a *store.NewAsset)
		says   string
	}{
		"no name":            {func(_ *testing.T, _ office, a *store.NewAsset) { a.Name = " \t" }, "name is blank"},
		"an unknown company": {func(_ *testing.T, _ office, a *store.NewAsset) { a.Company = "c9" }, `company "c9" isn't there`},
		"an unknown layout":  {func(_ *testing.T, _ office, a *store.NewAsset) { a.Layout = "l9" }, `layout "l9" isn't there`},
		"an unknown field":   {func(_ *testing.T, _ office, a *store.NewAsset) { a.Values["f9"] = connector.Text("x") }, `no field "f9"`},
		"a required field":   {func(_ *testing.T, _ office, a *store.NewAsset) { delete(a.Values, "field-2") }, `field "Owner" of layout "Computers" is required`},
		"a blank in its stead": {
			func(_ *testing.T, _ office, a *store.NewAsset) { a.Values["field-2"] = connector.Text("  ") },
			`field "Owner" of layout "Computers" is required`,
		},
		"an archived company": {func(t *testing.T, o office, _ *store.NewAsset) {
			t.Helper()
			require.NoError(t, o.EditCompany(o.company.ID, func(c *store.Company) { c.Archived = true }))
		}, `company "Acme" is archived`},
		"an inactive layout": {func(t *testing.T, o office, _ *store.NewAsset) {
			t.Helper()
			require.NoError(t, o.EditLayout(o.layout.ID, func(l *store.Layout) { l.Inactive = true }))
		}, `layout "Computers" is inactive`},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			o := newOffice(t)
			a := o.like("PC-2", o.company.ID)
			test.change(t, o, &a)
			writes := o.Writes()
			_, err := o.CreateAsset(t.Context(), a, intent("n1"))
			require.ErrorIs(t, err, store.ErrRefused)
			require.ErrorContains(t, err, test.says)
			require.True(t, store.Settled(err))
			require.Equal(t, writes, o.Writes())
			_, err = o.FindCreated(t.Context(), "n1")
			require.ErrorIs(t, err, store.ErrNotFound)
			require.Len(t, collect(t, o.Assets(t.Context(), o.company.ID), func(a store.Asset) store.AssetID { return a.ID }), 1)
		})
	}
}

func TestUpdateAssetSetsAndBlanksTheNamedFieldsOnly(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	got, err := o.UpdateAsset(t.Context(), store.AssetPatch{
		ID: o.asset.ID, Base: o.asset.Version, Name: "PC-1b ",
		Values: store.Values{"field-1": {}, "field-3": connector.Integer(8)},
	}, intent("n1"))
	require.NoError(t, err)
	want := o.asset
	want.Name, want.Version = "PC-1b", got.Version
	want.Values = store.Values{"field-2": connector.Text("Ann"), "field-3": connector.Integer(8)}
	require.Empty(t, cmp.Diff(want, got))
	require.NotEqual(t, o.asset.Version, got.Version)
	stored, err := o.Asset(t.Context(), o.asset.ID)
	require.NoError(t, err)
	require.Empty(t, cmp.Diff(want, stored), "the post-image is what is stored")
}

func TestAPatchChangesOneThing(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	other, second := o.newCompany(t, "Other"), o.newLayout(t, "Servers")
	values, no := store.Values{"field-1": connector.Text("x")}, false
	for _, p := range []store.AssetPatch{
		{Name: "x", Company: other.ID},
		{Name: "x", Layout: second.ID},
		{Name: "x", Archived: &no},
		{Values: values, Company: other.ID},
		{Values: values, Layout: second.ID},
		{Values: values, Archived: &no},
		{Company: other.ID, Layout: second.ID},
		{Company: other.ID, Archived: &no},
		{Layout: second.ID, Archived: &no},
		{Name: "x", Values: values, Company: other.ID, Layout: second.ID, Archived: &no},
	} {
		p.ID = o.asset.ID
		_, err := o.UpdateAsset(t.Context(), p, intent("n1"))
		require.ErrorIs(t, err, store.ErrRefused, "%+v", p)
		require.ErrorContains(t, err, "send one patch for each")
		o.requireUnchanged(t)
	}
}

func TestAnUpdateRefusesWhatThePlatformCannotKeep(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	for _, p := range []store.AssetPatch{
		{Name: " \n"},
		{Name: "x", Values: store.Values{"field-1": connector.Text("new"), "field-9": connector.Text("x")}},
		{Name: "x", Values: store.Values{"field-3": connector.Text("four")}},
		{Company: "company-9"},
		{Layout: "layout-9"},
	} {
		p.ID = o.asset.ID
		_, err := o.UpdateAsset(t.Context(), p, intent("n"))
		require.ErrorIs(t, err, store.ErrRefused, "%+v", p)
		o.requireUnchanged(t)
	}
	_, err := o.UpdateCompany(t.Context(), store.CompanyPatch{ID: o.company.ID, Name: " "}, intent("n"))
	require.ErrorIs(t, err, store.ErrRefused)
	_, err = o.CreateCompany(t.Context(), store.NewCompany{Name: " "}, intent("n"))
	require.ErrorIs(t, err, store.ErrRefused)
}

func TestAWriteOnAnOldVersionIsStale(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	changed, err := o.UpdateAsset(t.Context(), store.AssetPatch{ID: o.asset.ID, Name: "by a person"}, byPerson())
	require.NoError(t, err)
	_, err = o.UpdateAsset(t.Context(), store.AssetPatch{ID: o.asset.ID, Base: o.asset.Version, Name: "x"}, intent("n1"))
	require.ErrorIs(t, err, store.ErrStale)
	_, err = o.UpdateAsset(t.Context(), store.AssetPatch{ID: o.asset.ID, Base: changed.Version, Name: "x"}, intent("n1"))
	require.NoError(t, err)

	_, err = o.UpdateCompany(t.Context(), store.CompanyPatch{ID: o.company.ID, Name: "by a person"}, byPerson())
	require.NoError(t, err)
	_, err = o.UpdateCompany(t.Context(), store.CompanyPatch{ID: o.company.ID, Base: o.company.Version, Name: "x"}, intent("n1"))
	require.ErrorIs(t, err, store.ErrStale)
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

func TestUpdateCompanyFillsWhatItIsGiven(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	c, err := o.CreateCompany(t.Context(), store.NewCompany{
		Name: "Beta ", Details: store.Details{Phone: "1 ", City: "Ulm"},
	}, byPerson())
	require.NoError(t, err)
	require.Equal(t, "Beta", c.Name)
	got, err := o.UpdateCompany(t.Context(), store.CompanyPatch{
		ID: c.ID, Details: store.Details{Phone: " ", Street: "s", Street2: "s2", State: "st", Postcode: "p", Country: "c", Website: "w"},
	}, intent("n1"))
	require.NoError(t, err)
	require.Equal(t, "Beta", got.Name)
	require.Equal(t, store.Details{
		Phone: "1", City: "Ulm", Street: "s", Street2: "s2", State: "st", Postcode: "p", Country: "c", Website: "w",
	}, got.Details)
	stored, err := o.Company(t.Context(), c.ID)
	require.NoError(t, err)
	require.Empty(t, cmp.Diff(got, stored))
}

func TestWhatIsNotThereIsNotFound(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	ctx := t.Context()
	_, err := o.Company(ctx, "c9")
	require.ErrorIs(t, err, store.ErrNotFound)
	_, err = o.Asset(ctx, "a9")
	require.ErrorIs(t, err, store.ErrNotFound)
	_, err = o.UpdateCompany(ctx, store.CompanyPatch{ID: "c9", Name: "x"}, intent("n"))
	require.ErrorIs(t, err, store.ErrNotFound)
	_, err = o.UpdateAsset(ctx, store.AssetPatch{ID: "a9", Name: "x"}, intent("n"))
	require.ErrorIs(t, err, store.ErrNotFound)
	_, err = o.FindCreated(ctx, "")
	require.ErrorIs(t, err, store.ErrNotFound)
	require.ErrorIs(t, o.EditCompany("c9", nil), store.ErrNotFound)
	require.ErrorIs(t, o.EditAsset("a9", nil), store.ErrNotFound)
	require.ErrorIs(t, o.EditLayout("l9", nil), store.ErrNotFound)
	require.ErrorIs(t, o.DeleteCompany("c9"), store.ErrNotFound)
	require.ErrorIs(t, o.DeleteAsset("a9"), store.ErrNotFound)
}

func TestDocumentsStopWhenTheContextIsDone(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	o.newCompany(t, "Second")
	canceled := func(t *testing.T, err error) {
		t.Helper()
		require.ErrorIs(t, err, context.Canceled)
	}
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	pairs := 0
	for _, err := range o.Companies(ctx) {
		if pairs++; pairs == 1 {
			require.NoError(t, err)
			cancel()
			continue
		}
		canceled(t, err)
	}
	require.Equal(t, 2, pairs)
	requireOneError(t, o.Companies(ctx), canceled)
	requireOneError(t, o.Layouts(ctx), canceled)
	requireOneError(t, o.Assets(ctx, "nobody"), canceled)
	_, err := o.Company(ctx, o.company.ID)
	canceled(t, err)
	_, err = o.Asset(ctx, o.asset.ID)
	canceled(t, err)
	_, err = o.FindCreated(ctx, "x")
	canceled(t, err)
	_, err = o.CreateCompany(ctx, store.NewCompany{Name: "x"}, intent("n"))
	canceled(t, err)
	_, err = o.UpdateAsset(ctx, store.AssetPatch{ID: o.asset.ID, Name: "x"}, intent("n"))
	canceled(t, err)
	o.requireUnchanged(t)
}
