package dovetail

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"maps"
	"slices"
	"strconv"

	"github.com/dovetail-sync/dovetail/matching"
	"github.com/dovetail-sync/dovetail/store"
)

// stampFormat is part of every stamp: another way to decide is another stamp.
const stampFormat = "dovetail stamp 2"

// looks reports whether the plan of the company looks at what there is before it
// reads it whole: where it was in order once, mostly nothing has changed since.
func (c *companyPlan) looks() bool {
	if c.dry() || c.cfg.SortRule != nil || len(c.incomplete) > 0 {
		return false // a host's rule may decide otherwise the next time
	}
	for _, key := range c.upstream {
		if c.matches[key].Imported.IsZero() {
			return false
		}
	}
	return true
}

// look stamps all that the plan of the company depends on, from the heads of its
// rows and cards, without decoding or copying what they hold. It reports whether
// there was nothing to do about the same before.
func (c *companyPlan) look(ctx context.Context, id store.CompanyID) (settled bool, err error) {
	if !c.looks() {
		return false, nil
	}
	d := digest{buf: c.stampBuf[:0], seen: c.seenBuf[:0]}
	d.texts(stampFormat, matching.LadderModel, c.info.Version, c.surroundings())
	d.number(c.settings.Version, c.integration.MatchRevision)
	stamps := make([]string, 0, len(c.upstream))
	err = c.ledger.View(ctx, func(_ context.Context, r store.Reader) error {
		for _, key := range c.upstream {
			row, err := r.MirrorRow(store.RecordID{Integration: c.integration.ID, Kind: c.info.Container, Key: key})
			if err != nil {
				return err
			}
			stamps = append(stamps, row.Stamp)
			d.row(row)
			d.match(c.matches[key])
		}
		if err := c.loadSharing(r); err != nil {
			return err
		}
		for _, key := range slices.Sorted(maps.Keys(c.sharing)) {
			d.texts(string(key), c.sharing[key])
		}
		return c.lookAtRows(r, &d, id)
	})
	if err != nil {
		return false, err
	}
	if err := c.lookAtAssets(ctx, &d, id); err != nil {
		return false, err
	}
	c.stamp = d.sum()
	d.buf = append(d.buf, d.seen...)
	c.seenStamp, c.stampBuf, c.seenBuf = "seen "+d.sum(), d.buf, d.seen
	return !slices.ContainsFunc(stamps, func(s string) bool { return s != c.stamp && s != c.seenStamp }), nil
}

// lookAtRows reads what the ledger has about the company.
func (c *companyPlan) lookAtRows(r store.Reader, d *digest, id store.CompanyID) error {
	for _, kind := range c.info.Kinds {
		if kind.Kind == c.info.Container {
			continue
		}
		for _, key := range c.upstream {
			d.texts(string(kind.Kind), string(key))
			for row, err := range r.Mirror(store.MirrorQuery{Integration: c.integration.ID, Kind: kind.Kind, Container: &key, Heads: true}) {
				if err != nil {
					return err
				}
				d.row(row)
				d.flag(c.open[row.ID])
				for _, asset := range c.rejected[row.ID] {
					d.texts(string(asset))
				}
			}
		}
	}
	d.texts("cards")
	for card, err := range r.CardHeadsOf(id) {
		if err != nil {
			return err
		}
		d.card(card)
	}
	d.texts("pins")
	for pin, err := range r.PinsOf(id) {
		if err != nil {
			return err
		}
		d.texts(string(pin.Asset), string(pin.Field))
	}
	d.texts("tombstones")
	for t, err := range r.TombstonesOf(id) {
		if err != nil {
			return err
		}
		d.texts(string(t.ID.Integration), string(t.ID.Kind), string(t.ID.Key))
	}
	return nil
}

// lookAtAssets reads the company and its assets, and keeps them for the plan.
func (c *companyPlan) lookAtAssets(ctx context.Context, d *digest, id store.CompanyID) error {
	company, ok := c.companies[id]
	d.flag(ok, company.Archived)
	details := detailTexts(company.Name, company.Details)
	for _, name := range detailNames {
		d.texts(details[name])
	}
	if err := c.list(ctx, id); err != nil {
		return err
	}
	sorted := make([]int, len(c.listed))
	for i := range sorted {
		sorted[i] = i
	}
	slices.SortFunc(sorted, func(a, b int) int { return cmp.Compare(c.listed[a].ID, c.listed[b].ID) })
	versions := c.docs.Capabilities().Versions
	for _, i := range sorted {
		d.asset(&c.listed[i], versions)
	}
	return nil
}

