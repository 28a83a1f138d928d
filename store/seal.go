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

// AESSealer closes with AES-GCM under one key.
type AESSealer struct {
	aead    cipher.AEAD
	account string
}

// NewAESSealer returns a sealer for one account. The key has 16, 24 or 32 bytes;
// account is a name for what is sealed under it, so that a credential of one
// account can't be opened in another that uses the same key.
func NewAESSealer(key []byte, account string) (*AESSealer, error) {
	block, err := aes.NewCipher(key)
	if err != nil {
		return nil, fmt.Errorf("store: sealer: %w (a key has 16, 24 or 32 bytes)", err)
	}
	aead, err := cipher.NewGCMWithRandomNonce(block)
	if err != nil {
		return nil, fmt.Errorf("store: sealer: %w", err)
	}
	return &AESSealer{aead: aead, account: account}, nil
}

// Seal implements Sealer.
func (s *AESSealer) Seal(_ context.Context, scope SealScope, plain []byte) ([]byte, error) {
	return s.aead.Seal(nil, nil, plain, s.additional(scope)), nil
}

// errUnsealed says nothing about the reason: none of the reasons can be told
// from the others.
var errUnsealed = errors.New("the credential can't be opened with this key (enter it again)")

// Open implements Sealer.
func (s *AESSealer) Open(_ context.Context, scope SealScope, sealed []byte) ([]byte, error) {
	plain, err := s.aead.Open(nil, nil, sealed, s.additional(scope))
	if err != nil {
		return nil, fmt.Errorf("store: open %s of %s: %w", scope.Field, scope.Integration, errUnsealed)
	}
	return plain, nil
}

// additional is the data that a sealed credential is bound to. %q keeps the
// parts apart whatever they contain.
func (s *AESSealer) additional(scope SealScope) []byte {
	return fmt.Appendf(nil, "%q %q %q", s.account, scope.Integration, scope.Field)
}
