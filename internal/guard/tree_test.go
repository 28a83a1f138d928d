package guard_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// goFile is a parsed Go file of the tree.
type goFile struct {
	path string // below the root of the repository, with slashes
	fset *token.FileSet
	ast  *ast.File
}

func (f goFile) isTest() bool { return strings.HasSuffix(f.path, "_test.go") }

func (f goFile) generated() bool { return ast.IsGenerated(f.ast) }

func (f goFile) lines() int { return f.fset.File(f.ast.FileStart).LineCount() }

// at is where a node begins, as compilers write it.
func (f goFile) at(n ast.Node) string {
	return f.fset.Position(n.Pos()).String()
}

func repoRoot(t *testing.T) string {
	t.Helper()
	root, err := filepath.Abs(filepath.Join("..", ".."))
	require.NoError(t, err)
	mod, err := os.ReadFile(filepath.Join(root, "go.mod"))
	require.NoError(t, err)
	require.Contains(t, string(mod), "module "+module+"\n", "internal/guard stands two folders below the root")
	return root
}

// treeFiles lists the files of the repository that end in suffix, nested
// modules included.
func treeFiles(t *testing.T, suffix string) []string {
	t.Helper()
	root := repoRoot(t)
	var paths []string
	err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		hidden := strings.HasPrefix(d.Name(), ".") && path != root
		switch {
		case d.IsDir() && (hidden || d.Name() == "testdata"):
			return filepath.SkipDir
		case !d.IsDir() && !hidden && strings.HasSuffix(path, suffix):
			rel, err := filepath.Rel(root, path)
			paths = append(paths, filepath.ToSlash(rel))
			return err
		}
		return nil
	})
	require.NoError(t, err)
	require.NotEmpty(t, paths, "no file ends in %s", suffix)
	return paths
}

func goFiles(t *testing.T) []goFile {
	t.Helper()
	root := repoRoot(t)
	fset := token.NewFileSet()
	var files []goFile
	for _, path := range treeFiles(t, ".go") {
		src, err := os.ReadFile(filepath.Join(root, filepath.FromSlash(path)))
		require.NoError(t, err)
		files = append(files, parse(t, fset, path, string(src)))
	}
	return files
}

func parse(t *testing.T, fset *token.FileSet, path, src string) goFile {
	t.Helper()
	file, err := parser.ParseFile(fset, path, src, parser.ParseComments)
	require.NoError(t, err)
	return goFile{path: path, fset: fset, ast: file}
}

// parseOne parses what a test made up.
func parseOne(t *testing.T, path, src string) goFile {
	t.Helper()
	return parse(t, token.NewFileSet(), path, src)
}
