package sqlstore

import (
	"database/sql"
	"errors"
	"fmt"
	"regexp"
	"strings"

	"github.com/dovetail-sync/dovetail/store"
)

// Dialect is the kind of SQL that a database speaks.
type Dialect int

// The dialects.
const (
	// SQLite is SQLite 3.51.3 or newer, in a file.
	SQLite Dialect = iota + 1
	// Postgres is PostgreSQL 13 or newer.
	Postgres
)

// String returns the dialect's name.
func (d Dialect) String() string {
	switch d {
	case SQLite:
		return "SQLite"
	case Postgres:
		return "Postgres"
	default:
		return fmt.Sprintf("dialect %d", int(d))
	}
}

// Config says where a store is kept.
type Config struct {
	// DB is the database. It stays the host's, who closes it after DB.Close.
	// Required.
	DB *sql.DB
	// Dialect is what DB speaks. Required.
	Dialect Dialect
	// Prefix begins the name of every table and index: a to z, 0 to 9 and _, at
	// most 32 bytes, not beginning with a digit. Empty is "dovetail_".
	Prefix string
	// Schema is the schema that the tables are in, on Postgres, written like
	// Prefix. It is made if it isn't there. Empty is the first schema of the
	// connection's search path.
	Schema string
	// Sealer closes the values of confidential fields, where Store.Documents is
	// the platform. Nil: layouts with such fields are refused.
	Sealer store.Sealer

	// Readers is how many transactions can read at once, on SQLite: so many
	// connections are kept for them. Zero is 4.
	Readers int
}

const (
	defaultPrefix  = "dovetail_"
	defaultReaders = 4
	// maxName keeps the names of tables and indexes within Postgres's 63 bytes.
	maxName = 32
)

// check returns the configuration with its defaults, or all that is wrong with
// it.
func (c Config) check() (Config, error) {
	if c.Prefix == "" {
		c.Prefix = defaultPrefix
	}
	if c.Readers == 0 {
		c.Readers = defaultReaders
	}
	var errs []error
	wrong := func(format string, args ...any) { errs = append(errs, fmt.Errorf(format, args...)) }
	if c.DB == nil {
		wrong("DB is missing")
	}
	if c.Dialect != SQLite && c.Dialect != Postgres {
		wrong("Dialect is neither SQLite nor Postgres")
	}
	if err := checkName(c.Prefix, "sqlite_"); err != nil {
		wrong("Prefix %q: %w", c.Prefix, err)
	}
	switch {
	case c.Schema == "":
	case c.Dialect == SQLite:
		wrong("Schema %q: SQLite has none (leave it empty)", c.Schema)
	default:
		if err := checkName(c.Schema, "pg_"); err != nil {
			wrong("Schema %q: %w", c.Schema, err)
		}
	}
	if c.Readers < 0 {
		wrong("Readers is %d", c.Readers)
	}
	if c.Readers != defaultReaders && c.Dialect == Postgres {
		wrong("Readers is for SQLite (on Postgres the pool of DB decides)")
	}
	return c, errors.Join(errs...)
}

// checkName keeps anything but a plain name out of the statements.
func checkName(name, reserved string) error {
	switch {
	case !regexp.MustCompile(`^[a-z_][a-z0-9_]*$`).MatchString(name):
		return errors.New("a name has the characters a to z, 0 to 9 and _, and begins with no digit")
	case len(name) > maxName:
		return fmt.Errorf("a name has at most %d bytes", maxName)
	case strings.HasPrefix(name, reserved):
		return fmt.Errorf("names that begin with %s belong to the database", reserved)
	}
	return nil
}
