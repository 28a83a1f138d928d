package sqlstore

import (
	"context"
	"embed"
	"fmt"
	"io/fs"
	"slices"
	"strings"
	"time"
)

// migrations are the steps by which the tables came to be what they are. Each
// has the version that it leads to in front of its name. One that was released
// is never changed.
//
//go:embed migrations/*.sql
var migrations embed.FS

// migration is one step: the statements that lead to a version.
type migration struct {
	version    int64
	statements []string
}

// steps are all migrations, in order, in the words of one database.
func steps(n naming) ([]migration, error) {
	names, err := fs.Glob(migrations, "migrations/*.sql")
	if err != nil {
		return nil, err
	}
	slices.Sort(names)
	all := make([]migration, len(names))
	for i, name := range names {
		text, err := fs.ReadFile(migrations, name)
		if err != nil {
			return nil, err
		}
		if want := fmt.Sprintf("migrations/%04d_", i+1); !strings.HasPrefix(name, want) {
			return nil, fmt.Errorf("%s stands where %s… should", name, want)
		}
		all[i] = migration{version: int64(i + 1), statements: statements(n, string(text))}
	}
	return all, nil
}

// statements are the statements of a migration. Each ends in a semicolon at the
// end of a line.
func statements(n naming, text string) []string {
	var all []string
	for part := range strings.SplitSeq(text, ";\n") {
		if part = strings.TrimSpace(n.migration(part)); part != "" {
			all = append(all, part)
		}
	}
	return all
}

// migration returns a statement of a migration as the database wants it. What
// stands in braces is a type, the name of an index (with a colon), or a table.
func (n naming) migration(text string) string {
	types := map[string]string{
		"id": "TEXT NOT NULL", "text": "TEXT NOT NULL", "int": "INTEGER", "bool": "INTEGER NOT NULL", "bytes": "BLOB",
		"clustered": "WITHOUT ROWID",
	}
	if n.dialect == Postgres {
		types = map[string]string{
			"id": `TEXT COLLATE "C" NOT NULL`, "text": "TEXT NOT NULL", "int": "BIGINT", "bool": "BOOLEAN NOT NULL", "bytes": "BYTEA",
			"clustered": "",
		}
	}
	var b strings.Builder
	for line := range strings.Lines(text) {
		if strings.HasPrefix(line, "--") {
			continue
		}
		for {
			before, rest, found := strings.Cut(line, "{")
			b.WriteString(before)
			if !found {
				break
			}
			name, after, _ := strings.Cut(rest, "}")
			if typ, known := types[name]; known {
				b.WriteString(typ)
			} else if index, is := strings.CutPrefix(name, ":"); is {
				b.WriteString(n.prefix + index) // it is made in its table's schema
			} else {
				b.WriteString(n.table(name))
			}
			line = after
		}
	}
	return b.String()
}

// migrate brings the tables up to date, whatever other processes do meanwhile.
func (db *DB) migrate(ctx context.Context) error {
	all, err := steps(db.naming)
	if err != nil {
		return err
	}
	newest := all[len(all)-1].version
	// Nothing is written when there is nothing to do: a host may let a program
	// read and write the tables and not make any.
	var version int64
	err = db.transact(ctx, "open", false, "", func(_ context.Context, t *tx) (err error) {
		version, err = db.version(t, newest)
		return err
	})
	if err != nil || version == newest {
		return err
	}
	return db.alone(ctx, func(_ context.Context, t *tx) error {
		if err := db.makeVersions(t); err != nil {
			return err
		}
		version, err := db.version(t, newest) // another process may have been first
		if err != nil {
			return err
		}
		for _, step := range all[version:] {
			if err := db.step(t, step); err != nil {
				return err
			}
		}
		return nil
	})
}

// step carries out one migration and notes it.
func (db *DB) step(t *tx, m migration) error {
	what := fmt.Sprintf("migrate to version %d", m.version)
	for _, statement := range m.statements {
		if _, err := t.exec(what, statement); err != nil {
			return err
		}
	}
	_, err := t.exec(what, db.sql("INSERT INTO {migrations} (version, at_time) VALUES (?, ?)"), m.version, time.Now().UnixMicro())
	return err
}

// version returns the version of the tables, 0 if there are none. One after the
// newest that is known is an error.
func (db *DB) version(t *tx, newest int64) (version int64, err error) {
	there, err := db.backend.hasTable(t, db.naming, "migrations")
	if err != nil || !there {
		return 0, err
	}
	_, err = t.row("read the version of the tables", db.sql("SELECT COALESCE(MAX(version), 0) FROM {migrations}"), nil, &version)
	if err == nil && version > newest {
		err = fmt.Errorf("the tables have version %d, and this program knows %d (update the program: tables don't go back)", version, newest)
	}
	return version, err
}

// makeVersions makes the table in which the migrations are noted.
func (db *DB) makeVersions(t *tx) error {
	if db.schema != "" {
		if err := db.makeSchema(t); err != nil {
			return err
		}
	}
	// IF NOT EXISTS and no look beforehand: Postgres answers what it remembers
	// from before another process made it.
	_, err := t.exec("make the table of migrations", db.migration(
		"CREATE TABLE IF NOT EXISTS {migrations} (version {int} NOT NULL, at_time {int} NOT NULL, PRIMARY KEY (version))"))
	return err
}

// makeSchema makes the schema, unless it is there: to make one takes a right
// that a program need not have.
func (db *DB) makeSchema(t *tx) error {
	name := strings.Trim(db.schema, `".`)
	var n int64
	_, err := t.row("look for the schema", db.sql("SELECT COUNT(*) FROM pg_catalog.pg_namespace WHERE nspname = ?"), []any{name}, &n)
	if err != nil || n > 0 {
		return err
	}
	_, err = t.exec("make the schema", `CREATE SCHEMA "`+name+`"`)
	return err
}
