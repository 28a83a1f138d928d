// Package restplatform is a documentation platform behind a REST API, and a
// [store.Documents] over it: the proof that Documents can be implemented over
// such an API, and an example for those who do.
//
// [Server] is the platform, an http.Handler over state in memory. It is as
// awkward as the real ones: it has no versions, no idempotency and no
// transactions; it lists 25 things a page in no order, archived ones apart; it
// addresses fields by their labels; it tidies what it is given; it answers the
// same thing in several shapes; and it takes what it should refuse, as an asset
// in an archived company. [Server.Fault] makes it fail in the ways that matter.
//
// [Documents] is the adapter. What it shows:
//
//   - Which errors mean that nothing was written. Everything that isn't certain
//     stays unclassified, so that it is looked up before it is repeated.
//   - Fields keep their ids while their labels change: labels are looked up
//     with every call.
//   - What the platform doesn't check is checked before anything is sent.
//   - A request is bounded in time, its answer in size; redirects aren't
//     followed; and no error holds the key, a query or a credential.
//
// It neither paces nor retries. Put both into Config.Transport: a request that
// is repeated there must be one that only reads.
package restplatform
