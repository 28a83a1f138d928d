package connector_test

import (
	"context"
	"encoding/json"
	"fmt"
	"iter"
	"os"
	"reflect"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/require"

	"github.com/dovetail-sync/dovetail/connector"
)

func TestAWrapperKeepsWhatItDoesNotChange(t *testing.T) {
	t.Parallel()
	plainly := connector.Wrap(able{}, connector.Overrides{})
	f := connector.FeaturesOf(plainly)
	require.True(t, f.Check != nil && f.Get != nil && f.Count != nil && f.Discover != nil)
	require.Nil(t, plainly.Read(t.Context(), connector.ReadRequest{}), "that of the session inside")
	require.NoError(t, plainly.Close())
	require.Nil(t, connector.FeaturesOf(connector.Wrap(plain{}, connector.Overrides{})).Get)

	closed := false
	s := connector.Wrap(connector.Wrap(able{}, connector.Overrides{}), connector.Overrides{
		Read: func(_ context.Context, req connector.ReadRequest) iter.Seq2[connector.Page, error] {
			return func(yield func(connector.Page, error) bool) {
				yield(connector.Page{Account: string(req.Kind)}, nil)
			}
		},
		Close:    func() error { closed = true; return nil },
		Features: func(f connector.Features) connector.Features { f.Discover = nil; return f },
	})
	for page, err := range s.Read(t.Context(), connector.ReadRequest{Kind: "site"}) {
		require.NoError(t, err)
		require.Equal(t, "site", page.Account)
	}
	require.NoError(t, s.Close())
	require.True(t, closed)
	f = connector.FeaturesOf(s)
	require.Nil(t, f.Discover)
	n, err := f.Count(t.Context(), "asset")
	require.NoError(t, err)
	require.Equal(t, 7, n)
}

// Every ability has to be passed on, also one that is added later.
func TestAnAbilityIsNotForgottenByAWrapper(t *testing.T) {
	t.Parallel()
	source, err := os.ReadFile("features.go")
	require.NoError(t, err)
	_, body, _ := strings.Cut(string(source), "type Features struct {")
	body, _, _ = strings.Cut(body, "\n}")
	names := regexp.MustCompile(`(?m)^\t([A-Z]\w*)\s+func`).FindAllStringSubmatch(body, -1)
	require.GreaterOrEqual(t, len(names), 4)
	for _, name := range names {
		require.Contains(t, string(source), "f."+name[1]+" = ", "FeaturesOf doesn't look for %s", name[1])
	}
}

func TestTheSchemaOfAConfiguration(t *testing.T) {
	t.Parallel()
	text, err := connector.ConfigSchema(fields)
	require.NoError(t, err)
	var got map[string]any
	require.NoError(t, json.Unmarshal(text, &got))
	require.Equal(t, []any{"domain", "key"}, got["required"])
	require.Equal(t, false, got["additionalProperties"])
	require.Empty(t, cmp.Diff(map[string]any{
		"domain": map[string]any{
			"type": "string", "title": "Domain", "pattern": `^(?:[a-z]+\.example\.com)$`, "examples": []any{"acme.example.com"}, "minLength": 1.0,
		},
		"key":    map[string]any{"type": "string", "title": "API key", "format": "password", "writeOnly": true, "minLength": 1.0},
		"spare":  map[string]any{"type": "string", "title": "Spare key", "format": "password", "writeOnly": true},
		"pages":  map[string]any{"type": "integer", "title": "Pages", "default": 25.0},
		"deep":   map[string]any{"type": "boolean", "title": "Deep"},
		"every":  map[string]any{"type": "string", "title": "Every", "default": "3h", "pattern": `^[-+]?(0|([0-9]+(\.[0-9]*)?|\.[0-9]+)(ns|us|µs|μs|ms|s|m|h))+$`},
		"region": map[string]any{"type": "string", "title": "Region", "enum": []any{"eu", "us"}, "default": "eu"},
		"proxy":  map[string]any{"type": "string", "title": "Proxy", "format": "uri", "pattern": "^https?://"},
	}, got["properties"]))

	// What ParseConfig takes the pattern takes.
	every := got["properties"].(map[string]any)["every"].(map[string]any)["pattern"].(string)
	for text, ok := range map[string]bool{"3h": true, "1h30m": true, "-1.5s": true, ".5ms": true, "0": true, "3": false, "h": false, "": false, "3 h": false} {
		_, err := time.ParseDuration(text)
		require.Equal(t, ok, err == nil, text)
		require.Equal(t, ok, regexp.MustCompile(every).MatchString(text), text)
	}
}

