package dovetail

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"

	"github.com/dovetail-sync/dovetail/connector"
	"github.com/dovetail-sync/dovetail/store"
)

// config is the connector's configuration with its credentials: those that are
// given in asked, else the stored ones. A stored credential goes only where it
// was entered for: with other plain values than the stored ones, such as another
// domain, it has to be entered again.
func (e *Engine) config(ctx context.Context, integration store.Integration, stored store.Settings, asked connector.Config) (connector.Config, error) {
	config := connector.Config{Values: asked.Values, Secrets: make(map[string]connector.Secret)}
	for field, secret := range asked.Secrets {
		if !secret.IsZero() {
			config.Secrets[field] = secret
		}
	}
	if !maps.Equal(asked.Values, stored.Config) {
		return config, nil
	}
	for field, sealed := range integration.Sealed {
		if field == digestKeyField {
			continue // no connector's
		}
		if _, given := config.Secrets[field]; given {
			continue
		}
		plain, err := e.sealer.Open(ctx, store.SealScope{Integration: integration.ID, Field: field}, sealed)
		if err != nil {
			return connector.Config{}, &connector.Error{Code: connector.CodeAuth, Source: "dovetail", Op: "open credentials", Err: err}
		}
		config.Secrets[field] = connector.NewSecret(string(plain))
	}
	return config, nil
}

// seal closes those of the given credentials that are others than the stored
// ones: entering the same one again changes nothing.
func (e *Engine) seal(ctx context.Context, integration store.Integration, secrets map[string]connector.Secret) (map[string][]byte, error) {
	replaced := make(map[string][]byte)
	for field, secret := range secrets {
		if secret.IsZero() {
			continue
		}
		scope := store.SealScope{Integration: integration.ID, Field: field}
		if sealed, ok := integration.Sealed[field]; ok {
			plain, err := e.sealer.Open(ctx, scope, sealed)
			if err == nil && secret.Equal(connector.NewSecret(string(plain))) {
				continue
			}
		}
		sealed, err := e.sealer.Seal(ctx, scope, []byte(secret.Reveal()))
		if err != nil {
			return nil, fmt.Errorf("seal %s: %w", field, err)
		}
		replaced[field] = sealed
	}
	return replaced, nil
}

// replaceSecret stores a credential that the upstream replaced. The connection
// test holds, and what a person edits meanwhile doesn't conflict with it.
func (e *Engine) replaceSecret(ctx context.Context, id store.IntegrationID, field string, secret connector.Secret) error {
	if field == digestKeyField {
		return fmt.Errorf("dovetail: save %s of %q: %w: it is no credential", field, id, store.ErrRefused)
	}
	sealed, err := e.sealer.Seal(ctx, store.SealScope{Integration: id, Field: field}, []byte(secret.Reveal()))
	if err != nil {
		return fmt.Errorf("dovetail: save %s of %q: %w", field, id, err)
	}
	return e.ledger.Update(ctx, func(_ context.Context, w store.Writer) error {
		integration, err := w.Integration(id)
		if err != nil {
			return err
		}
		integration.Sealed = merged(integration.Sealed, map[string][]byte{field: sealed})
		return w.PutIntegration(integration)
	})
}

// merged returns a new map with the entries of both, those of over first.
func merged[K comparable, V any](under, over map[K]V) map[K]V {
	switch {
	case len(over) == 0:
		return under
	case len(under) == 0:
		return over
	}
	all := make(map[K]V, len(under)+len(over))
	maps.Copy(all, under)
	maps.Copy(all, over)
	return all
}

// Reseal opens every stored credential and confidential value and closes it
// again, after the sealer's key was replaced: with store.AESSealer, once the new
// key is the first and the old one still there. What can't be opened is left as
// it is; the error names each of those. An overwritten value gets a new number.
func (e *Engine) Reseal(ctx context.Context, by store.Actor) error {
	if err := e.authorize(ctx, by, OpReseal); err != nil {
		return err
	}
	var problems []error
	for integration, err := range e.Integrations(ctx) {
		if err != nil {
			return err
		}
		for _, field := range slices.Sorted(maps.Keys(integration.Sealed)) {
			if err := e.reseal(ctx, integration, field); err != nil {
				problems = append(problems, fmt.Errorf("dovetail: seal %s of %q anew: %w", field, integration.ID, err))
			}
		}
		if err := e.resealValues(ctx, integration); err != nil {
			problems = append(problems, err)
		}
	}
	return errors.Join(problems...)
}

func (e *Engine) reseal(ctx context.Context, seen store.Integration, field string) error {
	scope := store.SealScope{Integration: seen.ID, Field: field}
	plain, err := e.sealer.Open(ctx, scope, seen.Sealed[field])
	if err != nil {
		return err
	}
	sealed, err := e.sealer.Seal(ctx, scope, plain)
	if err != nil {
		return err
	}
	return e.ledger.Update(ctx, func(_ context.Context, w store.Writer) error {
		integration, err := w.Integration(seen.ID)
		if err != nil || !bytes.Equal(integration.Sealed[field], seen.Sealed[field]) {
			return err // replaced meanwhile: that one is sealed with the new key
		}
		integration.Sealed[field] = sealed
		return w.PutIntegration(integration)
	})
}
