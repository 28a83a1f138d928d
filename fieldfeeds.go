package dovetail

import (
	"slices"
	"strconv"
	"strings"

	"github.com/dovetail-sync/dovetail/connector"
	"github.com/dovetail-sync/dovetail/store"
)

// fieldFeeds are the fields that are fed, by what feeds them. They are worked out
// once for a plan, because they are asked for with every record.
type fieldFeeds map[feedKey][]fieldFeed

// feedKey names the records of one kind on assets of one layout.
type feedKey struct {
	kind   connector.Kind
	layout store.LayoutID
}

// fieldFeed is a field with what feeds it.
type fieldFeed struct {
	store.Field
	sources []feedSource
	onBlank store.BlankPolicy
	onEdit  store.EditPolicy
	// fixed is the value for one record, where no data point feeds the field.
	fixed connector.Value
}

// feedSource is a data point that feeds a field.
type feedSource struct {
	name     string
	means    connector.Meaning
	volatile bool
}

// newFeeds returns the feeds of settings. A field that was deleted here or has
// another type since the settings were saved isn't fed: the notes name it.
func newFeeds(info connector.Info, settings store.Settings, layouts map[store.LayoutID]store.Layout) (fieldFeeds, []store.Reason) {
	all := make(fieldFeeds)
	var notes []store.Reason
	for _, c := range settings.Connected {
		kind, _ := info.Kind(c.Kind)
		layout := layouts[c.Layout]
		if paused := pausedFeed(c, layout); paused.Code != "" {
			notes = append(notes, paused)
			continue
		}
		at := slices.IndexFunc(layout.Fields, func(f store.Field) bool { return f.ID == c.Field })
		key := feedKey{c.Kind, c.Layout}
		all[key] = append(all[key], fieldFeed{
			Field: layout.Fields[at], sources: feedSources(kind, c.Sources), onBlank: c.OnBlank, onEdit: c.OnEdit,
		})
	}
	return all, notes
}

func feedSources(kind connector.KindInfo, names []string) []feedSource {
	sources := make([]feedSource, len(names))
	for i, name := range names {
		point, _ := kind.DataPoint(name)
		sources[i] = feedSource{name: name, means: point.Means, volatile: point.Volatile}
	}
	return sources
}

// pausedFeed says why a connected field can't be fed any more, if it can't.
func pausedFeed(c store.ConnectedField, layout store.Layout) store.Reason {
	at := slices.IndexFunc(layout.Fields, func(f store.Field) bool { return f.ID == c.Field })
	switch {
	case layout.ID == "":
		return reason(ReasonFeedNoLayout, "layout", string(c.Layout), "field", string(c.Field))
	case at < 0:
		return reason(ReasonFeedNoField, "layout", layout.Name, "field", string(c.Field), "sources", sourceNames(c))
	case c.Type != "" && c.Type != layout.Fields[at].Type:
		return reason(ReasonFeedRetyped, "layout", layout.Name, "field", layout.Fields[at].Name, "was", string(c.Type), "is", string(layout.Fields[at].Type))
	default:
		return store.Reason{}
	}
}

func sourceNames(c store.ConnectedField) string {
	names := make([]string, len(c.Sources))
	for i, name := range c.Sources {
		names[i] = strconv.Quote(name)
	}
	return strings.Join(names, ", ")
}

// value returns the value that a record has for the field, in the form of the
// field's type, and whether it has that form. It is absent where the record
// says nothing. Volatile says that it comes from what changes by itself.
func (f fieldFeed) value(fields, secrets connector.Fields) (to connector.Value, volatile, fits bool) {
	if f.Type == store.FieldAddress {
		to, volatile = f.address(fields)
		return to, volatile, true
	}
	if !f.fixed.IsAbsent() {
		to, fits = convert(f.fixed, f.Field)
		return to, false, fits
	}
	for _, source := range f.sources {
		value := fields[source.name]
		if secret, ok := secrets[source.name]; ok {
			value = secret
		}
		if value.IsBlank() {
			continue
		}
		to, fits = convert(value, f.Field)
		return to, source.volatile, fits
	}
	return connector.Value{}, false, true
}

// address makes an address of its parts, each of which is the first source of
// that meaning that says something.
func (f fieldFeed) address(fields connector.Fields) (to connector.Value, volatile bool) {
	var a store.Address
	parts := map[connector.Meaning]*string{
		connector.MeansStreet: &a.Street, connector.MeansStreet2: &a.Street2, connector.MeansCity: &a.City,
		connector.MeansState: &a.State, connector.MeansPostcode: &a.Postcode, connector.MeansCountry: &a.Country,
	}
	for _, source := range f.sources {
		part, value := parts[source.means], fields[source.name]
		if part != nil && *part == "" && !value.IsBlank() {
			*part = value.String()
			volatile = volatile || source.volatile
		}
	}
	return a.Value(), volatile
}

// addressParts are the meanings of which an address is made.
var addressParts = []connector.Meaning{
	connector.MeansStreet, connector.MeansStreet2, connector.MeansCity, connector.MeansState, connector.MeansPostcode, connector.MeansCountry,
}
