package syncro_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/require"

	"github.com/dovetail-sync/dovetail/connector"
	"github.com/dovetail-sync/dovetail/syncro"
	"github.com/dovetail-sync/dovetail/syncro/syncrotest"
)

func TestOverRealHTTPTheSameIsReadAsInProcess(t *testing.T) {
	t.Parallel()
	account := newAccount(t, syncrotest.Options{Customers: 120, Contacts: 130, Assets: 130})
	server := account.Start()
	defer server.Close()
	over := open(t, account, unpaced, func(opt *connector.OpenOptions) {
		opt.RoundTripper, opt.Endpoint = nil, server.URL
	})
	in := open(t, account, unpaced)
	for _, kind := range kinds {
		require.Empty(t, cmp.Diff(read(t, in, connector.ReadRequest{Kind: kind}), read(t, over, connector.ReadRequest{Kind: kind})))
	}
	require.Empty(t, cmp.Diff(check(t, in), check(t, over)))
}

func TestOpenMakesNoRequest(t *testing.T) {
	t.Parallel()
	account := newAccount(t, syncrotest.Options{})
	open(t, account)
	require.Empty(t, account.Requests())
}

func TestRequestsCarryWhatSyncroAsksFor(t *testing.T) {
	t.Parallel()
	account := newAccount(t, syncrotest.Options{Customers: 3})
	s := open(t, account, unpaced)
	read(t, s, connector.ReadRequest{Kind: syncro.KindCustomer})
	for _, r := range account.Requests() {
		require.Equal(t, "GET", r.Method)
		require.Equal(t, "true", r.Query.Get("include_disabled"))
		require.False(t, r.Query.Has("api_key"))
	}
}

func TestInfoIsConstantAndComplete(t *testing.T) {
	t.Parallel()
	info := syncro.New().Info()
	require.Empty(t, cmp.Diff(info, syncro.New().Info()))
	require.Equal(t, "syncro", info.Name)
	require.Equal(t, info.Container, info.Kinds[0].Kind)
	for _, kind := range info.Kinds {
		var names []string
		for _, point := range kind.DataPoints {
			require.Equal(t, strings.ToLower(point.Name), point.Name)
			require.NotEmpty(t, point.Title)
			require.NotEqual(t, connector.KindAbsent, point.Type)
			names = append(names, point.Name)
		}
		slices.Sort(names)
		require.Equal(t, slices.Compact(slices.Clone(names)), names, "each name once")
	}
}

// The sample is a whole answer of the real system.
func TestARealAnswerIsRead(t *testing.T) {
	t.Parallel()
	raw := sample(t, "asset-update-response.json")
	_, body, ok := strings.Cut(string(raw), `"asset": `)
	require.True(t, ok)
	body = strings.TrimSpace(body)
	body = strings.TrimSpace(strings.TrimSuffix(strings.TrimSpace(strings.TrimSuffix(body, "}")), "}"))
	got := row(t, syncro.KindAsset, body)
	require.Equal(t, connector.Key("9708669"), got.Key)
	require.Equal(t, connector.Key("31383993"), got.Container)
	require.Equal(t, "HHP", got.Type)
	require.Empty(t, cmp.Diff(connector.Fields{
		"serial": connector.Text("R00X00X00XX"), "model": connector.Text("SM-A705X"),
		"properties.Model No.:": connector.Text("SM-A705X"), "properties.IMEI No.": connector.Text("000000000000000"),
	}, got.Fields))
}
