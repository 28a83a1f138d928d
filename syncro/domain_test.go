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

	for _, key := range []string{" hush-hush", "hush hush-hush", "hush-hush\x00", "hush-hüsh", strings.Repeat("hush-hush", 100)} {
		got := problems(t, config("acme.syncromsp.com", key))
		require.Len(t, got, 1)
		require.Equal(t, "api_key", got[0].Field)
		require.NotContains(t, got[0].Text, "hush")
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
