// Package store is the model of what dovetail keeps, and the interfaces to
// where it is kept. It links nothing but the standard library.
//
// A [Store] is one account, with two halves:
//
//   - [Documents] is the documentation platform: companies, asset layouts,
//     assets. A host implements it over its own tables, or over the API of a
//     platform that it doesn't own. It can do little: single operations, none
//     atomic with another.
//   - [Ledger] is dovetail's bookkeeping: settings, the mirror of what is
//     upstream, matches, cards, plans, the journal. It is transactional and
//     comes ready-made (store/memory).
//
// They are apart because a platform can hold documents and has no place for the
// bookkeeping: most can store an asset, few can store which upstream record it
// came from, and none a plan.
//
// All text keys sort bytewise. Times are UTC, to the microsecond.
package store
