package acme

import (
	"context"
	"fmt"
	"iter"
	"net/url"
	"time"

	"github.com/dovetail-sync/dovetail/connector"
	"github.com/dovetail-sync/dovetail/connector/rest"
)

// session reads one account.
type session struct {
	client *rest.Client
	host   connector.Host
	token  *token
}

// What a session can do beside reading.
var (
	_ connector.Checker = (*session)(nil)
	_ connector.Getter  = (*session)(nil)
)

// loginGrace is how long Close lets somebody finish logging in.
const loginGrace = 5 * time.Second

// Close implements connector.Session.
func (s *session) Close() error {
	late := time.NewTimer(loginGrace)
	defer late.Stop()
	select {
	case s.token.turn <- struct{}{}:
		s.client.Close()
		<-s.token.turn
	case <-late.C:
		s.client.Close()
		// The login ends now, and its turn with it.
		s.token.turn <- struct{}{}
		<-s.token.turn
	}
	return nil
}

// Check implements connector.Checker.
func (s *session) Check(ctx context.Context) (connector.CheckResult, error) {
	var me struct {
		Tenant string `json:"tenant"`
		ID     string `json:"tenant_id"`
	}
	if err := s.get(ctx, rest.Request{Op: "check the connection", Path: "/me", Into: &me}); err != nil {
		return connector.CheckResult{}, err
	}
	return connector.CheckResult{Account: connector.Account{ID: me.ID, Name: me.Tenant}}, nil
}

// Get implements connector.Getter.
func (s *session) Get(ctx context.Context, kind connector.Kind, key connector.Key) (connector.Record, error) {
	f, err := feedOf(kind)
	if err != nil {
		return connector.Record{}, err
	}
	op := fmt.Sprintf("get %s %.40q", kind, string(key))
	var got row
	if err := s.get(ctx, rest.Request{Op: op, Path: f.path + "/one", Query: url.Values{"id": {string(key)}}, Into: &got}); err != nil {
		return connector.Record{}, err
	}
	record, err := got.record(f)
	if err != nil {
		return connector.Record{}, err
	}
	switch {
	case record.Key != key:
		return connector.Record{}, fail(connector.CodeProtocol, op, "another record was answered")
	case record.Status == connector.StatusDeleted:
		return connector.Record{}, fail(connector.CodeNotFound, op, "it was deleted")
	}
	return record, nil
}

// Read implements connector.Session.
func (s *session) Read(ctx context.Context, req connector.ReadRequest) iter.Seq2[connector.Page, error] {
	f, err := feedOf(req.Kind)
	if err != nil {
		return func(yield func(connector.Page, error) bool) { yield(connector.Page{}, err) }
	}
	scope := url.Values{}
	for _, client := range req.Within {
		scope.Add("client", string(client))
	}
	list := rest.List{
		Source: name, Op: "list " + f.plural, Paging: rest.ByCursor, Size: req.SizeHint, MinSize: 1,
		Scope: scope.Encode(),
		// A row that changes moves to the end of the feed, and one that is
		// deleted leaves its tombstone there: no row can be passed by.
		Exhaustive: true,
		Progress:   s.host.Progress,
		Fetch: func(ctx context.Context, at rest.Place) (rest.Fetched, error) {
			return s.fetch(ctx, f, at, scope)
		},
	}
	return list.Read(ctx, req)
}

func fail(code connector.Code, op, detail string) error {
	return &connector.Error{Code: code, Source: name, Op: op, Detail: detail}
}
