package connectortest_test

import (
	"context"
	"encoding/json"
	"net/http"
	"time"

	"github.com/dovetail-sync/dovetail/connector"
	"github.com/dovetail-sync/dovetail/connector/rest"
)

// refuse is how the reference upstream says in a 200 that it won't.
func refuse(w http.ResponseWriter, status int, wait time.Duration) {
	answer(w, http.StatusOK, map[string]any{"refused": status, "wait": wait.Seconds()})
}

// hearing has a request's answer looked at for such words.
func (s *refSession) hearing(r rest.Request) rest.Request {
	into := r.Into
	r.Decode = func(body []byte) error {
		var words struct {
			Refused int     `json:"refused"`
			Wait    float64 `json:"wait"`
		}
		_ = json.Unmarshal(body, &words) // the answer's own decoding says what is wrong with it
		switch {
		case words.Refused == 0 && into == nil:
			return json.Unmarshal(body, new(any))
		case words.Refused == 0:
			return json.Unmarshal(body, into)
		case r.Path == "/list" && s.is("takes a refusal in a 200 for an empty page"):
			return json.Unmarshal([]byte(`{"rows":[]}`), into)
		}
		if s.is("doesn't hear how long to wait") {
			words.Wait = 0.1
		}
		return &connector.Error{
			Code: connector.CodeOfStatus(words.Refused), Detail: "it won't", RetryAfter: time.Duration(words.Wait * float64(time.Second)),
		}
	}
	return r
}

// impatient asks again when it was told to wait.
type impatient struct {
	next http.RoundTripper
	pace func(context.Context, string) error
}

func (t impatient) RoundTrip(r *http.Request) (*http.Response, error) {
	resp, err := t.next.RoundTrip(r)
	if err == nil && resp.StatusCode == http.StatusTooManyRequests {
		_ = resp.Body.Close()
		if err := t.pace(r.Context(), "reference"); err != nil {
			return nil, err
		}
		return t.next.RoundTrip(r)
	}
	return resp, err
}
