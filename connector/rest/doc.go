// Package rest is the HTTP foundation of connectors whose upstream has a REST
// API: paced, retried, bounded requests whose answer is JSON, lists that are read
// page by page, and errors that carry a [connector.Code].
//
// Write a connector on top of it and these faults are dealt with:
//
//   - The upstream's request limit holds for retries too, and for all sessions
//     that share a [Pacer]: an upstream limits by the address that requests
//     come from, not by account.
//   - An answer that breaks off, is empty, or is no JSON is an error and never
//     a short page. What a second try can heal is tried again.
//   - A list that moves while it is read is resumed early enough, is asked for
//     in smaller pages where a page takes too long, and claims no more at its
//     end than its paging can prove: [List].
//   - A redirect is an error: the credential would travel with it.
//   - An answer is bounded after it is unpacked.
//   - A name that leads to a private address is refused, unless the host itself
//     chose the address.
//   - The credential goes to the domains of Config.Hosts only, also where an
//     answer names the next page by its address: [Client.Follow].
//   - No error and no log line shows a query string or a credential.
//
// All waits end with the context that the call was given.
package rest
