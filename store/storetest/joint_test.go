package storetest_test

import (
	"context"
	"iter"
	"slices"
	"sync"
	"time"

	"github.com/dovetail-sync/dovetail/store"
	"github.com/dovetail-sync/dovetail/store/memory"
)

// jointStore is a platform that is joint with its ledger. It keeps the writes
// that succeeded: an update gets a platform of its own, made by doing them all
// again, and takes the place of the other when it ends well.
type jointStore struct {
	ledger store.Ledger

	mu   sync.Mutex
	docs *memory.Documents
	done []func(d *memory.Documents)
	// faulty is a way in which it isn't joint.
	faulty string
}

func newJoint() *jointStore {
	s := memory.New()
	return &jointStore{ledger: s.Ledger(), docs: s.Platform()}
}

func (s *jointStore) Documents() store.Documents { return jointDocuments{s} }
func (s *jointStore) Ledger() store.Ledger       { return jointLedger{s.ledger, s} }

// part is what an update has done of its own.
type part struct {
	docs   *memory.Documents
	done   []func(d *memory.Documents)
	spoilt bool
}

type partKey struct{}

type jointLedger struct {
	store.Ledger

	s *jointStore
}

func (l jointLedger) Update(ctx context.Context, fn func(context.Context, store.Writer) error) error {
	var mine *part
	err := l.Ledger.Update(ctx, func(ctx context.Context, w store.Writer) error {
		mine = l.s.begin()
		if err := fn(context.WithValue(ctx, partKey{}, mine), w); err != nil {
			return err
		}
		if mine.spoilt && l.s.faulty == "a refused write spoils the update" {
			return errCannot
		}
		return nil
	})
	if err == nil && l.s.faulty != "a write is lost when its update ends" || l.s.faulty == "a write outlives its update" {
		l.s.mu.Lock()
		defer l.s.mu.Unlock()
		l.s.docs, l.s.done = mine.docs, mine.done
	}
	if err != nil && l.s.faulty == "a write beside an update is forgotten" {
		l.s.mu.Lock()
		defer l.s.mu.Unlock()
		l.s.docs, l.s.done = memory.New().Platform(), nil
	}
	return err
}

func (s *jointStore) begin() *part {
	s.mu.Lock()
	defer s.mu.Unlock()
	p := &part{docs: memory.New().Platform(), done: slices.Clip(s.done)}
	for _, again := range s.done {
		again(p.docs)
	}
	return p
}

