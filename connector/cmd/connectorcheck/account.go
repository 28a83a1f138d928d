package main

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"sync"

	"github.com/dovetail-sync/dovetail/connector"
)

// account is the file with an account's settings.
type account struct {
	Values  map[string]string `json:"values"`
	Secrets map[string]string `json:"secrets"`

	path string
	mu   sync.Mutex
}

func loadAccount(path string) (*account, error) {
	data, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	a := &account{path: path}
	if err := json.Unmarshal(data, a); err != nil {
		// The error may quote the file.
		return nil, fmt.Errorf("%s is not a file as it is printed without -config", filepath.Base(path))
	}
	if a.Secrets == nil {
		a.Secrets = make(map[string]string)
	}
	return a, nil
}

func (a *account) connectorConfig() connector.Config {
	config := connector.Config{Values: a.Values, Secrets: make(map[string]connector.Secret, len(a.Secrets))}
	for field, secret := range a.Secrets {
		config.Secrets[field] = connector.NewSecret(secret)
	}
	return config
}

// save writes a replaced credential into the file: the one in it may be worth
// nothing any more.
func (a *account) save(_ context.Context, field string, secret connector.Secret) error {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.Secrets[field] = secret.Reveal()
	data, err := json.MarshalIndent(a, "", "  ")
	if err != nil {
		return err
	}
	next := a.path + ".new"
	if err := os.WriteFile(next, append(data, '\n'), 0o600); err != nil {
		return err
	}
	return os.Rename(next, a.path)
}
