package syncro

import (
	"errors"
	"strings"
	"unicode"

	"github.com/dovetail-sync/dovetail/connector"
)

// The names of the configuration fields.
const (
	// FieldDomain is the account's address, as in "acme.syncromsp.com".
	FieldDomain = "domain"
	// FieldAPIKey is the API token.
	FieldAPIKey = "api_key"
)

func configFields() []connector.ConfigField {
	return []connector.ConfigField{
		{
			Name: FieldDomain, Type: connector.ConfigText, Title: "Domain", Required: true,
			Example: "instancename.syncromsp.com",
			Help:    "The address that the browser shows when you are logged in to Syncro, without https:// and without a slash. RepairShopr's ends with .repairshopr.com.",
		},
		{
			Name: FieldAPIKey, Type: connector.ConfigSecret, Title: "API key", Required: true,
			Help: "Make an API token in Syncro under Admin, API Tokens, with the rights " + strings.Join(rightNames(), ", ") + ".",
		},
	}
}

// account is a checked configuration.
type account struct {
	host      string
	subdomain string
	key       connector.Secret
}

// parseConfig returns the account, or everything that is wrong, one problem
// for each field.
func parseConfig(raw connector.Config) (account, error) {
	_, err := connector.ParseConfig(configFields(), raw)
	var problems []connector.Problem
	if invalid, ok := errors.AsType[*connector.ConfigError](err); ok {
		problems = invalid.Problems
	}
	add := func(p *connector.Problem) {
		if p == nil {
			return
		}
		for _, known := range problems {
			if known.Field == p.Field {
				return
			}
		}
		problems = append(problems, *p)
	}
	host, problem := parseDomain(raw.Text(FieldDomain))
	add(problem)
	key := raw.Secret(FieldAPIKey)
	add(checkKey(key))
	if len(problems) > 0 {
		return account{}, &connector.ConfigError{Problems: inOrder(problems)}
	}
	subdomain, _, _ := strings.Cut(host, ".")
	return account{host: host, subdomain: subdomain, key: key}, nil
}

// inOrder puts the problems into the order of the fields; those of settings
// that don't exist come last.
func inOrder(problems []connector.Problem) []connector.Problem {
	var out []connector.Problem
	for _, field := range configFields() {
		for _, p := range problems {
			if p.Field == field.Name {
				out = append(out, p)
			}
		}
	}
	for _, p := range problems {
		if p.Field != FieldDomain && p.Field != FieldAPIKey {
			out = append(out, p)
		}
	}
	return out
}

// maxKey bounds an API token. Syncro's have about 70 characters.
const maxKey = 512

// checkKey says what is wrong with an API token, without showing any of it.
func checkKey(key connector.Secret) *connector.Problem {
	text := key.Reveal()
	problem := ""
	switch {
	case len(text) >= 7 && strings.EqualFold(text[:7], "bearer "):
		problem = `begins with the word "Bearer" (enter the key alone)`
	case len(text) >= 8 && strings.EqualFold(text[:8], "api_key="):
		problem = `begins with "api_key=" (enter the key alone)`
	case len(text) > maxKey:
		problem = "is longer than any API key (copy the key alone)"
	case strings.ContainsFunc(text, unicode.IsSpace):
		problem = "has white space in it (copy the key alone, as one word)"
	case strings.ContainsFunc(text, func(r rune) bool { return r < '!' || r > '~' }):
		problem = "has characters that no API key has (copy it again)"
	case strings.ContainsAny(text, "\"'`<>()[]{},;"):
		problem = "has quotation marks, brackets or other signs that no API key has (copy the key alone)"
	}
	if problem == "" {
		return nil
	}
	return &connector.Problem{Field: FieldAPIKey, Text: problem}
}
