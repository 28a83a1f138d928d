package restplatform_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/dovetail-sync/dovetail/connector"
	"github.com/dovetail-sync/dovetail/store"
)

// newLayout makes a layout as people do, with types that dovetail doesn't know.
func (o *office) newLayout(t *testing.T, name string, fields ...store.Field) store.Layout {
	t.Helper()
	l, err := o.people.CreateLayout(t.Context(), store.NewLayout{Name: name, Fields: fields})
	require.NoError(t, err)
	return l
}

func (o *office) assetOf(t *testing.T, l store.Layout, values store.Values) store.Asset {
	t.Helper()
	a, err := o.CreateAsset(t.Context(), store.NewAsset{Company: o.company.ID, Layout: l.ID, Name: "x", Values: values}, intent("w"))
	require.NoError(t, err)
	return a
}

func TestFieldsOfOtherTypesAreLeftAlone(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	l := o.newLayout(t, "Odd",
		store.Field{Name: "Hardware", Type: "Heading"}, store.Field{Name: "Serial", Type: store.FieldText}, store.Field{Name: "Map", Type: "Embed"})
	a := o.assetOf(t, l, store.Values{l.Fields[1].ID: connector.Text("S1")})
	require.NoError(t, o.people.EditAsset(t.Context(), a.ID, func(a *store.Asset) { a.Values[l.Fields[2].ID] = connector.Text("<iframe>") }))

	got, err := o.UpdateAsset(t.Context(), store.AssetPatch{ID: a.ID, Values: store.Values{l.Fields[1].ID: connector.Text("S2")}}, intent("w"))
	require.NoError(t, err)
	require.Equal(t, store.Values{l.Fields[1].ID: connector.Text("S2")}, got.Values)
	require.NoError(t, o.people.EditAsset(t.Context(), a.ID, func(a *store.Asset) {
		require.Equal(t, connector.Text("<iframe>"), a.Values[l.Fields[2].ID], "it is still there")
	}))
	for listed, err := range o.Layouts(t.Context()) {
		require.NoError(t, err)
		if listed.ID == l.ID {
			require.Equal(t, []store.Field{l.Fields[1]}, listed.Fields)
		}
	}
	_, err = o.UpdateAsset(t.Context(), store.AssetPatch{ID: a.ID, Values: store.Values{l.Fields[2].ID: connector.Text("x")}}, intent("w"))
	requireClass(t, err, store.ErrRefused)
	target := o.newLayout(t, "Target", store.Field{Name: "Serial", Type: store.FieldText})
	_, err = o.UpdateAsset(t.Context(), store.AssetPatch{ID: a.ID, Layout: target.ID}, intent("w"))
	requireClass(t, err, store.ErrRefused)
}

// The platform takes labels in any case, with underscores or spaces: two may be
// one to it.
func TestAFieldThatThePlatformCannotTellFromAnotherIsNotWritten(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	l := o.newLayout(t, "Twins",
		store.Field{Name: "Serial No", Type: store.FieldText}, store.Field{Name: "serial_no", Type: store.FieldText},
		store.Field{Name: "Tag", Type: store.FieldText}, store.Field{Name: "Same", Type: store.FieldText}, store.Field{Name: "Same", Type: store.FieldText},
	)
	a := o.assetOf(t, l, store.Values{l.Fields[2].ID: connector.Text("T")})
	for _, i := range []int{0, 1, 3, 4} {
		_, err := o.UpdateAsset(t.Context(), store.AssetPatch{ID: a.ID, Values: store.Values{l.Fields[i].ID: connector.Text("x")}}, intent("w"))
		requireClass(t, err, store.ErrRefused)
		require.ErrorContains(t, err, "rename one")
	}
	values := store.Values{}
	for i, f := range l.Fields {
		values[f.ID] = connector.Text(fmt.Sprint(i))
	}
	require.NoError(t, o.people.EditAsset(t.Context(), a.ID, func(a *store.Asset) { a.Values = values }))
	got, err := o.Asset(t.Context(), a.ID)
	require.NoError(t, err)
	require.Equal(t, values, got.Values, "all can be read")
}

