// Command quickstart walks through the main job: it connects to a Syncro
// account, matches its companies with those of a documentation platform, brings
// contacts and assets into asset layouts, and shows that syncing again changes
// nothing but what changed upstream.
//
// Without flags it needs nothing: it starts a Syncro of its own with 40
// companies, and keeps the documentation in memory, where people have
// documented part of it already. With -domain, and the API key in
// SYNCRO_API_KEY, it reads a real account instead and stops at the plan; with
// -apply it goes on and carries the plan out, in memory.
package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"os/signal"

	"github.com/dovetail-sync/dovetail"
	"github.com/dovetail-sync/dovetail/connector"
	"github.com/dovetail-sync/dovetail/store"
	"github.com/dovetail-sync/dovetail/store/memory"
	"github.com/dovetail-sync/dovetail/syncro"
	"github.com/dovetail-sync/dovetail/syncro/syncrotest"
)

func main() {
	domain := flag.String("domain", "", "a real account, as in instancename.syncromsp.com, with the API key in SYNCRO_API_KEY")
	apply := flag.Bool("apply", false, "with -domain: carry the plan out, in memory")
	asJSON := flag.Bool("json", false, "print one JSON object a step")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	out := newPrinter(os.Stdout, *asJSON)
	var err error
	if *domain != "" {
		err = runReal(ctx, *domain, *apply, out)
	} else {
		err = runPretended(ctx, syncrotest.Options{Customers: 40, Contacts: 400, Assets: 1200}, out)
	}
	stop()
	if err != nil {
		fmt.Fprintln(os.Stderr, "quickstart:", err)
		os.Exit(1)
	}
}

func runReal(ctx context.Context, domain string, apply bool, out *printer) error {
	t, err := newTour(ctx, out, nil, connector.Config{
		Values:  map[string]string{"domain": domain},
		Secrets: map[string]connector.Secret{"api_key": connector.NewSecret(os.Getenv("SYNCRO_API_KEY"))},
	}, dovetail.Upstream{})
	if err != nil {
		return err
	}
	return t.real(ctx, apply)
}

func runPretended(ctx context.Context, size syncrotest.Options, out *printer) error {
	account, err := syncrotest.New(size)
	if err != nil {
		return err
	}
	server := account.Start()
	defer server.Close()
	t, err := newTour(ctx, out, account, connector.Config{
		Values:  map[string]string{"domain": account.Subdomain() + ".syncromsp.com"},
		Secrets: map[string]connector.Secret{"api_key": connector.NewSecret(account.Token())},
	}, dovetail.Upstream{Endpoint: server.URL})
	if err != nil {
		return err
	}
	return t.pretend(ctx)
}

// tour is one walk through the main job.
type tour struct {
	out      *printer
	account  *syncrotest.Account // nil for a real account
	platform *memory.Documents
	engine   *dovetail.Engine
	layouts  layouts
	// people and devices are the default layouts.
	people, devices store.Layout
	planned         store.PlanID
}

// integration is the id of the one integration of the tour, and visitor the
// person who decides.
const integration = store.IntegrationID("syncro-1")

var visitor = store.Person("1", "you")

func newTour(ctx context.Context, out *printer, account *syncrotest.Account, config connector.Config, upstream dovetail.Upstream) (*tour, error) {
	db := memory.New()
	t := &tour{out: out, account: account, platform: db.Platform()}
	cfg := dovetail.Config{
		Store:      db,
		Connectors: []connector.Connector{syncro.New()},
		Upstream:   func(store.IntegrationID) dovetail.Upstream { return upstream },
		OnEvent:    out.event,
	}
	if account != nil {
		// The pretended account has no request limit to keep to.
		cfg.Pace = func(context.Context, string) error { return nil }
	}
	var err error
	if t.engine, err = dovetail.New(cfg); err != nil {
		return nil, err
	}
	saved, err := t.setUp(ctx, config)
	if err != nil {
		return nil, err
	}
	for _, warning := range saved.Warnings {
		out.say("  note: %s", warning)
	}
	return t, nil
}

// real walks through a real account, as far as nothing is written.
func (t *tour) real(ctx context.Context, apply bool) error {
	if err := t.upToPlan(ctx); err != nil || !apply {
		if err == nil {
			t.out.say("\nNothing was applied. With -apply the plan is carried out, in memory.")
		}
		return err
	}
	if err := t.apply(ctx); err != nil {
		return err
	}
	return t.resync(ctx)
}

// pretend walks through the pretended account, to the changes upstream.
func (t *tour) pretend(ctx context.Context) error {
	if err := documentByHand(ctx, t.platform, t.people, t.devices, t.account); err != nil {
		return err
	}
	if err := t.upToPlan(ctx); err != nil {
		return err
	}
	for _, step := range []func(context.Context) error{t.apply, t.resync, t.change} {
		if err := step(ctx); err != nil {
			return err
		}
	}
	return nil
}

func (t *tour) upToPlan(ctx context.Context) error {
	for _, step := range []func(context.Context) error{t.connect, t.companies, t.match, t.plan} {
		if err := step(ctx); err != nil {
			return err
		}
	}
	return nil
}
