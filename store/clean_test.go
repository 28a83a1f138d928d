package store_test

import (
	"fmt"
	"math"
	"reflect"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/require"

	"github.com/dovetail-sync/dovetail/connector"
	"github.com/dovetail-sync/dovetail/store"
)

func TestCleanChangesNothingThatCanBeKept(t *testing.T) {
	t.Parallel()
	for _, like := range keptRows() {
		got, err := cleaned(filled(t, like, itself, someTime()))
		require.NoError(t, err)
		require.Empty(t, cmp.Diff(filled(t, like, itself, someTime()), got))
	}
}

func TestCleanReturnsACopyAndLeavesItsRowAlone(t *testing.T) {
	t.Parallel()
	dirty := func(path string) string {
		if strings.Contains(path, "Config") || strings.Contains(path, "Args") || strings.HasSuffix(path, ".Name") {
			return path + "\x00"
		}
		return path
	}
	for _, like := range keptRows() {
		given := filled(t, like, dirty, someTime())
		got, err := cleaned(given)
		require.NoError(t, err)
		require.Empty(t, cmp.Diff(filled(t, like, dirty, someTime()), given))
		spoil(reflect.ValueOf(given))
		require.Empty(t, cmp.Diff(filled(t, like, itself, someTime()), got))
	}
}

// Whatever stands in a row, what Clean returns can be kept by every database.
func TestCleanLeavesNoTextThatADatabaseRefuses(t *testing.T) {
	t.Parallel()
	for _, like := range keptRows() {
		var paths []string
		filled(t, like, func(path string) string { paths = append(paths, path); return path }, someTime())
		for _, dirty := range paths {
			for _, bad := range []string{"a\x00b", "a\xffb", "\xed\xa0\x80"} {
				row := filled(t, like, func(path string) string {
					if path == dirty {
						return bad
					}
					return path
				}, someTime())
				got, err := cleaned(row)
				if err != nil {
					require.ErrorIs(t, err, store.ErrRefused, dirty)
					require.Empty(t, cmp.Diff(like, got), "nothing comes with an error")
					continue
				}
				eachText(reflect.ValueOf(got), func(text string) {
					require.Equal(t, connector.CleanText(text), text, "%q in %s", bad, dirty)
				})
			}
		}
	}
}

func TestCleanKeepsTimesInUTCToTheMicrosecond(t *testing.T) {
	t.Parallel()
	given := time.Date(2026, 1, 2, 3, 4, 5, 123_456_789, time.FixedZone("somewhere", 3*3600))
	want := time.Date(2026, 1, 2, 0, 4, 5, 123_456_000, time.UTC)
	for _, like := range keptRows() {
		for given, want := range map[time.Time]time.Time{given: want, {}: {}, time.Date(10000, 1, 1, 0, 0, 0, 0, time.UTC): {}} {
			got, err := cleaned(filled(t, like, itself, given))
			require.NoError(t, err)
			require.Equal(t, filled(t, like, itself, want), got)
		}
	}
}

// eachText calls fn with all texts in v, but not with bytes.
func eachText(v reflect.Value, fn func(text string)) {
	if _, clean := reflect.TypeAssert[connector.Value](v); clean {
		return
	}
	switch v.Kind() {
	case reflect.String:
		fn(v.String())
	case reflect.Struct:
		for field, value := range v.Fields() {
			if field.IsExported() {
				eachText(value, fn)
			}
		}
	case reflect.Slice:
		for i := range v.Len() {
			eachText(v.Index(i), fn)
		}
	case reflect.Map:
		for _, key := range v.MapKeys() {
			eachText(key, fn)
			eachText(v.MapIndex(key), fn)
		}
	default: // no text
	}
}

// idPaths are the ids that rows consist of. The required ones can't be empty.
var idPaths = map[bool][]string{
	true: {
		"Integration.ID", "Settings.Integration", "MirrorRow.ID.Integration", "MirrorRow.ID.Kind", "MirrorRow.ID.Key", "Scan.ID",
		"Scan.Integration", "Scan.Kind", "Scan.Within[0]", "Match.ID.Integration", "Match.ID.Kind", "Match.ID.Key", "Card.ID.Integration",
		"Card.ID.Kind", "Card.ID.Key", "Card.Asset", "Card.Company", "Rejection.ID.Integration", "Rejection.ID.Kind",
		"Rejection.ID.Key", "Pin.Asset", "Pin.Company", "Tombstone.ID.Integration", "Tombstone.ID.Kind", "Tombstone.ID.Key",
		"Tombstone.Company", "Overwritten.Asset", "Overwritten.Company", "Overwritten.ID.Integration", "Overwritten.ID.Kind",
		"Overwritten.ID.Key", "Approval.Integration", "Approval.Code", "Plan.ID", "Plan.Integration", "Change.Plan", "Change.Record.Integration",
		"Change.Record.Kind", "Change.Record.Key", "Change.Set[1].Field", "OpenWrite.Intent", "OpenWrite.Record.Integration",
		"OpenWrite.Record.Kind", "OpenWrite.Record.Key", "Run.ID", "Run.Integration", "JournalEntry.Record.Integration",
		"JournalEntry.Record.Kind", "JournalEntry.Record.Key", "Due.Integration", "Claim.Work",
	},
	false: {
		"Integration.Applied", "Settings.DefaultLayouts value", "Settings.Connected[1].Layout", "Settings.Connected[1].Field",
		"MirrorRow.Container", "Match.Company", "Match.Suggestions[1].Company", "Match.Wrote value.Run", "Card.Home", "Card.Run",
		"Card.Wrote key", "Card.Wrote value.Run", "Rejection.Company", "Rejection.Asset", "Pin.Field", "Tombstone.Asset",
		"Overwritten.Field", "Overwritten.Run", "Approval.Company", "Approval.Kind", "Plan.After", "Change.Company", "Change.Home", "Change.Layout",
		"Change.Asset", "Change.Outcome.Asset", "OpenWrite.Plan", "OpenWrite.Company", "OpenWrite.Layout", "Run.Plan",
		"JournalEntry.Integration", "JournalEntry.Run", "JournalEntry.Company", "JournalEntry.Asset",
		"JournalEntry.Set[1].Field",
	},
}

