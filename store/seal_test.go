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
	s, err := store.NewAESSealer(account, store.AESKey{ID: "k1", Key: key})
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
		"an id without end":   {sealer(t, key, "acme"), scope, []byte{9, 'k'}},
		"an unknown key":      {sealer(t, key, "acme"), scope, []byte("\x02k9 and more")},
	} {
		_, err := try.sealer.Open(t.Context(), try.scope, try.sealed)
		require.ErrorContains(t, err, "again)", name)
		require.NotContains(t, err.Error(), "a-token", name)
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

func TestAKeyCanBeReplacedWhileTheOldOneStillOpens(t *testing.T) {
	t.Parallel()
	scope := store.SealScope{Integration: "i", Field: "f"}
	old := store.AESKey{ID: "2025", Key: key}
	renewed := store.AESKey{ID: "2026", Key: bytes.Repeat([]byte{9}, 16)}
	before, err := store.NewAESSealer("acme", old)
	require.NoError(t, err)
	sealed, err := before.Seal(t.Context(), scope, []byte("a-token"))
	require.NoError(t, err)

	both, err := store.NewAESSealer("acme", renewed, old)
	require.NoError(t, err)
	plain, err := both.Open(t.Context(), scope, sealed)
	require.NoError(t, err)
	require.Equal(t, "a-token", string(plain))
	again, err := both.Seal(t.Context(), scope, plain)
	require.NoError(t, err)
	id, _, ok := store.SealedKeyID(again)
	require.True(t, ok)
	require.Equal(t, "2026", id)

	after, err := store.NewAESSealer("acme", renewed)
	require.NoError(t, err)
	_, err = after.Open(t.Context(), scope, again)
	require.NoError(t, err)
	_, err = after.Open(t.Context(), scope, sealed)
	require.ErrorContains(t, err, `"2025"`)

	// The id is part of what is bound: a credential can't be passed to another key.
	same, err := store.NewAESSealer("acme", store.AESKey{ID: "2027", Key: key})
	require.NoError(t, err)
	_, err = same.Open(t.Context(), scope, bytes.Replace(sealed, []byte("2025"), []byte("2027"), 1))
	require.ErrorContains(t, err, "enter it again")
}

func TestKeysThatCannotBeUsedAreRefused(t *testing.T) {
	t.Parallel()
	good := store.AESKey{ID: "k1", Key: key}
	for want, keys := range map[string][]store.AESKey{
		"no key":             nil,
		"16, 24 or 32 bytes": {good, {ID: "k2", Key: []byte("short")}},
		"two keys have":      {good, good},
		"0 bytes":            {{Key: key}},
		"33 bytes":           {{ID: "123456789012345678901234567890123", Key: key}},
	} {
		_, err := store.NewAESSealer("", keys...)
		require.ErrorContains(t, err, want)
	}
}

func FuzzSealedKeyID(f *testing.F) {
	f.Add([]byte("\x02k1rest"))
	f.Add([]byte{})
	f.Add([]byte{33})
	f.Fuzz(func(t *testing.T, sealed []byte) {
		id, body, ok := store.SealedKeyID(sealed)
		if ok {
			require.Equal(t, sealed, append(append([]byte{byte(len(id))}, id...), body...))
		}
	})
}
