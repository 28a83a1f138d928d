package syncrotest_test

import (
	"encoding/json"
	"io"
	"net/http"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/dovetail-sync/dovetail/syncro/syncrotest"
)

// caller asks an account, over one way or the other.
type caller struct {
	account *syncrotest.Account
	client  *http.Client
	base    string
	token   string
}

// answer is a whole response.
type answer struct {
	status int
	header http.Header
	body   []byte
}

func newAccount(t testing.TB, opt syncrotest.Options) *syncrotest.Account {
	t.Helper()
	account, err := syncrotest.New(opt)
	require.NoError(t, err)
	return account
}

func inProcess(account *syncrotest.Account) *caller {
	return &caller{account, &http.Client{Transport: account.RoundTripper()}, account.BaseURL(), account.Token()}
}

func overHTTP(t testing.TB, account *syncrotest.Account) *caller {
	t.Helper()
	server := account.Start()
	t.Cleanup(server.Close)
	return &caller{account, &http.Client{Transport: &http.Transport{}}, server.BaseURL(), account.Token()}
}

// bothWays runs a test over real HTTP and in process, each with an account of
// its own.
func bothWays(t *testing.T, opt syncrotest.Options, test func(*testing.T, *caller)) {
	t.Helper()
	t.Run("over HTTP", func(t *testing.T) {
		t.Parallel()
		test(t, overHTTP(t, newAccount(t, opt)))
	})
	t.Run("in process", func(t *testing.T) {
		t.Parallel()
		test(t, inProcess(newAccount(t, opt)))
	})
}

// do asks with the caller's token, where it has one.
func (c *caller) do(t testing.TB, method, path string) answer {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), method, c.base+path, nil)
	require.NoError(t, err)
	if c.token != "" {
		req.Header.Set("Authorization", "Bearer "+c.token)
	}
	resp, err := c.client.Do(req)
	require.NoError(t, err)
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	require.NoError(t, err)
	return answer{resp.StatusCode, resp.Header, body}
}

func (c *caller) get(t testing.TB, path string) answer {
	t.Helper()
	return c.do(t, http.MethodGet, path)
}

// object gets a JSON object that must be there.
func (c *caller) object(t testing.TB, path string) map[string]any {
	t.Helper()
	got := c.get(t, path)
	require.Equal(t, http.StatusOK, got.status, "%s: %s", path, got.body)
	var out map[string]any
	require.NoError(t, json.Unmarshal(got.body, &out))
	return out
}

type row struct {
	ID         int64           `json:"id"`
	CustomerID *int64          `json:"customer_id"`
	Type       string          `json:"asset_type"`
	Name       string          `json:"name"`
	Business   *string         `json:"business_name"`
	UpdatedAt  string          `json:"updated_at"`
	Customer   json.RawMessage `json:"customer"`
}

type listing struct {
	Customers []row
	Contacts  []row
	Assets    []row
	Meta      struct {
		TotalPages   int `json:"total_pages"`
		TotalEntries int `json:"total_entries"`
		PerPage      int `json:"per_page"`
		Page         int
	}
}

func (l listing) rows() []row {
	return append(append(l.Customers, l.Contacts...), l.Assets...)
}

func (c *caller) list(t testing.TB, path string) listing {
	t.Helper()
	got := c.get(t, path)
	require.Equal(t, http.StatusOK, got.status, "%s: %s", path, got.body)
	var out listing
	require.NoError(t, json.Unmarshal(got.body, &out))
	return out
}

func idsOf(rows []row) []int64 {
	out := make([]int64, len(rows))
	for i, r := range rows {
		out[i] = r.ID
	}
	return out
}
