package syncro

import (
	"encoding/json"
	"fmt"
	"hash/fnv"
	"time"

	"github.com/dovetail-sync/dovetail/connector"
)

// position is a place in a read: what a checkpoint holds.
type position struct {
	// Version is the version of this form.
	Version int `json:"v"`
	// Kind is the kind being read.
	Kind connector.Kind `json:"kind"`
	// Page is the next page to read, from 1.
	Page int `json:"page"`
	// Rows is the page size by which Page counts, where the list says it.
	Rows int `json:"rows,omitempty"`
	// Ask is the page size that has to be asked for. Zero takes the list's own.
	Ask int `json:"ask,omitempty"`
	// Company is the place among the companies that the read is limited to.
	Company int `json:"company,omitempty"`
	// Scope is a fingerprint of those companies.
	Scope string `json:"scope,omitempty"`
	// Changes says that the list is sorted by the time of the last change, the
	// latest first, and Since up to where it is read.
	Changes bool      `json:"changes,omitempty"`
	Since   time.Time `json:"since,omitzero"`
	// Mark is a time before the read began, by Syncro's own clock: a later read
	// of what changed goes back to it. Zero goes back to the beginning.
	Mark time.Time `json:"mark,omitzero"`
	// Ended says that the read came to its end.
	Ended bool `json:"ended,omitempty"`
}

const positionVersion = 1

// scopeOf returns the fingerprint of a list of companies. Empty for none.
func scopeOf(within []connector.Key) string {
	if len(within) == 0 {
		return ""
	}
	h := fnv.New64a()
	for _, key := range within {
		_, _ = h.Write(append([]byte(key), 0)) // never fails
	}
	return fmt.Sprintf("%016x", h.Sum64())
}

// checkpoint returns the text of the position.
func (p position) checkpoint() connector.Checkpoint {
	text, err := json.Marshal(p)
	if err != nil {
		return "" // numbers, times of this era and plain text always encode
	}
	return connector.Checkpoint(text)
}

// parsePosition returns the place where req goes on.
func parsePosition(req connector.ReadRequest) (position, error) {
	changes := req.Mode == connector.ModeChanges
	start := position{Version: positionVersion, Kind: req.Kind, Page: 1, Scope: scopeOf(req.Within), Changes: changes}
	if req.Checkpoint == "" {
		if changes {
			return position{}, stale(req.Kind, "there is no read since which anything could have changed")
		}
		return start, nil
	}
	var p position
	if err := json.Unmarshal([]byte(req.Checkpoint), &p); err != nil {
		return position{}, stale(req.Kind, "it can't be read")
	}
	switch {
	case p.Version != positionVersion:
		return position{}, stale(req.Kind, "it was written by another version")
	case p.Kind != req.Kind:
		return position{}, stale(req.Kind, "it belongs to another kind of record")
	case p.Scope != start.Scope:
		return position{}, stale(req.Kind, "it belongs to a read of other companies")
	case p.Page < 1 || p.Page > maxCount || p.Rows < 0 || p.Ask < 0 || p.Company < 0 || p.Company > 0 && p.Company >= len(req.Within):
		return position{}, stale(req.Kind, "it points to no place in the list")
	case changes && p.Ended:
		start.Since = p.Mark
		return start, nil
	case p.Changes != changes:
		return position{}, stale(req.Kind, "it belongs to a read of another mode that didn't end")
	}
	return p, nil
}

func stale(kind connector.Kind, why string) error {
	return &connector.Error{
		Code: connector.CodeStaleCheckpoint, Source: name, Op: "resume " + string(kind),
		Detail: why, Remedy: "read again from the beginning",
	}
}
