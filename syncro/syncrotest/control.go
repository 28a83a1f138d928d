package syncrotest

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
)

// controlPath is where a server's faults are seen and switched.
const controlPath = "/faults"

// controlled is the account with its switches beside it, which a server adds:
//
//	GET    /faults         the table, with what is on
//	PUT    /faults/{name}  switches a fault on, as in "truncate" or "truncate@3x2"
//	DELETE /faults/{name}  switches it off
//	DELETE /faults         switches all off
func (a *Account) controlled() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET "+controlPath, func(w http.ResponseWriter, _ *http.Request) { a.writeFaults(w) })
	mux.HandleFunc("PUT "+controlPath+"/{name}", func(w http.ResponseWriter, r *http.Request) {
		if err := a.SwitchOn(Fault(r.PathValue("name"))); err != nil {
			http.Error(w, err.Error(), http.StatusNotFound)
			return
		}
		a.writeFaults(w)
	})
	mux.HandleFunc("DELETE "+controlPath+"/{name}", func(w http.ResponseWriter, r *http.Request) {
		fault := Fault(r.PathValue("name"))
		if _, err := fault.parse(); err != nil {
			http.Error(w, err.Error(), http.StatusNotFound)
			return
		}
		a.SwitchOff(fault)
		a.writeFaults(w)
	})
	mux.HandleFunc("DELETE "+controlPath, func(w http.ResponseWriter, _ *http.Request) {
		a.SwitchOff()
		a.writeFaults(w)
	})
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		// Not by way of the mux, which tidies paths that the API gets as they are.
		if r.URL.Path == controlPath || strings.HasPrefix(r.URL.Path, controlPath+"/") {
			mux.ServeHTTP(w, r)
			return
		}
		a.ServeHTTP(w, r)
	})
}

// writeFaults writes a line for each fault, those that are on marked.
func (a *Account) writeFaults(w http.ResponseWriter) {
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	on := a.SwitchedOn()
	for _, info := range Faults() {
		mark := "  "
		if slices.ContainsFunc(on, func(f Fault) bool { return f.name() == info.Name }) {
			mark = "on"
		}
		fmt.Fprintf(w, "%s  %-22s %s\n", mark, info.Name, info.Does)
	}
}
