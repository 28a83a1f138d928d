package store

import "time"

// Due says when an integration runs next, and who has claimed that run. There
// is at most one for each integration.
type Due struct {
	// Integration is whose run it is.
	Integration IntegrationID
	// At is when it is due.
	At time.Time
	// Holder names the process that has claimed it. Empty: none has.
	Holder string
	// Fence grows with every claim. Whoever holds a claim compares it, in each
	// Update, with the one that it got: if it grew, another process has taken
	// over, and the Update must fail.
	Fence int64
	// Until is when the claim ends unless it is renewed.
	Until time.Time
}

// DueReader reads due times.
type DueReader interface {
	// Due returns when an integration is due.
	Due(id IntegrationID) (Due, error)
}

// DueWriter writes due times.
type DueWriter interface {
	// PutDue writes when an integration is due.
	PutDue(d Due) error
	// DeleteDue removes it: the integration runs no more by itself.
	DeleteDue(id IntegrationID) error
}