// of returns the platform that a context's calls see.
func (s *jointStore) of(ctx context.Context) *memory.Documents {
	if p, ok := ctx.Value(partKey{}).(*part); ok && s.faulty != "a read doesn't see the update" {
		return p.docs
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.docs
}

// write does a write where a context's calls write, and notes it if it succeeds.
func write[T any](ctx context.Context, s *jointStore, bare func(T) T, fn func(ctx context.Context, d *memory.Documents) (T, error)) (T, error) {
	again := func(d *memory.Documents) { _, _ = fn(context.WithoutCancel(ctx), d) }
	p, within := ctx.Value(partKey{}).(*part)
	if !within || s.faulty == "a write doesn't join the update" {
		s.mu.Lock()
		defer s.mu.Unlock()
		p = &part{docs: s.docs, done: s.done}
		defer func() { s.done = p.done }()
	}
	thing, err := fn(ctx, p.docs)
	if err != nil {
		p.spoilt = true
		return thing, err
	}
	p.done = append(p.done, again)
	return bare(thing), nil
}

// jointDocuments show no time of making: it would differ when a write is done
// again.
type jointDocuments struct{ s *jointStore }

func timelessCompany(c store.Company) store.Company { c.Created = time.Time{}; return c }
func timelessAsset(a store.Asset) store.Asset       { a.Created = time.Time{}; return a }
func same[T any](thing T) T                         { return thing }

func (d jointDocuments) Capabilities() store.Capabilities {
	can := d.s.of(context.Background()).Capabilities()
	can.Joint = true
	return can
}

func (d jointDocuments) FindCreated(ctx context.Context, intent string) (store.Created, error) {
	return d.s.of(ctx).FindCreated(ctx, intent)
}

func (d jointDocuments) Companies(ctx context.Context) iter.Seq2[store.Company, error] {
	return func(yield func(store.Company, error) bool) {
		mapped(d.s.of(ctx).Companies(ctx), timelessCompany)(yield)
	}
}

func (d jointDocuments) Company(ctx context.Context, id store.CompanyID) (store.Company, error) {
	c, err := d.s.of(ctx).Company(ctx, id)
	return timelessCompany(c), err
}

func (d jointDocuments) CreateCompany(ctx context.Context, c store.NewCompany, intent store.Intent) (store.Company, error) {
	return write(ctx, d.s, timelessCompany, func(ctx context.Context, to *memory.Documents) (store.Company, error) {
		return to.CreateCompany(ctx, c, intent)
	})
}

func (d jointDocuments) UpdateCompany(ctx context.Context, p store.CompanyPatch, intent store.Intent) (store.Company, error) {
	return write(ctx, d.s, timelessCompany, func(ctx context.Context, to *memory.Documents) (store.Company, error) {
		return to.UpdateCompany(ctx, p, intent)
	})
}

func (d jointDocuments) Layouts(ctx context.Context) iter.Seq2[store.Layout, error] {
	return func(yield func(store.Layout, error) bool) { d.s.of(ctx).Layouts(ctx)(yield) }
}

func (d jointDocuments) CreateLayout(ctx context.Context, l store.NewLayout, intent store.Intent) (store.Layout, error) {
	l.Fields = store.Layout{Fields: l.Fields}.Clone().Fields // kept to be done again
	return write(ctx, d.s, same, func(ctx context.Context, to *memory.Documents) (store.Layout, error) {
		return to.CreateLayout(ctx, l, intent)
	})
}

func (d jointDocuments) Assets(ctx context.Context, company store.CompanyID) iter.Seq2[store.Asset, error] {
	return func(yield func(store.Asset, error) bool) {
		mapped(d.s.of(ctx).Assets(ctx, company), timelessAsset)(yield)
	}
}

func (d jointDocuments) Asset(ctx context.Context, id store.AssetID) (store.Asset, error) {
	a, err := d.s.of(ctx).Asset(ctx, id)
	return timelessAsset(a), err
}

func (d jointDocuments) CreateAsset(ctx context.Context, a store.NewAsset, intent store.Intent) (store.Asset, error) {
	a.Values = store.Asset{Values: a.Values}.Clone().Values
	return write(ctx, d.s, timelessAsset, func(ctx context.Context, to *memory.Documents) (store.Asset, error) {
		return to.CreateAsset(ctx, a, intent)
	})
}

func (d jointDocuments) UpdateAsset(ctx context.Context, p store.AssetPatch, intent store.Intent) (store.Asset, error) {
	p.Values = store.Asset{Values: p.Values}.Clone().Values
	return write(ctx, d.s, timelessAsset, func(ctx context.Context, to *memory.Documents) (store.Asset, error) {
		return to.UpdateAsset(ctx, p, intent)
	})
}

func (d jointDocuments) Links(ctx context.Context) iter.Seq2[store.Link, error] {
	return func(yield func(store.Link, error) bool) { d.s.of(ctx).Links(ctx)(yield) }
}

func (d jointDocuments) CreateLink(ctx context.Context, l store.NewLink, intent store.Intent) (store.Link, error) {
	return write(ctx, d.s, same, func(ctx context.Context, to *memory.Documents) (store.Link, error) {
		return to.CreateLink(ctx, l, intent)
	})
}

func (d jointDocuments) DeleteLink(ctx context.Context, id store.LinkID, intent store.Intent) error {
	_, err := write(ctx, d.s, same, func(ctx context.Context, to *memory.Documents) (struct{}, error) {
		return struct{}{}, to.DeleteLink(ctx, id, intent)
	})
	return err
}
