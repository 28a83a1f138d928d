package wire

import (
	"errors"
	"fmt"
	"time"
	"unicode/utf8"

	"github.com/dovetail-sync/dovetail/connector"
)

// Decoder reads records as AppendRecord writes them. It is made for one read,
// and not safe for concurrent use.
type Decoder struct {
	// fields is how many fields the last record had: the next one has about as
	// many.
	fields int
}

// maxDepth bounds what is skipped; values have a bound of their own.
const maxDepth = 32

// maxListDepth bounds lists within lists, as in connector.Value.
const maxListDepth = 8

var (
	errSyntax = errors.New("is not JSON")
	errUTF8   = errors.New("is not UTF-8")
	errDeep   = errors.New("is nested too deeply")
	errStatus = errors.New("has an unknown status")
	errObject = errors.New("has an object that is no instant as a value")
)

// Record reads one record. The error says which record it is, if that can be
// told.
func (d *Decoder) Record(data []byte) (connector.Record, error) {
	if !utf8.Valid(data) {
		return connector.Record{}, errUTF8
	}
	return d.text(string(data))
}

// text reads a record that is valid UTF-8. All its texts are parts of it.
func (d *Decoder) text(text string) (connector.Record, error) {
	var rec connector.Record
	s := scanner{text: text, simple: simple(text)}
	if err := d.record(&s, &rec); err != nil {
		if rec.Key != "" {
			return rec, fmt.Errorf("record %.40q, at byte %d: %w", string(rec.Key), s.pos, err)
		}
		return rec, fmt.Errorf("a record, at byte %d: %w", s.pos, err)
	}
	d.fields = len(rec.Fields)
	return rec, nil
}

func (d *Decoder) record(s *scanner, rec *connector.Record) error {
	more, err := s.open('{', '}')
	for more {
		name, err := s.memberName()
		if err != nil {
			return err
		}
		if err := d.member(s, rec, name); err != nil {
			return err
		}
		if more, err = s.next('}'); err != nil {
			return err
		}
	}
	if err != nil {
		return err
	}
	if s.space(); s.pos < len(s.text) {
		return errSyntax
	}
	return nil
}

// member reads one member of a record. Unknown ones are of a later version.
func (d *Decoder) member(s *scanner, rec *connector.Record, name string) (err error) {
	var text string
	switch name {
	case "key":
		text, err = s.textOrNull()
		rec.Key = connector.Key(text)
	case "container":
		text, err = s.textOrNull()
		rec.Container = connector.Key(text)
	case "name":
		rec.Name, err = s.textOrNull()
	case "type":
		rec.Type, err = s.textOrNull()
	case "type_id":
		rec.TypeID, err = s.textOrNull()
	case "created":
		rec.Created, err = s.instant()
	case "updated":
		rec.Updated, err = s.instant()
	case "status":
		if text, err = s.textOrNull(); err == nil {
			rec.Status, err = parseStatus(text)
		}
	case "url":
		rec.URL, err = s.textOrNull()
	case "fields":
		rec.Fields, err = d.readFields(s)
	default:
		err = s.skip(0)
	}
	return err
}

func (d *Decoder) readFields(s *scanner) (connector.Fields, error) {
	if s.null() {
		return nil, nil
	}
	fields := make(connector.Fields, d.fields)
	more, err := s.open('{', '}')
	for more {
		name, err := s.memberName()
		if err != nil {
			return nil, err
		}
		v, err := s.value(0)
		if err != nil {
			return nil, err
		}
		if v.IsAbsent() {
			delete(fields, name) // the last of a name counts
		} else {
			fields[name] = v
		}
		if more, err = s.next('}'); err != nil {
			return nil, err
		}
	}
	return fields, err
}

func parseStatus(text string) (connector.Status, error) {
	for _, status := range [...]connector.Status{
		connector.StatusActive, connector.StatusInactive, connector.StatusArchived, connector.StatusDeleted,
	} {
		if text == status.String() || text == "" {
			return status, nil
		}
	}
	return 0, errStatus
}

// value reads the JSON form of a connector.Value.
func (s *scanner) value(depth int) (connector.Value, error) {
	if depth > maxListDepth {
		return connector.Value{}, errDeep
	}
	switch s.space(); s.peek() {
	case '"':
		text, err := s.string()
		return connector.Text(text), err
	case '[':
		return s.list(depth)
	case '{':
		return s.instantValue()
	case 't':
		return connector.Bool(true), s.word("true")
	case 'f':
		return connector.Bool(false), s.word("false")
	case 'n':
		return connector.Value{}, s.word("null")
	default:
		return s.number()
	}
}

func (s *scanner) list(depth int) (connector.Value, error) {
	var room [8]connector.Value
	items := room[:0]
	more, err := s.open('[', ']')
	for more {
		item, err := s.value(depth + 1)
		if err != nil {
			return connector.Value{}, err
		}
		items = append(items, item)
		if more, err = s.next(']'); err != nil {
			return connector.Value{}, err
		}
	}
	if err != nil {
		return connector.Value{}, err
	}
	return connector.List(items...), nil
}

// instantValue reads the object that an instant is.
func (s *scanner) instantValue() (connector.Value, error) {
	var at time.Time
	more, err := s.open('{', '}')
	for more {
		name, err := s.memberName()
		if err != nil {
			return connector.Value{}, err
		}
		if name != "at" {
			return connector.Value{}, errObject
		}
		if at, err = s.instant(); err != nil {
			return connector.Value{}, err
		}
		if more, err = s.next('}'); err != nil {
			return connector.Value{}, err
		}
	}
	return connector.Instant(at), err
}
