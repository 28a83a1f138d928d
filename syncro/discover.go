package syncro

import (
	"context"

	"github.com/dovetail-sync/dovetail/connector"
)

// Discover implements connector.Discoverer: the asset types, and the custom
// fields that the account's settings declare or that the first page of a list
// shows. Contacts' are declared nowhere, and an account whose key may not see
// the settings declares none.
func (s *session) Discover(ctx context.Context) (connector.Discovery, error) {
	ctx, done := s.join(ctx)
	defer done()
	found, err := s.settings(ctx, 0)
	if err != nil {
		return connector.Discovery{}, err
	}
	s.types.fill(found.Types)
	out := connector.Discovery{
		Types:      found.recordTypes(),
		DataPoints: make(map[connector.Kind][]connector.DataPoint),
	}
	declared := map[connector.Kind][]customField{KindCustomer: found.CustomerFields, KindAsset: found.AssetFields}
	for _, list := range listings() {
		var points customPoints
		for _, field := range declared[list.kind] {
			if !looksSecret(string(field.Name)) {
				points.add(string(field.Name), connector.Value{})
			}
		}
		seen, err := s.firstPage(ctx, list)
		if err != nil {
			return connector.Discovery{}, err
		}
		for _, row := range seen {
			points.addRecord(row.record)
		}
		if len(points.found) > 0 {
			out.DataPoints[list.kind] = points.found
		}
	}
	return out, nil
}

// firstPage returns the rows of the first page of a list. A key that may not
// see the list sees none.
func (s *session) firstPage(ctx context.Context, list listing) ([]row, error) {
	answer, err := list.page(ctx, s, query{op: "list " + list.labels, params: list.params(1, 0, "", "")})
	if connector.CodeOf(err) == connector.CodePermission {
		return nil, nil
	}
	return answer.rows, err
}

func (s settings) recordTypes() []connector.RecordType {
	var out []connector.RecordType
	for _, known := range s.Types {
		if label := known.Name.trim(); label != "" {
			out = append(out, connector.RecordType{Kind: KindAsset, ID: string(known.ID), Name: label})
		}
	}
	return out
}
