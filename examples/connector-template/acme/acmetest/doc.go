// Package acmetest is a fake of the Acme PSA, as far as the connector needs one:
// a handler that can be served, or answer in process.
package acmetest
