package dovetail

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/dovetail-sync/dovetail/connector"
	"github.com/dovetail-sync/dovetail/matching"
	"github.com/dovetail-sync/dovetail/store"
)

// Verdict is what a person decides about an upstream company.
type Verdict string

// The verdicts.
const (
	// VerdictMatch links it to a company that is here.
	VerdictMatch Verdict = "match"
	// VerdictCreate makes a company here and links it.
	VerdictCreate Verdict = "create"
	// VerdictIgnore puts it aside: nothing of it is imported or suggested.
	VerdictIgnore Verdict = "ignore"
	// VerdictUnmatch takes the decision back. The next plan does what
	// Decision.Leave says with what was imported; Imported counts it before.
	VerdictUnmatch Verdict = "unmatch"
	// VerdictUndo takes a decision back as if it hadn't been made, while nothing
	// has been imported. A company that was made for it stays.
	VerdictUndo Verdict = "undo"
	// VerdictReject says that it is not a company here: that one is never
	// suggested for it again. Other suggestions stay. Matching the two later takes
	// it back.
	VerdictReject Verdict = "reject"
)

// Decision is a person's decision about one upstream company.
type Decision struct {
	// Key is the upstream company.
	Key connector.Key
	// Revision is the match's as the person saw it.
	Revision int64
	// Verdict is what is decided.
	Verdict Verdict
	// Company is the company here, for VerdictMatch and VerdictReject.
	Company store.CompanyID
	// Leave says what becomes of what was imported, for VerdictUnmatch and
	// VerdictIgnore. The zero value keeps it as it is, and updates it no longer.
	Leave store.LeavePolicy
}

// DecideRequest asks to carry out decisions.
type DecideRequest struct {
	// By is who decides.
	By store.Actor
	// Integration is whose companies they are about.
	Integration store.IntegrationID
	// Decisions are carried out one by one: one that fails leaves the others.
	Decisions []Decision
}

// Decided is what became of one decision.
type Decided struct {
	// Decision is what was asked.
	Decision Decision
	// Match is the match as it is stored now.
	Match store.Match
	// Note is what a person has to know about a decision that was carried out.
	// Empty: nothing.
	Note string
	// Err is why it was left as it was. Nil: it was carried out. ErrChanged
	// means that somebody decided meanwhile; the text says who and when.
	Err error
}

// Decide carries out decisions about upstream companies. Each row is checked
// against what the person saw; the result has a row for each decision, in
// order. The error is about the request as a whole.
func (e *Engine) Decide(ctx context.Context, req DecideRequest) (decided []Decided, err error) {
	if err := e.authorize(ctx, req.By, OpDecide); err != nil {
		return nil, err
	}
	integration, settings, conn, err := e.configured(ctx, req.Integration)
	if err != nil {
		return nil, err
	}
	d := decider{Engine: e, by: req.By, integration: integration, settings: settings, info: conn.Info()}
	// One request at a time: two that create the same company must not both
	// find that it isn't there.
	err = e.alone(ctx, deciding, func(ctx context.Context) (err error) {
		decided, err = d.all(ctx, req.Decisions)
		return err
	})
	if err != nil {
		return decided, fmt.Errorf("dovetail: decide: %w", err)
	}
	return decided, nil
}

// all carries out the decisions, and returns what became of those that it came
// to.
func (d *decider) all(ctx context.Context, decisions []Decision) ([]Decided, error) {
	if err := d.settleDecisions(ctx, d.integration.ID); err != nil {
		return nil, err
	}
	here, err := d.companiesHere(ctx)
	if err != nil {
		return nil, err
	}
	d.here = newHere(here)
	decided := make([]Decided, len(decisions))
	for i, decision := range decisions {
		d.remark = ""
		match, err := d.decide(ctx, decision)
		decided[i] = Decided{Decision: decision, Match: match, Note: d.remark, Err: err}
		if err := stillAt(ctx); err != nil {
			return decided[:i+1], err
		}
	}
	return decided, nil
}

// here are the platform's companies, by id and by name.
type here struct {
	byID  map[store.CompanyID]store.Company
	byKey map[string]store.Company
}

func newHere(companies map[store.CompanyID]store.Company) here {
	h := here{byID: companies, byKey: make(map[string]store.Company, len(companies))}
	for _, c := range companies {
		h.add(c)
	}
	return h
}

func (h here) add(c store.Company) {
	h.byID[c.ID] = c
	if key := matching.StrictKey(c.Name); key != "" {
		h.byKey[key] = c
	}
}

// decider carries out the decisions of one request.
type decider struct {
	*Engine
	by          store.Actor
	integration store.Integration
	settings    store.Settings
	info        connector.Info
	here        here
	// remark is the note of the decision that is being carried out.
	remark string
}

