package livetest_test

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/dovetail-sync/dovetail/store"
	"github.com/dovetail-sync/dovetail/store/sqlstore"
)

// migrationFiles are the steps by which the tables came to be what they are.
func migrationFiles(t *testing.T) []string {
	t.Helper()
	files, err := filepath.Glob("../migrations/*.sql")
	require.NoError(t, err)
	require.NotEmpty(t, files)
	return files
}

// placeholder is what a migration leaves to the dialect.
var placeholder = regexp.MustCompile(`\{:?[a-z_]+\}`)

// inDialect is a migration as a database wants it.
func inDialect(dialect sqlstore.Dialect, text string) string {
	words := map[string]string{"{id}": "TEXT NOT NULL", "{text}": "TEXT NOT NULL", "{int}": "INTEGER", "{bool}": "INTEGER NOT NULL", "{bytes}": "BLOB", "{clustered}": "WITHOUT ROWID"}
	if dialect == sqlstore.Postgres {
		words = map[string]string{
			"{id}": `TEXT COLLATE "C" NOT NULL`, "{text}": "TEXT NOT NULL", "{int}": "BIGINT", "{bool}": "BOOLEAN NOT NULL", "{bytes}": "BYTEA", "{clustered}": "",
		}
	}
	return placeholder.ReplaceAllStringFunc(text, func(found string) string {
		if word, known := words[found]; known {
			return word
		}
		return "dovetail_" + strings.Trim(found, "{:}")
	})
}

// makeTables brings an empty database to an earlier version.
func makeTables(t *testing.T, dialect sqlstore.Dialect, db *sql.DB, version int) {
	t.Helper()
	exec := func(query string) {
		_, err := db.ExecContext(t.Context(), query)
		require.NoError(t, err, query)
	}
	exec("CREATE TABLE dovetail_migrations (version BIGINT NOT NULL, at_time BIGINT NOT NULL, PRIMARY KEY (version))")
	for i, file := range migrationFiles(t)[:version] {
		text, err := os.ReadFile(file)
		require.NoError(t, err)
		for statement := range strings.SplitSeq(inDialect(dialect, string(text)), ";\n") {
			if strings.TrimSpace(statement) != "" {
				exec(statement)
			}
		}
		exec(fmt.Sprintf("INSERT INTO dovetail_migrations VALUES (%d, 0)", i+1))
	}
}

// rowsOf returns the rows of a query by the names of its columns.
func tableRows(t *testing.T, db *sql.DB, query string) (names []string, all [][]any) {
	t.Helper()
	rows, err := db.QueryContext(t.Context(), query)
	require.NoError(t, err, query)
	defer func() { _ = rows.Close() }()
	names, err = rows.Columns()
	require.NoError(t, err)
	for rows.Next() {
		values, dests := make([]any, len(names)), make([]any, len(names))
		for i := range values {
			dests[i] = &values[i]
		}
		require.NoError(t, rows.Scan(dests...))
		all = append(all, values)
	}
	require.NoError(t, rows.Err())
	return names, all
}

// tableNames lists the tables of a database, with their schemas on Postgres.
func tableNames(t *testing.T, dialect sqlstore.Dialect, db *sql.DB) (names []string) {
	t.Helper()
	query := "SELECT name FROM sqlite_schema WHERE type = 'table'"
	if dialect == sqlstore.Postgres {
		query = "SELECT (table_schema || '.' || table_name)::text FROM information_schema.tables WHERE table_schema NOT IN ('pg_catalog', 'information_schema')"
	}
	_, rows := tableRows(t, db, query)
	for _, row := range rows {
		names = append(names, fmt.Sprint(row[0]))
	}
	return names
}

// copyRows fills the tables of an earlier version from those of this one.
func copyRows(t *testing.T, dialect sqlstore.Dialect, from, to *sql.DB) {
	t.Helper()
	for _, table := range tableNames(t, dialect, to) {
		if strings.HasSuffix(table, "_migrations") {
			continue
		}
		columns, _ := tableRows(t, to, "SELECT * FROM "+table)
		list := strings.Join(columns, ", ")
		_, rows := tableRows(t, from, "SELECT "+list+" FROM "+table)
		marks := make([]string, len(columns))
		for i := range marks {
			marks[i] = "?"
			if dialect == sqlstore.Postgres {
				marks[i] = fmt.Sprintf("$%d", i+1)
			}
		}
		for _, row := range rows {
			_, err := to.ExecContext(t.Context(), "INSERT INTO "+table+" ("+list+") VALUES ("+strings.Join(marks, ", ")+")", row...)
			require.NoError(t, err, table)
		}
	}
}

