package guard_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os/exec"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// pkg is what `go list -json` says of a package.
type pkg struct {
	ImportPath string
	Standard   bool
	Imports    []string
	Deps       []string
}

func TestPackagesImportOnlyWhatStandsBelowThem(t *testing.T) {
	t.Parallel()
	pkgs := listPackages(t)
	require.NotEmpty(t, local(pkgs), "go list found no package of %s", module)
	for _, fault := range arrowFaults(places, pkgs) {
		t.Error(fault)
	}
}

func listPackages(t *testing.T) map[string]pkg {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), "go", "list", "-e", "-deps", "-json=ImportPath,Standard,Imports,Deps", "./...")
	cmd.Dir = repoRoot(t)
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	require.NoError(t, err, "go list: %s", &stderr)

	pkgs := map[string]pkg{}
	for dec := json.NewDecoder(bytes.NewReader(out)); ; {
		var p pkg
		err := dec.Decode(&p)
		if errors.Is(err, io.EOF) {
			return pkgs
		}
		require.NoError(t, err)
		pkgs[p.ImportPath] = p
	}
}

// local lists the module's own packages, sorted.
func local(pkgs map[string]pkg) []string {
	var paths []string
	for path := range pkgs {
		if within(path, module) {
			paths = append(paths, path)
		}
	}
	slices.Sort(paths)
	return paths
}

// short is a package's path below the module, as the map has it.
func short(path string) string {
	if path == module {
		return "."
	}
	return strings.TrimPrefix(path, module+"/")
}

func arrowFaults(places []place, pkgs map[string]pkg) []string {
	var faults []string
	for _, path := range local(pkgs) {
		here, ok := placeOf(places, short(path))
		if !ok {
			faults = append(faults, fmt.Sprintf("%s: a new package needs a place in the map: add it to places in internal/guard/places_test.go", short(path)))
			continue
		}
		faults = append(faults, importFaults(places, here, pkgs, path)...)
		faults = append(faults, linkFaults(here, pkgs, path)...)
	}
	return faults
}

// importFaults judges what the package imports itself.
func importFaults(places []place, here place, pkgs map[string]pkg, path string) []string {
	var faults []string
	for _, imp := range pkgs[path].Imports {
		switch {
		case within(imp, module):
			there, ok := placeOf(places, short(imp))
			ofOneTree := there.path == here.path
			if ok && there.height >= here.height && !ofOneTree {
				faults = append(faults, fmt.Sprintf("%s imports %s, which doesn't stand below it", short(path), short(imp)))
			}
		case pkgs[imp].Standard || imp == "C":
		case allowed(imp, pluginOnly...) && !within(short(path), pluginHome):
			faults = append(faults, fmt.Sprintf("%s imports %s, which is for %s alone", short(path), imp, pluginHome))
		case !allowed(imp, here.direct...):
			faults = append(faults, fmt.Sprintf("%s imports %s: the map allows it %s", short(path), imp, orNothing(here.direct)))
		}
	}
	return faults
}

// linkFaults judges what comes with the package, however indirectly.
func linkFaults(here place, pkgs map[string]pkg, path string) []string {
	var faults []string
	may := slices.Concat(here.direct, here.links)
	for _, dep := range pkgs[path].Deps {
		switch {
		case within(dep, module):
			if slices.Contains(here.never, short(dep)) {
				faults = append(faults, fmt.Sprintf("%s links %s (by way of %s), which it must do without", short(path), short(dep), via(pkgs, path, dep)))
			}
		case pkgs[dep].Standard || dep == "C" || slices.Contains(pkgs[path].Imports, dep): // the last: judged as an import
		case !allowed(dep, may...):
			faults = append(faults, fmt.Sprintf("%s links %s (by way of %s): the map allows it %s", short(path), dep, via(pkgs, path, dep), orNothing(may)))
		}
	}
	return faults
}

// via names the import of path by which dep comes in.
func via(pkgs map[string]pkg, path, dep string) string {
	for _, imp := range pkgs[path].Imports {
		if imp == dep || slices.Contains(pkgs[imp].Deps, dep) {
			return short(imp)
		}
	}
	return "itself"
}

