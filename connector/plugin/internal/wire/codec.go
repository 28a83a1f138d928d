package wire

import (
	"slices"
	"sync"

	"google.golang.org/grpc/encoding"
	grpcproto "google.golang.org/grpc/encoding/proto"
	"google.golang.org/grpc/mem"
	"google.golang.org/protobuf/encoding/protowire"
	"google.golang.org/protobuf/proto"
)

// Inbox is where a read receives its parts. Each uses the memory of the one
// before, so that a page leaves nothing behind but its records.
type Inbox struct {
	// Part is what was received last.
	Part PagePart

	memory, rest []byte
}

// NewCodec returns gRPC's codec for protobuf, but for the parts of pages: they
// are received into an Inbox, and sent from memory that isn't cleared before
// each use. gRPC's own clears a MiB for each.
func NewCodec() encoding.CodecV2 {
	return codec{CodecV2: encoding.GetCodecV2(grpcproto.Name), memory: &memory{}}
}

type codec struct {
	encoding.CodecV2
	memory *memory
}

// memory is a mem.BufferPool for messages of about the same size.
type memory struct{ pool sync.Pool }

func (m *memory) Get(int) *[]byte {
	if buf, ok := m.pool.Get().(*[]byte); ok {
		return buf
	}
	return new([]byte)
}

func (m *memory) Put(buf *[]byte) { m.pool.Put(buf) }

// Marshal implements encoding.CodecV2.
func (c codec) Marshal(v any) (mem.BufferSlice, error) {
	part, ok := v.(*PagePart)
	if !ok {
		return c.CodecV2.Marshal(v)
	}
	buf := c.memory.Get(0)
	data, err := proto.MarshalOptions{}.MarshalAppend((*buf)[:0], part)
	if err != nil {
		return nil, err
	}
	*buf = data
	return mem.BufferSlice{mem.NewBuffer(buf, c.memory)}, nil
}

// recordsField is the number of PagePart.records.
const recordsField = 1

// Unmarshal implements encoding.CodecV2.
func (c codec) Unmarshal(data mem.BufferSlice, v any) error {
	in, ok := v.(*Inbox)
	if !ok {
		return c.CodecV2.Unmarshal(data, v)
	}
	in.memory = slices.Grow(in.memory[:0], data.Len())[:data.Len()]
	data.CopyTo(in.memory)
	var records []byte
	in.rest = in.rest[:0]
	for all := in.memory; len(all) > 0; {
		number, form, size := protowire.ConsumeField(all)
		if size < 0 {
			return protowire.ParseError(size)
		}
		if number == recordsField && form == protowire.BytesType {
			_, _, tag := protowire.ConsumeTag(all)
			records, _ = protowire.ConsumeBytes(all[tag:size])
		} else {
			in.rest = append(in.rest, all[:size]...)
		}
		all = all[size:]
	}
	err := proto.Unmarshal(in.rest, &in.Part)
	in.Part.Records = records
	return err
}
