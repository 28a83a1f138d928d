package dovetail

import (
	"cmp"
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"sync"
	"time"

	"github.com/dovetail-sync/dovetail/connector"
	"github.com/dovetail-sync/dovetail/sortrules"
	"github.com/dovetail-sync/dovetail/store"
)

// Config is what a host gives to an engine. Store and Connectors are required.
type Config struct {
	// Store is the account's data.
	Store store.Store

	// Connectors are the connectors that integrations can use.
	Connectors []connector.Connector

	// Sealer closes credentials before they are stored. Nil closes them with a
	// key that lives as long as the engine: after a restart they have to be
	// entered again.
	Sealer store.Sealer

	// SortRule is asked where a record goes before the integration's own rules
	// are, for placements that only the host can know. Nil: there is none.
	SortRule sortrules.SortRule

	// Authorize is asked before every operation that reads or changes anything
	// on somebody's behalf. An error refuses it. Nil allows everything.
	Authorize func(ctx context.Context, by store.Actor, op Operation) error

	// Upstream says how an integration's upstream is reached. Nil, or a zero
	// result, leaves it to the connector.
	Upstream func(id store.IntegrationID) Upstream

	// Pace waits until a request may be made under the budget of that name: see
	// connector.Host. Nil leaves pacing to the connector.
	Pace func(ctx context.Context, key string) error

	// SettleTime is how long the platform may still be at work on a write that
	// it didn't answer: only then is it looked for what the write made, where
	// the platform doesn't keep intents. Zero is ten minutes.
	SettleTime time.Duration

	// Interval is how long after its last run an integration is due again. Zero is
	// three hours.
	Interval time.Duration

	// Deployment names what the host runs as, such as "production". Schedules are
	// for the deployment in which their connection was first tested: in a copy of
	// the database, which runs under another name, they rest until ConfirmDeployment.
	Deployment string

	// Replica names this process among those that share the store at the same
	// time. A process that starts under the name of one that was cut off goes on
	// with its work at once; under any other name it first waits until that one
	// must have noticed. Empty is a name that no other process has.
	Replica string

	// Lease is how long a process that was cut off keeps others from its work.
	// Zero is 30 seconds.
	Lease time.Duration

	// Logger receives what a person who looks into a fault wants to know. Nil
	// discards it.
	Logger *slog.Logger

	// OnEvent receives what happens, in order for each run. It is called in the
	// run's own goroutine and returns soon: it must not wait for a run, as Sync and
	// Stop do. Nil discards events.
	OnEvent func(Event)
}

// Upstream says how an upstream is reached.
type Upstream struct {
	// Endpoint replaces the address that the connector would use: see
	// connector.OpenOptions.
	Endpoint string
	// RoundTripper carries the requests. Nil is the connector's own.
	RoundTripper http.RoundTripper
}

// Engine keeps one account's documentation true to its upstream systems. It is
// safe for concurrent use.
type Engine struct {
	cfg        Config
	docs       store.Documents
	ledger     store.Ledger
	sealer     store.Sealer
	log        *slog.Logger
	connectors map[string]connector.Connector
	ids        idSource
	intents    intents

	interval time.Duration
	lease    time.Duration
	replica  string
	turns    turns
	// wake has the schedule look again.
	wake chan struct{}

	mu      sync.Mutex
	running map[store.IntegrationID]*flight
}

// New returns an engine. Everything that is wrong with cfg is in the error.
func New(cfg Config) (*Engine, error) {
	if err := check(cfg); err != nil {
		return nil, err
	}
	e := &Engine{
		cfg:        cfg,
		docs:       cfg.Store.Documents(),
		ledger:     fencedLedger{cfg.Store.Ledger()},
		sealer:     cfg.Sealer,
		log:        cfg.Logger,
		connectors: make(map[string]connector.Connector, len(cfg.Connectors)),
		interval:   cmp.Or(cfg.Interval, defaultInterval),
		lease:      cmp.Or(cfg.Lease, defaultLease),
		wake:       make(chan struct{}, 1),
		running:    make(map[store.IntegrationID]*flight),
	}
	if e.replica = cfg.Replica; e.replica == "" {
		e.replica = e.ids.next("replica")
	}
	if e.log == nil {
		e.log = slog.New(slog.DiscardHandler)
	}
	for _, c := range cfg.Connectors {
		e.connectors[c.Info().Name] = c
	}
	if e.sealer == nil {
		sealer, err := ephemeralSealer()
		if err != nil {
			return nil, err
		}
		e.sealer = sealer
	}
	return e, nil
}

