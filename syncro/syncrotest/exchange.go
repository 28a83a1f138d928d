package syncrotest

import (
	"net/http"
	"slices"
	"time"
)

// exchange is one request on its way through the account.
type exchange struct {
	account *Account
	request *http.Request
	at      time.Time
	// call is the routed request. Its serve is nil before it is routed, and
	// where there is no route.
	call call
	out  reply
	// answered says that out is the answer and the application isn't asked.
	answered bool
	// delay is how long the answer is held back.
	delay time.Duration
	// struck are the faults that had a hand in it.
	struck []Fault
}

// answer gives the answer to the request, and ends the application's turn.
func (x *exchange) answer(out reply) { x.out, x.answered = out, true }

// stage is where in an exchange a fault has its turn.
type stage int

const (
	// stageGate is before the application: the network, a firewall, a proxy.
	stageGate stage = iota
	// stageCall is inside the application, once the token is known to be good.
	stageCall
	// stageWire is on the way back.
	stageWire
)

// faultSpec is a fault with what it does.
type faultSpec struct {
	FaultInfo
	stage stage
	// looks picks the requests that count.
	looks func(*exchange) bool
	when  schedule
	// strike does it, for the nth time from 1.
	strike func(x *exchange, nth int)
}

// activeFault is a fault that is switched on.
type activeFault struct {
	faultSpec
	// asked is how it was asked for, with its count.
	asked         Fault
	seen, strikes int
}

// SwitchOn switches faults on, each with its count at zero. A fault that is on
// already begins anew. It fails for a name that isn't in the table, and then
// switches none on.
func (a *Account) SwitchOn(faults ...Fault) error {
	var active []*activeFault
	for _, f := range faults {
		spec, err := f.parse()
		if err != nil {
			return err
		}
		active = append(active, &activeFault{faultSpec: spec, asked: f})
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	for _, f := range active {
		a.switchOff(f.Name)
		a.faults = append(a.faults, f)
	}
	// In the order of the table, in whatever order they were switched on.
	order := Faults()
	position := func(f *activeFault) int {
		return slices.IndexFunc(order, func(info FaultInfo) bool { return info.Name == f.Name })
	}
	slices.SortStableFunc(a.faults, func(x, y *activeFault) int { return position(x) - position(y) })
	return nil
}

// SwitchOff switches faults off, whatever count they were given or asked for with. One that isn't on is
// left out. Without an argument all are switched off. What a fault changed in
// the account's rows stays.
func (a *Account) SwitchOff(faults ...Fault) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if len(faults) == 0 {
		a.faults = nil
	}
	for _, f := range faults {
		a.switchOff(f.name())
	}
}

func (a *Account) switchOff(f Fault) {
	a.faults = slices.DeleteFunc(slices.Clone(a.faults), func(on *activeFault) bool { return on.Name == f })
}

// SwitchedOn returns the faults that are on, as they were asked for, in the
// order of the table.
func (a *Account) SwitchedOn() []Fault {
	a.mu.Lock()
	defer a.mu.Unlock()
	out := make([]Fault, len(a.faults))
	for i, f := range a.faults {
		out[i] = f.asked
	}
	return out
}

// strike lets the faults of a stage have their turn. It ends with the first
// that answers.
func (x *exchange) strike(at stage) {
	for _, turn := range x.account.struckBy(x, at) {
		x.struck = append(x.struck, turn.fault.Name)
		turn.fault.strike(x, turn.nth)
		if x.answered && at != stageWire {
			return
		}
	}
}

// turnOf is one fault's turn at a request.
type turnOf struct {
	fault faultSpec
	nth   int
}

// struckBy counts the request and returns the faults that strike it. They do so
// without the account's lock: some change its rows.
func (a *Account) struckBy(x *exchange, at stage) []turnOf {
	a.mu.Lock()
	defer a.mu.Unlock()
	var out []turnOf
	for _, f := range a.faults {
		if f.stage != at || !f.looks(x) {
			continue
		}
		f.seen++
		if f.when.hits(f.seen, f.strikes) {
			f.strikes++
			out = append(out, turnOf{f.faultSpec, f.strikes})
		}
	}
	return out
}
