package syncro_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/require"

	"github.com/dovetail-sync/dovetail/connector"
	"github.com/dovetail-sync/dovetail/syncro"
)

func problems(t testing.TB, cfg connector.Config) []connector.Problem {
	t.Helper()
	s, err := syncro.New().Open(t.Context(), connector.OpenOptions{Config: cfg})
	if err == nil {
		require.NoError(t, s.Close())
		return nil
	}
	require.Nil(t, s)
	requireCode(t, connector.CodeConfig, err)
	invalid, ok := errors.AsType[*connector.ConfigError](err)
	require.True(t, ok, "%v", err)
	return invalid.Problems
}

func TestADomainIsTakenAsItHasToBeWritten(t *testing.T) {
	t.Parallel()
	for _, domain := range []string{"acme.syncromsp.com", "acme-it.repairshopr.com", "a1.syncromsp.com"} {
		require.Empty(t, problems(t, config(domain, "key")), domain)
	}
}

func TestEachMistakeInADomainHasItsOwnTextAndSuggestion(t *testing.T) {
	t.Parallel()
	const clean = "acme.syncromsp.com"
	tests := []struct{ domain, text, suggestion string }{
		{"https://acme.syncromsp.com", `begins with "https://" (enter acme.syncromsp.com)`, clean},
		{"HTTP://acme.syncromsp.com", `begins with "http://" (enter acme.syncromsp.com)`, clean},
		{"ftp://acme.syncromsp.com", "begins with the name of a protocol (enter acme.syncromsp.com)", clean},
		{"//acme.syncromsp.com", `begins with "//" (enter acme.syncromsp.com)`, clean},
		{"acme.syncromsp.com/", "ends with a slash (enter acme.syncromsp.com)", clean},
		{"acme.syncromsp.com/customers?page=2#top", "has a path behind it (enter acme.syncromsp.com)", clean},
		{"https://acme.syncromsp.com/customers", `begins with "https://" and has a path behind it (enter acme.syncromsp.com)`, clean},
		{"acme.syncromsp.com?api_key=hush", "has a path behind it (enter acme.syncromsp.com)", clean},
		{" acme.syncromsp.com\n", "has white space around it (enter acme.syncromsp.com)", clean},
		{"Acme.SyncroMSP.com", "has capital letters (enter acme.syncromsp.com)", clean},
		{"acme.syncromsp.com.", "ends with a dot (enter acme.syncromsp.com)", clean},
		{"acme.syncromsp.com:443", "has a port (enter acme.syncromsp.com)", clean},
		{"joe:hush@acme.syncromsp.com", "has a user name in front (enter acme.syncromsp.com)", clean},
		{"acme", `lacks ".syncromsp.com" (enter acme.syncromsp.com)`, clean},
		{"acme.syncromsp", `lacks ".com" (enter acme.syncromsp.com)`, clean},
		{"www.acme.syncromsp.com", `begins with "www." (enter acme.syncromsp.com)`, clean},
		{"acme.shield.syncromsp.com", `is the address of pages for your customers ("shield") (enter acme.syncromsp.com)`, clean},
		{"acme.repairshopr.com/", "ends with a slash (enter acme.repairshopr.com)", "acme.repairshopr.com"},
		{" HTTPS://Acme.syncromsp.com:443/a ", `has white space around it, begins with "https://", has a path behind it, has a port and has capital letters (enter acme.syncromsp.com)`, clean},
		{"", "is empty (as in instancename.syncromsp.com)", ""},
		{"syncromsp.com", "lacks the name of your account in front (as in instancename.syncromsp.com)", ""},
		{"www.syncromsp.com", "is an address of the vendor, not of your account (as in instancename.syncromsp.com)", ""},
		{"a.b.syncromsp.com", "has more than one name in front of .syncromsp.com (as in instancename.syncromsp.com)", ""},
		{"ac me.syncromsp.com", "has characters in it that an address can't have (letters, digits and hyphens, as in instancename.syncromsp.com)", ""},
		{"-acme.syncromsp.com", "has characters in it that an address can't have (letters, digits and hyphens, as in instancename.syncromsp.com)", ""},
	}
	for _, tt := range tests {
		want := []connector.Problem{{Field: "domain", Text: tt.text, Suggestion: tt.suggestion}}
		require.Empty(t, cmp.Diff(want, problems(t, config(tt.domain, "key"))), "%q", tt.domain)
	}
}

