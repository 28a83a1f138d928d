package connectortest

import (
	"net/http"
	"time"

	"github.com/dovetail-sync/dovetail/connector"
)

// passingFaults and lastingFaults are those of any upstream, and those that this
// one says in its own words.
func (p *probe) passingFaults() []fault {
	return append(passingFaults(), p.worded(
		wording{http.StatusTooManyRequests, 0, connector.CodeRateLimited},
		wording{http.StatusTooManyRequests, refusedFor, connector.CodeRateLimited},
		wording{http.StatusServiceUnavailable, 0, connector.CodeUnavailable},
	)...)
}

func (p *probe) lastingFaults() []fault {
	all := append(lastingFaults(), p.passingFaults()[len(passingFaults()):]...)
	return append(all, p.worded(wording{http.StatusUnauthorized, 0, connector.CodeAuth})...)
}

// wording is a refusal that an upstream has words of its own for.
type wording struct {
	status int
	wait   time.Duration
	code   connector.Code
}

// worded returns the refusals in the words of the upstream. Nil where it has none.
func (p *probe) worded(wordings ...wording) []fault {
	refuse := p.subject().up.Refuse
	if refuse == nil {
		return nil
	}
	faults := make([]fault, 0, len(wordings))
	for _, w := range wordings {
		faults = append(faults, fault{
			name: "what the upstream says in place of " + http.StatusText(w.status), codes: []connector.Code{w.code},
			make: func(*http.Request, func() answer) (answer, error) {
				rec := &recorder{answer: answer{header: http.Header{}}}
				refuse(rec, w.status, w.wait)
				rec.WriteHeader(http.StatusOK)
				return rec.answer, nil
			},
		})
	}
	return faults
}
