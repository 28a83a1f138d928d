package template_test

import (
	"fmt"
	"go/parser"
	"go/token"
	"io/fs"
	"net/http/httptest"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	template "github.com/dovetail-sync/dovetail/examples/connector-template"
	"github.com/dovetail-sync/dovetail/examples/connector-template/acme/acmetest"
)

// goes runs the go command, without a network.
func goes(t *testing.T, dir string, args ...string) string {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), "go", args...)
	cmd.Dir = dir
	cmd.Env = append(os.Environ(), "GOPROXY=off", "GOFLAGS=-mod=readonly", "GOWORK=off")
	out, err := cmd.CombinedOutput()
	require.NoError(t, err, "go %s: %s", strings.Join(args, " "), out)
	return string(out)
}

// What the command makes builds, is vetted, and passes its tests: offline.
func TestACopyWorksAtOnce(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(t.TempDir(), "copy")
	require.Contains(t, goes(t, "new", "run", ".", "-dir", dir, "zenith"), "zenith is a connector now")
	goes(t, dir, "build", "./...")
	goes(t, dir, "vet", "./...")
	out := goes(t, dir, "test", "./...")
	require.Contains(t, out, "ok  \texample.com/dovetail-zenith/zenith")

	requireGreen(t, dir)

	gofmt, err := exec.CommandContext(t.Context(), "gofmt", "-l", dir).CombinedOutput()
	require.NoError(t, err)
	require.Empty(t, string(gofmt))

	files := 0
	err = filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || filepath.Base(path) == "go.sum" || filepath.Base(path) == "go.mod" {
			return err
		}
		files++
		text, err := os.ReadFile(path)
		require.NoError(t, err)
		require.NotContains(t, strings.ToLower(path+string(text)), "acme")
		require.NotContains(t, string(text), "connector-template")
		return nil
	})
	require.NoError(t, err)
	require.Greater(t, files, 8)
}

// requireGreen builds the copy's plugin and lets connectorcheck read an account
// of the fake, as its author would.
func requireGreen(t *testing.T, dir string) {
	t.Helper()
	account := acmetest.New()
	for n := range 3 * acmetest.PageRows {
		client := account.Put("clients", acmetest.Row{"name": fmt.Sprintf("Client %d", n)})
		account.Put("sites", acmetest.Row{"name": "Head office", "client_id": client})
		account.Put("devices", acmetest.Row{"name": "PC", "client_id": client})
	}
	server := httptest.NewServer(account)
	defer server.Close()
	goes(t, dir, "build", "-o", "plugin", "./zenith/cmd/dovetail-zenith")
	settings := filepath.Join(dir, "account.json")
	text := `{"values":{"tenant":"contoso"},"secrets":{"refresh_token":"` + acmetest.FirstRefreshToken + `"}}`
	require.NoError(t, os.WriteFile(settings, []byte(text), 0o600))
	out := goes(t, "../..", "run", "./connector/cmd/connectorcheck", "-config", settings, "-endpoint", server.URL, filepath.Join(dir, "plugin"))
	require.Contains(t, out, "ok    a read resumes after every page", "a verdict of each check:\n%s", out)
	require.Contains(t, out, " 0 broken", out)
	require.NoError(t, os.Remove(settings))
	require.NoError(t, os.Remove(filepath.Join(dir, "plugin")))
}

func TestACopyIsRefusedWhereItWouldOverwrite(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	require.NoError(t, os.WriteFile(filepath.Join(dir, "mine.txt"), nil, 0o600))
	require.ErrorContains(t, template.Copy{Name: "zenith", Dir: dir}.Write(), "is not empty")
	for _, name := range []string{"", "Zenith", "a-b", "../x", "9lives", "x", "go", "main", "rest"} {
		require.ErrorContains(t, template.Copy{Name: name, Dir: filepath.Join(dir, "x")}.Write(), "is no name for a package", name)
	}
}

func TestACopyOutsideOfACheckoutRequiresAVersion(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(t.TempDir(), "out")
	require.NoError(t, template.Copy{Name: "zenith", Dir: dir, Module: "example.org/psa/zenith", Version: "v0.3.0"}.Write())
	mod, err := os.ReadFile(filepath.Join(dir, "go.mod"))
	require.NoError(t, err)
	require.Equal(t, "module example.org/psa/zenith\n\ngo 1.26.0\n\nrequire github.com/dovetail-sync/dovetail v0.3.0\n", string(mod))
	require.Empty(t, template.Checkout(dir))
	here, err := os.Getwd()
	require.NoError(t, err)
	require.FileExists(t, filepath.Join(template.Checkout(here), "readme_test.go"))
}

// A package of that name would be taken for another one in the copy itself.
func TestACopyIsNotNamedAsWhatItImports(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob(filepath.Join("acme", "*.go"))
	require.NoError(t, err)
	require.NotEmpty(t, files)
	for _, file := range files {
		parsed, err := parser.ParseFile(token.NewFileSet(), file, nil, parser.ImportsOnly)
		require.NoError(t, err)
		for _, imported := range parsed.Imports {
			name := strings.Trim(path.Base(imported.Path.Value), `"`)
			if !strings.HasPrefix(name, "acme") {
				require.ErrorContains(t, template.Copy{Name: name, Dir: filepath.Join(t.TempDir(), "x")}.Write(), "is no name for a package", name)
			}
		}
	}
}
