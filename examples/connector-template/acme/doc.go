// Package acme is a connector for the Acme PSA: a complete one to begin with.
// Acme is made up; its API has the shape of many younger ones:
//
//   - Clients, their sites and their devices, each as a feed: rows in the order
//     of their last change, by cursor, deleted ones as tombstones. A row that
//     changes moves to the end, so that a read can't miss one, and may say
//     Exhaustive.
//   - An access token that is got for a refresh token, which works once: the
//     next one comes along and has to be saved before anything else.
//
// Make it yours in this order: [Connector.Info] and the data points, the
// addresses and rows in rows.go, the login, and then acmetest, the fake. Run the
// tests after each step.
package acme
