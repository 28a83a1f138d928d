package matching_test

import (
	"bytes"
	"encoding/csv"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/dovetail-sync/dovetail/connector"
	"github.com/dovetail-sync/dovetail/matching"
)

// table reads a table of reference data, which isn't part of the repository.
func table(t *testing.T, set, file string) []map[string]string {
	t.Helper()
	folder := os.Getenv("DOVETAIL_SHARED")
	if folder == "" {
		if slices.Contains(strings.Split(os.Getenv("DOVETAIL_REQUIRE"), ","), "shared") {
			t.Fatal("DOVETAIL_SHARED isn't set and DOVETAIL_REQUIRE asks for it")
		}
		t.Skip("DOVETAIL_SHARED names no folder of reference data")
	}
	data, err := os.ReadFile(filepath.Join(folder, "matching-data", set, file))
	require.NoError(t, err)
	lines, err := csv.NewReader(bytes.NewReader(data)).ReadAll()
	require.NoError(t, err)
	require.NotEmpty(t, lines)
	var rows []map[string]string
	for _, line := range lines[1:] {
		row := make(map[string]string)
		for i, name := range lines[0] {
			row[name] = line[i]
		}
		rows = append(rows, row)
	}
	return rows
}

func pairs(t *testing.T, set string) map[matching.Pair]bool {
	t.Helper()
	truth := make(map[matching.Pair]bool)
	for _, row := range table(t, set, "pairs.csv") {
		truth[matching.Pair{Upstream: row["right_id"], Here: row["left_id"]}] = true
	}
	return truth
}

func measuredCompanies(t *testing.T, set, file string) *matching.Catalogue {
	t.Helper()
	var records []matching.Record
	for _, row := range table(t, set, file) {
		r := matching.Named(row["id"], row["name"])
		r.Phones, r.Domains = []string{row["phone"]}, []string{row["domain"]}
		r.Addresses = []matching.Address{{Text: row["address"], City: row["city"], Postcode: row["postcode"], Country: row["country"]}}
		records = append(records, r)
	}
	c, err := matching.NewCatalogue(matching.Config{}, records...)
	require.NoError(t, err)
	return c
}

// disputed reads the verdicts on labels that were read and found wanting.
func disputed(t *testing.T, set string) map[matching.Pair]bool {
	t.Helper()
	verdicts := make(map[matching.Pair]bool)
	file, err := os.Open(filepath.Join("testdata", "adjudicated", set+".csv"))
	if os.IsNotExist(err) {
		return verdicts
	}
	require.NoError(t, err)
	defer func() { _ = file.Close() }()
	lines, err := csv.NewReader(file).ReadAll()
	require.NoError(t, err)
	for _, line := range lines[1:] {
		verdicts[matching.Pair{Upstream: line[1], Here: line[0]}] = line[2] == "right"
	}
	return verdicts
}

func TestMeasuredCompanies(t *testing.T) {
	t.Parallel()
	for set, recall := range map[string]float64{"uk-gpg": 0.96, "sf-business": 0.985, "chicago-ece": 0.42, "psa-synth-5k": 0.86, "autofj-museum": 0.1} {
		t.Run(set, func(t *testing.T) {
			t.Parallel()
			truth, verdicts := pairs(t, set), disputed(t, set)
			result, err := matching.Match(matching.Request{Upstream: measuredCompanies(t, set, "right.csv"), Here: measuredCompanies(t, set, "left.csv")})
			require.NoError(t, err)
			right := 0
			for d := range result.Decisions() {
				if d.Match == "" {
					continue
				}
				pair := matching.Pair{Upstream: d.ID, Here: d.Match}
				if truth[pair] {
					right++
				} else if d.Outcome == matching.OutcomeAutomatic {
					require.True(t, verdicts[pair], "%s was matched with %s by itself, which the labels call wrong and nobody has read: %s", d.ID, d.Match, d.Because)
				}
			}
			got := float64(right) / float64(len(truth))
			t.Logf("recall %.4f", got)
			require.GreaterOrEqual(t, got, recall)
		})
	}
}

func TestMeasuredDevices(t *testing.T) {
	t.Parallel()
	const set = "device-synth"
	truth := pairs(t, set)
	records, assets := make(map[string]things), make(map[string]things)
	for file, by := range map[string]map[string]things{"left.csv": assets, "right.csv": records} {
		for _, row := range table(t, set, file) {
			by[row["company"]] = append(by[row["company"]], device(row["id"], row["name"], row["serial"], row["mac"]))
		}
	}
	var right, wrong, provisionallyWrong int
	for company := range records {
		for _, l := range matching.Things(connector.RoleDevice, records[company], assets[company]) {
			switch {
			case l.Asset == "":
			case truth[matching.Pair{Upstream: l.Record, Here: l.Asset}]:
				right++
			case l.Provisional:
				provisionallyWrong++
			default:
				wrong++
			}
		}
	}
	recall := float64(right) / float64(len(truth))
	t.Logf("%d right, %d wrong, %d provisionally wrong, recall %.4f", right, wrong, provisionallyWrong, recall)
	require.Zero(t, wrong)
	require.Zero(t, provisionallyWrong)
	require.GreaterOrEqual(t, recall, 0.96)
}
