package connector

import "slices"

// Clone returns a copy that shares nothing with i. Where a description is kept,
// Connector.Info returns a clone of it.
func (i Info) Clone() Info {
	i.Kinds = slices.Clone(i.Kinds)
	for n := range i.Kinds {
		i.Kinds[n].DataPoints = slices.Clone(i.Kinds[n].DataPoints)
	}
	i.Config = slices.Clone(i.Config)
	for n := range i.Config {
		i.Config[n].Options = slices.Clone(i.Config[n].Options)
	}
	i.Limits = slices.Clone(i.Limits)
	i.Rights = slices.Clone(i.Rights)
	for n := range i.Rights {
		i.Rights[n].Kinds = slices.Clone(i.Rights[n].Kinds)
	}
	i.Pages = slices.Clone(i.Pages)
	return i
}
