package syncro

import (
	"context"

	"github.com/dovetail-sync/dovetail/connector"
)

// Discover implements connector.Discoverer: the asset types, and the custom
// fields of customers and assets that the account's settings declare.
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
	for kind, declared := range map[connector.Kind][]customField{
		KindCustomer: found.CustomerFields, KindAsset: found.AssetFields,
	} {
		if points := customPoints(declared); len(points) > 0 {
			out.DataPoints[kind] = points
		}
	}
	return out, nil
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

// customPoints returns a data point for each custom field, each name once:
// several asset types may have a field of one name. Their values are text
// whatever their type says.
func customPoints(declared []customField) []connector.DataPoint {
	var out []connector.DataPoint
	seen := make(map[text]bool)
	for _, field := range declared {
		if field.Name.trim() == "" || seen[field.Name] || looksSecret(string(field.Name)) {
			continue
		}
		seen[field.Name] = true
		out = append(out, connector.DataPoint{
			Name: propertyPrefix + string(field.Name), Title: field.Name.trim(), Type: connector.KindText,
		})
	}
	return out
}
