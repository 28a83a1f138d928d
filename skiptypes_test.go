package dovetail_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/dovetail-sync/dovetail"
	"github.com/dovetail-sync/dovetail/connector"
	"github.com/dovetail-sync/dovetail/sortrules"
	"github.com/dovetail-sync/dovetail/store"
)

// The skip list names types by their id where the upstream has one, and a record
// without a type is none of them.
func TestTheSkipListIsAboutTypesOfItsKind(t *testing.T) {
	t.Parallel()
	record := func(name, typeName, typeID string) connector.Record {
		r := typed(name, name, typeName)
		r.TypeID = typeID
		return r
	}
	for name, tt := range map[string]struct {
		skip    store.SkipType
		skipped []string
	}{
		"by id":                       {store.SkipType{Kind: kindDevice, ID: "7"}, []string{"phone", "renamed"}},
		"by id, whatever its name":    {store.SkipType{Kind: kindDevice, ID: "7", Name: "Phone"}, []string{"phone", "renamed", "without id"}},
		"by name":                     {store.SkipType{Kind: kindDevice, Name: " PHONE "}, []string{"phone", "another phone", "without id"}},
		"a type of records of a kind": {store.SkipType{Kind: kindOrg, ID: "7", Name: "Phone"}, nil},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newFakeWorld(t, &fakeConnector{})
			s := w.settings()
			s.SkipTypes = []store.SkipType{tt.skip}
			s.Rules = []sortrules.Rule{typeRule("Phone", w.layout.ID)}
			w.save(s)
			w.fake.put(kindDevice,
				record("phone", "Phone", "7"), record("renamed", "VoIP", "7"), record("another phone", "phone", "8"), record("without id", "Phone", ""), record("without type", "", ""))
			w.run()
			var skipped []string
			for _, key := range []connector.Key{"phone", "renamed", "another phone", "without id", "without type"} {
				x, err := w.engine.ExplainPlacement(t.Context(), dovetail.ExplainRequest{By: ada, Record: store.RecordID{Integration: fakeOne, Kind: kindDevice, Key: key}})
				require.NoError(t, err)
				require.Equal(t, x.To.Outcome == dovetail.OutcomeSkip, w.reason(key) == dovetail.ReasonSkippedType, "a run does what the explanation says")
				if x.To.Outcome == dovetail.OutcomeSkip {
					require.Empty(t, x.Because, "the list decides, and no rule")
					skipped = append(skipped, string(key))
				}
			}
			require.Equal(t, tt.skipped, skipped)
		})
	}
}
