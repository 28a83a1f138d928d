// Package connector is what a connector is made of: the vocabulary and the
// interfaces between dovetail's engine and one kind of upstream system, a PSA
// or an RMM. It links nothing but the standard library.
//
// You write a connector for your PSA by implementing two interfaces:
//
//   - [Connector] says what it is ([Info]: its kinds of record, its
//     configuration, the data points of its records) and opens sessions.
//   - [Session] reads records of one kind, page by page.
//
// That is enough for a connector that works. What more the engine can do for
// your users depends on the optional methods of your session; [FeaturesOf]
// finds them, and each has an interface of its own:
//
//   - [Checker]: the connection can be tested, and the test names the account,
//     what the credentials can see, and each right. Without it the engine tests
//     by reading one page of each kind.
//   - [Getter]: one record can be looked up by its id. Without it a record that
//     is missing from a listing counts as gone only after two [Exhaustive] reads
//     have missed it; with it, after the look-up has answered [CodeNotFound].
//   - [Counter]: the number of records is known before they are read, so that
//     progress can be shown as a share.
//   - [Discoverer]: record types and data points that only the account knows.
//   - [Hinter]: what the upstream posts when something happens says which records
//     to look at. It is a hint to read and never data.
//
// [Info.Pages] says which pages of the upstream show a record, so that a pasted
// address leads to it.
//
// # The rules of reading
//
// The worst fault a connector can have is the short read that looks complete:
// the records it left out are then taken for deleted. [Session] and [End] say
// what has to be kept so that this cannot happen. In short: an error ends the
// read and is never swallowed; the last page says so; and only a source that
// guarantees that nothing was missed may say [Exhaustive].
//
// # Errors
//
// Every error a session returns has a [Code], by which the engine decides what
// to do; [Codes] lists them. The text is for people: who says it, about what,
// and what to do. It never holds a token, a query string or a response body.
package connector
