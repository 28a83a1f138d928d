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

// A host shows the history of an integration in pages of ten.
func ExampleEngine_Runs() {
	ctx, ada, id := context.Background(), store.Person("42", "Ada"), store.IntegrationID("syncro-1")
	engine, err := connectedEngine(ctx, ada, id)
	if err != nil {
		log.Fatal(err)
	}
	for range 12 {
		if _, err = engine.Sync(ctx, dovetail.SyncRequest{By: ada, Integration: id}); err != nil {
			log.Fatal(err)
		}
	}
	page := func(before store.RunID) (runs []store.Run) {
		for run, err := range engine.Runs(ctx, id, before) {
			if err != nil {
				log.Fatal(err)
			}
			if runs = append(runs, run); len(runs) == 10 {
				break
			}
		}
		return runs
	}
	first := page("")
	second := page(first[9].ID)
	fmt.Println(len(first), "and", len(second), "runs")
	fmt.Println("the last one:", first[0].State, "by", first[0].By.Name)
	// Output:
	// 10 and 2 runs
	// the last one: ok by Ada
}

// connectedEngine is an engine with an integration that can run.
func connectedEngine(ctx context.Context, by store.Actor, id store.IntegrationID) (*dovetail.Engine, error) {
	account, err := syncrotest.New(syncrotest.Options{Customers: 5})
	if err != nil {
		return nil, err
	}
	platform := memory.New()
	layout, err := platform.Documents().CreateLayout(ctx, store.NewLayout{Name: "Things"}, store.Intent{ID: "layout"})
	if err != nil {
		return nil, err
	}
	engine, err := dovetail.New(dovetail.Config{
		Store: platform, Connectors: []connector.Connector{syncro.New()},
		Upstream: func(store.IntegrationID) dovetail.Upstream {
			return dovetail.Upstream{RoundTripper: account.RoundTripper()}
		},
	})
	if err != nil {
		return nil, err
	}
	settings := dovetail.Settings{
		Config: connector.Config{
			Values:  map[string]string{"domain": "example.syncromsp.com"},
			Secrets: map[string]connector.Secret{"api_key": connector.NewSecret(account.Token())},
		},
		DefaultLayouts: map[connector.Kind]store.LayoutID{syncro.KindContact: layout.ID, syncro.KindAsset: layout.ID},
	}
	if _, err = engine.SaveSettings(ctx, dovetail.SettingsRequest{By: by, Integration: id, Connector: "syncro", Settings: settings}); err != nil {
		return nil, err
	}
	_, err = engine.TestConnection(ctx, dovetail.TestRequest{By: by, Integration: id})
	return engine, err
}
