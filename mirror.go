package dovetail

import (
	"crypto/sha256"
	"encoding/hex"
	"maps"
	"slices"
	"strconv"
	"time"

	"github.com/dovetail-sync/dovetail/connector"
	"github.com/dovetail-sync/dovetail/store"
)

// evidence are the meanings by which companies are matched: all that is kept of
// a company that isn't matched, besides its name.
var evidence = []connector.Meaning{
	connector.MeansName, connector.MeansAlias, connector.MeansIsPerson,
	connector.MeansEmail, connector.MeansEmailDomain, connector.MeansPhone, connector.MeansMobile,
	connector.MeansWebsite, connector.MeansDomain,
	connector.MeansStreet, connector.MeansStreet2, connector.MeansCity,
	connector.MeansState, connector.MeansPostcode, connector.MeansCountry,
}

// mirrorKind turns records of one kind into mirror rows.
type mirrorKind struct {
	integration store.IntegrationID
	container   bool
	kind        connector.KindInfo
	// matched are the upstream companies whose records are kept whole.
	matched map[connector.Key]store.CompanyID
	// connected are the volatile data points that a layout field shows: only
	// these volatile ones are content.
	connected map[string]bool
	// secret are the data points that are never kept in the clear; those that
	// are true are kept sealed.
	secret  map[string]bool
	digests digests
	means   meanings
}

func newMirrorKind(integration store.Integration, info connector.Info, kind connector.KindInfo, settings store.Settings, matched map[connector.Key]store.CompanyID, digests digests) mirrorKind {
	m := mirrorKind{
		integration: integration.ID,
		container:   kind.Kind == info.Container,
		kind:        kind,
		means:       meaningsOf(kind),
		matched:     matched,
		connected:   make(map[string]bool),
		secret:      secretPoints(kind, settings.Connected),
		digests:     digests,
	}
	for _, c := range settings.Connected {
		if c.Kind == kind.Kind {
			for _, source := range c.Sources {
				m.connected[source] = true
			}
		}
	}
	return m
}

// row returns what is kept of a record: all of it where its company is matched;
// of another company the name and the evidence; of another company's records
// nothing that says what they are. Secrets that are kept are no part of the row:
// they are to be sealed first.
func (m mirrorKind) row(rec connector.Record) (row store.MirrorRow, secrets connector.Fields) {
	row = store.MirrorRow{
		ID:        store.RecordID{Integration: m.integration, Kind: m.kind.Kind, Key: rec.Key},
		Container: rec.Container,
		Type:      rec.Type,
		TypeID:    rec.TypeID,
		Status:    rec.Status,
		Created:   rec.Created,
		Updated:   rec.Updated,
	}
	company := rec.Container
	if m.container {
		company = rec.Key
	}
	_, matched := m.matched[company]
	fields := rec.Fields
	switch {
	case matched:
	case m.container:
		fields = m.onlyEvidence(fields)
	case company == "":
		row.Name = rec.Name // listed, so that somebody can give it a company
		return row, nil
	default:
		return row, nil
	}
	fields, secrets = m.split(fields)
	row.Name, row.URL = rec.Name, rec.URL
	row.LastSeen, _ = m.means.lastSeen(fields)
	row.Hash = m.hash(row, fields, secrets)
	row.Data = connector.AppendValues(nil, fields)
	return row, secrets
}

func (m mirrorKind) onlyEvidence(fields connector.Fields) connector.Fields {
	kept := make(connector.Fields)
	for name, value := range fields {
		if point, ok := m.kind.DataPoint(name); ok && slices.Contains(evidence, point.Means) {
			kept[name] = value
		}
	}
	return kept
}

// hash stands for the content. What changes by itself is left out, unless
// somebody looks at it. Of a secret there is only what stands for it.
func (m mirrorKind) hash(row store.MirrorRow, fields, secrets connector.Fields) string {
	buf := make([]byte, 0, 1024)
	for _, text := range []string{row.Name, row.Type, row.TypeID, row.URL, strconv.Itoa(int(row.Status))} {
		buf = connector.Text(text).AppendCanonical(buf)
	}
	for _, name := range slices.Sorted(maps.Keys(fields)) {
		if point, ok := m.kind.DataPoint(name); ok && point.Volatile && !m.connected[name] {
			continue
		}
		buf = connector.Text(name).AppendCanonical(buf)
		buf = fields[name].AppendCanonical(buf)
	}
	for _, name := range slices.Sorted(maps.Keys(secrets)) {
		buf = connector.Text(name).AppendCanonical(buf)
		buf = m.digests.of(secrets[name]).AppendCanonical(buf)
	}
	sum := sha256.Sum256(buf)
	return hex.EncodeToString(sum[:16])
}

// sameContent reports whether a row already says what was just read.
func sameContent(old, read store.MirrorRow) bool {
	return old.Presence == store.Present && old.Problem == "" &&
		old.Container == read.Container && old.Hash == read.Hash &&
		old.Name == read.Name && old.Type == read.Type && old.TypeID == read.TypeID &&
		old.Status == read.Status && old.Created.Equal(read.Created)
}

// keep fills in what a row that is written again keeps from the one before.
func keep(old store.MirrorRow, found bool, read store.MirrorRow, at time.Time) store.MirrorRow {
	read.FirstSeen, read.Since = at, at
	if found {
		read.FirstSeen = old.FirstSeen
		read.Disposition, read.Stamp = old.Disposition, old.Stamp
		if old.Presence == store.Present {
			read.Since = old.Since
		}
	}
	return read
}
