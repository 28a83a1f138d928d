package testconnector

import (
	"context"
	"fmt"
	"os"
	"strconv"
	"sync/atomic"
	"time"

	"github.com/dovetail-sync/dovetail/connector"
)

// Kind is the one kind of record.
const Kind connector.Kind = "thing"

// The settings.
const (
	Records  = "records"  // how many records there are
	Page     = "page"     // how many a page has
	Scenario = "scenario" // what goes wrong: see read.go
	At       = "at"       // from which record on
	Times    = "times"    // how often
	Marker   = "marker"   // a file in which it is counted, beyond a process
	Token    = "token"    // a credential
)

// New returns the connector.
func New() connector.Connector { return testing{} }

type testing struct{}

func (testing) Info() connector.Info {
	number := func(name string) connector.ConfigField {
		return connector.ConfigField{Name: name, Type: connector.ConfigInt, Title: name, Default: "0"}
	}
	text := func(name string) connector.ConfigField {
		return connector.ConfigField{Name: name, Type: connector.ConfigText, Title: name}
	}
	return connector.Info{
		Name: "testing", Title: "Testing", Version: "1", Container: Kind,
		Kinds: []connector.KindInfo{{
			Kind: Kind, Role: connector.RoleContainer, Title: "Thing", Plural: "Things", Within: true, Changes: true,
			DataPoints: []connector.DataPoint{{Name: "serial", Title: "Serial", Type: connector.KindText, Means: connector.MeansSerial}},
		}},
		Config: []connector.ConfigField{
			number(Records), number(Page), number(At), number(Times), text(Scenario), text(Marker),
			{Name: Token, Type: connector.ConfigSecret, Title: "Token"},
		},
		Limits: []connector.Limit{{Key: "testing", Requests: 10, Per: time.Second, Burst: 1}},
	}
}

func (testing) Open(_ context.Context, opt connector.OpenOptions) (connector.Session, error) {
	config, err := connector.ParseConfig(testing{}.Info().Config, opt.Config)
	if err != nil {
		return nil, err
	}
	if config.Text(Scenario) == "open-fails" {
		return nil, &connector.Error{Code: connector.CodeAuth, Source: "testing", Op: "open", Detail: "token " + config.Secret(Token).Reveal() + " is no good"}
	}
	opt.Config = config
	s := &session{opt: opt, life: make(chan struct{})}
	s.token.Store(config.Secret(Token).Reveal())
	for n := range config.Int(Page) {
		switch config.Text(Scenario) {
		case "made":
			s.made = append(s.made, Record(n))
		case "made small":
			s.made = append(s.made, Person(n))
		}
	}
	if config.Text(Scenario) == "bare" {
		return struct{ connector.Session }{s}, nil
	}
	return s, nil
}

type session struct {
	opt   connector.OpenOptions
	token atomic.Value
	life  chan struct{}
	// pages counts the pages made, ended is when a read noticed its end.
	pages, ended atomic.Int64
	reads        atomic.Int64

	// made are the records of a page that was made before: with these
	// scenarios nothing is measured but the way.
	made []connector.Record
}

func (s *session) is(scenario string) bool { return s.opt.Config.Text(Scenario) == scenario }

func (s *session) Close() error {
	switch {
	case s.is("close-hangs"):
		select {}
	case s.is("close-fails"):
		return &connector.Error{Code: connector.CodeUnavailable, Source: "testing", Op: "close", Detail: "no"}
	}
	return nil
}

// Count tells what a test wants to know of a session.
func (s *session) Count(ctx context.Context, what connector.Kind) (int, error) {
	switch what {
	case "pages":
		return int(s.pages.Load()), nil
	case "ended":
		return int(s.ended.Load()), nil
	case "reads":
		return int(s.reads.Load()), nil
	case "pid":
		return os.Getpid(), nil
	case "cpu": // microseconds that the process has used
		return processCPU(), nil
	case "waits":
		<-ctx.Done()
		return 0, ctx.Err()
	case "hangs":
		select {}
	case "panics":
		panic("somebody asked for it")
	}
	return s.opt.Config.Int(Records), nil
}

// Get looks up what Read makes up.
func (s *session) Get(_ context.Context, _ connector.Kind, key connector.Key) (connector.Record, error) {
	n, err := strconv.Atoi(string(key))
	if err != nil || n >= s.opt.Config.Int(Records) {
		return connector.Record{}, &connector.Error{Code: connector.CodeNotFound, Source: "testing", Op: fmt.Sprintf("get %q", key)}
	}
	return Record(n), nil
}

// Check tells what the process was given.
func (s *session) Check(context.Context) (connector.CheckResult, error) {
	stdin := make([]byte, 1)
	_, err := os.Stdin.Read(stdin)
	exe, _ := os.Executable()
	return connector.CheckResult{
		Account: connector.Account{ID: s.token.Load().(string), Name: exe, User: fmt.Sprint("stdin: ", err)},
		Notes:   os.Environ(),
		Counts:  map[connector.Kind]int{Kind: s.opt.Config.Int(Records)},
		Rights:  []connector.Right{{Name: s.opt.Endpoint, Granted: true, Kinds: []connector.Kind{Kind}}},
	}, nil
}

// Discover implements connector.Discoverer.
func (s *session) Discover(context.Context) (connector.Discovery, error) {
	return connector.Discovery{
		Types:      []connector.RecordType{{Kind: Kind, ID: "1", Name: "Type"}},
		DataPoints: map[connector.Kind][]connector.DataPoint{Kind: {{Name: "more", Type: connector.KindInstant, List: true, Volatile: true}}},
	}, nil
}
