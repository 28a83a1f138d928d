package sqlstore_test

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/dovetail-sync/dovetail/store/sqlstore"
)

// errAsked is what a database answers that must not be asked anything.
var errAsked = errors.New("the database was asked")

type untouched struct{}

func (untouched) Connect(context.Context) (driver.Conn, error) { return nil, errAsked }
func (untouched) Driver() driver.Driver                        { return nil }

func TestOpenTellsAllThatIsWrongWithAConfiguration(t *testing.T) {
	t.Parallel()
	_, err := sqlstore.Open(t.Context(), sqlstore.Config{Prefix: "x; DROP TABLE y; --", Schema: `a"b`, Readers: -1})
	for _, part := range []string{"sqlstore: open: ", "DB is missing", "Dialect is neither", `Prefix "x; DROP`, `Schema "a\"b"`, "Readers is -1"} {
		require.ErrorContains(t, err, part)
	}
}

func TestOpenTakesPlainNamesOnly(t *testing.T) {
	t.Parallel()
	pool := sql.OpenDB(untouched{})
	for name, tt := range map[string]struct {
		config sqlstore.Config
		want   string // part of the error; empty: it is taken
	}{
		"no names":               {config: sqlstore.Config{Dialect: sqlstore.SQLite}},
		"plain names":            {config: sqlstore.Config{Dialect: sqlstore.Postgres, Prefix: "_a1_", Schema: "tenant_9"}},
		"the longest name":       {config: sqlstore.Config{Dialect: sqlstore.SQLite, Prefix: "abcdefghijklmnopqrstuvwxyz_12345"}},
		"too long":               {config: sqlstore.Config{Dialect: sqlstore.SQLite, Prefix: "abcdefghijklmnopqrstuvwxyz_123456"}, want: "at most 32 bytes"},
		"upper case":             {config: sqlstore.Config{Dialect: sqlstore.SQLite, Prefix: "Sync_"}, want: "a to z"},
		"a digit first":          {config: sqlstore.Config{Dialect: sqlstore.SQLite, Prefix: "1_"}, want: "no digit"},
		"a line break":           {config: sqlstore.Config{Dialect: sqlstore.SQLite, Prefix: "a\n"}, want: "a to z"},
		"a quote":                {config: sqlstore.Config{Dialect: sqlstore.Postgres, Schema: `"`}, want: "a to z"},
		"a letter of elsewhere":  {config: sqlstore.Config{Dialect: sqlstore.SQLite, Prefix: "ä"}, want: "a to z"},
		"SQLite's own":           {config: sqlstore.Config{Dialect: sqlstore.SQLite, Prefix: "sqlite_x"}, want: "belong to the database"},
		"Postgres's own":         {config: sqlstore.Config{Dialect: sqlstore.Postgres, Schema: "pg_x"}, want: "belong to the database"},
		"a schema in SQLite":     {config: sqlstore.Config{Dialect: sqlstore.SQLite, Schema: "x"}, want: "SQLite has none"},
		"readers on Postgres":    {config: sqlstore.Config{Dialect: sqlstore.Postgres, Readers: 9}, want: "Readers is for SQLite"},
		"a dialect of elsewhere": {config: sqlstore.Config{Dialect: 7}, want: "Dialect is neither"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			tt.config.DB = pool
			_, err := sqlstore.Open(t.Context(), tt.config)
			if tt.want == "" {
				require.ErrorIs(t, err, errAsked)
				return
			}
			require.ErrorContains(t, err, tt.want)
			require.NotErrorIs(t, err, errAsked)
		})
	}
}
