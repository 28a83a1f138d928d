package wire

import (
	"encoding/binary"
	"errors"

	"google.golang.org/protobuf/encoding/protowire"
)

// scanner goes through a protobuf message. What it returns as text is a part
// of the message and costs no allocation. After an error it is at the end.
type scanner struct {
	text string
	pos  int
	err  error
}

var errForm = errors.New("is no message")

func (s *scanner) more() bool { return s.pos < len(s.text) }

func (s *scanner) fail() {
	s.text, s.err = s.text[:s.pos], errForm
}

func (s *scanner) varint() uint64 {
	if s.pos < len(s.text) {
		if c := s.text[s.pos]; c < 0x80 {
			s.pos++
			return uint64(c)
		}
	}
	return s.longVarint()
}

func (s *scanner) longVarint() uint64 {
	n := uint64(0)
	for i, c := range []byte(s.text[s.pos:min(len(s.text), s.pos+binary.MaxVarintLen64)]) {
		if i == binary.MaxVarintLen64-1 && c > 1 {
			break
		}
		n |= uint64(c&0x7f) << (7 * i)
		if c < 0x80 {
			s.pos += i + 1
			return n
		}
	}
	s.fail()
	return 0
}

// bytes reads text, or a message within the message.
func (s *scanner) bytes() string {
	size := s.varint()
	if size > uint64(len(s.text)-s.pos) {
		s.fail()
		return ""
	}
	start := s.pos
	s.pos += int(size)
	return s.text[start:s.pos]
}

func (s *scanner) fixed64() int64 {
	if len(s.text)-s.pos < 8 {
		s.fail()
		return 0
	}
	b := s.text[s.pos : s.pos+8]
	s.pos += 8
	return int64(uint64(b[0]) | uint64(b[1])<<8 | uint64(b[2])<<16 | uint64(b[3])<<24 |
		uint64(b[4])<<32 | uint64(b[5])<<40 | uint64(b[6])<<48 | uint64(b[7])<<56)
}

// skip moves past a field of a later version. Groups, which protobuf itself
// has given up, are not read.
func (s *scanner) skip(tag uint64) {
	if number := tag >> 3; number == 0 || number > uint64(protowire.MaxValidNumber) {
		s.fail()
		return
	}
	switch protowire.Type(tag & 7) {
	case protowire.VarintType:
		s.varint()
	case protowire.Fixed64Type:
		s.fixed64()
	case protowire.BytesType:
		s.bytes()
	case protowire.Fixed32Type:
		if len(s.text)-s.pos < 4 {
			s.fail()
			return
		}
		s.pos += 4
	default:
		s.fail()
	}
}
