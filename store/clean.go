package store

import (
	"fmt"
	"math"
	"slices"

	"github.com/dovetail-sync/dovetail/connector"
)

// The methods Clean return a deep copy of a row as every ledger keeps it: texts
// without NUL and with the replacement character in place of broken UTF-8, times
// in UTC to the microsecond. An id that can't be kept is ErrRefused.

// Clean returns the row as it is kept.
func (i Integration) Clean() (Integration, error) {
	i = i.Clone()
	var c cleaner
	c.id("integration", string(i.ID))
	c.optional("applied plan", string(i.Applied))
	text(&i.Connector, &i.Name, &i.Account, &i.Connection.Problem)
	text(&i.Connection.State)
	text(&i.Connection.Code)
	i.Sealed = dict(i.Sealed, same)
	i.Connection.At = connector.CleanTime(i.Connection.At)
	for n := range i.Types {
		text(&i.Types[n].Kind)
		text(&i.Types[n].ID, &i.Types[n].Name)
	}
	return result(c, i, "integration", i.ID)
}

// Clean returns the row as it is kept.
func (s Settings) Clean() (Settings, error) {
	s = s.Clone()
	var c cleaner
	c.id("integration", string(s.Integration))
	if s.Version < 1 {
		c.refuse("version %d (versions count from 1)", s.Version)
	}
	s.Config = dict(s.Config, connector.CleanText)
	s.DefaultLayouts = dict(s.DefaultLayouts, same)
	for kind, layout := range s.DefaultLayouts {
		c.optional("default layout for "+string(kind), string(layout))
	}
	for n := range s.SkipTypes {
		text(&s.SkipTypes[n].Kind)
		text(&s.SkipTypes[n].ID, &s.SkipTypes[n].Name)
	}
	for n := range s.Connected {
		f := &s.Connected[n]
		text(&f.Kind)
		c.optional("connected layout", string(f.Layout))
		c.optional("connected field", string(f.Field))
		cleanAll(f.Sources)
		text(&f.Type)
		text(&f.OnBlank)
		text(&f.OnEdit)
	}
	text(&s.Refile)
	cleanAll(s.SkipKeys)
	cleanAll(s.Junk)
	s.By, s.At = s.By.clean(), connector.CleanTime(s.At)
	return result(c, s, "settings of", s.Integration)
}

// Clean returns the row as it is kept.
func (m MirrorRow) Clean() (MirrorRow, error) {
	m = m.Clone()
	var c cleaner
	c.record(m.ID)
	c.optional("container", string(m.Container))
	text(&m.Name, &m.Type, &m.TypeID, &m.URL, &m.Hash, &m.Problem, &m.Stamp)
	text(&m.Presence)
	m.Created, m.Updated = connector.CleanTime(m.Created), connector.CleanTime(m.Updated)
	m.FirstSeen, m.Since, m.LastSeen = connector.CleanTime(m.FirstSeen), connector.CleanTime(m.Since), connector.CleanTime(m.LastSeen)
	m.Disposition = m.Disposition.clean()
	return result(c, m, "mirror row", m.ID)
}

func (r Reason) clean() Reason {
	text(&r.Code)
	r.Args = dict(r.Args, connector.CleanText)
	return r
}

// Clean returns the row as it is kept.
func (s Scan) Clean() (Scan, error) {
	s = s.Clone()
	var c cleaner
	c.id("scan", string(s.ID))
	c.id("integration", string(s.Integration))
	c.id("kind", string(s.Kind))
	for _, key := range s.Within {
		c.id("company", string(key))
	}
	c.kept("checkpoint", string(s.Checkpoint)) // a changed one would resume elsewhere
	text(&s.State)
	text(&s.Problem)
	s.Started, s.Ended = connector.CleanTime(s.Started), connector.CleanTime(s.Ended)
	return result(c, s, "scan", s.ID)
}

// Clean returns the row as it is kept.
func (m Match) Clean() (Match, error) {
	m = m.Clone()
	var c cleaner
	c.record(m.ID)
	c.optional("company", string(m.Company))
	text(&m.State)
	text(&m.Group)
	for n := range m.Suggestions {
		s := &m.Suggestions[n]
		c.optional("suggested company", string(s.Company))
		text(&s.Name)
		cleanAll(s.Because)
		if math.IsNaN(s.Confidence) || math.IsInf(s.Confidence, 0) {
			c.refuse("confidence %v (it is between 0 and 1)", s.Confidence)
		}
	}
	m.Counts = dict(m.Counts, same)
	m.Before = dict(m.Before, same)
	m.Wrote = dict(m.Wrote, c.written)
	text(&m.Leave)
	c.optional("surviving company", string(m.Merged.Into))
	text(&m.Merged.Answer)
	m.By, m.At, m.Imported = m.By.clean(), connector.CleanTime(m.At), connector.CleanTime(m.Imported)
	return result(c, m, "match", m.ID)
}

