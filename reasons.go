package dovetail

import (
	"strings"
	"sync"

	"github.com/dovetail-sync/dovetail/store"
)

// ReasonCode classifies a decision. Codes are stable: hosts may act on them.
type ReasonCode string

// The codes. Reasons has the sentence of each.
const (
	ReasonNew              ReasonCode = "new"
	ReasonReplaces         ReasonCode = "new_replaces"
	ReasonHere             ReasonCode = "here"
	ReasonPlanned          ReasonCode = "planned"
	ReasonChanged          ReasonCode = "changed_upstream"
	ReasonReappeared       ReasonCode = "reappeared"
	ReasonSameKey          ReasonCode = "same_key"
	ReasonSameName         ReasonCode = "same_name"
	ReasonSameMadeAddress  ReasonCode = "same_made_address"
	ReasonMoved            ReasonCode = "moved_upstream"
	ReasonMovedTouched     ReasonCode = "moved_touched"
	ReasonMovedUnable      ReasonCode = "moved_unable"
	ReasonMovedAway        ReasonCode = "moved_away"
	ReasonMovedPinned      ReasonCode = "moved_pinned"
	ReasonGone             ReasonCode = "gone_upstream"
	ReasonSuspect          ReasonCode = "suspect"
	ReasonSkippedType      ReasonCode = "skipped_type"
	ReasonSkippedRule      ReasonCode = "skipped_rule"
	ReasonNoLayout         ReasonCode = "no_layout"
	ReasonLayoutInactive   ReasonCode = "layout_inactive"
	ReasonAmbiguous        ReasonCode = "ambiguous"
	ReasonElsewhere        ReasonCode = "elsewhere"
	ReasonArchivedHere     ReasonCode = "archived_here"
	ReasonDeletedHere      ReasonCode = "deleted_here"
	ReasonCompanyArchived  ReasonCode = "company_archived_here"
	ReasonCompanyMissing   ReasonCode = "company_missing_here"
	ReasonCompanyInactive  ReasonCode = "company_inactive_upstream"
	ReasonCompanyUnmatched ReasonCode = "company_unmatched"
	ReasonNoCompany        ReasonCode = "no_company"
	ReasonReadIncomplete   ReasonCode = "read_incomplete"
	ReasonUnreadable       ReasonCode = "unreadable"
	ReasonUncertain        ReasonCode = "uncertain"
	ReasonFailed           ReasonCode = "failed"
	ReasonSucceeds         ReasonCode = "succeeds"
	ReasonTakesLead        ReasonCode = "takes_lead"
	ReasonDouble           ReasonCode = "duplicate_upstream"
	ReasonDoubleApart      ReasonCode = "duplicate_apart"
	ReasonDoubleAway       ReasonCode = "duplicate_away"
	ReasonStacked          ReasonCode = "same_person"
	ReasonSerialChanged    ReasonCode = "serial_changed"
	ReasonRejected         ReasonCode = "rejected"
	ReasonDecided          ReasonCode = "decided"
	ReasonErased           ReasonCode = "erased"
	ReasonDeployment       ReasonCode = "deployment_confirmed"
	ReasonNewType          ReasonCode = "new_type"
	ReasonTypeRenamed      ReasonCode = "type_renamed"
	ReasonGoneLong         ReasonCode = "gone_long"
	ReasonArchivedUpstream ReasonCode = "archived_upstream"
	ReasonHereArchived     ReasonCode = "here_archived_upstream"
	ReasonOwner            ReasonCode = "owner"
	ReasonOwnerChanged     ReasonCode = "owner_changed"
	ReasonNoOwner          ReasonCode = "owner_not_here"
	ReasonStale            ReasonCode = "stale"
	ReasonDetailsChanged   ReasonCode = "details_changed"
	ReasonRefreshed        ReasonCode = "refreshed"
	ReasonEditedHere       ReasonCode = "edited_here"
	ReasonFeedNoLayout     ReasonCode = "feed_no_layout"
	ReasonFeedNoField      ReasonCode = "feed_no_field"
	ReasonFeedRetyped      ReasonCode = "feed_retyped"

	// ReasonRematched and the others are about companies that were matched to
	// another one, or to none any more.
	ReasonRematched      ReasonCode = "rematched"
	ReasonRematchedNew   ReasonCode = "rematched_new"
	ReasonWrongArchived  ReasonCode = "wrong_archived"
	ReasonWrongTouched   ReasonCode = "wrong_touched"
	ReasonWrongWithdrawn ReasonCode = "wrong_withdrawn"
	ReasonLeftDetached   ReasonCode = "left_detached"
	ReasonLeftArchived   ReasonCode = "left_archived"
	ReasonLeftTouched    ReasonCode = "left_touched"
	ReasonAssetLost      ReasonCode = "asset_lost"

	// ReasonMergeWaiting and the others are about companies that are no longer
	// upstream, or no longer here.
	ReasonMergeWaiting    ReasonCode = "merge_waiting"
	ReasonMergeAsked      ReasonCode = "merge_asked"
	ReasonGoneWithCompany ReasonCode = "gone_with_company"
	ReasonCompanyVanished ReasonCode = "company_gone_upstream"
	ReasonTargetMissing   ReasonCode = "target_missing"

	ReasonAdopted ReasonCode = "adopted"

	// ReasonRefiled and the others are about assets that are in another layout
	// than the rules say now.
	ReasonRefiled        ReasonCode = "refiled"
	ReasonRefileWaiting  ReasonCode = "refile_waiting"
	ReasonRefileReported ReasonCode = "refile_reported"
	ReasonRefileTouched  ReasonCode = "refile_touched"
	ReasonRefileByHand   ReasonCode = "refile_by_hand"
	ReasonRefileNoField  ReasonCode = "refile_no_field"
	ReasonRefileRequired ReasonCode = "refile_required_field"
	ReasonRefileNoLayout ReasonCode = "refile_no_layout"
	ReasonRefileUnable   ReasonCode = "refile_unable"

	ReasonLayoutsMade ReasonCode = "layouts_made"

	// ReasonLimitCreate and the others are safety limits.
	ReasonLimitCreate ReasonCode = "limit_create"
	ReasonLimitOrphan ReasonCode = "limit_orphan"
	ReasonLimitRefile ReasonCode = "limit_refile"
)

