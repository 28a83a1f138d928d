package memory_test

import (
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/require"

	"github.com/dovetail-sync/dovetail/connector"
	"github.com/dovetail-sync/dovetail/store"
)

func TestAnIntentMakesAThingOnce(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	ctx := t.Context()

	company, err := o.CreateCompany(ctx, store.NewCompany{Name: "One"}, intent("c"))
	require.NoError(t, err)
	again, err := o.CreateCompany(ctx, store.NewCompany{Name: "Two"}, intent("c"))
	require.NoError(t, err)
	require.Empty(t, cmp.Diff(company, again))

	layout, err := o.CreateLayout(ctx, store.NewLayout{Name: "One"}, intent("l"))
	require.NoError(t, err)
	sameLayout, err := o.CreateLayout(ctx, store.NewLayout{Name: "Two"}, intent("l"))
	require.NoError(t, err)
	require.Empty(t, cmp.Diff(layout, sameLayout))

	asset, err := o.CreateAsset(ctx, o.like("One", company.ID), intent("a"))
	require.NoError(t, err)
	require.NoError(t, o.EditAsset(asset.ID, func(a *store.Asset) { a.Name = "renamed" }))
	sameAsset, err := o.CreateAsset(ctx, store.NewAsset{}, intent("a"))
	require.NoError(t, err)
	require.Equal(t, asset.ID, sameAsset.ID)
	require.Equal(t, "renamed", sameAsset.Name, "it comes as it is now")

	for id, want := range map[string]store.Created{"c": {Company: company.ID}, "a": {Asset: asset.ID}, "l": {Layout: layout.ID}} {
		made, err := o.FindCreated(ctx, id)
		require.NoError(t, err)
		require.Equal(t, want, made)
	}

	_, err = o.CreateCompany(ctx, store.NewCompany{Name: "x"}, intent("a"))
	require.ErrorIs(t, err, store.ErrRefused)
	_, err = o.CreateLayout(ctx, store.NewLayout{Name: "x"}, intent("a"))
	require.ErrorIs(t, err, store.ErrRefused)
	_, err = o.CreateAsset(ctx, o.like("x", company.ID), intent("c"))
	require.ErrorIs(t, err, store.ErrRefused)
}

func TestWhatAnIntentMadeIsFoundAfterItWasDeleted(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	asset, err := o.CreateAsset(t.Context(), o.like("One", o.company.ID), intent("a"))
	require.NoError(t, err)
	require.NoError(t, o.DeleteAsset(asset.ID))
	_, err = o.CreateAsset(t.Context(), o.like("One", o.company.ID), intent("a"))
	require.ErrorIs(t, err, store.ErrRefused, "it isn't made a second time")
	made, err := o.FindCreated(t.Context(), "a")
	require.NoError(t, err)
	require.Equal(t, asset.ID, made.Asset)
}

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

func TestOneIntentAtTheSameTimeMakesOneThing(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	var group sync.WaitGroup
	for range 8 {
		group.Go(func() {
			if _, err := o.CreateCompany(t.Context(), store.NewCompany{Name: "x"}, intent("c")); err != nil {
				t.Error(err)
			}
			for _, err := range o.Companies(t.Context()) {
				if err != nil {
					t.Error(err)
				}
			}
		})
	}
	group.Wait()
	require.Len(t, collect(t, o.Companies(t.Context()), func(c store.Company) string { return c.Name }), 2)
}

