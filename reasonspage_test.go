package dovetail_test

import (
	"flag"
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/dovetail-sync/dovetail"
)

var update = flag.Bool("update", false, "write docs/reasons.md anew")

// The page of reasons is made from the table, so that no sentence is missing
// there or reads otherwise than in the product.
func TestThePageOfReasonsIsTheTable(t *testing.T) {
	t.Parallel()
	const page = "docs/reasons.md"
	if *update {
		require.NoError(t, os.WriteFile(page, []byte(reasonsPage(dovetail.Reasons())), 0o644))
	}
	written, err := os.ReadFile(page)
	require.NoError(t, err)
	require.Equal(t, reasonsPage(dovetail.Reasons()), string(written), "go test . -run PageOfReasons -update writes it anew")
}

func reasonsPage(reasons []dovetail.ReasonInfo) string {
	var page strings.Builder
	page.WriteString(`# Reasons

Every decision about a record carries a reason: a code, which stays the same from version to version and on which a host may act, and arguments.
The sentence is made from both when it is shown (` + "`dovetail.Sentence`" + `); what stands in braces is filled in. ` + "`dovetail.Reasons`" + ` returns this
table, from which this page is made.

## Where a record stands

The last decision about each record upstream. The standing is what a reconciliation counts it as.

| code | standing | sentence |
| --- | --- | --- |
`)
	for _, r := range reasons {
		if r.Standing != "" {
			_, _ = fmt.Fprintf(&page, "| `%s` | %s | %s |\n", r.Code, r.Standing, cell(r.Sentence))
		}
	}
	page.WriteString(`
## Why something changes

Reasons that only the changes and notes of a plan, and the journal, have.

| code | sentence |
| --- | --- |
`)
	for _, r := range reasons {
		if r.Standing == "" {
			_, _ = fmt.Fprintf(&page, "| `%s` | %s |\n", r.Code, cell(r.Sentence))
		}
	}
	return page.String()
}

// cell is a text in a table of a page.
func cell(text string) string { return strings.ReplaceAll(text, "|", `\|`) }
