package main

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"slices"
	"strings"
	"time"

	"github.com/hashicorp/go-hclog"
	goplugin "github.com/hashicorp/go-plugin"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/encoding"
	"google.golang.org/grpc/encoding/proto"
	"google.golang.org/grpc/mem"
	"google.golang.org/grpc/status"

	"github.com/dovetail-sync/dovetail/connector/plugin/internal/testconnector"
	"github.com/dovetail-sync/dovetail/connector/plugin/internal/wire"
)

// misbehave does what a plugin must not do.
func misbehave(mode string) {
	switch mode {
	case "junk":
		fmt.Println("Welcome to the plugin!") //nolint:forbidigo // what it must not do
		time.Sleep(time.Hour)                 //nolint:forbidigo // it is ended by the host
	case "mute":
		time.Sleep(time.Hour) //nolint:forbidigo // it is ended by the host
	case "exits":
		fmt.Fprintln(os.Stderr, "panic: no such library")
		os.Exit(2) //nolint:revive // part of main
	}
	goplugin.Serve(&goplugin.ServeConfig{
		HandshakeConfig: goplugin.HandshakeConfig{
			ProtocolVersion: wire.CoreVersion, MagicCookieKey: wire.CookieKey, MagicCookieValue: wire.CookieValue,
		},
		Plugins: goplugin.PluginSet{wire.PluginName: &hostile{mode: mode}},
		GRPCServer: func(opts []grpc.ServerOption) *grpc.Server {
			if mode == "garbage" {
				opts = append(opts, grpc.ForceServerCodecV2(garbage{encoding.GetCodecV2(proto.Name)}))
			}
			return grpc.NewServer(opts...)
		},
		Logger: hclog.NewNullLogger(),
	})
}

// leaveChild starts a process that holds all that it inherits, and stays.
func leaveChild() {
	child := exec.Command(os.Args[0]) //nolint:gosec,noctx // itself; it is to stay
	child.Env = []string{"TESTPLUGIN=mute"}
	child.Stdout, child.Stderr = os.Stdout, os.Stderr
	if err := child.Start(); err != nil {
		panic(err)
	}
	fmt.Fprintf(os.Stderr, "child %d.\n", child.Process.Pid)
}

// sayToken says a credential at once in a line that is too long, so that the
// bound of a line falls into it. What it is the host has told nobody: it is in
// the environment for this.
func sayToken() {
	fmt.Fprintf(os.Stderr, "%s%s\n", strings.Repeat("x", 16<<10-8), os.Getenv("TOKEN"))
}

type hostile struct {
	goplugin.NetRPCUnsupportedPlugin
	wire.UnimplementedConnectorServer
	mode string
}

func (h *hostile) GRPCServer(_ *goplugin.GRPCBroker, s *grpc.Server) error { //nolint:unparam // as go-plugin wants it
	wire.RegisterConnectorServer(s, h)
	return nil
}

func (h *hostile) GRPCClient(context.Context, *goplugin.GRPCBroker, *grpc.ClientConn) (any, error) {
	return nil, nil
}

// garbage sends pages that are no messages.
type garbage struct{ encoding.CodecV2 }

func (g garbage) Marshal(v any) (mem.BufferSlice, error) {
	if _, ok := v.(*wire.PagePart); ok {
		return mem.BufferSlice{mem.SliceBuffer("\xff\xff\xff\xff")}, nil
	}
	return g.CodecV2.Marshal(v)
}

func (h *hostile) Hello(context.Context, *wire.HelloRequest) (*wire.HelloResponse, error) {
	info, err := json.Marshal(testconnector.New().Info())
	hello := &wire.HelloResponse{Oldest: wire.Oldest, Newest: wire.Newest, Info: info}
	switch h.mode {
	case "older":
		hello.Oldest, hello.Newest = 0, 0
	case "newer":
		hello.Oldest, hello.Newest = wire.Newest+1, wire.Newest+2
	case "needy":
		hello.Needs = []string{wire.CanPace, "time-travel"}
	case "no-info":
		hello.Info = []byte("{")
	case "able": // a later version, which can do more
		hello.Newest, hello.Capabilities = wire.Newest+1, []string{"time-travel"}
	}
	return hello, err
}

func (h *hostile) Lease(stream grpc.BidiStreamingServer[wire.Beat, wire.Beat]) error {
	for {
		beat, err := stream.Recv()
		if err != nil {
			if h.mode == "stays" {
				select {}
			}
			os.Exit(0) //nolint:revive // part of main
		}
		if h.mode != "no-beat" {
			_ = stream.Send(beat)
		}
	}
}

func (h *hostile) Session(stream grpc.BidiStreamingServer[wire.ToPlugin, wire.ToHost]) error {
	if _, err := stream.Recv(); err != nil {
		return err
	}
	pace := func(id uint64) *wire.ToHost {
		return &wire.ToHost{Message: &wire.ToHost_Pace{Pace: &wire.Pace{Call: id}}}
	}
	if h.mode == "no-opened" {
		return stream.Send(pace(1))
	}
	if err := stream.Send(&wire.ToHost{Message: &wire.ToHost_Opened{Opened: &wire.Opened{Features: []string{"get", "count", "fly"}}}}); err != nil {
		return err
	}
	switch h.mode {
	case "asks":
		_ = stream.Send(pace(1))
	case "floods":
		for id := range uint64(wire.MaxCallbacks + 10) {
			_ = stream.Send(pace(id))
		}
	}
	for {
		if _, err := stream.Recv(); err != nil {
			return nil //nolint:nilerr // the host is done
		}
	}
}

func (h *hostile) Call(_ context.Context, req *wire.CallRequest) (*wire.CallResponse, error) {
	switch h.mode {
	case "huge-error":
		text := strings.Repeat("é", 1<<20)
		st, err := status.New(codes.Internal, text).WithDetails(&wire.Failure{
			Code: "auth", Text: text, Detail: text, Problems: slices.Repeat([]*wire.Problem{{Field: "f", Text: "t"}}, 10000),
		})
		if err != nil {
			return nil, err
		}
		return nil, st.Err()
	case "big-result":
		return &wire.CallResponse{Result: make([]byte, wire.MaxMessage+1)}, nil
	}
	return &wire.CallResponse{Result: []byte(`{"key":7`)}, nil
}

func (h *hostile) Read(stream grpc.BidiStreamingServer[wire.ReadControl, wire.PagePart]) error {
	one := "\x03\x0a\x011" // its length, and the key 1
	last := func(records string) *wire.PagePart {
		return &wire.PagePart{Records: []byte(records), Whole: true, End: 1, Checkpoint: []byte("c")}
	}
	part := last(one)
	switch h.mode {
	case "no-record":
		part = last(one + "\x03{{{")
	case "cut-off":
		part = last(one + "\x7f{{{")
	case "no-name":
		part = last("\x07\x0a\x011\x52\x02\x12\x00")
	case "no-key":
		part = last("\x03\x1a\x01n")
	case "bad-end":
		part.End = 9
	case "long-checkpoint":
		part.Checkpoint = make([]byte, wire.MaxCheckpoint+1)
	case "big-message":
		part = last(strings.Repeat("\x00", wire.MaxMessage+1))
	case "empty-parts":
		part = &wire.PagePart{}
	case "endless-page":
		part = &wire.PagePart{Records: []byte(strings.Repeat(one, 10))}
		for stream.Send(part) == nil {
		}
	case "after-end":
		_ = stream.Send(part)
	case "no-failure":
		part.Rejected = []*wire.Rejected{{Key: []byte("7")}}
	case "no-end":
		part.End = 0
	}
	return stream.Send(part)
}
