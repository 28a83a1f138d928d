package guard_test

import (
	"errors"
	"fmt"
	"go/ast"
	"go/token"
	"go/types"
	"maps"
	"path"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/require"
)

func TestPackageVariablesAreNeverWritten(t *testing.T) {
	t.Parallel()
	folders := map[string][]goFile{}
	for _, f := range goFiles(t) {
		if !f.isTest() && !f.generated() {
			folders[path.Dir(f.path)] = append(folders[path.Dir(f.path)], f)
		}
	}
	for _, dir := range slices.Sorted(maps.Keys(folders)) {
		for _, fault := range writeFaults(folders[dir]) {
			t.Error(fault)
		}
	}
}

// writeFaults finds where the files of one package change a package variable,
// or take its address so that someone else can. A table that is only read is
// no state.
func writeFaults(files []goFile) []string {
	info := &types.Info{Uses: map[*ast.Ident]types.Object{}}
	scope := resolve(files, info)

	var faults []string
	for _, f := range files {
		judge := func(target ast.Expr, what string) {
			id := rootOf(target)
			if id == nil {
				return
			}
			if v, ok := info.Uses[id].(*types.Var); ok && v.Parent() == scope {
				faults = append(faults, fmt.Sprintf("%s: %s the package variable %s, which all hosts of a process share", f.at(target), what, id.Name))
			}
		}
		ast.Inspect(f.ast, func(n ast.Node) bool {
			writesOf(n, judge)
			return true
		})
	}
	return faults
}

// resolve says which name means what. Imports are left unresolved: whatever
// comes from there is not a variable of this package.
func resolve(files []goFile, info *types.Info) *types.Scope {
	conf := types.Config{Importer: noImports{}, Error: func(error) {}} // the compiler reports errors
	asts := make([]*ast.File, len(files))
	for i, f := range files {
		asts[i] = f.ast
	}
	pkg, _ := conf.Check("judged", files[0].fset, asts, info)
	return pkg.Scope()
}

type noImports struct{}

func (noImports) Import(string) (*types.Package, error) { return nil, errors.New("not resolved") }

func writesOf(n ast.Node, judge func(target ast.Expr, what string)) {
	switch s := n.(type) {
	case *ast.AssignStmt: // what := declares is local, and so never judged
		for _, target := range s.Lhs {
			judge(target, "writes")
		}
	case *ast.IncDecStmt:
		judge(s.X, "writes")
	case *ast.RangeStmt:
		judge(s.Key, "writes")
		judge(s.Value, "writes")
	case *ast.UnaryExpr:
		if s.Op == token.AND {
			judge(s.X, "takes the address of")
		}
	case *ast.CallExpr:
		if fn, ok := s.Fun.(*ast.Ident); ok && slices.Contains([]string{"delete", "clear", "copy"}, fn.Name) && len(s.Args) > 0 {
			judge(s.Args[0], "writes")
		}
	}
}

// rootOf is the variable that an expression reaches into, nil for none.
func rootOf(e ast.Expr) *ast.Ident {
	for {
		switch x := e.(type) {
		case *ast.Ident:
			return x
		case *ast.IndexExpr:
			e = x.X
		case *ast.SelectorExpr:
			e = x.X
		case *ast.SliceExpr:
			e = x.X
		case *ast.StarExpr:
			e = x.X
		case *ast.ParenExpr:
			e = x.X
		default:
			return nil
		}
	}
}

func TestWritesToPackageVariablesAreFound(t *testing.T) {
	t.Parallel()
	fset := token.NewFileSet()
	vars := parse(t, fset, "p/vars.go", `package p

import "example.org/dep"

var table = map[string]int{"a": 1}

var list = []int{1, 2}

var count int

var conf struct{ deep struct{ n int } }

var typed dep.Type
`)
	use := parse(t, fset, "p/use.go", `package p

import "example.org/dep"

func reads() int {
	n := table["a"] + list[0]
	local := list
	local[0] = n
	for _, count := range list {
		count++
	}
	{
		table := map[string]int{}
		table["b"] = 1
		delete(table, "b")
	}
	dep.Var = 2
	return n
}

func writes() {
	table["b"] = 1
	delete(table, "a")
	count++
	conf.deep.n = 3
	list = append(list, 3)
	for count, list[0] = range list {
	}
	_ = &conf
	copy(list[1:], list)
	typed.Field, _ = dep.Call()
}
`)
	want := []string{
		"p/use.go:22:2: writes the package variable table",
		"p/use.go:23:9: writes the package variable table",
		"p/use.go:24:2: writes the package variable count",
		"p/use.go:25:2: writes the package variable conf",
		"p/use.go:26:2: writes the package variable list",
		"p/use.go:27:6: writes the package variable count",
		"p/use.go:27:13: writes the package variable list",
		"p/use.go:29:7: takes the address of the package variable conf",
		"p/use.go:30:7: writes the package variable list",
		"p/use.go:31:2: writes the package variable typed",
	}
	var got []string
	for _, fault := range writeFaults([]goFile{vars, use}) {
		got = append(got, fault[:len(fault)-len(", which all hosts of a process share")])
	}
	require.Empty(t, cmp.Diff(want, got))
}
