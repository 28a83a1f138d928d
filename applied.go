package dovetail

import (
	"errors"

	"github.com/dovetail-sync/dovetail/connector"
	"github.com/dovetail-sync/dovetail/store"
)

// applied is a change that was tried, with what the platform stored.
type applied struct {
	change store.Change
	// revised says that more of the change than its outcome isn't as it was
	// planned.
	revised bool
	intent  string
	// open is what was put down before it was carried out. The zero one: nothing
	// was, because nothing can be left in doubt.
	open store.OpenWrite
	// doubt says that whether the platform carried it out can't be told: its
	// open write stays.
	doubt bool
	// row is the record in the mirror, if known: a card shows its data.
	row   store.MirrorRow
	known bool
	// overtaken says that somebody decided about the record since the plan was
	// made.
	overtaken bool
	// endless says that one end of a link is not here yet.
	endless bool
	// card and match are what dovetail had written before, on a platform where
	// that has to be looked at again.
	card  store.Card
	match store.Match
	// pinned says that a person has pinned what the change would write to.
	pinned bool
	// secret are the confidential values to be written.
	secret revealed
	// lost are values that may have been written and then changed by a person:
	// what was there before them is kept all the same.
	lost []store.FieldChange
	// asset, company and link are post-images.
	asset   store.Asset
	company store.Company
	link    store.Link
}

// store notes what became of the change: its outcome, the card, the record's
// disposition, the journal.
func (t applied) store(w store.Writer, by store.Actor, run store.RunID) error {
	if err := t.put(w); err != nil {
		return err
	}
	if err := t.close(w); err != nil {
		return err
	}
	switch t.change.Outcome.State {
	case store.OutcomeDone:
		return t.storeDone(w, by, run)
	case store.OutcomeFailed:
		return t.dispose(w, reason(ReasonFailed, "problem", t.change.Outcome.Problem))
	case store.OutcomeUncertain:
		return t.dispose(w, reason(ReasonUncertain))
	default:
		return nil
	}
}

// put notes the change's outcome, and the rest of it if that is another one now.
func (t applied) put(w store.Writer) error {
	if t.revised {
		return w.PutChange(t.change)
	}
	return w.PutOutcome(t.change.Plan, t.change.Seq, t.change.Outcome)
}

// close removes the change's open write, or notes why it stays.
func (t applied) close(w store.Writer) error {
	switch {
	case t.open.Intent == "":
		return nil
	case t.doubt:
		t.open.Problem = t.change.Outcome.Problem
		return w.PutOpenWrite(t.open)
	default:
		return w.DeleteOpenWrite(t.open.Intent)
	}
}

// find brings the record from the mirror.
func (t *applied) find(r store.Reader) error {
	row, err := r.MirrorRow(t.change.Record)
	if err != nil && !errors.Is(err, store.ErrNotFound) {
		return err
	}
	t.row, t.known = row, err == nil
	return t.findEnds(r)
}

// outdated gives a change whose record has changed since its outcome, and
// reports whether it has.
func (t *applied) outdated() bool {
	if t.endless {
		t.change.Outcome = store.Outcome{State: store.OutcomeStale, Problem: "the device or its contact is not here yet"}
		return true
	}
	if t.overtaken {
		t.change.Outcome = store.Outcome{State: store.OutcomeStale, Problem: "somebody decided about it since the plan was made"}
		return true
	}
	if t.pinned {
		t.change.Outcome = store.Outcome{State: store.OutcomeStale, Problem: "a person has pinned a value since the plan was made"}
		return true
	}
	if !t.known || t.row.Hash == t.change.Hash {
		return false
	}
	t.change.Outcome = store.Outcome{State: store.OutcomeStale, Problem: "it changed upstream since the plan was made"}
	return true
}

// putBack notes that the change wasn't tried after all.
func (t applied) putBack(w store.Writer) error {
	if t.open.Intent == "" {
		return nil
	}
	t.change.Outcome = store.Outcome{}
	return errors.Join(t.put(w), w.DeleteOpenWrite(t.open.Intent))
}

// recovered is a write that was found to have happened.
func (t applied) recovered(w store.Writer, by store.Actor) error {
	if err := t.find(w); err != nil {
		return err
	}
	var run store.RunID
	if by.Kind == store.ActorRun {
		run = store.RunID(by.ID)
	}
	t.revised, t.change.Outcome = true, store.Outcome{State: store.OutcomeDone, Asset: t.asset.ID}
	return t.store(w, by, run)
}

func (t applied) storeDone(w store.Writer, by store.Actor, run store.RunID) error {
	var err error
	switch t.change.Action {
	case store.ActionDetails:
		err = t.storeDetails(w, run)
	case store.ActionPin:
		err = t.storePins(w, by)
	default:
		err = errors.Join(t.keepOverwritten(w, run), t.storeCard(w, run))
	}
	if err != nil {
		return err
	}
	switch t.change.Action {
	case store.ActionCreate, store.ActionAttach, store.ActionUpdate:
		if t.change.Action == store.ActionUpdate && t.row.Disposition.Code != string(ReasonPlanned) {
			break // the plan has said where it stands, and why
		}
		if err := t.disposeHere(w); err != nil {
			return err
		}
	default: // the plan has said it
	}
	return w.AppendJournal(store.JournalEntry{
		At: now(), By: by, Integration: t.change.Record.Integration, Run: run, Event: string(t.change.Action),
		Record: t.change.Record, Company: t.change.Company, Asset: t.change.Outcome.Asset, Set: t.journalled(), Reason: t.change.Reason,
	})
}

