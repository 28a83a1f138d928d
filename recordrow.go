package dovetail

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"

	"github.com/dovetail-sync/dovetail/connector"
	"github.com/dovetail-sync/dovetail/store"
)

// RecordRow is one record upstream and where it stands, with what a person can
// decide about it.
type RecordRow struct {
	// Record, Name, Type, URL and Fields are the record's.
	Record store.RecordID
	Name   string
	Type   string
	URL    string
	Fields connector.Fields
	// Company is the company here that its company upstream is matched to. Empty:
	// none.
	Company store.CompanyID
	// Reason is the last decision about it.
	Reason store.Reason
	// Card is its card. Zero: it has none.
	Card store.Card
	// Assets are those that it is on or may be, as they are now.
	Assets []store.Asset
	// Notes are what there is to know about it besides: it is silent, or its
	// contact isn't here.
	Notes []store.Reason
	// Verdicts are what can be decided.
	Verdicts []CardVerdict
	// Seen stands for all this: a decision carries it, and is refused if it has
	// changed.
	Seen string
}

// RecordRow returns one record's row, whether it is unclear or not.
func (e *Engine) RecordRow(ctx context.Context, id store.RecordID) (row RecordRow, err error) {
	_, _, conn, err := e.configured(ctx, id.Integration)
	if err != nil {
		return row, err
	}
	err = e.ledger.View(ctx, func(_ context.Context, r store.Reader) error {
		mirrored, err := r.MirrorRow(id)
		if err == nil {
			row, err = rowOf(r, conn.Info(), mirrored)
		}
		return err
	})
	if err == nil {
		err = e.resolveAssets(ctx, &row)
	}
	if err != nil {
		return RecordRow{}, fmt.Errorf("dovetail: row of %s: %w", id, err)
	}
	return row, nil
}

// rowOf makes a record's row. Its assets have no more than their ids yet.
func rowOf(r store.Reader, info connector.Info, mirrored store.MirrorRow) (RecordRow, error) {
	fields, err := decodeFields(mirrored.Data)
	if err != nil {
		return RecordRow{}, err
	}
	row := RecordRow{
		Record: mirrored.ID, Name: mirrored.Name, Type: mirrored.Type, URL: mirrored.URL, Fields: fields, Reason: mirrored.Disposition,
	}
	if mirrored.Container == "" {
		row.Reason = reason(ReasonNoCompany)
	} else {
		match, err := r.Match(store.RecordID{Integration: mirrored.ID.Integration, Kind: info.Container, Key: mirrored.Container})
		if err != nil && !errors.Is(err, store.ErrNotFound) {
			return row, err
		}
		row.Company = match.Company
	}
	if row.Card, err = r.Card(mirrored.ID); err != nil && !errors.Is(err, store.ErrNotFound) {
		return row, err
	}
	if err := row.noteOwner(r, info); err != nil {
		return row, err
	}
	row.Assets = assetsNamed(row)
	row.Verdicts = verdictsOf(row)
	row.Seen = seenOf(row)
	return row, nil
}

// noteOwner notes that a device isn't linked with its contact, because that one
// isn't here.
func (row *RecordRow) noteOwner(r store.Reader, info connector.Info) error {
	kind, _ := info.Kind(row.Record.Kind)
	contact, ok := ownerOf(info, row.Record, kind, meaningsOf(kind).text(row.Fields, connector.MeansOwnerContact))
	if !ok || row.Card.State != store.CardActive {
		return nil
	}
	card, err := r.Card(contact)
	if err != nil && !errors.Is(err, store.ErrNotFound) {
		return err
	}
	if card.State != store.CardActive || card.Company != row.Card.Company {
		row.Notes = append(row.Notes, reason(ReasonNoOwner, "contact", string(contact.Key)))
	}
	return nil
}

// assetsNamed are the assets that a record is on or may be, by id.
func assetsNamed(row RecordRow) []store.Asset {
	var ids []store.AssetID
	if row.Card.Asset != "" {
		ids = append(ids, row.Card.Asset)
	}
	var named []store.AssetID
	if err := json.Unmarshal([]byte(row.Reason.Args[assetsArg]), &named); err == nil {
		for _, id := range named {
			if !slices.Contains(ids, id) {
				ids = append(ids, id)
			}
		}
	}
	assets := make([]store.Asset, len(ids))
	for i, id := range ids {
		assets[i].ID = id
	}
	return assets
}

// resolveAssets brings the assets of a row from the platform. One that is no
// longer there is left out.
func (e *Engine) resolveAssets(ctx context.Context, row *RecordRow) error {
	var found []store.Asset
	for _, named := range row.Assets {
		asset, err := e.docs.Asset(ctx, named.ID)
		if errors.Is(err, store.ErrNotFound) {
			continue
		}
		if err != nil {
			return fmt.Errorf("asset %q: %w", named.ID, err)
		}
		found = append(found, asset)
	}
	row.Assets = found
	return nil
}

// verdictsOf says what can be decided about a record.
func verdictsOf(row RecordRow) []CardVerdict {
	if row.Company == "" {
		return nil
	}
	verdicts := []CardVerdict{CardPut}
	switch ReasonCode(row.Reason.Code) {
	case ReasonAmbiguous:
		verdicts = append(verdicts, CardReject, CardCreate)
	case ReasonElsewhere:
		verdicts = append(verdicts, CardMoveAsset, CardReject, CardCreate)
	case ReasonArchivedHere:
		verdicts = append(verdicts, CardUnarchive, CardCreate)
	case ReasonDeletedHere:
		verdicts = append(verdicts, CardCreate)
	default:
	}
	if row.Card.Provisional {
		verdicts = append(verdicts, CardConfirm, CardReject)
	}
	return verdicts
}

// seenOf stands for what a person sees of a record.
func seenOf(row RecordRow) string {
	texts := []string{row.Reason.Code, string(row.Company), string(row.Card.Asset), string(row.Card.State), fmt.Sprint(row.Card.Provisional, row.Card.Pinned)}
	for _, name := range slices.Sorted(maps.Keys(row.Reason.Args)) {
		texts = append(texts, name, row.Reason.Args[name])
	}
	var buf []byte
	for _, text := range texts {
		buf = connector.Text(text).AppendCanonical(buf)
	}
	sum := sha256.Sum256(buf)
	return hex.EncodeToString(sum[:8])
}
