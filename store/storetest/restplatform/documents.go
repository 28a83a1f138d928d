package restplatform

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/dovetail-sync/dovetail/connector"
	"github.com/dovetail-sync/dovetail/store"
)

// defaultTimeout is how long a request may take where Config doesn't say.
const defaultTimeout = 30 * time.Second

// Config says where the platform is.
type Config struct {
	// URL is the API's address, such as "https://docs.example.com/api/v1".
	URL string
	// Key opens the API.
	Key connector.Secret
	// Timeout bounds each request, with its answer. Zero is 30 seconds.
	Timeout time.Duration
	// Transport sends the requests. It is the place for pacing and for repeating
	// what only reads. Nil: a transport of its own, with the defaults of
	// net/http.
	Transport http.RoundTripper
}

// Documents is a store.Documents over the API. It is safe for concurrent use.
type Documents struct {
	base string
	key  connector.Secret
	// client has no timeout: contexts have.
	client  *http.Client
	timeout time.Duration
	// linking is held by the one who looks for a link and makes it if there is
	// none.
	linking chan struct{}
}

var _ store.Documents = (*Documents)(nil)

// New returns a platform. It makes no request.
func New(cfg Config) (*Documents, error) {
	base, err := url.Parse(cfg.URL)
	switch {
	case err != nil || base.Host == "" || base.Scheme != "https" && base.Scheme != "http":
		return nil, errors.New("restplatform: new: the URL is no http address (it looks like https://docs.example.com/api/v1)")
	case base.User != nil || base.RawQuery != "" || base.Fragment != "":
		return nil, errors.New("restplatform: new: the URL has a user, a query or a fragment (leave them out)")
	case cfg.Key.IsZero():
		return nil, errors.New("restplatform: new: the key is missing")
	case cfg.Timeout < 0:
		return nil, fmt.Errorf("restplatform: new: the timeout %s is negative", cfg.Timeout)
	}
	d := &Documents{
		base: strings.TrimRight(base.String(), "/"), key: cfg.Key, timeout: cfg.Timeout, linking: make(chan struct{}, 1),
		client: &http.Client{
			Transport: cfg.Transport,
			// The key goes to the address that it was given for, and nowhere else.
			CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
		},
	}
	if d.timeout == 0 {
		d.timeout = defaultTimeout
	}
	if d.client.Transport == nil {
		d.client.Transport = &http.Transport{Proxy: http.ProxyFromEnvironment, ForceAttemptHTTP2: true, IdleConnTimeout: time.Minute}
	}
	return d, nil
}

// Close closes idle connections. What is under way goes on.
func (d *Documents) Close() { d.client.CloseIdleConnections() }

// Capabilities implements store.Documents.
func (d *Documents) Capabilities() store.Capabilities {
	return store.Capabilities{Archive: true, MoveCompany: true, MoveLayout: true, MoveNeedsFields: true, Links: true}
}

// FindCreated implements store.Documents. The platform keeps no intents: it is
// never called.
func (d *Documents) FindCreated(_ context.Context, intent string) (store.Created, error) {
	return store.Created{}, fmt.Errorf("restplatform: find created by %q: the platform keeps no intents", intent)
}

// parseID reads an id of the platform's. Any other text names nothing: sent to
// the server it might name something else.
func parseID[T ~string](id T) (int64, bool) {
	n, err := strconv.ParseInt(string(id), 10, 64)
	return n, err == nil && n > 0 && strconv.FormatInt(n, 10) == string(id)
}

func formatID[T ~string](id int64) T { return T(strconv.FormatInt(id, 10)) }

// refuse returns an error that says that nothing was written, and why.
func refuse(op, format string, args ...any) error {
	return fmt.Errorf("restplatform: %s: %w: %s", op, store.ErrRefused, fmt.Sprintf(format, args...))
}

func notFound(op string) error { return fmt.Errorf("restplatform: %s: %w", op, store.ErrNotFound) }

// cleanName is a name as it is sent. Blank ones are refused here.
func cleanName(op, name string) (string, error) {
	if name = strings.TrimSpace(connector.CleanText(name)); name == "" {
		return "", refuse(op, "the name is blank")
	}
	return name, nil
}
