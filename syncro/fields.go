package syncro

import "github.com/dovetail-sync/dovetail/connector"

// fields collects the values of a record, without those that are absent.
type fields connector.Fields

func (f fields) set(name string, v connector.Value) {
	if !v.IsAbsent() {
		f[name] = v
	}
}

func (f fields) text(name string, candidates ...text) {
	f.set(name, connector.Text(firstOf(candidates...)))
}

func (f fields) texts(name string, items []string) { f.set(name, connector.Texts(items...)) }

func (f fields) instant(name string, at instant) { f.set(name, connector.Instant(at.Time)) }
