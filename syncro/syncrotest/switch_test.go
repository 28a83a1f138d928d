package syncrotest_test

import (
	"context"
	"fmt"
	"net/http"
	"os"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/dovetail-sync/dovetail/syncro/syncrotest"
)

// asked makes n requests and returns their statuses. Zero: no answer.
func (c *caller) asked(t testing.TB, path string, n int) []int {
	t.Helper()
	out := make([]int, n)
	for i := range out {
		req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, c.base+path, nil)
		require.NoError(t, err)
		req.Header.Set("Authorization", "Bearer "+c.token)
		// Not by way of a client's connections, which repeat what broke.
		resp, err := c.client.Transport.RoundTrip(req)
		if err != nil {
			continue
		}
		require.NoError(t, resp.Body.Close())
		out[i] = resp.StatusCode
	}
	return out
}

func TestFaultsStrikeByCount(t *testing.T) {
	t.Parallel()
	for fault, want := range map[syncrotest.Fault]string{
		syncrotest.Fault429Storm:                            "[200 200 200 429 429 429 200 200 200 200 200 200 200 200 200 429]",
		syncrotest.Fault503Burst:                            "[200 200 503 503 200 200 200 200 200 200 200 503 503 200 200 200]",
		syncrotest.FaultReset:                               "[200 0 200 200 200 0 200 200 200 0 200 200 200 0 200 200]",
		syncrotest.Fault401List:                             "[200 401 401 401 401 401 401 401 401 401 401 401 401 401 401 401]",
		syncrotest.Fault403Firewall:                         "[200 200 200 403 403 403 403 403 403 403 403 403 403 403 403 403]",
		syncrotest.FaultTokenRevoked:                        "[200 200 200 200 200 401 401 401 401 401 401 401 401 401 401 401]",
		syncrotest.FaultRedirect.At(15, 0):                  "[200 200 200 200 200 200 200 200 200 200 200 200 200 200 302 302]",
		syncrotest.FaultTokenRevoked.At(3, 2):               "[200 200 401 401 200 200 200 200 200 200 200 200 200 200 200 200]",
		syncrotest.FaultTokenRevoked.At(9, 9).At(1, 1):      "[401 200 200 200 200 200 200 200 200 200 200 200 200 200 200 200]",
		"503-burst@2x1":                                     "[200 503 200 200 200 200 200 200 200 200 200 200 200 200 200 200]",
		syncrotest.FaultLimitedToken:                        "[200 200 200 200 200 200 200 200 200 200 200 200 200 200 200 200]",
		syncrotest.Fault504LargePages:                       "[504 504 504 504 504 504 504 504 504 504 504 504 504 504 504 504]",
		syncrotest.FaultRenamedSubdomain.At(1, 1).At(16, 0): "[200 200 200 200 200 200 200 200 200 200 200 200 200 200 200 302]",
	} {
		t.Run(string(fault), func(t *testing.T) {
			t.Parallel()
			bothWays(t, syncrotest.Options{Customers: 70, Faults: []syncrotest.Fault{fault}}, func(t *testing.T, c *caller) {
				require.Equal(t, want, fmt.Sprint(c.asked(t, "/customers", 16)))
				c.account.SwitchOff()
				require.Equal(t, "[200 200]", fmt.Sprint(c.asked(t, "/customers", 2)))
			})
		})
	}
}

func TestTwoFaultsStrikeTogetherInTheOrderOfTheTable(t *testing.T) {
	t.Parallel()
	account := newAccount(t, syncrotest.Options{Customers: 5})
	require.NoError(t, account.SwitchOn(syncrotest.FaultTruncate.At(1, 0), syncrotest.FaultWrongTotal, syncrotest.Fault429Storm.At(2, 1)))
	require.Equal(t, []syncrotest.Fault{"429-storm@2x1", "wrong-total", "truncate@1"}, account.SwitchedOn())
	require.Equal(t, "[200 429 200]", fmt.Sprint(inProcess(account).asked(t, "/customers", 3)))
	var struck []string
	for _, r := range account.Requests() {
		require.Equal(t, "127.0.0.1", r.Caller)
		struck = append(struck, fmt.Sprint(r.Faults))
	}
	require.Equal(t, []string{"[wrong-total truncate]", "[429-storm]", "[wrong-total truncate]"}, struck)
	account.SwitchOff("truncate@7", syncrotest.Fault429Storm)
	require.Equal(t, []syncrotest.Fault{syncrotest.FaultWrongTotal}, account.SwitchedOn())
}

