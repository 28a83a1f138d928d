package template

import (
	"bytes"
	"embed"
	"errors"
	"fmt"
	"go/format"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
)

// files are what is copied.
//
//go:embed acme
var files embed.FS

const (
	// original is the name that is replaced, and home the path of its package's
	// folder.
	original = "acme"
	home     = "github.com/dovetail-sync/dovetail/examples/connector-template"
	library  = "github.com/dovetail-sync/dovetail"
)

var namePattern = regexp.MustCompile(`\A[a-z][a-z0-9]{1,30}\z`)

// Copy describes a copy of the connector. Name is required.
type Copy struct {
	// Name is the new connector's: its package, its kind of account, its
	// commands. Lower case letters and digits.
	Name string
	// Dir is the folder that it is written to. It must not exist, or be empty.
	// Empty means a folder of the connector's name.
	Dir string
	// Module is the path of the module that it becomes. Empty means
	// "example.com/dovetail-NAME".
	Module string
	// Library is a checkout of dovetail, to build against. Empty means Version.
	Library string
	// Version is the version of dovetail to require where there is no checkout.
	Version string
}

// taken are names that mean something else in the copy's own files.
var taken = [...]string{
	"cmp", "connector", "connectortest", "context", "dovetail", "exec", "filepath", "fmt", "http", "httptest", "iter", "json", "main", "maps",
	"memory", "plugin", "require", "rest", "slices", "store", "strconv", "strings", "sync", "synctest", "testing", "time", "url",
}

// Write writes the copy: a module of its own, as it would be published.
func (c Copy) Write() error {
	if !namePattern.MatchString(c.Name) {
		return fmt.Errorf("template: copy: %q is no name for a package (use lower case letters and digits)", c.Name)
	}
	if token.IsKeyword(c.Name) || slices.Contains(taken[:], c.Name) {
		return fmt.Errorf("template: copy: %q is no name for a package that others import beside what the copy imports (use the product's, or put the maker's before it)", c.Name)
	}
	if c.Dir == "" {
		c.Dir = c.Name
	}
	if c.Module == "" {
		c.Module = "example.com/dovetail-" + c.Name
	}
	if there, err := os.ReadDir(c.Dir); err == nil && len(there) > 0 {
		return fmt.Errorf("template: copy: %s is not empty (name another folder with -dir)", c.Dir)
	} else if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("template: copy: %w", err)
	}
	err := fs.WalkDir(files, ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		text, err := files.ReadFile(name)
		if err != nil {
			return err
		}
		text = []byte(c.renamed(string(text)))
		if strings.HasSuffix(name, ".go") {
			// The new paths are in another order.
			if text, err = format.Source(text); err != nil {
				return fmt.Errorf("%s: %w", name, err)
			}
		}
		return c.put(c.renamed(name), text)
	})
	if err != nil {
		return fmt.Errorf("template: copy: %w", err)
	}
	return c.writeModule()
}

// put writes one file.
func (c Copy) put(name string, text []byte) error {
	to := filepath.Join(c.Dir, filepath.FromSlash(name))
	if err := os.MkdirAll(filepath.Dir(to), 0o750); err != nil {
		return err
	}
	return os.WriteFile(to, text, 0o600) //nolint:gosec // the folder is the caller's choice, and the names are our own files'
}

// renamed returns a text with the new names in place of the old ones.
func (c Copy) renamed(text string) string {
	title := strings.ToUpper(c.Name[:1]) + c.Name[1:]
	return strings.NewReplacer(home, c.Module, original, c.Name, "Acme", title).Replace(text)
}

// writeModule writes go.mod. Against a checkout the same versions are required
// as there, so that nothing has to be downloaded.
func (c Copy) writeModule() error {
	var mod bytes.Buffer
	fmt.Fprintf(&mod, "module %s\n\ngo 1.26.0\n\n", c.Module)
	if c.Library == "" {
		fmt.Fprintf(&mod, "require %s %s\n", library, c.Version)
		return c.put("go.mod", mod.Bytes())
	}
	checkout, err := filepath.Abs(c.Library)
	if err != nil {
		return fmt.Errorf("template: copy: %w", err)
	}
	theirs, err := os.ReadFile(filepath.Join(checkout, "go.mod"))
	if err != nil {
		return fmt.Errorf("template: copy: the checkout of dovetail: %w", err)
	}
	sums, err := os.ReadFile(filepath.Join(checkout, "go.sum"))
	if err != nil {
		return fmt.Errorf("template: copy: the checkout of dovetail: %w", err)
	}
	fmt.Fprintf(&mod, "require %s v0.0.0\n\nreplace %s => %q\n", library, library, checkout)
	if at := bytes.Index(theirs, []byte("\nrequire")); at >= 0 {
		mod.Write(theirs[at:])
	}
	if err := c.put("go.mod", mod.Bytes()); err != nil {
		return err
	}
	return c.put("go.sum", sums)
}

// Checkout returns the checkout of dovetail that dir lies in. Empty: in none.
func Checkout(dir string) string {
	for {
		mod, err := os.ReadFile(filepath.Join(dir, "go.mod"))
		if err == nil && bytes.HasPrefix(mod, []byte("module "+library+"\n")) {
			return dir
		}
		above := filepath.Dir(dir)
		if above == dir {
			return ""
		}
		dir = above
	}
}
