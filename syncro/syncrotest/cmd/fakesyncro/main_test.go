package main

import (
	"bufio"
	"context"
	"flag"
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/dovetail-sync/dovetail/syncro/syncrotest"
)

func TestRunServesWhatItPrintsAndStopsWithTheContext(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(t.Context())
	reader, writer := io.Pipe()
	done := make(chan error, 1)
	go func() {
		done <- run(ctx, []string{"-addr", "127.0.0.1:0", "-customers", "3", "-token", "abc", "-fault", "401-list@2x1", "-fault", "wrong-total"}, writer, io.Discard)
		writer.Close()
	}()

	lines := bufio.NewScanner(reader)
	printed := map[string]string{}
	for range 5 {
		require.True(t, lines.Scan())
		name, value, _ := strings.Cut(lines.Text(), "  ")
		printed[name] = strings.TrimSpace(value)
	}
	require.Equal(t, "abc", printed["token"])
	require.Contains(t, printed["try"], printed["base URL"]+"/customers")

	require.Equal(t, "401-list@2x1, wrong-total", printed["faults"])
	call := func(method, url string) (int, string) {
		req, err := http.NewRequestWithContext(t.Context(), method, url, nil)
		require.NoError(t, err)
		req.Header.Set("Authorization", "Bearer abc")
		resp, err := http.DefaultClient.Do(req)
		require.NoError(t, err)
		body, err := io.ReadAll(resp.Body)
		require.NoError(t, err)
		require.NoError(t, resp.Body.Close())
		return resp.StatusCode, string(body)
	}
	list, faults := printed["base URL"]+"/customers", strings.TrimSuffix(printed["base URL"], "/api/v1")+"/faults"
	status, body := call(http.MethodGet, list)
	require.Equal(t, http.StatusOK, status)
	require.Contains(t, body, `"total_entries":1,`, "half of three")
	status, _ = call(http.MethodGet, list)
	require.Equal(t, http.StatusUnauthorized, status)

	_, body = call(http.MethodGet, faults)
	require.Contains(t, body, "on  401-list ")
	_, body = call(http.MethodDelete, faults+"/401-list")
	require.Contains(t, body, "    401-list ")
	require.Contains(t, body, "on  wrong-total ")
	call(http.MethodDelete, faults)
	_, body = call(http.MethodGet, list)
	require.Contains(t, body, `"total_entries":3,`)
	status, body = call(http.MethodPut, faults+"/empty-200@1")
	require.Equal(t, http.StatusOK, status)
	require.Contains(t, body, "on  empty-200 ")
	_, body = call(http.MethodGet, list)
	require.Empty(t, body)
	status, body = call(http.MethodPut, faults+"/nope")
	require.Equal(t, http.StatusNotFound, status)
	require.Contains(t, body, "use one of")

	cancel()
	require.NoError(t, <-done)
	_, err := http.Get(printed["base URL"])
	require.Error(t, err, "still serving after the end")
}

func TestRunRefusesBadArguments(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		args []string
		want string
	}{
		"another interface": {[]string{"-addr", "0.0.0.0:0"}, "not a loopback address"},
		"negative size":     {[]string{"-assets", "-1"}, "Assets is -1"},
		"an argument":       {[]string{"now"}, `unexpected argument "now"`},
		"unknown fault":     {[]string{"-fault", "nope"}, `no fault named "nope" (use one of slow, reset, `},
		"a count":           {[]string{"-fault", "slow@x"}, "write slow@3 or slow@3x2"},
		"unknown flag":      {[]string{"-nope"}, "bad usage"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			require.ErrorContains(t, run(t.Context(), test.args, io.Discard, io.Discard), test.want)
		})
	}
}

func TestHelpNamesEveryFaultAndWhyItIsBelieved(t *testing.T) {
	t.Parallel()
	var help strings.Builder
	require.ErrorIs(t, run(t.Context(), []string{"-h"}, io.Discard, &help), flag.ErrHelp)
	for _, f := range syncrotest.Faults() {
		require.Contains(t, help.String(), "  "+string(f.Name)+"\n")
		require.Contains(t, help.String(), f.Does)
		require.Contains(t, help.String(), f.Why)
	}
}
