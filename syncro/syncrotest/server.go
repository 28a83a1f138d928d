package syncrotest

import (
	"fmt"
	"net"
	"net/http"
	"time"
)

// Server serves an account over HTTP on this machine.
type Server struct {
	// URL is the server's address without a path, such as
	// "http://127.0.0.1:8787".
	URL string

	http *http.Server
	done chan struct{}
}

// Start serves the account on a free port of 127.0.0.1. It panics where this
// machine gives none, as net/http/httptest does.
func (a *Account) Start() *Server {
	s, err := a.Listen("127.0.0.1:0")
	if err != nil {
		panic(err)
	}
	return s
}

// Listen serves the account on an address of this machine's loopback
// interface, such as "127.0.0.1:8787". Beside the API, the server has /faults:
// GET shows the table of faults and which are on, PUT /faults/{name} and DELETE
// /faults/{name} switch one, DELETE /faults switches all off. It refuses any other address: the
// account's token is no secret.
func (a *Account) Listen(addr string) (*Server, error) {
	host, _, err := net.SplitHostPort(addr)
	if err != nil {
		return nil, fmt.Errorf("syncrotest: listen: %w", err)
	}
	if ip := net.ParseIP(host); host != "localhost" && !ip.IsLoopback() {
		return nil, fmt.Errorf("syncrotest: listen: %q is not a loopback address (use 127.0.0.1)", host)
	}
	listener, err := net.Listen("tcp", addr)
	if err != nil {
		return nil, fmt.Errorf("syncrotest: listen: %w", err)
	}
	s := &Server{
		URL:  "http://" + listener.Addr().String(),
		http: &http.Server{Handler: a.controlled(), ReadHeaderTimeout: 10 * time.Second},
		done: make(chan struct{}),
	}
	go func() {
		defer close(s.done)
		// Serve ends by Close, which is what its error then says.
		_ = s.http.Serve(listener)
	}()
	return s, nil
}

// BaseURL returns the address with the API's path: what takes the place of
// https://{subdomain}.syncromsp.com/api/v1.
func (s *Server) BaseURL() string { return s.URL + apiPath }

// Close stops serving, drops open connections and waits for the listener to
// end. Closing twice is fine.
func (s *Server) Close() {
	_ = s.http.Close()
	<-s.done
}