func TestAnUnknownFaultListsTheKnownOnes(t *testing.T) {
	t.Parallel()
	account := newAccount(t, syncrotest.Options{})
	err := account.SwitchOn(syncrotest.FaultTruncate, "tuncate")
	require.ErrorContains(t, err, `there is no fault named "tuncate" (use one of slow, reset,`)
	for _, info := range syncrotest.Faults() {
		require.ErrorContains(t, err, string(info.Name))
	}
	require.Empty(t, account.SwitchedOn(), "none is switched on")
	for _, bad := range []syncrotest.Fault{"slow@", "slow@0", "slow@-1", "slow@x2", "slow@1x", "slow@1x0", "slow@1x-2", "slow@a"} {
		require.ErrorContains(t, account.SwitchOn(bad), "write slow@3 or slow@3x2", bad)
	}
	_, err = syncrotest.New(syncrotest.Options{Faults: []syncrotest.Fault{"nope"}})
	require.ErrorContains(t, err, `"nope"`)
}

func TestEachFaultIsNamedOnceAndSaysWhatHappensAndWhyItIsBelieved(t *testing.T) {
	t.Parallel()
	seen := map[syncrotest.Fault]bool{}
	for _, info := range syncrotest.Faults() {
		require.False(t, seen[info.Name], info.Name)
		seen[info.Name] = true
		for _, sentence := range []string{info.Does, info.Why} {
			require.Greater(t, len(sentence), 10, info.Name)
			require.True(t, strings.HasSuffix(sentence, "."), "%s: %s", info.Name, sentence)
		}
	}
	for name := range strings.FieldsSeq("504-on-large-pages truncate html-200 401-list 429-storm page-shift duplicate-rows wrong-total slow reset " +
		"limited-token renamed-subdomain merge archive") {
		require.True(t, seen[syncrotest.Fault(name)], name)
	}
}

// The documentation of the package has the table, in its words.
func TestTheDocumentationHasTheTable(t *testing.T) {
	t.Parallel()
	doc, err := os.ReadFile("doc.go")
	require.NoError(t, err)
	text := strings.Join(strings.Fields(strings.ReplaceAll(string(doc), "\n//", " ")), " ")
	for _, info := range syncrotest.Faults() {
		require.Contains(t, text, fmt.Sprintf("- %s: %s %s", info.Name, info.Does, info.Why))
	}
	_, table, _ := strings.Cut(string(doc), "// # Faults")
	table, _, _ = strings.Cut(table, "// # Change")
	require.Equal(t, len(syncrotest.Faults()), strings.Count(table, "\n//   - "), "the documentation has other faults")
}

func TestARefusalSaysInBothFormsHowLongToWait(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		c := inProcess(newAccount(t, small()))
		for fault, want := range map[syncrotest.Fault]string{
			syncrotest.Fault429Storm:   "",
			syncrotest.Fault429Seconds: "7",
			syncrotest.Fault429Date:    time.Now().Add(7 * time.Second).UTC().Format(http.TimeFormat),
		} {
			c.account.SwitchOff()
			require.NoError(t, c.account.SwitchOn(fault.At(1, 0)))
			got := c.get(t, "/me")
			require.Equal(t, http.StatusTooManyRequests, got.status)
			require.Equal(t, "Retry later", string(got.body))
			require.Equal(t, want, got.header.Get("Retry-After"), fault)
		}
	})
}

func TestASlowAnswerComesLateAndEndsWithItsCaller(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		c := inProcess(newAccount(t, syncrotest.Options{Faults: []syncrotest.Fault{syncrotest.FaultSlow}}))
		var took []time.Duration
		for range 12 {
			start := time.Now()
			require.Equal(t, http.StatusOK, c.get(t, "/me").status)
			took = append(took, time.Since(start))
		}
		require.Equal(t, []time.Duration{0, 0, 20 * time.Second, 0, 0, 20 * time.Second, 0, 0, 20 * time.Second, 0, 0, 100 * time.Second}, took)
		require.NoError(t, c.account.SwitchOn("slow@1"))
		c.client.Timeout = 5 * time.Second
		start := time.Now()
		_, err := c.client.Get(c.base + "/me")
		require.ErrorIs(t, err, context.DeadlineExceeded)
		require.Equal(t, 5*time.Second, time.Since(start))
	})
}
