package restplatform_test

import (
	"fmt"
	"net/http"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/require"

	"github.com/dovetail-sync/dovetail/connector"
	"github.com/dovetail-sync/dovetail/store"
	"github.com/dovetail-sync/dovetail/store/storetest/restplatform"
)

// names lists the assets of the office's company.
func (o *office) names(t *testing.T) (names []string, err error) {
	t.Helper()
	for a, err := range o.Assets(t.Context(), o.company.ID) {
		if err != nil {
			return names, err
		}
		names = append(names, a.Name)
	}
	return names, nil
}

func TestAListThatFailsOnAnyPageIsNotShort(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	want := []string{"PC-1", "PC-2", "PC-3"}
	for i := range 60 {
		name := fmt.Sprintf("more %d", i)
		o.newAsset(t, name)
		want = append(want, name)
	}
	names, err := o.names(t)
	require.NoError(t, err)
	require.ElementsMatch(t, want, names)

	for name, f := range faults() {
		if f.kind == restplatform.HangBefore || f.kind == restplatform.HangAfter || f.kind == restplatform.DropBefore || f.kind == restplatform.DropAfter {
			continue // net/http repeats a read whose connection was closed; a hanging one is tested elsewhere
		}
		for page := 1; page <= 4; page++ {
			lift := o.server.Fault(restplatform.Fault{Kind: f.kind, Path: "/assets", Every: page})
			names, err := o.names(t)
			require.Error(t, err, "%s on page %d", name, page)
			require.NotErrorIs(t, err, store.ErrNotFound)
			require.Less(t, len(names), len(want)+1)
			lift()
		}
	}
	names, err = o.names(t)
	require.NoError(t, err)
	require.Len(t, names, len(want))
}

func TestAListThatIsNotThereSaysNothingAboutWhatIsOnIt(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	d := o.dial(t, restplatform.Config{URL: strings.TrimSuffix(o.url, "/v1") + "/v2", Key: o.server.Key()})
	for _, err := range d.Companies(t.Context()) {
		require.NotErrorIs(t, err, store.ErrNotFound)
		require.ErrorContains(t, err, "is the URL the API's?")
	}
	for _, err := range d.Assets(t.Context(), o.company.ID) {
		require.NotErrorIs(t, err, store.ErrNotFound)
	}
	for _, err := range d.Layouts(t.Context()) {
		require.NotErrorIs(t, err, store.ErrNotFound)
	}
	_, err := d.Asset(t.Context(), o.asset.ID)
	require.NotErrorIs(t, err, store.ErrNotFound)
	_, err = d.UpdateAsset(t.Context(), store.AssetPatch{ID: o.asset.ID, Name: "x"}, intent("w"))
	requireClass(t, err, store.ErrUnavailable)
}

// What shifts from page to page while people work comes once.
func TestRowsThatShiftAreYieldedOnce(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	for i := range 55 {
		o.newAsset(t, fmt.Sprintf("more %d", i))
	}
	seen := map[store.AssetID]bool{}
	for a, err := range o.Assets(t.Context(), o.company.ID) {
		require.NoError(t, err)
		require.False(t, seen[a.ID], "%q is listed twice", a.ID)
		seen[a.ID] = true
		if len(seen)%10 == 0 {
			o.newAsset(t, fmt.Sprintf("meanwhile %d", len(seen)))
		}
	}
	require.GreaterOrEqual(t, len(seen), 50)

	create := func(n int) {
		for i := range n {
			_, err := o.CreateCompany(t.Context(), store.NewCompany{Name: fmt.Sprint(i)}, intent("w"))
			require.NoError(t, err)
		}
	}
	create(60)
	companies := map[store.CompanyID]bool{}
	for c, err := range o.Companies(t.Context()) {
		require.NoError(t, err)
		require.False(t, companies[c.ID], "%q is listed twice", c.ID)
		if companies[c.ID] = true; len(companies) == 1 {
			create(20)
		}
	}
	require.Greater(t, len(companies), 50)
}

func TestTheSameLinkAtTheSameTimeIsMadeOnce(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	var group sync.WaitGroup
	for i := range 6 {
		group.Go(func() {
			l := store.NewLink{From: o.peer.ID, To: o.third.ID}
			if i%2 == 0 {
				l.From, l.To = l.To, l.From
			}
			if _, err := o.CreateLink(t.Context(), l, intent("w")); err != nil {
				t.Error(err)
			}
		})
	}
	group.Wait()
	links := 0
	for _, err := range o.Links(t.Context()) {
		require.NoError(t, err)
		links++
	}
	require.Equal(t, 2, links)
}