func TestValuesAreTidiedAndFitTheirField(t *testing.T) {
	t.Parallel()
	day := time.Date(2026, 5, 6, 0, 0, 0, 0, time.UTC)
	decimal, err := connector.Decimal("2.50")
	require.NoError(t, err)
	text, number, yes := connector.Text("x"), connector.Integer(7), connector.Bool(true)
	late := connector.Instant(day.Add(23*time.Hour + 59*time.Minute))
	refused := connector.Value{}
	for _, test := range []struct {
		field       store.FieldType
		given, want connector.Value
	}{
		{store.FieldText, connector.Text(" a b \r\n"), connector.Text(" a b")},
		{store.FieldText, number, refused},
		{store.FieldText, connector.Texts("a", "b"), refused},
		{store.FieldRichText, connector.Text("<p>x</p>\n"), connector.Text("<p>x</p>")},
		{store.FieldNumber, number, number},
		{store.FieldNumber, decimal, decimal},
		{store.FieldNumber, connector.Text("7"), refused},
		{store.FieldDate, late, connector.Instant(day)},
		{store.FieldDate, connector.Text("2026-05-06"), refused},
		{store.FieldCheckbox, yes, yes},
		{store.FieldCheckbox, connector.Text("true"), refused},
		{store.FieldEmail, text, text},
		{store.FieldEmail, yes, refused},
		{store.FieldPhone, text, text},
		{store.FieldPhone, number, refused},
		{store.FieldWebsite, text, text},
		{store.FieldWebsite, late, refused},
		{store.FieldList, connector.Text("red "), connector.Text("red")},
		{store.FieldList, connector.Text("Red"), refused},
		{store.FieldList, connector.Texts("red"), refused},
		{store.FieldConfidential, connector.Text("hunter2 "), connector.Text("hunter2")},
		{store.FieldConfidential, connector.Texts("hunter2"), refused},
	} {
		t.Run(fmt.Sprintf("%s takes %s %q", test.field, test.given.Kind(), test.given), func(t *testing.T) {
			t.Parallel()
			o := newOffice(t)
			l := o.newLayout(t, "One", store.Field{Name: "F", Type: test.field, Options: []string{"red", "green"}})
			id := l.Fields[0].ID
			got, err := o.CreateAsset(t.Context(), store.NewAsset{
				Company: o.company.ID, Layout: l.ID, Name: "x", Values: store.Values{id: test.given},
			}, intent("n"))
			if test.want.IsAbsent() {
				require.ErrorIs(t, err, store.ErrRefused)
				require.ErrorContains(t, err, `field "F" takes`)
				require.NotContains(t, err.Error(), "hunter2")
				return
			}
			require.NoError(t, err)
			require.Empty(t, cmp.Diff(store.Values{id: test.want}, got.Values))
		})
	}
}

func TestCreateLayoutRefusesWhatItCannotKeep(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	for _, l := range []store.NewLayout{
		{},
		{Name: "x", Fields: []store.Field{{Type: store.FieldText}}},
		{Name: "x", Fields: []store.Field{{Name: "f"}}},
		{Name: "x", Fields: []store.Field{{Name: "f", Type: "Text"}}},
	} {
		_, err := o.CreateLayout(t.Context(), l, intent("n"))
		require.ErrorIs(t, err, store.ErrRefused)
	}
	l := o.newLayout(t, "x ", store.Field{ID: "mine", Name: "f ", Type: store.FieldText})
	require.Equal(t, "x", l.Name)
	require.Equal(t, store.Field{ID: "field-4", Name: "f", Type: store.FieldText}, l.Fields[0], "the platform chooses ids")
}

