// Package dovetail keeps a documentation platform true to a PSA or an RMM: it
// reads companies, contacts and devices upstream, matches them with what people
// documented, and writes what is missing or has changed, without ever damaging
// what people wrote.
//
// # If you embed it in a documentation platform
//
// Make an [Engine] with [New], from your store and the connectors you want.
// Then, for each integration that a user sets up:
//
//   - [Engine.SuggestSetup] proposes layouts, sort rules and defaults, and
//     [Engine.CreateLayouts] makes the layouts, for a user who has none yet.
//   - [Engine.SaveSettings] validates and stores what the user filled in.
//     [Engine.SimulateRules] shows what sort rules would do before that.
//   - [Engine.TestConnection] proves it and shows what the credentials can see.
//   - [Engine.Sync] runs. The first run reads the companies only;
//     [Engine.MatchedCompanies] lists them with suggestions, [Engine.Propose]
//     previews decisions in bulk, [Engine.Preview] says what an import would do,
//     and [Engine.Decide] takes them.
//   - [Engine.Sync] again brings contacts and devices into the asset layouts.
//     Its three steps can be taken apart: [Engine.Read] fills a mirror of the
//     upstream, [Engine.Plan] decides and writes no document, [Engine.Changes]
//     shows each change with its reason, and [Engine.Apply] carries them out.
//   - [Engine.Schedule] repeats that every three hours by itself, and [Engine.Stop]
//     ends a run. A host with a job queue calls [Engine.RunDue] instead.
//     [Engine.Runs] and [Engine.Plans] list what was.
//   - [Engine.Approve] lets pass what a safety limit holds.
//   - [Engine.Unclear] lists the records that wait for a person, and
//     [Engine.DecideCards] takes his word. [Engine.FieldReport], [Engine.Drift] and
//     [Engine.Overwritten] say how values stand, and [Engine.Pin] keeps one.
//   - [Engine.Reconcile] accounts for every record.
//
// Your platform's companies, layouts and assets are reached through
// [store.Documents], which you implement over your own tables or API. The
// bookkeeping, [store.Ledger], comes ready-made.
//
// # If you write a connector for another PSA
//
// Start at package connector: it is all that you need, and depends on nothing
// but the standard library. Package syncro is an example.
//
// # If you test against dovetail or against Syncro
//
// Package store/memory is a whole store in memory, and syncro/syncrotest a
// Syncro to talk to, over real HTTP or in process.
package dovetail
