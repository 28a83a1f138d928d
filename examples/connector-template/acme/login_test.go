package acme_test

import (
	"context"
	"fmt"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/dovetail-sync/dovetail/connector"
	"github.com/dovetail-sync/dovetail/examples/connector-template/acme"
	"github.com/dovetail-sync/dovetail/examples/connector-template/acme/acmetest"
)

// open opens a session on an account with a few pages of clients.
func open(t *testing.T, save func(connector.Secret)) (*acmetest.Account, connector.Session) {
	t.Helper()
	account := acmetest.New()
	for n := range 4 * acmetest.PageRows {
		account.Put("clients", acmetest.Row{"name": fmt.Sprintf("Client %d", n)})
	}
	up := account.Upstream(acme.New())
	s, err := up.Connector.Open(t.Context(), connector.OpenOptions{
		Config: up.Config, RoundTripper: inProcess{account},
		Host: connector.Host{SaveSecret: func(_ context.Context, field string, secret connector.Secret) error {
			require.Equal(t, acme.FieldRefreshToken, field)
			save(secret)
			return nil
		}},
	})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, s.Close()) })
	return account, s
}

// readClients reads all clients and calls between after each page.
func readClients(t *testing.T, s connector.Session, between func()) (records int) {
	t.Helper()
	for page, err := range s.Read(t.Context(), connector.ReadRequest{Kind: acme.KindClient}) {
		require.NoError(t, err)
		records += len(page.Records)
		between()
	}
	return records
}

func TestReadsAtTheSameTimeLogInOnce(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		saved := 0
		account, s := open(t, func(connector.Secret) { saved++ })
		var reads sync.WaitGroup
		for range 8 {
			reads.Go(func() {
				if n := readClients(t, s, func() {}); n != 4*acmetest.PageRows {
					t.Errorf("delivered %d", n)
				}
			})
		}
		reads.Wait()
		require.Equal(t, 1, account.Logins())
		require.Equal(t, 1, saved)
	})
}

func TestAnAccessTokenThatRunsOutIsReplacedAmongThePages(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var saved []string
		account, s := open(t, func(secret connector.Secret) { saved = append(saved, secret.Reveal()) })
		pages := 0
		n := readClients(t, s, func() {
			pages++
			account.RunOut()
		})
		require.Equal(t, 4*acmetest.PageRows, n)
		require.Equal(t, pages, account.Logins())
		require.Len(t, saved, pages)
		require.Equal(t, account.RefreshToken(), saved[pages-1], "the newest one is kept")
	})
}

// The refresh token works once: a caller that gives up while it is replaced must
// not be the end of it.
func TestALoginThatNobodyWaitsForIsNotLost(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		saved := ""
		account, s := open(t, func(secret connector.Secret) { saved = secret.Reveal() })
		ctx, cancel := context.WithTimeout(t.Context(), 5*time.Millisecond) // the answer takes ten
		defer cancel()
		for _, err := range s.Read(ctx, connector.ReadRequest{Kind: acme.KindClient}) {
			require.Equal(t, connector.CodeCanceled, connector.CodeOf(err))
		}
		require.NoError(t, s.Close())
		require.Equal(t, 1, account.Logins())
		require.Equal(t, account.RefreshToken(), saved)
	})
}
