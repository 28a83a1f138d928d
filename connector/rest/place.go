package rest

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"time"

	"github.com/dovetail-sync/dovetail/connector"
)

// place is a place in a list: what a checkpoint holds.
type place struct {
	// Version is the version of this form.
	Version int            `json:"v"`
	Kind    connector.Kind `json:"kind"`
	// Scope is a fingerprint of the list's.
	Scope  string `json:"scope,omitempty"`
	Paging Paging `json:"by"`
	// Changes says that the read is one of changes, and Since since when.
	Changes bool      `json:"changes,omitempty"`
	Since   time.Time `json:"since,omitzero"`
	// Mark is from where a later read of changes goes on, where no cursor says it.
	Mark time.Time `json:"mark,omitzero"`
	// Part, Page, Offset and Cursor are the next page's.
	Part   int    `json:"part,omitempty"`
	Page   int    `json:"page"`
	Offset int    `json:"offset,omitempty"`
	Cursor string `json:"cursor,omitempty"`
	// Size is what has to be asked for, and PerPage what the upstream said.
	Size    int `json:"size,omitempty"`
	PerPage int `json:"per_page,omitempty"`
	// Smaller says that Size was chosen in the middle of the list, so that the page's
	// number depends on it.
	Smaller bool `json:"smaller,omitempty"`
	// Done says that the list was read to its end.
	Done bool `json:"done,omitempty"`
}

const placeVersion = 2

// maxPlace bounds the numbers of a place: beyond it they overflow.
const maxPlace = 1<<31 - 1

// fingerprint stands for a scope, which may be longer than a checkpoint may be.
func fingerprint(scope string) string {
	if scope == "" {
		return ""
	}
	sum := sha256.Sum256([]byte(scope))
	return hex.EncodeToString(sum[:8])
}

func (p place) checkpoint() connector.Checkpoint {
	text, err := json.Marshal(p)
	if err != nil {
		return "" // numbers and text always encode
	}
	return connector.Checkpoint(text)
}

// nextPart moves to the beginning of the next list.
func (p *place) nextPart() {
	p.Part++
	p.Page, p.Offset, p.Cursor, p.PerPage = 1, 0, "", 0
}

// start sets the place where req goes on.
func (r *listReader) start(req connector.ReadRequest) error {
	changes := req.Mode == connector.ModeChanges
	r.at = place{
		Version: placeVersion, Kind: req.Kind, Scope: fingerprint(r.Scope), Paging: r.Paging, Changes: changes, Page: 1, Size: r.Size,
	}
	if req.Checkpoint == "" && changes {
		return r.stale("there is no read since which anything could have changed")
	}
	if req.Checkpoint == "" {
		return nil
	}
	var p place
	if err := json.Unmarshal([]byte(req.Checkpoint), &p); err != nil {
		return r.stale("the checkpoint can't be read")
	}
	switch {
	case p.Version != placeVersion:
		return r.stale("the checkpoint was written by another version")
	case p.Kind != req.Kind || p.Scope != r.at.Scope || p.Paging != r.Paging:
		return r.stale("the checkpoint belongs to another read")
	case !p.valid(max(1, r.Parts)):
		return r.stale("the checkpoint points to no place in the list")
	case changes && p.Done:
		r.since(p)
		return nil
	case p.Changes != changes:
		return r.stale("the checkpoint belongs to a read of another mode")
	}
	r.at = p
	if !p.Done && r.Paging != ByCursor {
		r.goBack()
	}
	return nil
}

// valid reports whether the place can be one of a list with so many parts.
func (p place) valid(parts int) bool {
	for _, n := range []int{p.Part, p.Offset, p.Size, p.PerPage} {
		if n < 0 || n > maxPlace {
			return false
		}
	}
	return p.Page >= 1 && p.Page <= maxPlace && p.Part < parts
}

// since begins a read of what changed since the read that ended at p.
func (r *listReader) since(p place) {
	if r.Parts <= 1 && p.Cursor != "" {
		r.at = p
		r.at.Changes, r.at.Done = true, false
		return
	}
	r.at.Since, r.at.Mark = p.Mark, p.Mark
}

// goBack goes one page back: rows move to an earlier page when one before them is
// deleted.
func (r *listReader) goBack() {
	back := max(r.at.Size, r.at.PerPage)
	if back == 0 && r.at.Page > 1 {
		back = r.at.Offset / (r.at.Page - 1) // as many as a page had
	}
	r.at.Offset = max(0, r.at.Offset-back)
	r.at.Page = max(1, r.at.Page-1)
	if r.resumed = r.at.Page > 1 || r.at.Offset > 0; !r.resumed {
		r.at.PerPage = 0 // nothing is counted yet
	}
}
