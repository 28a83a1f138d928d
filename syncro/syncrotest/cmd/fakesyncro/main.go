// Command fakesyncro serves a generated Syncro account on this machine, for
// trying out an integration without having one.
//
//	fakesyncro -customers 40 -contacts 200 -assets 400
//
// It prints where it serves and stops on an interrupt. It listens on loopback
// addresses only, since its token is no secret.
//
// It misbehaves on demand: -fault switches on one of the faults of package
// syncrotest and can be given several times, -h lists them all. While it runs
// they are seen and switched below /faults:
//
//	fakesyncro -fault truncate -fault 429-storm@10x3
//	curl http://127.0.0.1:8787/faults
//	curl -X PUT http://127.0.0.1:8787/faults/401-list
//	curl -X DELETE http://127.0.0.1:8787/faults/truncate
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"strings"

	"github.com/dovetail-sync/dovetail/syncro/syncrotest"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	err := run(ctx, os.Args[1:], os.Stdout, os.Stderr)
	stop()
	switch {
	case errors.Is(err, flag.ErrHelp):
	case errors.Is(err, errUsage):
		os.Exit(2) // The flag package has said what is wrong.
	case err != nil:
		fmt.Fprintln(os.Stderr, "fakesyncro:", err)
		os.Exit(1)
	}
}

var errUsage = errors.New("bad usage")

// run serves until ctx ends.
func run(ctx context.Context, args []string, stdout, stderr io.Writer) error {
	flags := flag.NewFlagSet("fakesyncro", flag.ContinueOnError)
	flags.SetOutput(stderr)
	addr := flags.String("addr", "127.0.0.1:8787", "loopback `address` to listen on; port 0 takes a free one")
	var opt syncrotest.Options
	flags.IntVar(&opt.Customers, "customers", 40, "`number` of customers")
	flags.IntVar(&opt.Contacts, "contacts", 200, "`number` of contacts")
	flags.IntVar(&opt.Assets, "assets", 400, "`number` of assets")
	flags.Uint64Var(&opt.Seed, "seed", 1, "`number` that chooses what is generated")
	flags.StringVar(&opt.Token, "token", "test-token", "API `token` that requests must carry")
	flags.IntVar(&opt.RateLimit, "rate-limit", syncrotest.SyncroRateLimit, "requests a minute for each caller; 0 means no limit")
	flags.Func("fault", "`name` of a fault to switch on, from the table below; can be given several times", func(name string) error {
		opt.Faults = append(opt.Faults, syncrotest.Fault(name))
		return nil
	})
	flags.Usage = func() { usage(flags) }
	if err := flags.Parse(args); errors.Is(err, flag.ErrHelp) {
		return err
	} else if err != nil {
		return errUsage
	}
	if flags.NArg() > 0 {
		return fmt.Errorf("unexpected argument %q", flags.Arg(0))
	}

	account, err := syncrotest.New(opt)
	if err != nil {
		return err
	}
	server, err := account.Listen(*addr)
	if err != nil {
		return err
	}
	defer server.Close()
	fmt.Fprintf(stdout, "%d customers, %d contacts, %d assets\n", opt.Customers, opt.Contacts, opt.Assets)
	fmt.Fprintf(stdout, "base URL  %s\n", server.BaseURL())
	fmt.Fprintf(stdout, "token     %s\n", account.Token())
	fmt.Fprintf(stdout, "try       curl -H 'Authorization: Bearer %s' '%s/customers?page=1'\n", account.Token(), server.BaseURL())
	fmt.Fprintf(stdout, "faults    %s\n", faultsOn(account))
	<-ctx.Done()
	return nil
}

// faultsOn says what is on, and where it is changed.
func faultsOn(account *syncrotest.Account) string {
	var on []string
	for _, f := range account.SwitchedOn() {
		on = append(on, string(f))
	}
	if len(on) == 0 {
		return "none (see -h, and /faults while it runs)"
	}
	return strings.Join(on, ", ")
}

// usage lists the flags and, from the table of the package, the faults.
func usage(flags *flag.FlagSet) {
	out := flags.Output()
	fmt.Fprintln(out, "Usage of fakesyncro:")
	flags.PrintDefaults()
	fmt.Fprint(out, "\nFaults, each also as NAME@3 (from the third request on that it looks at)\nand NAME@3x2 (two of them):\n")
	for _, f := range syncrotest.Faults() {
		fmt.Fprintf(out, "  %s\n    \t%s\n    \t%s\n", f.Name, f.Does, f.Why)
	}
}
