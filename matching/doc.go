// Package matching compares what is upstream with what is documented here:
// companies with companies, and the records of one company with its assets.
//
// A wrong link mixes the documentation of two clients; a missing one costs a
// click. So everything here answers "unclear" where it isn't certain:
//
//   - [Match] looks for each record of one [Catalogue] in another. It links where
//     the names are equal and unique and something else agrees, and ranks all
//     others by evidence in bits. Two names are equal when their [StrictKey] is,
//     which folds how a name is written and nothing of what it says: numbers,
//     plurals, places and "Holdings" tell companies apart.
//   - [Things] links by a strong key (serial number, hardware address, e-mail
//     address) that is plausible and unique on both sides, and by an equal full
//     name only provisionally.
//
// Nothing here does I/O or keeps state between calls. Results depend on what is
// compared, never on the order in which it comes or on how many processors
// there are.
package matching
