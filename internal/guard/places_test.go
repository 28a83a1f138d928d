package guard_test

import "strings"

const module = "github.com/dovetail-sync/dovetail"

// place is where a package stands on the map of the module. The packages that
// tests use are judged too, but not the imports of test files.
type place struct {
	// path is the package below the module, "." for the root. One that ends in
	// "/..." covers every package below it, and those may import each other.
	path string
	// height orders the map: a package may import what stands lower, nothing
	// beside it.
	height int
	// direct are the third-party packages, or trees of them, that the package
	// may import itself.
	direct []string
	// links are those that may come with them, directly or not; "*" is any.
	// What is in direct need not be repeated.
	links []string
	// never are packages of this module that it may not link, however indirectly.
	never []string
}

// places is the map. A package may import what stands below it.
var places = []place{
	{path: "examples/...", height: 60, direct: []string{"*"}},

	{path: ".", height: 50, links: matchingLinks, never: []string{
		"syncro", "connector/rest", "connector/plugin", "store/memory", "store/sqlstore",
	}},

	// The connector as a plugin. It is the one command that links what plugins need.
	{path: "syncro/cmd/dovetail-syncro", height: 41, links: []string{"*"}, never: []string{"store", "matching", "sortrules"}},
	{path: "syncro/syncrotest", height: 41},
	// A connector knows the SDK and nothing of stores: what it does a third party can do.
	{path: "syncro", height: 40, links: restLinks, never: []string{"store", "matching", "sortrules"}},

	{path: "matching", height: 30, direct: matchingLinks},
	{path: "sortrules", height: 30},

	{path: "store/memory", height: 21},
	{path: "store/sqlstore", height: 21}, // over database/sql: the driver is the host's
	{path: "store/storetest/restplatform", height: 22},
	{path: "store/storetest", height: 21},
	{path: "store", height: 20},

	{path: "connector/connectortest", height: 11},
	{path: "connector/rest", height: 11, direct: []string{
		"github.com/hashicorp/go-retryablehttp", "golang.org/x/time/rate",
	}, links: restLinks},
	{path: "connector/plugin/...", height: 11, direct: pluginOnly, links: []string{"*"}},
	{path: "connector", height: 10},

	{path: "internal/...", height: 0},
}

var (
	matchingLinks = []string{"golang.org/x/text", "golang.org/x/net/publicsuffix"}
	restLinks     = []string{
		"github.com/hashicorp/go-retryablehttp", "github.com/hashicorp/go-cleanhttp", "golang.org/x/time/rate",
	}
	// pluginOnly brings a hundred packages and some 8 MB with it: whoever needs
	// it imports connector/plugin, and nobody else pays.
	pluginOnly = []string{
		"github.com/hashicorp/go-plugin", "github.com/hashicorp/go-hclog",
		"google.golang.org/grpc", "google.golang.org/protobuf",
	}
)

const pluginHome = "connector/plugin"

// placeOf finds a package's place: an exact path before a tree. A command at
// <package>/cmd/<name> stands one step above its package and may what that may.
func placeOf(places []place, path string) (place, bool) {
	var tree place
	var found bool
	for _, p := range places {
		if p.path == path {
			return p, true
		}
		if root, ok := strings.CutSuffix(p.path, "/..."); ok && within(path, root) && len(p.path) > len(tree.path) {
			tree, found = p, true
		}
	}
	if owner, name, ok := strings.Cut(path, "/cmd/"); ok && !found && !strings.Contains(name, "/") {
		command, known := placeOf(places, owner)
		command.path, command.height = path, command.height+1
		return command, known
	}
	return tree, found
}

// within says whether an import path is root or lies below it.
func within(path, root string) bool {
	return path == root || strings.HasPrefix(path, root+"/")
}

// allowed says whether an import path lies in one of the trees; "*" is any.
func allowed(path string, trees ...string) bool {
	for _, tree := range trees {
		if tree == "*" || within(path, tree) {
			return true
		}
	}
	return false
}
