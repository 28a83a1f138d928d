// Package livetest runs the tests of package sqlstore on real databases: SQLite
// by modernc.org/sqlite, and a Postgres server that it starts itself, in a
// temporary folder and on a socket of its own. It is a module apart, so that the
// drivers burden nobody who uses dovetail.
//
// What isn't in the test files is for tests that need a database too: [SQLite],
// and [Postgres].
package livetest
