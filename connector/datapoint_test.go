package connector_test

import (
	"os"
	"regexp"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/dovetail-sync/dovetail/connector"
)

// A meaning that is declared and not listed would be unknown to rules and
// layouts.
func TestEveryMeaningIsListedOnce(t *testing.T) {
	t.Parallel()
	source, err := os.ReadFile("datapoint.go")
	require.NoError(t, err)
	var declared []connector.Meaning
	for _, match := range regexp.MustCompile(`(?m)^\tMeans\w+ +Meaning = "([^"]+)"`).FindAllSubmatch(source, -1) {
		declared = append(declared, connector.Meaning(match[1]))
	}
	require.NotEmpty(t, declared)
	require.Equal(t, declared, connector.Meanings())
}