func TestCleanRefusesIDsThatCannotBeKept(t *testing.T) {
	t.Parallel()
	likes := map[string]any{}
	for _, like := range keptRows() {
		likes[reflect.TypeOf(like).Name()] = like
	}
	for required, paths := range idPaths {
		for _, path := range paths {
			name, _, _ := strings.Cut(path, ".")
			most := 191
			if path == "Claim.Work" {
				most = 255
			}
			long := strings.Repeat("x", most)
			found := false
			with := func(id string) error {
				_, err := cleaned(filled(t, likes[name], func(p string) string {
					if p != path {
						return p
					}
					found = true
					return id
				}, someTime()))
				return err
			}
			for _, bad := range []string{"a\x00b", "a\nb", "a\u0085", "a\xffb", long + "x", strings.Repeat("é", most/2+1)} {
				require.ErrorIs(t, with(bad), store.ErrRefused, "%s: %q", path, bad)
			}
			for _, good := range []string{" ", "'; --", "é", long, "\U0010FFFF"} {
				require.NoError(t, with(good), "%s: %q", path, good)
			}
			if required {
				require.ErrorIs(t, with(""), store.ErrRefused, path)
			} else {
				require.NoError(t, with(""), path)
			}
			require.True(t, found, "there is no %s", path)
		}
	}
}

func TestCleanRefusesWhatIsNoRow(t *testing.T) {
	t.Parallel()
	id := store.RecordID{Integration: "i", Kind: "k", Key: "1"}
	suggested := func(confidence float64) error {
		_, err := store.Match{ID: id, Suggestions: []store.Suggestion{{Confidence: confidence}}}.Clean()
		return err
	}
	second := func(_ any, err error) error { return err }
	for want, err := range map[string]error{
		"versions count from 1":            second(store.Settings{Integration: "i"}.Clean()),
		"changes count from 1":             second(store.Change{Plan: "p", Record: id}.Clean()),
		"between 0 and 1":                  suggested(math.NaN()),
		"neither a company nor an asset":   second(store.Rejection{ID: id}.Clean()),
		"its checkpoint":                   second(store.Scan{ID: "s", Integration: "i", Kind: "k", Checkpoint: "a\x00b"}.Clean()),
		"the id of its record is missing":  second(store.JournalEntry{Record: store.RecordID{Integration: "i", Kind: "k"}}.Clean()),
		`store: put card "i/k/1": refused`: second(store.Card{ID: id}.Clean()),
	} {
		require.ErrorIs(t, err, store.ErrRefused)
		require.ErrorContains(t, err, want)
	}
	require.ErrorIs(t, suggested(math.Inf(1)), store.ErrRefused)
	require.ErrorIs(t, suggested(math.Inf(-1)), store.ErrRefused)
	require.NoError(t, second(store.JournalEntry{}.Clean()), "an entry may be about no record")
	require.NoError(t, second(store.Overwritten{Asset: "x", Company: "a"}.Clean()))
}

func TestAnErrorDoesNotRepeatALongID(t *testing.T) {
	t.Parallel()
	_, err := store.Card{ID: store.RecordID{Integration: "i", Kind: "k", Key: connector.Key(strings.Repeat("\xff", 1<<20))}}.Clean()
	require.ErrorIs(t, err, store.ErrRefused)
	require.Less(t, len(err.Error()), 1000)
	require.True(t, utf8.ValidString(err.Error()))
}

// Of keys that become one the same one wins each time.
func TestCleanKeepsOneOfTheKeysThatBecomeOne(t *testing.T) {
	t.Parallel()
	for range 50 {
		s, err := store.Settings{Integration: "i", Version: 1, Config: map[string]string{"a": "clean", "a\x00": "first", "\x00a": "least"}}.Clean()
		require.NoError(t, err)
		require.Equal(t, map[string]string{"a": "first"}, s.Config)
	}
}

// Clean works on what Clean returned: a row that was read can be put again.
func FuzzCleanTwice(f *testing.F) {
	f.Add("a", "b", int64(0))
	f.Add("a\x00", "\xff", int64(-62135596800000000))
	f.Add("", strings.Repeat("x", 300), int64(253402300799999999))
	f.Fuzz(func(t *testing.T, one, two string, micro int64) {
		for _, like := range keptRows() {
			n := 0
			row := filled(t, like, func(path string) string {
				if n++; n%2 == 0 {
					return one
				}
				return two
			}, time.UnixMicro(micro).Add(time.Nanosecond))
			once, err := cleaned(row)
			if err != nil {
				require.ErrorIs(t, err, store.ErrRefused)
				continue
			}
			twice, err := cleaned(once)
			require.NoError(t, err, fmt.Sprint(once))
			require.Equal(t, once, twice)
		}
	})
}