// Standing is where a record stands in a reconciliation.
type Standing string

// The standings, in the order in which a reconciliation shows them.
const (
	StandingHere     Standing = "here"
	StandingPlanned  Standing = "planned"
	StandingSkipped  Standing = "skipped"
	StandingArchived Standing = "archived here"
	StandingDeleted  Standing = "deleted here"
	StandingUnclear  Standing = "unclear"
	StandingHeld     Standing = "held"
	StandingSuspect  Standing = "suspect"
	StandingFailed   Standing = "failed"
	// StandingNone is a record that no plan has judged yet.
	StandingNone Standing = "not planned yet"
	// StandingGone is a record that is no longer upstream: it doesn't count.
	StandingGone Standing = "gone upstream"
	// StandingError is a record whose bookkeeping contradicts itself. It is
	// always a fault of dovetail's.
	StandingError Standing = "unaccounted"
)

// ReasonInfo is one row of the table of reasons.
type ReasonInfo struct {
	// Code is the code.
	Code ReasonCode
	// Sentence is what people read; {name} is filled from the arguments.
	Sentence string
	// Standing is where a record with this disposition stands. Empty for
	// reasons that only changes have.
	Standing Standing
}

// Reasons returns the table of reasons.
func Reasons() []ReasonInfo {
	return []ReasonInfo{
		{ReasonNew, "new upstream, nothing here matches it; {placed}", ""},
		{ReasonReplaces, "new upstream; {asset} has its name and another serial number (replaced?); {placed}", ""},
		{ReasonHere, "it is here", StandingHere},
		{ReasonPlanned, "a plan that has not been applied would {action} it", StandingPlanned},
		{ReasonChanged, "changed upstream", ""},
		{ReasonReappeared, "it is synced again", ""},
		{ReasonSameKey, "an asset here has the same {key}", ""},
		{ReasonSameName, "an asset here has the same name and nothing contradicts; provisional until confirmed", ""},
		{ReasonSameMadeAddress, "an asset here has the same hardware address, which was made up; provisional until confirmed", ""},
		{ReasonMoved, "moved upstream from another company, and nobody touched the asset", ""},
		{ReasonMovedTouched, "moved upstream from another company; people worked on the asset there, so it stays and a new one is made here", ""},
		{ReasonMovedUnable, "moved upstream from another company; the platform can't move assets between companies, so a new one is made here", ""},
		{ReasonMovedAway, "moved upstream to {company} on {date}: it is no longer updated here", ""},
		{ReasonMovedPinned, "moved upstream to {company}; it stays on the asset on which a person put it", StandingHere},
		{ReasonGone, "no longer upstream: confirmed by its id", StandingGone},
		{ReasonSuspect, "the last read did not deliver it, and that it is gone is not confirmed", StandingSuspect},
		{ReasonSkippedType, "its type {type} is on the skip list", StandingSkipped},
		{ReasonSkippedRule, "rule {rule} skips it: {because}", StandingSkipped},
		{ReasonNoLayout, "its layout {layout} does not exist (choose another in the settings)", StandingHeld},
		{ReasonLayoutInactive, "its layout {layout} is inactive (activate it or choose another)", StandingHeld},
		{ReasonAmbiguous, "several assets here could be it: {candidates} (pick one)", StandingUnclear},
		{ReasonElsewhere, "an asset of another layout has the same {key}: {asset} (add it there, move that asset, or create it anyway)", StandingUnclear},
		{ReasonArchivedHere, "its asset {asset} was archived here (bring it back to go on)", StandingArchived},
		{ReasonDeletedHere, "its asset was deleted here (have it created again to go on)", StandingDeleted},
		{ReasonCompanyArchived, "its company was archived here", StandingArchived},
		{ReasonCompanyMissing, "its company no longer exists here (match it again)", StandingHeld},
		{ReasonCompanyInactive, "its company is disabled upstream: no new assets", StandingHeld},
		{ReasonCompanyUnmatched, "its company is not matched", StandingHeld},
		{ReasonNoCompany, "it belongs to no company upstream", StandingHeld},
		{ReasonReadIncomplete, "the last read of {kind} did not end complete: nothing new is created", StandingHeld},
		{ReasonUnreadable, "the upstream's data of it can't be read: {problem}", StandingFailed},
		{ReasonUncertain, "whether it was created could not be told; it is looked up before anything else", StandingFailed},
		{ReasonFailed, "failed: {problem}", StandingFailed},
		{ReasonSucceeds, "it has the {key} of {old}, which is no longer upstream, and takes over its asset", ""},
		{ReasonTakesLead, "the upstream has it twice, this one reported last, and feeds the asset from now on", ""},
		{ReasonDouble, "it is here on the asset of {name} ({record}): the upstream has this device twice", StandingHere},
		{ReasonDoubleApart, "it is here on an asset of its own, and {name} ({record}) is the same thing upstream (put it on that asset)", StandingHere},
		{ReasonDoubleAway, "{name} ({record}) is the same thing upstream, and its asset is in another company, where a person moved it (move that back, or end one of the two upstream)", StandingUnclear},
		{ReasonStacked, "it is here on the asset of {name} ({record}): the same person in another company upstream", StandingHere},
		{ReasonSerialChanged, "the same record upstream, with another serial number: {from} before, {to} now", ""},
		{ReasonDecided, "{by} decided: {verdict}; the next run carries it out", StandingPlanned},
		{ReasonTypeRenamed, "no {kind} have the type {from} any more, and {count} that had it are of type {to} now: renamed? (update rules and skip list)", ""},
		{ReasonNewType, "type {type} was never seen before: {count} {kind} have it, and go where rules and defaults say", ""},
		{ReasonErased, "a record of kind {kind} was erased", ""},
		{ReasonDeployment, "its schedule, made in deployment {from}, runs in {to} from now on", ""},
		{ReasonGoneLong, "gone upstream since {since}, and nobody touched its asset", ""},
		{ReasonArchivedUpstream, "archived upstream: no new asset is made for it", StandingSkipped},
		{ReasonHereArchived, "it is here, and archived upstream", StandingHere},
		{ReasonOwner, "the upstream says that it belongs to the contact {contact}", ""},
		{ReasonOwnerChanged, "the upstream no longer says that it belongs to who is linked; its contact is {contact}", ""},
		{ReasonNoOwner, "its contact {contact} is not here, or in another company: there is no link", ""},
		{ReasonStale, "silent upstream since {since}, for {days} days", ""},
		{ReasonRejected, "a person says that it is not this asset", ""},
		{ReasonDetailsChanged, "the company's details: {details}", ""},
		{ReasonRefreshed, "only values that change by themselves have changed", ""},
		{ReasonEditedHere, "a person has put another value in the place of a fed one: by the settings it is pinned", ""},
		{ReasonFeedNoLayout, "the layout {layout} is gone: its field {field} isn't fed any more (connect another one)", ""},
		{ReasonFeedNoField, "the layout {layout} has no field {field} any more: {sources} feed nothing there (connect another one)", ""},
		{ReasonFeedRetyped, "the field {field} of {layout} was of type {was} and is of type {is}: it isn't fed until the settings are saved again", ""},
		{ReasonRematched, "its company is matched here now, and nobody touched the asset", ""},
		{ReasonRematchedNew, "its company is matched here now; the asset in the other company isn't ours alone, so a new one is made here", ""},
		{ReasonWrongArchived, "its company is matched to {company} now; the asset here was dovetail's alone", ""},
		{ReasonWrongTouched, "its company is matched to {company} now; people worked on the asset here, so it stays as it is (look through it)", ""},
		{ReasonWrongWithdrawn, "its company is matched to {company} now; the asset here isn't ours alone, so it loses the card and what the card wrote", ""},
		{ReasonLeftDetached, "its company was unmatched: the card goes, the asset stays", ""},
		{ReasonLeftArchived, "its company was unmatched: dovetail made the asset and nobody touched it, so it is archived", ""},
		{ReasonLeftTouched, "its company was unmatched: the asset isn't ours alone, so it stays and the card goes", ""},
		{ReasonAssetLost, "its asset is no longer there, and its company is another one now", ""},
		{ReasonMergeWaiting, "its company {from} was merged into {into} upstream: it waits for an answer (AnswerMerge)", StandingHeld},
		{ReasonMergeAsked, "{from} was merged into {into} upstream: {count} records wait for an answer (AnswerMerge)", ""},
		{ReasonGoneWithCompany, "no longer upstream, nor is its company", StandingGone},
		{ReasonCompanyVanished, "{company} is no longer upstream: {count} cards are orphaned, and everything stays", ""},
		{ReasonTargetMissing, "the company that {companies} is matched to no longer exists here: {count} records wait (match it again)", ""},
		{ReasonAdopted, "the platform's own integration has it on this asset", ""},
		{ReasonRefiled, "moves from {from} to {to}, {placed}; nobody touched it", ""},
		{ReasonRefileWaiting, "it is here in {from}, and would move to {to}, {placed}: held until the move is confirmed", StandingHere},
		{ReasonRefileReported, "it is here in {from}, and its place is {to}, {placed}: by the settings nothing moves", StandingHere},
		{ReasonRefileTouched, "it is here in {from}, and its place is {to}, {placed}: it stays, since it isn't ours alone", StandingHere},
		{ReasonRefileByHand, "it is here in {from}, where a person moved it, and its place is {to}, {placed}: it stays", StandingHere},
		{ReasonRefileNoField, "it is here in {from}, and its place is {to}, {placed}: it stays, since {to} has no field of that name and type for {fields} (add it there)", StandingHere},
		{ReasonRefileRequired, "it is here in {from}, and its place is {to}, {placed}: it stays, since {to} requires {fields}", StandingHere},
		{ReasonRefileNoLayout, "it is here in {from}, and its place is {to}, {placed}: that layout is missing or inactive", StandingHere},
		{ReasonRefileUnable, "it is here in {from}, and its place is {to}, {placed}: the platform can't move assets between layouts", StandingHere},
		{ReasonLimitCreate, "held: {count} assets would be made in one company for records that aren't new upstream, where {there} are here and {limit} may pass (see why, or approve it)", StandingHeld},
		{ReasonLimitOrphan, "held: {count} records of one company are gone at once, where {there} are here and {limit} may pass (see why, or approve it)", StandingHeld},
		{ReasonLimitRefile, "held: {count} assets would move to the layouts that the rules say now, and {limit} may pass (approve it)", ""},
		{ReasonLayoutsMade, "the layouts {layouts} were made for a suggested setup", ""},
	}
}

