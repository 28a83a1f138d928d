package rest_test

import (
	"compress/gzip"
	"crypto/tls"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/dovetail-sync/dovetail/connector"
	"github.com/dovetail-sync/dovetail/connector/rest"
)

func TestWhatIsNoAnswerIsAnError(t *testing.T) {
	t.Parallel()
	type thing struct {
		Things []int `json:"things"`
	}
	tests := map[string]struct {
		answer *http.Response
		code   connector.Code
		tries  int
		text   string
	}{
		"empty":            {reply(200, ""), connector.CodeUnavailable, 5, "the answer is empty"},
		"white space":      {reply(200, " \n"), connector.CodeUnavailable, 5, "the answer is empty"},
		"truncated":        {reply(200, `{"things":[1,2`), connector.CodeUnavailable, 5, "the answer broke off"},
		"truncated number": {reply(200, `{"things":[1,`), connector.CodeUnavailable, 5, "the answer broke off"},
		"truncated text":   {reply(200, `{"thi`), connector.CodeUnavailable, 5, "the answer broke off"},
		"two answers":      {reply(200, `{}{}`), connector.CodeProtocol, 5, "the answer is not JSON"},
		"garbage":          {reply(200, `things: 1`), connector.CodeProtocol, 5, "the answer is not JSON"},
		"another shape":    {reply(200, `{"things":"x"}`), connector.CodeProtocol, 1, "another shape"},
		"web page":         {reply(200, "<!DOCTYPE html><p>log in", "Content-Type: text/html"), connector.CodeProtocol, 1, "answered a web page instead of JSON"},
		"page as JSON":     {reply(200, "<html></html>"), connector.CodeProtocol, 1, "answered a web page instead of JSON"},
		"no content":       {reply(204, ""), connector.CodeUnavailable, 5, "the answer is empty"},
		"wrong key":        {reply(401, `{"error":"Not authorized."}`), connector.CodeAuth, 1, "auth: 401 Not authorized."},
		"no right":         {reply(403, `{"message":"No"}`), connector.CodePermission, 1, "permission: 403 No"},
		"not found":        {reply(404, `{"error":"Asset not found"}`), connector.CodeNotFound, 1, "not_found: 404 Asset not found"},
		"not found page":   {reply(404, "<html>secret</html>"), connector.CodeNotFound, 1, "not_found: 404 Not Found"},
		"refused":          {reply(422, `{"success":false,"message":["a","b"]}`), connector.CodeUnknown, 1, "422 Unprocessable Entity"},
		"time-out":         {reply(504, "<html>"), connector.CodeUnavailable, 5, "unavailable: 504 Gateway Timeout"},
		"odd 5xx":          {reply(599, ""), connector.CodeUnavailable, 5, "unavailable: 599"},
		"echoed token":     {reply(401, `{"error":"no such token: `+token+`"}`), connector.CodeAuth, 1, "auth: 401 Unauthorized"},
		"echoed query":     {reply(400, `{"error":"bad /things?q=`+secretQuery+`"}`), connector.CodeUnknown, 1, "400 Bad Request"},
		"long message":     {reply(400, `{"error":"`+strings.Repeat("long ", 100)+`"}`), connector.CodeUnknown, 1, "long …"},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				u := script(tt.answer)
				var into thing
				err := get(t, open(t, u), &into)
				requireCode(t, tt.code, err)
				require.Contains(t, err.Error(), tt.text)
				require.Len(t, u.times(), tt.tries)
				require.Less(t, len(err.Error()), 300)
			})
		})
	}
}

func TestATruncatedAnswerIsReadAgain(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		u := script(reply(200, `{"things":[1,2`), reply(200, ``), reply(200, `{"things":[1,2,3]}`))
		var got struct{ Things []int }
		status := 0
		r := request(&got)
		r.Status = &status
		require.NoError(t, open(t, u).GetJSON(t.Context(), r))
		require.Equal(t, []int{1, 2, 3}, got.Things)
		require.Equal(t, 200, status)
	})
}

func TestABodyThatBreaksOffOnTheWireIsReadAgain(t *testing.T) {
	t.Parallel()
	n := 0
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		if n++; n == 1 {
			w.Header().Set("Content-Length", "100")
			_, _ = io.WriteString(w, `{"things":`)
			return
		}
		_, _ = io.WriteString(w, `{"things":[4]}`)
	}))
	defer server.Close()
	var got struct{ Things []int }
	require.NoError(t, get(t, local(t, server), &got))
	require.Equal(t, []int{4}, got.Things)
}

// local returns a client of a server on this machine, over the client's own
// transport.
func local(t *testing.T, server *httptest.Server, change ...func(*rest.Config)) *rest.Client {
	t.Helper()
	return open(t, nil, append([]func(*rest.Config){func(c *rest.Config) {
		c.RoundTripper, c.Base, c.AllowPrivate = nil, server.URL, true
	}}, change...)...)
}

