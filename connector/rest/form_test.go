package rest_test

import (
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/dovetail-sync/dovetail/connector"
	"github.com/dovetail-sync/dovetail/connector/rest"
)

const refresh = "R3fresh-that-nobody-may-see"

func postForm(t *testing.T, u http.RoundTripper, into any) error {
	t.Helper()
	err := open(t, u).PostForm(t.Context(), rest.Request{
		Op: "refresh the token", Path: "/token", Form: url.Values{"refresh_token": {refresh}}, Into: into,
	})
	if err != nil {
		require.NotContains(t, err.Error(), refresh)
	}
	return err
}

func TestAFormIsPosted(t *testing.T) {
	t.Parallel()
	u := &upstream{answer: func(_ int, r *http.Request) (*http.Response, error) {
		require.Equal(t, http.MethodPost, r.Method)
		require.Equal(t, "application/x-www-form-urlencoded", r.Header.Get("Content-Type"))
		body, err := io.ReadAll(r.Body)
		require.NoError(t, err)
		require.Equal(t, "refresh_token="+refresh, string(body))
		return reply(200, `{"access":"a"}`), nil
	}}
	var got struct{ Access string }
	require.NoError(t, postForm(t, u, &got))
	require.Equal(t, "a", got.Access)
}

func TestAFormIsPostedOnceUnlessItWasRefusedForTheLimit(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		for _, fault := range []*http.Response{reply(500, ""), reply(503, ""), reply(200, ""), reply(200, `{"acc`), reply(200, `nonsense`)} {
			u := script(fault, reply(200, `{}`))
			require.Error(t, postForm(t, u, nil))
			require.Len(t, u.times(), 1)
		}
		u := script(reply(429, "", "Retry-After: 3"), reply(200, `{}`))
		require.NoError(t, postForm(t, u, nil))
		require.Len(t, u.times(), 2)
	})
}

func TestAnErrorDoesNotRepeatTheForm(t *testing.T) {
	t.Parallel()
	err := postForm(t, script(reply(400, `{"error":"`+refresh+` was used before"}`)), nil)
	require.EqualError(t, err, "acme: refresh the token: unknown: 400 Bad Request")
}

func TestACredentialIsNotShownInPart(t *testing.T) {
	t.Parallel()
	for pad := 60; pad <= 100; pad++ {
		said := `{"error":"` + strings.Repeat("x", pad) + " " + token + `"}`
		err := get(t, open(t, script(reply(400, said))), nil)
		require.EqualError(t, err, "acme: list things page 3: unknown: 400 Bad Request")
	}
}

func TestACredentialIsNotShownInAnotherForm(t *testing.T) {
	t.Parallel()
	half := len(token) / 2
	for _, said := range []string{
		strings.ToUpper(token), strings.ToLower(token), token[:half] + `\n` + token[half:], token[:half] + `\u200b` + token[half:], strings.ReplaceAll(token, "-", " "),
		`\"` + token + `\"`, strings.ReplaceAll(token, "-", `\u002d`), strings.ReplaceAll(token, "-", "–"),
	} {
		err := get(t, open(t, script(reply(400, `{"error":"no such token: `+said+`"}`))), nil)
		require.EqualError(t, err, "acme: list things page 3: unknown: 400 Bad Request", said)
	}
	basic := func(c *rest.Config) { c.Authorize = func(r *http.Request) { r.SetBasicAuth("user", "hush-hush:hush") } }
	for _, said := range []string{"hush-hush:hush", "Hush-Hush:Hush"} {
		err := get(t, open(t, script(reply(401, `{"error":"wrong password `+said+`"}`)), basic), nil)
		require.EqualError(t, err, "acme: list things page 3: auth: 401 Unauthorized")
	}
}

func TestTheCredentialGoesToTheConnectorsDomainsOnly(t *testing.T) {
	t.Parallel()
	base := func(address string, private bool) error {
		_, err := rest.New(rest.Config{Source: "acme", Base: address, Hosts: []string{"example.com"}, AllowPrivate: private})
		return err
	}
	for _, good := range []string{"https://example.com/api", "https://a.example.com", "https://A.Example.COM:8443/x", "https://a.example.com./"} {
		require.NoError(t, base(good, false), good)
	}
	for _, bad := range []string{"https://example.com.evil.net", "https://evilexample.com", "https://example.net", "https://127.0.0.1"} {
		err := base(bad, false)
		requireCode(t, connector.CodeConfig, err)
		require.ErrorContains(t, err, "is none of example.com")
	}
	require.NoError(t, base("http://127.0.0.1:8787", true), "the host chose it")
}

func TestALinkToTheNextPageStaysBelowTheAddress(t *testing.T) {
	t.Parallel()
	c := open(t, script(reply(200, `{}`)))
	for link, want := range map[string]string{
		"https://acme.example.com/api/v1/things?after=a%2Fb&size=2": "/things?after=a%2Fb&size=2",
		"/api/v1/things?after=x":                                    "/things?after=x",
		"things?after=x":                                            "/things?after=x",
		"/api/v1/things%2Fof/50%25?after=x":                         "/things%2Fof/50%25?after=x",
	} {
		path, query, err := c.Follow(link)
		require.NoError(t, err, link)
		require.Equal(t, want, path+"?"+query.Encode())
	}
	for _, link := range []string{
		"https://evil.example/api/v1/things", "http://acme.example.com/api/v1/things", "https://u:p@acme.example.com/api/v1/x", "//evil.example/api/v1/x",
		"/other", "https://acme.example.com/api/v10/x", "../../x", "://", "/api/v1/x?%zz", "https://acme.example.com:444/api/v1/x", "/api/v1/../admin",
		"/api/v1/%2e%2e/admin", "https://acme.example.com/api/v1/%2E%2E/%2e%2e/admin", "things/%2e%2e/%2e%2e/x",
	} {
		_, _, err := c.Follow(link)
		require.Equal(t, connector.CodeProtocol, connector.CodeOf(err), link)
		require.NotContains(t, err.Error(), "evil")
	}
}

func TestAClosedClientEndsItsCalls(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		for name, u := range map[string]*upstream{
			"on its way": {answer: func(_ int, r *http.Request) (*http.Response, error) {
				<-r.Context().Done()
				return nil, r.Context().Err()
			}},
			"waiting to try again": script(reply(503, "")),
		} {
			c := open(t, u)
			stop := time.AfterFunc(time.Second/4, c.Close)
			err := get(t, c, nil)
			stop.Stop()
			requireCode(t, connector.CodeCanceled, err)
			require.ErrorContains(t, err, "the session is closed", name)
			require.Len(t, u.times(), 1)
			requireCode(t, connector.CodeCanceled, get(t, c, nil))
			require.Len(t, u.times(), 1, "nothing begins after Close")
		}
	})
}
