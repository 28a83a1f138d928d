// Package syncro is the connector for Syncro (syncromsp.com) and its sibling
// RepairShopr (repairshopr.com), which share one API.
//
// It reads three kinds of record: customers, which become companies, contacts
// and assets. It only ever reads. A session implements every optional ability
// of the connector package.
//
// What is particular to Syncro and dealt with here:
//
//   - A missing right and a wrong key are answered alike, with 401. The session
//     then asks /me, which needs no right, and names the right that is missing.
//   - The limit of 180 requests a minute holds for the address that requests
//     come from. Sessions of one [Connector] share one budget.
//   - Lists have numbered pages and no order that anybody promises: a read ends
//     as connector.Ended and never proves that nothing was missed.
//   - Bodies hold secrets: portal keys, remote-access links, SNMP communities.
//     They are never decoded; custom fields that look like a credential are
//     dropped.
package syncro
