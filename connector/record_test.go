package connector_test

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/require"

	"github.com/dovetail-sync/dovetail/connector"
)

func TestAKeyIsRefusedForWhatNoDatabaseKeeps(t *testing.T) {
	t.Parallel()
	for _, good := range []connector.Key{"1", "a b", "ü", "../x", " ", connector.Key(strings.Repeat("k", 191))} {
		require.NoError(t, good.Check(), "%q", good)
	}
	for _, bad := range []connector.Key{"", "a\x00", "a\n", "a\u0085", "\x7f", "a\xff", connector.Key(strings.Repeat("k", 192)), connector.Key(strings.Repeat("ü", 96))} {
		err := bad.Check()
		require.Equal(t, connector.CodeProtocol, connector.CodeOf(err), "%q", bad)
		require.Less(t, len(err.Error()), 200)
		require.NotContains(t, err.Error(), "\n")
	}
}

func TestCleanMakesARecordThatCanBeKept(t *testing.T) {
	t.Parallel()
	east := time.FixedZone("", 2*3600)
	got, err := connector.Record{
		Key: "7", Container: "9", Name: "  A\x00cme\xff ", Type: "Prin\x00ter", TypeID: "\x00", URL: "https://x\x00",
		Created: time.Date(2026, 1, 2, 14, 0, 0, 1234, east), Updated: time.Date(12000, 1, 1, 0, 0, 0, 0, time.UTC),
		Status: connector.StatusInactive,
		Fields: connector.Fields{"a\x00": connector.Text("x"), "none": {}, "empty": connector.Text("")},
	}.Clean()
	require.NoError(t, err)
	want := connector.Record{
		Key: "7", Container: "9", Name: "Acme\uFFFD", Type: "Printer", URL: "https://x",
		Created: time.Date(2026, 1, 2, 12, 0, 0, 1000, time.UTC), Status: connector.StatusInactive,
		Fields: connector.Fields{"a": connector.Text("x")},
	}
	require.Empty(t, cmp.Diff(want, got))
	require.Equal(t, time.UTC, got.Created.Location())
	again, err := got.Clean()
	require.NoError(t, err)
	require.Empty(t, cmp.Diff(got, again))
	_, err = json.Marshal(got)
	require.NoError(t, err)
}

func TestCleanLeavesTheRecordItWasGivenAlone(t *testing.T) {
	t.Parallel()
	r := connector.Record{Key: "7", Fields: connector.Fields{"none": {}, "a": connector.Text("x")}}
	clean, err := r.Clean()
	require.NoError(t, err)
	clean.Fields["b"] = connector.Text("y")
	require.Len(t, r.Fields, 2)
	require.NotContains(t, r.Fields, "b")
}

func TestCleanRefusesAKeyOrContainerThatCannotBeKept(t *testing.T) {
	t.Parallel()
	_, err := connector.Record{Key: ""}.Clean()
	require.Equal(t, connector.CodeProtocol, connector.CodeOf(err))
	_, err = connector.Record{Key: "1", Container: "a\n"}.Clean()
	require.Equal(t, connector.CodeProtocol, connector.CodeOf(err))
	require.Contains(t, err.Error(), `record "1": container`)
}

func TestStatesAndEndsHaveNames(t *testing.T) {
	t.Parallel()
	require.Equal(t, []string{"active", "inactive", "archived", "deleted", "invalid"}, []string{
		connector.StatusActive.String(), connector.StatusInactive.String(), connector.StatusArchived.String(), connector.StatusDeleted.String(), connector.Status(9).String(),
	})
	require.Equal(t, []string{"more", "ended", "exhaustive", "invalid"}, []string{
		connector.More.String(), connector.Ended.String(), connector.Exhaustive.String(), connector.End(9).String(),
	})
}

func FuzzCleanText(f *testing.F) {
	f.Add("a\x00b\xff")
	f.Add("\x00")
	f.Fuzz(func(t *testing.T, s string) {
		clean := connector.CleanText(s)
		if strings.ContainsRune(clean, 0) || connector.CleanText(clean) != clean || strings.ToValidUTF8(clean, "?") != clean {
			t.Fatalf("%q became %q", s, clean)
		}
	})
}
