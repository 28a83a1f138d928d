package guard_test

import (
	"fmt"
	"go/ast"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/require"
)

// The table of situations says of each row which tests prove it, or that none
// does yet.
func TestEverySituationNamesTheTestsThatProveIt(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile(filepath.Join(repoRoot(t), "docs", "situations.md"))
	require.NoError(t, err)
	faults, rows := situationFaults(string(text), testNames(goFiles(t)))
	for _, fault := range faults {
		t.Errorf("docs/situations.md: %s", fault)
	}
	require.Greater(t, rows, 90, "the tables are not read")
}

// testNames are the names of all tests.
func testNames(files []goFile) map[string]bool {
	names := make(map[string]bool)
	for _, f := range files {
		if !f.isTest() {
			continue
		}
		for _, decl := range f.ast.Decls {
			if d, ok := decl.(*ast.FuncDecl); ok && d.Recv == nil && strings.HasPrefix(d.Name.Name, "Test") {
				names[d.Name.Name] = true
			}
		}
	}
	return names
}

// notYet stands in the place of a proof.
const notYet = "not yet"

var (
	namedTests = regexp.MustCompile("^`Test\\w+`(, `Test\\w+`)*$")
	namedTest  = regexp.MustCompile("`(Test\\w+)`")
)

// situationFaults lists what is wrong with the rows of a page, and counts them.
func situationFaults(text string, tests map[string]bool) (faults []string, rows int) {
	add := func(line int, format string, args ...any) {
		faults = append(faults, fmt.Sprintf("%d: %s", line+1, fmt.Sprintf(format, args...)))
	}
	seen := make(map[string]bool)
	table := ""
	for i, line := range strings.Split(text, "\n") {
		if title, found := strings.CutPrefix(line, "## "); found {
			table = title
		}
		cells := strings.Split(strings.Trim(line, "|"), "|")
		if !strings.HasPrefix(line, "|") || strings.HasPrefix(line, "| ---") || strings.TrimSpace(cells[0]) == "situation" {
			continue
		}
		rows++
		if len(cells) != 3 {
			add(i, "a row has a situation, what happens, and a proof")
			continue
		}
		situation, proof := strings.TrimSpace(cells[0]), strings.TrimSpace(cells[2])
		if seen[table+situation] {
			add(i, "the situation %q stands there twice", situation)
		}
		seen[table+situation] = true
		if proof == notYet {
			continue
		}
		if !namedTests.MatchString(proof) {
			add(i, "%q is neither a list of tests nor %q", proof, notYet)
			continue
		}
		named := make(map[string]bool)
		for _, match := range namedTest.FindAllStringSubmatch(proof, -1) {
			if !tests[match[1]] {
				add(i, "there is no %s", match[1])
			}
			if named[match[1]] {
				add(i, "%s is named twice", match[1])
			}
			named[match[1]] = true
		}
	}
	return faults, rows
}

func TestSituationsWithoutAProofAreFound(t *testing.T) {
	t.Parallel()
	const page = "# Page\n\n## One\n\n| situation | what happens | proof |\n| --- | --- | --- |\n" +
		"| a | b | `TestA` |\n| b | b | not yet |\n| c | c | |\n| a | d | `TestA`, `TestB` |\n| e | e | `TestA`, `TestA` |\n| f | f | see there |\n| g | g |\n\n## Two\n\n| a | b | not yet |\n"
	faults, rows := situationFaults(page, map[string]bool{"TestA": true})
	require.Equal(t, 8, rows)
	require.Empty(t, cmp.Diff([]string{
		`9: "" is neither a list of tests nor "not yet"`,
		`10: the situation "a" stands there twice`,
		"10: there is no TestB",
		"11: TestA is named twice",
		`12: "see there" is neither a list of tests nor "not yet"`,
		"13: a row has a situation, what happens, and a proof",
	}, faults))
}
