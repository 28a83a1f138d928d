package livetest_test

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/dovetail-sync/dovetail/connector"
	"github.com/dovetail-sync/dovetail/store"
	"github.com/dovetail-sync/dovetail/syncro"
)

// painter describes a store in words that hold for another one with the same
// content: ids that a store gives are replaced by what they stand for.
type painter struct {
	t         *testing.T
	lines     []string
	companies map[store.CompanyID]string
	assets    map[store.AssetID]string
	fields    map[store.FieldID]string
}

func (p *painter) line(format string, args ...any) {
	p.lines = append(p.lines, fmt.Sprintf(format, args...))
}

// portrait describes what a host has, line by line, sorted.
func portrait(t *testing.T, l life) []string {
	t.Helper()
	db, closeDB, err := l.Target.open(t.Context())
	require.NoError(t, err)
	account, err := db.Account("msp")
	require.NoError(t, err)
	p := &painter{t: t, companies: make(map[store.CompanyID]string), assets: make(map[store.AssetID]string), fields: map[store.FieldID]string{store.NameField: "name"}}
	p.documents(account.Documents())
	require.NoError(t, account.Ledger().View(t.Context(), func(_ context.Context, r store.Reader) error {
		p.cards(r)
		p.decisions(r)
		p.journal(r)
		for o, err := range r.OpenWrites(syncroOne) {
			require.NoError(t, err)
			t.Errorf("left open: %+v", o)
		}
		return nil
	}))
	require.NoError(t, closeDB())
	slices.Sort(p.lines)
	return p.lines
}

func (p *painter) documents(docs store.Documents) {
	p.t.Helper()
	for l, err := range docs.Layouts(p.t.Context()) {
		require.NoError(p.t, err)
		for _, f := range l.Fields {
			p.fields[f.ID] = f.Name
		}
	}
	for c, err := range docs.Companies(p.t.Context()) {
		require.NoError(p.t, err)
		p.companies[c.ID] = c.Name
		p.line("company %s: %+v", c.Name, c.Details)
		for a, err := range docs.Assets(p.t.Context(), c.ID) {
			require.NoError(p.t, err)
			p.assets[a.ID] = c.Name + "/" + a.Name
			var values []string
			for field, value := range a.Values {
				values = append(values, p.fields[field]+"="+value.String())
			}
			slices.Sort(values)
			p.line("asset %s: %q, archived %t", p.assets[a.ID], values, a.Archived)
		}
	}
}

func (p *painter) cards(r store.Reader) {
	p.t.Helper()
	on := make(map[store.AssetID]bool)
	for c, err := range r.Cards(syncroOne) {
		require.NoError(p.t, err)
		require.Contains(p.t, p.assets, c.Asset, "the card of %s is on nothing", c.ID)
		on[c.Asset] = true
		_, err := r.Run(c.Run)
		require.NoError(p.t, err, "the run of the card of %s", c.ID)
		var wrote []string
		for field, w := range c.Wrote {
			wrote = append(wrote, fmt.Sprintf("%s=%s/%s", p.fields[field], w.Sent, w.Value))
		}
		slices.Sort(wrote)
		p.line("card %s: on %s in %s, home %s, container %s, %s, %s, provisional %t, %q %s %s %s, wrote %q", c.ID, p.assets[c.Asset], p.companies[c.Company],
			p.companies[c.Home], c.Container, c.State, c.Origin, c.Provisional, c.Name, c.Type, c.Hash, c.Data, wrote)
	}
	for id, name := range p.assets {
		require.True(p.t, on[id], "%s is here and has no card: it was made twice", name)
	}
}

func (p *painter) decisions(r store.Reader) {
	p.t.Helper()
	for m, err := range r.Matches(syncroOne) {
		require.NoError(p.t, err)
		var wrote []string
		for detail, w := range m.Wrote {
			wrote = append(wrote, fmt.Sprintf("%s=%s/%s", detail, w.Sent, w.Value))
		}
		slices.Sort(wrote)
		p.line("match %s: %s %s, primary %t, counts %v, revision %d, wrote %q", m.ID, m.State, p.companies[m.Company], m.Primary, m.Counts, m.Revision, wrote)
	}
	for _, kind := range []connector.Kind{syncro.KindCustomer, syncro.KindContact, syncro.KindAsset} {
		for row, err := range r.Mirror(store.MirrorQuery{Integration: syncroOne, Kind: kind}) {
			require.NoError(p.t, err)
			args, err := json.Marshal(row.Disposition.Args)
			require.NoError(p.t, err)
			said := string(args)
			for id, name := range p.assets {
				said = strings.ReplaceAll(said, string(id), name)
			}
			p.line("record %s: in %s, %q, presence %q, %s %s", row.ID, row.Container, row.Hash, row.Presence, row.Disposition.Code, said)
		}
	}
}

// journal describes what happened to each record, in order. A person's answers
// about creates that were cut off are left out: only killed hosts need them.
func (p *painter) journal(r store.Reader) {
	p.t.Helper()
	happened := make(map[store.RecordID][]string)
	seq := int64(0)
	for e, err := range r.Journal(store.JournalQuery{}) {
		require.NoError(p.t, err)
		seq++
		require.Equal(p.t, seq, e.Seq, "the journal has a gap")
		if e.Run != "" {
			_, err := r.Run(e.Run)
			require.NoError(p.t, err, "the run of entry %d", e.Seq)
		}
		if e.Event == string(store.ActionCreate) && e.Asset != "" {
			require.Contains(p.t, p.assets, e.Asset, "the journal tells of an asset that isn't there")
		}
		if e.Event == "not made" {
			continue
		}
		var set []string
		for _, s := range e.Set {
			set = append(set, fmt.Sprintf("%s: %s to %s", p.fields[s.Field], s.From, s.To))
		}
		happened[e.Record] = append(happened[e.Record], fmt.Sprintf("%s %s %q", e.Event, p.companies[e.Company], set))
	}
	for record, events := range happened {
		p.line("journal of %s: %s", record, strings.Join(events, "; "))
	}
}
