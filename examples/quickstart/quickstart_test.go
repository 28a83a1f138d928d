package main

import (
	"bytes"
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/dovetail-sync/dovetail/syncro/syncrotest"
)

func TestTheTourRunsToItsEndAndCountsItsChanges(t *testing.T) {
	t.Parallel()
	var out bytes.Buffer
	require.NoError(t, runPretended(t.Context(), syncrotest.Options{Customers: 40, Contacts: 100, Assets: 300}, newPrinter(&out, true)))
	changes := make(map[string]int)
	var order []string
	for dec := json.NewDecoder(&out); dec.More(); {
		var step struct {
			Step    string `json:"step"`
			Changes int    `json:"changes"`
			AddsUp  *bool  `json:"adds_up"`
		}
		require.NoError(t, dec.Decode(&step))
		order = append(order, step.Step)
		changes[step.Step] = step.Changes
		require.False(t, step.AddsUp != nil && !*step.AddsUp, "step %s doesn't add up", step.Step)
	}
	require.Equal(t, []string{"connect", "companies", "match", "plan", "apply", "resync", "change"}, order)
	require.Greater(t, changes["apply"], 300)
	require.Zero(t, changes["resync"])
	require.Equal(t, 6, changes["change"])
}

func TestPeopleAreShownEveryStep(t *testing.T) {
	t.Parallel()
	var out bytes.Buffer
	require.NoError(t, runPretended(t.Context(), syncrotest.Options{Customers: 30, Contacts: 60, Assets: 200}, newPrinter(&out, false)))
	for _, wanted := range []string{"7. ", "same name", "granted", "why, for example", "0 changes", "upstream "} {
		require.Contains(t, out.String(), wanted)
	}
	require.NotContains(t, out.String(), "{", "a sentence was not filled in")
}

func TestAMalformedDomainIsRefusedBeforeAnythingIsAsked(t *testing.T) {
	t.Setenv("SYNCRO_API_KEY", "no-real-key")
	err := runReal(t.Context(), "https://Acme.syncromsp.com/customers", false, newPrinter(&bytes.Buffer{}, true))
	require.ErrorContains(t, err, "domain")
	require.ErrorContains(t, err, "acme.syncromsp.com")
	require.NotContains(t, err.Error(), "no-real-key")
}