// list reads the company's assets, once. They stand where those of the company
// before stood.
func (c *companyPlan) list(ctx context.Context, id store.CompanyID) error {
	if c.listed != nil {
		return nil
	}
	if c.assetBuf == nil {
		c.assetBuf = make([]store.Asset, 0, 64)
	}
	c.listed = c.assetBuf[:0]
	for asset, err := range c.docs.Assets(ctx, id) {
		if err != nil {
			return fmt.Errorf("list assets: %w", err)
		}
		c.listed = append(c.listed, asset)
	}
	c.assetBuf = c.listed
	return nil
}

// surroundings stands for what all companies' plans depend on besides.
func (p *planner) surroundings() string {
	if p.around != "" {
		return p.around
	}
	var d digest
	for _, id := range slices.Sorted(maps.Keys(p.layouts)) {
		layout := p.layouts[id]
		d.texts(string(id), layout.Name)
		d.flag(layout.Inactive)
		for _, f := range layout.Fields {
			d.texts(string(f.ID), f.Name, string(f.Type), string(f.Means), strconv.Itoa(len(f.Options)))
			d.texts(f.Options...)
			d.flag(f.Required)
		}
	}
	for _, id := range slices.Sorted(maps.Keys(p.connectorOf)) {
		d.texts(string(id), p.connectorOf[id])
		for _, key := range slices.SortedFunc(maps.Keys(p.connected[id]), connectedKey.compare) {
			d.texts(string(key.kind), string(key.layout), string(key.field))
		}
	}
	p.around = d.sum()
	return p.around
}

// digest gathers what a stamp stands for, and apart when records were last seen.
type digest struct{ buf, seen []byte }

func (d *digest) sum() string {
	sum := sha256.Sum256(d.buf)
	return hex.EncodeToString(sum[:16])
}

func (d *digest) texts(texts ...string) {
	for _, text := range texts {
		d.buf = binary.AppendUvarint(d.buf, uint64(len(text)))
		d.buf = append(d.buf, text...)
	}
}

func (d *digest) number(numbers ...int64) {
	for _, n := range numbers {
		d.buf = binary.AppendVarint(d.buf, n)
	}
}

func (d *digest) flag(flags ...bool) {
	for _, flag := range flags {
		if flag {
			d.buf = append(d.buf, 1)
		} else {
			d.buf = append(d.buf, 0)
		}
	}
}

func (d *digest) row(row store.MirrorRow) {
	d.texts(string(row.ID.Key), row.Hash, string(row.Presence), row.Problem, row.Disposition.Code)
	d.number(row.Created.UnixMicro())
	if row.Hash == "" { // which stands for the rest
		d.texts(row.Name, row.Type, row.TypeID)
		d.number(int64(row.Status))
	}
	d.seen = binary.AppendVarint(d.seen, row.LastSeen.UnixMicro())
}

func (d *digest) match(m store.Match) {
	d.texts(string(m.Company), string(m.Merged.Into), string(m.Merged.Answer))
	d.flag(m.Primary)
	d.number(m.Revision, int64(len(m.Wrote)))
}

func (d *digest) card(c store.Card) {
	d.texts(string(c.ID.Integration), string(c.ID.Kind), string(c.ID.Key), string(c.Asset), string(c.Home), string(c.Container),
		string(c.Layout), string(c.State), string(c.Origin), c.Hash, string(c.Run))
	d.flag(c.Provisional, c.Pinned)
}

// asset stands for an asset's state: by its version, where there are versions.
func (d *digest) asset(a *store.Asset, versions bool) {
	d.texts(string(a.ID), string(a.Version), string(a.Layout))
	d.flag(a.Archived, a.Touched)
	d.number(int64(len(a.Foreign)))
	if versions {
		return
	}
	d.texts(a.Name)
	for _, field := range slices.Sorted(maps.Keys(a.Values)) {
		d.texts(string(field))
		d.buf = a.Values[field].AppendCanonical(d.buf)
	}
	for _, ref := range a.Foreign {
		d.texts(ref.System, ref.Kind, ref.ID)
	}
}

// restamp notes whether there is nothing to do about what was looked at, so that
// the next plan need not decide again. Nil: that stands already.
func (c *companyPlan) restamp() conclusion {
	if c.dry() {
		return nil
	}
	stamp := c.nextStamp()
	var others []store.RecordID
	for _, row := range c.rows[c.info.Container] {
		if row.Stamp != stamp {
			others = append(others, row.ID)
		}
	}
	if len(others) == 0 {
		return nil
	}
	return func(w store.Writer) error {
		for _, id := range others {
			row, err := w.MirrorRow(id)
			if err != nil {
				return err
			}
			row.Stamp = stamp
			if err := w.PutMirrorRow(row); err != nil {
				return err
			}
		}
		return nil
	}
}

// nextStamp is the stamp under which the company need not be decided about again.
// Empty: it has to be.
func (c *companyPlan) nextStamp() string {
	switch {
	case len(c.changes) > 0 || len(c.dispositions) > 0 || c.timed:
		return ""
	case c.sees:
		return c.seenStamp
	default:
		return c.stamp
	}
}
