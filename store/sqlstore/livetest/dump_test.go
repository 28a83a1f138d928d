package livetest_test

import (
	"bytes"
	"database/sql"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/dovetail-sync/dovetail/connector"
	"github.com/dovetail-sync/dovetail/store"
	"github.com/dovetail-sync/dovetail/store/sqlstore"
)

// canaries are what must not be readable in the database, in whatever form it
// might be written there.
func canaries(secret string) [][]byte {
	forms := [][]byte{[]byte(secret), []byte(hex.EncodeToString([]byte(secret)))}
	for shift := range 3 { // base64 of it in the middle of something
		text := base64.StdEncoding.EncodeToString(append(bytes.Repeat([]byte{'x'}, shift), secret...))
		forms = append(forms, []byte(text[4:len(text)-4]))
	}
	return forms
}

// cells are all values in the tables of a database.
func cells(t *testing.T, d database, pool *sql.DB) (all [][]byte) {
	t.Helper()
	tables := tableNames(t, d.dialect, pool)
	require.Greater(t, len(tables), 20)
	for _, table := range tables {
		_, rows := tableRows(t, pool, "SELECT * FROM "+table)
		for _, row := range rows {
			for _, value := range row {
				if raw, ok := value.([]byte); ok {
					all = append(all, raw)
				} else {
					all = append(all, []byte(fmt.Sprint(value)))
				}
			}
		}
	}
	return all
}

// dumped are all values in the tables of a database, and on SQLite its files.
func dumped(t *testing.T, d database, pool *sql.DB) (all [][]byte) {
	t.Helper()
	all = cells(t, d, pool)
	if d.dialect != sqlstore.SQLite {
		return all
	}
	_, rows := tableRows(t, pool, "PRAGMA database_list")
	files, err := filepath.Glob(fmt.Sprint(rows[0][2]) + "*")
	require.NoError(t, err)
	require.NotEmpty(t, files)
	for _, file := range files {
		content, err := os.ReadFile(file)
		require.NoError(t, err)
		all = append(all, content)
	}
	return all
}

func TestNoCredentialIsReadableInADumpOfAllTables(t *testing.T) {
	t.Parallel()
	eachDatabase(t, func(t *testing.T, d database) {
		h := newHost(t, d, 60)
		h.sync()
		h.createAll()
		h.sync()
		login, err := h.db.Documents().CreateLayout(t.Context(), store.NewLayout{Name: "Logins", Fields: []store.Field{{Name: "Login", Type: store.FieldConfidential}}}, store.Intent{ID: "logins"})
		require.NoError(t, err)
		home, err := h.db.Documents().CreateCompany(t.Context(), store.NewCompany{Name: "Vault"}, store.Intent{ID: "vault"})
		require.NoError(t, err)
		const confidential = "correct-horse-battery-staple"
		_, err = h.db.Documents().CreateAsset(t.Context(), store.NewAsset{
			Company: home.ID, Layout: login.ID, Name: "Router", Values: store.Values{login.Fields[0].ID: connector.Text(confidential)},
		}, store.Intent{ID: "router"})
		require.NoError(t, err)

		all := dumped(t, d, h.pool)
		found := false
		for _, cell := range all {
			for _, secret := range append(h.account.Canaries(), h.account.Token(), confidential) {
				for _, form := range canaries(secret) {
					require.False(t, bytes.Contains(cell, form), "a credential stands in %.60q", cell)
				}
			}
			found = found || bytes.Contains(cell, []byte("example.syncromsp.com"))
		}
		require.True(t, found, "the search would find nothing")
	})
}
