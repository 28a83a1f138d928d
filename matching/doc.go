// Package matching compares what is upstream with what is documented here:
// companies with companies, and the records of one company with its assets.
//
// A wrong link mixes the documentation of two clients; a missing one costs a
// click. So everything here answers "unclear" where it isn't certain:
//
//   - [Companies] only ever suggests. Two names are the same when their
//     [StrictKey] is, which folds how a name is written and nothing of what it
//     says: numbers, plurals, places and "Holdings" tell companies apart.
//   - [Things] links by a strong key (serial number, hardware address, e-mail
//     address) that is plausible and unique on both sides, and by an equal full
//     name only provisionally.
//
// All functions are pure and safe for concurrent use. Their results depend on
// what is compared, never on the order in which it comes.
package matching
