package restplatform_test

import (
	"net/http/httptest"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/dovetail-sync/dovetail/connector"
	"github.com/dovetail-sync/dovetail/store"
	"github.com/dovetail-sync/dovetail/store/storetest/restplatform"
)

func TestNewRefusesWhatCannotWork(t *testing.T) {
	t.Parallel()
	key := connector.NewSecret("k")
	for says, cfg := range map[string]restplatform.Config{
		"no http address":             {URL: "docs.example.com", Key: key},
		"is no http address":          {URL: "ftp://docs.example.com", Key: key},
		"looks like https://docs":     {URL: "https:///api/v1", Key: key},
		"leave them out":              {URL: "https://u:hunter2@docs.example.com", Key: key},
		"has a user, a query":         {URL: "https://docs.example.com?key=hunter2", Key: key},
		"the key is missing":          {URL: "https://docs.example.com"},
		"the timeout -1s is negative": {URL: "https://docs.example.com", Key: key, Timeout: -time.Second},
		"new: the URL is no http":     {URL: "https://docs.example.com:hunter2", Key: key},
	} {
		_, err := restplatform.New(cfg)
		require.ErrorContains(t, err, says)
		require.NotContains(t, err.Error(), "hunter2")
	}
}

func TestAnAddressMayEndInASlash(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	d := o.dial(t, restplatform.Config{URL: o.url + "/", Key: o.server.Key()})
	c, err := d.Company(t.Context(), o.company.ID)
	require.NoError(t, err)
	require.Equal(t, o.company, c)
}

func TestThePlatformHasNoVersionsAndNoIntents(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	require.Equal(t, store.Capabilities{Archive: true, MoveCompany: true, MoveLayout: true, MoveNeedsFields: true, Links: true}, o.Capabilities())
	_, err := o.FindCreated(t.Context(), "1")
	requireClass(t, err, nil)
}

func TestClosingEndsIdleConnections(t *testing.T) {
	t.Parallel()
	server := restplatform.NewServer()
	listener := httptest.NewServer(server)
	t.Cleanup(listener.Close)
	d, err := restplatform.New(restplatform.Config{URL: listener.URL + "/api/v1", Key: server.Key()})
	require.NoError(t, err)
	_, err = d.CreateCompany(t.Context(), store.NewCompany{Name: "x"}, intent("w"))
	require.NoError(t, err)
	d.Close()
	_, err = d.CreateCompany(t.Context(), store.NewCompany{Name: "y"}, intent("w"))
	require.NoError(t, err, "it can go on")
	d.Close()
}
