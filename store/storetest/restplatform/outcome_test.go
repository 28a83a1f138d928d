package restplatform_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/dovetail-sync/dovetail/connector"
	"github.com/dovetail-sync/dovetail/store"
	"github.com/dovetail-sync/dovetail/store/storetest/restplatform"
)

// failing is a kind of fault, and what an error after it may say.
type failing struct {
	kind restplatform.FaultKind
	// class is what the error of a write wraps. Nil: nothing that settles it.
	class error
	// done says that the write was carried out.
	done bool
}

// context ends when a request hangs, where it does.
func (f failing) context(t *testing.T, o *office, method string) context.Context {
	t.Helper()
	if f.kind != restplatform.HangBefore && f.kind != restplatform.HangAfter {
		return t.Context()
	}
	return o.until(t, func(since []restplatform.Request) bool {
		return slices.ContainsFunc(since, func(q restplatform.Request) bool {
			return q.Method == method && q.Done == (f.kind == restplatform.HangAfter)
		})
	})
}

func faults() map[string]failing {
	return map[string]failing{
		"drop before":  {restplatform.DropBefore, nil, false},
		"drop after":   {restplatform.DropAfter, nil, true},
		"hang before":  {restplatform.HangBefore, nil, false},
		"hang after":   {restplatform.HangAfter, nil, true},
		"error before": {restplatform.ErrorBefore, nil, false},
		"error after":  {restplatform.ErrorAfter, nil, true},
		"busy":         {restplatform.Busy, store.ErrUnavailable, false},
		"forbidden":    {restplatform.Forbidden, store.ErrRefused, false},
		"page":         {restplatform.Page, nil, true},
		"truncate":     {restplatform.Truncate, nil, true},
		"flood":        {restplatform.Flood, nil, true},
		"redirect":     {restplatform.Redirect, nil, false},
	}
}

// requireClass checks that an error says what is certain and no more.
func requireClass(t *testing.T, err, class error) {
	t.Helper()
	require.Error(t, err)
	for _, c := range []error{store.ErrNotFound, store.ErrStale, store.ErrRefused, store.ErrUnavailable} {
		require.Equal(t, errors.Is(c, class), errors.Is(err, c), "%q in %v", c, err)
	}
	require.True(t, strings.HasPrefix(err.Error(), "restplatform: ") || strings.Contains(err.Error(), ": restplatform: "), err)
	require.NotContains(t, err.Error(), "restplatform-test-key")
	require.NotContains(t, err.Error(), "page=", "a query")
}

func TestAWriteIsSettledOnlyWhereThatIsCertain(t *testing.T) {
	t.Parallel()
	for _, d := range deeds() {
		for name, f := range faults() {
			t.Run(d.name+"/"+name, func(t *testing.T) {
				t.Parallel()
				o := newOffice(t)
				before := len(o.writes())
				o.server.Fault(restplatform.Fault{Kind: f.kind, Method: d.method})
				err := d.do(f.context(t, o, d.method), o)
				writes := o.writes()[before:]
				require.Len(t, writes, 1, "it is never repeated by itself")
				require.Equal(t, f.done, writes[0].Done)
				if err == nil && d.answersNothing(f.kind) {
					return
				}
				requireClass(t, err, f.class)
				if f.kind == restplatform.Flood {
					require.ErrorContains(t, err, "has more than 16777216 bytes")
				}
			})
		}
	}
}

func TestAWriteThatGoesWellIsOneWrite(t *testing.T) {
	t.Parallel()
	for _, d := range deeds() {
		t.Run(d.name, func(t *testing.T) {
			t.Parallel()
			o := newOffice(t)
			before := len(o.writes())
			require.NoError(t, d.do(t.Context(), o))
			require.Len(t, o.writes(), before+1)
		})
	}
}

// What fails before the write is sent, fails with nothing written.
func TestAWriteThatCouldNotBeginIsSettled(t *testing.T) {
	t.Parallel()
	for _, d := range deeds() {
		if !d.reads {
			continue
		}
		for name, f := range faults() {
			t.Run(d.name+"/"+name, func(t *testing.T) {
				t.Parallel()
				o := newOffice(t)
				before := len(o.writes())
				o.server.Fault(restplatform.Fault{Kind: f.kind, Method: http.MethodGet})
				err := d.do(f.context(t, o, http.MethodGet), o)
				require.Len(t, o.writes(), before, "nothing is written")
				class := store.ErrUnavailable
				if f.kind == restplatform.Forbidden {
					class = store.ErrRefused
				}
				requireClass(t, err, class)
			})
		}
	}
}

// An archive is read back. If that fails, it was done all the same.
func TestAWriteThatCannotBeReadBackIsNotSettled(t *testing.T) {
	t.Parallel()
	for name, f := range faults() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			o := newOffice(t)
			archived := true
			ctx := t.Context()
			o.hook.before(http.MethodPut, "/archive", func() {
				o.server.Fault(restplatform.Fault{Kind: f.kind, Method: http.MethodGet, Path: "/assets"})
			})
			if f.kind == restplatform.HangBefore || f.kind == restplatform.HangAfter {
				ctx = o.until(t, func(since []restplatform.Request) bool {
					written := slices.IndexFunc(since, func(q restplatform.Request) bool { return q.Method == http.MethodPut })
					last := len(since) - 1
					return written >= 0 && last > written && since[last].Done == (f.kind == restplatform.HangAfter)
				})
			}
			_, err := o.UpdateAsset(ctx, store.AssetPatch{ID: o.asset.ID, Archived: &archived}, intent("w"))
			requireClass(t, err, nil)
			require.ErrorContains(t, err, "it was written")
		})
	}
}

