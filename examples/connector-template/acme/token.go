package acme

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"sync"
	"time"

	"github.com/dovetail-sync/dovetail/connector"
	"github.com/dovetail-sync/dovetail/connector/rest"
)

// token is what a session proves with who it is: an access token for some time,
// and a refresh token that gets the next one and works once.
type token struct {
	// turn is held while somebody logs in. It is a lock that a context can give
	// up on.
	turn chan struct{}

	mu      sync.Mutex
	access  connector.Secret
	refresh connector.Secret
}

func newToken(refresh connector.Secret) *token {
	return &token{turn: make(chan struct{}, 1), refresh: refresh}
}

// authorize puts the access token, if there is one, into a request.
func (t *token) authorize(r *http.Request) {
	if access := t.current(); !access.IsZero() {
		r.Header.Set("Authorization", "Bearer "+access.Reveal())
	}
}

func (t *token) current() connector.Secret {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.access
}

// login gets a new access token in place of a used one, unless another call has
// got it meanwhile. A caller that gives up leaves it to its end: the refresh
// token works once, and an answer that nobody waits for would be the end of it.
func (s *session) login(ctx context.Context, used connector.Secret) error {
	t := s.token
	select {
	case t.turn <- struct{}{}:
	case <-ctx.Done():
		return stopped(ctx)
	}
	if ctx.Err() != nil || !t.current().Equal(used) {
		<-t.turn
		return stopped(ctx)
	}
	done := make(chan error, 1)
	go func() { // its end is waited for by Close
		ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), loginTime)
		defer cancel()
		done <- s.exchange(ctx)
		<-t.turn
	}()
	select {
	case err := <-done:
		return err
	case <-ctx.Done():
		return stopped(ctx)
	}
}

// loginTime bounds a login that nobody waits for any more.
const loginTime = time.Minute

// stopped is the error of a login that was given up. Nil if it wasn't.
func stopped(ctx context.Context) error {
	if ctx.Err() == nil {
		return nil
	}
	return &connector.Error{Code: connector.CodeCanceled, Source: name, Op: "log in", Err: context.Cause(ctx)}
}

// exchange gets an access token for the refresh token, which is replaced. The
// next one is saved before anything goes on: lost, nobody could log in again.
func (s *session) exchange(ctx context.Context) error {
	var got struct {
		Access  string `json:"access_token"`
		Refresh string `json:"refresh_token"`
	}
	t := s.token
	form := url.Values{"grant_type": {"refresh_token"}, "refresh_token": {t.refresh.Reveal()}}
	err := s.client.PostForm(ctx, rest.Request{Op: "log in", Path: "/oauth/token", Form: form, Into: &got})
	if err != nil {
		return err
	}
	if got.Access == "" || got.Refresh == "" {
		return &connector.Error{Code: connector.CodeProtocol, Source: name, Op: "log in", Detail: "the answer has no tokens"}
	}
	refresh := connector.NewSecret(got.Refresh)
	if s.host.SaveSecret != nil {
		if err := s.host.SaveSecret(ctx, FieldRefreshToken, refresh); err != nil {
			return fmt.Errorf("%s: save the new refresh token: %w", name, err)
		}
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	t.access, t.refresh = connector.NewSecret(got.Access), refresh
	return nil
}

// get makes a request, and logs in where that takes it: before the first one,
// and when the access token has run out.
func (s *session) get(ctx context.Context, r rest.Request) error {
	used := s.token.current()
	if used.IsZero() {
		if err := s.login(ctx, used); err != nil {
			return err
		}
		used = s.token.current()
	}
	err := s.client.GetJSON(ctx, r)
	if connector.CodeOf(err) != connector.CodeAuth {
		return err
	}
	if err := s.login(ctx, used); err != nil {
		return err
	}
	return s.client.GetJSON(ctx, r)
}
