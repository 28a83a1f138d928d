package store_test

import (
	"bytes"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/dovetail-sync/dovetail/store"
)

var key = bytes.Repeat([]byte{7}, 32)

func sealer(t *testing.T, key []byte, account string) *store.AESSealer {
	t.Helper()
	s, err := store.NewAESSealer(key, account)
	require.NoError(t, err)
	return s
}

func TestACredentialIsOpenedOnlyWhereItWasSealed(t *testing.T) {
	t.Parallel()
	scope := store.SealScope{Integration: "syncro-1", Field: "api_key"}
	sealed, err := sealer(t, key, "acme").Seal(t.Context(), scope, []byte("a-token"))
	require.NoError(t, err)
	require.NotContains(t, string(sealed), "a-token")

	plain, err := sealer(t, key, "acme").Open(t.Context(), scope, sealed)
	require.NoError(t, err)
	require.Equal(t, "a-token", string(plain))

	bent := bytes.Clone(sealed)
	bent[len(bent)-1] ^= 1
	for name, try := range map[string]struct {
		sealer *store.AESSealer
		scope  store.SealScope
		sealed []byte
	}{
		"another account":     {sealer(t, key, "other"), scope, sealed},
		"another integration": {sealer(t, key, "acme"), store.SealScope{Integration: "syncro-2", Field: "api_key"}, sealed},
		"another field":       {sealer(t, key, "acme"), store.SealScope{Integration: "syncro-1", Field: "domain"}, sealed},
		"shifted names":       {sealer(t, key, "acme"), store.SealScope{Integration: `syncro-1" "api_key`, Field: ""}, sealed},
		"another key":         {sealer(t, bytes.Repeat([]byte{8}, 32), "acme"), scope, sealed},
		"a bent one":          {sealer(t, key, "acme"), scope, bent},
		"a cut one":           {sealer(t, key, "acme"), scope, sealed[:5]},
		"nothing":             {sealer(t, key, "acme"), scope, nil},
	} {
		_, err := try.sealer.Open(t.Context(), try.scope, try.sealed)
		require.ErrorContains(t, err, "enter it again", name)
	}
}

func TestTheSameCredentialIsNeverSealedTheSameWay(t *testing.T) {
	t.Parallel()
	s, scope := sealer(t, key, "acme"), store.SealScope{Integration: "i", Field: "f"}
	one, err := s.Seal(t.Context(), scope, []byte("x"))
	require.NoError(t, err)
	two, err := s.Seal(t.Context(), scope, []byte("x"))
	require.NoError(t, err)
	require.NotEqual(t, one, two)
}

func TestAKeyOfAWrongLengthIsRefused(t *testing.T) {
	t.Parallel()
	_, err := store.NewAESSealer([]byte("short"), "")
	require.ErrorContains(t, err, "16, 24 or 32 bytes")
}
