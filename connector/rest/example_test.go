package rest_test

import (
	"context"
	"fmt"
	"net/http"
	"time"

	"github.com/dovetail-sync/dovetail/connector"
	"github.com/dovetail-sync/dovetail/connector/rest"
)

// A connector makes one Pacer for all of its sessions, and one Client for each.
func Example() {
	pacer := rest.NewPacer(connector.Limit{Key: "example.com", Requests: 100, Per: time.Minute, Burst: 10})
	client, err := rest.New(rest.Config{
		Source:       "example",
		Base:         "https://acme.example.com/api",
		Authorize:    func(r *http.Request) { r.Header.Set("X-Key", "…") },
		Budget:       "example.com",
		Pacer:        pacer,
		RoundTripper: script(reply(429, "", "Retry-After: 3600")),
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	defer client.Close()
	var devices struct{ Names []string }
	err = client.GetJSON(context.Background(), rest.Request{Op: "list devices", Path: "/devices", Into: &devices})
	fmt.Println(err)
	fmt.Println(connector.CodeOf(err), connector.Retryable(err), connector.RetryAfter(err))
	// Output:
	// example: list devices: rate_limited: 429 Too Many Requests
	// rate_limited true 1h0m0s
}
