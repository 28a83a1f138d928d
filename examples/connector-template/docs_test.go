package template_test

import (
	"flag"
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/require"

	"github.com/dovetail-sync/dovetail/connector"
	"github.com/dovetail-sync/dovetail/connector/connectortest"
	"github.com/dovetail-sync/dovetail/examples/connector-template/acme"
)

var update = flag.Bool("update", false, "write the code and the tables of docs/writing-a-connector.md anew")

// A mark says what stands below it: a declaration of a file, or a table.
var (
	codeMark  = regexp.MustCompile("(?s)(<!-- code (\\S+) (\\S+) -->\n)```go\n.*?```\n")
	tableMark = regexp.MustCompile(`(<!-- table (\w+) -->\n)(\n(\|[^\n]*\n)*)`)
)

// The walkthrough shows the template's code and the tables of the SDK, word for
// word.
func TestTheWalkthroughShowsTheCode(t *testing.T) {
	t.Parallel()
	page := filepath.Join("..", "..", "docs", "writing-a-connector.md")
	written, err := os.ReadFile(page)
	require.NoError(t, err)
	text := codeMark.ReplaceAllStringFunc(string(written), func(found string) string {
		mark := codeMark.FindStringSubmatch(found)
		return mark[1] + "```go\n" + declaration(t, mark[2], mark[3]) + "\n```\n"
	})
	tables := walkthroughTables()
	text = tableMark.ReplaceAllStringFunc(text, func(found string) string {
		mark := tableMark.FindStringSubmatch(found)
		require.Contains(t, tables, mark[2])
		return mark[1] + "\n" + tables[mark[2]]
	})
	if *update {
		require.NoError(t, os.WriteFile(page, []byte(text), 0o644))
		return
	}
	require.Empty(t, cmp.Diff(strings.Split(text, "\n"), strings.Split(string(written), "\n")), "go test ./examples/connector-template -run Walkthrough -update writes it anew")
	require.Len(t, codeMark.FindAllString(text, -1), strings.Count(text, "```go\n"), "every piece of code has a mark, and is compiled")
	require.Len(t, tableMark.FindAllString(text, -1), len(tables))
}

func walkthroughTables() map[string]string {
	info := acme.New().Info()
	devices, _ := info.Kind(acme.KindDevice)
	var rules strings.Builder
	rules.WriteString("| Check | Live | Rule |\n| --- | --- | --- |\n")
	for _, rule := range connectortest.Rules() {
		live := ""
		if rule.Live {
			live = "live"
		}
		rules.WriteString("| " + rule.Name + " | " + live + " | " + rule.Text + " |\n")
	}
	return map[string]string{
		"config": connector.ConfigTable(info.Config), "points": connector.DataPointTable(devices.DataPoints),
		"codes": connector.CodeTable(), "rules": rules.String(),
	}
}

// declaration returns the source of a function or method, without its comment.
func declaration(t *testing.T, file, name string) string {
	t.Helper()
	source, err := os.ReadFile(file)
	require.NoError(t, err)
	fset := token.NewFileSet()
	parsed, err := parser.ParseFile(fset, file, source, 0)
	require.NoError(t, err)
	for _, decl := range parsed.Decls {
		if fn, ok := decl.(*ast.FuncDecl); ok && fn.Name.Name == name {
			return string(source[fset.Position(fn.Pos()).Offset:fset.Position(fn.End()).Offset])
		}
	}
	t.Fatalf("%s has no function %s", file, name)
	return ""
}
