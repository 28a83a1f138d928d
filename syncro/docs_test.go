package syncro_test

import (
	"flag"
	"fmt"
	"math"
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/dovetail-sync/dovetail/connector"
	"github.com/dovetail-sync/dovetail/syncro"
)

var update = flag.Bool("update", false, "write the parts of docs/syncro.md that are made from the code")

const page = "../docs/syncro.md"

// parts are the parts of the page that are made from the connector's own
// description, by the name of the comment in front of each.
func parts() map[string]string {
	info := syncro.New().Info()
	settings := "| setting | what it is | where it is found |\n| --- | --- | --- |\n"
	for _, f := range info.Config {
		what := f.Title
		if f.Example != "" {
			what += ", as in `" + f.Example + "`"
		}
		settings += "| `" + f.Name + "` | " + what + " | " + f.Help + " |\n"
	}
	rights := "| right | what it is for | without it |\n| --- | --- | --- |\n"
	for _, r := range info.Rights {
		rights += fmt.Sprintf("| %s | %s | %s |\n", r.Name, r.Use, r.Without)
	}
	limit := info.Limits[0]
	limits := fmt.Sprintf("Syncro allows 180 requests in any minute for the address that they come from, whatever the account. The connector makes at most %d at once\n"+
		"and %d a minute.\n", limit.Burst, limit.Requests)
	const customers, contacts, assets = 500, 10_000, 40_000
	requests := customers/100 + contacts/50 + assets/50 + 5
	minutes := math.Ceil(float64(requests-limit.Burst)*10/float64(limit.Requests)) / 10
	example := fmt.Sprintf("An account with %d customers, %d contacts and %d assets takes %d requests and %.1f minutes, nothing missing and nothing refused.\n",
		customers, contacts, assets, requests, minutes)
	return map[string]string{
		"settings": settings, "rights": rights, "limits": limits, "example": example,
		"volatile": volatile(info) + "change by themselves and count as a change only where a layout field is connected to them.\n",
	}
}

func volatile(info connector.Info) string {
	kind, _ := info.Kind(syncro.KindAsset)
	var names []string
	for _, p := range kind.DataPoints {
		if p.Volatile {
			names = append(names, "`"+p.Name+"`")
		}
	}
	end := len(names) - 1
	return "An asset's " + strings.Join(names[:end], ", ") + " and " + names[end] + "\n"
}

// Run with -update to write the page anew.
func TestTheDocumentationSaysWhatTheCodeDoes(t *testing.T) {
	t.Parallel()
	raw, err := os.ReadFile(page)
	require.NoError(t, err)
	text := string(raw)
	for name, want := range parts() {
		before, rest, ok := strings.Cut(text, "<!-- "+name+" -->\n")
		require.True(t, ok, name)
		_, after, ok := strings.Cut(rest, "<!-- end -->")
		require.True(t, ok, name)
		text = before + "<!-- " + name + " -->\n" + want + "<!-- end -->" + after
	}
	if *update {
		require.NoError(t, os.WriteFile(page, []byte(text), 0o644))
	}
	require.Equal(t, text, string(raw), "run go test ./syncro -run Documentation -update")
}
