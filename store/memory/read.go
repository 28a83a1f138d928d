package memory

import (
	"fmt"
	"iter"

	"github.com/dovetail-sync/dovetail/connector"
	"github.com/dovetail-sync/dovetail/store"
)

func all[K any](K) bool { return true }

// Integration implements store.Reader.
func (r *reader) Integration(id store.IntegrationID) (store.Integration, error) {
	return one(r, &r.state.integrations, id, copyIntegration, "integration", id)
}

// Integrations implements store.Reader.
func (r *reader) Integrations() iter.Seq2[store.Integration, error] {
	return rows(r, list[store.IntegrationID, store.Integration]{
		tree: &r.state.integrations, dup: copyIntegration,
		start: all[store.IntegrationID], within: all[store.IntegrationID],
	})
}

// Settings implements store.Reader.
func (r *reader) Settings(id store.IntegrationID, version int64) (store.Settings, error) {
	key := settingsKey{id, version}
	return one(r, &r.state.settings, key, copySettings, "settings", fmt.Sprintf("%s version %d", id, version))
}

// Match implements store.Reader.
func (r *reader) Match(id store.RecordID) (store.Match, error) {
	return one(r, &r.state.matches, id, copyMatch, "match", id)
}

// Matches implements store.Reader.
func (r *reader) Matches(id store.IntegrationID) iter.Seq2[store.Match, error] {
	return rows(r, list[store.RecordID, store.Match]{
		tree: &r.state.matches, dup: copyMatch,
		start: fromIntegration(id), within: inIntegration(id),
	})
}

// MatchesOf implements store.Reader.
func (r *reader) MatchesOf(company store.CompanyID) iter.Seq2[store.Match, error] {
	return rows(r, list[companyKey, store.Match]{
		tree: &r.state.matchesByCompany, dup: copyMatch,
		start: fromCompany(company), within: inCompany(company),
	})
}

// Card implements store.Reader.
func (r *reader) Card(id store.RecordID) (store.Card, error) {
	return one(r, &r.state.cards, id, copyCard, "card", id)
}

// Cards implements store.Reader.
func (r *reader) Cards(id store.IntegrationID) iter.Seq2[store.Card, error] {
	return rows(r, list[store.RecordID, store.Card]{
		tree: &r.state.cards, dup: copyCard,
		start: fromIntegration(id), within: inIntegration(id),
	})
}

// CardsOf implements store.Reader.
func (r *reader) CardsOf(company store.CompanyID) iter.Seq2[store.Card, error] {
	return rows(r, list[companyKey, store.Card]{
		tree: &r.state.cardsByCompany, dup: copyCard,
		start: fromCompany(company), within: inCompany(company),
	})
}

func fromIntegration(id store.IntegrationID) func(store.RecordID) bool {
	return func(k store.RecordID) bool { return k.Integration >= id }
}

func inIntegration(id store.IntegrationID) func(store.RecordID) bool {
	return func(k store.RecordID) bool { return k.Integration == id }
}

func fromCompany(id store.CompanyID) func(companyKey) bool {
	return func(k companyKey) bool { return k.company >= id }
}

func inCompany(id store.CompanyID) func(companyKey) bool {
	return func(k companyKey) bool { return k.company == id }
}

// MirrorRow implements store.Reader.
func (r *reader) MirrorRow(id store.RecordID) (store.MirrorRow, error) {
	return one(r, &r.state.mirror, id, copyMirrorRow, "mirror row", id)
}

// Mirror implements store.Reader.
func (r *reader) Mirror(q store.MirrorQuery) iter.Seq2[store.MirrorRow, error] {
	if q.Integration == "" || q.Kind == "" {
		return func(yield func(store.MirrorRow, error) bool) {
			yield(store.MirrorRow{}, fmt.Errorf("memory: mirror: %w: the query names no integration or no kind", store.ErrRefused))
		}
	}
	if q.Container == nil {
		from := store.RecordID{Integration: q.Integration, Kind: q.Kind}
		return rows(r, list[store.RecordID, store.MirrorRow]{
			tree: &r.state.mirror, dup: copyMirrorRow, keep: r.unseenBy(q.UnseenBy),
			start:  func(k store.RecordID) bool { return k.Compare(from) >= 0 },
			within: func(k store.RecordID) bool { return k.Integration == q.Integration && k.Kind == q.Kind },
		})
	}
	from := containerKey{integration: q.Integration, kind: q.Kind, container: *q.Container}
	return rows(r, list[containerKey, store.MirrorRow]{
		tree: &r.state.mirrorByContainer, dup: copyMirrorRow, keep: r.unseenBy(q.UnseenBy),
		start: func(k containerKey) bool { return k.compare(from) >= 0 },
		within: func(k containerKey) bool {
			return k.integration == from.integration && k.kind == from.kind && k.container == from.container
		},
	})
}

// unseenBy keeps the rows that the scan has not marked. A scan that has no marks
// any more is an error: it would make every row look as if it was gone.
func (r *reader) unseenBy(scan store.ScanID) func(*store.MirrorRow) (bool, error) {
	if scan == "" {
		return nil
	}
	return func(row *store.MirrorRow) (bool, error) {
		m, found := r.state.marks.get(scan)
		if !found || m.scan.integration != row.ID.Integration || m.scan.kind != row.ID.Kind {
			return false, notFound("marks of scan", scan)
		}
		_, seen := m.seen.get(row.ID.Key)
		return !seen, nil
	}
}

// LastScan implements store.Reader.
func (r *reader) LastScan(id store.IntegrationID, kind connector.Kind) (store.Scan, error) {
	return r.lastScan(id, kind, "scan of", func(*store.Scan) bool { return true })
}

// LastComplete implements store.Reader.
func (r *reader) LastComplete(id store.IntegrationID, kind connector.Kind) (store.Scan, error) {
	return r.lastScan(id, kind, "complete scan of", func(s *store.Scan) bool {
		return s.State.Complete() && len(s.Within) == 0
	})
}

func (r *reader) lastScan(id store.IntegrationID, kind connector.Kind, what string, is func(*store.Scan) bool) (store.Scan, error) {
	if err := r.usable(); err != nil {
		return store.Scan{}, err
	}
	beyond := func(k scanKey) bool { return k.integration > id || k.integration == id && k.kind > kind }
	for scan := range r.state.scans.descend(beyond) {
		if scan.Integration != id || scan.Kind != kind {
			break
		}
		if is(scan) {
			return copyScan(*scan), nil
		}
	}
	return store.Scan{}, notFound(what, string(id)+"/"+string(kind))
}
