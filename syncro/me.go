package syncro

import (
	"context"
	"encoding/json"
	"errors"
	"time"

	"github.com/dovetail-sync/dovetail/connector"
	"github.com/dovetail-sync/dovetail/connector/rest"
)

// identity is what GET /me tells. Its body also holds a token, which is why
// only this much is decoded.
type identity struct {
	User, Email, Subdomain text
	// Customers are the only ones that the key can see. Nil means all.
	Customers idList

	at time.Time
}

// UnmarshalJSON implements json.Unmarshaler. An answer that tells nobody isn't
// /me's: what is in between may answer anything with {}.
func (i *identity) UnmarshalJSON(data []byte) error {
	body, told := part(data), false // what isn't an object tells nobody
	for _, key := range [...]string{"user_id", "user_name", "user_email", "subdomain"} {
		_, ok := body[key]
		told = told || ok
	}
	if !told {
		return errors.New("it doesn't tell whose the key is")
	}
	*i = identity{User: textOf(body["user_name"]), Email: textOf(body["user_email"]), Subdomain: textOf(body["subdomain"])}
	if only, ok := body["accessible_customer_ids"]; ok {
		return json.Unmarshal(only, &i.Customers)
	}
	return nil
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
	case connector.CodeProtocol:
		if e, _ := errors.AsType[*connector.Error](err); e.Remedy == "" {
			e.Remedy = "check the domain; a login page or a firewall may be in between"
		}
		return identity{}, err
	default:
		return identity{}, explain(err)
	}
}

// meFresh is how long an answer of /me speaks for the look-ups after it.
const meFresh = time.Minute

// forgetMe has /me asked anew before the next record is taken for gone.
func (s *session) forgetMe() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.seen = identity{}
}

// recentMe returns the answer of /me of the last minute, and since the last list.
func (s *session) recentMe(ctx context.Context) (identity, error) {
	s.mu.Lock()
	seen := s.seen
	s.mu.Unlock()
	if !seen.at.IsZero() && time.Since(seen.at) < meFresh {
		return seen, nil
	}
	return s.me(ctx, 0)
}