func TestAMoveToAnotherLayoutLosesNoValue(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	fits := o.newLayout(t, "Fits",
		store.Field{Name: "Owner", Type: store.FieldText},
		store.Field{Name: "Serial", Type: store.FieldText},
		store.Field{Name: "More", Type: store.FieldText},
	)
	for name, fields := range map[string][]store.Field{
		"lacks one":    {{Name: "Owner", Type: store.FieldText}},
		"another type": {{Name: "Owner", Type: store.FieldText}, {Name: "Serial", Type: store.FieldRichText}},
		"another name": {{Name: "Owner", Type: store.FieldText}, {Name: "serial", Type: store.FieldText}},
	} {
		l := o.newLayout(t, name, fields...)
		_, err := o.UpdateAsset(t.Context(), store.AssetPatch{ID: o.asset.ID, Layout: l.ID}, intent("n"))
		require.ErrorIs(t, err, store.ErrRefused)
		require.ErrorContains(t, err, `no field "Serial" of type "text"`)
		o.requireUnchanged(t)
	}
	_, err := o.UpdateAsset(t.Context(), store.AssetPatch{ID: o.asset.ID, Layout: "l9"}, intent("n"))
	require.ErrorIs(t, err, store.ErrRefused)

	got, err := o.UpdateAsset(t.Context(), store.AssetPatch{ID: o.asset.ID, Layout: fits.ID}, intent("n"))
	require.NoError(t, err)
	require.Equal(t, fits.ID, got.Layout)
	require.Empty(t, cmp.Diff(store.Values{
		fits.Fields[0].ID: connector.Text("Ann"), fits.Fields[1].ID: connector.Text("S1"),
	}, got.Values))

	require.NoError(t, o.EditLayout(o.layout.ID, func(l *store.Layout) { l.Inactive = true }))
	_, err = o.UpdateAsset(t.Context(), store.AssetPatch{ID: o.asset.ID, Layout: o.layout.ID}, intent("n"))
	require.ErrorIs(t, err, store.ErrRefused)
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

func TestAMoveToAnotherCompany(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	other := o.newCompany(t, "Other")
	name := func(a store.Asset) string { return a.Name }
	move := store.AssetPatch{ID: o.asset.ID, Company: other.ID}

	require.NoError(t, o.EditCompany(other.ID, func(c *store.Company) { c.Archived = true }))
	_, err := o.UpdateAsset(t.Context(), move, intent("n"))
	require.ErrorIs(t, err, store.ErrRefused)
	o.requireUnchanged(t)

	require.NoError(t, o.EditCompany(other.ID, func(c *store.Company) { c.Archived = false }))
	got, err := o.UpdateAsset(t.Context(), move, intent("n"))
	require.NoError(t, err)
	require.Equal(t, other.ID, got.Company)
	require.Empty(t, collect(t, o.Assets(t.Context(), o.company.ID), name))
	require.Equal(t, []string{"PC-1"}, collect(t, o.Assets(t.Context(), other.ID), name))
}

func TestArchivedThingsAreListedAndCanBeBroughtBack(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	for _, archived := range []bool{true, false} {
		got, err := o.UpdateAsset(t.Context(), store.AssetPatch{ID: o.asset.ID, Archived: &archived}, intent("n"))
		require.NoError(t, err)
		require.Equal(t, archived, got.Archived)
		listed := collect(t, o.Assets(t.Context(), o.company.ID), func(a store.Asset) bool { return a.Archived })
		require.Equal(t, []bool{archived}, listed)
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

func TestDocumentsAreCopiedOnTheWayInAndOut(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	ctx := t.Context()
	options := []string{"red"}
	fields := []store.Field{{Name: "Colour", Type: store.FieldList, Options: options}}
	l := o.newLayout(t, "Paint", fields...)
	values := store.Values{"field-4": connector.Text("red")}
	a, err := o.CreateAsset(ctx, store.NewAsset{Company: o.company.ID, Layout: l.ID, Name: "x", Values: values}, byPerson())
	require.NoError(t, err)
	options[0], fields[0].Name = "spoilt", "spoilt"
	clear(values)
	clear(a.Values)
	l.Fields[0].Name, l.Fields[0].Options[0] = "spoilt", "spoilt"

	for range 2 { // the second time finds what the first one spoilt
		for l, err := range o.Layouts(ctx) {
			require.NoError(t, err)
			if l.Name == "Paint" {
				want := store.Field{ID: "field-4", Name: "Colour", Type: store.FieldList, Options: []string{"red"}}
				require.Empty(t, cmp.Diff([]store.Field{want}, l.Fields))
				l.Fields[0].Options[0] = "spoilt"
				l.Fields[0].Name = "spoilt"
			}
		}
		assets := collect(t, o.Assets(ctx, o.company.ID), func(a store.Asset) store.Asset { return a })[1:]
		one, err := o.Asset(ctx, a.ID)
		require.NoError(t, err)
		for _, a := range append(assets, one) {
			require.Empty(t, cmp.Diff(store.Values{"field-4": connector.Text("red")}, a.Values))
			clear(a.Values)
		}
	}
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

func TestConcurrentCreatesLoseNothing(t *testing.T) {
	t.Parallel()
	const writers, each = 4, 100
	o := newOffice(t)
	var group sync.WaitGroup
	for range writers {
		group.Go(func() {
			for range each {
				if _, err := o.CreateAsset(t.Context(), o.like("x", o.company.ID), byPerson()); err != nil {
					t.Error(err)
				}
			}
		})
	}
	group.Wait()
	require.Len(t, collect(t, o.Assets(t.Context(), o.company.ID), func(a store.Asset) string { return a.Name }), writers*each+1)
}