func (c *cleaner) written(w Written) Written {
	c.optional("writing run", string(w.Run))
	w.At = connector.CleanTime(w.At)
	return w
}

// Clean returns the row as it is kept.
func (c Card) Clean() (Card, error) {
	c = c.Clone()
	var k cleaner
	k.record(c.ID)
	k.id("asset", string(c.Asset))
	k.id("company", string(c.Company))
	k.optional("home", string(c.Home))
	k.optional("container", string(c.Container))
	for _, l := range c.Links {
		k.id("link", string(l.Link))
		k.id("linked asset", string(l.To))
	}
	k.optional("layout", string(c.Layout))
	k.optional("run", string(c.Run))
	text(&c.State)
	text(&c.Origin)
	text(&c.Name, &c.Type, &c.URL, &c.Hash)
	for field, w := range c.Wrote {
		k.optional("written field", string(field)) // NameField is empty
		c.Wrote[field] = k.written(w)
	}
	c.Since = connector.CleanTime(c.Since)
	return result(k, c, "card", c.ID)
}

// Clean returns the row as it is kept. A rejection names a company or an asset.
func (r Rejection) Clean() (Rejection, error) {
	var c cleaner
	c.record(r.ID)
	c.optional("company", string(r.Company))
	c.optional("asset", string(r.Asset))
	if r.Company == "" && r.Asset == "" {
		c.refuse("it names neither a company nor an asset")
	}
	r.By, r.At = r.By.clean(), connector.CleanTime(r.At)
	return result(c, r, "rejection", r.ID)
}

// Clean returns the row as it is kept.
func (p Pin) Clean() (Pin, error) {
	var c cleaner
	c.id("asset", string(p.Asset))
	c.id("company", string(p.Company))
	c.optional("field", string(p.Field))
	p.By, p.At = p.By.clean(), connector.CleanTime(p.At)
	return result(c, p, "pin on", p.Asset)
}

// Clean returns the row as it is kept.
func (t Tombstone) Clean() (Tombstone, error) {
	var c cleaner
	c.record(t.ID)
	c.id("company", string(t.Company))
	c.optional("asset", string(t.Asset))
	text(&t.Name)
	t.At = connector.CleanTime(t.At)
	return result(c, t, "tombstone", t.ID)
}

// Clean returns the row as it is kept.
func (o Overwritten) Clean() (Overwritten, error) {
	o = o.Clone()
	var c cleaner
	c.id("asset", string(o.Asset))
	c.id("company", string(o.Company))
	c.optional("field", string(o.Field))
	c.optionalRecord(o.ID)
	c.optional("run", string(o.Run))
	o.At = connector.CleanTime(o.At)
	return result(c, o, "overwritten value of", o.Asset)
}

// Clean returns the row as it is kept.
func (a Approval) Clean() (Approval, error) {
	var c cleaner
	c.id("integration", string(a.Integration))
	c.id("code", a.Code)
	c.optional("company", string(a.Company))
	c.optional("kind", string(a.Kind))
	a.By, a.At, a.Expires = a.By.clean(), connector.CleanTime(a.At), connector.CleanTime(a.Expires)
	return result(c, a, "approval for", a.Integration)
}

// Clean returns the row as it is kept.
func (p Plan) Clean() (Plan, error) {
	p = p.Clone()
	var c cleaner
	c.id("plan", string(p.ID))
	c.id("integration", string(p.Integration))
	c.optional("plan before", string(p.After))
	text(&p.Account, &p.Fingerprint)
	text(&p.State)
	p.Counts = dict(p.Counts, same)
	for n := range p.Notes {
		p.Notes[n] = p.Notes[n].clean()
	}
	for n := range p.Violations {
		v := &p.Violations[n]
		c.id("violation", v.Code)
		c.optional("company", string(v.Company))
		c.optional("kind", string(v.Kind))
	}
	p.By, p.At, p.Read = p.By.clean(), connector.CleanTime(p.At), connector.CleanTime(p.Read)
	return result(c, p, "plan", p.ID)
}

