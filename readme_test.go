package dovetail_test

import (
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// The README shows the part of the example that a host writes, word for word.
func TestTheReadmesExampleIsTheOneThatIsCompiled(t *testing.T) {
	t.Parallel()
	source, err := os.ReadFile("example_test.go")
	require.NoError(t, err)
	_, body, found := strings.Cut(string(source), "\tengine, err := dovetail.New(")
	require.True(t, found)
	body, _, found = strings.Cut(body, "\t// Output:")
	require.True(t, found)
	var shown strings.Builder
	for line := range strings.Lines("\tengine, err := dovetail.New(" + body) {
		shown.WriteString(strings.TrimPrefix(line, "\t"))
	}
	readme, err := os.ReadFile("README.md")
	require.NoError(t, err)
	require.Contains(t, string(readme), "```go\n"+shown.String()+"```\n", "copy the example's body into the README")
}
