package dovetail

import (
	"errors"

	"github.com/dovetail-sync/dovetail/connector"
	"github.com/dovetail-sync/dovetail/store"
)

// keepOverwritten adds what people had put in the places that the change has
// written to to the list of overwritten values, in the same transaction as the
// outcome: nothing of theirs is lost, whatever comes next.
func (t applied) keepOverwritten(w store.Writer, run store.RunID) error {
	switch t.change.Action {
	case store.ActionUpdate, store.ActionRefresh, store.ActionAttach:
	default:
		return nil
	}
	set := append(t.renames(), t.change.Set...)
	set = append(set, t.lost...)
	card, err := w.Card(t.change.Record)
	if err != nil && !errors.Is(err, store.ErrNotFound) {
		return err
	}
	for _, change := range set {
		persons, err := t.wasPersons(w, card, change)
		if err != nil {
			return err
		}
		if !persons {
			continue
		}
		kept := store.Overwritten{
			Asset: t.asset.ID, Company: t.asset.Company, Field: change.Field, Value: change.From,
			ID: t.change.Record, Run: run, At: now(),
		}
		if change.Digest {
			kept.Value, kept.Sealed = connector.Value{}, change.Sealed
		}
		if err := w.AddOverwritten(kept); err != nil {
			return err
		}
	}
	return nil
}

// renames is the change of the name, if there is one, as one of a field.
func (t applied) renames() []store.FieldChange {
	if t.change.Name == "" {
		return nil
	}
	return []store.FieldChange{{Field: store.NameField, From: connector.Text(t.change.Was), To: connector.Text(t.change.Name)}}
}

// wasPersons reports whether the value that a change took the place of was a
// person's: none of dovetail's cards on the asset has written it.
func (t applied) wasPersons(r store.Reader, card store.Card, change store.FieldChange) (bool, error) {
	if change.From.IsBlank() || wroteIt(card, change) {
		return false, nil
	}
	if before, ours := card.Wrote[change.Field]; ours && !before.Value.Equal(change.From) || ours && before.Sent.IsAbsent() {
		return true, nil
	}
	for other, err := range r.CardsOf(t.asset.Company) {
		if err != nil {
			return false, err
		}
		if other.Asset == t.asset.ID && wroteIt(other, change) {
			return false, nil
		}
	}
	return true, nil
}

// wroteIt reports whether a card has written the value that a change took the
// place of. One that a person let dovetail take was never sent.
func wroteIt(card store.Card, change store.FieldChange) bool {
	before, ours := card.Wrote[change.Field]
	return ours && !before.Sent.IsAbsent() && before.Value.Equal(change.From)
}

// flips counts how often something here has changed a written value, up to this
// change.
func flips(before store.Written, ours bool, from connector.Value) int {
	if !ours || before.Sent.IsAbsent() || before.Value.Equal(from) {
		return 0
	}
	return before.Flips + 1
}

// storePins pins what a person has put in the place of fed values.
func (t applied) storePins(w store.Writer, by store.Actor) error {
	for _, set := range t.change.Set {
		pin := store.Pin{Asset: t.change.Asset, Company: t.change.Company, Field: set.Field, By: by, At: now()}
		if err := w.PutPin(pin); err != nil {
			return err
		}
	}
	return nil
}

// movePins lets the pins on an asset follow it to another company.
func movePins(w store.Writer, asset store.AssetID, from, to store.CompanyID) error {
	if from == "" || from == to {
		return nil
	}
	var pins []store.Pin
	for pin, err := range w.PinsOf(from) {
		if err != nil {
			return err
		}
		if pin.Asset == asset {
			pins = append(pins, pin)
		}
	}
	for _, pin := range pins {
		pin.Company = to
		if err := w.PutPin(pin); err != nil {
			return err
		}
	}
	return nil
}

// journalled are the values of a change as the journal keeps them.
func (t applied) journalled() []store.FieldChange {
	set := t.renames()
	for _, change := range t.change.Set {
		change.Sealed = nil
		set = append(set, change)
	}
	return set
}
