package connectortest_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"iter"
	"net/http"
	"sync"
	"time"

	"github.com/dovetail-sync/dovetail/connector"
	"github.com/dovetail-sync/dovetail/connector/rest"
)

// reference is a small connector that keeps every rule, but for the one that it
// is told to break.
type reference struct {
	breaks string
	info   connector.Info
	opened bool
}

func newReference(breaks string) *reference { return &reference{breaks: breaks, info: refInfo(breaks)} }

func refInfo(breaks string) connector.Info {
	info := connector.Info{
		Name: "reference", Title: "Reference", Version: "1", Container: "company",
		Kinds: []connector.KindInfo{
			{
				Kind: "company", Role: connector.RoleContainer, Title: "Company", Plural: "Companies", Within: true,
				DataPoints: []connector.DataPoint{{Name: "place", Title: "Place", Type: connector.KindInteger}},
			},
			{
				Kind: "device", Role: connector.RoleDevice, Title: "Device", Plural: "Devices", Within: true, Changes: true,
				DataPoints: []connector.DataPoint{{Name: "place", Title: "Place", Type: connector.KindInteger}},
			},
		},
		Config: []connector.ConfigField{
			{Name: "tenant", Type: connector.ConfigText, Title: "Tenant", Required: true},
			{Name: "refresh", Type: connector.ConfigSecret, Title: "Refresh token", Required: true},
		},
		Limits: []connector.Limit{{Key: "reference", Requests: 600, Per: time.Minute, Burst: 10}},
	}
	if breaks == "describes a container that is no kind" {
		info.Container = "client"
	}
	return info
}

func (c *reference) Info() connector.Info {
	switch info := refInfo(c.breaks); {
	case c.breaks == "hands out its own description":
		return c.info
	case c.breaks == "describes itself by its account" && c.opened:
		info.Title = "Acme's"
		return info
	default:
		return info
	}
}

func (c *reference) Open(ctx context.Context, opt connector.OpenOptions) (connector.Session, error) {
	cfg, err := connector.ParseConfig(refInfo("").Config, opt.Config)
	if invalid, ok := errors.AsType[*connector.ConfigError](err); ok {
		switch c.breaks {
		case "stops at the first problem":
			invalid.Problems = invalid.Problems[:1]
		case "quotes a misplaced credential":
			invalid.Problems[0].Text += fmt.Sprintf(" (got %v)", opt.Config.Values)
		}
	}
	if err != nil {
		return nil, err
	}
	s := &refSession{turn: make(chan struct{}, 1), breaks: c.breaks, opt: opt, refresh: cfg.Secret("refresh"), pages: map[string]connector.Page{}, places: map[connector.Kind]string{}, totals: map[connector.Kind]int{}}
	if err := s.connect(); err != nil {
		return nil, err
	}
	switch c.breaks {
	case "describes itself by its account":
		c.opened = true
	case "tries the connection at once":
		_ = s.get(ctx, rest.Request{Op: "ping", Path: "/me"})
	case "leaves a goroutine behind":
		go func() {
			select {
			case <-time.After(time.Hour):
			case <-make(chan int):
			}
		}()
	}
	return s, nil
}

// refSession is a session of the reference connector.
type refSession struct {
	breaks string
	opt    connector.OpenOptions
	client *rest.Client

	// turn is held while somebody logs in.
	turn chan struct{}

	mu      sync.Mutex
	refresh connector.Secret
	access  connector.Secret
	// pages and places are what only a broken session keeps.
	pages  map[string]connector.Page
	places map[connector.Kind]string
	totals map[connector.Kind]int
}

func (s *refSession) is(breaks string) bool { return s.breaks == breaks }

func (s *refSession) connect() error {
	cfg := rest.Config{
		Source: "reference", Base: "https://reference.example", Host: s.opt.Host, Budget: "reference", Logger: s.opt.Logger,
		RoundTripper: s.opt.RoundTripper,
		Authorize: func(r *http.Request) {
			if access := s.token(); !access.IsZero() {
				r.Header.Set("Authorization", "Bearer "+access.Reveal())
			}
		},
	}
	switch s.breaks {
	case "swallows the error of a page":
		cfg.Retries = -1
	case "paces a call and not its tries":
		cfg.Budget = ""
	case "goes on without a turn":
		pace := cfg.Host.Pace
		cfg.Host.Pace = func(ctx context.Context, key string) error {
			_ = pace(ctx, key)
			return nil
		}
	case "tries again at once":
		cfg.RoundTripper = impatient{cfg.RoundTripper, cfg.Host.Pace}
	}
	client, err := rest.New(cfg)
	s.client = client
	return err
}

func (s *refSession) Close() error {
	if s.is("outlives its Close") {
		return nil
	}
	late := time.NewTimer(5 * time.Second)
	defer late.Stop()
	select {
	case s.turn <- struct{}{}: // nobody logs in
		s.client.Close()
		<-s.turn
	case <-late.C:
		s.client.Close()
	}
	return nil
}

// get makes a request, with a token that it has got before.
func (s *refSession) get(ctx context.Context, r rest.Request) error {
	ctx = s.heeded(ctx)
	if s.is("paces a call and not its tries") {
		if err := s.opt.Host.Pace(ctx, "reference"); err != nil {
			return err
		}
	}
	if err := s.login(ctx); err != nil {
		return s.failed(ctx, r, err)
	}
	if err := s.client.GetJSON(ctx, s.hearing(r)); err != nil {
		return s.failed(ctx, r, err)
	}
	return nil
}

