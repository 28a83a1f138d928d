package wire_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/require"
	"google.golang.org/grpc/mem"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/testing/protocmp"

	"github.com/dovetail-sync/dovetail/connector"
	"github.com/dovetail-sync/dovetail/connector/plugin/internal/wire"
)

// pieces are data as it comes in: in frames.
func pieces(data []byte) (out mem.BufferSlice) {
	for len(data) > 0 {
		size := min(len(data), 100)
		out = append(out, mem.SliceBuffer(data[:size]))
		data = data[size:]
	}
	return out
}

func TestTheCodecReadsAPartAsProtobufDoes(t *testing.T) {
	t.Parallel()
	codec := wire.NewCodec()
	var in wire.Inbox
	for _, part := range []*wire.PagePart{
		{Records: []byte(strings.Repeat("r", 500)), Names: [][]byte{[]byte("a"), []byte("b")}, Checkpoint: []byte("c"), Whole: true, End: 1},
		{Rejected: []*wire.Rejected{{Key: []byte("7"), Failure: &wire.Failure{Code: "protocol"}}}},
		{Records: []byte(strings.Repeat("s", 2000)), Account: []byte("42")},
	} {
		sent, err := codec.Marshal(part)
		require.NoError(t, err)
		data := sent.Materialize()
		sent.Free()
		require.NoError(t, codec.Unmarshal(pieces(data), &in))
		require.Empty(t, cmp.Diff(part, &in.Part, protocmp.Transform()))
	}
	twice := []byte("\x0a\x01a\x8a\x00\x01b\xfa\x07\x01x") // the last counts, and its tag has a byte too many
	var want wire.PagePart
	require.NoError(t, proto.Unmarshal(twice, &want))
	require.NoError(t, codec.Unmarshal(pieces(twice), &in))
	require.Empty(t, cmp.Diff(&want, &in.Part, protocmp.Transform()))
	require.Equal(t, "b", string(in.Part.GetRecords()))

	for _, data := range []string{"\xff", "\x0a\x05ab", "\x18", "\x12\x01\xff"} {
		require.Error(t, codec.Unmarshal(pieces([]byte(data)), &in), "%x", data)
	}
}

// What was read of one part doesn't change with the next one, which comes into
// the same memory.
func TestRecordsOutliveTheMemoryTheyWereReceivedIn(t *testing.T) {
	t.Parallel()
	codec := wire.NewCodec()
	var in wire.Inbox
	var receiver wire.Receiver
	var want, got []connector.Record
	sender := wire.Sender{Send: func(part *wire.PagePart) error {
		data, err := codec.Marshal(part)
		require.NoError(t, err)
		require.NoError(t, codec.Unmarshal(data, &in))
		data.Free()
		page, _, err := receiver.Part(&in.Part)
		got = append(got, page.Records...)
		return err
	}}
	for _, name := range []string{"first", "other", "third"} {
		rec := connector.Record{Key: "k", Name: strings.Repeat(name, 300), Fields: connector.Fields{name: connector.Text(name)}}
		want = append(want, rec)
		require.NoError(t, sender.Page(connector.Page{Records: []connector.Record{rec}}))
	}
	require.Empty(t, cmp.Diff(want, got))
}
