package plugin

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"sync"
	"time"

	"github.com/hashicorp/go-hclog"
	goplugin "github.com/hashicorp/go-plugin"
	"google.golang.org/grpc"

	"github.com/dovetail-sync/dovetail/connector"
	"github.com/dovetail-sync/dovetail/connector/plugin/internal/wire"
)

// Serve is the main function of a plugin: it serves the connector to the host
// that started the process, and returns when the host has no more use for it.
// Started by anybody else it says so and exits.
//
// It takes the process's standard output for itself; what the connector prints
// there, or to standard error, reaches the host as log lines. Log through
// connector.OpenOptions.Logger instead.
func Serve(c connector.Connector) {
	stderr := os.Stderr // what go-plugin puts in its place loses the last lines before a crash
	s := &server{
		connector: c,
		log:       slog.NewJSONHandler(stderr, &slog.HandlerOptions{Level: slog.LevelDebug}),
		sessions:  make(map[uint64]*served),
		released:  make(chan struct{}),
	}
	go s.watchHost()
	goplugin.Serve(&goplugin.ServeConfig{
		HandshakeConfig: handshake(),
		Plugins:         goplugin.PluginSet{wire.PluginName: &grpcPlugin{server: s}},
		GRPCServer: func(opts []grpc.ServerOption) *grpc.Server {
			return grpc.NewServer(append(opts,
				grpc.MaxRecvMsgSize(wire.MaxMessage), grpc.MaxSendMsgSize(wire.MaxMessage),
				grpc.InitialWindowSize(wire.MaxWindow), grpc.ForceServerCodecV2(wire.NewCodec()))...)
		},
		Logger: hclog.New(&hclog.LoggerOptions{Level: hclog.Warn, Output: stderr, JSONFormat: true}),
	})
	select {
	case <-s.released:
	case <-time.After(wire.ShutdownTime): // watchHost has something to clear, and ends the process itself
	}
}

func handshake() goplugin.HandshakeConfig {
	return goplugin.HandshakeConfig{
		ProtocolVersion: wire.CoreVersion, MagicCookieKey: wire.CookieKey, MagicCookieValue: wire.CookieValue,
	}
}

// grpcPlugin is the service as go-plugin registers it and dispenses it.
type grpcPlugin struct {
	goplugin.NetRPCUnsupportedPlugin
	server *server
}

func (p *grpcPlugin) GRPCServer(_ *goplugin.GRPCBroker, s *grpc.Server) error {
	p.server.grpc = s
	wire.RegisterConnectorServer(s, p.server)
	return nil
}

func (p *grpcPlugin) GRPCClient(_ context.Context, _ *goplugin.GRPCBroker, conn *grpc.ClientConn) (any, error) {
	return wire.NewConnectorClient(conn), nil
}

// server is the plugin's side of the protocol.
type server struct {
	wire.UnimplementedConnectorServer
	connector connector.Connector
	log       slog.Handler
	grpc      *grpc.Server

	stopOnce sync.Once
	// released is closed when the host is done with the process and clears up
	// behind it.
	released    chan struct{}
	releaseOnce sync.Once

	mu       sync.Mutex
	sessions map[uint64]*served
}

// stop ends the process: Serve returns. A connector that keeps it from ending
// has ShutdownTime.
func (s *server) stop() {
	s.stopOnce.Do(func() {
		time.AfterFunc(wire.ShutdownTime, func() {
			os.Exit(exitAlone) //nolint:revive // the host is gone or done, and main doesn't return
		})
		go s.grpc.Stop()
	})
}

// exitAlone is the status of a process that ends without its main function.
const exitAlone = 3

// Hello implements the service.
func (s *server) Hello(context.Context, *wire.HelloRequest) (*wire.HelloResponse, error) {
	info, err := json.Marshal(s.connector.Info())
	if err != nil {
		return nil, wire.ToStatus(fmt.Errorf("describe the connector: %w", err))
	}
	return &wire.HelloResponse{Oldest: wire.Oldest, Newest: wire.Newest, Info: info}, nil
}

// Lease implements the service.
func (s *server) Lease(stream grpc.BidiStreamingServer[wire.Beat, wire.Beat]) error {
	defer s.stop()
	for {
		beat, err := stream.Recv()
		switch {
		case errors.Is(err, io.EOF):
			s.releaseOnce.Do(func() { close(s.released) })
			return nil
		case err != nil:
			return err
		}
		if err := stream.Send(beat); err != nil {
			return err
		}
	}
}

func (s *server) session(id uint64) (*served, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if found, ok := s.sessions[id]; ok {
		return found, nil
	}
	return nil, wire.ToStatus(&connector.Error{Code: connector.CodeCanceled, Detail: "the session is closed"})
}

// Call implements the service.
func (s *server) Call(ctx context.Context, req *wire.CallRequest) (*wire.CallResponse, error) {
	session, err := s.session(req.GetSession())
	if err != nil {
		return nil, err
	}
	result, err := call(ctx, session.features, req)
	if err != nil {
		return nil, wire.ToStatus(err)
	}
	return &wire.CallResponse{Result: result}, nil
}

// call makes one of the optional calls and writes its result down.
func call(ctx context.Context, f connector.Features, req *wire.CallRequest) ([]byte, error) {
	switch feature := req.GetFeature(); {
	case feature == wire.FeatureCheck && f.Check != nil:
		return asJSON(f.Check(ctx))
	case feature == wire.FeatureCount && f.Count != nil:
		return asJSON(f.Count(ctx, connector.Kind(req.GetKind())))
	case feature == wire.FeatureDiscover && f.Discover != nil:
		return asJSON(f.Discover(ctx))
	case feature == wire.FeatureHint && f.Hint != nil:
		return asJSON(f.Hint(ctx, req.GetMessage()))
	case feature == wire.FeatureGet && f.Get != nil:
		rec, err := f.Get(ctx, connector.Kind(req.GetKind()), connector.Key(req.GetKey()))
		if err != nil {
			return nil, err
		}
		if rec, err = rec.Clean(); err != nil {
			return nil, err
		}
		return bounded(wire.MarshalRecord(rec))
	}
	return nil, &connector.Error{Code: connector.CodeProtocol, Detail: fmt.Sprintf("the session can't %.40q", req.GetFeature())}
}

func asJSON[T any](result T, err error) ([]byte, error) {
	if err != nil {
		return nil, err
	}
	return bounded(json.Marshal(result))
}

func bounded(data []byte, err error) ([]byte, error) {
	if err == nil && len(data) > wire.MaxRecord {
		err = &connector.Error{
			Code: connector.CodeTooLarge, Detail: fmt.Sprintf("the result has %d bytes, more than %d", len(data), wire.MaxRecord),
		}
	}
	return data, err
}

var errStopped = errors.New("the host stopped the read")
