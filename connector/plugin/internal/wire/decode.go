package wire

import (
	"encoding/binary"
	"errors"
	"fmt"
	"time"

	"google.golang.org/protobuf/encoding/protowire"

	"github.com/dovetail-sync/dovetail/connector"
)

// Decoder reads records as an Encoder writes them. It is made for one read, and
// not safe for concurrent use.
type Decoder struct {
	names []string
	// fields is how many fields the last record had: the next one has about as
	// many.
	fields int
}

// maxListDepth bounds lists within lists, as in connector.Value.
const maxListDepth = 8

var (
	errDeep   = errors.New("is nested too deeply")
	errStatus = errors.New("has an unknown status")
	errName   = errors.New("has a data point without a name")
)

// Names sets the names of data points. Those that were there before are used
// again: a part mostly has the names of the one before.
func (d *Decoder) Names(names [][]byte) {
	for i, name := range names {
		switch {
		case i == len(d.names):
			d.names = append(d.names, string(name))
		case d.names[i] != string(name):
			d.names[i] = string(name)
		}
	}
	d.names = d.names[:len(names)]
}

// next splits the first record off. It has no record at the end.
func next(data []byte) (record, rest []byte, err error) {
	size, n := binary.Uvarint(data)
	if n <= 0 || size > uint64(len(data)-n) {
		return nil, nil, fmt.Errorf("a record %w", errForm)
	}
	end := n + int(size)
	return data[n:end], data[end:], nil
}

// Count counts records.
func Count(data []byte) (n int, err error) {
	for ; len(data) > 0; n++ {
		if _, data, err = next(data); err != nil {
			return n, err
		}
	}
	return n, nil
}

// Append reads records and appends them to dst.
func (d *Decoder) Append(dst []connector.Record, data []byte) ([]connector.Record, error) {
	for len(data) > 0 {
		one, rest, err := next(data)
		if err != nil {
			return dst, err
		}
		rec, err := d.Record(string(one))
		if err != nil {
			return dst, err
		}
		dst, data = append(dst, rec), rest
	}
	return dst, nil
}

// Record reads one record. All its texts are parts of the one given. The error
// says which record it is, if that can be told.
func (d *Decoder) Record(text string) (connector.Record, error) {
	var rec connector.Record
	s := scanner{text: text}
	if d.record(&s, &rec); s.err != nil {
		if rec.Key != "" {
			return rec, fmt.Errorf("record %.40q, at byte %d: %w", string(rec.Key), s.pos, s.err)
		}
		return rec, fmt.Errorf("a record, at byte %d: %w", s.pos, s.err)
	}
	d.fields = len(rec.Fields)
	return rec, nil
}

func (d *Decoder) record(s *scanner, rec *connector.Record) {
	for s.more() {
		switch tag := s.varint(); tag {
		case uint64(tagKey):
			rec.Key = connector.Key(s.bytes())
		case uint64(tagContainer):
			rec.Container = connector.Key(s.bytes())
		case uint64(tagName):
			rec.Name = s.bytes()
		case uint64(tagType):
			rec.Type = s.bytes()
		case uint64(tagTypeID):
			rec.TypeID = s.bytes()
		case uint64(tagCreated):
			rec.Created = fromMicros(s.fixed64())
		case uint64(tagUpdated):
			rec.Updated = fromMicros(s.fixed64())
		case uint64(tagStatus):
			status := uint32(s.varint())
			if rec.Status = connector.Status(status); status > uint32(connector.StatusDeleted) {
				s.fail()
				s.err = errStatus
			}
		case uint64(tagURL):
			rec.URL = s.bytes()
		case uint64(tagFields):
			if rec.Fields == nil {
				rec.Fields = make(connector.Fields, d.fields)
			}
			d.field(s, rec.Fields)
		default: // of a later version
			s.skip(tag)
		}
	}
}

func (d *Decoder) field(s *scanner, fields connector.Fields) {
	place, v, err := value(s.bytes(), 0)
	if err == nil && int(place) >= len(d.names) {
		err = errName
	}
	switch {
	case s.err != nil:
	case err != nil:
		s.fail()
		s.err = err
	case v.IsAbsent():
		delete(fields, d.names[place]) // the last of a name counts
	default:
		fields[d.names[place]] = v
	}
}

// value reads a value and the place of its name.
func value(text string, depth int) (place uint32, v connector.Value, err error) {
	s := scanner{text: text}
	var items []connector.Value
	for s.more() {
		switch tag := s.varint(); tag {
		case uint64(tagValueName):
			place = uint32(s.varint())
		case uint64(tagText):
			v = connector.Text(s.bytes())
		case uint64(tagInteger):
			v = connector.Integer(protowire.DecodeZigZag(s.varint()))
		case uint64(tagDecimal):
			v, err = connector.Decimal(s.bytes())
		case uint64(tagBool):
			v = connector.Bool(s.varint() != 0)
		case uint64(tagInstant):
			v = connector.Instant(time.UnixMicro(s.fixed64()))
		case uint64(tagItems):
			if items == nil {
				items = make([]connector.Value, 0, 4)
			}
			var item connector.Value
			if depth == maxListDepth {
				return place, v, errDeep
			}
			_, item, err = value(s.bytes(), depth+1)
			items = append(items, item)
		default:
			s.skip(tag)
		}
		if err != nil {
			return place, v, err
		}
	}
	if items != nil {
		v = connector.List(items...)
	}
	return place, v, s.err
}

// The moments between which connector.CleanTime keeps a time, in microseconds.
const (
	afterMicros  = -62_135_596_800_000_000 // the year 1
	beforeMicros = 253_402_300_800_000_000 // the year 10,000
)

func fromMicros(n int64) time.Time {
	if n <= afterMicros || n >= beforeMicros {
		return time.Time{}
	}
	return time.UnixMicro(n).UTC()
}
