// Command connectorcheck tries a connector that comes as a plugin on a real
// account, which it only reads, and says which rules of package connector it
// breaks.
//
//	connectorcheck -config account.json ./dovetail-example
//
// Without -config it prints what the connector has to be told, as a file to
// fill in. A credential that the upstream replaces is written back to the file.
package main

import (
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/url"
	"os"
	"os/signal"

	"github.com/dovetail-sync/dovetail/connector"
	"github.com/dovetail-sync/dovetail/connector/connectortest"
	"github.com/dovetail-sync/dovetail/connector/plugin"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	err := run(ctx, os.Args[1:], os.Stdout, os.Stderr)
	stop()
	switch {
	case errors.Is(err, flag.ErrHelp):
	case errors.Is(err, errUsage):
		os.Exit(2)
	case err != nil:
		fmt.Fprintln(os.Stderr, "connectorcheck:", err)
		os.Exit(1)
	}
}

var (
	errUsage  = errors.New("bad usage")
	errBroken = errors.New("the connector breaks rules")
)

// options are what was asked for.
type options struct {
	path, config, endpoint, checksum string
	pages                            int
	verbose                          bool
}

func parse(args []string, stderr io.Writer) (options, error) {
	flags := flag.NewFlagSet("connectorcheck", flag.ContinueOnError)
	flags.SetOutput(stderr)
	flags.Usage = func() {
		fmt.Fprintln(stderr, "usage: connectorcheck [flags] PLUGIN")
		flags.PrintDefaults()
	}
	var opt options
	flags.StringVar(&opt.config, "config", "", "`file` with the settings of an account; without it, what has to be in it is printed")
	flags.StringVar(&opt.endpoint, "endpoint", "", "`address` to use in place of the connector's own, private ones too, as of a fake")
	flags.StringVar(&opt.checksum, "checksum", "", "`SHA-256` that the plugin must have; without it, it is taken as it is")
	flags.IntVar(&opt.pages, "pages", 0, "`number` of pages of each kind to read at most; 0 means 3")
	flags.BoolVar(&opt.verbose, "v", false, "print what the plugin logs")
	switch err := flags.Parse(args); {
	case errors.Is(err, flag.ErrHelp):
		return opt, err
	case err != nil:
		return opt, errUsage
	case flags.NArg() != 1:
		flags.Usage()
		return opt, errUsage
	}
	opt.path = flags.Arg(0)
	return opt, nil
}

func run(ctx context.Context, args []string, stdout, stderr io.Writer) error {
	opt, err := parse(args, stderr)
	if err != nil {
		return err
	}
	log := slog.New(slog.DiscardHandler)
	if opt.verbose {
		log = slog.New(slog.NewTextHandler(stderr, &slog.HandlerOptions{Level: slog.LevelDebug}))
	}
	if opt.checksum == "" {
		if opt.checksum, err = plugin.Checksum(opt.path); err != nil {
			return err
		}
	}
	p, err := plugin.Start(ctx, plugin.Config{Path: opt.path, Checksum: opt.checksum, Logger: log})
	if err != nil {
		return err
	}
	defer func() { _ = p.Close() }() // its process is gone then, whatever it says
	info := p.Info()
	fmt.Fprintf(stdout, "%s %s (%s), SHA-256 %s\n\n", info.Name, info.Version, info.Title, opt.checksum)
	if opt.config == "" {
		return describe(info, stdout)
	}
	account, err := loadAccount(opt.config)
	if err != nil {
		return err
	}
	report := connectortest.CheckLive(ctx, connectortest.Live{
		Connector: p, Pages: opt.pages,
		Options: connector.OpenOptions{
			Config: account.connectorConfig(), Endpoint: opt.endpoint, Logger: log,
			Host: host(opt.endpoint, account),
		},
	})
	fmt.Fprint(stdout, report)
	if report.Err() != nil {
		return errBroken
	}
	return nil
}

// host is what the connector may ask for. Requests to a fake on this machine
// need no pace; to anything else the connector keeps to its limits on its own.
func host(endpoint string, a *account) connector.Host {
	host := connector.Host{SaveSecret: a.save}
	if u, err := url.Parse(endpoint); err == nil && net.ParseIP(u.Hostname()).IsLoopback() {
		host.Pace = func(ctx context.Context, _ string) error { return ctx.Err() }
	}
	return host
}

// describe says whether the description is sound, and prints a file to fill in.
func describe(info connector.Info, stdout io.Writer) error {
	if err := info.Check(); err != nil {
		return err
	}
	blank := &account{Values: map[string]string{}, Secrets: map[string]string{}}
	for _, field := range info.Config {
		if field.Type == connector.ConfigSecret {
			blank.Secrets[field.Name] = ""
		} else {
			blank.Values[field.Name] = field.Default
		}
	}
	text, err := json.MarshalIndent(blank, "", "  ")
	if err != nil {
		return err
	}
	fmt.Fprintf(stdout, "%s\nFill this in, keep it to yourself, and call again with -config:\n\n%s\n", connector.ConfigTable(info.Config), text)
	return nil
}
