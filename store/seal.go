package store

import (
	"context"
	"crypto/aes"
	"crypto/cipher"
	"errors"
	"fmt"
)

// Sealer closes credentials before they are stored. A host supplies it, because
// only a host has a place for keys. It is safe for concurrent use.
type Sealer interface {
	// Seal returns plain closed for scope.
	Seal(ctx context.Context, scope SealScope, plain []byte) ([]byte, error)
	// Open returns what Seal closed. What was closed for another scope, or with
	// a key that the sealer doesn't have, is an error.
	Open(ctx context.Context, scope SealScope, sealed []byte) ([]byte, error)
}

// SealScope says what a sealed credential belongs to. One copied to another
// place can't be opened there.
type SealScope struct {
	// Integration and Field name the setting.
	Integration IntegrationID
	Field       string
}

// AESKey is a key of an AESSealer.
type AESKey struct {
	// ID names the key: 1 to 32 bytes. It stands in the clear in front of what
	// is sealed, so that the key can be replaced while older ones still open.
	ID string
	// Key has 16, 24 or 32 bytes.
	Key []byte
}

// maxKeyID is the longest id of a key, so that its length fits a byte and nobody
// mistakes the field for the key itself.
const maxKeyID = 32

// AESSealer closes with AES-GCM. What it seals begins with the key's id.
type AESSealer struct {
	account string
	current string
	keys    map[string]cipher.AEAD
}

// NewAESSealer returns a sealer for one account. It seals with the first key,
// and opens with whichever of the keys a credential was sealed with: to replace
// a key, put the new one first, and take the old one out once everything was
// sealed anew. account is a name for what is sealed, so that a credential of one
// account can't be opened in another that uses the same keys.
func NewAESSealer(account string, keys ...AESKey) (*AESSealer, error) {
	if len(keys) == 0 {
		return nil, errors.New("store: sealer: no key given")
	}
	s := &AESSealer{account: account, current: keys[0].ID, keys: make(map[string]cipher.AEAD, len(keys))}
	for _, k := range keys {
		if k.ID == "" || len(k.ID) > maxKeyID {
			return nil, fmt.Errorf("store: sealer: the id of a key has %d bytes (it has 1 to %d)", len(k.ID), maxKeyID)
		}
		if _, twice := s.keys[k.ID]; twice {
			return nil, fmt.Errorf("store: sealer: two keys have the id %q", k.ID)
		}
		block, err := aes.NewCipher(k.Key)
		if err != nil {
			return nil, fmt.Errorf("store: sealer: key %q: %w (a key has 16, 24 or 32 bytes)", k.ID, err)
		}
		if s.keys[k.ID], err = cipher.NewGCMWithRandomNonce(block); err != nil {
			return nil, fmt.Errorf("store: sealer: key %q: %w", k.ID, err)
		}
	}
	return s, nil
}

// Seal implements Sealer.
func (s *AESSealer) Seal(_ context.Context, scope SealScope, plain []byte) ([]byte, error) {
	sealed := append([]byte{byte(len(s.current))}, s.current...)
	return s.keys[s.current].Seal(sealed, nil, plain, s.additional(s.current, scope)), nil
}

// errUnsealed says nothing about the reason: none of the reasons can be told
// from the others.
var errUnsealed = errors.New("the credential can't be opened with this key (enter it again)")

// Open implements Sealer.
func (s *AESSealer) Open(_ context.Context, scope SealScope, sealed []byte) ([]byte, error) {
	fail := func(err error) ([]byte, error) {
		return nil, fmt.Errorf("store: open %s of %s: %w", scope.Field, scope.Integration, err)
	}
	id, body, ok := SealedKeyID(sealed)
	if !ok {
		return fail(errUnsealed)
	}
	aead, known := s.keys[id]
	if !known {
		return fail(fmt.Errorf("it was sealed with key %q, which this sealer doesn't have (give it that key too, or enter the credential again)", id))
	}
	plain, err := aead.Open(nil, nil, body, s.additional(id, scope))
	if err != nil {
		return fail(errUnsealed)
	}
	return plain, nil
}

// SealedKeyID splits what an AESSealer sealed into the id of its key and the
// rest. It reports false for what no AESSealer made.
func SealedKeyID(sealed []byte) (id string, body []byte, ok bool) {
	if len(sealed) == 0 || sealed[0] == 0 || sealed[0] > maxKeyID || len(sealed) < 1+int(sealed[0]) {
		return "", nil, false
	}
	end := 1 + int(sealed[0])
	return string(sealed[1:end]), sealed[end:], true
}

// additional is the data that a sealed credential is bound to. %q keeps the
// parts apart whatever they contain.
func (s *AESSealer) additional(key string, scope SealScope) []byte {
	return fmt.Appendf(nil, "%q %q %q %q", key, s.account, scope.Integration, scope.Field)
}
