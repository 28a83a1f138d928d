package syncro_test

import (
	"context"
	"fmt"

	"github.com/dovetail-sync/dovetail/connector"
	"github.com/dovetail-sync/dovetail/syncro"
	"github.com/dovetail-sync/dovetail/syncro/syncrotest"
)

// A host opens a session with what a user filled in, tests the connection and
// reads page by page. Here a fake account answers.
func Example() {
	ctx := context.Background()
	account, err := syncrotest.New(syncrotest.Options{Customers: 120, Contacts: 80, Assets: 200})
	if err != nil {
		fmt.Println(err)
		return
	}
	session, err := syncro.New().Open(ctx, connector.OpenOptions{
		Config: connector.Config{
			Values:  map[string]string{syncro.FieldDomain: "example.syncromsp.com"},
			Secrets: map[string]connector.Secret{syncro.FieldAPIKey: connector.NewSecret(account.Token())},
		},
		RoundTripper: account.RoundTripper(),
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	defer func() { _ = session.Close() }()
	result, err := connector.FeaturesOf(session).Check(ctx)
	fmt.Println(result.Account.Name, result.Counts[syncro.KindCustomer], err)
	for page, err := range session.Read(ctx, connector.ReadRequest{Kind: syncro.KindCustomer}) {
		if err != nil {
			fmt.Println(err)
			return
		}
		fmt.Println(len(page.Records), page.End)
	}
	// Output:
	// example 120 <nil>
	// 100 more
	// 20 ended
}

// All problems of a configuration come at once, some with a value to offer.
func ExampleConnector_Open() {
	_, err := syncro.New().Open(context.Background(), connector.OpenOptions{Config: connector.Config{
		Values: map[string]string{syncro.FieldDomain: "https://Acme.syncromsp.com/customers"},
	}})
	fmt.Println(err)
	// Output:
	// configuration: domain: begins with "https://", has a path behind it and has capital letters (enter acme.syncromsp.com); api_key: is empty (enter the API key)
}