func (d *decider) decide(ctx context.Context, decision Decision) (store.Match, error) {
	id := store.RecordID{Integration: d.integration.ID, Kind: d.info.Container, Key: decision.Key}
	match, row, err := d.find(ctx, id)
	if err != nil {
		return store.Match{}, fmt.Errorf("%s %q: %w", decision.Verdict, decision.Key, err)
	}
	if err := checkSeen(match, decision.Revision); err != nil {
		return match, fmt.Errorf("%s %q: %w", decision.Verdict, row.Name, err)
	}
	if err := checkLeave(decision); err != nil {
		return match, fmt.Errorf("%s %q: %w", decision.Verdict, row.Name, err)
	}
	switch decision.Verdict {
	case VerdictMatch:
		if err := d.checkTarget(decision.Company); err != nil {
			return match, fmt.Errorf("match %q: %w", row.Name, err)
		}
		return d.note(ctx, decision, match, store.MatchMatched, decision.Company, nil)
	case VerdictCreate:
		return d.create(ctx, decision, match, row)
	case VerdictIgnore:
		return d.note(ctx, decision, match, store.MatchIgnored, "", nil)
	case VerdictUnmatch:
		return d.note(ctx, decision, match, store.MatchUnmatched, "", nil)
	case VerdictUndo:
		return d.undo(ctx, decision, match, row)
	case VerdictReject:
		return d.reject(ctx, decision, match)
	default:
		return match, fmt.Errorf("%q: no such verdict (one of match, create, ignore, unmatch, undo, reject)", decision.Verdict)
	}
}

func (d *decider) find(ctx context.Context, id store.RecordID) (match store.Match, row store.MirrorRow, err error) {
	err = d.ledger.View(ctx, func(_ context.Context, r store.Reader) error {
		if match, err = r.Match(id); err != nil {
			return err
		}
		row, err = r.MirrorRow(id)
		return err
	})
	return match, row, err
}

// checkSeen refuses a decision on a state that the person didn't see.
func checkSeen(match store.Match, seen int64) error {
	switch {
	case match.Revision == seen:
		return nil
	case match.At.IsZero():
		return fmt.Errorf("%w: nobody decided about it yet (look at it again)", ErrChanged)
	}
	return fmt.Errorf("%w: it was set to %s by %s at %s (look at it again)", ErrChanged, match.State, match.By, match.At.Format(time.RFC3339))
}

func (d *decider) checkTarget(id store.CompanyID) error {
	target, ok := d.here.byID[id]
	switch {
	case !ok:
		return fmt.Errorf("company %q: %w", id, store.ErrNotFound)
	case target.Archived:
		return fmt.Errorf("company %q is archived (bring it back first): %w", target.Name, store.ErrRefused)
	}
	return nil
}

// note stores a decision, unless somebody decided meanwhile.
func (d *decider) note(ctx context.Context, decision Decision, seen store.Match, state store.MatchState, company store.CompanyID, made *creation) (store.Match, error) {
	var match store.Match
	err := d.ledger.Update(ctx, func(_ context.Context, w store.Writer) (err error) {
		match, err = d.put(w, decision, seen.ID, state, company, made)
		return err
	})
	return match, err
}

// put is note within an Update.
func (d *decider) put(w store.Writer, decision Decision, id store.RecordID, state store.MatchState, company store.CompanyID, made *creation) (store.Match, error) {
	match, err := w.Match(id)
	if err != nil {
		return match, err
	}
	if err := checkSeen(match, decision.Revision); err != nil {
		return match, err
	}
	if err := d.checkAlone(w, match.ID, company); err != nil {
		return match, err
	}
	at := now()
	if match.Company != company {
		if err := leaves(w, match); err != nil {
			return match, err
		}
		match.Wrote, match.Imported = nil, time.Time{}
	}
	if made != nil {
		match.Wrote = made.wrote(at)
		if err := w.DeleteOpenWrite(made.intent); err != nil {
			return match, err
		}
	}
	if match.Primary, err = becomesPrimary(w, match.ID, company); err != nil {
		return match, err
	}
	if company != "" {
		if err := w.DeleteRejection(match.ID, company, ""); err != nil && !errors.Is(err, store.ErrNotFound) {
			return match, err
		}
	}
	match.State, match.Company, match.Suggestions = state, company, nil
	match.Leave, match.Merged, match.Before = decision.Leave, store.Merged{}, nil
	if state == store.MatchIgnored {
		match.Before = match.Counts
	}
	match.By, match.At = d.by, at
	match.Revision++
	return match, errors.Join(w.PutMatch(match), bumpMatchRevision(w, d.integration.ID), w.AppendJournal(store.JournalEntry{
		At: at, By: d.by, Integration: d.integration.ID, Event: string(decision.Verdict), Record: match.ID, Company: company,
	}))
}

// bumpMatchRevision makes plans that were made before this decision stale.
func bumpMatchRevision(w store.Writer, id store.IntegrationID) error {
	integration, err := w.Integration(id)
	if err != nil {
		return err
	}
	integration.MatchRevision++
	return w.PutIntegration(integration)
}
