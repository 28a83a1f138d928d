package syncrotest

import "net/http"

// What a fault looks at.

func everyRequest(*exchange) bool { return true }

func everyList(x *exchange) bool { return x.call.list != "" }

// laterPage is a page of a list after its first.
func laterPage(x *exchange) bool { return x.call.list != "" && x.call.page > 1 }

func laterAssetPage(x *exchange) bool { return laterPage(x) && x.call.list == ListAssets }

// aFullList is a list that isn't limited to a customer's rows or to a search.
func aFullList(x *exchange) bool { return everyList(x) && !x.call.filtered() }

func aContact(x *exchange) bool { return x.call.name == "contacts/{id}" }

func aListAnswer(x *exchange) bool { return everyList(x) && x.out.status == http.StatusOK }

// aLargePage goes by the rows on the page: an almost empty one is fast.
func aLargePage(x *exchange) bool {
	return aListAnswer(x) && x.out.rows > x.call.list.size(x.account)/2
}

// faultTable is the table of all faults, in the order in which they come into
// play within a stage.
func faultTable() []faultSpec {
	var out []faultSpec
	for _, part := range [][]faultSpec{gateFaults(), callFaults(), changeFaults(), listFaults(), wireFaults()} {
		out = append(out, part...)
	}
	return out
}

// gateFaults strike before the application is asked.
func gateFaults() []faultSpec {
	return []faultSpec{
		{FaultInfo{
			Name: FaultSlow,
			Does: "Every third answer comes 20 seconds late, and every twelfth 100 seconds late.",
			Why:  "Large pages are seen to take so long that the server itself gives up on them with 504.",
		}, stageGate, everyRequest, schedule{from: 3, run: 1, of: 3}, beSlow},
		{FaultInfo{
			Name: FaultReset,
			Does: "Every fourth connection is closed without an answer.",
			Why:  "Load balancers drop connections when a server behind them is replaced.",
		}, stageGate, everyRequest, schedule{from: 2, run: 1, of: 4}, reset},
		{FaultInfo{
			Name: Fault429Storm,
			Does: `Three requests of each twelve are refused with 429 and the plain text "Retry later", without Retry-After.`,
			Why:  "The limit of 180 a minute is per address, so that others behind the same one use it up; the answer was seen.",
		}, stageGate, everyRequest, schedule{from: 4, run: 3, of: 12}, tooMany(noRetryAfter)},
		{FaultInfo{
			Name: Fault429Seconds,
			Does: "Every eighth request is refused with 429 and a Retry-After of 7 seconds.",
			Why:  "Whether Syncro sends the header isn't known; both of its forms are allowed.",
		}, stageGate, everyRequest, schedule{from: 3, run: 1, of: 8}, tooMany(retryAfterSeconds)},
		{FaultInfo{
			Name: Fault429Date,
			Does: "Every eighth request is refused with 429 and a Retry-After that is a date in 7 seconds.",
			Why:  "Whether Syncro sends the header isn't known; both of its forms are allowed.",
		}, stageGate, everyRequest, schedule{from: 3, run: 1, of: 8}, tooMany(retryAfterDate)},
		{FaultInfo{
			Name: Fault503Burst,
			Does: "Two requests of each nine are answered with 503 and a web page.",
			Why:  "It is what load balancers say while a new version is rolled out.",
		}, stageGate, everyRequest, schedule{from: 3, run: 2, of: 9}, unavailable},
		{FaultInfo{
			Name: FaultRedirect,
			Does: "Every request is sent on with 302 to a login page of another host.",
			Why:  "A subdomain that belongs to no account is answered so.",
		}, stageGate, everyRequest, schedule{from: 1}, redirectToLogin},
		{FaultInfo{
			Name: FaultRenamedSubdomain,
			Does: "Every request is sent on with 302 to the same path under the account's new subdomain.",
			Why:  "An admin can rename an account's subdomain. What the old one answers then isn't known; the token would travel.",
		}, stageGate, everyRequest, schedule{from: 1}, redirectToNewName},
		{FaultInfo{
			Name: FaultHTML200,
			Does: "Every fifth list is answered with 200 and a web page, by turns as text/html and as application/json.",
			Why:  "Login pages and firewalls answer so; it was seen.",
		}, stageGate, everyList, schedule{from: 3, run: 1, of: 5}, webPage},
		{FaultInfo{
			Name: Fault403Firewall,
			Does: "From the fourth request on all are refused with 403 and a web page.",
			Why:  "It isn't in the documentation, and firewalls before the service do it.",
		}, stageGate, everyRequest, schedule{from: 4}, forbidden},
	}
}