// check returns everything that is wrong with cfg.
func check(cfg Config) error {
	var errs []error
	if cfg.Store == nil {
		errs = append(errs, errors.New("dovetail: new: Config.Store is nil (memory.New returns one to begin with)"))
	}
	if len(cfg.Connectors) == 0 {
		errs = append(errs, errors.New("dovetail: new: Config.Connectors is empty (syncro.New returns one)"))
	}
	seen := make(map[string]bool, len(cfg.Connectors))
	for i, c := range cfg.Connectors {
		if c == nil {
			errs = append(errs, fmt.Errorf("dovetail: new: Config.Connectors[%d] is nil", i))
			continue
		}
		info := c.Info()
		if err := info.Check(); err != nil {
			errs = append(errs, fmt.Errorf("dovetail: new: connector %q describes itself wrongly: %w", info.Name, err))
		}
		name := info.Name
		if seen[name] {
			errs = append(errs, fmt.Errorf("dovetail: new: two connectors are named %q", name))
		}
		seen[name] = true
	}
	for name, d := range map[string]time.Duration{"Interval": cfg.Interval, "Lease": cfg.Lease, "SettleTime": cfg.SettleTime} {
		if d < 0 {
			errs = append(errs, fmt.Errorf("dovetail: new: Config.%s is negative (leave it out for its default)", name))
		}
	}
	return errors.Join(errs...)
}

// ephemeralSealer returns a sealer whose key is kept nowhere.
func ephemeralSealer() (store.Sealer, error) {
	key := make([]byte, 32)
	if _, err := rand.Read(key); err != nil {
		return nil, fmt.Errorf("dovetail: new: %w", err)
	}
	return store.NewAESSealer("", store.AESKey{ID: "ephemeral", Key: key})
}

// Connectors returns the descriptions of the engine's connectors, for a form
// that sets up an integration.
func (e *Engine) Connectors() []connector.Info {
	infos := make([]connector.Info, len(e.cfg.Connectors))
	for i, c := range e.cfg.Connectors {
		infos[i] = c.Info()
	}
	return infos
}

// Operation names what an actor wants to do, for Config.Authorize.
type Operation string

// The operations.
const (
	OpSaveSettings   Operation = "save settings"
	OpTestConnection Operation = "test connection"
	OpExport         Operation = "export settings and decisions"
	OpDecide         Operation = "decide about companies"
	OpDecideCards    Operation = "decide about records"
	OpErase          Operation = "erase a record"
	OpDeployment     Operation = "confirm the deployment"
	OpStop           Operation = "stop a run"
	OpRead           Operation = "read"
	OpPlan           Operation = "plan"
	OpApply          Operation = "apply"
	OpReseal         Operation = "seal credentials anew"
	OpResolve        Operation = "resolve an uncertain create"
	OpDisable        Operation = "disable or enable an integration"
	OpApprove        Operation = "approve what a safety limit holds"
	OpSimulate       Operation = "simulate rules"
	OpExplain        Operation = "explain a placement"
	OpSuggest        Operation = "suggest a setup"
	OpFieldReport    Operation = "look at fed fields"
	OpTakeUpstream   Operation = "take the upstream's values"
	OpPin            Operation = "pin a value"
	OpOverwritten    Operation = "decide about an overwritten value"
	OpCreateLayouts  Operation = "create layouts"
)

// authorize asks the host.
func (e *Engine) authorize(ctx context.Context, by store.Actor, op Operation) error {
	if by.Kind == "" || by.ID == "" {
		return fmt.Errorf("dovetail: %s: no actor given (set By, as in store.Person(\"42\", \"Ada\"))", op)
	}
	if e.cfg.Authorize == nil {
		return nil
	}
	if err := e.cfg.Authorize(ctx, by, op); err != nil {
		return fmt.Errorf("dovetail: %s: %w: %s: %w", op, ErrDenied, by, err)
	}
	return nil
}