func orNothing(trees []string) string {
	if len(trees) == 0 {
		return "the standard library and this module only"
	}
	return strings.Join(trees, ", ")
}

func TestArrowFaultsAreFound(t *testing.T) {
	t.Parallel()
	const retry, grpc = "github.com/hashicorp/go-retryablehttp", "google.golang.org/grpc"
	tests := map[string]struct {
		imports map[string][]string // package below the module -> what it imports
		want    string              // part of the one fault, "" for none
	}{
		"downwards is fine":            {imports: map[string][]string{".": {"store", "matching"}, "matching": {"connector"}}},
		"two of one tree are fine":     {imports: map[string][]string{"internal/a": {"internal/b"}, "internal/b": nil}},
		"allowed third party":          {imports: map[string][]string{"connector/rest": {retry}, "syncro": {"connector/rest"}}},
		"examples take anything":       {imports: map[string][]string{"examples/x": {"example.org/driver", "syncro"}}},
		"plugin takes its own":         {imports: map[string][]string{"connector/plugin": {grpc}, "connector/plugin/internal/wire": {grpc}}},
		"a command uses its package":   {imports: map[string][]string{"syncro/syncrotest/cmd/fake": {"syncro/syncrotest", "syncro"}}},
		"a command reaches too high":   {imports: map[string][]string{"store/cmd/dump": {"matching"}}, want: "store/cmd/dump imports matching"},
		"a command of nobody":          {imports: map[string][]string{"billing/cmd/bill": nil}, want: "billing/cmd/bill: a new package needs a place"},
		"upwards":                      {imports: map[string][]string{"store": {"matching"}}, want: "store imports matching"},
		"sideways":                     {imports: map[string][]string{"matching": {"sortrules"}}, want: "matching imports sortrules"},
		"an adapter from its contract": {imports: map[string][]string{"store": {"store/memory"}}, want: "store imports store/memory"},
		"the fake from the connector":  {imports: map[string][]string{"syncro": {"syncro/syncrotest"}}, want: "syncro imports syncro/syncrotest"},
		"not on the map":               {imports: map[string][]string{"billing": nil}, want: "billing: a new package needs a place"},
		"below a place but not on it":  {imports: map[string][]string{"store/redis": nil}, want: "store/redis: a new package needs a place"},
		"third party in the SDK":       {imports: map[string][]string{"connector": {retry}}, want: "connector imports " + retry},
		"a test library in a suite":    {imports: map[string][]string{"store/storetest": {"github.com/stretchr/testify/require"}}, want: "store/storetest imports"},
		"a name that only begins alike": {
			imports: map[string][]string{"matching": {"golang.org/x/textual"}}, want: "matching imports golang.org/x/textual",
		},
		"grpc outside plugin": {imports: map[string][]string{"examples/x": {grpc}}, want: "which is for connector/plugin alone"},
		"third party through another": {
			imports: map[string][]string{"store/sqlstore": {"connector/rest"}, "connector/rest": {retry}},
			want:    "store/sqlstore links " + retry + " (by way of connector/rest)",
		},
		"a store under the engine": {
			imports: map[string][]string{".": {"matching"}, "matching": {"store/memory"}},
			want:    ". links store/memory (by way of matching)",
		},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			faults := arrowFaults(places, graph(tt.imports))
			if tt.want == "" {
				require.Empty(t, faults)
				return
			}
			require.Len(t, faults, 1)
			require.Contains(t, faults[0], tt.want)
		})
	}
}

// graph makes of a table of imports what `go list -deps` would say.
func graph(imports map[string][]string) map[string]pkg {
	full := func(path string) string {
		switch {
		case path == ".":
			return module
		case strings.Contains(strings.SplitN(path, "/", 2)[0], "."):
			return path
		}
		return module + "/" + path
	}
	pkgs := map[string]pkg{}
	var visit func(path string) pkg
	visit = func(path string) pkg {
		p := pkg{ImportPath: full(path)}
		for _, imp := range imports[path] {
			p.Imports = append(p.Imports, full(imp))
			p.Deps = append(append(p.Deps, full(imp)), visit(imp).Deps...)
		}
		pkgs[p.ImportPath] = p
		return p
	}
	for path := range imports {
		visit(path)
	}
	return pkgs
}