func TestTablesEscapeWhatWouldBreakThem(t *testing.T) {
	t.Parallel()
	require.Equal(t, "| Setting | Type | Required | Default | What it is |\n| --- | --- | --- | --- | --- |\n"+
		"| `a` | one of x, y | yes | `x` | A \\| B. See &lt;there> at once. As in `y`. |\n"+
		"| `b` | secret |  |  | B |\n",
		connector.ConfigTable([]connector.ConfigField{
			{Name: "a", Type: connector.ConfigEnum, Options: []string{"x", "y"}, Required: true, Default: "x", Title: "A | B", Help: "See <there>\nat once.", Example: "y"},
			{Name: "b", Type: connector.ConfigSecret, Title: "B"},
		}))
	require.Equal(t, "| Data point | Type | Means | What it is |\n| --- | --- | --- | --- |\n"+
		"| `macs` | list of text | mac | MACs |\n| `seen` | instant | last-seen | Seen (changes by itself) |\n| `pin` | text |  | PIN (a credential) |\n",
		connector.DataPointTable([]connector.DataPoint{
			{Name: "macs", Title: "MACs", Type: connector.KindText, List: true, Means: connector.MeansMAC},
			{Name: "seen", Title: "Seen", Type: connector.KindInstant, Means: connector.MeansLastSeen, Volatile: true},
			{Name: "pin", Title: "PIN", Type: connector.KindText, Secret: true},
		}))
	require.Equal(t, len(connector.Codes())+2, strings.Count(connector.CodeTable(), "\n"))
}

func TestCredentialsAreRedactedInEveryForm(t *testing.T) {
	t.Parallel()
	c := connector.Config{Secrets: map[string]connector.Secret{
		"key": connector.NewSecret(`p@ss "w/rd`), "longer": connector.NewSecret(`p@ss "w/rd and more`), "none": {}, "short": connector.NewSecret("abc"),
	}}
	for _, text := range []string{
		`p@ss "w/rd`, `p%40ss+%22w%2Frd`, `p@ss%20%22w%2Frd`, `p@ss \"w/rd`, `cEBzcyAidy9yZA==`, `cEBzcyAidy9yZA`, `p@ss "w/rd and more`,
	} {
		require.Equal(t, "GET /x: [redacted]: abc", c.Redact("GET /x: "+text+": abc"), text)
	}
	require.Equal(t, "text", connector.Config{}.Redact("text"))
	require.NotContains(t, fmt.Sprintf("%v %+v %#v", c, c, c), "p@ss")
}