func TestRedirectsAreRefusedAndTheCredentialDoesNotTravel(t *testing.T) {
	t.Parallel()
	for _, location := range []string{"https://login.example.org/x?t=" + secretQuery, "/login", "", "http://[broken/" + secretQuery} {
		hosts := []string{}
		u := &upstream{answer: func(_ int, r *http.Request) (*http.Response, error) {
			hosts = append(hosts, r.URL.Host)
			return reply(302, "", "Location: "+location), nil
		}}
		err := get(t, open(t, u), nil)
		requireCode(t, connector.CodeConfig, err)
		require.Contains(t, err.Error(), "302: acme.example.com redirects")
		require.Equal(t, []string{"acme.example.com"}, hosts)
		if strings.Contains(location, "login.example.org") {
			require.Contains(t, err.Error(), "redirects to login.example.org, which")
		}
	}
}

func TestAnAnswerIsBoundedAfterItIsUnpacked(t *testing.T) {
	t.Parallel()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Encoding", "gzip")
		z := gzip.NewWriter(w)
		_, _ = io.WriteString(z, `{"x":"`)
		_, _ = io.Copy(z, io.LimitReader(zeros{}, 8<<20))
		_ = z.Close()
	}))
	defer server.Close()
	err := get(t, local(t, server, func(c *rest.Config) { c.MaxBody = 1 << 20 }), nil)
	requireCode(t, connector.CodeTooLarge, err)
	require.Contains(t, err.Error(), "the answer has more than 1048576 bytes")
}

type zeros struct{}

func (zeros) Read(p []byte) (int, error) {
	for i := range p {
		p[i] = '0'
	}
	return len(p), nil
}

func TestConnectionFaultsSayWhatIsWrong(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		err   error
		tries int
		text  string
	}{
		"no such host": {
			&net.DNSError{Err: "no such host", Name: "acme.example.com", Server: "10.1.1.1:53", IsNotFound: true}, 1,
			`acme: list things page 3: unavailable: no such host "acme.example.com" (check the address for a typing mistake)`,
		},
		"name server down": {
			&net.DNSError{Err: "server misbehaving", Name: "acme.example.com", Server: "10.1.1.1:53", IsTemporary: true}, 5,
			`the name "acme.example.com" can't be looked up now`,
		},
		"refused":           {&net.OpError{Op: "dial", Net: "tcp", Err: errors.New("connection refused")}, 5, "no connection to acme.example.com: connection refused"},
		"closed":            {io.EOF, 5, "acme.example.com closed the connection without an answer"},
		"wrong certificate": {&tls.CertificateVerificationError{Err: errors.New("x")}, 1, "the certificate of acme.example.com is not trusted"},
		"something that shows the address": {
			fmt.Errorf("proxy refused https://acme.example.com/api/v1/things?q=%s with %s", secretQuery, token), 5,
			"no connection to acme.example.com",
		},
		"nested": {&url.Error{Op: "Get", URL: "https://x/?q=" + secretQuery, Err: errors.New("x")}, 5, "no connection to acme.example.com"},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				u := &upstream{answer: func(int, *http.Request) (*http.Response, error) { return nil, tt.err }}
				err := get(t, open(t, u), nil)
				requireCode(t, connector.CodeUnavailable, err)
				require.Contains(t, err.Error(), tt.text)
				require.Len(t, u.times(), tt.tries)
			})
		})
	}
}

func TestOnlyAHostCanAllowAPrivateAddress(t *testing.T) {
	t.Parallel()
	asked := false
	server := httptest.NewTLSServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { asked = true }))
	defer server.Close()
	for _, name := range []string{"127.0.0.1", "localhost", "[::1]", "[::ffff:127.0.0.1]"} {
		_, port, err := net.SplitHostPort(server.Listener.Addr().String())
		require.NoError(t, err)
		c := open(t, nil, func(c *rest.Config) {
			c.RoundTripper, c.Base, c.Retries = nil, "https://"+name+":"+port, -1
		})
		got := get(t, c, nil)
		requireCode(t, connector.CodeConfig, got)
		require.Contains(t, got.Error(), "which is not a public address")
	}
	require.False(t, asked)
}

func TestPrivateAndReservedAddressesAreRefusedBeforeConnecting(t *testing.T) {
	t.Parallel()
	for _, addr := range []string{
		"10.1.2.3", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.100.100.200", "0.0.0.0", "0.1.2.3", "192.0.0.8",
		"198.18.0.1", "224.0.0.1", "240.0.0.1", "255.255.255.255",
		"[fc00::1]", "[fe80::1]", "[64:ff9b::a00:1]", "[2002:7f00:1::]", "[::10.0.0.1]", "[ff02::1]",
	} {
		err := get(t, open(t, nil, func(c *rest.Config) {
			c.RoundTripper, c.Base, c.Retries = nil, "https://"+addr, -1
		}), nil)
		requireCode(t, connector.CodeConfig, err)
	}
}

func TestAnAddressThatCannotBeRightIsRefused(t *testing.T) {
	t.Parallel()
	for _, base := range []string{"", "acme.example.com", "http://acme.example.com", "ftp://acme.example.com", "https://u:" + token + "@acme.example.com", "https://acme.example.com?x=" + secretQuery, "https://a b"} {
		_, err := rest.New(rest.Config{Source: "acme", Base: base})
		requireCode(t, connector.CodeConfig, err)
		requireNothingLeaks(t, err.Error())
	}
}

