package guard_test

import (
	"fmt"
	"go/ast"
	"maps"
	"path"
	"slices"
	"strings"
	"testing"
	"unicode"

	"github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/require"
)

func TestEverythingExportedIsDocumented(t *testing.T) {
	t.Parallel()
	for _, f := range goFiles(t) {
		if f.isTest() || f.generated() || f.ast.Name.Name == "main" || slices.Contains(strings.Split(f.path, "/"), "internal") {
			continue
		}
		for _, fault := range docFaults(f) {
			t.Error(fault)
		}
	}
}

func TestEveryPackageHasOnePackageComment(t *testing.T) {
	t.Parallel()
	for _, fault := range packageDocFaults(goFiles(t)) {
		t.Error(fault)
	}
}

// docFaults lists what a file exports without a word about it.
func docFaults(f goFile) []string {
	var faults []string
	missing := func(n ast.Node, what string) {
		faults = append(faults, fmt.Sprintf("%s: %s is exported and not documented", f.at(n), what))
	}
	for _, decl := range f.ast.Decls {
		switch d := decl.(type) {
		case *ast.FuncDecl:
			if name, exported := funcName(d); exported && !said(d.Doc) {
				missing(d, name)
			}
		case *ast.GenDecl:
			for _, spec := range d.Specs {
				specFaults(d, spec, missing)
			}
		}
	}
	return faults
}

// funcName names a function or method; a method is exported with its type only.
func funcName(d *ast.FuncDecl) (name string, exported bool) {
	if d.Recv == nil {
		return d.Name.Name, d.Name.IsExported()
	}
	recv := d.Recv.List[0].Type
	if star, ok := recv.(*ast.StarExpr); ok {
		recv = star.X
	}
	switch generic := recv.(type) {
	case *ast.IndexExpr:
		recv = generic.X
	case *ast.IndexListExpr:
		recv = generic.X
	}
	id, ok := recv.(*ast.Ident)
	if !ok {
		return d.Name.Name, d.Name.IsExported()
	}
	return id.Name + "." + d.Name.Name, id.IsExported() && d.Name.IsExported()
}

func specFaults(d *ast.GenDecl, spec ast.Spec, missing func(ast.Node, string)) {
	switch s := spec.(type) {
	case *ast.TypeSpec:
		if !s.Name.IsExported() {
			return
		}
		if !said(s.Doc) && (d.Lparen.IsValid() || !said(d.Doc)) {
			missing(s, s.Name.Name)
		}
		fieldFaults(s.Name.Name, s.Type, missing)
	case *ast.ValueSpec:
		if said(s.Doc, s.Comment, d.Doc) {
			return
		}
		for _, name := range s.Names {
			if name.IsExported() {
				missing(name, name.Name)
			}
		}
	}
}

// fieldFaults looks into structs and interfaces, however deep in a type. What
// is embedded is documented where it is declared.
func fieldFaults(owner string, typ ast.Expr, missing func(ast.Node, string)) {
	var fields *ast.FieldList
	switch x := typ.(type) {
	case *ast.StructType:
		fields = x.Fields
	case *ast.InterfaceType:
		fields = x.Methods
	case *ast.StarExpr:
		fieldFaults(owner, x.X, missing)
	case *ast.ArrayType:
		fieldFaults(owner, x.Elt, missing)
	case *ast.MapType:
		fieldFaults(owner, x.Value, missing)
	}
	if fields == nil {
		return
	}
	var above string // the comment that stands above this field and those just before it
	for _, field := range fields.List {
		if said(field.Doc) {
			above = field.Doc.Text()
		}
		for _, name := range field.Names {
			if !name.IsExported() {
				continue
			}
			if !said(field.Doc, field.Comment) && !speaksOf(above, name.Name) {
				missing(name, owner+"."+name.Name)
			}
			fieldFaults(owner+"."+name.Name, field.Type, missing)
		}
	}
}

// speaksOf says whether a comment names a field. One comment may cover the
// fields below it, such as "At is when it happened, and By who did it".
func speaksOf(comment, name string) bool {
	words := strings.FieldsFunc(comment, func(r rune) bool { return r != '_' && !unicode.IsLetter(r) && !unicode.IsDigit(r) })
	return slices.Contains(words, name)
}

// said reports whether one of the comments holds words; directives are none.
func said(comments ...*ast.CommentGroup) bool {
	for _, c := range comments {
		if strings.TrimSpace(c.Text()) != "" {
			return true
		}
	}
	return false
}

