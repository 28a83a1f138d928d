package rest

import (
	"fmt"
	"log/slog"
	"net/http"
	"net/url"
	"time"

	"github.com/dovetail-sync/dovetail/connector"
)

// Config configures a Client. Source and Base are required.
type Config struct {
	// Source is the connector's name. Errors begin with it.
	Source string
	// Base is the absolute URL that requests are below, as in
	// "https://acme.example.com/api/v1". It is https unless AllowPrivate is set.
	Base string
	// Header is sent with every request, as in User-Agent. Nil sends none but
	// Accept: application/json.
	Header http.Header
	// Authorize puts the credential into the headers of a request. It is called
	// for each try. Nil sends none.
	Authorize func(*http.Request)
	// Budget is the key of the request limit, as declared in
	// connector.Info.Limits. Empty means that requests aren't paced.
	Budget string
	// Host is the way back into the host: Host.Pace, if it isn't nil, paces in
	// place of Pacer.
	Host connector.Host
	// Pacer paces where the host doesn't. One Pacer belongs to all sessions
	// that reach the same upstream from this process. Nil means that requests
	// aren't paced.
	Pacer *Pacer
	// Logger receives each try at level debug and each wait at level info. Nil
	// discards them.
	Logger *slog.Logger
	// RoundTripper carries the requests. Nil means an own transport, without a
	// proxy, that refuses private addresses. With one of the host's, egress is
	// the host's business.
	RoundTripper http.RoundTripper
	// AllowPrivate says that the host chose Base: it may then be http and lead
	// to a loopback or private address.
	AllowPrivate bool
	// MaxBody bounds an answer in bytes, after it is unpacked. Zero means
	// 32 MiB.
	MaxBody int64
	// AttemptTimeout bounds one try, from sending to the last byte of the
	// answer, without the wait for its turn. Zero means 90 seconds.
	AttemptTimeout time.Duration
	// Retries is how often a request is tried again. Zero means 4, a negative
	// number never.
	Retries int
	// Patience bounds a single wait between two tries. An upstream that asks
	// for more gets it, but from whoever called: the call ends with the error
	// and its RetryAfter. Zero means 2 minutes.
	Patience time.Duration
}

// The defaults of Config.
const (
	defaultMaxBody        = 32 << 20
	defaultAttemptTimeout = 90 * time.Second
	defaultRetries        = 4
	defaultPatience       = 2 * time.Minute
)

// Client makes the requests of one session. It is safe for concurrent use.
type Client struct {
	cfg  Config
	base *url.URL
	http *http.Client
	own  *http.Transport
}

// New returns a client. A Base that can't be right is the error CodeConfig.
func New(cfg Config) (*Client, error) {
	base, err := parseBase(cfg)
	if err != nil {
		return nil, &connector.Error{Code: connector.CodeConfig, Source: cfg.Source, Op: "open", Err: err}
	}
	if cfg.MaxBody <= 0 {
		cfg.MaxBody = defaultMaxBody
	}
	if cfg.AttemptTimeout <= 0 {
		cfg.AttemptTimeout = defaultAttemptTimeout
	}
	if cfg.Patience <= 0 {
		cfg.Patience = defaultPatience
	}
	switch {
	case cfg.Retries == 0:
		cfg.Retries = defaultRetries
	case cfg.Retries < 0:
		cfg.Retries = 0
	}
	if cfg.Logger == nil {
		cfg.Logger = slog.New(slog.DiscardHandler)
	}
	c := &Client{cfg: cfg, base: base}
	next := cfg.RoundTripper
	if next == nil {
		c.own = newTransport(cfg.AllowPrivate)
		next = c.own
	}
	c.http = &http.Client{
		Transport:     &pacedTransport{cfg: cfg, next: next, session: c},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
	return c, nil
}

// parseBase checks the address. The errors don't show it: it may hold a
// password.
func parseBase(cfg Config) (*url.URL, error) {
	base, err := url.Parse(cfg.Base)
	switch {
	case err != nil || base.Host == "":
		return nil, fmt.Errorf("the address is not an absolute URL")
	case base.User != nil || base.RawQuery != "" || base.Fragment != "":
		return nil, fmt.Errorf("the address of %s has a user name, a query or a fragment", base.Host)
	case base.Scheme == "https", base.Scheme == "http" && cfg.AllowPrivate:
		return base, nil
	}
	return nil, fmt.Errorf("the address of %s is not https", base.Host)
}

// Close releases idle connections. Calls in flight go on.
func (c *Client) Close() {
	if c.own != nil {
		c.own.CloseIdleConnections()
	}
}
