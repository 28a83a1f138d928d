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
// # Faults
//
// The account misbehaves on demand, by the names of [Faults]: from the start
// ([Options], -fault of the command fakesyncro), later ([Account.SwitchOn]), or
// while it is served (PUT /faults/NAME, see [Account.Listen]). They strike by a
// count of requests and never by chance, and any number of them at once:
//
//	err := account.SwitchOn(syncrotest.FaultTruncate, syncrotest.Fault429Storm.At(10, 3))
//
// These are the faults, each with what happens and why it is believed:
//
//   - slow: Every third answer comes 20 seconds late, and every twelfth 100
//     seconds late. Large pages are seen to take so long that the server
//     itself gives up on them with 504.
//   - reset: Every fourth connection is closed without an answer. Load
//     balancers drop connections when a server behind them is replaced.
//   - 429-storm: Three requests of each twelve are refused with 429 and the
//     plain text "Retry later", without Retry-After. The limit of 180 a minute
//     is per address, so that others behind the same one use it up; the answer
//     was seen.
//   - 429-seconds: Every eighth request is refused with 429 and a Retry-After
//     of 7 seconds. Whether Syncro sends the header isn't known; both of its
//     forms are allowed.
//   - 429-date: Every eighth request is refused with 429 and a Retry-After
//     that is a date in 7 seconds. Whether Syncro sends the header isn't
//     known; both of its forms are allowed.
//   - 503-burst: Two requests of each nine are answered with 503 and a web
//     page. It is what load balancers say while a new version is rolled out.
//   - redirect: Every request is sent on with 302 to a login page of another
//     host. A subdomain that belongs to no account is answered so.
//   - renamed-subdomain: Every request is sent on with 302 to the same path
//     under the account's new subdomain. An admin can rename an account's
//     subdomain. What the old one answers then isn't known; the token would
//     travel.
//   - html-200: Every fifth list is answered with 200 and a web page, by turns
//     as text/html and as application/json. Login pages and firewalls answer
//     so; it was seen.
//   - 403-firewall: From the fourth request on all are refused with 403 and a
//     web page. It isn't in the documentation, and firewalls before the
//     service do it.
//   - token-revoked: From the sixth request on all are answered with 401, /me
//     too. Tokens expire and are deleted, also while a run is under way.
//   - 401-list: From the second list on every list is answered with 401, while
//     /me and look-ups go on. A missing permission is answered with 401 and
//     not 403; it was seen. Rights can be taken away during a run.
//   - limited-token: The token sees the customers with an even id only, and
//     what is theirs; everything else isn't listed and answers 404. /me has
//     accessible_customer_ids for tokens of users that are limited so.
//   - page-shift: Before a later page of a list, three times, the list's first
//     row is deleted and a new one added at its end: the total stays, and a
//     row that nobody deleted is on no page. Lists are numbered pages of a
//     table that people work on.
//   - reorder: Lists begin with what was changed last, and before each later
//     page the list's last row is edited: it moves to the first page, which
//     was read already. The order of lists is documented nowhere.
//   - merge: Before a later page of a list, three times, two customers or two
//     assets of one customer are merged: what hung on the one hangs on the
//     other, and the losing id vanishes. Syncro has merging in its pages, for
//     both.
//   - archive: Before a later page of the assets, twice, an asset is archived:
//     it isn't listed any more, and answers by its id. Assets are archived in
//     Syncro's pages. How an archived one lists isn't known.
//   - archive-404: Before a later page of the assets, twice, an asset is
//     archived: it isn't listed any more, and answers 404. Assets are archived
//     in Syncro's pages. How an archived one lists isn't known.
//   - duplicate-rows: Every page after the first begins with the last row of
//     the page before it, in addition to its own. Pages repeat rows while data
//     moves, and nobody promises a stable order.
//   - wrong-total: total_entries is by turns half and twice of what it should
//     be; total_pages is right. total_entries is known to be unreliable.
//   - lagging-total: The first page of a list says one page less than there
//     is, if there are more than two; later pages have it right. Rows come
//     while a list is read, so that it grows from page to page.
//   - missing-meta: Lists say nothing about themselves: there is no meta. It
//     was seen to be missing, and to have less than it should.
//   - wrapped-contact: A contact by id is inside of {"contact":…}. The
//     documentation has it bare, and a client in use expects the wrapper.
//   - per-page-everywhere: per_page is kept to by every list, not only by that
//     of customers. It is undocumented; it works on customers, and of the
//     others nobody says.
//   - 504-on-large-pages: A page with more rows than half of the list's own
//     page size is answered with 504 and a web page. It was seen on large
//     pages. A client in use asks for smaller ones then.
//   - truncate: Every third list breaks off in the middle: by turns with the
//     connection, and as a complete answer that is cut short. Answers that end
//     too early, with 200, were seen.
//   - empty-200: Every fourth list is answered with 200 and no body. It was
//     seen.
//
// # Change and secrets
//
// The Add, Update and Delete methods change the account while it is served, and
// so do [Account.MoveAsset], [Account.MergeCustomers], [Account.MergeAssets] and
// [Account.ArchiveAsset]; [Account.BeforePage] has them wait for a page of a
// list. Each moves updated_at forward; two changes never share an instant.
//
// [Account.Requests] is the log of all that was asked, with what was answered
// and which faults had a hand in it.
//
// Every secret that Syncro puts into a body starts with [CanaryPrefix]. A test
// that searches logs, errors and stored data for it, or for each of
// [Account.Canaries], finds a leak.
package syncrotest
