package wire

import (
	"encoding/binary"
	"time"

	"google.golang.org/protobuf/encoding/protowire"

	"github.com/dovetail-sync/dovetail/connector"
)

// The tags of Record and Value in wire.proto: the number and the form.
const (
	tagKey       = 1<<3 | byte(protowire.BytesType)
	tagContainer = 2<<3 | byte(protowire.BytesType)
	tagName      = 3<<3 | byte(protowire.BytesType)
	tagType      = 4<<3 | byte(protowire.BytesType)
	tagTypeID    = 5<<3 | byte(protowire.BytesType)
	tagCreated   = 6<<3 | byte(protowire.Fixed64Type)
	tagUpdated   = 7<<3 | byte(protowire.Fixed64Type)
	tagStatus    = 8<<3 | byte(protowire.VarintType)
	tagURL       = 9<<3 | byte(protowire.BytesType)
	tagFields    = 10<<3 | byte(protowire.BytesType)

	tagValueName = 1<<3 | byte(protowire.VarintType)
	tagText      = 2<<3 | byte(protowire.BytesType)
	tagInteger   = 3<<3 | byte(protowire.VarintType)
	tagDecimal   = 4<<3 | byte(protowire.BytesType)
	tagBool      = 5<<3 | byte(protowire.VarintType)
	tagInstant   = 6<<3 | byte(protowire.Fixed64Type)
	tagItems     = 7<<3 | byte(protowire.BytesType)
)

// Encoder gathers the records of a part, and the names of their data points.
// The zero Encoder is ready for use.
type Encoder struct {
	data  []byte
	count int
	// names are kept from one part to the next, since they are mostly the same.
	names    [][]byte
	places   map[string]uint64
	nameSize int
}

// maxKeptNames is how many bytes of names are kept for the next part.
const maxKeptNames = 4 << 10

// Append adds a record as it is: what is wrong with it is the engine's to say.
func (e *Encoder) Append(r connector.Record) {
	if e.places == nil {
		e.places = make(map[string]uint64)
	}
	e.count++
	start := len(e.data)
	dst := e.data
	dst = append(dst, 0)
	dst = appendText(dst, tagKey, string(r.Key))
	dst = appendText(dst, tagContainer, string(r.Container))
	dst = appendText(dst, tagName, r.Name)
	dst = appendText(dst, tagType, r.Type)
	dst = appendText(dst, tagTypeID, r.TypeID)
	dst = appendTime(dst, tagCreated, r.Created)
	dst = appendTime(dst, tagUpdated, r.Updated)
	if r.Status != connector.StatusActive {
		dst = binary.AppendUvarint(append(dst, tagStatus), uint64(r.Status))
	}
	dst = appendText(dst, tagURL, r.URL)
	for name, v := range r.Fields {
		if v.IsAbsent() {
			continue
		}
		dst = append(dst, tagFields, 0, tagValueName)
		inside := len(dst) - 2
		dst = binary.AppendUvarint(dst, e.place(name))
		dst = setLength(appendValue(dst, v), inside)
	}
	e.data = setLength(dst, start)
}

// place is where a name stands among the names.
func (e *Encoder) place(name string) uint64 {
	if place, ok := e.places[name]; ok {
		return place
	}
	place := uint64(len(e.names))
	e.places[name] = place
	e.names = append(e.names, []byte(name))
	e.nameSize += len(name)
	return place
}

// size is how many bytes there are to send.
func (e *Encoder) size() int { return len(e.data) + e.nameSize }

// encoded is how far an Encoder is.
type encoded struct{ data, count, names int }

func (e *Encoder) mark() encoded { return encoded{len(e.data), e.count, len(e.names)} }

// undo takes back what was added since the mark was made.
func (e *Encoder) undo(to encoded) {
	for _, name := range e.names[to.names:] {
		delete(e.places, string(name))
		e.nameSize -= len(name)
	}
	e.data, e.count, e.names = e.data[:to.data], to.count, e.names[:to.names]
}

// reset begins a part.
func (e *Encoder) reset() {
	e.data, e.count = e.data[:0], 0
	if e.nameSize > maxKeptNames {
		e.undo(encoded{})
	}
}

func appendValue(dst []byte, v connector.Value) []byte {
	switch v.Kind() {
	case connector.KindText:
		return appendText(dst, tagText, v.String())
	case connector.KindDecimal:
		return appendText(dst, tagDecimal, v.String())
	case connector.KindInteger:
		n, _ := v.AsInteger()
		return binary.AppendVarint(append(dst, tagInteger), n)
	case connector.KindBool:
		on, _ := v.AsBool()
		return append(dst, tagBool, byte(protowire.EncodeBool(on)))
	case connector.KindInstant:
		at, _ := v.AsInstant()
		return appendMicros(dst, tagInstant, at)
	case connector.KindList:
		for i := range v.Len() {
			dst = append(dst, tagItems, 0)
			inside := len(dst) - 1
			dst = setLength(appendValue(dst, v.Item(i)), inside)
		}
	case connector.KindAbsent: // a value without anything
	}
	return dst
}

func appendText(dst []byte, tag byte, text string) []byte {
	if text == "" {
		return dst
	}
	return append(binary.AppendUvarint(append(dst, tag), uint64(len(text))), text...)
}

// appendTime appends a time as connector.CleanTime keeps it, unless it is
// unknown.
func appendTime(dst []byte, tag byte, t time.Time) []byte {
	if t.IsZero() {
		return dst
	}
	if year := t.Year(); year < 2 || year > 9998 { // in its zone: near the bounds it takes a closer look
		if t = connector.CleanTime(t); t.IsZero() {
			return dst
		}
	}
	return appendMicros(dst, tag, t)
}

func appendMicros(dst []byte, tag byte, t time.Time) []byte {
	return binary.LittleEndian.AppendUint64(append(dst, tag), uint64(t.UnixMicro()))
}

// setLength writes the length of what follows on dst[at], where one byte was
// left for it.
func setLength(dst []byte, at int) []byte {
	size := len(dst) - at - 1
	if size < 0x80 {
		dst[at] = byte(size)
		return dst
	}
	var room [binary.MaxVarintLen64]byte
	length := binary.AppendUvarint(room[:0], uint64(size))
	dst = append(dst, length[1:]...) // as many bytes more
	copy(dst[at+len(length):], dst[at+1:])
	copy(dst[at:], length)
	return dst
}