// heeded is the context that the session looks at.
func (s *refSession) heeded(ctx context.Context) context.Context {
	if at, ok := ctx.Deadline(); s.is("has its own idea of a deadline") && ok && time.Until(at) < time.Minute {
		return context.WithoutCancel(ctx)
	}
	return ctx
}

// failed is the error of a request.
func (s *refSession) failed(ctx context.Context, r rest.Request, err error) error {
	e, ok := errors.AsType[*connector.Error](err)
	if !ok {
		return err
	}
	switch s.breaks {
	case "calls a stop an outage":
		if e.Code == connector.CodeCanceled {
			e.Code = connector.CodeUnavailable
		}
	case "tries again what was stopped":
		if e.Code == connector.CodeCanceled && r.Path == "/list" {
			_ = s.client.GetJSON(context.WithoutCancel(ctx), r)
		}
	case "has no codes for a refusal":
		if r.Path == "/list" && (e.Code == connector.CodeAuth || e.Code == connector.CodePermission) {
			e.Code = connector.CodeUnknown
		}
	case "shows the credential in an error":
		e.Detail += " for " + s.token().Reveal()
	case "shows the address in an error":
		e.Detail += " at " + r.Path + "?" + r.Query.Encode()
	}
	return e
}

// login gets a token before the first request. Whoever gives up leaves it to its
// end.
func (s *refSession) login(ctx context.Context) error {
	select {
	case s.turn <- struct{}{}:
	case <-ctx.Done():
		return s.stopped(ctx)
	}
	if ctx.Err() != nil || !s.token().IsZero() {
		<-s.turn
		return s.stopped(ctx)
	}
	if s.is("gives a login up") {
		defer func() { <-s.turn }()
		return s.exchange(ctx)
	}
	done := make(chan error, 1)
	go func() {
		done <- s.exchange(context.WithoutCancel(ctx))
		<-s.turn
	}()
	select {
	case err := <-done:
		return err
	case <-ctx.Done():
		return s.stopped(ctx)
	}
}

func (s *refSession) stopped(ctx context.Context) error {
	if ctx.Err() == nil {
		return nil
	}
	return &connector.Error{Code: connector.CodeCanceled, Source: "reference", Op: "log in", Err: context.Cause(ctx)}
}

func (s *refSession) token() connector.Secret {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.access
}

func (s *refSession) exchange(ctx context.Context) error {
	var got struct{ Access, Refresh string }
	err := s.client.PostForm(ctx, s.hearing(rest.Request{
		Op: "log in", Path: "/token", Form: map[string][]string{"refresh": {s.refresh.Reveal()}}, Into: &got,
	}))
	if err == nil && got.Access == "" {
		err = &connector.Error{Code: connector.CodeProtocol, Source: "reference", Op: "log in", Detail: "the answer has no token"}
	}
	if err != nil {
		return err
	}
	if err := s.opt.Host.SaveSecret(ctx, "refresh", connector.NewSecret(got.Refresh)); err != nil && !s.is("goes on with what wasn't saved") {
		return fmt.Errorf("reference: save the refresh token: %w", err)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.refresh, s.access = connector.NewSecret(got.Refresh), connector.NewSecret(got.Access)
	if s.is("logs the credential") {
		s.opt.Logger.Debug("logged in", "with", got.Access)
	}
	return nil
}

// refPlace is what a checkpoint holds.
type refPlace struct {
	Kind  connector.Kind `json:"kind"`
	After string         `json:"after,omitempty"`
	Since string         `json:"since,omitempty"`
	Place int            `json:"place,omitempty"`
	Size  int            `json:"size,omitempty"`
	Page  int            `json:"page,omitempty"`
	Rows  int            `json:"rows,omitempty"`
	Done  bool           `json:"done,omitempty"`
}

func (p refPlace) checkpoint() connector.Checkpoint {
	text, _ := json.Marshal(p)
	return connector.Checkpoint(text)
}

func (s *refSession) Read(ctx context.Context, req connector.ReadRequest) iter.Seq2[connector.Page, error] {
	used := false
	return func(yield func(connector.Page, error) bool) {
		if used && s.is("is read once") {
			return
		}
		used = true
		at, err := s.begin(req)
		var again []connector.Record
		for err == nil {
			var page connector.Page
			page, at, err = s.page(ctx, req, at)
			if s.is("uses its page again") {
				again = append(again[:0], page.Records...)
				page.Records = again
			}
			if err == nil && !s.deliver(ctx, req, at, page, yield) {
				return
			}
		}
		if s.is("has no page for an empty account") && errors.Is(err, errNothing) {
			return
		}
		yield(connector.Page{}, err)
		if s.is("goes on after an error") {
			yield(connector.Page{}, nil)
		}
	}
}

// deliver hands a page over and reports whether the read goes on.
func (s *refSession) deliver(ctx context.Context, req connector.ReadRequest, at refPlace, page connector.Page, yield func(connector.Page, error) bool) bool {
	last := page.End != connector.More
	if last && at.Page > 1 && s.is("ends without saying so") {
		page.End = connector.More
	}
	goOn := yield(page, nil)
	if last {
		return false
	}
	if !goOn && s.is("goes on after the consumer stopped") {
		yield(page, nil)
	}
	if !goOn && s.is("reads ahead") {
		go func() { _, _, _ = s.page(ctx, req, at) }()
	}
	return goOn
}
