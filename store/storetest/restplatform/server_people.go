package restplatform

import (
	"context"
	"fmt"
	"slices"
	"strconv"

	"github.com/dovetail-sync/dovetail/connector"
	"github.com/dovetail-sync/dovetail/store"
	"github.com/dovetail-sync/dovetail/store/storetest"
)

// People returns what people do on the platform, past the API and its rules.
// What the platform has no place for, as Touched, is lost. A field may have a
// type that package store doesn't know, such as "Embed".
func (s *Server) People() storetest.People {
	return storetest.People{
		CreateLayout:  s.peopleCreateLayout,
		EditAsset:     s.peopleEditAsset,
		EditCompany:   s.peopleEditCompany,
		EditLayout:    s.peopleEditLayout,
		DeleteAsset:   s.peopleDeleteAsset,
		DeleteCompany: s.peopleDeleteCompany,
	}
}

func absent(what string, id any) error {
	return fmt.Errorf("restplatform: %s %q: %w", what, fmt.Sprint(id), store.ErrNotFound)
}

func (s *Server) peopleEditCompany(_ context.Context, id store.CompanyID, fn func(*store.Company)) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	c := s.state.companies[number(string(id))]
	if c == nil {
		return absent("company", id)
	}
	edited := store.Company{ID: id, Name: c.name, Archived: c.archived, Created: c.created, Foreign: slices.Clone(c.foreign)}
	for i, text := range detailTexts(&edited.Details) {
		*text = c.details[companyDetails()[i]]
	}
	fn(&edited)
	c.name, c.archived, c.created, c.foreign = edited.Name, edited.Archived, edited.Created, edited.Foreign
	for i, text := range detailTexts(&edited.Details) {
		c.details[companyDetails()[i]] = *text
	}
	return nil
}

func (s *Server) peopleDeleteCompany(_ context.Context, id store.CompanyID) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	c := s.state.companies[number(string(id))]
	if c == nil {
		return absent("company", id)
	}
	delete(s.state.companies, c.id)
	for _, a := range s.state.assets {
		if a.company == c.id {
			delete(s.state.assets, a.id)
			s.state.forget(a.id)
		}
	}
	return nil
}

func (s *Server) peopleEditAsset(_ context.Context, id store.AssetID, fn func(*store.Asset)) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	a := s.state.assets[number(string(id))]
	if a == nil {
		return absent("asset", id)
	}
	edited := store.Asset{
		ID: id, Company: store.CompanyID(strconv.Itoa(a.company)), Layout: store.LayoutID(strconv.Itoa(a.layout)), Name: a.name,
		Values: store.Values{}, Archived: a.archived, Created: a.created, Foreign: slices.Clone(a.foreign),
	}
	for field, value := range a.values {
		edited.Values[store.FieldID(strconv.Itoa(field))] = value
	}
	fn(&edited)
	a.company, a.layout = number(string(edited.Company)), number(string(edited.Layout))
	a.name, a.archived, a.created, a.foreign = edited.Name, edited.Archived, edited.Created, edited.Foreign
	a.values = map[int]connector.Value{}
	for field, value := range edited.Values {
		a.values[number(string(field))] = value
	}
	return nil
}

func (s *Server) peopleDeleteAsset(_ context.Context, id store.AssetID) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	a := s.state.assets[number(string(id))]
	if a == nil {
		return absent("asset", id)
	}
	delete(s.state.assets, a.id)
	s.state.forget(a.id)
	return nil
}

func (s *Server) peopleCreateLayout(_ context.Context, l store.NewLayout) (store.Layout, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	made := &layout{id: s.state.next()}
	s.state.layouts[made.id] = made
	return s.arrange(made, store.Layout{Name: l.Name, Fields: withoutIDs(l.Fields)}), nil
}

func withoutIDs(fields []store.Field) []store.Field {
	fields = slices.Clone(fields)
	for i := range fields {
		fields[i].ID = ""
	}
	return fields
}

func (s *Server) peopleEditLayout(_ context.Context, id store.LayoutID, fn func(*store.Layout)) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	l := s.state.layouts[number(string(id))]
	if l == nil {
		return absent("layout", id)
	}
	edited := s.asStored(l)
	fn(&edited)
	s.arrange(l, edited)
	return nil
}

// arrange makes a layout what people want it to be. Values of fields that are
// gone are lost.
func (s *Server) arrange(l *layout, want store.Layout) store.Layout {
	l.name, l.inactive, l.fields = want.Name, want.Inactive, nil
	has := map[int]bool{}
	for _, f := range want.Fields {
		made := field{id: number(string(f.ID)), label: f.Name, kind: wireKind(f.Type), required: f.Required}
		if made.id == 0 {
			made.id = s.state.next()
		}
		if f.Type == store.FieldList {
			made.list = s.listOf(f)
		}
		has[made.id] = true
		l.fields = append(l.fields, made)
	}
	for _, a := range s.state.assets {
		for id := range a.values {
			if a.layout == l.id && !has[id] {
				delete(a.values, id)
			}
		}
	}
	return s.asStored(l)
}

// listOf returns the list with a field's options, which is made if there is
// none.
func (s *Server) listOf(f store.Field) int {
	for _, l := range s.state.lists {
		if slices.Equal(l.items, f.Options) {
			return l.id
		}
	}
	made := &list{id: s.state.next(), name: f.Name, items: slices.Clone(f.Options)}
	s.state.lists[made.id] = made
	return made.id
}

// asStored is a layout as package store has it.
func (s *Server) asStored(l *layout) store.Layout {
	stored := store.Layout{ID: store.LayoutID(strconv.Itoa(l.id)), Name: l.name, Inactive: l.inactive}
	for _, f := range l.fields {
		t := fieldType(f.kind)
		if t == "" {
			t = store.FieldType(f.kind)
		}
		field := store.Field{ID: store.FieldID(strconv.Itoa(f.id)), Name: f.label, Type: t, Required: f.required}
		if f.list != 0 {
			field.Options = slices.Clone(s.state.lists[f.list].items)
		}
		stored.Fields = append(stored.Fields, field)
	}
	return stored
}
