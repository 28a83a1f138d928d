package dovetail

import (
	"bytes"
	"context"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"maps"
	"slices"

	"github.com/dovetail-sync/dovetail/connector"
	"github.com/dovetail-sync/dovetail/store"
)

// digestKeyField is under which name an integration keeps the key of its
// digests. No configuration field of a connector is called so.
const digestKeyField = "dovetail: digest key"

const (
	digestKeySize = 32
	// digestPrefix begins every digest, and digestLength is how long one is.
	digestPrefix = "digest:"
	digestLength = len(digestPrefix) + 32
)

// digests stand for confidential values where they must not be shown: in plans,
// in the journal, in what a card has written. They are keyed, because a short
// secret is found by trying all of them.
type digests struct{ key []byte }

// of returns the text that stands for a value: an absent one for a blank.
func (d digests) of(v connector.Value) connector.Value {
	if v.IsBlank() {
		return connector.Value{}
	}
	if len(d.key) == 0 {
		return connector.Text(digestPrefix)
	}
	mac := hmac.New(sha256.New, d.key)
	_, _ = mac.Write(v.AppendCanonical(nil))
	return connector.Text(digestPrefix + hex.EncodeToString(mac.Sum(nil)[:16]))
}

// mask returns an asset with digests in the place of the confidential values
// that a change writes.
func (d digests) mask(asset store.Asset, set []store.FieldChange) store.Asset {
	masked := false
	for _, change := range set {
		if !change.Digest {
			continue
		}
		if !masked {
			asset.Values, masked = maps.Clone(asset.Values), true
		}
		if value, has := asset.Values[change.Field]; has {
			asset.Values[change.Field] = d.of(value)
		}
	}
	return asset
}

// shown returns a value of a field as a plan may show it.
func (d digests) shown(field store.Field, v connector.Value) connector.Value {
	if field.Type == store.FieldConfidential {
		return d.of(v)
	}
	return v
}

// digestsOf opens the key of an integration's digests. Without a field that
// needs them there may be none.
func (e *Engine) digestsOf(ctx context.Context, integration store.Integration, settings store.Settings) (digests, error) {
	sealed, ok := integration.Sealed[digestKeyField]
	needed := feedsConfidential(settings.Connected)
	if !ok {
		if needed {
			return digests{}, fmt.Errorf("confidential fields of %q: %w: there is no key for their digests (save the settings again)", integration.ID, ErrNotReady)
		}
		return digests{}, nil
	}
	key, err := e.sealer.Open(ctx, store.SealScope{Integration: integration.ID, Field: digestKeyField}, sealed)
	if err != nil && needed {
		return digests{}, fmt.Errorf("confidential fields of %q: %w: %w (save the settings again)", integration.ID, ErrNotReady, err)
	}
	return digests{key: key}, nil
}

func feedsConfidential(connected []store.ConnectedField) bool {
	return slices.ContainsFunc(connected, func(c store.ConnectedField) bool { return c.Type == store.FieldConfidential })
}

// newDigestKey returns a key for the digests of an integration, sealed, if its
// settings need one that isn't there, or that can't be opened any more.
func (e *Engine) newDigestKey(ctx context.Context, integration store.Integration, settings store.Settings) ([]byte, error) {
	if !feedsConfidential(settings.Connected) {
		return nil, nil
	}
	scope := store.SealScope{Integration: settings.Integration, Field: digestKeyField}
	if sealed, ok := integration.Sealed[digestKeyField]; ok {
		if _, err := e.sealer.Open(ctx, scope, sealed); err == nil {
			return nil, nil
		}
	}
	key := make([]byte, digestKeySize)
	_, _ = rand.Read(key) // never fails, says its documentation
	sealed, err := e.sealer.Seal(ctx, scope, key)
	if err != nil {
		return nil, fmt.Errorf("seal the key of confidential values: %w", err)
	}
	return sealed, nil
}

// withDigestKey returns the credentials with a new key for digests. One that was
// saved meanwhile stays.
func withDigestKey(sealed map[string][]byte, seen, key []byte) map[string][]byte {
	if len(key) == 0 || !bytes.Equal(sealed[digestKeyField], seen) {
		return sealed
	}
	return merged(sealed, map[string][]byte{digestKeyField: key})
}

// onlyDigestKey is what is left of the credentials when they are to be entered
// again.
func onlyDigestKey(sealed map[string][]byte) map[string][]byte {
	key, ok := sealed[digestKeyField]
	if !ok {
		return nil
	}
	return map[string][]byte{digestKeyField: key}
}
