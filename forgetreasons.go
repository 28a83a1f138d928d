package dovetail

import (
	"maps"
	"slices"

	"github.com/dovetail-sync/dovetail/store"
)

// inReason takes the record out of a reason that is about another one, or about
// none.
func (f *forgetter) inReason(why *store.Reason, of store.RecordID) bool {
	changed := false
	for _, arg := range slices.Sorted(maps.Keys(why.Args)) {
		text := why.Args[arg]
		if f.inArg(why, of, arg, &text) {
			why.Args[arg], changed = text, true
		}
	}
	return changed
}

// inArg takes the record out of one argument. Those that name things of other
// sorts, as types and layouts, are left alone.
func (f *forgetter) inArg(why *store.Reason, of store.RecordID, arg string, text *string) bool {
	key, whole := string(f.id.Key), *text
	switch arg {
	case "record", "old": // a record of the same kind
		if whole == key && of.Kind == f.id.Kind {
			*text = erasedText
		}
	case "contact": // the one that a device belongs to
		if whole == key && of.Kind != f.id.Kind {
			*text = erasedText
		}
	case "name": // that of the record
		if why.Args["record"] == key && of.Kind == f.id.Kind {
			*text = erasedText
		}
	case "problem":
		return f.names.leave(text)
	case "asset", "candidates", "company", "companies":
		return f.names.leaveList(text)
	case "from", "into":
		if code := ReasonCode(why.Code); code == ReasonMergeAsked || code == ReasonMergeWaiting {
			return f.names.leaveList(text)
		}
	}
	return *text != whole
}
