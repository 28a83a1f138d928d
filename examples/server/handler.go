package main

import (
	"embed"
	"io/fs"
	"net"
	"net/http"
)

// The page: one document, one script, one style sheet, nothing inline.
//
//go:embed static
var static embed.FS

// handler returns the API and the page, behind what keeps other web sites out.
func (h *host) handler() http.Handler {
	mux := http.NewServeMux()
	for pattern, answer := range map[string]endpoint{
		"GET /api/state":     h.state,
		"POST /api/settings": h.saveSettings,
		"POST /api/test":     h.testConnection,
		"POST /api/sync":     h.sync,
		"GET /api/companies": h.companies,
		"GET /api/proposals": h.proposals,
		"POST /api/decide":   h.decide,
		"GET /api/changes":   h.changes,
	} {
		mux.Handle(pattern, h.answer(answer))
	}
	files, err := fs.Sub(static, "static")
	if err != nil {
		panic(err) // "static" is a valid name whatever happens
	}
	mux.Handle("GET /", http.FileServerFS(files))

	foreign := http.NewCrossOriginProtection()
	foreign.SetDenyHandler(refusal(http.StatusForbidden, "the request comes from another web site (use the page of this server, or a client that sends no Origin)"))
	return localOnly(withHeaders(foreign.Handler(mux)))
}

// localOnly refuses requests under a name that isn't this machine's. A web site
// whose name is made to point here would otherwise count as this origin.
func localOnly(next http.Handler) http.Handler {
	refuse := refusal(http.StatusMisdirectedRequest, "this server answers under 127.0.0.1, [::1] and localhost only (use one of these in the address)")
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		host, _, err := net.SplitHostPort(r.Host)
		if err != nil {
			host = r.Host // the default port is left out
		}
		if !isLoopback(host) {
			refuse.ServeHTTP(w, r)
			return
		}
		next.ServeHTTP(w, r)
	})
}

// withHeaders lets the page load its own script and style and nothing else, so
// that no text from upstream can ever become code.
func withHeaders(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		header := w.Header()
		header.Set("Content-Security-Policy", "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; "+
			"base-uri 'none'; form-action 'none'; frame-ancestors 'none'")
		header.Set("X-Content-Type-Options", "nosniff")
		header.Set("Referrer-Policy", "no-referrer")
		header.Set("Cross-Origin-Opener-Policy", "same-origin")
		header.Set("Cross-Origin-Resource-Policy", "same-origin")
		header.Set("Cache-Control", "no-store")
		next.ServeHTTP(w, r)
	})
}

// refusal answers every request with one error.
func refusal(status int, text string) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		writeJSON(w, status, problem{Status: status, Error: text})
	})
}
