// Command server is a small host: the engine on the in-memory store, behind a
// JSON API and one page on which a person tests the connection, runs the sync
// and decides about companies.
//
// Without flags it needs nothing: it starts a Syncro of its own with 40
// companies. With -domain, and the API key in SYNCRO_API_KEY, it reads a real
// account. What it documents is kept in memory and gone when it ends. It
// listens on this machine only and asks nobody to log in: it is an example, not
// a product.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"os"
	"os/signal"
	"sync"
	"syscall"
	"time"
)

func main() {
	addr := flag.String("addr", "127.0.0.1:8080", "loopback `address` to listen on")
	domain := flag.String("domain", "", "a real account, as in instancename.syncromsp.com, with the API key in SYNCRO_API_KEY")
	flag.Parse()
	log := slog.New(slog.NewTextHandler(os.Stderr, nil))
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	err := run(ctx, *addr, *domain, log)
	stop()
	if err != nil {
		fmt.Fprintln(os.Stderr, "server:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, addr, domain string, log *slog.Logger) error {
	if err := checkLoopback(addr); err != nil {
		return err
	}
	src, err := pretended()
	if domain != "" {
		src, err = realAccount(domain, os.Getenv("SYNCRO_API_KEY"))
	}
	if err != nil {
		return err
	}
	h, err := newHost(ctx, src, log)
	if err != nil {
		return err
	}
	defer h.close()
	ctx, stop := context.WithCancel(ctx)
	var schedule sync.WaitGroup
	schedule.Go(func() { _ = h.engine.Schedule(ctx) }) // its error is that ctx has ended
	defer schedule.Wait()
	defer stop()
	var config net.ListenConfig
	listener, err := config.Listen(ctx, "tcp", addr)
	if err != nil {
		return fmt.Errorf("%w (choose another address with -addr)", err)
	}
	log.Info("open the page in a browser; interrupt to end", "url", "http://"+listener.Addr().String())
	return serve(ctx, listener, h)
}

// checkLoopback refuses addresses that other machines can reach: nobody logs in
// here.
func checkLoopback(addr string) error {
	host, _, err := net.SplitHostPort(addr)
	if err != nil {
		return fmt.Errorf("-addr: %w (as in 127.0.0.1:8080)", err)
	}
	if !isLoopback(host) {
		return fmt.Errorf("-addr: %q is not an address of this machine alone (use 127.0.0.1, ::1 or localhost)", host)
	}
	return nil
}

func isLoopback(host string) bool {
	return host == "localhost" || net.ParseIP(host).IsLoopback()
}

// shutdownTime is how long requests under way may take to end.
const shutdownTime = 10 * time.Second

// serve answers until ctx is done. Then the run under way is stopped and
// awaited, and the requests under way get the time to end.
func serve(ctx context.Context, listener net.Listener, h *host) error {
	server := &http.Server{
		Handler:           h.handler(),
		ReadHeaderTimeout: 10 * time.Second,
		ReadTimeout:       30 * time.Second,
		WriteTimeout:      5 * time.Minute, // a connection test may have to wait for the account's request limit
		IdleTimeout:       2 * time.Minute,
	}
	ended := make(chan error, 1)
	go func() { ended <- server.Serve(listener) }()
	select {
	case err := <-ended:
		return err
	case <-ctx.Done():
	}
	h.close()
	within, cancel := context.WithTimeout(context.WithoutCancel(ctx), shutdownTime)
	defer cancel()
	err := server.Shutdown(within)
	if err != nil {
		err = errors.Join(err, server.Close())
	}
	if ended := <-ended; !errors.Is(ended, http.ErrServerClosed) {
		err = errors.Join(err, ended)
	}
	return err
}
