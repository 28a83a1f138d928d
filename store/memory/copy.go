package memory

import (
	"maps"
	"slices"

	"github.com/dovetail-sync/dovetail/connector"
	"github.com/dovetail-sync/dovetail/store"
)

// The functions here return a copy of a row that shares nothing with it that
// can be changed, with its times as every store keeps them. A connector.Value
// can't be changed, so it is shared.

func copyIntegration(i store.Integration) store.Integration {
	i.Sealed = maps.Clone(i.Sealed)
	for field, sealed := range i.Sealed {
		i.Sealed[field] = slices.Clone(sealed)
	}
	i.Connection.At = connector.CleanTime(i.Connection.At)
	i.Types = slices.Clone(i.Types)
	return i
}

func copySettings(s store.Settings) store.Settings {
	s.Config = maps.Clone(s.Config)
	s.DefaultLayouts = maps.Clone(s.DefaultLayouts)
	s.SkipTypes = slices.Clone(s.SkipTypes)
	s.Rules = slices.Clone(s.Rules)
	s.Connected = slices.Clone(s.Connected)
	for i := range s.Connected {
		s.Connected[i].Sources = slices.Clone(s.Connected[i].Sources)
	}
	s.At = connector.CleanTime(s.At)
	return s
}

func copyMirrorRow(m store.MirrorRow) store.MirrorRow {
	m.Created, m.Updated = connector.CleanTime(m.Created), connector.CleanTime(m.Updated)
	m.FirstSeen, m.Since = connector.CleanTime(m.FirstSeen), connector.CleanTime(m.Since)
	m.Data = slices.Clone(m.Data)
	m.Disposition = copyReason(m.Disposition)
	return m
}

func copyReason(r store.Reason) store.Reason {
	r.Args = maps.Clone(r.Args)
	return r
}

func copyScan(s store.Scan) store.Scan {
	s.Within = slices.Clone(s.Within)
	s.Started, s.Ended = connector.CleanTime(s.Started), connector.CleanTime(s.Ended)
	return s
}

func copyMatch(m store.Match) store.Match {
	m.Suggestions = slices.Clone(m.Suggestions)
	for i := range m.Suggestions {
		m.Suggestions[i].Because = slices.Clone(m.Suggestions[i].Because)
	}
	m.Counts = maps.Clone(m.Counts)
	m.Wrote = copyWrote(m.Wrote)
	m.At = connector.CleanTime(m.At)
	return m
}

func copyWrote[K comparable](wrote map[K]store.Written) map[K]store.Written {
	wrote = maps.Clone(wrote)
	for k, w := range wrote {
		wrote[k] = copyWritten(w)
	}
	return wrote
}

func copyWritten(w store.Written) store.Written {
	w.At = connector.CleanTime(w.At)
	return w
}

func copyCard(c store.Card) store.Card {
	c.Data = slices.Clone(c.Data)
	c.WroteName = copyWritten(c.WroteName)
	c.Wrote = copyWrote(c.Wrote)
	c.Since = connector.CleanTime(c.Since)
	return c
}

func copyPlan(p store.Plan) store.Plan {
	p.At = connector.CleanTime(p.At)
	p.Counts = maps.Clone(p.Counts)
	p.Notes = slices.Clone(p.Notes)
	for i := range p.Notes {
		p.Notes[i] = copyReason(p.Notes[i])
	}
	return p
}

func copyChange(c store.Change) store.Change {
	c.Set = slices.Clone(c.Set)
	c.Reason = copyReason(c.Reason)
	return c
}

func copyOpenWrite(o store.OpenWrite) store.OpenWrite {
	o.At = connector.CleanTime(o.At)
	return o
}

func copyRun(r store.Run) store.Run {
	r.Started, r.Ended = connector.CleanTime(r.Started), connector.CleanTime(r.Ended)
	r.Read = maps.Clone(r.Read)
	r.Outcomes = maps.Clone(r.Outcomes)
	r.Problems = slices.Clone(r.Problems)
	return r
}

func copyJournalEntry(e store.JournalEntry) store.JournalEntry {
	e.At = connector.CleanTime(e.At)
	e.Set = slices.Clone(e.Set)
	e.Reason = copyReason(e.Reason)
	return e
}
