package connector_test

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/dovetail-sync/dovetail/connector"
)

func TestAnErrorReadsFromTheSourceToTheRemedy(t *testing.T) {
	t.Parallel()
	cause := errors.New("connection reset")
	for want, err := range map[string]*connector.Error{
		"syncro: list assets page 3: rate_limited: 429 Retry later (wait a minute)": {
			Code: connector.CodeRateLimited, Source: "syncro", Op: "list assets page 3", Detail: "429 Retry later", Remedy: "wait a minute",
		},
		"syncro: get asset 7: unavailable: connection reset": {Code: connector.CodeUnavailable, Source: "syncro", Op: "get asset 7", Err: cause},
		"unknown": {},
	} {
		require.Equal(t, want, err.Error())
	}
	require.ErrorIs(t, &connector.Error{Err: cause}, cause)
}

func TestTheCodeOfAnErrorIsThatOfTheFirstInItsTree(t *testing.T) {
	t.Parallel()
	limited := &connector.Error{Code: connector.CodeRateLimited, RetryAfter: time.Minute}
	for name, tt := range map[string]struct {
		err  error
		code connector.Code
	}{
		"none":                 {nil, ""},
		"plain":                {errors.New("x"), connector.CodeUnknown},
		"itself":               {limited, connector.CodeRateLimited},
		"wrapped":              {fmt.Errorf("run 7: %w", limited), connector.CodeRateLimited},
		"joined":               {errors.Join(errors.New("x"), limited), connector.CodeRateLimited},
		"without code":         {&connector.Error{}, connector.CodeUnknown},
		"around another":       {&connector.Error{Code: connector.CodeAuth, Err: limited}, connector.CodeAuth},
		"around a context's":   {&connector.Error{Code: connector.CodeUnavailable, Err: context.DeadlineExceeded}, connector.CodeUnavailable},
		"configuration":        {fmt.Errorf("open: %w", &connector.ConfigError{}), connector.CodeConfig},
		"canceled":             {fmt.Errorf("x: %w", context.Canceled), connector.CodeCanceled},
		"deadline of a caller": {context.DeadlineExceeded, connector.CodeCanceled},
	} {
		require.Equal(t, tt.code, connector.CodeOf(tt.err), name)
	}
	require.Equal(t, time.Minute, connector.RetryAfter(fmt.Errorf("x: %w", limited)))
	require.Zero(t, connector.RetryAfter(errors.New("x")))
}

func TestWhatCanSucceedLaterIsRetryable(t *testing.T) {
	t.Parallel()
	retryable := map[connector.Code]bool{
		connector.CodeRateLimited: true, connector.CodeUnavailable: true, connector.CodeStaleCheckpoint: true, connector.CodeIncomplete: true,
	}
	for _, row := range connector.Codes() {
		require.Equal(t, retryable[row.Code], connector.Retryable(&connector.Error{Code: row.Code}), row.Code)
		require.False(t, row.Retryable && row.Attention, row.Code)
		require.NotEmpty(t, row.Meaning)
		require.NotEmpty(t, row.Reaction)
		require.Equal(t, row, row.Code.Info())
	}
	require.False(t, connector.Retryable(nil))
	require.Equal(t, connector.CodeUnknown, connector.Code("new").Info().Code)
}

func TestTheTableOfCodesCanNotBeChangedByACaller(t *testing.T) {
	t.Parallel()
	connector.Codes()[0].Statuses = []int{200}
	require.Equal(t, connector.CodeUnknown, connector.CodeOfStatus(200))
}

func TestStatusesMeanCodes(t *testing.T) {
	t.Parallel()
	for status, want := range map[int]connector.Code{
		200: connector.CodeUnknown, 302: connector.CodeUnknown, 400: connector.CodeUnknown, 401: connector.CodeAuth, 403: connector.CodePermission,
		404: connector.CodeNotFound, 408: connector.CodeUnavailable, 410: connector.CodeNotFound, 413: connector.CodeTooLarge, 422: connector.CodeUnknown,
		429: connector.CodeRateLimited, 500: connector.CodeUnavailable, 504: connector.CodeUnavailable, 520: connector.CodeUnavailable, 600: connector.CodeUnknown,
	} {
		require.Equal(t, want, connector.CodeOfStatus(status), status)
	}
}
