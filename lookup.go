package dovetail

import (
	"context"
	"fmt"
	"html"
	"strings"
	"time"
	"unicode"

	"github.com/dovetail-sync/dovetail/connector"
	"github.com/dovetail-sync/dovetail/store"
)

const (
	// defaultSettleTime is how long a platform may still be at work on a call
	// that it didn't answer.
	defaultSettleTime = 10 * time.Minute
	// clockSkew is how far a platform's clock may be behind ours.
	clockSkew = 5 * time.Minute
)

// lookForAsset looks for the asset that a create may have made, on a platform
// that doesn't keep intents: one of its company and layout, with its name and
// values, on which nothing of ours is and which isn't older. One is taken for
// it; several are a question to a person; with none the create stays uncertain.
func (s *settler) lookForAsset(ctx context.Context, o store.OpenWrite, change store.Change) error {
	if !s.settled(o) {
		return nil
	}
	assets, err := s.assetsOf(ctx, o.Company)
	if err != nil {
		return err
	}
	carded, err := s.carded(ctx, o.Company)
	if err != nil {
		return err
	}
	var found []store.Asset
	for _, a := range assets {
		if a, err = s.masked(ctx, change, a); err != nil {
			return err
		}
		if !carded[a.ID] && a.Layout == o.Layout && younger(a.Created, o.At) && sameButForm(connector.Text(a.Name), connector.Text(o.Name)) && holds(a, change) {
			found = append(found, a)
		}
	}
	if len(found) != 1 {
		ids := make([]string, len(found))
		for i, a := range found {
			ids[i] = string(a.ID)
		}
		return s.looked(ctx, o, ids)
	}
	if found[0].Created.IsZero() && len(change.Set) == 0 {
		// Nothing but the name says that it is ours. It is treated with the care
		// that is due to what a person made.
		change.Origin = store.OriginClaimed
	}
	return s.tookAsset(ctx, o, change, found[0])
}

// lookForCompany is lookForAsset for a company that a person decided to create.
func (s *settler) lookForCompany(ctx context.Context, o store.OpenWrite) error {
	if !s.settled(o) {
		return nil
	}
	var found []string
	for c, err := range s.docs.Companies(ctx) {
		if err != nil {
			return fmt.Errorf("list companies: %w", err)
		}
		if !younger(c.Created, o.At) || !sameButForm(connector.Text(c.Name), connector.Text(o.Name)) {
			continue
		}
		matched, err := s.isMatched(ctx, c.ID)
		if err != nil {
			return err
		}
		if !matched {
			found = append(found, string(c.ID))
		}
	}
	if len(found) != 1 {
		return s.looked(ctx, o, found)
	}
	return s.tookCompany(ctx, o, store.CompanyID(found[0]))
}

// settled reports whether the platform has had the time to end what it didn't
// answer.
func (s *settler) settled(o store.OpenWrite) bool {
	settle := s.cfg.SettleTime
	if settle == 0 {
		settle = defaultSettleTime
	}
	return now().Sub(o.At) >= settle
}

// looked notes that a write was looked for, and what it may have made.
func (s *settler) looked(ctx context.Context, o store.OpenWrite, candidates []string) error {
	o.Looked, o.Candidates = now(), candidates
	return s.ledger.Update(ctx, func(_ context.Context, w store.Writer) error { return w.PutOpenWrite(o) })
}

func (s *settler) assetsOf(ctx context.Context, company store.CompanyID) ([]store.Asset, error) {
	if assets, ok := s.listed[company]; ok {
		return assets, nil
	}
	assets, err := collect(s.docs.Assets(ctx, company))
	if err != nil {
		return nil, fmt.Errorf("list assets: %w", err)
	}
	s.listed[company] = assets
	return assets, nil
}

// carded are the assets of a company that carry a card, of any integration.
func (e *Engine) carded(ctx context.Context, company store.CompanyID) (map[store.AssetID]bool, error) {
	carded := make(map[store.AssetID]bool)
	err := e.ledger.View(ctx, func(_ context.Context, r store.Reader) error {
		for card, err := range r.CardsOf(company) {
			if err != nil {
				return err
			}
			carded[card.Asset] = true
		}
		return nil
	})
	return carded, err
}

func (e *Engine) isMatched(ctx context.Context, company store.CompanyID) (matched bool, err error) {
	err = e.ledger.View(ctx, func(_ context.Context, r store.Reader) error {
		for _, err := range r.MatchesOf(company) {
			matched = true
			return err
		}
		return nil
	})
	return matched, err
}

// younger reports whether what was made at one time can have been made by a
// write that was begun at another.
func younger(made, begun time.Time) bool { return made.IsZero() || !made.Before(begun.Add(-clockSkew)) }

// holds reports whether an asset has the values that a create would have given
// to it.
func holds(a store.Asset, change store.Change) bool {
	for _, set := range change.Set {
		if !sameButForm(a.Values[set.Field], set.To) {
			return false
		}
	}
	return true
}

// sameButForm reports whether two values are the same but for what platforms
// change when they tidy: white space, case, punctuation, and HTML around text.
func sameButForm(a, b connector.Value) bool {
	return a.Equal(b) || essence(a.String()) == essence(b.String())
}

// essence is a text's letters and digits, without HTML, in lower case.
func essence(text string) string {
	var plain strings.Builder
	for part := range strings.SplitSeq(text, "<") {
		if _, after, tag := strings.Cut(part, ">"); tag {
			part = after
		}
		plain.WriteString(part)
	}
	return strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) || unicode.IsDigit(r) {
			return unicode.ToLower(r)
		}
		return -1
	}, html.UnescapeString(plain.String()))
}
