package restplatform_test

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/dovetail-sync/dovetail/store"
	"github.com/dovetail-sync/dovetail/store/storetest/restplatform"
)

// raw makes a request as any client would.
func (o *office) raw(t *testing.T, method, path, body string) (status int, answer string) {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), method, o.url+path, strings.NewReader(body))
	require.NoError(t, err)
	r.Header.Set("x-api-key", o.server.Key().Reveal())
	res, err := http.DefaultTransport.RoundTrip(r)
	require.NoError(t, err)
	defer res.Body.Close()
	text, err := io.ReadAll(res.Body)
	require.NoError(t, err)
	return res.StatusCode, string(text)
}

func (o *office) rawAssets(t *testing.T, query string) (ids []int) {
	t.Helper()
	_, answer := o.raw(t, http.MethodGet, "/assets?"+query, "")
	var got struct {
		Assets []struct {
			ID int `json:"id"`
		} `json:"assets"`
	}
	require.NoError(t, json.Unmarshal([]byte(answer), &got))
	for _, a := range got.Assets {
		ids = append(ids, a.ID)
	}
	return ids
}

func TestTheServerRefusesInTwoShapes(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	path := "/companies/" + string(o.company.ID) + "/assets/" + string(o.asset.ID)
	for body, want := range map[string]string{
		`{"asset":{"custom_fields":{"owner":"x"}}}`:           `{"details":["custom_fields must be an array of objects."],"error":"Invalid custom fields"}`,
		`{"asset":{"custom_fields":[{"some_field":"x"}]}}`:    `{"details":["Invalid field names: some_field"],"error":"Invalid custom fields"}`,
		`{"asset":{"custom_fields":[{"owner":"x","a":"b"}]}}`: `{"details":["each of custom_fields must have one key."],"error":"Invalid custom fields"}`,
		`{"asset":{"name":" "}}`:                              `{"errors":"Name can't be blank"}`,
		`{"asset":{"company_id":99999}}`:                      `{"errors":"Company must exist"}`,
	} {
		status, answer := o.raw(t, http.MethodPut, path, body)
		require.Equal(t, http.StatusUnprocessableEntity, status, body)
		require.Equal(t, want, answer)
	}
	status, _ := o.raw(t, http.MethodPut, path, `{"asset":{"name":"a\u0000b"}}`)
	require.Equal(t, http.StatusInternalServerError, status)
	status, _ = o.raw(t, http.MethodGet, "/lists?page=1", "")
	require.Equal(t, http.StatusBadRequest, status)
}

func TestTheServerSaysInSeveralWaysThatThereIsNothing(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	seen := map[string]bool{}
	for range 6 {
		status, answer := o.raw(t, http.MethodGet, "/companies/99999", "")
		seen[fmt.Sprint(status, " ", answer[:4])] = true
	}
	require.Equal(t, map[string]bool{"200 null": true, "404 <!DO": true, "404 {\"er": true}, seen)
}

func TestTheServerListsArchivedAssetsApartAndInNoOrder(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	for i := range 27 {
		o.newAsset(t, fmt.Sprint(i))
	}
	archived := true
	_, err := o.UpdateAsset(t.Context(), store.AssetPatch{ID: o.asset.ID, Archived: &archived}, intent("w"))
	require.NoError(t, err)
	require.Len(t, o.rawAssets(t, "archived=true"), 1)
	first := o.rawAssets(t, "page_size=1000")
	require.Len(t, first, 25, "a page size is ignored")
	require.Len(t, o.rawAssets(t, "page=2"), 4)
	require.Empty(t, o.rawAssets(t, "page=3"))
	again := o.rawAssets(t, "page=1")
	require.NotEqual(t, first, again)
	require.ElementsMatch(t, first, again, "what is on a page depends on what there is")
	require.Len(t, o.rawAssets(t, "id="+string(o.peer.ID)+"abc"), 1, "an id is read loosely")
}

func TestAMoveOnTheServerMakesWhatIsMissing(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	l := o.newLayout(t, "From", store.Field{Name: "Owner", Type: store.FieldText}, store.Field{Name: "Tag", Type: store.FieldText})
	a := o.assetOf(t, l, store.Values{})
	target := o.newLayout(t, "To", store.Field{Name: "Owner", Type: store.FieldText})
	path := "/companies/" + string(o.company.ID) + "/assets/" + string(a.ID) + "/move_layout"
	status, _ := o.raw(t, http.MethodPut, path, `{"asset_layout_id":`+string(target.ID)+`}`)
	require.Equal(t, http.StatusOK, status)
	status, answer := o.raw(t, http.MethodGet, "/asset_layouts/"+string(target.ID), "")
	require.Equal(t, http.StatusOK, status)
	require.Contains(t, answer, `"label":"Tag"`)
	status, _ = o.raw(t, http.MethodPut, path, `{"asset_layout_id":99999}`)
	require.Equal(t, http.StatusNotFound, status)
}

func TestTheServerTidiesWhatItIsGiven(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	l := o.newLayout(t, "Texts", store.Field{Name: "Rich", Type: store.FieldRichText}, store.Field{Name: "Day", Type: store.FieldDate},
		store.Field{Name: "Site", Type: store.FieldWebsite})
	a := o.assetOf(t, l, nil)
	path := "/companies/" + string(o.company.ID) + "/assets/" + string(a.ID)
	status, answer := o.raw(t, http.MethodPut, path, `{"asset":{"name":"  y ","custom_fields":[{"rich":" <b>x</b>"},{"day":"01/15/2024"},{"SITE":"example.com"}]}}`)
	require.Equal(t, http.StatusOK, status)
	for _, want := range []string{`"name":"y"`, `"\u003cstrong\u003ex\u003c/strong\u003e"`, `"2024/01/15"`, `"https://example.com"`} {
		require.Contains(t, answer, want)
	}
	_, answer = o.raw(t, http.MethodPut, path, `{"asset":{"custom_fields":[{"rich":"plain"}]}}`)
	require.Contains(t, answer, `\u003cp\u003eplain\u003c/p\u003e`)
}

func TestFaultsHitWhatTheySelect(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	get := func(path string) int {
		status, _ := o.raw(t, http.MethodGet, path, "")
		return status
	}
	lift := o.server.Fault(restplatform.Fault{Kind: restplatform.Busy, Method: http.MethodGet, Path: "/companies/*", Every: 3, Times: 2})
	var got []int
	one := "/companies/" + string(o.company.ID)
	for range 10 {
		require.Equal(t, http.StatusOK, get("/companies"))
		got = append(got, get(one))
	}
	require.Equal(t, []int{200, 200, 429, 200, 200, 429, 200, 200, 200, 200}, got)
	lift()
	lift = o.server.Fault(restplatform.Fault{Kind: restplatform.ErrorBefore})
	require.Equal(t, http.StatusInternalServerError, get("/lists"))
	lift()
	require.Equal(t, http.StatusOK, get("/lists"))

	log := o.server.Requests()
	last, before := log[len(log)-1], log[len(log)-2]
	require.Equal(t, restplatform.Request{Method: http.MethodGet, Path: "/lists", Done: true, Status: 200}, last)
	require.Equal(t, restplatform.Request{Method: http.MethodGet, Path: "/lists", Status: 500}, before)
}
