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
	"github.com/dovetail-sync/dovetail/store"
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

func pairs(t *testing.T, set string) map[[2]string]bool {
	t.Helper()
	truth := make(map[[2]string]bool)
	for _, row := range table(t, set, "pairs.csv") {
		truth[[2]string{row["left_id"], row["right_id"]}] = true
	}
	return truth
}

func measuredCompanies(t *testing.T, set, file string) []matching.Company {
	t.Helper()
	var companies []matching.Company
	for _, row := range table(t, set, file) {
		companies = append(companies, matching.Company{
			ID: row["id"], Name: row["name"], Phones: []string{row["phone"]}, Domains: []string{row["domain"]},
			Street: row["address"], Postcode: row["postcode"], City: row["city"],
		})
	}
	return companies
}

func TestMeasuredCompanies(t *testing.T) {
	t.Parallel()
	// What these sets call wrong are equal names under a second number: a person
	// who sees the names side by side couldn't tell either.
	for set, floor := range map[string]struct{ precision, recall float64 }{
		"uk-gpg":       {precision: 0.995, recall: 0.95},
		"sf-business":  {precision: 0.995, recall: 0.80}, // chains: many sites of one name
		"psa-synth-5k": {precision: 0.999, recall: 0.70},
	} {
		t.Run(set, func(t *testing.T) {
			t.Parallel()
			truth := pairs(t, set)
			var right, wrong int
			for _, r := range matching.Companies(measuredCompanies(t, set, "right.csv"), measuredCompanies(t, set, "left.csv")) {
				switch {
				case r.Group != store.GroupSameName:
				case truth[[2]string{r.Candidates[0].ID, r.ID}]:
					right++
				default:
					wrong++
				}
			}
			precision, recall := float64(right)/float64(right+wrong), float64(right)/float64(len(truth))
			t.Logf("same name: %d right, %d wrong, precision %.4f, recall %.4f", right, wrong, precision, recall)
			require.GreaterOrEqual(t, precision, floor.precision)
			require.GreaterOrEqual(t, recall, floor.recall)
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
			case truth[[2]string{l.Asset, l.Record}]:
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
	require.LessOrEqual(t, provisionallyWrong, 1)
	require.GreaterOrEqual(t, recall, 0.93)
}
