package restplatform

import (
	"net/http"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"
)

// fieldKinds are the API's types of field. Case matters.
func fieldKinds() []string {
	return []string{
		"Text", "RichText", "Heading", "CheckBox", "Number", "Date", "ListSelect", "AssetTag", "Website", "Password", "Email", "Phone",
		"Embed", "AddressData",
	}
}

func (s *Server) listLayouts(c *call) reply {
	return answer(http.StatusOK, object{"asset_layouts": listed(s, c.URL.Query(), s.state.layouts, nil, s.renderLayout)})
}

func (s *Server) getLayout(c *call) reply {
	l := s.state.layouts[c.id("id")]
	if l == nil {
		return s.missing(c)
	}
	return answer(http.StatusOK, object{"asset_layout": s.renderLayout(l)})
}

// givenLayout is the body of a layout that is to be made.
type givenLayout struct {
	Name      string       `json:"name"`
	Icon      string       `json:"icon"`
	Color     string       `json:"color"`
	IconColor string       `json:"icon_color"`
	Fields    []givenField `json:"fields"`
}

type givenField struct {
	Label    string `json:"label"`
	Type     string `json:"field_type"`
	Required bool   `json:"required"`
	Position int    `json:"position"`
	ListID   int    `json:"list_id"`
}

func (s *Server) createLayout(c *call) reply {
	var given givenLayout
	if !c.decode("asset_layout", &given) {
		return unprocessable("Asset layout is invalid")
	}
	if strings.TrimSpace(given.Name) == "" || given.Icon == "" || given.Color == "" || given.IconColor == "" {
		return unprocessable("Name, icon, color and icon color can't be blank")
	}
	made := &layout{name: strings.TrimSpace(given.Name)}
	slices.SortStableFunc(given.Fields, func(a, b givenField) int { return a.Position - b.Position })
	for _, f := range given.Fields {
		label := strings.TrimSpace(f.Label)
		switch {
		case label == "" || utf8.RuneCountInString(label) > maxName:
			return unprocessable("Label is too short or too long")
		case !slices.Contains(fieldKinds(), f.Type):
			return answer(http.StatusUnprocessableEntity, object{"error": "Invalid field type", "details": []string{f.Type}})
		case f.Type == "ListSelect" && s.state.lists[f.ListID] == nil:
			return unprocessable("List must exist")
		}
		made.fields = append(made.fields, field{label: label, kind: f.Type, required: f.Required, list: f.ListID})
	}
	made.id = s.state.next()
	for i := range made.fields {
		made.fields[i].id = s.state.next()
	}
	s.state.layouts[made.id] = made
	return answer(http.StatusOK, object{"asset_layout": s.renderLayout(made)})
}

// renderLayout shows the fields in any order: position says how they stand.
func (s *Server) renderLayout(l *layout) object {
	fields := make([]object, len(l.fields))
	for i, f := range l.fields {
		fields[i] = object{
			"id": f.id, "label": f.label, "field_type": f.kind, "position": i + 1, "hint": "", "list_id": nil, "required": nil,
			"show_in_list": false,
		}
		if f.required || s.turn%2 == 0 {
			fields[i]["required"] = f.required
		}
		if f.list != 0 {
			fields[i]["list_id"] = f.list
		}
	}
	s.rnd.Shuffle(len(fields), func(i, j int) { fields[i], fields[j] = fields[j], fields[i] })
	return object{
		"id": l.id, "name": l.name, "slug": "layout-" + strconv.Itoa(l.id), "active": !l.inactive, "icon": "fas fa-circle",
		"color": "#000000", "icon_color": "#ffffff", "fields": fields,
	}
}

// listLists refuses to be asked for a page, and answers bare.
func (s *Server) listLists(c *call) reply {
	if c.URL.Query().Has("page") {
		return answer(http.StatusBadRequest, object{"error": "Unpermitted parameter: page"})
	}
	rows := []object{}
	for _, l := range s.state.lists {
		rows = append(rows, renderList(l))
	}
	return answer(http.StatusOK, rows)
}

func (s *Server) createList(c *call) reply {
	var given struct {
		Name  string `json:"name"`
		Items []struct {
			Name string `json:"name"`
		} `json:"list_items_attributes"`
	}
	if !c.decode("list", &given) || strings.TrimSpace(given.Name) == "" {
		return unprocessable("Name can't be blank")
	}
	made := &list{id: s.state.next(), name: strings.TrimSpace(given.Name)}
	for _, item := range given.Items {
		made.items = append(made.items, strings.TrimSpace(item.Name))
	}
	s.state.lists[made.id] = made
	return answer(http.StatusOK, object{"list": renderList(made)})
}

func renderList(l *list) object {
	items := []object{}
	for i, name := range l.items {
		items = append(items, object{"id": i + 1, "name": name})
	}
	return object{"id": l.id, "name": l.name, "list_items": items}
}
