package main_test

import (
	"encoding/json"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/dovetail-sync/dovetail/syncro/syncrotest"
)

const module = "github.com/dovetail-sync/dovetail/"

// build builds a command of this module.
func build(t *testing.T, dir, pkg string) string {
	t.Helper()
	path := filepath.Join(dir, filepath.Base(pkg))
	out, err := exec.Command("go", "build", "-buildvcs=false", "-o", path, module+pkg).CombinedOutput()
	require.NoError(t, err, "%s", out)
	return path
}

// check runs the command and returns what it prints and its exit status.
func check(t *testing.T, program string, args ...string) (output string, status int) {
	t.Helper()
	out, err := exec.CommandContext(t.Context(), program, args...).CombinedOutput()
	if exit, ok := errors.AsType[*exec.ExitError](err); ok {
		return string(out), exit.ExitCode()
	}
	require.NoError(t, err)
	return string(out), 0
}

// settings writes an account's file.
func settings(t *testing.T, values, secrets map[string]string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "account.json")
	data, err := json.Marshal(map[string]any{"values": values, "secrets": secrets})
	require.NoError(t, err)
	require.NoError(t, os.WriteFile(path, data, 0o600))
	return path
}

func TestAPluginIsTriedOnAnAccount(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	program := build(t, dir, "connector/cmd/connectorcheck")
	good, bad := build(t, dir, "syncro/cmd/dovetail-syncro"), build(t, dir, "connector/plugin/internal/testplugin")

	t.Run("what it has to be told", func(t *testing.T) {
		out, status := check(t, program, good)
		require.Zero(t, status, out)
		require.Contains(t, out, "syncro 0.1.0 (Syncro), SHA-256 ")
		require.Contains(t, out, `"api_key": ""`)
	})
	t.Run("one that keeps the rules", func(t *testing.T) {
		account, err := syncrotest.New(syncrotest.Options{Customers: 20, Contacts: 20, Assets: 30, PageSize: syncrotest.PageSize{Customers: 5, Contacts: 5, Assets: 5}})
		require.NoError(t, err)
		server := account.Start()
		defer server.Close()
		path := settings(t, map[string]string{"domain": "example.syncromsp.com"}, map[string]string{"api_key": account.Token()})
		out, status := check(t, program, "-config", path, "-endpoint", server.URL, "-pages", "2", good)
		require.Zero(t, status, out)
		require.Contains(t, out, "ok    a read resumes after every page\n")
		require.Contains(t, out, " 0 broken,")
		require.NotContains(t, out, account.Token())
	})
	t.Run("one that doesn't, and that replaces its credential", func(t *testing.T) {
		path := settings(t, map[string]string{"records": "6", "page": "2", "scenario": "rotate"}, map[string]string{"token": "first-token"})
		out, status := check(t, program, "-config", path, bad)
		require.Equal(t, 1, status, out)
		require.Contains(t, out, "FAIL  ")
		require.Contains(t, out, "connectorcheck: the connector breaks rules")
		require.NotContains(t, out, "first-token")
		saved, err := os.ReadFile(path)
		require.NoError(t, err)
		require.Contains(t, string(saved), "first-token+", "the next run needs the new one")
	})
	t.Run("what can't be run", func(t *testing.T) {
		_, status := check(t, program)
		require.Equal(t, 2, status)
		out, status := check(t, program, "-checksum", "00", good)
		require.Equal(t, 1, status)
		require.Contains(t, out, "64 hexadecimal digits")
		out, status = check(t, program, program)
		require.Equal(t, 1, status)
		require.Contains(t, out, "it doesn't begin as a plugin does")
	})
}