func TestAnArchiveThatIsNotSeenToBeDoneIsNotSettled(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	archived := true
	o.hook.before(http.MethodPut, "/archive", func() {
		o.hook.before(http.MethodGet, "/assets", func() { // when it is read back
			require.NoError(t, o.people.EditAsset(t.Context(), o.asset.ID, func(a *store.Asset) { a.Archived = false }))
		})
	})
	_, err := o.UpdateAsset(t.Context(), store.AssetPatch{ID: o.asset.ID, Archived: &archived}, intent("w"))
	requireClass(t, err, nil)
	require.ErrorContains(t, err, "archived is false")
}

func TestAWriteWhoseContextIsDoneIsNotSent(t *testing.T) {
	t.Parallel()
	for _, d := range deeds() {
		o := newOffice(t)
		before := len(o.server.Requests())
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		err := d.do(ctx, o)
		requireClass(t, err, store.ErrUnavailable)
		require.ErrorIs(t, err, context.Canceled)
		require.Len(t, o.server.Requests(), before)
	}
}

func TestARequestThatTakesTooLongIsNotSettled(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	d := o.dial(t, restplatform.Config{Key: o.server.Key(), Timeout: 50 * time.Millisecond})
	o.server.Fault(restplatform.Fault{Kind: restplatform.HangAfter})
	_, err := d.CreateCompany(t.Context(), store.NewCompany{Name: "x"}, intent("w"))
	requireClass(t, err, nil)
	require.ErrorIs(t, err, context.DeadlineExceeded)
	require.NoError(t, t.Context().Err(), "the bound is the adapter's own")
}

func TestWhatCannotBeReachedIsUnavailable(t *testing.T) {
	t.Parallel()
	gone := httptest.NewServer(http.NotFoundHandler())
	gone.Close()
	distrusted := httptest.NewTLSServer(http.NotFoundHandler())
	t.Cleanup(distrusted.Close)
	for name, url := range map[string]string{
		"refused":    gone.URL,
		"no host":    "http://nowhere.invalid/api/v1",
		"distrusted": distrusted.URL,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d, err := restplatform.New(restplatform.Config{URL: url, Key: connector.NewSecret("restplatform-test-key")})
			require.NoError(t, err)
			t.Cleanup(d.Close)
			_, err = d.CreateCompany(t.Context(), store.NewCompany{Name: "x"}, intent("w"))
			requireClass(t, err, store.ErrUnavailable)
			_, err = d.Asset(t.Context(), "1")
			require.NotErrorIs(t, err, store.ErrNotFound)
			requireClass(t, err, store.ErrUnavailable)
		})
	}
}

func TestTheKeyIsSentToTheAddressItWasGivenFor(t *testing.T) {
	t.Parallel()
	elsewhere := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {
		t.Error("the redirect was followed")
	}))
	t.Cleanup(elsewhere.Close)
	for _, status := range []int{http.StatusMovedPermanently, http.StatusFound, http.StatusTemporaryRedirect, http.StatusPermanentRedirect} {
		server := httptest.NewServer(http.RedirectHandler(elsewhere.URL+"/api/v1/companies", status))
		t.Cleanup(server.Close)
		d, err := restplatform.New(restplatform.Config{URL: server.URL, Key: connector.NewSecret("k")})
		require.NoError(t, err)
		t.Cleanup(d.Close)
		_, err = d.CreateCompany(t.Context(), store.NewCompany{Name: "x"}, intent("w"))
		requireClass(t, err, nil)
		require.ErrorContains(t, err, fmt.Sprint(status))
		_, err = d.Company(t.Context(), "1")
		requireClass(t, err, nil)
	}
}

func TestNoErrorShowsACredential(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	password := "hunter2  <&> " + strings.Repeat("x", 70_000) // so long that the platform complains, and shows it
	a := o.like("New")
	a.Values[o.secret] = connector.Text(password)
	_, err := o.CreateAsset(t.Context(), a, intent("w"))
	requireClass(t, err, store.ErrRefused)
	require.ErrorContains(t, err, "Invalid value for Pass")
	require.NotContains(t, err.Error(), "hunter2")
	require.NotContains(t, err.Error(), "xxx")
	_, err = o.UpdateAsset(t.Context(), store.AssetPatch{ID: o.asset.ID, Values: store.Values{o.secret: connector.Text(password)}}, intent("w"))
	requireClass(t, err, store.ErrRefused)
	require.NotContains(t, err.Error(), "hunter2")

	echo := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.WriteHeader(http.StatusUnprocessableEntity)
		_, _ = fmt.Fprintf(w, `{"error":"key %s is odd","details":["yes, %[1]s"]}`, r.Header.Get("x-api-key"))
	}))
	t.Cleanup(echo.Close)
	d := o.dial(t, restplatform.Config{URL: echo.URL, Key: o.server.Key()})
	_, err = d.CreateCompany(t.Context(), store.NewCompany{Name: "x"}, intent("w"))
	requireClass(t, err, store.ErrRefused)
	require.ErrorContains(t, err, "key [redacted] is odd: yes, [redacted]")
}

func TestAWrongKeyIsARefusalThatSaysSo(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	d := o.dial(t, restplatform.Config{Key: connector.NewSecret("wrong-key")})
	_, err := d.CreateCompany(t.Context(), store.NewCompany{Name: "x"}, intent("w"))
	requireClass(t, err, store.ErrRefused)
	require.ErrorContains(t, err, "401 from POST /companies: Invalid API key (check the key and its rights)")
	require.NotContains(t, err.Error(), "wrong-key")
}
