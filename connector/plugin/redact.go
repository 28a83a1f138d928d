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
	mu   sync.RWMutex
	held map[string]int // by how many sessions
	// words replaces all that is held. Nil: it is made for the next text, since
	// many sessions may come and go between two.
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
	r.words = nil
}

// replacer makes one of what is held now.
func (r *redactor) replacer() *strings.Replacer {
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
	return strings.NewReplacer(pairs...)
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
	words := r.words
	r.mu.RUnlock()
	if words == nil {
		r.mu.Lock()
		if r.words == nil {
			r.words = r.replacer()
		}
		words = r.words
		r.mu.Unlock()
	}
	return words.Replace(text)
}
