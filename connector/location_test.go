package connector_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/dovetail-sync/dovetail/connector"
)

func pages() connector.Info {
	return connector.Info{Pages: []connector.PagePattern{
		{Kind: "site", Host: "*.example.com", Path: "/companies/{number}/sites/{id}"},
		{Kind: "company", Host: "*.example.com", Path: "/companies/{number}"},
		{Kind: "device", Host: "console.example.net", Path: "/d/{id}"},
	}}
}

func TestAnAddressLeadsToItsRecord(t *testing.T) {
	t.Parallel()
	tests := map[string]connector.Location{
		"https://acme.example.com/companies/12":                 {Ref: connector.Ref{Kind: "company", Key: "12"}, Account: "acme"},
		"HTTP://Acme.Example.com.:8443/companies/12/edit?a=b#c": {Ref: connector.Ref{Kind: "company", Key: "12"}, Account: "acme"},
		"acme.example.com/companies/12/":                        {Ref: connector.Ref{Kind: "company", Key: "12"}, Account: "acme"},
		"acme.example.com/companies/12/sites/b%20c":             {Ref: connector.Ref{Kind: "site", Key: "b c"}, Account: "acme"},
		"https://console.example.net/d/x-1?tab=2":               {Ref: connector.Ref{Kind: "device", Key: "x-1"}},
	}
	for address, want := range tests {
		got, ok := pages().Locate(" " + address + "\n")
		require.True(t, ok, address)
		require.Equal(t, want, got, address)
	}
}

func TestAnAddressThatNoPatternFitsLeadsNowhere(t *testing.T) {
	t.Parallel()
	for _, address := range []string{
		"", "https://", "https://acme.example.com", "https://acme.example.com/companies", "https://acme.example.com/companies/",
		"https://acme.example.com/companies/new", "https://acme.example.com/Companies/12", "https://example.com/companies/12",
		"https://a.b.example.com/companies/12", "https://acme.example.com.evil.test/companies/12", "https://evilexample.com/companies/12",
		"https://joe@acme.example.com/companies/12", "ftp://acme.example.com/companies/12", "javascript://acme.example.com/companies/12",
		"https://other.example.net/d/x", "https://console.example.net/d/", "https://console.example.net/d/" + strings.Repeat("x", 200),
		"https://acme.example.com/%zz", "https://acme.example.com/x/companies/12", strings.Repeat("x", 5000),
	} {
		got, ok := pages().Locate(address)
		require.False(t, ok, address)
		require.Zero(t, got)
	}
}

func FuzzLocate(f *testing.F) {
	for _, seed := range []string{"acme.example.com/companies/12", "https://acme.example.com/companies/1/sites/%00", "//x", "a://b/c", "https://console.example.net/d/\u2028"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, address string) {
		got, ok := pages().Locate(address)
		switch {
		case !ok && got != connector.Location{}:
			t.Fatalf("%q leads nowhere and to %v", address, got)
		case ok && (got.Key.Check() != nil || strings.Contains(got.Account, ".")):
			t.Fatalf("%q leads to %v", address, got)
		}
	})
}
