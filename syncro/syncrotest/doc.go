// Package syncrotest is a fake of Syncro's REST API for tests and demos: the
// endpoints that a read-only integration needs, over an account held in memory.
//
// [New] makes an [Account]: empty, or filled with a generated managed service
// provider whose rows are as untidy as real ones (see [Options]). Reach it in
// process through [Account.RoundTripper], which also works inside a
// testing/synctest bubble, or over real HTTP through [Account.Start]:
//
//	account, err := syncrotest.New(syncrotest.Options{Customers: 40, Contacts: 200, Assets: 400})
//	client := &http.Client{Transport: account.RoundTripper()}
//
// # What is answered
//
// GET (and HEAD) of /me, /settings, /customers, /contacts and /customer_assets
// and of the last three by id, below /api/v1. Everything else, writes included,
// answers 404 with an HTML page, as a path without a route does there.
//
// Bodies carry the keys of Syncro's own published examples and samples. Where
// nothing is published, the fake takes the answer that is hardest on a client:
//
//   - a wrong token and a missing right answer the same 401
//   - lists come in order of id, which nobody promises; rows move between
//     pages when a row before them is deleted
//   - a blank text is null until the row is edited for the first time, and ""
//     afterwards, as a saved web form leaves it
//   - the rate limit counts any sixty seconds, not the clock's minutes
//
// # Change and secrets
//
// The Add, Update and Delete methods change the account while it is served.
// Each moves updated_at forward; two changes never share an instant.
//
// Every secret that Syncro puts into a body starts with [CanaryPrefix]. A test
// that searches logs, errors and stored data for it, or for each of
// [Account.Canaries], finds a leak.
package syncrotest