// putSamples writes rows of every kind into a ledger.
func putSamples(l store.Ledger) error {
	return l.Update(context.Background(), func(_ context.Context, w store.Writer) error { return writeEverything(w, 3) })
}

func TestTablesOfEveryEarlierVersionAreBroughtUpToDate(t *testing.T) {
	t.Parallel()
	eachDatabase(t, func(t *testing.T, d database) {
		whole := d.open(t)()
		now := account(t, openDB(t, sqlstore.Config{DB: whole, Dialect: d.dialect}), "msp")
		require.NoError(t, putSamples(now.Ledger()))
		want := readEverything(t, now.Ledger())
		require.NotEmpty(t, want["card"], "%v", slices.Collect(maps.Keys(want)))
		for version := 1; version <= len(migrationFiles(t)); version++ {
			old := d.open(t)()
			makeTables(t, d.dialect, old, version)
			copyRows(t, d.dialect, whole, old)
			s := account(t, openDB(t, sqlstore.Config{DB: old, Dialect: d.dialect}), "msp")
			require.Equal(t, want, readEverything(t, s.Ledger()), "from version %d", version)
			c, err := s.Documents().CreateCompany(t.Context(), store.NewCompany{Name: "Acme"}, store.Intent{ID: "c1"})
			require.NoError(t, err)
			require.Equal(t, "Acme", c.Name)
			require.ElementsMatch(t, tableNames(t, d.dialect, whole), tableNames(t, d.dialect, old))
		}
	})
}

func TestTablesOfALaterVersionAreRefusedAndLeftAlone(t *testing.T) {
	t.Parallel()
	eachDatabase(t, func(t *testing.T, d database) {
		pool := d.open(t)()
		db := openDB(t, sqlstore.Config{DB: pool, Dialect: d.dialect})
		require.NoError(t, putSamples(account(t, db, "msp").Ledger()))
		_, err := pool.ExecContext(t.Context(), "INSERT INTO dovetail_migrations VALUES (99, 0)")
		require.NoError(t, err)
		_, err = sqlstore.Open(t.Context(), sqlstore.Config{DB: pool, Dialect: d.dialect})
		require.ErrorContains(t, err, "99")
		require.ErrorContains(t, err, "update the program")
		require.NotEmpty(t, readEverything(t, account(t, db, "msp").Ledger()))
	})
}

func TestManyMayOpenAnEmptyDatabaseAtOnce(t *testing.T) {
	t.Parallel()
	eachDatabase(t, func(t *testing.T, d database) {
		reopen := d.open(t)
		pools := make([]*sql.DB, 6)
		for i := range pools {
			pools[i] = reopen()
		}
		var all sync.WaitGroup
		errs := make([]error, len(pools))
		for i, pool := range pools {
			all.Go(func() {
				db, err := sqlstore.Open(t.Context(), sqlstore.Config{DB: pool, Dialect: d.dialect})
				if err == nil {
					err = db.Close()
				}
				errs[i] = err
			})
		}
		all.Wait()
		require.NoError(t, errors.Join(errs...))
		_, versions := tableRows(t, pools[0], "SELECT version FROM dovetail_migrations")
		require.Len(t, versions, len(migrationFiles(t)), "a step was taken twice")
	})
}

func TestTablesArePutWhereTheHostWantsThem(t *testing.T) {
	t.Parallel()
	eachDatabase(t, func(t *testing.T, d database) {
		reopen := d.open(t)
		for _, c := range []sqlstore.Config{{Prefix: "msp1_"}, {Prefix: "msp2_"}, {Schema: "sync"}, {Schema: "sync", Prefix: "x_"}} {
			if c.Schema != "" && d.dialect == sqlstore.SQLite {
				continue
			}
			c.DB, c.Dialect = reopen(), d.dialect
			s := account(t, openDB(t, c), "msp")
			require.NoError(t, putSamples(s.Ledger()), "another store's rows are in the way")
			require.NotEmpty(t, readEverything(t, s.Ledger()))
			want := c.Prefix + "cards"
			if c.Prefix == "" {
				want = "dovetail_cards"
			}
			if c.Schema != "" {
				want = c.Schema + "." + want
			} else if d.dialect == sqlstore.Postgres {
				want = "public." + want
			}
			require.Contains(t, tableNames(t, d.dialect, c.DB), want)
		}
	})
}
