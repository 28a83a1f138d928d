package restplatform

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"strconv"
	"strings"
)

// object is a JSON object that the server answers with.
type object map[string]any

// call is a request to one of the server's endpoints.
type call struct {
	*http.Request

	body []byte
}

// handle serves a pattern under the API's path.
func (s *Server) handle(pattern string, fn func(*Server, *call) reply) {
	method, path, _ := strings.Cut(pattern, " ")
	s.mux.HandleFunc(method+" "+apiPath+path, func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body) // it was read before
		s.mu.Lock()
		defer s.mu.Unlock()
		s.turn++
		s.admit(&call{r, body}, fn).write(w)
	})
}

// admit lets those in who have the key and whose body the platform's database
// survives.
func (s *Server) admit(c *call, fn func(*Server, *call) reply) reply {
	switch {
	case c.Header.Get("x-api-key") != serverKey:
		return answer(http.StatusUnauthorized, object{"error": "Invalid API key"})
	case bytes.Contains(c.body, []byte(`\u0000`)):
		return answer(http.StatusInternalServerError, object{"status": 500, "error": "Internal Server Error"})
	}
	return fn(s, c)
}

// id returns the number in a part of the path, as loosely as such servers read
// one: what follows the digits is ignored.
func (c *call) id(part string) int { return number(c.PathValue(part)) }

func number(text string) int {
	end := 0
	for end < len(text) && text[end] >= '0' && text[end] <= '9' {
		end++
	}
	n, _ := strconv.Atoi(text[:end])
	return n
}

// decode reads the body, which may have the thing in a wrapper or bare.
func (c *call) decode(wrapper string, into any) bool {
	var wrapped map[string]json.RawMessage
	if err := json.Unmarshal(c.body, &wrapped); err != nil {
		return false
	}
	if inner, ok := wrapped[wrapper]; ok {
		return json.Unmarshal(inner, into) == nil
	}
	return json.Unmarshal(c.body, into) == nil
}

// reply is what an endpoint answers.
type reply struct {
	status int
	kind   string
	body   []byte
}

func (r reply) write(w http.ResponseWriter) {
	if r.kind != "" {
		w.Header().Set("Content-Type", r.kind)
	}
	w.WriteHeader(r.status)
	_, _ = w.Write(r.body)
}

func answer(status int, v any) reply {
	body, err := json.Marshal(v)
	if err != nil {
		return reply{status: http.StatusInternalServerError}
	}
	return reply{status, "application/json; charset=utf-8", body}
}

func page(status int, text string) reply {
	return reply{status, "text/html; charset=utf-8", []byte("<!DOCTYPE html><html><body><h1>" + text + "</h1></body></html>")}
}

// missing answers for a thing that isn't there. A read may get null for it.
func (s *Server) missing(c *call) reply {
	switch {
	case s.turn%3 == 0 && c.Method == http.MethodGet:
		return answer(http.StatusOK, nil)
	case s.turn%3 == 1:
		return page(http.StatusNotFound, "The page you were looking for doesn't exist.")
	default:
		return answer(http.StatusNotFound, object{"error": "Not Found"})
	}
}

// unprocessable refuses a body. Other fields than custom ones are refused in
// another shape.
func unprocessable(why string) reply {
	return answer(http.StatusUnprocessableEntity, object{"errors": why})
}

func badFields(why string) reply {
	return answer(http.StatusUnprocessableEntity, object{"error": "Invalid custom fields", "details": []string{why}})
}
