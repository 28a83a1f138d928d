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
	posted := part(message)
	link, a := textOf(posted["link"]).trim(), part(posted["attributes"])
	if link == "" && len(a) == 0 {
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
	if at, ok := pages().Locate(link); ok && at.Account == s.subdomain {
		add(at.Kind, string(at.Key))
	}
	// The id among the attributes is that of whatever it is about, a ticket or an
	// alert for instance, and means nothing by itself.
	add(KindAsset, idOf(a["asset_id"]))
	add(KindAsset, idOf(part(a["asset"])["id"]))
	add(KindContact, idOf(a["contact_id"]))
	add(KindCustomer, idOf(a["customer_id"]))
	add(KindCustomer, idOf(part(a["customer"])["id"]))
	return hint, nil
}

// idOf reads an id. What isn't one is empty.
func idOf(raw json.RawMessage) string {
	in := input{data: raw}
	return string(in.anyID())
}

func pages() connector.Info { return connector.Info{Pages: pagePatterns()} }
