package plugin

import (
	"encoding/base64"
	"encoding/json"
	"net/url"
	"slices"
	"strings"
	"sync"

	"github.com/dovetail-sync/dovetail/connector"
)

// shortestSecret is the shortest credential that is looked for in texts: a
// shorter one would be found in words.
const shortestSecret = 4

// redactor takes the credentials that were handed to a plugin out of what
// comes back from it.
type redactor struct {
	mu    sync.RWMutex
	held  map[string]int // by how many sessions
	words *strings.Replacer
}

func newRedactor() *redactor { return &redactor{held: make(map[string]int)} }

func (r *redactor) add(secrets ...connector.Secret) { r.change(1, secrets) }

func (r *redactor) remove(secrets ...connector.Secret) { r.change(-1, secrets) }

func (r *redactor) change(by int, secrets []connector.Secret) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, secret := range secrets {
		text := secret.Reveal()
		if len(text) < shortestSecret {
			continue
		}
		if r.held[text] += by; r.held[text] <= 0 {
			delete(r.held, text)
		}
	}
	var forms []string
	for text := range r.held {
		forms = append(forms, formsOf(text)...)
	}
	// Of two that begin alike the longer one has to go first.
	slices.SortFunc(forms, func(a, b string) int { return len(b) - len(a) })
	pairs := make([]string, 0, 2*len(forms))
	for _, form := range forms {
		pairs = append(pairs, form, connector.Secret{}.String())
	}
	r.words = nil
	if len(pairs) > 0 {
		r.words = strings.NewReplacer(pairs...)
	}
}

// formsOf are the forms in which a credential appears in texts about requests.
func formsOf(text string) []string {
	quoted, _ := json.Marshal(text)
	return []string{
		text, url.QueryEscape(text), url.PathEscape(text), string(quoted[1 : len(quoted)-1]),
		base64.StdEncoding.EncodeToString([]byte(text)),
	}
}

func (r *redactor) text(text string) string {
	r.mu.RLock()
	defer r.mu.RUnlock()
	if r.words == nil {
		return text
	}
	return r.words.Replace(text)
}
