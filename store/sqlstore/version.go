package sqlstore

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
)

// sqliteOldest is the first version of SQLite whose WAL isn't corrupted when a
// checkpoint and a reset of it meet.
var sqliteOldest = [3]int{3, 51, 3}

// postgresOldest is the oldest version of Postgres that this package is tested
// with, as server_version_num has it.
const postgresOldest = 130000

// checkSQLite refuses versions of SQLite that lose data.
func checkSQLite(version string) error {
	parts := strings.Split(version, ".")
	for i, oldest := range sqliteOldest {
		n := 0
		if i < len(parts) {
			var err error
			if n, err = strconv.Atoi(parts[i]); err != nil {
				return fmt.Errorf("SQLite calls its version %q", version)
			}
		}
		if n > oldest {
			return nil
		}
		if n < oldest {
			return fmt.Errorf("SQLite %s can corrupt a database in WAL mode (use a driver with 3.51.3 or newer)", version)
		}
	}
	return nil
}

// checkPostgres refuses versions of Postgres that are too old. encoding is the
// database's.
func checkPostgres(version int64, encoding string) error {
	var errs []error
	if version < postgresOldest {
		errs = append(errs, fmt.Errorf("PostgreSQL %d is too old (13 is the oldest that will do)", version/10000))
	}
	if encoding != "UTF8" {
		errs = append(errs, fmt.Errorf("the database's encoding is %s (make one with ENCODING 'UTF8')", encoding))
	}
	return errors.Join(errs...)
}
