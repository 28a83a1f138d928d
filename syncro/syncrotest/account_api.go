package syncrotest

import (
	"fmt"
	"hash/fnv"
	"maps"
	"net/http"
	"slices"
)

type object = map[string]any

func (a *Account) serveMe(c call) reply {
	a.mu.Lock()
	asset := !a.denied[AssetsList] || !a.denied[AssetsView]
	customer := !a.denied[CustomersList] || !a.denied[CustomersView]
	accessible := a.accessible(c)
	a.mu.Unlock()
	readOnly := func(read bool) object { return object{"read": read, "write": false, "delete": false} }
	return jsonReply(http.StatusOK, object{
		"user_token":              a.userToken(),
		"user_email":              "documentation@msp.example",
		"user_name":               "Documentation Sync",
		"user_id":                 1204,
		"admin":                   false,
		"can_use_app":             true,
		"two_factor_required":     false,
		"subdomain":               a.opt.Subdomain,
		"default_location":        nil,
		"enable_multi_locations":  false,
		"locations_allowed":       []any{},
		"accessible_customer_ids": accessible,
		"permissions": object{
			"asset":     readOnly(asset),
			"customer":  readOnly(customer),
			"ticket":    readOnly(false),
			"invoice":   readOnly(false),
			"payment":   readOnly(false),
			"worksheet": object{"add": false, "manage": false, "delete": false},
			"script":    object{"execute": false},
		},
	})
}

func (a *Account) serveSettings(call) reply {
	a.mu.Lock()
	types := []object{}
	for _, t := range a.types {
		types = append(types, object{"id": t.ID, "name": t.Name})
	}
	assetFields, customerFields := a.assetFields(), a.customerFields()
	a.mu.Unlock()
	return jsonReply(http.StatusOK, object{
		"customers": object{
			"required_fields":        nil,
			"customer_fields":        customerFields,
			"customer_field_answers": []any{},
		},
		"assets": object{
			"asset_types":              types,
			"asset_type_fields":        assetFields,
			"asset_type_field_answers": []any{},
		},
		"locale": object{
			"iso_code": "en", "currency_symbol": "$", "date_format": "mm-dd-yy", "time_format": "hh:mm tt",
			"time_zone": accountZoneName, "time_offset": "-07:00",
		},
		"ticket": object{
			"ticket_types": []any{}, "ticket_type_fields": []any{}, "ticket_type_field_answers": []any{},
			"problem_types": []string{"Virus", "TuneUp", "Hardware", "Software", "Other"},
			"priorities":    []string{"", "0 Urgent", "1 High", "2 Normal", "3 Low"},
		},
		"business_hours_enabled":   true,
		"business_hours":           businessHours(),
		"default_holiday_calendar": "USA",
		"msp_addon":                nil,
	})
}

func businessHours() []object {
	var out []object
	for _, day := range []string{"Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"} {
		out = append(out, object{"day": day, "start": "09:00", "end": "17:00", "closed": false})
	}
	return out
}

// assetFields returns the custom fields that assets use, by type.
func (a *Account) assetFields() []object {
	used := make(map[string]map[string]bool)
	for _, row := range a.assets.rows {
		for name := range row.Properties {
			if used[row.Type] == nil {
				used[row.Type] = make(map[string]bool)
			}
			used[row.Type][name] = true
		}
	}
	out := []object{}
	for _, t := range a.types {
		for i, name := range slices.Sorted(maps.Keys(used[t.Name])) {
			field := customField(fmt.Sprint(t.ID), i, name)
			field["asset_type_id"] = t.ID
			out = append(out, field)
		}
	}
	return out
}

// customerFields returns the custom fields that customers use.
func (a *Account) customerFields() []object {
	used := make(map[string]bool)
	for _, row := range a.customers.rows {
		for name := range row.Properties {
			used[name] = true
		}
	}
	out := []object{}
	for i, name := range slices.Sorted(maps.Keys(used)) {
		out = append(out, customField("customer", i, name))
	}
	return out
}

// customField describes a field. Its id depends on its name only, so that it
// stays when other fields come and go.
func customField(owner string, position int, name string) object {
	h := fnv.New32a()
	fmt.Fprintf(h, "%s/%s", owner, name)
	return object{
		"id": int64(h.Sum32()), "name": name, "field_type": "text_field", "required": false, "position": position + 1,
	}
}
