package connector_test

import (
	"errors"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/require"

	"github.com/dovetail-sync/dovetail/connector"
)

var fields = []connector.ConfigField{
	{Name: "domain", Type: connector.ConfigText, Title: "Domain", Required: true, Pattern: `[a-z]+\.example\.com`, Example: "acme.example.com"},
	{Name: "key", Type: connector.ConfigSecret, Title: "API key", Required: true},
	{Name: "spare", Type: connector.ConfigSecret, Title: "Spare key"},
	{Name: "pages", Type: connector.ConfigInt, Title: "Pages", Default: "25"},
	{Name: "deep", Type: connector.ConfigBool, Title: "Deep"},
	{Name: "every", Type: connector.ConfigDuration, Title: "Every", Default: "3h"},
	{Name: "region", Type: connector.ConfigEnum, Title: "Region", Options: []string{"eu", "us"}, Default: "eu"},
	{Name: "proxy", Type: connector.ConfigURL, Title: "Proxy"},
}

func filled(change func(*connector.Config)) connector.Config {
	c := connector.Config{
		Values:  map[string]string{"domain": "acme.example.com", "deep": "true"},
		Secrets: map[string]connector.Secret{"key": connector.NewSecret("hush-hush")},
	}
	change(&c)
	return c
}

func TestAConfigurationIsReturnedWithItsDefaults(t *testing.T) {
	t.Parallel()
	got, err := connector.ParseConfig(fields, filled(func(*connector.Config) {}))
	require.NoError(t, err)
	require.Equal(t, "acme.example.com", got.Text("domain"))
	require.Equal(t, "hush-hush", got.Secret("key").Reveal())
	require.True(t, got.Secret("spare").IsZero())
	require.Equal(t, 25, got.Int("pages"))
	require.True(t, got.Bool("deep"))
	require.Equal(t, 3*time.Hour, got.Duration("every"))
	require.Equal(t, "eu", got.Text("region"))
	require.Empty(t, got.Text("proxy"))
}

func TestAValueOfAnotherTypeReadsAsZero(t *testing.T) {
	t.Parallel()
	c := connector.Config{Values: map[string]string{"x": "y"}}
	require.Zero(t, c.Int("x"))
	require.False(t, c.Bool("x"))
	require.Zero(t, c.Duration("x"))
	require.Empty(t, connector.Config{}.Text("x"))
	require.True(t, connector.Config{}.Secret("x").IsZero())
}

func TestAllProblemsComeAtOnceAndShowNoSecret(t *testing.T) {
	t.Parallel()
	raw := connector.Config{
		Values: map[string]string{
			"domain": "ACME", "pages": "many", "deep": "very", "every": "often", "region": "mars", "proxy": "https://u:hush@p.example", "colour": "red",
			"key": "hush-hush",
		},
		Secrets: map[string]connector.Secret{"spare": connector.NewSecret(" hush"), "other": connector.NewSecret("hush"), "region": connector.NewSecret("hush")},
	}
	got, err := connector.ParseConfig(fields, raw)
	require.Empty(t, cmp.Diff(connector.Config{}, got))
	require.Equal(t, connector.CodeConfig, connector.CodeOf(err))
	require.False(t, connector.Retryable(err))
	invalid, ok := errors.AsType[*connector.ConfigError](err)
	require.True(t, ok)
	require.Empty(t, cmp.Diff([]connector.Problem{
		{Field: "domain", Text: `"ACME" doesn't have the expected form (as in acme.example.com)`},
		{Field: "key", Text: "is a credential and was given among the plain values (put it into Secrets)"},
		{Field: "spare", Text: "begins or ends with white space (copy it again without)"},
		{Field: "pages", Text: `"many" is not a whole number`},
		{Field: "deep", Text: `"very" is neither true nor false`},
		{Field: "every", Text: `"often" is not a duration (as in 3h or 90s)`},
		{Field: "region", Text: "is no credential and was given among the secrets (put it into Values)"},
		{Field: "proxy", Text: "is not an absolute http or https URL without a user name"},
		{Field: "colour", Text: "is not a setting of this connector"},
		{Field: "other", Text: "is not a setting of this connector"},
	}, invalid.Problems))
	require.NotContains(t, err.Error(), "hush")
}

func TestWhatIsRequiredIsAskedFor(t *testing.T) {
	t.Parallel()
	_, err := connector.ParseConfig(fields, connector.Config{})
	require.EqualError(t, err, "configuration: domain: is empty (as in acme.example.com); key: is empty (enter the API key)")
}

func TestAPatternHasToMatchTheWholeValue(t *testing.T) {
	t.Parallel()
	for _, domain := range []string{"x.acme.example.com", "acme.example.com/", "acme.example.com\n", "acme.example.comx"} {
		_, err := connector.ParseConfig(fields, filled(func(c *connector.Config) { c.Values["domain"] = domain }))
		require.Error(t, err, "%q", domain)
	}
	_, err := connector.ParseConfig([]connector.ConfigField{{Name: "x", Pattern: "("}}, connector.Config{Values: map[string]string{"x": "y"}})
	require.ErrorContains(t, err, "pattern that doesn't compile")
}

func TestURLsAreAbsoluteAndCarryNoUserName(t *testing.T) {
	t.Parallel()
	for value, ok := range map[string]bool{
		"https://p.example": true, "http://p.example:8080/x": true, "p.example": false, "ftp://p.example": false, "https://": false, "https://u@p.example": false, "://": false,
	} {
		_, err := connector.ParseConfig(fields, filled(func(c *connector.Config) { c.Values["proxy"] = value }))
		require.Equal(t, ok, err == nil, value)
	}
}