// callFaults are what the application does by itself.
func callFaults() []faultSpec {
	return []faultSpec{
		{FaultInfo{
			Name: FaultTokenRevoked,
			Does: "From the sixth request on all are answered with 401, /me too.",
			Why:  "Tokens expire and are deleted, also while a run is under way.",
		}, stageCall, everyRequest, schedule{from: 6}, refuse},
		{FaultInfo{
			Name: Fault401List,
			Does: "From the second list on every list is answered with 401, while /me and look-ups go on.",
			Why:  "A missing permission is answered with 401 and not 403; it was seen. Rights can be taken away during a run.",
		}, stageCall, everyList, schedule{from: 2}, refuse},
		{FaultInfo{
			Name: FaultLimitedToken,
			Does: "The token sees the customers with an even id only, and what is theirs; everything else isn't listed and answers 404.",
			Why:  "/me has accessible_customer_ids for tokens of users that are limited so.",
		}, stageCall, everyRequest, schedule{from: 1}, limitTheToken},
	}
}

// listFaults change what a list or a record looks like.
func listFaults() []faultSpec {
	return []faultSpec{
		{FaultInfo{
			Name: FaultDuplicateRows,
			Does: "Every page after the first begins with the last row of the page before it, in addition to its own.",
			Why:  "Pages repeat rows while data moves, and nobody promises a stable order.",
		}, stageCall, laterPage, schedule{from: 1}, repeatRow},
		{FaultInfo{
			Name: FaultWrongTotal,
			Does: "total_entries is by turns half and twice of what it should be; total_pages is right.",
			Why:  "total_entries is known to be unreliable.",
		}, stageCall, everyList, schedule{from: 1}, lieAboutTotal},
		{FaultInfo{
			Name: FaultLaggingTotal,
			Does: "The first page of a list says one page less than there is, if there are more than two; later pages have it right.",
			Why:  "Rows come while a list is read, so that it grows from page to page.",
		}, stageCall, everyList, schedule{from: 1}, lagTotal},
		{FaultInfo{
			Name: FaultShortTotal,
			Does: "Every page of a list of two pages and more says one page less than there is.",
			Why:  "What a list says of its length is known to be unreliable: nothing promises that total_pages is better than total_entries.",
		}, stageCall, everyList, schedule{from: 1}, shortenTotal},
		{FaultInfo{
			Name: FaultMissingMeta,
			Does: "Lists say nothing about themselves: there is no meta.",
			Why:  "It was seen to be missing, and to have less than it should.",
		}, stageCall, everyList, schedule{from: 1}, dropMeta},
		{FaultInfo{
			Name: FaultWrappedContact,
			Does: `A contact by id is inside of {"contact":…}.`,
			Why:  "The documentation has it bare, and a client in use expects the wrapper.",
		}, stageCall, aContact, schedule{from: 1}, wrapContact},
		{FaultInfo{
			Name: FaultPerPage,
			Does: "per_page is kept to by every list, not only by that of customers.",
			Why:  "It is undocumented; it works on customers, and of the others nobody says.",
		}, stageCall, everyList, schedule{from: 1}, keepToPerPage},
	}
}

// wireFaults strike on the way back.
func wireFaults() []faultSpec {
	return []faultSpec{
		{FaultInfo{
			Name: Fault504LargePages,
			Does: "A page with more rows than half of the list's own page size is answered with 504 and a web page.",
			Why:  "It was seen on large pages. A client in use asks for smaller ones then.",
		}, stageWire, aLargePage, schedule{from: 1}, timeOutLargePage},
		{FaultInfo{
			Name: FaultTruncate,
			Does: "Every third list breaks off in the middle: by turns with the connection, and as a complete answer that is cut short.",
			Why:  "Answers that end too early, with 200, were seen.",
		}, stageWire, aListAnswer, schedule{from: 2, run: 1, of: 3}, truncate},
		{FaultInfo{
			Name: FaultEmpty200,
			Does: "Every fourth list is answered with 200 and no body.",
			Why:  "It was seen.",
		}, stageWire, aListAnswer, schedule{from: 2, run: 1, of: 4}, emptyBody},
	}
}
