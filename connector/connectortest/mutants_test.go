package connectortest_test

import (
	"context"
	"flag"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/dovetail-sync/dovetail/connector/connectortest"
)

func fixture(breaks string) connectortest.Fixture {
	return connectortest.Fixture{New: func(context.Context) (connectortest.Upstream, error) {
		return newRefFake().upstream(newReference(breaks)), nil
	}}
}

// The suite has nothing against a connector that keeps the rules.
func TestConformance(t *testing.T) {
	t.Parallel()
	connectortest.Test(t, fixture(""))
}

// mutants are the broken connectors, and the check that has to be the first to
// notice.
func mutants() map[string]string {
	return map[string]string{
		"describes a container that is no kind":        "the description is sound",
		"hands out its own description":                "the description is constant",
		"describes itself by its account":              "the description is constant",
		"doesn't hear how long to wait":                "Retry-After is waited for",
		"takes a refusal in a 200 for an empty page":   "a fault that passes loses nothing",
		"shows the credential to who asks for nothing": "no credential is shown",
		"stops at the first problem":                   "a configuration is refused with all its problems",
		"quotes a misplaced credential":                "a credential in the wrong place is not shown",
		"has no page for an empty account":             "an account without records is read to its end",
		"ends without saying so":                       "a read ends with a page that says so",
		"leaves out the first row of a page":           "every record is delivered",
		"has no names":                                 "every record is delivered",
		"has fields that it doesn't declare":           "a record is what its kind declares",
		"reads an undeclared kind":                     "an undeclared kind is refused",
		"is read once":                                 "ranging twice reads twice",
		"keeps one place for all reads":                "two reads at a time are both whole",
		"uses its page again":                          "a page belongs to its consumer",
		"keeps its pages":                              "a page belongs to its consumer",
		"ignores the companies":                        "a limited read delivers its companies only",
		"goes on after the consumer stopped":           "nothing happens after the consumer stopped",
		"reads ahead":                                  "nothing happens after the consumer stopped",
		"calls a stop an outage":                       "a cancelled read ends",
		"tries again what was stopped":                 "a request that is cancelled on its way ends the read",
		"has its own idea of a deadline":               "a deadline ends a read",
		"outlives its Close":                           "a closed session reads nothing",
		"leaves a goroutine behind":                    "a closed session leaves nothing running",
		"tries the connection at once":                 "opening makes no request",
		"skips a page when it is resumed":              "a read resumes after every page",
		"begins again":                                 "a resumed read goes on where it was",
		"resumes after the time":                       "records of one time are not skipped",
		"takes any checkpoint":                         "a checkpoint that can't be read is stale",
		"takes a forgotten place for the end":          "a place that the upstream has forgotten is stale",
		"swallows the error of a page":                 "a fault that passes loses nothing",
		"goes on after an error":                       "an undeclared kind is refused",
		"has no codes for a refusal":                   "a fault that stays is an error with its code",
		"tries again at once":                          "Retry-After is waited for",
		"loses rows on smaller pages":                  "a page that the upstream can't make is asked for in parts",
		"goes in circles":                              "a list that goes in circles ends",
		"claims to be exhaustive over offsets":         "Exhaustive is not claimed where a record was missed",
		"counts on when it is resumed":                 "Exhaustive is not claimed by a resumed read that missed a record",
		"refuses what grows":                           "a source that grows is read to its end",
		"leaves out what it can't decode":              "a record that can't be decoded is reported",
		"takes a key for a path":                       "a key is kept as it is",
		"escapes names":                                "a name is kept as it is",
		"looks records up without their names":         "a record is found by its id",
		"has an empty record for a missing one":        "a record that doesn't exist is not found",
		"takes a refusal for a missing record":         "a fault is not taken for a missing record",
		"counts what it doesn't declare":               "the connection can be checked",
		"is content with any answer":                   "wrong credentials fail the check",
		"counts without an answer":                     "records are counted",
		"discovers what it declares":                   "what an account has of its own is discovered",
		"paces a call and not its tries":               "every request waits for its turn",
		"goes on without a turn":                       "a turn that is refused ends the read",
		"goes on with what wasn't saved":               "a replaced credential is used once it is saved",
		"gives a login up":                             "a replaced credential outlives whoever gave up",
		"forgets changes of one time":                  "changes are delivered, also those of one time",
		"delivers deleted records as living":           "changes are delivered, also those of one time",
		"reads everything in place of changes":         "changes are not read where they can't be",
		"logs the credential":                          "no credential is shown",
		"shows the credential in an error":             "no credential is shown",
		"shows the address in an error":                "an error shows neither a query nor a web page",
	}
}

// A suite that a broken connector passes proves nothing. Each of these breaks
// one rule, and the check of that rule is the first to fail. Together they make
// every check fail.
func TestMutants(t *testing.T) {
	t.Parallel()
	var mu sync.Mutex
	first := map[string]bool{}
	t.Run("each", func(t *testing.T) { // it ends when all mutants have been tried
		for breaks, want := range mutants() {
			t.Run(breaks, func(t *testing.T) {
				t.Parallel()
				var result connectortest.Result
				synctest.Test(t, func(t *testing.T) {
					result = connectortest.FirstFailure(t.Context(), fixture(breaks))
					time.Sleep(2 * time.Hour) // what was left behind has ended then
				})
				require.Equal(t, want, result.Name, "%v", result.Err)
				require.ErrorContains(t, result.Err, want)
				require.ErrorContains(t, result.Err, result.Rule)
				mu.Lock()
				defer mu.Unlock()
				first[want] = true
			})
		}
	})
	if filter := flag.Lookup("test.run").Value.String(); strings.Contains(filter, "/") {
		return // some mutants were left out
	}
	var report connectortest.Report
	synctest.Test(t, func(t *testing.T) { report = connectortest.Check(t.Context(), fixture("")) })
	require.NoError(t, report.Err())
	for _, result := range report {
		require.Empty(t, result.Skipped, "the reference connector has everything that a check needs")
		require.True(t, first[result.Name], "there is no mutant that %q is the first to notice", result.Name)
	}
}
