package dovetail

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/dovetail-sync/dovetail/connector"
	"github.com/dovetail-sync/dovetail/sortrules"
	"github.com/dovetail-sync/dovetail/store"
)

// ExplainRequest asks why a record goes where it goes.
type ExplainRequest struct {
	// By is who asks.
	By store.Actor
	// Record is the record.
	Record store.RecordID
}

// PlacementExplanation says why a record goes where it goes by the settings in
// force, as it was last read.
type PlacementExplanation struct {
	// Record and Name are the record's.
	Record store.RecordID `json:"record"`
	Name   string         `json:"name"`
	// Company is the name of its company here.
	Company string `json:"company"`
	// To is where it goes.
	To Destination `json:"to"`
	// By says what decides, as in `rule "printers"`, "default" or "skip list",
	// and Because names the value that did, where a rule decides.
	By      string `json:"by"`
	Because string `json:"because,omitempty"`
	// Rules says what each rule makes of it, also where the skip list or the
	// host's own rule comes first.
	Rules sortrules.Explanation `json:"rules"`
	// Here is the name of the layout that its asset has. Empty: it isn't here.
	Here string `json:"here,omitempty"`
	// Decision is the last plan's decision about it, in words. Empty: there was
	// none yet.
	Decision string `json:"decision,omitempty"`
}

// ExplainPlacement says of one record what each rule makes of it and which value
// decided. A record that isn't in the mirror, or whose company isn't matched, so
// that nothing of it is kept, is store.ErrNotFound.
func (e *Engine) ExplainPlacement(ctx context.Context, req ExplainRequest) (PlacementExplanation, error) {
	if err := e.authorize(ctx, req.By, OpExplain); err != nil {
		return PlacementExplanation{}, err
	}
	explained, err := e.explainPlacement(ctx, req.Record)
	if err != nil {
		return PlacementExplanation{}, fmt.Errorf("dovetail: explain %s: %w", req.Record, err)
	}
	return explained, nil
}

func (e *Engine) explainPlacement(ctx context.Context, id store.RecordID) (PlacementExplanation, error) {
	x := PlacementExplanation{Record: id}
	_, settings, conn, err := e.configured(ctx, id.Integration)
	if err != nil {
		return x, err
	}
	if kind, known := conn.Info().Kind(id.Kind); !known || kind.Kind == conn.Info().Container {
		return x, fmt.Errorf("%w: %s has no records of kind %q that become assets", store.ErrRefused, conn.Info().Title, id.Kind)
	}
	row, card, company, err := e.recordHere(ctx, id, conn.Info().Container)
	if err != nil {
		return x, err
	}
	if x.Company, err = e.companyName(ctx, company); err != nil {
		return x, err
	}
	layouts, err := e.layouts(ctx)
	if err != nil {
		return x, err
	}
	sorting, err := e.newSorting(conn.Info(), settings)
	if err != nil {
		return x, err
	}
	fields, err := decodeFields(row.Data)
	if err != nil {
		return x, err
	}
	subject := subjectOf(row, fields, x.Company)
	var how sorted
	x.Name = row.Name
	if x.To, x.By, how = sorting.destination(layouts, row, subject); how.Outcome != sortrules.None {
		x.Because = sorting.because(how, subject)
	}
	x.Rules = sorting.rules.Explain(subject)
	if row.Disposition.Code != "" {
		x.Decision = Sentence(row.Disposition)
	}
	x.Here, err = e.layoutOf(ctx, layouts, card)
	return x, err
}

// recordHere returns a record with its card, if it has one, and the company here
// that its company is matched to.
func (e *Engine) recordHere(ctx context.Context, id store.RecordID, container connector.Kind) (row store.MirrorRow, card store.Card, company store.CompanyID, err error) {
	err = e.ledger.View(ctx, func(_ context.Context, r store.Reader) (err error) {
		if row, err = r.MirrorRow(id); err != nil {
			return err
		}
		if row.Hash == "" {
			return fmt.Errorf("nothing of it is kept, because its company isn't matched or was matched after the last read: %w", store.ErrNotFound)
		}
		match, err := r.Match(store.RecordID{Integration: id.Integration, Kind: container, Key: row.Container})
		if err != nil && !errors.Is(err, store.ErrNotFound) {
			return err
		}
		company = match.Company
		if card, err = r.Card(id); errors.Is(err, store.ErrNotFound) {
			return nil
		}
		return err
	})
	return row, card, company, err
}

func (e *Engine) companyName(ctx context.Context, id store.CompanyID) (string, error) {
	if id == "" {
		return "", nil
	}
	company, err := e.docs.Company(ctx, id)
	if err != nil && !errors.Is(err, store.ErrNotFound) {
		return "", fmt.Errorf("company %q: %w", id, err)
	}
	return company.Name, nil
}

// layoutOf names the layout that a card's asset has now.
func (e *Engine) layoutOf(ctx context.Context, layouts map[store.LayoutID]store.Layout, card store.Card) (string, error) {
	if card.Asset == "" {
		return "", nil
	}
	asset, err := e.docs.Asset(ctx, card.Asset)
	if err != nil && !errors.Is(err, store.ErrNotFound) {
		return "", fmt.Errorf("asset %q: %w", card.Asset, err)
	}
	return layouts[asset.Layout].Name, nil
}

// String returns the explanation as people read it.
func (x PlacementExplanation) String() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s of %s → %s, by %s", x.Name, x.Company, x.To, x.By)
	if x.Because != "" {
		fmt.Fprintf(&b, ": %s", x.Because)
	}
	b.WriteByte('\n')
	if x.Here != "" {
		fmt.Fprintf(&b, "it is here, in %s\n", x.Here)
	}
	if x.Decision != "" {
		fmt.Fprintf(&b, "last decision: %s\n", x.Decision)
	}
	b.WriteString(x.Rules.String())
	return b.String()
}