func TestSeveralOptionsAreReadTogetherAndKept(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	colours := store.Field{Name: "Colour", Type: store.FieldList, Options: []string{"red", "green", "blue"}}
	l := o.newLayout(t, "Paint", colours, store.Field{Name: "Tag", Type: store.FieldText})
	a := o.assetOf(t, l, nil)
	require.NoError(t, o.people.EditAsset(t.Context(), a.ID, func(a *store.Asset) { a.Values[l.Fields[0].ID] = connector.Texts("red", "blue") }))
	got, err := o.UpdateAsset(t.Context(), store.AssetPatch{ID: a.ID, Values: store.Values{l.Fields[1].ID: connector.Text("T")}}, intent("w"))
	require.NoError(t, err)
	require.Equal(t, store.Values{l.Fields[0].ID: connector.Text("red, blue"), l.Fields[1].ID: connector.Text("T")}, got.Values)

	// A move keeps what the other list has, and is refused where it doesn't.
	colours.Options = []string{"blue", "red"}
	same := o.newLayout(t, "Same", colours, store.Field{Name: "Tag", Type: store.FieldText})
	colours.Options = []string{"blue"}
	less := o.newLayout(t, "Less", colours, store.Field{Name: "Tag", Type: store.FieldText})
	_, err = o.UpdateAsset(t.Context(), store.AssetPatch{ID: a.ID, Layout: less.ID}, intent("w"))
	requireClass(t, err, store.ErrRefused)
	require.ErrorContains(t, err, `no option "red"`)
	got, err = o.UpdateAsset(t.Context(), store.AssetPatch{ID: a.ID, Layout: same.ID}, intent("w"))
	require.NoError(t, err)
	require.Equal(t, connector.Text("red, blue"), got.Values[same.Fields[0].ID])
}

func TestAMoveMakesNoFieldInPeoplesLayouts(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	l := o.newLayout(t, "From", store.Field{Name: "Tag", Type: store.FieldText}, store.Field{Name: "Blank", Type: store.FieldText})
	target := o.newLayout(t, "To", store.Field{Name: "Tag", Type: store.FieldText})
	a := o.assetOf(t, l, nil)
	before := len(o.writes())
	_, err := o.UpdateAsset(t.Context(), store.AssetPatch{ID: a.ID, Layout: target.ID}, intent("w"))
	requireClass(t, err, store.ErrRefused)
	require.ErrorContains(t, err, `would make field "Blank" in layout "To"`)
	require.Len(t, o.writes(), before)
}

// A value that isn't of its field's type may be somebody's: it is no blank.
func TestAValueThatCannotBeReadIsAnError(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	odd := connector.Text("n/a, ask Ann" + strings.Repeat("\nor Bob", 6)) // too long for an address too
	for _, f := range []store.FieldType{store.FieldNumber, store.FieldDate, store.FieldCheckbox, store.FieldAddress, store.FieldAssetLink} {
		l := o.newLayout(t, "Odd", store.Field{Name: "F", Type: f})
		a := o.assetOf(t, l, nil)
		require.NoError(t, o.people.EditAsset(t.Context(), a.ID, func(a *store.Asset) { a.Values[l.Fields[0].ID] = odd }))
		_, err := o.Asset(t.Context(), a.ID)
		require.ErrorContains(t, err, `field "F": its value is`)
		require.NotContains(t, err.Error(), "Ann")
		requireClass(t, err, nil)
		_, err = o.UpdateAsset(t.Context(), store.AssetPatch{ID: a.ID, Name: "New"}, intent("w"))
		requireClass(t, err, store.ErrUnavailable) // nothing was written
		require.NoError(t, o.people.DeleteAsset(t.Context(), a.ID))
	}
}

func TestARequiredValueThatWasMissingMayGoOnMissing(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	require.NoError(t, o.people.EditAsset(t.Context(), o.asset.ID, func(a *store.Asset) { delete(a.Values, o.owner) }))
	got, err := o.UpdateAsset(t.Context(), store.AssetPatch{ID: o.asset.ID, Name: "New", Values: store.Values{o.owner: {}}}, intent("w"))
	require.NoError(t, err)
	require.Equal(t, "New", got.Name)
}

func TestOptionsAreSharedWithAListThatIsThere(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	fields := []store.Field{{Name: "Colour", Type: store.FieldList, Options: []string{"red", "green"}}}
	for range 3 {
		_, err := o.CreateLayout(t.Context(), store.NewLayout{Name: "Paint", Fields: fields}, intent("w"))
		require.NoError(t, err)
	}
	made := 0
	for _, q := range o.writes() {
		if q.Path == "/lists" {
			made++
		}
	}
	require.Equal(t, 1, made)
}

func TestRelationsOfOtherThingsAreNoLinks(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	status, _ := o.raw(t, "POST", "/relations", `{"relation":{"fromable_type":"Asset","fromable_id":`+string(o.asset.ID)+
		`,"toable_type":"Company","toable_id":`+string(o.company.ID)+`}}`)
	require.Equal(t, 200, status)
	var links []store.Link
	for l, err := range o.Links(t.Context()) {
		require.NoError(t, err)
		links = append(links, l)
	}
	require.Equal(t, []store.Link{o.link}, links)
}
