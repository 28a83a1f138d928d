package syncrotest_test

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"testing/synctest"

	"github.com/dovetail-sync/dovetail/syncro/syncrotest"
)

// trial is one account and its host with faults on.
type trial struct {
	*host
	faults []syncrotest.Fault
	wrong  []string
	ends   map[string]int
	// struck counts the requests of runs that each fault had a hand in.
	struck map[syncrotest.Fault]int
}

// runs makes runs with the faults on and judges each.
func (r *trial) runs(n int) {
	r.t.Helper()
	for range n {
		before := r.found()
		r.account.ForgetRequests()
		report, err := r.sync()
		r.narrowed = r.limitedMeanwhile()
		r.tally()
		end := string(report.Run.State)
		if end == "" {
			end = "refused"
		}
		r.ends[end]++
		r.note(end, r.judge(before, report, err))
		r.decide()
	}
}

func (r *trial) note(when string, wrong []string) {
	for _, w := range wrong {
		r.wrong = append(r.wrong, when+": "+w)
	}
}

// end switches the faults off, and requires the truth.
func (r *trial) end() {
	r.t.Helper()
	r.account.SwitchOff()
	if err := r.settle(); err != nil {
		r.note("afterwards", []string{err.Error()})
		return
	}
	live, now := truthOf(r.account), r.found()
	r.note("afterwards", r.always(now, live))
	r.note("afterwards", r.equal(now, live, false))
}

// fromTheStart has the faults on from the first connection test on.
func fromTheStart(t testing.TB, faults []syncrotest.Fault, account *syncrotest.Account, options ...hostOption) *trial {
	t.Helper()
	r := &trial{host: newHost(t, account, options...), faults: faults, ends: map[string]int{}, struck: map[syncrotest.Fault]int{}}
	if err := account.SwitchOn(faults...); err != nil {
		t.Fatal(err)
	}
	if err := r.test(); err != nil {
		r.ends["untested"]++
		for _, canary := range account.Canaries() {
			if strings.Contains(err.Error(), canary) {
				r.note("test", []string{"a secret is shown: " + err.Error()})
			}
		}
	}
	r.runs(3)
	r.end()
	return r
}

// afterAGoodRun has the faults on when everything is here already, and people
// went on working upstream.
func afterAGoodRun(t testing.TB, faults []syncrotest.Fault, account *syncrotest.Account, options ...hostOption) *trial {
	t.Helper()
	r := &trial{host: newHost(t, account, options...), faults: faults, ends: map[string]int{}, struck: map[syncrotest.Fault]int{}}
	if err := r.settle(); err != nil {
		r.note("before", []string{err.Error()})
		return r
	}
	work(account)
	if err := account.SwitchOn(faults...); err != nil {
		t.Fatal(err)
	}
	r.runs(2)
	r.end()
	return r
}

// limitedMeanwhile reports whether the token was limited in the middle of the
// run: lists became shorter then, as if rows had been deleted.
func (r *trial) limitedMeanwhile() bool {
	limited, lists := 0, 0
	for _, request := range r.account.Requests() {
		if request.Query.Has("page") && request.Status == http.StatusOK {
			lists++
			if slices.Contains(request.Faults, syncrotest.FaultLimitedToken) {
				limited++
			}
		}
	}
	return limited > 0 && limited < lists
}

// tally counts the requests that each fault had a hand in.
func (r *trial) tally() {
	for _, request := range r.account.Requests() {
		for _, fault := range request.Faults {
			r.struck[fault]++
		}
	}
}

func (r *trial) require() {
	r.t.Helper()
	if len(r.wrong) > 0 {
		r.t.Errorf("%v (runs ended: %v):\n  %s", r.faults, r.ends, strings.Join(r.wrong, "\n  "))
	}
}

func TestEachFaultOverRealHTTPEndsWithTheTruthOrAnHonestError(t *testing.T) {
	t.Parallel()
	for _, info := range syncrotest.Faults() {
		switch info.Name {
		case syncrotest.FaultSlow, syncrotest.Fault429Storm, syncrotest.Fault429Seconds, syncrotest.Fault429Date, syncrotest.Fault504LargePages:
			continue // they make a client wait, and over sockets time is real
		default:
		}
		t.Run(string(info.Name), func(t *testing.T) {
			t.Parallel()
			for _, trial := range []func(testing.TB, []syncrotest.Fault, *syncrotest.Account, ...hostOption) *trial{fromTheStart, afterAGoodRun} {
				account := newOffice(t)
				server := account.Start()
				// Not for good: a request is tried five times, with seconds between.
				fault := info.Name
				if slices.Contains([]syncrotest.Fault{syncrotest.Fault503Burst, syncrotest.FaultReset, syncrotest.FaultTruncate, syncrotest.FaultEmpty200}, fault) {
					fault = fault.At(3, 2)
				}
				trial(t, []syncrotest.Fault{fault}, account, over(server)).require()
				server.Close()
			}
		})
	}
}

func TestEachFaultEndsWithTheTruthOrAnHonestError(t *testing.T) {
	t.Parallel()
	for _, info := range syncrotest.Faults() {
		for _, fault := range []syncrotest.Fault{
			info.Name, info.Name.At(1, 0), info.Name.At(2, 1), info.Name.At(4, 2), info.Name.At(9, 0), info.Name.At(14, 0),
		} {
			t.Run(string(fault), func(t *testing.T) {
				t.Parallel()
				struck := 0
				synctest.Test(t, func(t *testing.T) {
					r := fromTheStart(t, []syncrotest.Fault{fault}, newOffice(t))
					r.require()
					struck += r.struck[info.Name]
				})
				synctest.Test(t, func(t *testing.T) {
					r := afterAGoodRun(t, []syncrotest.Fault{fault}, newOffice(t))
					r.require()
					struck += r.struck[info.Name]
				})
				if fault == info.Name && struck == 0 {
					t.Error("the fault never had a hand in anything")
				}
			})
		}
	}
}

func TestEachPairOfFaultsEndsWithTheTruthOrAnHonestError(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("all pairs take a minute")
	}
	table := syncrotest.Faults()
	for i, first := range table {
		t.Run(string(first.Name), func(t *testing.T) {
			t.Parallel()
			for j, second := range table[i+1:] {
				if (i+j)%everyPair != 0 {
					continue
				}
				pair := []syncrotest.Fault{first.Name, second.Name}
				t.Run(fmt.Sprintf("and %s", second.Name), func(t *testing.T) {
					synctest.Test(t, func(t *testing.T) { fromTheStart(t, pair, newOffice(t)).require() })
					synctest.Test(t, func(t *testing.T) { afterAGoodRun(t, pair, newOffice(t)).require() })
				})
			}
		})
	}
}
