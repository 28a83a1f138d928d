package sqlstore

import (
	"fmt"
	"iter"

	"github.com/dovetail-sync/dovetail/store"
)

// reader implements store.Reader within a transaction.
type reader struct {
	scope
	tables *tables
}

// writer implements store.Writer within a transaction.
type writer struct{ reader }

var (
	_ store.Reader = (*reader)(nil)
	_ store.Writer = (*writer)(nil)
)

// byRecord is the order of record ids.
func byRecord() []string { return []string{"integration", "kind", "record"} }

// of are the rows with that value, by these columns.
func of(column string, value any, by ...string) list {
	return list{equal: []string{column}, values: []any{value}, by: by}
}

// Integration implements store.Reader.
func (r *reader) Integration(id store.IntegrationID) (store.Integration, error) {
	return one(r.scope, r.tables.integrations, &store.Integration{ID: id}, id)
}

// Integrations implements store.Reader.
func (r *reader) Integrations() iter.Seq2[store.Integration, error] {
	return rows(r.scope, r.tables.integrations, list{by: []string{"id"}})
}

// Settings implements store.Reader.
func (r *reader) Settings(id store.IntegrationID, version int64) (store.Settings, error) {
	return one(r.scope, r.tables.settings, &store.Settings{Integration: id, Version: version}, fmt.Sprintf("%s version %d", id, version))
}

// Match implements store.Reader.
func (r *reader) Match(id store.RecordID) (store.Match, error) {
	return one(r.scope, r.tables.matches, &store.Match{ID: id}, id)
}

// Matches implements store.Reader.
func (r *reader) Matches(id store.IntegrationID) iter.Seq2[store.Match, error] {
	return rows(r.scope, r.tables.matches, of("integration", string(id), "kind", "record"))
}

// MatchesOf implements store.Reader.
func (r *reader) MatchesOf(company store.CompanyID) iter.Seq2[store.Match, error] {
	return rows(r.scope, r.tables.matches, of("company", string(company), byRecord()...))
}

// Card implements store.Reader.
func (r *reader) Card(id store.RecordID) (store.Card, error) {
	return one(r.scope, r.tables.cards, &store.Card{ID: id}, id)
}

// CardsFor implements store.Reader.
func (r *reader) CardsFor(ids []store.RecordID) iter.Seq2[store.Card, error] {
	return among(r.scope, r.tables.cards, ids, nil)
}

// Cards implements store.Reader.
func (r *reader) Cards(id store.IntegrationID) iter.Seq2[store.Card, error] {
	return rows(r.scope, r.tables.cards, of("integration", string(id), "kind", "record"))
}

// CardsOf implements store.Reader.
func (r *reader) CardsOf(company store.CompanyID) iter.Seq2[store.Card, error] {
	return rows(r.scope, r.tables.cards, of("company", string(company), byRecord()...))
}

// CardCompanies implements store.Reader.
func (r *reader) CardCompanies(id store.IntegrationID) iter.Seq2[store.CompanyID, error] {
	l := of("integration", string(id), "company")
	l.reads = func(s scope) error { return gatheredOf(s, r.tables.cards).flush(s.tx) }
	return rows(r.scope, r.tables.cardCompanies, l)
}

// CardHeadsOf implements store.Reader.
func (r *reader) CardHeadsOf(company store.CompanyID) iter.Seq2[store.Card, error] {
	l := of("company", string(company), byRecord()...)
	l.heads = true
	return rows(r.scope, r.tables.cards, l)
}
