package livetest_test

import (
	"bytes"
	"context"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/dovetail-sync/dovetail/store"
	"github.com/dovetail-sync/dovetail/store/sqlstore"
	"github.com/dovetail-sync/dovetail/store/storetest"
)

// sealer closes what the tests keep.
func sealer(tb testing.TB) store.Sealer {
	tb.Helper()
	s, err := store.NewAESSealer("test", store.AESKey{ID: "k1", Key: bytes.Repeat([]byte{7}, 32)})
	require.NoError(tb, err)
	return s
}

// platform is a store's documents with the people who work on them.
func platform(d *sqlstore.Documents) storetest.Platform {
	return storetest.Platform{Documents: d, People: storetest.People{
		EditAsset: d.EditAsset, EditCompany: d.EditCompany, EditLayout: d.EditLayout,
		DeleteAsset: d.DeleteAsset, DeleteCompany: d.DeleteCompany,
	}}
}

func TestDocumentsKeepTheContract(t *testing.T) {
	t.Parallel()
	eachDatabase(t, func(t *testing.T, d database) {
		a := &accounts{db: openDB(t, sqlstore.Config{DB: d.open(t)(), Dialect: d.dialect, Sealer: sealer(t)})}
		storetest.TestDocuments(t, storetest.DocumentsFixture{
			New: func(context.Context) (storetest.Platform, error) {
				s, err := a.next()
				if err != nil {
					return storetest.Platform{}, err
				}
				return platform(s.Platform()), nil
			},
			Joint: func(context.Context) (store.Store, error) { return a.next() },
		})
	})
}
