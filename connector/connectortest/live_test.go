package connectortest_test

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"

	"github.com/stretchr/testify/require"

	"github.com/dovetail-sync/dovetail/connector"
	"github.com/dovetail-sync/dovetail/connector/connectortest"
)

// carried answers requests in process, as a fake does that knows nothing of the
// suite.
type carried struct {
	handler http.Handler
	asked   atomic.Int64
}

func (c *carried) RoundTrip(r *http.Request) (*http.Response, error) {
	if r.Body != nil {
		defer r.Body.Close()
	}
	if err := r.Context().Err(); err != nil {
		return nil, err
	}
	c.asked.Add(1)
	w := httptest.NewRecorder()
	c.handler.ServeHTTP(w, r)
	return w.Result(), nil
}

// account returns a connector and an account that is filled and nothing more.
func account(t *testing.T, breaks string) (connectortest.Live, *carried) {
	t.Helper()
	fake := newRefFake()
	up := fake.upstream(newReference(breaks))
	for n := range 40 {
		company, err := up.Add(connectortest.Seed{Kind: "company", Name: strings.Repeat("x", n+1)})
		require.NoError(t, err)
		_, err = up.Add(connectortest.Seed{Kind: "device", Name: "device", Container: company})
		require.NoError(t, err)
	}
	way := &carried{handler: fake}
	return connectortest.Live{
		Connector: up.Connector, Options: connector.OpenOptions{Config: up.Config, RoundTripper: way}, Pages: 2,
	}, way
}

func TestARealAccountIsOnlyReadAndOnlyALittle(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		live, way := account(t, "")
		report := connectortest.CheckLive(t.Context(), live)
		require.NoError(t, report.Err())
		require.Greater(t, len(report), 15)
		require.Less(t, way.asked.Load(), int64(200))
		text := report.String()
		require.Contains(t, text, "ok    a read resumes after every page\n")
		require.Contains(t, text, "0 broken, 0 skipped")
	})
}

func TestARealAccountShowsWhatIsBroken(t *testing.T) {
	t.Parallel()
	for breaks, want := range map[string]string{
		"describes a container that is no kind": "the description is sound",
		"hands out its own description":         "the description is constant",
		"has fields that it doesn't declare":    "a record is what its kind declares",
		"uses its page again":                   "a page belongs to its consumer",
		"ignores the companies":                 "a limited read delivers its companies only",
		"goes on after the consumer stopped":    "nothing happens after the consumer stopped",
		"takes any checkpoint":                  "a checkpoint that can't be read is stale",
		"quotes a misplaced credential":         "a credential in the wrong place is not shown",
	} {
		t.Run(breaks, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				live, _ := account(t, breaks)
				report := connectortest.CheckLive(t.Context(), live)
				require.ErrorContains(t, report.Err(), want+": ")
				require.Contains(t, report.String(), "FAIL  "+want)
				require.NotContains(t, report.String(), "spoiled", "nothing of it stays behind")
			})
		})
	}
}
