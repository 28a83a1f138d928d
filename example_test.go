package dovetail_test

import (
	"context"
	"fmt"
	"log"

	"github.com/dovetail-sync/dovetail"
	"github.com/dovetail-sync/dovetail/connector"
	"github.com/dovetail-sync/dovetail/store"
	"github.com/dovetail-sync/dovetail/store/memory"
	"github.com/dovetail-sync/dovetail/syncro"
	"github.com/dovetail-sync/dovetail/syncro/syncrotest"
)

// A host sets up an integration, and runs it: the first run lists the companies.
func Example() {
	ctx := context.Background()
	account, err := syncrotest.New(syncrotest.Options{Customers: 5, Contacts: 20, Assets: 40})
	if err != nil {
		log.Fatal(err)
	}
	platform := memory.New()
	layout, err := platform.Documents().CreateLayout(ctx, store.NewLayout{Name: "Things"}, store.Intent{ID: "layout"})
	if err != nil {
		log.Fatal(err)
	}

	engine, err := dovetail.New(dovetail.Config{
		Store:      platform,
		Connectors: []connector.Connector{syncro.New()},
		Upstream: func(store.IntegrationID) dovetail.Upstream {
			return dovetail.Upstream{RoundTripper: account.RoundTripper()} // leave it out to reach Syncro itself
		},
	})
	if err != nil {
		log.Fatal(err)
	}
	ada, id := store.Person("42", "Ada"), store.IntegrationID("syncro-1")
	if _, err = engine.SaveSettings(ctx, dovetail.SettingsRequest{By: ada, Integration: id, Connector: "syncro", Settings: dovetail.Settings{
		Config: connector.Config{
			Values:  map[string]string{"domain": "example.syncromsp.com"},
			Secrets: map[string]connector.Secret{"api_key": connector.NewSecret(account.Token())},
		},
		DefaultLayouts: map[connector.Kind]store.LayoutID{syncro.KindContact: layout.ID, syncro.KindAsset: layout.ID},
	}}); err != nil {
		log.Fatal(err)
	}
	if _, err = engine.TestConnection(ctx, dovetail.TestRequest{By: ada, Integration: id}); err != nil {
		log.Fatal(err)
	}
	report, err := engine.Sync(ctx, dovetail.SyncRequest{By: ada, Integration: id})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println("companies to decide about:", report.Read.Kinds[0].Delivered)
	// Output: companies to decide about: 5
}