func TestADescriptionIsCheckedAsAWhole(t *testing.T) {
	t.Parallel()
	kind := connector.KindInfo{
		Kind: "client", Role: connector.RoleContainer, Title: "Client", Plural: "Clients",
		DataPoints: []connector.DataPoint{{Name: "Web Site", Title: "Web site", Type: connector.KindText, List: true, Means: connector.MeansWebsite}},
	}
	good := connector.Info{
		Name: "acme-psa", Title: "Acme", Container: "client",
		Kinds: []connector.KindInfo{
			kind,
			{Kind: "site", Role: connector.RoleOther, Title: "Site", Plural: "Sites"},
			{Kind: "agreement", Role: connector.RoleOther, Title: "Agreement", Plural: "Agreements"},
			{Kind: "configuration", Role: connector.RoleDevice, Title: "Configuration", Plural: "Configurations"},
		},
		Config: fields,
		Limits: []connector.Limit{{Key: "acme", Requests: 1, Per: time.Second}},
		Rights: []connector.RightInfo{{Name: "Read", Kinds: []connector.Kind{"site"}}},
		Pages:  []connector.PagePattern{{Kind: "client", Host: "*.acme.example", Path: "/clients/{id}"}},
	}
	require.NoError(t, good.Check())

	bad := connector.Info{
		Name: "Acme PSA", Container: "client",
		Kinds: []connector.KindInfo{
			{Kind: "Site", Role: "place", DataPoints: []connector.DataPoint{
				{Name: " x", Title: "X", Type: connector.KindText},
				{Name: "y", Type: connector.KindText},
				{Name: "z", Title: "Z", Type: connector.KindList},
				{Name: "z", Title: "Z", Type: connector.KindText, Means: "wisdom"},
			}},
			kind, kind,
		},
		Config: []connector.ConfigField{
			{Name: "API Key", Type: connector.ConfigText, Title: "x"},
			{Name: "b", Type: "list", Title: "x"},
			{Name: "c", Type: connector.ConfigText},
			{Name: "d", Type: connector.ConfigEnum, Title: "x"},
			{Name: "e", Type: connector.ConfigSecret, Title: "x", Default: "hush"},
			{Name: "f", Type: connector.ConfigInt, Title: "x", Default: "many"},
			{Name: "f", Type: connector.ConfigText, Title: "x", Pattern: "("},
		},
		Limits: []connector.Limit{{Key: "acme"}},
		Rights: []connector.RightInfo{{Kinds: []connector.Kind{"ticket"}}},
		Pages:  []connector.PagePattern{{Kind: "person", Path: "/persons/"}},
	}
	err := bad.Check()
	for _, want := range []string{
		`the name "Acme PSA" is not`, "there is no title", `kind "Site" is not lower case`, `kind "Site" lacks a title`, `the role "place", which isn't one`,
		`data point " x" has no name, or`, `data point "y" has no title`, `data point "z" has the type list`, `data point "z" means "wisdom"`,
		`data point "z" is declared twice`, `the container "client" is not the first`, `kind "client" is declared twice`,
		`field "API Key" is not named`, `field "b" has the type "list"`, `field "c" has no title`, `field "d" has options`, `field "e" is a credential`,
		`field "f" refuses its own default`, `field "f" has a pattern that doesn't compile`, `field "f" is declared twice`, `limit 1 ("acme")`,
		"a right has no name", `is about "ticket"`, `page /persons/ is about "person"`, "does not say where the id stands",
	} {
		require.ErrorContains(t, err, want)
	}
	require.NotContains(t, err.Error(), "hush")
	require.ErrorContains(t, connector.Info{Name: "x", Title: "X", Container: "client"}.Check(), "is none of the kinds")
}

func TestACloneSharesNothing(t *testing.T) {
	t.Parallel()
	var info connector.Info
	fill(reflect.ValueOf(&info).Elem())
	clone := info.Clone()
	require.Empty(t, cmp.Diff(info, clone))
	shared(t, reflect.ValueOf(info), reflect.ValueOf(clone), "Info")
}

// fill puts something into every slice, however deep.
func fill(v reflect.Value) {
	switch v.Kind() {
	case reflect.Slice:
		v.Set(reflect.MakeSlice(v.Type(), 1, 1))
		fill(v.Index(0))
	case reflect.Struct:
		for _, field := range v.Fields() {
			fill(field)
		}
	default:
	}
}

// shared looks for slices that two values have in common.
func shared(t *testing.T, a, b reflect.Value, path string) {
	t.Helper()
	switch a.Kind() {
	case reflect.Slice:
		require.NotEqual(t, a.Pointer(), b.Pointer(), "%s is shared", path)
		shared(t, a.Index(0), b.Index(0), path)
	case reflect.Struct:
		for i := range a.NumField() {
			shared(t, a.Field(i), b.Field(i), path+"."+a.Type().Field(i).Name)
		}
	case reflect.Map, reflect.Pointer:
		t.Fatalf("%s: Clone has to copy it, and this test to look at it", path)
	default:
	}
}
