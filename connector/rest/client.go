package rest

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/url"
	"slices"
	"strings"
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
	// Hosts are the domains that Base has to be one of, or be below, as in
	// "example.com" for "acme.example.com": the credential is sent nowhere else.
	// Nil allows any. An address that the host chose (AllowPrivate) may be any.
	Hosts []string
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

	// life ends with Close.
	life context.Context
	end  context.CancelCauseFunc
}

var errClosed = errors.New("the session is closed")

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
	c.life, c.end = context.WithCancelCause(context.Background())
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
	case !cfg.AllowPrivate && !allowedHost(cfg.Hosts, base.Hostname()):
		return nil, fmt.Errorf("the address of %s is none of %s (and of what is below)", base.Host, strings.Join(cfg.Hosts, ", "))
	case base.Scheme == "https", base.Scheme == "http" && cfg.AllowPrivate:
		return base, nil
	}
	return nil, fmt.Errorf("the address of %s is not https", base.Host)
}

// allowedHost reports whether host is one of the domains or below one.
func allowedHost(domains []string, host string) bool {
	host = strings.ToLower(strings.TrimSuffix(host, "."))
	return domains == nil || slices.ContainsFunc(domains, func(domain string) bool {
		return host == domain || strings.HasSuffix(host, "."+domain)
	})
}

// Follow takes apart the address of a next page, as an upstream writes it into
// an answer, for Request.Path and Request.Query. One that leads to another host,
// or out of Base, is the error CodeProtocol: the credential would travel there.
func (c *Client) Follow(link string) (path string, query url.Values, err error) {
	bad := &connector.Error{
		Code: connector.CodeProtocol, Source: c.cfg.Source, Op: "follow a link", Detail: "the next page is not below " + c.base.Host + c.base.Path,
	}
	to, err := url.Parse(link)
	if err != nil {
		return "", nil, bad
	}
	to = c.base.JoinPath("/").ResolveReference(to)
	rest, below := strings.CutPrefix(to.EscapedPath(), strings.TrimSuffix(c.base.EscapedPath(), "/")+"/")
	// A ".." that came escaped is left by what resolves a reference, and leads out all the same.
	below = below && !slices.Contains(strings.Split(to.Path, "/"), "..")
	if to.Scheme != c.base.Scheme || to.Host != c.base.Host || to.User != nil || !below {
		return "", nil, bad
	}
	query, err = url.ParseQuery(to.RawQuery)
	if err != nil {
		return "", nil, bad
	}
	return "/" + rest, query, nil
}

// join returns a context that ends with ctx or with the client.
func (c *Client) join(ctx context.Context) (context.Context, context.CancelFunc) {
	ctx, cancel := context.WithCancelCause(ctx)
	stop := context.AfterFunc(c.life, func() { cancel(errClosed) })
	return ctx, func() {
		stop()
		cancel(nil)
	}
}

// Close ends the client: calls in flight, and all later ones, are the error
// CodeCanceled. That makes it all that Session.Close has to do.
func (c *Client) Close() {
	c.end(errClosed)
	if c.own != nil {
		c.own.CloseIdleConnections()
	}
}
