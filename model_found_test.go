package dovetail_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/dovetail-sync/dovetail"
)

// TestHistoriesThatBrokeTheContractOnceKeepItNow lives through what random
// histories have found, made small.
func TestHistoriesThatBrokeTheContractOnceKeepItNow(t *testing.T) {
	t.Parallel()
	whole := modelPlatform{Versions: true, Intents: true, MoveCompany: true, MoveLayout: true, Archive: true}
	for name, h := range map[string]history{
		"a double of a device whose asset a person carried to another company": {Platform: whole, Steps: []step{
			put{In: 0, Dev: "d3", Org: "o2", Name: "Host-0d7", Serial: "SN-0d777", Type: "pc", Rev: 4},
			decide{In: 0, Org: "o1", Verdict: dovetail.VerdictMatch, Company: 1},
			decide{In: 0, Org: "o2", Verdict: dovetail.VerdictMatch, Company: 1},
			run{In: 0},
			carry{At: "0d3", Company: 2},
			put{In: 0, Dev: "d7", Org: "o1", Name: "Host-0d7", Serial: "SN-0d777", Type: "pc", Rev: 11},
		}},
		"a device that left an archived company for one that isn't matched, and is gone": {Platform: whole, Steps: []step{
			put{In: 0, Dev: "d3", Org: "o2", Name: "Host-0d3", Serial: "SN-0d377", Type: "pc", Rev: 0},
			decide{In: 0, Org: "o2", Verdict: dovetail.VerdictMatch, Company: 1},
			run{In: 0},
			shut{Company: 1, On: true},
			put{In: 0, Dev: "d3", Org: "o3", Name: "PC-3", Serial: "SN-1404", Type: "vm", Rev: 11},
			vanish{In: 0, Dev: "d3"},
		}},
		"a value pinned on an asset that a person carried away while its record moved": {Platform: whole, Steps: []step{
			put{In: 0, Dev: "d5", Org: "o1", Name: "Host-0d5", Serial: "SN-0d577", Type: "pc", Rev: 3},
			decide{In: 0, Org: "o1", Verdict: dovetail.VerdictMatch, Company: 0},
			decide{In: 0, Org: "o2", Verdict: dovetail.VerdictMatch, Company: 1},
			run{In: 0},
			shift{In: 0, Dev: "d5", Org: "o2"},
			carry{At: "0d5", Company: 2},
			pin{At: "0d5", Field: 1, On: true},
		}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			require.NoError(t, breaks(t.Context(), h))
		})
	}
}
