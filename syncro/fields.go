package syncro

import (
	"time"

	"github.com/dovetail-sync/dovetail/connector"
)

// fields collects the values of a record, without those that are absent.
type fields connector.Fields

// The room that is made for the fields of a record: a map grows by doubling.
const (
	usualFields = 14
	agentFields = 28
)

func (f fields) set(name string, v connector.Value) {
	if !v.IsAbsent() {
		f[name] = v
	}
}

func (f fields) text(name string, candidates ...text) {
	f.set(name, connector.Text(firstOf(candidates...)))
}

func (f fields) texts(name string, items []string) {
	if len(items) > 0 {
		f.set(name, connector.Texts(items...))
	}
}

func (f fields) instant(name string, at time.Time) { f.set(name, connector.Instant(at)) }