func TestEachTryCarriesTheHeadersAndTheCredential(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var seen []string
		u := &upstream{answer: func(n int, r *http.Request) (*http.Response, error) {
			seen = append(seen, r.Method+" "+r.URL.String()+" "+r.Header.Get("User-Agent")+" "+r.Header.Get("Accept")+" "+r.Header.Get("Authorization"))
			if n == 1 {
				return reply(500, ""), nil
			}
			return reply(200, `{}`), nil
		}}
		c := open(t, u, func(c *rest.Config) { c.Header = http.Header{"User-Agent": {"test/1"}} })
		require.NoError(t, get(t, c, nil))
		want := "GET https://acme.example.com/api/v1/things?q=" + secretQuery + " test/1 application/json Bearer " + token
		require.Equal(t, []string{want, want}, seen)
	})
}

func TestAnAnswerIsDecodedByTheCallersOwnFunctionForEachTry(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		decode := func(bodies *[]string) func([]byte) error {
			return func(body []byte) error {
				*bodies = append(*bodies, string(body))
				if !json.Valid(body) {
					return errors.New("not JSON")
				}
				if strings.Contains(string(body), "odd") {
					return errors.New("an odd one")
				}
				return nil
			}
		}
		var got []string
		r := request(nil)
		r.Decode = decode(&got)
		require.NoError(t, open(t, script(reply(200, `{"a":`), reply(200, ` {"a":1} `))).GetJSON(t.Context(), r))
		require.Equal(t, []string{`{"a":`, `{"a":1}`}, got)

		got = nil
		err := open(t, script(reply(200, `{"odd":1}`))).GetJSON(t.Context(), r)
		requireCode(t, connector.CodeProtocol, err)
		require.Contains(t, err.Error(), "the answer has another shape than expected: an odd one")
		require.Len(t, got, 1, "another try of the same is of no use")
	})
}

// says decodes the answers of an upstream that says in a 200 what went wrong.
func says(body []byte) error {
	var got struct {
		Error string `json:"error"`
		Wait  int    `json:"wait"`
	}
	if err := json.Unmarshal(body, &got); err != nil || got.Error == "" {
		return err
	}
	code := connector.CodeNotFound
	if got.Wait > 0 {
		code = connector.CodeRateLimited
	}
	return &connector.Error{Code: code, Detail: got.Error, RetryAfter: time.Duration(got.Wait) * time.Second}
}

func TestAnErrorInA200IsWhatTheCallersFunctionMakesOfIt(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		r := request(nil)
		r.Decode = says
		u := script(reply(200, `{"error":"slow down","wait":7}`), reply(200, `{"error":"slow down","wait":9}`), reply(200, `{}`))
		began := time.Now()
		require.NoError(t, open(t, u).GetJSON(t.Context(), r))
		require.Len(t, u.times(), 3)
		require.GreaterOrEqual(t, time.Since(began), 16*time.Second)

		u = script(reply(200, `{"error":"no such row"}`))
		err := open(t, u).GetJSON(t.Context(), r)
		require.EqualError(t, err, "acme: list things page 3: not_found: no such row")
		require.Len(t, u.times(), 1, "another try of the same is of no use")

		err = open(t, script(reply(200, `{"error":"no such row for `+token+`"}`))).GetJSON(t.Context(), r)
		requireCode(t, connector.CodeNotFound, err)
		requireNothingLeaks(t, err.Error())
	})
}

func TestAStatusThatTheCallerHasABetterAnswerToIsNotTriedAgain(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		u := script(reply(503, ``), reply(504, ``))
		r := request(nil)
		r.Final = []int{504}
		err := open(t, u).GetJSON(t.Context(), r)
		requireCode(t, connector.CodeUnavailable, err)
		require.Len(t, u.times(), 2, "the 503 is tried again")
	})
}

func TestABodyIsBoundedWhateverItSaysAboutItsLength(t *testing.T) {
	t.Parallel()
	for _, length := range []int64{-1, 0, 5, 40, 1 << 60} {
		resp := reply(200, `{"a":"`+strings.Repeat("x", 30)+`"}`)
		resp.ContentLength = length
		u := script(resp)
		requireCode(t, connector.CodeTooLarge, get(t, open(t, u, func(cfg *rest.Config) { cfg.MaxBody = 20 }), nil))
		require.NoError(t, get(t, open(t, u), nil))
	}
}

// A transport of the host's may be one that was written for a test.
func TestATransportThatAnswersNothingIsAnErrorAndNoPanic(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		for _, status := range []int{200, 302, 404, 503} {
			u := &upstream{answer: func(int, *http.Request) (*http.Response, error) { return &http.Response{StatusCode: status}, nil }}
			require.Error(t, get(t, open(t, u), nil), status)
		}
		u := &upstream{answer: func(int, *http.Request) (*http.Response, error) { return nil, nil }}
		requireCode(t, connector.CodeUnavailable, get(t, open(t, u), nil))
	})
}
