package syncrotest

import "slices"

// LimitToken makes the token one of a user who sees some customers only: /me
// names them, lists show what is theirs, and everything else answers 404. The
// customers needn't exist.
func (a *Account) LimitToken(customers ...int64) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.limitedTo = append([]int64{}, customers...)
}

// UnlimitToken lets the token see everything again.
func (a *Account) UnlimitToken() {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.limitedTo = nil
}

// sees returns what the token sees. Nil: everything.
func (a *Account) sees() func(customer int64) bool {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.limitedTo == nil {
		return nil
	}
	limited := a.limitedTo
	return func(customer int64) bool { return slices.Contains(limited, customer) }
}

// accessible lists the customers that a limited token sees. Nil: all.
func (a *Account) accessible(c call) any {
	if c.sees == nil {
		return nil
	}
	out := []int64{}
	for _, row := range a.customers.rows {
		if c.sees(row.ID) {
			out = append(out, row.ID)
		}
	}
	return out
}
