package plugin

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"slices"
	"strings"
	"sync/atomic"
	"time"

	"github.com/hashicorp/go-hclog"
	goplugin "github.com/hashicorp/go-plugin"
	"github.com/hashicorp/go-plugin/runner"
	"google.golang.org/grpc"

	"github.com/dovetail-sync/dovetail/connector"
	"github.com/dovetail-sync/dovetail/connector/plugin/internal/wire"
)

// process is a running plugin.
type process struct {
	child  *child
	client *goplugin.Client
	rpc    wire.ConnectorClient
	info   []byte // connector.Info as JSON
	name   string // the connector's
	log    *output

	lease     context.CancelFunc // breaks the lease
	quiet     context.CancelFunc // ends the asking for signs of life
	release   func() error       // ends the lease in peace
	beating   chan struct{}      // closed when nobody asks any more
	lastBeat  atomic.Int64
	sessionID atomic.Uint64
}

// start runs the program and agrees with it on the protocol.
func start(ctx context.Context, cfg Config, home, exe string, log *output) (*process, error) {
	if err := verify(exe, cfg.Checksum); err != nil {
		return nil, err
	}
	ctx, cancel := context.WithTimeoutCause(ctx, cfg.StartTimeout,
		fmt.Errorf("it wasn't ready within %v", cfg.StartTimeout))
	defer cancel()
	p := &process{log: log, beating: make(chan struct{})}
	p.child = newChild(exe, nil)
	p.client = goplugin.NewClient(p.clientConfig(cfg, home))
	stop := context.AfterFunc(ctx, func() { p.child.kill(context.Cause(ctx)) })
	defer stop()
	if err := p.connect(ctx, cfg); err != nil {
		if cause := context.Cause(ctx); cause != nil {
			err = cause
		}
		p.child.kill(err)
		p.reap()
		if words := log.lastWords(); words != "" {
			err = fmt.Errorf("%w; it said: %s", err, words)
		}
		return nil, err
	}
	return p, nil
}

func (p *process) clientConfig(cfg Config, home string) *goplugin.ClientConfig {
	return &goplugin.ClientConfig{
		HandshakeConfig:  handshake(),
		Plugins:          goplugin.PluginSet{wire.PluginName: &grpcPlugin{}},
		AllowedProtocols: []goplugin.Protocol{goplugin.ProtocolGRPC},
		RunnerFunc: func(_ hclog.Logger, cmd *exec.Cmd, _ string) (runner.Runner, error) {
			// cmd.Env is what go-plugin tells the process, and nothing of the host's.
			p.child.env = slices.Concat(inherited(), cfg.Env, cmd.Env, []string{wire.HomeKey + "=" + home})
			return p.child, nil
		},
		SkipHostEnv:      true,
		AutoMTLS:         true,
		StartTimeout:     cfg.StartTimeout + reapTime, // ours comes first, and says so
		UnixSocketConfig: &goplugin.UnixSocketConfig{TempDir: home},
		Stderr:           p.log.stream("stderr"),
		SyncStdout:       p.log.stream("stdout"),
		SyncStderr:       p.log.stream("stderr"),
		Logger:           hclog.NewNullLogger(), // it would print what ours redacts
		GRPCDialOptions: []grpc.DialOption{
			grpc.WithDefaultCallOptions(
				grpc.MaxCallRecvMsgSize(wire.MaxMessage), grpc.MaxCallSendMsgSize(wire.MaxMessage),
				grpc.ForceCodecV2(wire.NewCodec())),
			grpc.WithInitialWindowSize(wire.MaxWindow),
			grpc.WithIdleTimeout(0),
		},
	}
}

// inherited are the variables that a plugin gets of the host's.
func inherited() []string {
	var env []string
	for _, name := range []string{"TZ", "SSL_CERT_FILE", "SSL_CERT_DIR"} {
		if value, ok := os.LookupEnv(name); ok {
			env = append(env, name+"="+value)
		}
	}
	return env
}

