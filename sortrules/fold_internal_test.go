package sortrules

import (
	"math/big"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

// foldTexts generates texts of few characters, among them those whose cases differ
// in length, and broken UTF-8.
func foldTexts() *rapid.Generator[string] {
	letters := []string{"a", "A", "k", "K", "\u212a", "s", "S", "ſ", "ß", "ẞ", "ä", "Ä", "ς", "σ", "Σ", "1", " ", "*", "?", "\xff", "\xc3", "日"}
	return rapid.Map(rapid.SliceOfN(rapid.SampledFrom(letters), 0, 20), func(parts []string) string { return strings.Join(parts, "") })
}

func TestFoldedComparisonsAreThoseOfEqualFold(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		// What is compared with is always valid; values need not be.
		op := strings.ToValidUTF8(foldTexts().Draw(t, "op"), "")
		s := foldTexts().Draw(t, "s")
		folded := fold(op)
		equal := func(name string, got, want bool) {
			if got != want {
				t.Fatalf("%s: %v for %q and %q, want %v", name, got, op, s, want)
			}
		}
		var prefix, suffix, contains bool
		for from := 0; from <= len(s); from++ {
			for to := from; to <= len(s); to++ {
				if !boundary(s, from) || !boundary(s, to) || !strings.EqualFold(s[from:to], op) {
					continue
				}
				contains = true
				prefix = prefix || from == 0
				suffix = suffix || to == len(s)
			}
		}
		equal("equal", equalFold(folded, s), strings.EqualFold(op, s))
		equal("prefix", prefixFold(folded, s), prefix)
		equal("suffix", suffixFold(folded, s), suffix)
		if folded != "" {
			equal("contains", containsFold(folded, s), contains)
		}
	})
}

// boundary reports whether a character of s begins or ends at i.
func boundary(s string, i int) bool {
	at := 0
	for at < i {
		_, size := utf8.DecodeRuneInString(s[at:])
		at += size
	}
	return at == i
}

func TestEightBytesAreLoweredLikeOne(t *testing.T) {
	t.Parallel()
	for c := range byte(utf8.RuneSelf) {
		s := strings.Repeat("@", 3) + string(rune(c)) + "[Zz`"
		require.Equal(t, strings.ToLower(s), fold(s))
		_, ok := cutFold(fold(s), s)
		require.True(t, ok, "%q", s)
		_, ok = cutFold("@@@"+string(rune(lower(c)^1))+"[zz`", s)
		require.False(t, ok, "%q", s)
	}
}

func TestFoldingTwiceIsFoldingOnce(t *testing.T) {
	t.Parallel()
	for r := rune(0); r <= utf8.MaxRune; r++ {
		if f := foldRune(r); f != foldRune(f) {
			t.Fatalf("%q folds to %q and that to %q", r, f, foldRune(f))
		}
	}
}

// naiveGlob tries every way.
func naiveGlob(pattern, s []rune) bool {
	switch {
	case len(pattern) == 0:
		return len(s) == 0
	case pattern[0] == '*':
		return naiveGlob(pattern[1:], s) || len(s) > 0 && naiveGlob(pattern, s[1:])
	case len(s) == 0:
		return false
	default:
		return (pattern[0] == '?' || pattern[0] == foldRune(s[0])) && naiveGlob(pattern[1:], s[1:])
	}
}

func TestWildcardsMatchAsIfEveryWayWereTried(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		parts := rapid.SliceOfN(rapid.SampledFrom([]string{"a", "b", "*", "?", "ä", "k"}), 0, 7).Draw(t, "pattern")
		s := strings.Join(rapid.SliceOfN(rapid.SampledFrom([]string{"a", "B", "Ä", "\u212a", "*"}), 0, 9).Draw(t, "s"), "")
		pattern := []rune(fold(strings.Join(parts, "")))
		if got, want := globFold(pattern, s), naiveGlob(pattern, []rune(s)); got != want {
			t.Fatalf("%q and %q: %v, want %v", string(pattern), s, got, want)
		}
	})
}

func TestNumbersCompareExactly(t *testing.T) {
	t.Parallel()
	forms := rapid.StringMatching(`-?[0-9]{1,25}(\.[0-9]{1,6})?`)
	rapid.Check(t, func(t *rapid.T) {
		x, y := forms.Draw(t, "x"), forms.Draw(t, "y")
		a, ok := parseNumber(x)
		b, also := parseNumber(y)
		if !ok || !also {
			t.Fatalf("%q or %q is not read", x, y)
		}
		one, _ := new(big.Rat).SetString(x)
		two, _ := new(big.Rat).SetString(y)
		if got, want := a.compare(b), one.Cmp(two); got != want {
			t.Fatalf("%s and %s: %d, want %d", x, y, got, want)
		}
		i := rapid.Int64().Draw(t, "i")
		if got, want := b.compareInt(i), new(big.Rat).SetInt64(i).Cmp(two); got != want {
			t.Fatalf("%d and %s: %d, want %d", i, y, got, want)
		}
	})
	for _, text := range []string{"", "-", ".", "1.", ".5", "+1", "1e3", "1 ", "0x1", "--1", "1.2.3", "٣"} {
		_, ok := parseNumber(text)
		require.False(t, ok, text)
	}
}

func TestADayIsAllItsMoments(t *testing.T) {
	t.Parallel()
	micro := func(s string) int64 {
		at, err := time.Parse(time.RFC3339Nano, s)
		require.NoError(t, err)
		return at.UnixMicro()
	}
	tests := []struct {
		with, at string
		want     int
	}{
		{"2026-01-31", "2026-01-31T00:00:00Z", 0},
		{"2026-01-31", "2026-01-31T23:59:59.999999Z", 0},
		{"2026-01-31", "2026-02-01T00:00:00Z", 1},
		{"2026-01-31", "2026-01-30T23:59:59.999999Z", -1},
		{"2026-01-31", "2026-02-01T00:30:00+01:00", 0},
		{"1969-12-31", "1969-12-31T12:00:00Z", 0},
		{"1969-12-31", "1969-12-30T23:59:59Z", -1},
		{"2026-01-31T12:00:00Z", "2026-01-31T12:00:00Z", 0},
		{"2026-01-31T12:00:00Z", "2026-01-31T11:59:59Z", -1},
		{"2026-01-31T12:00:00+02:00", "2026-01-31T10:00:01Z", 1},
	}
	for _, tt := range tests {
		d, ok := parseDate(tt.with)
		require.True(t, ok, tt.with)
		require.Equal(t, tt.want, d.compare(micro(tt.at)), "%s with %s", tt.at, tt.with)
	}
	for _, text := range []string{"", "2026-1-31", "2026-02-30", "31.01.2026", "2026-01-31T12:00", "2026-01-31 12:00:00Z", strings.Repeat("2", 50)} {
		_, ok := parseDate(text)
		require.False(t, ok, text)
	}
}
