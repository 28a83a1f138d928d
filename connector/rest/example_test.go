package rest_test

import (
	"context"
	"encoding/json"
	"errors"
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

// Some upstreams answer 200 and say inside that they won't. Decode makes an error
// with a code of it, and Client does what it would do for a status: here it waits
// for two minutes at most, and leaves the rest to its caller.
func ExampleRequest_decode() {
	client, err := rest.New(rest.Config{
		Source: "example", Base: "https://acme.example.com/api",
		RoundTripper: script(reply(200, `{"error":{"code":"THROTTLED","text":"slow down","seconds":600}}`)),
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	defer client.Close()
	var answer struct {
		Error *struct {
			Code, Text string
			Seconds    int
		}
		Devices *[]string
	}
	err = client.GetJSON(context.Background(), rest.Request{Op: "list devices", Path: "/devices", Decode: func(body []byte) error {
		answer.Error, answer.Devices = nil, nil // it is called for each answer
		if err := json.Unmarshal(body, &answer); err != nil {
			return err
		}
		said := answer.Error
		switch {
		case said == nil && answer.Devices == nil:
			return errors.New("there is no list") // and not an empty one
		case said == nil:
			return nil
		case said.Code == "THROTTLED":
			return &connector.Error{Code: connector.CodeRateLimited, Detail: said.Text, RetryAfter: time.Duration(said.Seconds) * time.Second}
		case said.Code == "KEY":
			return &connector.Error{Code: connector.CodeAuth, Detail: said.Text}
		}
		return &connector.Error{Code: connector.CodeUnavailable, Detail: said.Text}
	}})
	fmt.Println(err)
	fmt.Println(connector.RetryAfter(err))
	// Output:
	// example: list devices: rate_limited: slow down
	// 10m0s
}
