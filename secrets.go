package dovetail

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"

	"github.com/dovetail-sync/dovetail/connector"
	"github.com/dovetail-sync/dovetail/store"
)

// secretPoints returns the data points of a kind whose values are secrets, and
// whether each is kept, because it feeds a confidential field. Secrets are those
// that the connector declares, and what means nothing in particular and feeds
// confidential fields alone.
func secretPoints(kind connector.KindInfo, connected []store.ConnectedField) map[string]bool {
	confidential, open := make(map[string]bool), make(map[string]bool)
	for _, c := range connected {
		if c.Kind != kind.Kind {
			continue
		}
		for _, source := range c.Sources {
			if c.Type == store.FieldConfidential {
				confidential[source] = true
			} else {
				open[source] = true
			}
		}
	}
	secret := make(map[string]bool)
	for _, point := range kind.DataPoints {
		if point.Secret {
			secret[point.Name] = confidential[point.Name]
		}
	}
	for name := range confidential {
		if point, _ := kind.DataPoint(name); point.Means == "" && !open[name] {
			secret[name] = true
		}
	}
	return secret
}

// split takes the secrets out of a record's fields, and returns those that are
// kept.
func (m mirrorKind) split(fields connector.Fields) (open, kept connector.Fields) {
	open = fields
	for name, keep := range m.secret {
		value, has := fields[name]
		if !has {
			continue
		}
		if len(open) == len(fields) {
			open = make(connector.Fields, len(fields))
			for name, value := range fields {
				if _, secret := m.secret[name]; !secret {
					open[name] = value
				}
			}
		}
		if keep && !value.IsBlank() {
			if kept == nil {
				kept = make(connector.Fields)
			}
			kept[name] = value
		}
	}
	return open, kept
}

// keptSecrets adds those of a record, if it has any.
func keptSecrets(all map[connector.Key]connector.Fields, key connector.Key, kept connector.Fields) map[connector.Key]connector.Fields {
	if len(kept) == 0 {
		return all
	}
	if all == nil {
		all = make(map[connector.Key]connector.Fields)
	}
	all[key] = kept
	return all
}

// mirrorScope is what the sealed secrets of a record belong to.
func mirrorScope(id store.RecordID) store.SealScope {
	return store.SealScope{Integration: id.Integration, Field: "mirror/" + string(id.Kind) + "/" + string(id.Key)}
}

// closeSecrets seals the secrets of the rows that say something new. What the
// mirror has already stays as it was sealed.
func (s *scanner) closeSecrets(ctx context.Context, rows []store.MirrorRow, kept map[connector.Key]connector.Fields) error {
	if len(kept) == 0 {
		return nil
	}
	fresh := make([]bool, len(rows))
	err := s.ledger.View(ctx, func(_ context.Context, r store.Reader) error {
		for i := range rows {
			old, err := r.MirrorRow(rows[i].ID)
			if err != nil && !errors.Is(err, store.ErrNotFound) {
				return err
			}
			rows[i].Sealed = old.Sealed
			fresh[i] = err != nil || old.Hash != rows[i].Hash || old.Sealed == nil
		}
		return nil
	})
	if err != nil {
		return err
	}
	for i := range rows {
		secrets, has := kept[rows[i].ID.Key]
		switch {
		case !has:
			rows[i].Sealed = nil
		case fresh[i]:
			if rows[i].Sealed, err = s.sealFields(ctx, rows[i].ID, secrets); err != nil {
				return err
			}
		}
	}
	return nil
}

func (e *Engine) sealFields(ctx context.Context, id store.RecordID, fields connector.Fields) ([]byte, error) {
	plain, err := json.Marshal(fields)
	if err != nil {
		return nil, fmt.Errorf("encode the confidential values of %s: %w", id, err)
	}
	sealed, err := e.sealer.Seal(ctx, mirrorScope(id), plain)
	if err != nil {
		return nil, fmt.Errorf("seal the confidential values of %s: %w", id, err)
	}
	return sealed, nil
}

// openFields opens the secrets of a record.
func (e *Engine) openFields(ctx context.Context, row store.MirrorRow) (connector.Fields, error) {
	if row.Sealed == nil {
		return nil, nil
	}
	plain, err := e.sealer.Open(ctx, mirrorScope(row.ID), row.Sealed)
	if err != nil {
		return nil, fmt.Errorf("open the confidential values of %s: %w", row.ID, err)
	}
	fields, err := decodeFields(plain)
	if err != nil {
		return nil, fmt.Errorf("decode the confidential values of %s: they are damaged", row.ID)
	}
	return fields, nil
}

// openSecrets opens the secrets of the company's records. Those that can't be
// opened feed nothing until they are read again, and the rest goes on.
func (c *companyPlan) openSecrets(ctx context.Context) error {
	for _, rows := range c.rows {
		for _, row := range rows {
			if row.Sealed == nil {
				continue
			}
			if err := ctx.Err(); err != nil {
				return err
			}
			if c.secrets == nil {
				c.secrets = make(map[store.RecordID]connector.Fields)
				c.sealed = make(map[store.RecordID]bool)
			}
			fields, err := c.openFields(ctx, row)
			if err != nil {
				c.log.Warn("confidential values", "record", row.ID.String(), "error", err)
				c.sealed[row.ID] = true
				c.unsettled() // the key may be there the next time
				continue
			}
			c.secrets[row.ID] = fields
		}
	}
	return nil
}

// overwrittenScope is what a sealed value of a person's belongs to.
func overwrittenScope(id store.RecordID, asset store.AssetID, field store.FieldID) store.SealScope {
	return store.SealScope{Integration: id.Integration, Field: "overwritten/" + string(asset) + "/" + string(field)}
}

// sealPersons seals the confidential values of people that the company's changes
// take the place of: they go to the list of overwritten values.
func (c *companyPlan) sealPersons(ctx context.Context) error {
	if c.dry() {
		return nil
	}
	for i := range c.changes {
		ch := &c.changes[i]
		for n := range ch.Set {
			value, has := c.persons[claimKey{ch.Asset, ch.Set[n].Field}]
			if !has || !ch.Set[n].Digest {
				continue
			}
			plain, err := value.MarshalJSON()
			if err != nil {
				return err
			}
			if ch.Set[n].Sealed, err = c.sealer.Seal(ctx, overwrittenScope(ch.Record, ch.Asset, ch.Set[n].Field), plain); err != nil {
				return fmt.Errorf("seal a confidential value of asset %q: %w", ch.Asset, err)
			}
		}
	}
	return nil
}
