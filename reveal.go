package dovetail

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/dovetail-sync/dovetail/connector"
	"github.com/dovetail-sync/dovetail/store"
)

// revealed are the confidential values that a change writes. The plan has only
// their digests.
type revealed struct {
	values store.Values
	// err is why they can't be told.
	err error
}

// reveal finds the confidential values that changes write, in the mirror. It
// asks the sealer, and so runs before the transaction that notes the changes.
func (a *applier) reveal(ctx context.Context, batch []store.Change) error {
	a.revealed = nil
	for _, c := range batch {
		if !hasDigest(c.Set) {
			continue
		}
		if a.revealed == nil {
			a.revealed = make(map[int]revealed)
			if err := a.loadDigests(ctx); err != nil {
				return err
			}
		}
		values, err := a.confidential(ctx, c)
		a.revealed[c.Seq] = revealed{values: values, err: err}
	}
	return nil
}

func hasDigest(set []store.FieldChange) bool {
	return slices.ContainsFunc(set, func(change store.FieldChange) bool { return change.Digest })
}

// loadDigests brings the key of digests and the connected fields.
func (a *applier) loadDigests(ctx context.Context) error {
	if a.connected != nil {
		return nil
	}
	integration, settings, err := a.loadVersion(ctx, a.report.Plan.Integration, a.report.Plan.SettingsVersion)
	if err != nil {
		return err
	}
	a.connected = settings.Connected
	a.digests, err = a.digestsOf(ctx, integration, settings)
	return err
}

// confidential returns the values that a change's digests stand for. Those of a
// pin, and of a move to another layout, are on the asset already.
func (a *applier) confidential(ctx context.Context, c store.Change) (store.Values, error) {
	var row store.MirrorRow
	err := a.ledger.View(ctx, func(_ context.Context, r store.Reader) (err error) {
		row, err = r.MirrorRow(c.Record)
		return err
	})
	if err != nil && !errors.Is(err, store.ErrNotFound) {
		return nil, err
	}
	secrets, err := a.openFields(ctx, row)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", store.ErrRefused, err)
	}
	open, err := decodeFields(row.Data)
	if err != nil {
		return nil, err
	}
	values := make(store.Values)
	for _, set := range c.Set {
		if !set.Digest || set.To.IsAbsent() || c.Action == store.ActionPin || c.Action == store.ActionRefile {
			continue
		}
		value := confidentialValue(a.connected, c, set.Field, open, secrets)
		if !a.digests.of(value).Equal(set.To) {
			return nil, fmt.Errorf("%w: its confidential value is another one than the plan was made for", store.ErrStale)
		}
		values[set.Field] = value
	}
	return values, nil
}

func confidentialValue(connected []store.ConnectedField, c store.Change, field store.FieldID, open, secrets connector.Fields) connector.Value {
	for _, f := range connected {
		if f.Kind != c.Record.Kind || f.Layout != c.Layout || f.Field != field {
			continue
		}
		for _, source := range f.Sources {
			value := open[source]
			if secret, ok := secrets[source]; ok {
				value = secret
			}
			if !value.IsBlank() {
				return connector.Text(value.String())
			}
		}
	}
	return connector.Value{}
}

// toWrite are the values that a change writes.
func (t applied) toWrite() store.Values {
	values := valuesOf(t.change.Set)
	for _, set := range t.change.Set {
		if set.Digest {
			values[set.Field] = t.secret.values[set.Field]
		}
	}
	return values
}

// redactedError is an error whose text held a confidential value.
type redactedError struct {
	text  string
	cause error
}

func (e redactedError) Error() string { return e.text }
func (e redactedError) Unwrap() error { return e.cause }

// redact takes confidential values out of an error's text: a platform may quote
// what it refuses.
func redact(err error, values store.Values) error {
	if err == nil {
		return nil
	}
	text := err.Error()
	for _, value := range values {
		for _, form := range writtenForms(value.String()) {
			text = strings.ReplaceAll(text, form, "[redacted]")
		}
	}
	if text == err.Error() {
		return err
	}
	return redactedError{text: text, cause: err}
}

// writtenForms are the ways in which a text is written into another one.
func writtenForms(secret string) []string {
	if secret == "" {
		return nil
	}
	forms := []string{secret, strings.Trim(strconv.Quote(secret), `"`), url.QueryEscape(secret), url.PathEscape(secret)}
	if encoded, err := json.Marshal(secret); err == nil {
		forms = append(forms, strings.Trim(string(encoded), `"`))
	}
	return forms
}
