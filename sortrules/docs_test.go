package sortrules_test

import (
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/dovetail-sync/dovetail/connector"
	"github.com/dovetail-sync/dovetail/sortrules"
)

// The worked case of the documentation comes out as its table says.
func TestTheDocumentationsWorkedCaseIsTrue(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile("../docs/sort-rules.md")
	require.NoError(t, err)
	documents := regexp.MustCompile("(?s)```json\n(.*?)```").FindAllStringSubmatch(string(text), -1)
	require.Len(t, documents, 2)
	set, err := sortrules.Parse([]byte(documents[0][1]), kindsOfSyncro())
	require.NoError(t, err)

	seen := connector.Fields{"last_synced_at": connector.Instant(at(t, "2025-11-30T08:00:00Z"))}
	placed := regexp.MustCompile(`(?m)^\| (asset|contact)[^|]* \| ([^|]+) \| ([^|]+) \|$`).FindAllStringSubmatch(string(text), -1)
	records := []connector.Record{
		{Type: "COPIER"},
		{Type: "Other", Name: "prn-2nd-floor"},
		{Type: "Phone", Fields: seen},
		{Type: "Phone", Fields: connector.Fields{"ip": connector.Texts("10.20.1.17")}},
		{Type: "Server", Fields: connector.Fields{"ip": connector.Texts("10.30.0.2")}},
		{Name: "scan to mail"},
	}
	require.Len(t, placed, len(records))
	for i, record := range records {
		subject := sortrules.Subject{Kind: connector.Kind(placed[i][1]), Record: record}
		outcome, because := strings.ReplaceAll(placed[i][2], "`", ""), strings.Trim(placed[i][3], "`")
		if set.Place(subject).Outcome == sortrules.None {
			require.Equal(t, []string{"default layout for assets", "no rule applies"}, []string{outcome, because})
			continue
		}
		require.Equal(t, outcome, set.Place(subject).String())
		require.Equal(t, because, set.Because(subject))
	}

	nested := `{"version":2,"rules":[{"id":"r","kind":"asset","then":{"skip":true},"when":` + documents[1][1] + `}]}`
	_, err = sortrules.Parse([]byte(nested), nil)
	require.NoError(t, err)
}

// kindsOfSyncro are as much of Syncro's as the documentation uses.
func kindsOfSyncro() []connector.KindInfo {
	return []connector.KindInfo{{Kind: "asset", Role: connector.RoleDevice, Title: "Asset", Plural: "Assets", DataPoints: []connector.DataPoint{
		{Name: "last_synced_at", Title: "Last check-in", Type: connector.KindInstant, Means: connector.MeansLastSeen},
	}}}
}
