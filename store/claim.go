package store

import "time"

// maxWork is the longest name of a work in bytes.
const maxWork = 255

// Claim is a process's hold on work that one process may do at a time, such as
// the runs of an integration. It is never removed, so that its fence goes on
// growing.
type Claim struct {
	// Work names the work, in 1 to 255 bytes: room for the id of an integration
	// and for what is done for it.
	Work string
	// Holder names the process that holds it. Empty: none does.
	Holder string
	// Fence grows each time that a process takes the claim. The holder compares
	// it, in each Update, with the one that it got: if it grew, another process
	// has taken over, and the Update must fail.
	Fence int64
	// Until is when the claim lapses unless the holder renews it: from then on
	// another process may take it.
	Until time.Time
}

// ClaimReader reads claims.
type ClaimReader interface {
	// Claim returns the claim on some work.
	Claim(work string) (Claim, error)
}

// ClaimWriter writes claims.
type ClaimWriter interface {
	// PutClaim writes a claim.
	PutClaim(c Claim) error
}