func TestAnotherHostIsRefusedWithoutASuggestion(t *testing.T) {
	t.Parallel()
	for _, domain := range []string{
		"acme.example.com", "acme.syncromsp.com.example.com", "evilsyncromsp.com", "acme.evil-syncromsp.com", "127.0.0.1",
		"localhost.localdomain", "[::1]", "acme.syncromsp.co", "joe@acme.com", "acme.syncromsp.com@evil.example",
		"evil.example/acme.syncromsp.com", `evil.example\.syncromsp.com`, "evil.example#.syncromsp.com",
	} {
		got := problems(t, config(domain, "key"))
		require.Len(t, got, 1, domain)
		require.Contains(t, got[0].Text, "is not an address of Syncro", domain)
		require.Empty(t, got[0].Suggestion)
		require.NotContains(t, got[0].Text, "evil")
	}
}

func TestAllProblemsComeAtOnceOneForEachFieldAndShowNoSecret(t *testing.T) {
	t.Parallel()
	cfg := config("https://acme.syncromsp.com/", "Bearer hush-hush")
	cfg.Values["colour"] = "red"
	got := problems(t, cfg)
	require.Empty(t, cmp.Diff([]connector.Problem{
		{Field: "domain", Text: `begins with "https://" and ends with a slash (enter acme.syncromsp.com)`, Suggestion: "acme.syncromsp.com"},
		{Field: "api_key", Text: `begins with the word "Bearer" (enter the key alone)`},
		{Field: "colour", Text: "is not a setting of this connector"},
	}, got))

	got = problems(t, connector.Config{})
	require.Len(t, got, 2)
	require.Equal(t, "domain", got[0].Field)
	require.Equal(t, "api_key", got[1].Field)

	for _, key := range []string{
		" hush-hush", "hush hush-hush", "hush-hush\x00", "hush-hüsh", strings.Repeat("hush-hush", 100),
		`"hush-hush"`, "'hush-hush'", "`hush-hush`", "<hush-hush>", "hush-hush,", "hush-hush;", "api_key=hush-hush", "{hush-hush}",
	} {
		got := problems(t, config("acme.syncromsp.com", key))
		require.Len(t, got, 1)
		require.Equal(t, "api_key", got[0].Field)
		require.NotContains(t, got[0].Text, "hush")
	}
}

// Who mixes up the two fields must not find the key in an error.
func TestAKeyInThePlaceOfTheDomainIsNotShown(t *testing.T) {
	t.Parallel()
	for _, key := range []string{
		"3746f72b-9852-4d1a-84e9-eedb5c50abcd", "9F86D081884C7D659A2FEAA0C55AD015", "t9f86d081884c7d65", "Tb1d2b3b4c5d6e7f8a9-0a1b2c3d4e5f60718",
		"https://3746f72b-9852-4d1a-84e9-eedb5c50abcd/", "T9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
	} {
		got := problems(t, config(key, "key"))
		require.Len(t, got, 1, key)
		require.Empty(t, got[0].Suggestion)
		shown := strings.ToLower(got[0].Text)
		for part := range strings.SplitSeq(strings.ToLower(key), "-") {
			if len(part) > 5 && len(part) < 40 {
				require.NotContains(t, shown, part, key)
			}
		}
	}
	for _, name := range []string{"acme", "acme-managed-services-of-ohio", "4u", "bite-size24x7", "a1b2c3", "the1stdatacentreof2024"} {
		require.Equal(t, name+".syncromsp.com", problems(t, config(name, "key"))[0].Suggestion)
	}
}

// A suggestion must be one that is accepted, and nothing that people paste
// along with a domain may be shown or be connected to.
func FuzzDomain(f *testing.F) {
	for _, seed := range []string{"acme", "https://acme.syncromsp.com/x", "a:b@acme.syncromsp.com:1", "acme.shield.syncromsp.com", "www.syncromsp", "İ.syncromsp.com", "://", "@", "", "www.api.syncromsp.com"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, domain string) {
		got := problems(t, config(domain, "key"))
		if len(got) == 0 {
			label, ok := strings.CutSuffix(domain, ".syncromsp.com")
			if !ok {
				label, ok = strings.CutSuffix(domain, ".repairshopr.com")
			}
			if !ok || strings.Trim(label, "abcdefghijklmnopqrstuvwxyz0123456789-") != "" {
				t.Fatalf("%q was accepted", domain)
			}
			return
		}
		if s := got[0].Suggestion; s != "" && len(problems(t, config(s, "key"))) > 0 {
			t.Fatalf("the suggestion %q for %q isn't accepted", s, domain)
		}
	})
}
