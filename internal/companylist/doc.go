// Package companylist makes up lists of companies as managed service providers
// have them, twice: as they are documented and as a PSA knows them. It is for
// tests and benchmarks of matching. What belongs together is known, and so is
// what must never be taken for one: siblings, chains, street-mates, companies
// that share a phone number or a formation agent's address.
//
// Lists are the same for the same seed.
package companylist
