package syncrotest

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// Fault is one way in which Syncro, or what stands before it, misbehaves: a
// name of [Faults], as in "truncate". Each strikes by a count of requests and
// never by chance, so that the same calls meet the same faults.
//
// A name alone strikes as the table says. "truncate@3" strikes every request
// that the fault looks at, from the third on; "truncate@3x2" strikes two of
// them and then no more.
type Fault string

// The faults. [Faults] says what each does.
const (
	FaultSlow             Fault = "slow"
	FaultReset            Fault = "reset"
	Fault429Storm         Fault = "429-storm"
	Fault429Seconds       Fault = "429-seconds"
	Fault429Date          Fault = "429-date"
	Fault503Burst         Fault = "503-burst"
	FaultRedirect         Fault = "redirect"
	FaultRenamedSubdomain Fault = "renamed-subdomain"
	FaultHTML200          Fault = "html-200"
	Fault403Firewall      Fault = "403-firewall"
	FaultTokenRevoked     Fault = "token-revoked"
	Fault401List          Fault = "401-list"
	FaultLimitedToken     Fault = "limited-token"
	FaultPageShift        Fault = "page-shift"
	FaultReorder          Fault = "reorder"
	FaultMerge            Fault = "merge"
	FaultArchive          Fault = "archive"
	FaultArchive404       Fault = "archive-404"
	FaultDuplicateRows    Fault = "duplicate-rows"
	FaultWrongTotal       Fault = "wrong-total"
	FaultLaggingTotal     Fault = "lagging-total"
	FaultShortTotal       Fault = "short-total"
	FaultMissingMeta      Fault = "missing-meta"
	FaultWrappedContact   Fault = "wrapped-contact"
	Fault504LargePages    Fault = "504-on-large-pages"
	FaultPerPage          Fault = "per-page-everywhere"
	FaultTruncate         Fault = "truncate"
	FaultEmpty200         Fault = "empty-200"
)

// FaultInfo describes a fault.
type FaultInfo struct {
	// Name is the fault's name.
	Name Fault
	// Does says what happens, and to which requests.
	Does string
	// Why says why it is believed to be real.
	Why string
	// Moves says that the fault changes rows while they are read, as people and
	// agents do: a read of pages then can't know that it saw everything.
	Moves bool
}

// Faults returns the table of all faults, in the order in which they come into
// play: of two that answer the same request, the earlier one does.
func Faults() []FaultInfo {
	specs := faultTable()
	out := make([]FaultInfo, len(specs))
	for i, spec := range specs {
		out[i] = spec.FaultInfo
	}
	return out
}

// At returns the fault with another count: it strikes from the given request
// that it looks at on, counted from 1, as often as times says. Zero times is
// for good.
func (f Fault) At(from, times int) Fault {
	if times == 0 {
		return Fault(fmt.Sprintf("%s@%d", f.name(), from))
	}
	return Fault(fmt.Sprintf("%s@%dx%d", f.name(), from, times))
}

// name is the fault without its count.
func (f Fault) name() Fault {
	name, _, _ := strings.Cut(string(f), "@")
	return Fault(name)
}

// parse finds what the fault stands for. An unknown name is an error that
// lists the known ones.
func (f Fault) parse() (faultSpec, error) {
	name, count, counted := strings.Cut(string(f), "@")
	table := faultTable()
	at := slices.IndexFunc(table, func(spec faultSpec) bool { return spec.Name == Fault(name) })
	if at < 0 {
		known := make([]string, len(table))
		for i, spec := range table {
			known[i] = string(spec.Name)
		}
		return faultSpec{}, fmt.Errorf("syncrotest: there is no fault named %q (use one of %s)", name, strings.Join(known, ", "))
	}
	spec := table[at]
	if !counted {
		return spec, nil
	}
	from, times, bounded := strings.Cut(count, "x")
	first, err := strconv.Atoi(from)
	last := 0
	if bounded && err == nil {
		last, err = strconv.Atoi(times)
	}
	if err != nil || first < 1 || last < 0 || bounded && last == 0 {
		return faultSpec{}, fmt.Errorf("syncrotest: fault %q: the count can't be read (write %s@3 or %s@3x2)", f, name, name)
	}
	spec.when = schedule{from: first, times: last}
	return spec, nil
}

// schedule says which of the requests that a fault looks at it strikes.
type schedule struct {
	// from is the first one, from 1.
	from int
	// of and run: run requests of each so many. Zero for both is every one.
	run, of int
	// times bounds how often. Zero doesn't.
	times int
}

// hits reports whether the nth request is struck, after so many strikes.
func (s schedule) hits(nth, strikes int) bool {
	since := nth - s.from
	return since >= 0 && (s.times == 0 || strikes < s.times) && (s.of == 0 || since%s.of < s.run)
}