// dispose notes the decision about the record, unless it stands already.
func (t applied) dispose(w store.Writer, why store.Reason) error {
	if t.change.Action == store.ActionDetails {
		return nil // the record is a company: it isn't imported itself
	}
	return putDispositions(w, []disposition{{id: t.change.Record, was: t.row.Disposition, reason: why}})
}

// disposeHere notes that the record is here, where the plan hasn't said it with
// more words.
func (t applied) disposeHere(w store.Writer) error {
	if info, ok := reasonInfo(ReasonCode(t.change.Reason.Code)); ok && info.Standing == StandingHere {
		return t.dispose(w, t.change.Reason)
	}
	if t.change.Action == store.ActionUpdate {
		row, err := w.MirrorRow(t.change.Record)
		if err != nil && !errors.Is(err, store.ErrNotFound) {
			return err
		}
		if info, ok := reasonInfo(ReasonCode(row.Disposition.Code)); ok && info.Standing == StandingHere {
			return nil
		}
	}
	return t.dispose(w, reason(ReasonHere))
}

// storeCard writes the record's card.
func (t applied) storeCard(w store.Writer, run store.RunID) error {
	c := t.change
	card, err := w.Card(c.Record)
	if err != nil && !errors.Is(err, store.ErrNotFound) {
		return err
	}
	placed := err == nil && card.Asset == c.Asset
	card.Run = run
	switch c.Action {
	case store.ActionOrphan, store.ActionFreeze, store.ActionDetach, store.ActionWithdraw,
		store.ActionArchive, store.ActionBury, store.ActionLink, store.ActionUnlink:
		if !placed {
			return nil // the record is on another asset by now, or on none
		}
		return t.storeMark(w, card)
	case store.ActionCreate, store.ActionAttach:
		card = store.Card{ID: c.Record, Home: c.Company, Layout: c.Layout, Origin: c.Origin, Provisional: c.Provisional, Since: now(), Run: run}
		if c.Action == store.ActionAttach {
			if card, err = t.succeed(w, card); err != nil {
				return err
			}
		}
	case store.ActionMove:
		card.Home = c.Company
	case store.ActionRefile:
		card.Layout = c.Layout
		card.Wrote = onlyName(card.Wrote) // the fields are others now, and c.Set has them
	default: // the card that is there is brought up to date
		if c.Home != "" {
			card.Home = c.Home
		}
	}
	if err := movePins(w, t.asset.ID, card.Company, t.asset.Company); err != nil {
		return err
	}
	card.State, card.Asset, card.Company = store.CardActive, t.asset.ID, t.asset.Company
	if t.known {
		card.Name, card.Type, card.URL = t.row.Name, t.row.Type, t.row.URL
		card.Hash, card.Data = t.row.Hash, t.row.Data
		if !card.Pinned || card.Container == "" {
			card.Container = t.row.Container
		}
	}
	card.Wrote = merged(card.Wrote, t.wrote(run, card.Wrote))
	return w.PutCard(card)
}

func onlyName(wrote map[store.FieldID]store.Written) map[store.FieldID]store.Written {
	name, ok := wrote[store.NameField]
	if !ok {
		return nil
	}
	return map[store.FieldID]store.Written{store.NameField: name}
}

// wrote is what the change wrote, as it was sent and as the platform stored it.
func (t applied) wrote(run store.RunID, before map[store.FieldID]store.Written) map[store.FieldID]store.Written {
	wrote := make(map[store.FieldID]store.Written, len(t.change.Set)+1)
	if t.change.Name != "" {
		wrote[store.NameField] = store.Written{Sent: connector.Text(t.change.Name), Value: connector.Text(t.asset.Name), Run: run, At: now()}
	}
	for _, set := range t.change.Set {
		was, ours := before[set.Field]
		wrote[set.Field] = store.Written{
			Sent: set.To, Value: t.asset.Values[set.Field], Run: run, At: now(), Flips: flips(was, ours, set.From),
		}
	}
	return wrote
}

// storeDetails notes in the match what was written to the company's details.
func (t applied) storeDetails(w store.Writer, run store.RunID) error {
	match, err := w.Match(t.change.Record)
	if err != nil {
		return err
	}
	sent, stored := detailTexts(t.change.Name, t.change.Details), detailTexts(t.company.Name, t.company.Details)
	wrote := make(map[string]store.Written)
	for detail, text := range sent {
		if text != "" {
			wrote[detail] = store.Written{Sent: connector.Text(text), Value: connector.Text(stored[detail]), Run: run, At: now()}
		}
	}
	match.Wrote = merged(match.Wrote, wrote)
	return w.PutMatch(match)
}
