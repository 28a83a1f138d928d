package store

import "time"

// Due says when an integration runs next by itself. There is at most one for
// each integration.
type Due struct {
	// Integration is whose run it is.
	Integration IntegrationID
	// At is when it is due.
	At time.Time
	// Failures counts the runs in a row that failed: the next one waits longer.
	Failures int
	// Deployment is the name of the deployment that the schedule is for, as the
	// host gave it. Under another name it rests until a person confirms it.
	Deployment string
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
