package restplatform_test

import (
	"context"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/dovetail-sync/dovetail/connector"
	"github.com/dovetail-sync/dovetail/store"
	"github.com/dovetail-sync/dovetail/store/storetest"
	"github.com/dovetail-sync/dovetail/store/storetest/restplatform"
)

// office is a platform over HTTP with a few things in it.
type office struct {
	*restplatform.Documents

	server *restplatform.Server
	people storetest.People
	hook   *hook
	url    string

	company, other store.Company
	layout, second store.Layout
	// asset and peer are linked.
	asset, peer, third store.Asset
	// serial, owner and secret are fields of layout.
	serial, owner, secret store.FieldID
	link                  store.Link
}

func intent(id string) store.Intent { return store.Intent{ID: id, By: store.RunActor("r1")} }

func newOffice(t *testing.T) *office {
	t.Helper()
	o := &office{server: restplatform.NewServer(), hook: &hook{}}
	o.people = o.server.People()
	listener := httptest.NewServer(o.server)
	t.Cleanup(listener.Close)
	o.url = listener.URL + "/api/v1"
	o.Documents = o.dial(t, restplatform.Config{Key: o.server.Key(), Transport: o.hook})
	ctx := t.Context()

	var err error
	o.company, err = o.CreateCompany(ctx, store.NewCompany{Name: "Acme"}, intent("1"))
	require.NoError(t, err)
	o.other, err = o.CreateCompany(ctx, store.NewCompany{Name: "Other"}, intent("2"))
	require.NoError(t, err)
	fields := []store.Field{
		{Name: "Serial No", Type: store.FieldText},
		{Name: "Owner", Type: store.FieldText, Required: true},
		{Name: "Pass", Type: store.FieldConfidential},
	}
	o.layout, err = o.CreateLayout(ctx, store.NewLayout{Name: "Computers", Fields: fields}, intent("3"))
	require.NoError(t, err)
	o.second, err = o.CreateLayout(ctx, store.NewLayout{Name: "Servers", Fields: fields}, intent("4"))
	require.NoError(t, err)
	o.serial, o.owner, o.secret = o.layout.Fields[0].ID, o.layout.Fields[1].ID, o.layout.Fields[2].ID
	o.asset = o.newAsset(t, "PC-1")
	o.peer = o.newAsset(t, "PC-2")
	o.third = o.newAsset(t, "PC-3")
	o.link, err = o.CreateLink(ctx, store.NewLink{From: o.asset.ID, To: o.peer.ID}, intent("5"))
	require.NoError(t, err)
	return o
}

// dial returns another adapter on the office's platform.
func (o *office) dial(t *testing.T, cfg restplatform.Config) *restplatform.Documents {
	t.Helper()
	if cfg.URL == "" {
		cfg.URL = o.url
	}
	d, err := restplatform.New(cfg)
	require.NoError(t, err)
	t.Cleanup(d.Close)
	return d
}

func (o *office) like(name string) store.NewAsset {
	return store.NewAsset{Company: o.company.ID, Layout: o.layout.ID, Name: name, Values: store.Values{
		o.serial: connector.Text("S1"), o.owner: connector.Text("Ann"),
	}}
}

func (o *office) newAsset(t *testing.T, name string) store.Asset {
	t.Helper()
	a, err := o.CreateAsset(t.Context(), o.like(name), intent("asset "+name))
	require.NoError(t, err)
	return a
}

// writes are the requests so far that weren't reads.
func (o *office) writes() (writes []restplatform.Request) {
	for _, q := range o.server.Requests() {
		if q.Method != http.MethodGet {
			writes = append(writes, q)
		}
	}
	return writes
}

// until returns a context that ends as soon as hit says yes to the requests that
// have reached the platform since.
func (o *office) until(t *testing.T, hit func(since []restplatform.Request) bool) context.Context {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	from := len(o.server.Requests())
	var group sync.WaitGroup
	t.Cleanup(func() { cancel(); group.Wait() })
	group.Go(func() {
		tick := time.NewTicker(time.Millisecond)
		defer tick.Stop()
		for ctx.Err() == nil {
			if hit(o.server.Requests()[from:]) {
				cancel()
			}
			<-tick.C
		}
	})
	return ctx
}

