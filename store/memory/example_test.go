package memory_test

import (
	"context"
	"fmt"

	"github.com/dovetail-sync/dovetail/store"
	"github.com/dovetail-sync/dovetail/store/memory"
)

func ExampleNew() {
	ctx := context.Background()
	account := memory.New()

	acme, err := account.Documents().CreateCompany(ctx, store.NewCompany{Name: "Acme "}, store.Intent{ID: "write-1"})
	if err != nil {
		fmt.Println(err)
		return
	}
	customer := store.RecordID{Integration: "syncro-1", Kind: "customer", Key: "4711"}
	err = account.Ledger().Update(ctx, func(_ context.Context, w store.Writer) error {
		return w.PutMatch(store.Match{ID: customer, State: store.MatchMatched, Company: acme.ID})
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	err = account.Ledger().View(ctx, func(_ context.Context, r store.Reader) error {
		for m, err := range r.MatchesOf(acme.ID) {
			if err != nil {
				return err
			}
			fmt.Printf("%s is %q, %s\n", m.ID, acme.Name, acme.ID)
		}
		return nil
	})
	if err != nil {
		fmt.Println(err)
	}
	// Output: syncro-1/customer/4711 is "Acme", company-1
}
