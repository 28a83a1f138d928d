// Package memory keeps a [store.Store] in memory: both halves, complete, and
// gone when the process ends. It is for tests, demos and small hosts.
//
// The ledger is a set of copy-on-write B-trees. A View is a pointer to an
// immutable state, so it neither waits for a writer nor holds one up. An Update
// works on a state of its own that shares what it doesn't change; when it
// succeeds, the pointer is swapped. Updates wait for one another.
//
// An iterator of the ledger goes on from the last key that it yielded, on the
// state as it is by then. Within an Update it therefore meets rows that were
// written ahead of it since it began, does not meet rows that were deleted
// ahead of it, and never goes back. A row whose key in the iterated order is
// raised meanwhile is met again.
//
// The documents half is a platform that can do everything (see
// [Documents.Capabilities]) and that tidies what it is given: it drops white
// space at the end of texts, and the time of day from dates.
package memory
