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
	return one(r, &r.state.integrations, id, store.Integration.Clone, "integration", id)
}

// Integrations implements store.Reader.
func (r *reader) Integrations() iter.Seq2[store.Integration, error] {
	return rows(r, list[store.IntegrationID, store.Integration]{
		tree: &r.state.integrations, dup: store.Integration.Clone,
		start: all[store.IntegrationID], within: all[store.IntegrationID],
	})
}

// Settings implements store.Reader.
func (r *reader) Settings(id store.IntegrationID, version int64) (store.Settings, error) {
	key := settingsKey{id, version}
	return one(r, &r.state.settings, key, store.Settings.Clone, "settings", fmt.Sprintf("%s version %d", id, version))
}

// Match implements store.Reader.
func (r *reader) Match(id store.RecordID) (store.Match, error) {
	return one(r, &r.state.matches, id, store.Match.Clone, "match", id)
}

// Matches implements store.Reader.
func (r *reader) Matches(id store.IntegrationID) iter.Seq2[store.Match, error] {
	return rows(r, list[store.RecordID, store.Match]{
		tree: &r.state.matches, dup: store.Match.Clone,
		start: fromIntegration(id), within: inIntegration(id),
	})
}

// MatchesOf implements store.Reader.
func (r *reader) MatchesOf(company store.CompanyID) iter.Seq2[store.Match, error] {
	return rows(r, list[companyKey, store.Match]{
		tree: &r.state.matchesByCompany, dup: store.Match.Clone,
		start: fromCompany(company), within: inCompany(company),
	})
}

// Card implements store.Reader.
func (r *reader) Card(id store.RecordID) (store.Card, error) {
	return one(r, &r.state.cards, id, store.Card.Clone, "card", id)
}

// CardsFor implements store.Reader.
func (r *reader) CardsFor(ids []store.RecordID) iter.Seq2[store.Card, error] {
	return among(r, &r.state.cards, ids, store.Card.Clone)
}

// Cards implements store.Reader.
func (r *reader) Cards(id store.IntegrationID) iter.Seq2[store.Card, error] {
	return rows(r, list[store.RecordID, store.Card]{
		tree: &r.state.cards, dup: store.Card.Clone,
		start: fromIntegration(id), within: inIntegration(id),
	})
}

// CardsOf implements store.Reader.
func (r *reader) CardsOf(company store.CompanyID) iter.Seq2[store.Card, error] {
	return rows(r, list[companyKey, store.Card]{
		tree: &r.state.cardsByCompany, dup: store.Card.Clone,
		start: fromCompany(company), within: inCompany(company),
	})
}

// CardHeadsOf implements store.Reader.
func (r *reader) CardHeadsOf(company store.CompanyID) iter.Seq2[store.Card, error] {
	return rows(r, list[companyKey, store.Card]{
		tree: &r.state.cardsByCompany, dup: store.Card.Head,
		start: fromCompany(company), within: inCompany(company),
	})
}

// CardCompanies implements store.Reader.
func (r *reader) CardCompanies(id store.IntegrationID) iter.Seq2[store.CompanyID, error] {
	first := func(start func(companyKey) bool) (*store.Card, bool) {
		for card := range r.state.cardsByCompany.ascend(start) {
			return card, true
		}
		return nil, false
	}
	return func(yield func(store.CompanyID, error) bool) {
		for company := store.CompanyID(""); ; {
			if err := r.usable(); err != nil {
				yield("", err)
				return
			}
			next, more := first(func(k companyKey) bool { return k.company > company })
			if !more {
				return
			}
			company = next.Company
			from := companyKey{company, store.RecordID{Integration: id}}
			own, more := first(func(k companyKey) bool { return k.compare(from) >= 0 })
			if more && own.Company == company && own.ID.Integration == id && !yield(company, nil) {
				return
			}
		}
	}
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
	return one(r, &r.state.mirror, id, store.MirrorRow.Clone, "mirror row", id)
}

// MirrorFor implements store.Reader.
func (r *reader) MirrorFor(ids []store.RecordID) iter.Seq2[store.MirrorRow, error] {
	return among(r, &r.state.mirror, ids, store.MirrorRow.Clone)
}

// Mirror implements store.Reader.
func (r *reader) Mirror(q store.MirrorQuery) iter.Seq2[store.MirrorRow, error] {
	return func(yield func(store.MirrorRow, error) bool) {
		if err := r.checkQuery(q); err != nil {
			yield(store.MirrorRow{}, err)
			return
		}
		if q.Container == nil {
			r.mirrorOfKind(q)(yield)
		} else {
			r.mirrorOfContainer(q, *q.Container)(yield)
		}
	}
}

func (r *reader) checkQuery(q store.MirrorQuery) error {
	if err := r.usable(); err != nil {
		return err
	}
	if q.Integration == "" || q.Kind == "" {
		return fmt.Errorf("memory: mirror: %w: the query names no integration or no kind", store.ErrRefused)
	}
	if q.UnseenBy == "" {
		return nil
	}
	_, err := r.marksFor(q)
	return err
}

func (r *reader) mirrorOfKind(q store.MirrorQuery) iter.Seq2[store.MirrorRow, error] {
	from := store.RecordID{Integration: q.Integration, Kind: q.Kind}
	return rows(r, list[store.RecordID, store.MirrorRow]{
		tree: &r.state.mirror, dup: dupOf(q), keep: r.unseen(q),
		start:  func(k store.RecordID) bool { return k.Compare(from) >= 0 },
		within: func(k store.RecordID) bool { return k.Integration == q.Integration && k.Kind == q.Kind },
	})
}

func (r *reader) mirrorOfContainer(q store.MirrorQuery, container connector.Key) iter.Seq2[store.MirrorRow, error] {
	from := containerKey{integration: q.Integration, kind: q.Kind, container: container}
	return rows(r, list[containerKey, store.MirrorRow]{
		tree: &r.state.mirrorByContainer, dup: dupOf(q), keep: r.unseen(q),
		start: func(k containerKey) bool { return k.compare(from) >= 0 },
		within: func(k containerKey) bool {
			return k.integration == from.integration && k.kind == from.kind && k.container == from.container
		},
	})
}

func dupOf(q store.MirrorQuery) func(store.MirrorRow) store.MirrorRow {
	if q.Heads {
		return store.MirrorRow.Head
	}
	return store.MirrorRow.Clone
}

// unseen keeps the rows that the query's scan has not marked.
func (r *reader) unseen(q store.MirrorQuery) func(*store.MirrorRow) (bool, error) {
	if q.UnseenBy == "" {
		return nil
	}
	return func(row *store.MirrorRow) (bool, error) {
		m, err := r.marksFor(q)
		if err != nil {
			return false, err
		}
		_, seen := m.seen.get(row.ID.Key)
		return !seen, nil
	}
}

// marksFor returns the marks of the query's scan. That there are none any more
// is an error: every row would look as if it was gone.
func (r *reader) marksFor(q store.MirrorQuery) (*marks, error) {
	m, found := r.state.marks.get(q.UnseenBy)
	if !found || m.dropped || m.scan.integration != q.Integration || m.scan.kind != q.Kind {
		return nil, notFound("marks of scan", q.UnseenBy)
	}
	return m, nil
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
			return scan.Clone(), nil
		}
	}
	return store.Scan{}, notFound(what, string(id)+"/"+string(kind))
}
