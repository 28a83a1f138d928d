package matching_test

import (
	"strings"
	"testing"
	"time"
	"unicode"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/dovetail-sync/dovetail/matching"
)

func TestStrictKeyFoldsHowANameIsWritten(t *testing.T) {
	t.Parallel()
	tests := map[string][]string{
		"acme":                 {"Acme", " ACME ", "Acme, Inc.", "acme LLC", "Acme Ltd", "Acme Limited", "ACME GmbH", "Acme Corp.", "Acme Co.", "Acme PLC", "Acme Pty. Ltd.", "Acme S.A.", "Acme B.V.", "Acme A/S", "Acme Sp. z o.o.", "Acme S.A. de C.V.", "Acme GmbH & Co. KG", "Acme™", "Ａｃｍｅ", "Ac\u00adme"},
		"smith and sons":       {"Smith & Sons", "Smith + Sons", "Smith and Sons Ltd.", "SMITH&SONS", "Smith ＆ Sons"},
		"smith":                {"Smith & Co", "Smith and Company", "Smith & Co. Ltd"},
		"ao smith":             {"A.O. Smith", "A. O. Smith", "A O Smith", "AO Smith", "a.o. smith co"},
		"cafe zurich":          {"Café Zürich", "CAFE\u0301 ZU\u0308RICH", "Cafe Zurich"},
		"strasse":              {"Straße", "STRASSE"},
		"oneills":              {"O'Neill's", "O’Neill’s", "O`Neill´s", "ONeills"},
		"acme hq":              {"Acme HQ", "Acme-HQ"},
		"fund ii":              {"Fund II", "Fund Ⅱ", "Fund II L.P."},
		"11420":                {"11420 CORP.", "11420 Corp"},
		"the limited":          {"The Limited", "THE LIMITED"},
		"the grange":           {"Grange, The", "GRANGE LIMITED(THE)", "The Grange Ltd (The)"},
		"the":                  {"The", "(The)"},
		"acme foods":           {"Acme Foods Limietd", "Acme Foods Limted", "ACME FOODS LIMITTED", "Acme Foods Incorpotated", "Acme Foods Coporation", "Acme Foods Aktiengeselschaft"},
		"acme limes":           {"Acme Limes"},
		"acme cooperation":     {"Acme Cooperation"},
		"acme companies":       {"Acme Companies"},
		"acme limite":          {"Acme Limite"},
		"acme limiter":         {"Acme Limiter"},
		"limited":              {"Limited"},
		"inc":                  {"Inc."},
		"do not bill":          {"*DO NOT BILL*", "(do not bill)"},
		"日本電気":                 {"日本電気", " 日本電気　"},
		"がんばれ":                 {"がんばれ", "か\u3099んばれ"},
		"株式会社 日立":              {"株式会社　日立"},
		"москва":               {"МОСКВА", "Москва"},
		"αθηνα":                {"Αθήνα", "ΑΘΗΝΑ"},
		"7 eleven":             {"7-Eleven", "7 Eleven, Inc."},
		"x ab c systems":       {"X A.B. C Systems"},
		"alpha a":              {"Alpha A B.V."},
		"acme uk":              {"Acme (HQ) (UK)"},
		"":                     {"", " ", "---", "***", "()"},
		"marks and spencer":    {"Marks & Spencer P.L.C.", "MARKS AND SPENCER PLC"},
		"rhein main schrott":   {"Rhein-Main Schrott"},
		"bell and howell east": {"Bell & Howell East"},
	}
	for want, names := range tests {
		for _, name := range names {
			require.Equal(t, want, matching.StrictKey(name), "key of %q", name)
		}
	}
}

func TestStrictKeyDropsNotes(t *testing.T) {
	t.Parallel()
	for _, name := range []string{
		"Acme *DO NOT BILL*", "***Do not bill*** Acme Inc", "Acme (HQ)", "ACME [hq] Ltd", "Acme - Main Office", "Acme Inc. - HQ",
		"Acme – Head Office", "Acme (HQ) *VIP* - Main Office", "Acme - Main - HQ", "Acme {inactive}", "Acme [Managed]", "Acme Inc. - Break/Fix",
	} {
		require.Equal(t, "acme", matching.StrictKey(name), "key of %q", name)
	}
	for _, name := range []string{"Acme (UK)", "Acme - Sales", "HQ Acme", "Acme *blue*", "Acme Main Office", "Acme (HQ", "Acme * HQ", "Acme-Main Office"} {
		require.NotEqual(t, "acme", matching.StrictKey(name), "key of %q", name)
	}
}

