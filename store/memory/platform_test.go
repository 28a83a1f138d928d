package memory_test

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/require"

	"github.com/dovetail-sync/dovetail/connector"
	"github.com/dovetail-sync/dovetail/store"
)

func TestAnIntentsIDIsShortASCII(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	for id, ok := range map[string]bool{
		strings.Repeat("x", 191): true, strings.Repeat("x", 192): false, "a b~": true, "tab\t": false, "ä": false, "\x7f": false,
	} {
		_, err := o.CreateCompany(t.Context(), store.NewCompany{Name: "x"}, intent(id))
		if ok {
			require.NoError(t, err)
		} else {
			require.ErrorIs(t, err, store.ErrRefused)
		}
	}
}

func TestAnIntentsThingComesAsItIsNow(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	ctx := t.Context()
	company, err := o.CreateCompany(ctx, store.NewCompany{Name: "One"}, intent("c"))
	require.NoError(t, err)
	asset, err := o.CreateAsset(ctx, o.like("One", company.ID), intent("a"))
	require.NoError(t, err)
	require.NoError(t, o.EditAsset(asset.ID, func(a *store.Asset) { a.Name = "renamed" }))
	again, err := o.CreateAsset(ctx, store.NewAsset{}, intent("a"))
	require.NoError(t, err)
	require.Equal(t, asset.ID, again.ID)
	require.Equal(t, "renamed", again.Name)

	_, err = o.CreateCompany(ctx, store.NewCompany{Name: "x"}, intent("a"))
	require.ErrorIs(t, err, store.ErrRefused, "it made an asset")
	_, err = o.CreateLayout(ctx, store.NewLayout{Name: "x"}, intent("a"))
	require.ErrorIs(t, err, store.ErrRefused)
	_, err = o.CreateAsset(ctx, o.like("x", company.ID), intent("c"))
	require.ErrorIs(t, err, store.ErrRefused)
	require.NoError(t, o.DeleteAsset(asset.ID))
	_, err = o.CreateAsset(ctx, o.like("x", company.ID), intent("a"))
	require.ErrorIs(t, err, store.ErrRefused, "what was deleted isn't made a second time")
	_, err = o.FindCreated(ctx, "")
	require.ErrorIs(t, err, store.ErrNotFound)
}

func TestTextsLoseWhiteSpaceAtTheirEndAndDatesTheirTime(t *testing.T) {
	t.Parallel()
	day := time.Date(2026, 5, 6, 0, 0, 0, 0, time.UTC)
	for _, test := range []struct {
		field       store.FieldType
		given, want connector.Value
	}{
		{store.FieldText, connector.Text(" a b \r\n"), connector.Text(" a b")},
		{store.FieldRichText, connector.Text("<p>x</p>\n"), connector.Text("<p>x</p>")},
		{store.FieldDate, connector.Instant(day.Add(23*time.Hour + 59*time.Minute)), connector.Instant(day)},
		{store.FieldList, connector.Text("red "), connector.Text("red")},
		{store.FieldConfidential, connector.Text("hunter2 "), connector.Text("hunter2")},
	} {
		t.Run(string(test.field), func(t *testing.T) {
			t.Parallel()
			o := newOffice(t)
			l := o.newLayout(t, "One ", store.Field{ID: "mine", Name: "F ", Type: test.field, Options: []string{"red", "green"}})
			require.Equal(t, "One", l.Name)
			require.Equal(t, "F", l.Fields[0].Name)
			id := l.Fields[0].ID
			require.Equal(t, store.FieldID("field-4"), id, "the platform chooses ids")
			got, err := o.CreateAsset(t.Context(), store.NewAsset{
				Company: o.company.ID, Layout: l.ID, Name: "x ", Values: store.Values{id: test.given},
			}, intent("n"))
			require.NoError(t, err)
			require.Equal(t, "x", got.Name)
			require.Empty(t, cmp.Diff(store.Values{id: test.want}, got.Values))
		})
	}
}

func TestAnErrorAboutAValueDoesNotShowIt(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	l := o.newLayout(t, "Safe", store.Field{Name: "F", Type: store.FieldConfidential})
	_, err := o.CreateAsset(t.Context(), store.NewAsset{
		Company: o.company.ID, Layout: l.ID, Name: "x", Values: store.Values{l.Fields[0].ID: connector.Texts("hunter2")},
	}, intent("n"))
	require.ErrorContains(t, err, `field "F" takes text`)
	require.NotContains(t, err.Error(), "hunter2")
}

func TestAMoveThatWouldLoseAValueNamesIt(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	l := o.newLayout(t, "Other", store.Field{Name: "Owner", Type: store.FieldText}, store.Field{Name: "serial", Type: store.FieldText})
	_, err := o.UpdateAsset(t.Context(), store.AssetPatch{ID: o.asset.ID, Layout: l.ID}, intent("n"))
	require.ErrorContains(t, err, `no field "Serial" of type "text"`)
}

