// Package sqlstore keeps a [store.Store] in a SQL database, over database/sql:
// in SQLite for one process, in Postgres for many. It imports no driver; the
// host opens the database and hands it over.
//
//	pool, err := sql.Open("pgx", dsn) // or sql.Open("sqlite", "file:dovetail.db")
//	db, err := sqlstore.Open(ctx, sqlstore.Config{DB: pool, Dialect: sqlstore.Postgres})
//	account, err := db.Account("tenant-7")
//
// One database holds any number of accounts. The tables live in the host's
// database under a prefix, and on Postgres in a schema of the host's choice;
// [Open] makes them and brings them up to date.
//
// An Update of the ledger hands its transaction on in its context (see
// [store.TxOf]): the Documents of this package join it, and so can Documents
// that a host writes over tables of its own in the same database.
//
// # SQLite
//
// A [DB] takes connections of the host's pool for itself, one for writing and a
// few for reading, and gives them back when it is closed. They run in WAL mode
// with synchronous=FULL: what an Update acknowledged survives a power cut. One
// Update runs at a time in a file, whichever account it is for, also among
// processes. Versions before 3.51.3 are refused, because they can corrupt a
// database in WAL mode, and so are databases in memory.
//
// # Postgres
//
// From version 13 on. Updates of one account follow one another, in whichever
// process; those of different accounts run side by side. Text compares bytewise
// whatever the database's collation.
package sqlstore