// hook is a transport that lets something happen in the platform before a
// request is sent.
type hook struct {
	mu     sync.Mutex
	method string
	path   string
	fn     func()
}

// before has fn called before the next request to such a path.
func (h *hook) before(method, path string, fn func()) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.method, h.path, h.fn = method, path, fn
}

func (h *hook) take(r *http.Request) func() {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.fn == nil || r.Method != h.method || !strings.Contains(r.URL.Path, h.path) {
		return nil
	}
	fn := h.fn
	h.fn = nil
	return fn
}

func (h *hook) RoundTrip(r *http.Request) (*http.Response, error) {
	if fn := h.take(r); fn != nil {
		fn()
	}
	return http.DefaultTransport.RoundTrip(r)
}

// deed is a write of store.Documents.
type deed struct {
	name   string
	method string
	do     func(ctx context.Context, o *office) error
	// reads says that it reads something before it writes.
	reads bool
}

func deeds() []deed {
	patch := func(p func(o *office) store.AssetPatch) func(ctx context.Context, o *office) error {
		return func(ctx context.Context, o *office) error {
			q := p(o)
			q.ID = o.asset.ID
			_, err := o.UpdateAsset(ctx, q, intent("w"))
			return err
		}
	}
	archived := true
	return []deed{
		{"create company", http.MethodPost, func(ctx context.Context, o *office) error {
			_, err := o.CreateCompany(ctx, store.NewCompany{Name: "New"}, intent("w"))
			return err
		}, false},
		{"update company", http.MethodPut, func(ctx context.Context, o *office) error {
			_, err := o.UpdateCompany(ctx, store.CompanyPatch{ID: o.company.ID, Name: "New"}, intent("w"))
			return err
		}, false},
		{"create layout", http.MethodPost, func(ctx context.Context, o *office) error {
			_, err := o.CreateLayout(ctx, store.NewLayout{Name: "New", Fields: o.layout.Fields}, intent("w"))
			return err
		}, true},
		{"create asset", http.MethodPost, func(ctx context.Context, o *office) error {
			_, err := o.CreateAsset(ctx, o.like("New"), intent("w"))
			return err
		}, true},
		{"rename asset", http.MethodPut, patch(func(*office) store.AssetPatch { return store.AssetPatch{Name: "New"} }), true},
		{"set values", http.MethodPut, patch(func(o *office) store.AssetPatch {
			return store.AssetPatch{Values: store.Values{o.serial: connector.Text("S9")}}
		}), true},
		{"move to company", http.MethodPut, patch(func(o *office) store.AssetPatch { return store.AssetPatch{Company: o.other.ID} }), true},
		{"move to layout", http.MethodPut, patch(func(o *office) store.AssetPatch { return store.AssetPatch{Layout: o.second.ID} }), true},
		{"archive", http.MethodPut, patch(func(*office) store.AssetPatch { return store.AssetPatch{Archived: &archived} }), true},
		{"create link", http.MethodPost, func(ctx context.Context, o *office) error {
			_, err := o.CreateLink(ctx, store.NewLink{From: o.asset.ID, To: o.third.ID}, intent("w"))
			return err
		}, true},
		{"delete link", http.MethodDelete, func(ctx context.Context, o *office) error {
			return o.DeleteLink(ctx, o.link.ID, intent("w"))
		}, false},
	}
}

// answersNothing reports whether success may stand although the answer was lost:
// there is nothing in it, or what is stored is read anyway.
func (d deed) answersNothing(kind restplatform.FaultKind) bool {
	switch d.name {
	case "archive":
		return kind == restplatform.Truncate || kind == restplatform.Page
	case "delete link":
		return kind == restplatform.Truncate
	default:
		return false
	}
}