// packageDocFaults finds packages with no package comment, with several, and
// with one where nobody looks for it.
func packageDocFaults(files []goFile) []string {
	names := map[string]string{}  // folder -> package
	docs := map[string][]string{} // folder -> files with a package comment
	for _, f := range files {
		if f.isTest() {
			continue
		}
		dir := path.Dir(f.path)
		names[dir] = f.ast.Name.Name
		if said(f.ast.Doc) {
			docs[dir] = append(docs[dir], path.Base(f.path))
		}
	}
	var faults []string
	for _, dir := range slices.Sorted(maps.Keys(names)) {
		name := names[dir]
		switch found := docs[dir]; {
		case len(found) == 0:
			faults = append(faults, fmt.Sprintf("%s: package %s has no package comment: write one in doc.go", dir, name))
		case len(found) > 1:
			faults = append(faults, fmt.Sprintf("%s: package %s has %d package comments, in %s: keep one", dir, name, len(found), strings.Join(found, ", ")))
		case found[0] != "doc.go" && found[0] != name+".go":
			faults = append(faults, fmt.Sprintf("%s: the package comment stands in %s: move it to doc.go", dir, found[0]))
		}
	}
	return faults
}

func TestUndocumentedExportsAreFound(t *testing.T) {
	t.Parallel()
	const src = `package p

func Bare() {}

// Said is documented.
func Said() {}

func hidden() {}

type T struct {
	A int
	B int // B has a line comment.
	// C has a comment above.
	C, D int
	E, F int
	g    int
	Said
	H []struct{ I int } // H has one, what it holds has none.
	Fn func()
	// From is the first day, and Until the last; Untilled is no word of its own.
	From  int
	Until int
	Unti  int
	// Alone has a comment that says nothing of From.
	Alone int
	Till  int
}

func (T) M()          {}
func (t *T) N()       {}
func (T) o()          {}
func (hiddenType) P() {}

type hiddenType struct{ Open int }

// A group is no documentation for its types.
type (
	// G is documented.
	G[K any] struct{}
	U int
)

func (*G[K]) Q() {}

// I is documented.
type I interface {
	R()
	// S is documented.
	S()
	error
}

// One comment for the group is enough for constants.
const (
	C1 = iota
	C2
)

const (
	C3 = 1
	C4 = 2 // C4 has a line comment.
	c5 = 3
)

//go:embed is a directive and says nothing
var V, w = 1, 2
`
	want := []string{
		"Bare", "T", "T.A", "T.E", "T.F", "T.H.I", "T.Fn", "T.Unti", "T.Till", "T.M", "T.N", "U", "G.Q", "I.R", "C3", "V",
	}
	var got []string
	for _, fault := range docFaults(parseOne(t, "p/p.go", src)) {
		_, rest, _ := strings.Cut(fault, ": ")
		name, _, _ := strings.Cut(rest, " ")
		got = append(got, name)
	}
	require.Empty(t, cmp.Diff(want, got))
}

func TestPackageCommentFaultsAreFound(t *testing.T) {
	t.Parallel()
	const with, without = "// Package p is for something.\npackage p\n", "package p\n"
	tests := map[string]struct {
		files map[string]string
		want  string
	}{
		"in doc.go":              {files: map[string]string{"doc.go": with, "a.go": without}},
		"named like the package": {files: map[string]string{"p.go": with}},
		"tests need none":        {files: map[string]string{"p_test.go": without}},
		"a command's":            {files: map[string]string{"main.go": "// Command x does it.\npackage main\n"}},
		"none":                   {files: map[string]string{"a.go": without, "p_test.go": with}, want: "has no package comment"},
		"a directive only":       {files: map[string]string{"a.go": "//go:build linux\n\npackage p\n"}, want: "has no package comment"},
		"two":                    {files: map[string]string{"doc.go": with, "p.go": with}, want: "has 2 package comments, in doc.go, p.go"},
		"somewhere":              {files: map[string]string{"a.go": with}, want: "move it to doc.go"},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var files []goFile
			for _, file := range slices.Sorted(maps.Keys(tt.files)) {
				files = append(files, parseOne(t, "p/"+file, tt.files[file]))
			}
			faults := packageDocFaults(files)
			if tt.want == "" {
				require.Empty(t, faults)
				return
			}
			require.Len(t, faults, 1)
			require.Contains(t, faults[0], tt.want)
		})
	}
}
