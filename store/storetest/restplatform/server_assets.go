package restplatform

import (
	"encoding/json"
	"maps"
	"net/http"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/dovetail-sync/dovetail/connector"
)

// listAssets shows either the active or the archived ones, never both.
func (s *Server) listAssets(c *call) reply {
	query := c.URL.Query()
	keep := func(a *asset) bool {
		return a.archived == (query.Get("archived") == "true") &&
			(!query.Has("company_id") || a.company == number(query.Get("company_id"))) &&
			(!query.Has("id") || a.id == number(query.Get("id")))
	}
	return answer(http.StatusOK, object{"assets": listed(s, query, s.state.assets, keep, s.renderAsset)})
}

// givenAsset is the body of an asset that is to be made or changed.
type givenAsset struct {
	Name         *string         `json:"name"`
	Layout       int             `json:"asset_layout_id"`
	Company      int             `json:"company_id"`
	CustomFields json.RawMessage `json:"custom_fields"`
}

// createAsset doesn't care whether company and layout are in use.
func (s *Server) createAsset(c *call) reply {
	var given givenAsset
	if s.state.companies[c.id("company")] == nil {
		return s.missing(c)
	}
	if !c.decode("asset", &given) {
		return unprocessable("Asset is invalid")
	}
	l := s.state.layouts[given.Layout]
	if l == nil {
		return unprocessable("Asset layout must exist")
	}
	made := &asset{company: c.id("company"), layout: l.id, values: map[int]connector.Value{}, created: now()}
	if refusal, ok := s.writeAsset(made, given); !ok {
		return refusal
	}
	if made.name == "" {
		return unprocessable("Name can't be blank")
	}
	for _, f := range l.fields {
		if f.required && made.values[f.id].IsAbsent() {
			return unprocessable(f.label + " can't be blank")
		}
	}
	made.id = s.state.next()
	s.state.assets[made.id] = made
	return answer(http.StatusOK, object{"asset": s.renderAsset(made)})
}

// updateAsset keeps the fields that aren't named, and doesn't care whether a
// required one is left blank.
func (s *Server) updateAsset(c *call) reply {
	var given givenAsset
	old := s.state.assets[c.id("id")]
	if old == nil || old.company != c.id("company") {
		return s.missing(c)
	}
	if !c.decode("asset", &given) {
		return unprocessable("Asset is invalid")
	}
	changed := *old
	changed.values = maps.Clone(old.values)
	if refusal, ok := s.writeAsset(&changed, given); !ok {
		return refusal
	}
	if given.Company != 0 {
		if s.state.companies[given.Company] == nil {
			return unprocessable("Company must exist")
		}
		changed.company = given.Company
	}
	*old = changed
	return answer(http.StatusOK, object{"asset": s.renderAsset(old)})
}

// writeAsset takes over name and fields.
func (s *Server) writeAsset(a *asset, given givenAsset) (reply, bool) {
	if given.Name != nil {
		if a.name = strings.TrimSpace(*given.Name); a.name == "" {
			return unprocessable("Name can't be blank"), false
		}
		if utf8.RuneCountInString(a.name) > maxName {
			return unprocessable(tooLong("Name")), false
		}
	}
	if why := s.writeFields(a, given.CustomFields); why != "" {
		return badFields(why), false
	}
	return reply{}, true
}

// actOnAsset archives an asset, brings it back or moves it to another layout.
func (s *Server) actOnAsset(c *call) reply {
	a := s.state.assets[c.id("id")]
	if a == nil || a.company != c.id("company") {
		return s.missing(c)
	}
	switch c.PathValue("do") {
	case "archive", "unarchive":
		a.archived = c.PathValue("do") == "archive"
		return reply{status: http.StatusOK}
	case "move_layout":
		var given struct {
			Layout int `json:"asset_layout_id"`
		}
		if !c.decode("asset", &given) || s.state.layouts[given.Layout] == nil {
			return answer(http.StatusNotFound, object{"error": "Asset layout not found"})
		}
		return s.moveLayout(a, s.state.layouts[given.Layout])
	default:
		return s.missing(c)
	}
}

// moveLayout makes in the target what it lacks, whosever layout that is.
func (s *Server) moveLayout(a *asset, target *layout) reply {
	from := s.state.layouts[a.layout]
	counterpart := func(l *layout, f field) (field, bool) {
		for _, other := range l.fields {
			if other.label == f.label && other.kind == f.kind {
				return other, true
			}
		}
		return field{}, false
	}
	for _, f := range target.fields {
		if _, has := counterpart(from, f); f.required && !has {
			return unprocessable(f.label + " is required in the new layout")
		}
	}
	values := map[int]connector.Value{}
	for _, f := range from.fields {
		to, has := counterpart(target, f)
		if !has {
			to = f
			to.id = s.state.next()
			target.fields = append(target.fields, to)
		}
		if value := a.values[f.id]; !value.IsAbsent() && s.onList(to, value) {
			values[to.id] = value
		}
	}
	a.layout, a.values = target.id, values
	return answer(http.StatusOK, object{"asset": s.renderAsset(a)})
}

// onList reports whether a value can be in a field: what a list doesn't have is
// dropped on a move.
func (s *Server) onList(f field, value connector.Value) bool {
	if f.kind != "ListSelect" {
		return true
	}
	for _, item := range value.Items() {
		if !s.state.lists[f.list].has(item.String()) {
			return false
		}
	}
	return true
}

// renderAsset shows fields under ids of their own: those of the layout's fields
// aren't among them.
func (s *Server) renderAsset(a *asset) object {
	fields := []object{}
	for i, f := range s.state.layouts[a.layout].fields {
		fields = append(fields, object{
			"id": a.id*100_000 + i + 1, "label": f.label, "value": s.renderValue(f, a.values[f.id]), "position": i + 1,
		})
	}
	s.rnd.Shuffle(len(fields), func(i, j int) { fields[i], fields[j] = fields[j], fields[i] })
	cards := []object{}
	for i, ref := range a.foreign {
		card := object{"id": i + 1, "integrator_name": ref.System, "sync_type": ref.Kind, "sync_id": nil, "sync_identifier": nil}
		syncIDs(card, "sync_identifier", ref.ID)
		cards = append(cards, card)
	}
	return object{
		"id": a.id, "company_id": a.company, "asset_layout_id": a.layout, "name": a.name, "slug": "asset-" + strconv.Itoa(a.id),
		"object_type": "Asset", "primary_serial": nil, "archived": a.archived, "created_at": stamp(a.created), "fields": fields, "cards": cards,
	}
}
