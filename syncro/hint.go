package syncro

import (
	"context"
	"encoding/json"
	"slices"

	"github.com/dovetail-sync/dovetail/connector"
)

// Hint implements connector.Hinter. Syncro's notifications are not signed and
// don't say what happened, so that nothing but ids is taken from one.
func (s *session) Hint(_ context.Context, message []byte) (connector.Hint, error) {
	const op = "read a notification"
	if err := s.closed(op); err != nil {
		return connector.Hint{}, err
	}
	var n notification
	if err := json.Unmarshal(message, &n); err != nil || n.Link == "" && len(n.Attributes) == 0 {
		return connector.Hint{}, &connector.Error{
			Code: connector.CodeProtocol, Source: name, Op: op, Detail: "this is not a notification of Syncro's",
		}
	}
	var hint connector.Hint
	add := func(kind connector.Kind, key string) {
		ref := connector.Ref{Kind: kind, Key: connector.Key(key)}
		if isID(key) && !slices.Contains(hint.Records, ref) {
			hint.Records = append(hint.Records, ref)
		}
	}
	// A link to another account says nothing about this one. An account that
	// was renamed has links with its new name: then it is still a reason to read.
	if at, ok := pages().Locate(string(n.Link)); ok && at.Account == s.subdomain {
		add(at.Kind, string(at.Key))
	}
	a := n.attributes()
	add(KindAsset, string(a.AssetID))
	add(KindAsset, string(a.Asset.ID))
	add(KindContact, string(a.ContactID))
	add(KindCustomer, string(a.CustomerID))
	add(KindCustomer, string(a.Customer.ID))
	return hint, nil
}

// notification is what Syncro posts. The id among its attributes is that of
// whatever it is about, a ticket or an alert for instance, and means nothing
// by itself.
type notification struct {
	Link       text                       `json:"link"`
	Attributes map[string]json.RawMessage `json:"attributes"`
}

// notified are the ids that a notification can name.
type notified struct {
	AssetID, ContactID, CustomerID id
	Asset, Customer                struct {
		ID id `json:"id"`
	}
}

// attributes reads each by itself: one with another shape counts as not there.
func (n notification) attributes() notified {
	var out notified
	for key, into := range map[string]any{
		"asset_id": &out.AssetID, "contact_id": &out.ContactID, "customer_id": &out.CustomerID,
		"asset": &out.Asset, "customer": &out.Customer,
	} {
		if raw, ok := n.Attributes[key]; ok {
			_ = json.Unmarshal(raw, into) // another shape counts as not there
		}
	}
	return out
}

func pages() connector.Info { return connector.Info{Pages: pagePatterns()} }
