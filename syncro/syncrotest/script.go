package syncrotest

import "slices"

// scripted is a change that waits for a page to be asked for.
type scripted struct {
	list List
	page int
	do   func()
}

// BeforePage has do run once, right before the given page of a list, counted
// from 1, is answered the next time: it may change the account and switch
// faults. Changes of one page run in the order in which they were given. A
// request that a fault or the rate limit keeps from the application doesn't
// count, and neither does one whose token may not read the list.
func (a *Account) BeforePage(list List, page int, do func()) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.script = append(a.script, scripted{list, page, do})
}

// runScript runs what waits for the page, without holding the lock.
func (a *Account) runScript(list List, page int) {
	a.mu.Lock()
	var due []func()
	a.script = slices.DeleteFunc(a.script, func(s scripted) bool {
		if s.list != list || s.page != page {
			return false
		}
		due = append(due, s.do)
		return true
	})
	a.mu.Unlock()
	for _, do := range due {
		do()
	}
}
