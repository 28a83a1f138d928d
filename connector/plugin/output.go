package plugin

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"log/slog"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/dovetail-sync/dovetail/connector"
	"github.com/dovetail-sync/dovetail/connector/plugin/internal/wire"
)

// output is what the process writes: log lines of sessions, and anything else.
type output struct {
	logger *slog.Logger // for what belongs to no session
	redact *redactor

	mu       sync.Mutex
	sessions map[uint64]*slog.Logger
	// cause is the line that says why the process crashed, last is the last one.
	cause, last string
}

func newOutput(logger *slog.Logger, redact *redactor) *output {
	return &output{logger: logger, redact: redact, sessions: make(map[uint64]*slog.Logger)}
}

func (o *output) add(session uint64, logger *slog.Logger) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.sessions[session] = logger
}

func (o *output) remove(session uint64) {
	o.mu.Lock()
	defer o.mu.Unlock()
	delete(o.sessions, session)
}

// lastWords is what the process said of its crash. Empty if it said nothing.
func (o *output) lastWords() string {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.cause != "" {
		return o.cause
	}
	return o.last
}

// stream returns a writer for one of the process's outputs.
func (o *output) stream(name string) io.Writer { return &lines{name: name, each: o.line} }

// maxLine bounds a line: the rest of a longer one is dropped.
const maxLine = 16 << 10

// lines cuts what is written into lines.
type lines struct {
	name string
	each func(stream string, line []byte)

	mu   sync.Mutex
	line []byte
}

// Write implements io.Writer.
func (l *lines) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for rest := p; len(rest) > 0; {
		part, after, ended := bytes.Cut(rest, []byte("\n"))
		l.line = append(l.line, part[:min(len(part), maxLine+wire.SecretRoom-len(l.line))]...)
		if ended && len(l.line) > 0 {
			l.each(l.name, l.line)
			l.line = l.line[:0]
		}
		rest = after
	}
	return len(p), nil
}

// line logs one line: as what it is if the connector's logger wrote it, as text
// if anything else did.
func (o *output) line(stream string, line []byte) {
	if session, record, ok := o.parse(line); ok {
		o.mu.Lock()
		logger := o.sessions[session]
		o.mu.Unlock()
		if logger == nil {
			logger = o.logger
		}
		if ctx := context.Background(); logger.Enabled(ctx, record.Level) {
			_ = logger.Handler().Handle(ctx, record) // as slog itself does
		}
		return
	}
	text := o.redact.text(connector.CleanText(strings.TrimSpace(string(line))))
	if len(line) > maxLine {
		// What was cut off may have taken a half of a credential with it.
		text = wire.Clip(text, max(0, min(maxLine, len(text)-wire.SecretRoom)))
	}
	if text == "" {
		return
	}
	if stream == "stderr" {
		o.mu.Lock()
		o.last = wire.Clip(text, 200)
		if o.cause == "" && (strings.HasPrefix(text, "panic: ") || strings.HasPrefix(text, "fatal error: ")) {
			o.cause = o.last
		}
		o.mu.Unlock()
	}
	o.logger.Debug("plugin output", "stream", stream, "text", text)
}

// parse reads a line of the connector's logger.
func (o *output) parse(line []byte) (session uint64, record slog.Record, ok bool) {
	var attrs map[string]json.RawMessage
	if len(line) == 0 || line[0] != '{' || json.Unmarshal(line, &attrs) != nil {
		return 0, record, false
	}
	var at time.Time
	var level slog.Level
	var message string
	if json.Unmarshal(attrs[sessionAttr], &session) != nil ||
		json.Unmarshal(attrs[slog.TimeKey], &at) != nil ||
		json.Unmarshal(attrs[slog.LevelKey], &level) != nil ||
		json.Unmarshal(attrs[slog.MessageKey], &message) != nil {
		return 0, record, false
	}
	record = slog.NewRecord(at, level, o.redact.text(message), 0)
	names := make([]string, 0, len(attrs))
	for name := range attrs {
		switch name {
		case sessionAttr, slog.TimeKey, slog.LevelKey, slog.MessageKey:
		default:
			names = append(names, name)
		}
	}
	slices.Sort(names)
	for _, name := range names {
		record.AddAttrs(slog.Any(o.redact.text(name), o.value(attrs[name])))
	}
	return session, record, true
}

// value makes of the JSON of an attribute what was logged.
func (o *output) value(raw json.RawMessage) any {
	var value any
	dec := json.NewDecoder(bytes.NewReader(raw))
	dec.UseNumber()
	if dec.Decode(&value) != nil {
		return ""
	}
	switch value := value.(type) {
	case string:
		return o.redact.text(value)
	case bool, json.Number:
		return value
	default:
		return o.redact.text(string(raw))
	}
}
