package main

import (
	"encoding/json"
	"fmt"
	"io"
	"sync"

	"github.com/dovetail-sync/dovetail"
)

// record is one step as JSON.
type record map[string]any

// printer prints for people, or one JSON object a step.
type printer struct {
	w      io.Writer
	asJSON bool
	steps  int
	mu     sync.Mutex
}

func newPrinter(w io.Writer, asJSON bool) *printer { return &printer{w: w, asJSON: asJSON} }

func (p *printer) title(text string) {
	p.steps++
	p.say("\n%d. %s\n", p.steps, text)
}

// say prints a line for people.
func (p *printer) say(format string, args ...any) {
	if p.asJSON {
		return
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	_, _ = fmt.Fprintf(p.w, format+"\n", args...)
}

// step prints a step's result as JSON.
func (p *printer) step(r record) {
	if !p.asJSON {
		return
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	_ = json.NewEncoder(p.w).Encode(r)
}

// event prints progress: now and then, so that it can be read.
func (p *printer) event(ev dovetail.Event) {
	switch ev.Type {
	case dovetail.EventPageRead:
		if ev.Done%400 == 0 {
			p.say("  … %d of kind %s read", ev.Done, ev.Kind)
		}
	case dovetail.EventChangeApplied:
		if ev.Done%500 == 0 {
			p.say("  … %d of %d changes written", ev.Done, ev.Total)
		}
	case dovetail.EventWaiting:
		p.say("  … %s", ev.Text)
	case dovetail.EventCompanyPlanned: // too quick to be news
	}
}