func (p *process) connect(ctx context.Context, cfg Config) error {
	protocol, err := p.client.Client()
	if err != nil {
		return notAPlugin(err, p.log.redact.text)
	}
	raw, err := protocol.Dispense(wire.PluginName)
	if err != nil {
		return err
	}
	p.rpc = raw.(wire.ConnectorClient)
	hello, err := p.rpc.Hello(ctx, &wire.HelloRequest{
		Oldest: wire.Oldest, Newest: wire.Newest,
		Capabilities: []string{wire.CanPace, wire.CanProgress, wire.CanSaveSecret},
	})
	if err != nil {
		return fmt.Errorf("it doesn't say who it is: %w", err)
	}
	if err := agree(hello); err != nil {
		return err
	}
	var info connector.Info
	if err := json.Unmarshal(hello.GetInfo(), &info); err != nil {
		return fmt.Errorf("it describes itself in a way that can't be read: %w", err)
	}
	p.info, p.name = hello.GetInfo(), info.Name
	return p.takeLease(cfg) //nolint:contextcheck // it lasts as long as the process, not as its start
}

// notAPlugin shortens what go-plugin says of a program that isn't one.
func notAPlugin(err error, hide func(string) string) error {
	text, _, _ := strings.Cut(err.Error(), "\n")
	return fmt.Errorf("it doesn't begin as a plugin does (is it one, and built for this system?): %s",
		wire.Clip(hide(connector.CleanText(text)), 300))
}

// agree says whether both sides speak a common protocol, and which one is too
// old if they don't.
func agree(hello *wire.HelloResponse) error {
	switch {
	case hello.GetOldest() > wire.Newest:
		return fmt.Errorf("it needs protocol %d, and this host speaks %d (upgrade the host)", hello.GetOldest(), wire.Newest)
	case hello.GetNewest() < wire.Oldest:
		return fmt.Errorf("it speaks protocol %d, and this host needs %d (upgrade the plugin)", hello.GetNewest(), wire.Oldest)
	}
	for _, need := range hello.GetNeeds() {
		if !slices.Contains([]string{wire.CanPace, wire.CanProgress, wire.CanSaveSecret}, need) {
			return fmt.Errorf("it needs a host that can %.40q (upgrade the host)", need)
		}
	}
	return nil
}

// takeLease begins to ask for signs of life.
func (p *process) takeLease(cfg Config) error {
	ctx, cancel := context.WithCancel(context.Background())
	p.lease = cancel
	stream, err := p.rpc.Lease(ctx)
	if err != nil {
		cancel()
		return err
	}
	p.release = stream.CloseSend
	p.lastBeat.Store(time.Now().UnixNano())
	go func() {
		for {
			if _, err := stream.Recv(); err != nil {
				return
			}
			p.lastBeat.Store(time.Now().UnixNano())
		}
	}()
	var beatCtx context.Context
	beatCtx, p.quiet = context.WithCancel(ctx)
	go p.beat(beatCtx, cfg.Unresponsive, stream)
	return nil
}

// beat asks for a sign of life at intervals and kills a process that gives none.
func (p *process) beat(ctx context.Context, bound time.Duration, stream grpc.BidiStreamingClient[wire.Beat, wire.Beat]) {
	defer close(p.beating)
	tick := time.NewTicker(max(bound/5, time.Millisecond))
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-p.child.exited:
			return
		case <-tick.C:
		}
		if silent := time.Since(time.Unix(0, p.lastBeat.Load())); silent > bound {
			p.child.kill(fmt.Errorf("it gave no sign of life for %v", silent.Round(time.Millisecond)))
			return
		}
		if err := stream.Send(&wire.Beat{}); err != nil {
			return
		}
	}
}

// gone reports whether the process has ended. It waits for that a moment, since
// a broken connection is noticed first.
func (p *process) gone(wait time.Duration) bool {
	select {
	case <-p.child.exited:
		return true
	default:
	}
	if wait <= 0 {
		return false
	}
	timer := time.NewTimer(wait)
	defer timer.Stop()
	select {
	case <-p.child.exited:
		return true
	case <-timer.C:
		return false
	}
}

// stop asks the process to end and makes it, within about the time given.
func (p *process) stop(patience time.Duration) {
	p.quiet()
	<-p.beating
	_ = p.release() // or it is gone
	if !p.gone(patience) {
		p.child.kill(errors.New("it didn't end in time"))
	}
	p.reap()
}

// discard clears up behind a process that has ended by itself.
func (p *process) discard() {
	p.quiet()
	<-p.beating
	p.reap()
}

// reapTime bounds the wait for a process that was killed: one that hangs in the
// system's kernel can't be waited for.
const reapTime = 5 * time.Second

// reap clears up behind a process that has ended or was killed.
func (p *process) reap() {
	if p.lease != nil {
		p.lease()
	}
	if p.child.ID() != "" && !p.gone(reapTime) {
		return
	}
	p.client.Kill() // the process is dead: it closes the connection and waits for go-plugin's goroutines
	p.child.close()
}
