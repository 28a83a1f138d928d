package main

import (
	"bufio"
	"context"
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestRunServesWhatItPrintsAndStopsWithTheContext(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(t.Context())
	reader, writer := io.Pipe()
	done := make(chan error, 1)
	go func() {
		done <- run(ctx, []string{"-addr", "127.0.0.1:0", "-customers", "3", "-token", "abc"}, writer, io.Discard)
		writer.Close()
	}()

	lines := bufio.NewScanner(reader)
	printed := map[string]string{}
	for range 4 {
		require.True(t, lines.Scan())
		name, value, _ := strings.Cut(lines.Text(), "  ")
		printed[name] = strings.TrimSpace(value)
	}
	require.Equal(t, "abc", printed["token"])
	require.Contains(t, printed["try"], printed["base URL"]+"/customers")

	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, printed["base URL"]+"/customers", nil)
	require.NoError(t, err)
	req.Header.Set("Authorization", "Bearer abc")
	resp, err := http.DefaultClient.Do(req)
	require.NoError(t, err)
	body, err := io.ReadAll(resp.Body)
	require.NoError(t, err)
	require.NoError(t, resp.Body.Close())
	require.Equal(t, http.StatusOK, resp.StatusCode)
	require.Contains(t, string(body), `"total_entries":3`)

	cancel()
	require.NoError(t, <-done)
	_, err = http.Get(printed["base URL"])
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
		"unknown flag":      {[]string{"-nope"}, "bad usage"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			require.ErrorContains(t, run(t.Context(), test.args, io.Discard, io.Discard), test.want)
		})
	}
}
