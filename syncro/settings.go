package syncro

import (
	"context"
	"encoding/json"
	"errors"
	"sync"
	"time"

	"github.com/dovetail-sync/dovetail/connector"
)

// settings are what is read of GET /settings. Every part may be missing or of
// another shape: then it counts as empty.
type settings struct {
	Types          []namedType
	AssetFields    []customField
	CustomerFields []customField
}

// namedType is one asset type. An asset shows its name; the id stays when the
// type is renamed.
type namedType struct {
	ID   id   `json:"id"`
	Name text `json:"name"`
}

// customField is a custom field that the account's settings declare.
type customField struct {
	Name text `json:"name"`
	Type text `json:"field_type"`
}

// UnmarshalJSON implements json.Unmarshaler.
func (s *settings) UnmarshalJSON(data []byte) error {
	var body map[string]json.RawMessage
	if json.Unmarshal(data, &body) != nil {
		return errors.New("the settings are not an object")
	}
	assets, customers := part(body["assets"]), part(body["customers"])
	*s = settings{
		Types:          lenient[namedType](assets["asset_types"]),
		AssetFields:    lenient[customField](assets["asset_type_fields"]),
		CustomerFields: lenient[customField](customers["customer_fields"]),
	}
	return nil
}

// part decodes one part. Of another shape it has nothing.
func part(data json.RawMessage) map[string]json.RawMessage {
	var out map[string]json.RawMessage
	if json.Unmarshal(data, &out) != nil {
		return nil
	}
	return out
}

// lenient decodes a list and leaves out what isn't a T.
func lenient[T any](data json.RawMessage) []T {
	var items []json.RawMessage
	if json.Unmarshal(data, &items) != nil {
		return nil
	}
	var out []T
	for _, raw := range items {
		var item T
		if json.Unmarshal(raw, &item) == nil {
			out = append(out, item)
		}
	}
	return out
}

// settings reads the account's settings. An account whose key may not see them
// has none: they only refine what is read.
func (s *session) settings(ctx context.Context, patience time.Duration) (settings, error) {
	var out settings
	err := s.get(ctx, query{op: "read settings", path: "/settings", into: &out, patience: patience})
	switch connector.CodeOf(err) {
	case connector.CodePermission, connector.CodeNotFound:
		return settings{}, nil
	default:
		return out, err
	}
}

// typeTable knows the ids of asset types by name. It is filled once in a
// session's life.
type typeTable struct {
	// turn is a lock that a context can give up on.
	turn chan struct{}

	mu     sync.Mutex
	filled bool
	ids    map[string]string
}

// known returns the ids by name. It is only read.
func (t *typeTable) known() map[string]string {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.ids
}

func (t *typeTable) isFilled() bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.filled
}

// fill takes the types over. Two types of one name can't be told apart by an
// asset's type, so that neither has an id.
func (t *typeTable) fill(types []namedType) {
	ids := make(map[string]string, len(types))
	for _, known := range types {
		label := known.Name.trim()
		if label == "" {
			continue // assets without a type aren't of it
		}
		if _, twice := ids[label]; twice {
			ids[label] = ""
			continue
		}
		ids[label] = string(known.ID)
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	t.ids, t.filled = ids, true
}

// loadTypes fills the table of types if it isn't. A fault that passes is an
// error of the read: records without the id of their type would look as if
// their type had changed.
func (s *session) loadTypes(ctx context.Context) error {
	select {
	case s.types.turn <- struct{}{}:
		defer func() { <-s.types.turn }()
	case <-ctx.Done():
		return &connector.Error{Code: connector.CodeCanceled, Source: name, Op: "read settings", Err: context.Cause(ctx)}
	}
	if s.types.isFilled() {
		return nil
	}
	found, err := s.settings(ctx, 0)
	if err != nil {
		return err
	}
	s.types.fill(found.Types)
	return nil
}
