package store

import "context"

// Tx is the transaction in a database that an Update of a ledger runs in, for
// Documents that keep their rows in the same database. *sql.Tx and pgx.Tx both
// fit behind it.
type Tx interface {
	// Exec runs a statement and returns how many rows it changed.
	Exec(ctx context.Context, query string, args ...any) (int64, error)
	// Query runs a query. The rows must be closed before the next call.
	Query(ctx context.Context, query string, args ...any) (Rows, error)
}

// Rows are the rows of a query.
type Rows interface {
	// Next moves to the next row, and reports whether there is one.
	Next() bool
	// Scan copies the row's columns into what dest points to.
	Scan(dest ...any) error
	// Err returns why Next stopped, if not at the end.
	Err() error
	// Close ends the query. It may be called twice.
	Close() error
}

// txKey is the context key of a transaction.
type txKey struct{}

// WithTx returns a context that carries a transaction. A ledger in a database
// hands such a context to the functions of Update.
func WithTx(ctx context.Context, tx Tx) context.Context { return context.WithValue(ctx, txKey{}, tx) }

// TxOf returns the transaction that a context carries, and whether it carries
// one. Documents in the ledger's database write there, and are Joint by that;
// without one they write in a transaction of their own. The transaction ends
// with the function that the context was handed to.
func TxOf(ctx context.Context) (Tx, bool) {
	tx, ok := ctx.Value(txKey{}).(Tx)
	return tx, ok
}
