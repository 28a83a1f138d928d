package matching

import (
	"encoding/hex"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestTablesAreWrittenAsTheyAreLookedUp(t *testing.T) {
	t.Parallel()
	seen := make(map[string]bool)
	for family, form := range labelled("legalforms.txt") {
		form = strings.TrimSuffix(form, "?")
		require.Equal(t, form, strings.Join(words(fold(form)), " "), "of family %s: no name ends like that", family)
		require.False(t, seen[form], "%s is there twice", form)
		seen[form] = true
	}
	for _, file := range []string{"notes.txt"} {
		for line := range lines(file) {
			require.Equal(t, line, strings.Join(words(fold(line)), " "), "in %s", file)
			require.LessOrEqual(t, len(line), longestNote)
		}
	}
	for label, word := range labelled("testrows.txt") {
		require.Contains(t, []string{"marks", "fillers", "whole"}, label)
		require.Equal(t, word, strings.Join(words(fold(word)), " "))
	}
	for line := range lines("roleaddresses.txt") {
		require.Equal(t, line, squash(line))
		require.NotEmpty(t, strings.TrimRight(line, "0123456789"))
	}
	for line := range lines("freemail.txt") {
		require.Equal(t, strings.ToLower(line), line)
		require.Contains(t, line, ".")
	}
}

func TestTablesHoldWhatTheirNamesSay(t *testing.T) {
	t.Parallel()
	tables := table()
	require.Greater(t, len(tables.forms), 100)
	require.Equal(t, 5, slices.Max(slices.Collect(maps.Values(tables.longest))))
	require.True(t, tables.forms["ag"].doubtful)
	require.Equal(t, tables.forms["ltd"].family, tables.forms["limited"].family)
	for name, set := range map[string]map[string]bool{
		"notes": tables.notes, "junk": tables.junk, "roles": tables.roles, "generic": tables.generic, "freemail": tables.freemail,
		"marks": tables.tests.marks, "fillers": tables.tests.fillers, "whole": tables.tests.whole,
	} {
		require.NotEmpty(t, set, name)
		require.False(t, set[""], name)
	}
	require.NotEmpty(t, tables.virtual)
	for _, prefix := range tables.virtual {
		_, err := hex.DecodeString(prefix)
		require.NoError(t, err, prefix)
		require.LessOrEqual(t, len(prefix), 12)
	}
	require.True(t, slices.Contains(tables.virtual, "005056"))
}

func TestEveryFeatureHasOneWeightOfItsSign(t *testing.T) {
	t.Parallel()
	seen := make(map[string]bool)
	for line := range lines("weights.txt") {
		name, _, _ := strings.Cut(line, " ")
		require.False(t, seen[name], "%s is there twice", name)
		seen[name] = true
	}
	weights := table().weights
	for f, name := range featureNames() {
		require.True(t, seen[name], "%s has no weight", name)
		if feature(f).against() {
			require.LessOrEqual(t, weights[f], 0.0, name)
		} else {
			require.GreaterOrEqual(t, weights[f], 0.0, name)
		}
		require.NotZero(t, weights[f], "%s says nothing", name)
	}
	for _, setting := range settings() {
		require.True(t, seen[setting], setting)
	}
	text, err := data.ReadFile("data/weights.txt")
	require.NoError(t, err)
	require.Equal(t, string(text), table().Weights(), "the file is as matcheval writes it")
}
