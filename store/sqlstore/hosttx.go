package sqlstore

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"
	"strings"
	"unicode"

	"github.com/dovetail-sync/dovetail/store"
)

// hostTx is the transaction of an Update for Documents of the host's.
type hostTx struct{ tx *tx }

var _ store.Tx = hostTx{}

// Exec implements store.Tx.
func (h hostTx) Exec(ctx context.Context, query string, args ...any) (int64, error) {
	if err := h.ready(ctx, query); err != nil {
		return 0, err
	}
	result, err := h.tx.plain().ExecContext(h.tx.context(ctx), query, args...)
	if err != nil {
		return 0, h.failed(err)
	}
	return result.RowsAffected()
}

// Query implements store.Tx.
func (h hostTx) Query(ctx context.Context, query string, args ...any) (store.Rows, error) {
	if err := h.ready(ctx, query); err != nil {
		return nil, err
	}
	rows, err := h.tx.plain().QueryContext(h.tx.context(ctx), query, args...) //nolint:rowserrcheck // the caller's to read
	if err != nil {
		return nil, h.failed(err)
	}
	return hostRows{rows, h}, nil
}

// errEnds refuses a statement after which the rest of an update would be written
// outside of any transaction.
var errEnds = errors.New("the transaction is the update's to begin and to end (use savepoints)")

// ready writes what is gathered, for a statement may read it.
func (h hostTx) ready(ctx context.Context, query string) error {
	if err := ctx.Err(); err != nil {
		return fmt.Errorf("sqlstore: %w", err)
	}
	words := strings.FieldsFunc(strings.ToUpper(query), func(r rune) bool { return !unicode.IsLetter(r) })
	if len(words) > 0 && slices.Contains([]string{"BEGIN", "START", "COMMIT", "END", "ABORT", "ROLLBACK"}, words[0]) {
		if words[0] != "ROLLBACK" || !slices.Contains(words, "TO") {
			return fmt.Errorf("sqlstore: %w", errEnds)
		}
	}
	h.tx.forget() // it may write to any table
	return h.tx.finish()
}

// failed judges the error of a statement that isn't this package's. Whoever sent
// it may have reckoned with it, as when a savepoint is before it, so the update
// goes on unless the database has ended the transaction.
func (h hostTx) failed(err error) error {
	if !h.tx.alive(h.tx.run) {
		return h.tx.fail("statement of the host", err)
	}
	return err
}

// hostRows are the rows of a host's query.
type hostRows struct {
	*sql.Rows
	tx hostTx
}

// Err implements store.Rows.
func (r hostRows) Err() error {
	err := r.Rows.Err()
	if err != nil {
		return r.tx.failed(err)
	}
	return nil
}