// Sentence returns a reason in words. A code that isn't in the table is
// returned as it is.
func Sentence(r store.Reason) string {
	info, ok := reasonInfo(ReasonCode(r.Code))
	if !ok {
		return r.Code
	}
	pairs := make([]string, 0, 2*len(r.Args))
	for name, value := range r.Args {
		pairs = append(pairs, "{"+name+"}", value)
	}
	return strings.NewReplacer(pairs...).Replace(info.Sentence)
}

func reasonInfo(code ReasonCode) (ReasonInfo, bool) {
	info, ok := reasonsByCode()[code]
	return info, ok
}

// reasonsByCode is the table by code.
//
//nolint:gochecknoglobals // a constant that the language can't write
var reasonsByCode = sync.OnceValue(func() map[ReasonCode]ReasonInfo {
	byCode := make(map[ReasonCode]ReasonInfo)
	for _, info := range Reasons() {
		byCode[info.Code] = info
	}
	return byCode
})

// reason makes a reason; args are names and values in turn.
func reason(code ReasonCode, args ...string) store.Reason {
	r := store.Reason{Code: string(code)}
	for i := 0; i+1 < len(args); i += 2 {
		if r.Args == nil {
			r.Args = make(map[string]string, len(args)/2)
		}
		r.Args[args[i]] = args[i+1]
	}
	return r
}
