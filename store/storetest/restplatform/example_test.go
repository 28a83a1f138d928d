package restplatform_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"

	"github.com/dovetail-sync/dovetail/store"
	"github.com/dovetail-sync/dovetail/store/storetest/restplatform"
)

// A create whose answer is lost may have been done: its error settles nothing.
func Example() {
	platform := restplatform.NewServer()
	server := httptest.NewServer(platform)
	defer server.Close()
	docs, err := restplatform.New(restplatform.Config{URL: server.URL + "/api/v1", Key: platform.Key()})
	if err != nil {
		fmt.Println(err)
		return
	}
	defer docs.Close()
	ctx := context.Background()

	create := func(name string) {
		_, err := docs.CreateCompany(ctx, store.NewCompany{Name: name}, store.Intent{ID: "create " + name})
		fmt.Printf("%s: settled %t, unavailable %t\n", name, store.Settled(err), errors.Is(err, store.ErrUnavailable))
	}
	lift := platform.Fault(restplatform.Fault{Kind: restplatform.Busy, Method: http.MethodPost})
	create("Acme")
	lift()
	platform.Fault(restplatform.Fault{Kind: restplatform.DropAfter, Method: http.MethodPost})
	create("Beta")
	for company, err := range docs.Companies(ctx) {
		fmt.Println("there is", company.Name, err)
	}
	// Output:
	// Acme: settled true, unavailable true
	// Beta: settled false, unavailable false
	// there is Beta <nil>
}