func TestAMoveToWhereItIsChangesNothingWhateverThatIs(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	require.NoError(t, o.EditCompany(o.company.ID, func(c *store.Company) { c.Archived = true }))
	require.NoError(t, o.EditLayout(o.layout.ID, func(l *store.Layout) { l.Inactive = true }))
	for _, p := range []store.AssetPatch{{Company: o.company.ID}, {Layout: o.layout.ID}} {
		p.ID = o.asset.ID
		got, err := o.UpdateAsset(t.Context(), p, intent("n"))
		require.NoError(t, err)
		require.Empty(t, cmp.Diff(o.asset, got))
	}
}

func TestPeopleEditWithoutBeingCounted(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	writes := o.Writes()
	link := []store.ExternalRef{{System: "syncro", Kind: "customer", ID: "7"}}
	require.NoError(t, o.EditCompany(o.company.ID, func(c *store.Company) { c.ID, c.Foreign = "mine", link }))
	require.NoError(t, o.EditAsset(o.asset.ID, func(a *store.Asset) {
		a.ID, a.Foreign = "mine", link
		a.Values["field-3"] = connector.Integer(4)
	}))
	link[0].ID = "changed afterwards"
	c, err := o.Company(t.Context(), o.company.ID)
	require.NoError(t, err)
	require.Equal(t, "7", c.Foreign[0].ID)
	require.NotEqual(t, o.company.Version, c.Version)
	a, err := o.Asset(t.Context(), o.asset.ID)
	require.NoError(t, err)
	require.Equal(t, "7", a.Foreign[0].ID)
	require.Equal(t, connector.Integer(4), a.Values["field-3"])
	require.NotEqual(t, o.asset.Version, a.Version)
	require.Equal(t, writes, o.Writes())
}

func TestAFieldKeepsItsIDAndLosesItsValuesOnlyWhenItGoes(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	require.NoError(t, o.EditLayout(o.layout.ID, func(l *store.Layout) {
		l.Fields[0].Name = "Serial number"
		l.Fields = append(l.Fields, store.Field{Name: "New", Type: store.FieldText})
	}))
	o.requireUnchanged(t)
	for l, err := range o.Layouts(t.Context()) {
		require.NoError(t, err)
		require.Equal(t, store.FieldID("field-1"), l.Fields[0].ID)
		require.Equal(t, store.FieldID("field-4"), l.Fields[3].ID)
	}
	require.NoError(t, o.EditLayout(o.layout.ID, func(l *store.Layout) { l.Fields = l.Fields[1:] }))
	a, err := o.Asset(t.Context(), o.asset.ID)
	require.NoError(t, err)
	require.Empty(t, cmp.Diff(store.Values{"field-2": connector.Text("Ann")}, a.Values))
	require.NotEqual(t, o.asset.Version, a.Version)

	other := o.newLayout(t, "Other")
	require.NoError(t, o.EditLayout(other.ID, func(l *store.Layout) { l.Name = "Others" }))
	same, err := o.Asset(t.Context(), o.asset.ID)
	require.NoError(t, err)
	require.Empty(t, cmp.Diff(a, same), "another layout's assets are left alone")
}

func TestADeletedCompanyTakesItsAssetsAlong(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	other := o.newCompany(t, "Other")
	kept, err := o.CreateAsset(t.Context(), o.like("kept", other.ID), byPerson())
	require.NoError(t, err)
	require.NoError(t, o.DeleteCompany(o.company.ID))
	_, err = o.Company(t.Context(), o.company.ID)
	require.ErrorIs(t, err, store.ErrNotFound)
	_, err = o.Asset(t.Context(), o.asset.ID)
	require.ErrorIs(t, err, store.ErrNotFound)
	_, err = o.Asset(t.Context(), kept.ID)
	require.NoError(t, err)
	require.Equal(t, store.CompanyID("company-3"), o.newCompany(t, "Third").ID, "no id is given twice")
}

func TestAnAssetWithoutValuesKeepsItsVersionWhenBlanksAreSet(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	l := o.newLayout(t, "Empty", store.Field{Name: "F", Type: store.FieldText})
	a, err := o.CreateAsset(t.Context(), store.NewAsset{Company: o.company.ID, Layout: l.ID, Name: "x"}, byPerson())
	require.NoError(t, err)
	got, err := o.UpdateAsset(t.Context(), store.AssetPatch{
		ID: a.ID, Values: store.Values{l.Fields[0].ID: connector.Text("  ")},
	}, intent("n"))
	require.NoError(t, err)
	require.Empty(t, cmp.Diff(a, got))
	require.NoError(t, o.EditAsset(a.ID, func(a *store.Asset) { a.Values = nil }))
	got, err = o.Asset(t.Context(), a.ID)
	require.NoError(t, err)
	require.Equal(t, a.Version, got.Version)
	require.NoError(t, o.EditAsset(a.ID, func(a *store.Asset) { a.Values[l.Fields[0].ID] = connector.Text("by hand") }))
}