// Clean returns the row as it is kept.
func (ch Change) Clean() (Change, error) {
	ch = ch.Clone()
	var c cleaner
	c.id("plan", string(ch.Plan))
	if ch.Seq < 1 {
		c.refuse("number %d (changes count from 1)", ch.Seq)
	}
	c.record(ch.Record)
	c.optional("company", string(ch.Company))
	c.optional("new home", string(ch.Home))
	c.optional("layout", string(ch.Layout))
	c.optional("asset", string(ch.Asset))
	c.optional("linked asset", string(ch.To))
	c.optional("link", string(ch.Link))
	c.optionalRecord(ch.Other)
	c.optional("hold", ch.Hold)
	c.fields(ch.Set)
	text(&ch.Action)
	text(&ch.Base)
	text(&ch.Origin)
	text(&ch.Hash, &ch.Name, &ch.Was)
	c.outcome(&ch.Outcome)
	ch.Details = ch.Details.clean()
	ch.Reason = ch.Reason.clean()
	return result(c, ch, "change", fmt.Sprintf("%s/%d", ch.Plan, ch.Seq))
}

// Clean returns the outcome as it is kept.
func (o Outcome) Clean() (Outcome, error) {
	var c cleaner
	c.outcome(&o)
	return result(c, o, "outcome", o.Asset)
}

func (c *cleaner) outcome(o *Outcome) {
	c.optional("written asset", string(o.Asset))
	text(&o.State)
	text(&o.Problem)
}

func (d Details) clean() Details {
	text(&d.Phone, &d.Website, &d.Street, &d.Street2, &d.City, &d.State, &d.Postcode, &d.Country)
	return d
}

func (c *cleaner) fields(set []FieldChange) {
	for _, change := range set {
		c.id("field", string(change.Field))
	}
}

// Clean returns the row as it is kept.
func (o OpenWrite) Clean() (OpenWrite, error) {
	o = o.Clone()
	var c cleaner
	c.id("intent", o.Intent)
	c.record(o.Record)
	c.optional("plan", string(o.Plan))
	c.optional("company", string(o.Company))
	c.optional("layout", string(o.Layout))
	text(&o.Name, &o.Problem)
	cleanAll(o.Candidates)
	o.By, o.At, o.Looked = o.By.clean(), connector.CleanTime(o.At), connector.CleanTime(o.Looked)
	return result(c, o, "open write", o.Intent)
}

// Clean returns the row as it is kept.
func (r Run) Clean() (Run, error) {
	r = r.Clone()
	var c cleaner
	c.id("run", string(r.ID))
	c.id("integration", string(r.Integration))
	c.optional("plan", string(r.Plan))
	text(&r.State)
	text(&r.Code)
	r.Read = dict(r.Read, same)
	r.Outcomes = dict(r.Outcomes, same)
	cleanAll(r.Companies)
	cleanAll(r.Problems)
	r.By = r.By.clean()
	r.Started, r.Ended = connector.CleanTime(r.Started), connector.CleanTime(r.Ended)
	return result(c, r, "run", r.ID)
}

// Clean returns the row as it is kept.
func (e JournalEntry) Clean() (JournalEntry, error) {
	e = e.Clone()
	var c cleaner
	c.optional("integration", string(e.Integration))
	c.optional("run", string(e.Run))
	c.optionalRecord(e.Record)
	c.optional("company", string(e.Company))
	c.optional("asset", string(e.Asset))
	for _, set := range e.Set {
		c.optional("field", string(set.Field))
	}
	text(&e.Event)
	e.By, e.At = e.By.clean(), connector.CleanTime(e.At)
	e.Reason = e.Reason.clean()
	return result(c, e, "journal entry", e.Event)
}

// Clean returns the row as it is kept.
func (d Due) Clean() (Due, error) {
	var c cleaner
	c.id("integration", string(d.Integration))
	text(&d.Deployment)
	d.At = connector.CleanTime(d.At)
	return result(c, d, "due time of", d.Integration)
}

// Clean returns the row as it is kept.
func (l Claim) Clean() (Claim, error) {
	var c cleaner
	if l.Work == "" {
		c.refuse("its work is missing")
	}
	c.bounded("work", l.Work, maxWork)
	text(&l.Holder)
	l.Until = connector.CleanTime(l.Until)
	return result(c, l, "claim on", l.Work)
}

func (a Actor) clean() Actor {
	text(&a.Kind)
	text(&a.ID, &a.Name)
	return a
}

// dict cleans the keys of m in place, and its values by fn, and returns m.
func dict[K ~string, V any](m map[K]V, fn func(V) V) map[K]V {
	var dirty []K
	for k, v := range m {
		m[k] = fn(v)
		if connector.CleanText(string(k)) != string(k) {
			dirty = append(dirty, k)
		}
	}
	slices.Sort(dirty) // so that of two keys that become one the same one wins each time
	for _, k := range dirty {
		m[K(connector.CleanText(string(k)))] = m[k]
		delete(m, k)
	}
	return m
}

func same[V any](v V) V { return v }
