package connector_test

import (
	"context"
	"fmt"
	"iter"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/dovetail-sync/dovetail/connector"
)

type plain struct{}

func (plain) Read(context.Context, connector.ReadRequest) iter.Seq2[connector.Page, error] {
	return nil
}
func (plain) Close() error { return nil }

type able struct{ plain }

func (able) Check(context.Context) (connector.CheckResult, error) {
	return connector.CheckResult{Account: connector.Account{Name: "acme"}}, nil
}

func (able) Get(_ context.Context, _ connector.Kind, key connector.Key) (connector.Record, error) {
	return connector.Record{Key: key}, nil
}
func (able) Count(context.Context, connector.Kind) (int, error) { return 7, nil }
func (able) Discover(context.Context) (connector.Discovery, error) {
	return connector.Discovery{Types: []connector.RecordType{{Name: "Printer"}}}, nil
}

func (able) Hint(context.Context, []byte) (connector.Hint, error) {
	return connector.Hint{Records: []connector.Ref{{Kind: "asset", Key: "12"}}}, nil
}

// wrapped hides what it can't pass on.
type wrapped struct{ inner connector.Session }

func (wrapped) Read(context.Context, connector.ReadRequest) iter.Seq2[connector.Page, error] {
	return nil
}
func (wrapped) Close() error { return nil }
func (w wrapped) Features() connector.Features {
	f := connector.FeaturesOf(w.inner)
	f.Discover = nil
	return f
}

func TestASessionsAbilitiesAreFound(t *testing.T) {
	t.Parallel()
	none := connector.FeaturesOf(plain{})
	require.True(t, none.Check == nil && none.Get == nil && none.Count == nil && none.Discover == nil && none.Hint == nil)
	require.Nil(t, connector.FeaturesOf(nil).Check)

	all := connector.FeaturesOf(able{})
	result, err := all.Check(t.Context())
	require.NoError(t, err)
	require.Equal(t, "acme", result.Account.Name)
	record, err := all.Get(t.Context(), "asset", "12")
	require.NoError(t, err)
	require.Equal(t, connector.Key("12"), record.Key)
	n, err := all.Count(t.Context(), "asset")
	require.NoError(t, err)
	require.Equal(t, 7, n)
	found, err := all.Discover(t.Context())
	require.NoError(t, err)
	require.Len(t, found.Types, 1)
	hint, err := all.Hint(t.Context(), nil)
	require.NoError(t, err)
	require.Equal(t, []connector.Ref{{Kind: "asset", Key: "12"}}, hint.Records)
}

func TestAWrapperAnswersForTheSessionInside(t *testing.T) {
	t.Parallel()
	f := connector.FeaturesOf(wrapped{wrapped{able{}}})
	require.NotNil(t, f.Check)
	require.NotNil(t, f.Get)
	require.NotNil(t, f.Count)
	require.Nil(t, f.Discover)
	require.Nil(t, connector.FeaturesOf(wrapped{plain{}}).Check)
}

func TestInfoFindsKindsAndDataPoints(t *testing.T) {
	t.Parallel()
	info := connector.Info{Kinds: []connector.KindInfo{{Kind: "asset", DataPoints: []connector.DataPoint{{Name: "serial"}}}}}
	kind, ok := info.Kind("asset")
	require.True(t, ok)
	_, ok = kind.DataPoint("serial")
	require.True(t, ok)
	_, ok = kind.DataPoint("mac")
	require.False(t, ok)
	_, ok = info.Kind("ticket")
	require.False(t, ok)
}

// The engine asks what a session can do and never its type.
func ExampleFeaturesOf() {
	f := connector.FeaturesOf(able{})
	if f.Count != nil {
		n, err := f.Count(context.Background(), "asset")
		fmt.Println(n, err)
	}
	// Output: 7 <nil>
}

// A configuration is checked against its declaration as a whole.
func ExampleParseConfig() {
	_, err := connector.ParseConfig([]connector.ConfigField{
		{Name: "domain", Title: "Domain", Required: true, Example: "acme.example.com"},
		{Name: "pages", Title: "Pages", Type: connector.ConfigInt},
	}, connector.Config{Values: map[string]string{"pages": "many"}})
	fmt.Println(err)
	// Output: configuration: domain: is empty (as in acme.example.com); pages: "many" is not a whole number
}

// Equal things are equal values, however they were written.
func ExampleDecimal() {
	v, err := connector.Decimal("400e-2")
	fmt.Println(v, v.Kind(), v.Equal(connector.Integer(4)), err)
	// Output: 4 integer true <nil>
}
