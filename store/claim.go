package store

import "time"

// Claim is a process's hold on work that one process may do at a time, such as
// the runs of an integration. It is never removed, so that its fence goes on
// growing.
type Claim struct {
	// Work names the work, as 1 to 191 bytes.
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
