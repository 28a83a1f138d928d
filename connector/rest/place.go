package rest

import (
	"encoding/json"

	"github.com/dovetail-sync/dovetail/connector"
)

// place is a place in a list: what a checkpoint holds.
type place struct {
	// Version is the version of this form.
	Version int            `json:"v"`
	Kind    connector.Kind `json:"kind"`
	Scope   string         `json:"scope,omitempty"`
	Paging  Paging         `json:"by"`
	// Page, Offset and Cursor are the next page's.
	Page   int    `json:"page"`
	Offset int    `json:"offset,omitempty"`
	Cursor string `json:"cursor,omitempty"`
	// Size is what has to be asked for, and PerPage what the upstream said.
	Size    int `json:"size,omitempty"`
	PerPage int `json:"per_page,omitempty"`
	// Done says that the list was read to its end.
	Done bool `json:"done,omitempty"`
}

const placeVersion = 1

// maxPlace bounds the numbers of a place: beyond it they overflow.
const maxPlace = 1 << 40

func (p place) checkpoint() connector.Checkpoint {
	text, err := json.Marshal(p)
	if err != nil {
		return "" // numbers and text always encode
	}
	return connector.Checkpoint(text)
}

// start sets the place where req goes on.
func (r *listReader) start(req connector.ReadRequest) error {
	r.at = place{Version: placeVersion, Kind: req.Kind, Scope: r.Scope, Paging: r.Paging, Page: 1, Size: r.Size}
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
	case p.Kind != req.Kind || p.Scope != r.Scope || p.Paging != r.Paging:
		return r.stale("the checkpoint belongs to another read")
	case p.Page < 1 || p.Page > maxPlace || p.Offset < 0 || p.Offset > maxPlace || p.Size < 0 || p.Size > maxPlace || p.PerPage < 0:
		return r.stale("the checkpoint points to no place in the list")
	}
	r.at, r.resumed = p, true
	if req.Mode == connector.ModeChanges && p.Cursor != "" {
		r.at.Done = false
	}
	if p.Done || r.Paging == ByCursor {
		return nil
	}
	// One page early: rows move to an earlier page when one before them is
	// deleted.
	if r.at.Page > 1 {
		r.at.Page--
	}
	back := max(p.Size, p.PerPage)
	if back == 0 && p.Page > 1 {
		back = p.Offset / (p.Page - 1) // as many as a page had
	}
	r.at.Offset = max(0, p.Offset-back)
	return nil
}