// traps are names of different companies.
func traps() [][]string {
	return [][]string{
		{"Acme", "Acme II", "Acme III", "Acme 2", "Acme 2nd", "Acme Europe", "Acme Holdings", "Acme Group", "Acmes", "Acme North", "Acme South", "The Acme", "Acme (UK)", "Acme Sales"},
		{"11420 CORP.", "11421 CORP.", "Corp", "ABC Corp.", "1142 0 Corp.", "114 20 CORP"},
		{"Brother", "Brothers", "Brothers II"},
		{"First Street Clinic", "1st Street Clinic", "Second Street Clinic", "2nd Street Clinic"},
		{"St Mary's School", "St Marks School", "Saint Mary's School"},
		{"Fund I", "Fund II", "Fund III", "Fund IV", "Fund V"},
		{"か", "が"},
		{"日本", "日木"},
		{"Йод", "Иод"},
		{"Test Valley Council", "Test"},
		{"A & B Services", "AB Services", "A Services"},
		{"Miller Holdings Ltd", "Miller Ltd", "Miller Properties Ltd"},
		{"Room 1", "Room 10", "Room 11"},
	}
}

func TestDifferentCompaniesHaveDifferentKeys(t *testing.T) {
	t.Parallel()
	for _, names := range traps() {
		seen := make(map[string]string)
		for _, name := range names {
			key := matching.StrictKey(name)
			require.Empty(t, seen[key], "%q and %q have the key %q", seen[key], name, key)
			seen[key] = name
		}
	}
}

// companyNames generates names of parts that the key treats in different ways.
func companyNames() *rapid.Generator[string] {
	part := rapid.SampledFrom([]string{
		"Acme", "acme", "Smith", "&", "and", "+", "A.O.", "A", "B", "II", "2", "1st", "Ltd", "Inc.", "GmbH", "Co", "The", "Limited", "S.A.",
		"(HQ)", "*DO NOT BILL*", "- Main Office", "Café", "日本", "が", "O'Neil", "Holdings", "-", "(", "*", "ﬁ", "Straße", "ΣΑΣ", "İ",
	})
	return rapid.Custom(func(t *rapid.T) string {
		return strings.Join(rapid.SliceOfN(part, 0, 7).Draw(t, "parts"), rapid.SampledFrom([]string{" ", "  ", "\t"}).Draw(t, "blank"))
	})
}

func TestStrictKeyIgnoresLetterCaseAndBlanks(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		name := companyNames().Draw(t, "name")
		want := matching.StrictKey(name)
		for _, same := range []string{
			strings.ToUpper(strings.ReplaceAll(name, "İ", "I")), strings.ToLower(name), "  " + name + " ", strings.Join(strings.Fields(name), " \u00a0 "),
		} {
			if got := matching.StrictKey(same); got != want {
				t.Fatalf("key of %q is %q, of %q it is %q", name, want, same, got)
			}
		}
	})
}

func TestStrictKeyTakesTimeInProportion(t *testing.T) {
	t.Parallel()
	for _, part := range []string{"(", "*", "a ", "a.", "(hq)", " - hq", "* *", "[a ", "a\u0300", "'", "&", "が"} {
		start := time.Now()
		matching.StrictKey(strings.Repeat(part, (1<<17)/len(part)))
		require.Less(t, time.Since(start), 10*time.Second, "a name of %q, again and again; milliseconds unless by the square", part)
	}
}

func checkKey(t require.TestingT, name, key string) {
	require.Equal(t, strings.TrimSpace(key), key)
	require.NotContains(t, key, "  ")
	// Some modifier letters are apostrophes.
	letter := func(r rune) bool { return unicode.IsLetter(r) && !unicode.Is(unicode.Lm, r) || unicode.IsDigit(r) }
	if strings.ContainsFunc(name, letter) {
		require.NotEmpty(t, key, "key of %q", name)
	}
}

func FuzzStrictKey(f *testing.F) {
	for _, names := range traps() {
		for _, name := range names {
			f.Add(name)
		}
	}
	for _, name := range []string{"", "***", "(((((", "*DO NOT BILL*", "A.B.C. - HQ", "\xff\xfe", "Acme GmbH & Co. KG", "°", "\u0300", "\u0313\rpC", "1\ufe0f\u20e3", "'a'b'", "ǅ", "ŉ"} {
		f.Add(name)
	}
	f.Fuzz(func(t *testing.T, name string) { checkKey(t, name, matching.StrictKey(name)) })
}

func TestAHostsLegalFormsMaySlipToo(t *testing.T) {
	t.Parallel()
	more := matching.ShippedTables().With(matching.Extra{LegalForms: map[string][]string{"verein": {"Eingetragener", "Stiftungsverein"}}})
	require.Equal(t, "acme", more.StrictKey("Acme Stiftungverein"))
	require.Equal(t, "acme", more.StrictKey("Acme Eingetragner"))
	require.Equal(t, "acme", more.StrictKey("Acme Limietd"))
	require.Equal(t, "acme stiftungverein", matching.StrictKey("Acme Stiftungverein"))
}
