package livetest

import (
	"database/sql"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
	_ "modernc.org/sqlite" // the driver "sqlite"
)

// SQLite returns a database in a file of its own.
func SQLite(tb testing.TB) *sql.DB {
	tb.Helper()
	return OpenSQLite(tb, filepath.Join(tb.TempDir(), "dovetail.db"))
}

// OpenSQLite opens a database in a file, as another process would.
func OpenSQLite(tb testing.TB, path string) *sql.DB {
	tb.Helper()
	db, err := sql.Open("sqlite", "file:"+path)
	require.NoError(tb, err)
	tb.Cleanup(func() { require.NoError(tb, db.Close()) })
	return db
}
