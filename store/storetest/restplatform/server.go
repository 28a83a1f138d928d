package restplatform

import (
	"bytes"
	"io"
	"maps"
	"math/rand/v2"
	"net/http"
	"sync"

	"github.com/dovetail-sync/dovetail/connector"
)

const (
	// apiPath is where the API is on its host.
	apiPath = "/api/v1"
	// serverKey opens the platform. It is no secret.
	serverKey = "restplatform-test-key"
	// maxRequest is how many bytes of a request are read.
	maxRequest = 8 << 20
)

// Server is a documentation platform behind a REST API, over state in memory.
// It serves under the path /api/v1, as in
//
//	platform := restplatform.NewServer()
//	server := httptest.NewServer(platform)
//	defer server.Close()
//	docs, err := restplatform.New(restplatform.Config{URL: server.URL + "/api/v1", Key: platform.Key()})
type Server struct {
	mux *http.ServeMux

	// mu guards all below.
	mu     sync.Mutex
	state  state
	faults []*armed
	log    []Request
	rnd    *rand.Rand
	// turn counts requests: what has several shapes takes turns.
	turn int
}

// NewServer returns a platform with nothing in it.
func NewServer() *Server {
	s := &Server{mux: http.NewServeMux(), state: newState(), rnd: rand.New(rand.NewPCG(1, 2))}
	for pattern, handle := range map[string]func(*Server, *call) reply{
		"GET /companies":                            (*Server).listCompanies,
		"POST /companies":                           (*Server).createCompany,
		"GET /companies/{id}":                       (*Server).getCompany,
		"PUT /companies/{id}":                       (*Server).updateCompany,
		"GET /asset_layouts":                        (*Server).listLayouts,
		"POST /asset_layouts":                       (*Server).createLayout,
		"GET /asset_layouts/{id}":                   (*Server).getLayout,
		"GET /assets":                               (*Server).listAssets,
		"POST /companies/{company}/assets":          (*Server).createAsset,
		"PUT /companies/{company}/assets/{id}":      (*Server).updateAsset,
		"PUT /companies/{company}/assets/{id}/{do}": (*Server).actOnAsset,
		"GET /relations":                            (*Server).listRelations,
		"POST /relations":                           (*Server).createRelation,
		"DELETE /relations/{id}":                    (*Server).deleteRelation,
		"GET /lists":                                (*Server).listLists,
		"POST /lists":                               (*Server).createList,
	} {
		s.handle(pattern, handle)
	}
	return s
}

// Key returns the key that opens the API.
func (s *Server) Key() connector.Secret { return connector.NewSecret(serverKey) }

// ServeHTTP implements http.Handler.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxRequest))
	if err != nil {
		return // the client went away
	}
	entry, fault := s.begin(r, body)
	if s.failBefore(w, r, entry, fault) {
		return
	}
	answer := &recorder{header: http.Header{}, status: http.StatusOK}
	r.Body = io.NopCloser(bytes.NewReader(body))
	s.mux.ServeHTTP(answer, r)
	s.note(entry, func(q *Request) { q.Done = true })
	if s.failAfter(w, r, entry, fault, answer) {
		return
	}
	s.send(w, entry, answer)
}

// recorder is an answer that may still be lost on its way.
type recorder struct {
	header http.Header
	status int
	body   bytes.Buffer
}

func (a *recorder) Header() http.Header         { return a.header }
func (a *recorder) WriteHeader(status int)      { a.status = status }
func (a *recorder) Write(p []byte) (int, error) { return a.body.Write(p) }

// send answers, and notes the status.
func (s *Server) send(w http.ResponseWriter, entry int, a *recorder) {
	s.note(entry, func(q *Request) { q.Status = a.status })
	maps.Copy(w.Header(), a.header)
	w.WriteHeader(a.status)
	_, _ = w.Write(a.body.Bytes())
}
