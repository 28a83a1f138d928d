package store

import (
	"maps"
	"slices"
)

// The methods Clone return a copy that shares nothing with the original that can
// be changed. A connector.Value can't be changed, so it is shared.

// Clone returns a deep copy.
func (i Integration) Clone() Integration {
	i.Sealed = maps.Clone(i.Sealed)
	for field, sealed := range i.Sealed {
		i.Sealed[field] = slices.Clone(sealed)
	}
	i.Types = slices.Clone(i.Types)
	return i
}

// Clone returns a deep copy.
func (s Settings) Clone() Settings {
	s.Config = maps.Clone(s.Config)
	s.DefaultLayouts = maps.Clone(s.DefaultLayouts)
	s.SkipTypes = slices.Clone(s.SkipTypes)
	s.Rules = slices.Clone(s.Rules)
	s.Connected = slices.Clone(s.Connected)
	for i := range s.Connected {
		s.Connected[i].Sources = slices.Clone(s.Connected[i].Sources)
	}
	s.SkipKeys = slices.Clone(s.SkipKeys)
	s.Junk = slices.Clone(s.Junk)
	return s
}

// Clone returns a deep copy.
func (m MirrorRow) Clone() MirrorRow {
	m.Data = slices.Clone(m.Data)
	m.Sealed = slices.Clone(m.Sealed)
	m.Disposition = m.Disposition.Clone()
	return m
}

// Clone returns a deep copy.
func (r Reason) Clone() Reason {
	r.Args = maps.Clone(r.Args)
	return r
}

// Clone returns a deep copy.
func (s Scan) Clone() Scan {
	s.Within = slices.Clone(s.Within)
	return s
}

// Clone returns a deep copy.
func (m Match) Clone() Match {
	m.Suggestions = slices.Clone(m.Suggestions)
	for i := range m.Suggestions {
		m.Suggestions[i].Because = slices.Clone(m.Suggestions[i].Because)
	}
	m.Counts = maps.Clone(m.Counts)
	m.Before = maps.Clone(m.Before)
	m.Wrote = maps.Clone(m.Wrote)
	return m
}

// Clone returns a deep copy.
func (c Card) Clone() Card {
	c.Data = slices.Clone(c.Data)
	c.Wrote = maps.Clone(c.Wrote)
	c.Links = slices.Clone(c.Links)
	return c
}

// Clone returns a deep copy.
func (o Overwritten) Clone() Overwritten {
	o.Sealed = slices.Clone(o.Sealed)
	return o
}

// Clone returns a deep copy.
func (p Plan) Clone() Plan {
	p.Counts = maps.Clone(p.Counts)
	p.Violations = slices.Clone(p.Violations)
	p.Notes = slices.Clone(p.Notes)
	for i := range p.Notes {
		p.Notes[i] = p.Notes[i].Clone()
	}
	return p
}

// Clone returns a deep copy.
func (c Change) Clone() Change {
	c.Set = cloneFields(c.Set)
	c.Reason = c.Reason.Clone()
	return c
}

// Clone returns a deep copy.
func (o OpenWrite) Clone() OpenWrite {
	o.Candidates = slices.Clone(o.Candidates)
	return o
}

// Clone returns a deep copy.
func (r Run) Clone() Run {
	r.Read = maps.Clone(r.Read)
	r.Outcomes = maps.Clone(r.Outcomes)
	r.Companies = slices.Clone(r.Companies)
	r.Problems = slices.Clone(r.Problems)
	return r
}

// Clone returns a deep copy.
func (e JournalEntry) Clone() JournalEntry {
	e.Set = cloneFields(e.Set)
	e.Reason = e.Reason.Clone()
	return e
}

func cloneFields(set []FieldChange) []FieldChange {
	set = slices.Clone(set)
	for i := range set {
		set[i].Sealed = slices.Clone(set[i].Sealed)
	}
	return set
}

// Clone returns a deep copy.
func (c Company) Clone() Company {
	c.Foreign = slices.Clone(c.Foreign)
	return c
}

// Clone returns a deep copy.
func (l Layout) Clone() Layout {
	l.Fields = slices.Clone(l.Fields)
	for i := range l.Fields {
		l.Fields[i].Options = slices.Clone(l.Fields[i].Options)
	}
	return l
}

// Clone returns a deep copy.
func (a Asset) Clone() Asset {
	a.Values = maps.Clone(a.Values)
	a.Foreign = slices.Clone(a.Foreign)
	return a
}