func TestAnAssetThatIsArchivedWhileItsCompanyIsListedIsListedOnce(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	seen := map[store.AssetID]int{}
	for a, err := range o.Assets(t.Context(), o.company.ID) {
		require.NoError(t, err)
		if seen[a.ID]++; len(seen) == 1 {
			require.NoError(t, o.people.EditAsset(t.Context(), a.ID, func(a *store.Asset) { a.Archived = true }))
		}
	}
	require.Equal(t, map[store.AssetID]int{o.asset.ID: 1, o.peer.ID: 1, o.third.ID: 1}, seen)
}

func TestAnAssetThatComesBackBetweenTwoListsIsFound(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	archive := func(archived bool) {
		require.NoError(t, o.people.EditAsset(t.Context(), o.asset.ID, func(a *store.Asset) { a.Archived = archived }))
	}
	archive(true)
	o.hook.before(http.MethodGet, "/assets", func() { // the first list
		o.hook.before(http.MethodGet, "/assets", func() { archive(false) }) // the second
	})
	a, err := o.Asset(t.Context(), o.asset.ID)
	require.NoError(t, err)
	require.Empty(t, cmp.Diff(o.asset, a))
}

func TestAFieldThatIsRenamedBetweenTwoRequestsIsReadByItsNewLabel(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	names := 0
	rename := func() {
		names++
		require.NoError(t, o.people.EditLayout(t.Context(), o.layout.ID, func(l *store.Layout) {
			l.Fields[0].Name = fmt.Sprintf("Name %d", names)
		}))
	}
	// Between reading the layout and writing: the answer has a label that the
	// layout didn't have.
	o.hook.before(http.MethodPut, "/assets", rename)
	a, err := o.UpdateAsset(t.Context(), store.AssetPatch{ID: o.asset.ID, Values: store.Values{o.owner: connector.Text("Bob")}}, intent("w"))
	require.NoError(t, err)
	require.Equal(t, store.Values{o.serial: connector.Text("S1"), o.owner: connector.Text("Bob")}, a.Values)

	// Of the field that is written: the platform knows no such label any more.
	o.hook.before(http.MethodPut, "/assets", rename)
	_, err = o.UpdateAsset(t.Context(), store.AssetPatch{ID: o.asset.ID, Values: store.Values{o.serial: connector.Text("S2")}}, intent("w"))
	requireClass(t, err, store.ErrRefused)
	require.ErrorContains(t, err, "Invalid field names")
	a, err = o.Asset(t.Context(), o.asset.ID)
	require.NoError(t, err)
	require.Equal(t, connector.Text("S1"), a.Values[o.serial])
}

func TestWhatIsMovedOrDeletedMeanwhileIsToldApart(t *testing.T) {
	t.Parallel()
	archived := true
	for name, p := range map[string]store.AssetPatch{"rename": {Name: "x"}, "archive": {Archived: &archived}} {
		o := newOffice(t)
		p.ID = o.asset.ID
		o.hook.before(http.MethodPut, "/assets", func() {
			require.NoError(t, o.people.EditAsset(t.Context(), o.asset.ID, func(a *store.Asset) { a.Company = o.other.ID }))
		})
		_, err := o.UpdateAsset(t.Context(), p, intent("w"))
		requireClass(t, err, store.ErrUnavailable)
		require.ErrorContains(t, err, "try again", name)

		o.hook.before(http.MethodPut, "/assets", func() { require.NoError(t, o.people.DeleteAsset(t.Context(), o.asset.ID)) })
		_, err = o.UpdateAsset(t.Context(), p, intent("w"))
		requireClass(t, err, store.ErrNotFound)
	}
	o := newOffice(t)
	o.hook.before(http.MethodPost, "/assets", func() { require.NoError(t, o.people.DeleteCompany(t.Context(), o.company.ID)) })
	_, err := o.CreateAsset(t.Context(), o.like("x"), intent("w"))
	requireClass(t, err, store.ErrRefused)
	require.ErrorContains(t, err, "isn't there any more")
}
