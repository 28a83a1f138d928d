package connectortest

import (
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"sync"

	"github.com/dovetail-sync/dovetail/connector"
)

// minSecret is the length from which on a credential can be told from any other
// text.
const minSecret = 8

// shown is everything that a connector has put out, and what must not be in it.
type shown struct {
	mu sync.Mutex
	// texts are by what they are, as in "an error".
	texts []labelled
	// hidden are the credentials.
	hidden []string
}

const (
	anError  = "an error"
	aLogLine = "a log line"
)

type labelled struct{ what, text string }

func (s *shown) text(what, text string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if text != "" {
		s.texts = append(s.texts, labelled{what, text})
	}
}

func (s *shown) secrets(c connector.Config) {
	for _, secret := range c.Secrets {
		s.secret(secret)
	}
}

func (s *shown) secret(secret connector.Secret) { s.hide(secret.Reveal()) }

// hide notes a text that must not be shown.
func (s *shown) hide(text string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(text) >= minSecret && !slices.Contains(s.hidden, text) {
		s.hidden = append(s.hidden, text)
	}
}

// error notes an error as a host would print it.
func (s *shown) error(err error) {
	if err != nil {
		s.text(anError, fmt.Sprintf("%v %+v %#v", err, err, err))
	}
}

func (s *shown) page(page connector.Page) {
	s.text("a checkpoint", string(page.Checkpoint))
	s.text("an account", page.Account)
	for _, rejected := range page.Rejected {
		s.error(rejected.Err)
	}
	for _, r := range page.Records {
		s.record(r)
	}
}

func (s *shown) record(r connector.Record) {
	text, err := json.Marshal(r)
	if err == nil {
		s.text("record "+string(r.Key), string(text))
	}
}

// leaks returns what shows a credential or, where other texts are given, the
// errors and log lines that show one of those.
func (s *shown) leaks(others []string) []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	var found []string
	for _, text := range s.texts {
		hidden := s.hidden
		if others != nil {
			hidden = nil
			if text.what == anError || text.what == aLogLine {
				hidden = others
			}
		}
		for _, secret := range hidden {
			if strings.Contains(text.text, secret) {
				found = append(found, text.what+" shows it: "+excerpt(text.text, secret))
				break
			}
		}
	}
	return found
}

// excerpt returns the surroundings of what must not be shown, without it.
func excerpt(text, hidden string) string {
	before, after, _ := strings.Cut(text, hidden)
	const most = 60
	if len(before) > most {
		before = "…" + before[len(before)-most:]
	}
	if len(after) > most {
		after = after[:most] + "…"
	}
	return fmt.Sprintf("%q", before+"[it]"+after)
}

// logHandler notes every line of the log, at any level.
type logHandler struct {
	shown *shown
	attrs string
}

// Enabled implements slog.Handler.
func (logHandler) Enabled(context.Context, slog.Level) bool { return true }

// Handle implements slog.Handler.
func (h logHandler) Handle(_ context.Context, r slog.Record) error {
	text := r.Message + h.attrs
	r.Attrs(func(a slog.Attr) bool {
		text += " " + a.String()
		return true
	})
	h.shown.text(aLogLine, text)
	return nil
}

// WithAttrs implements slog.Handler.
func (h logHandler) WithAttrs(attrs []slog.Attr) slog.Handler {
	for _, a := range attrs {
		h.attrs += " " + a.String()
	}
	return h
}

// WithGroup implements slog.Handler.
func (h logHandler) WithGroup(name string) slog.Handler {
	h.attrs += " " + name + ":"
	return h
}
