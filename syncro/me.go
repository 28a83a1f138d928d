package syncro

import (
	"context"
	"errors"
	"time"

	"github.com/dovetail-sync/dovetail/connector"
	"github.com/dovetail-sync/dovetail/connector/rest"
)

// identity is what GET /me tells. Its body also holds a token, which is why
// only this much is decoded.
type identity struct {
	User      text `json:"user_name"`
	Email     text `json:"user_email"`
	Subdomain text `json:"subdomain"`
	// Customers are the only ones that the key can see. Nil means all.
	Customers idList `json:"accessible_customer_ids"`

	at time.Time
}

// me asks who the key belongs to.
func (s *session) me(ctx context.Context, patience time.Duration) (identity, error) {
	const op = "check the API key"
	if err := s.closed(op); err != nil {
		return identity{}, err
	}
	var who identity
	err := s.client.GetJSON(ctx, rest.Request{Op: op, Path: "/me", Into: &who, Patience: patience})
	switch connector.CodeOf(err) {
	case "":
		who.at = time.Now()
		s.mu.Lock()
		s.seen = who
		s.mu.Unlock()
		return who, nil
	case connector.CodeAuth, connector.CodePermission:
		e, _ := errors.AsType[*connector.Error](err)
		e.Code = connector.CodeAuth
		e.Detail = "the API key is not accepted: it is wrong, expired or deleted"
		e.Remedy = "in Syncro, under Admin, API Tokens, look whether the token exists and hasn't expired, or make a new one"
		return identity{}, e
	case connector.CodeNotFound:
		e, _ := errors.AsType[*connector.Error](err)
		e.Code = connector.CodeProtocol
		e.Detail = "the address has no Syncro API"
		e.Remedy = "check the domain"
		return identity{}, e
	default:
		return identity{}, explain(err)
	}
}

// meFresh is how long an answer of /me speaks for the look-ups after it.
const meFresh = time.Minute

// recentMe returns the answer of /me of the last minute.
func (s *session) recentMe(ctx context.Context) (identity, error) {
	s.mu.Lock()
	seen := s.seen
	s.mu.Unlock()
	if !seen.at.IsZero() && time.Since(seen.at) < meFresh {
		return seen, nil
	}
	return s.me(ctx, 0)
}
