package syncrotest

import "encoding/json"

// Damage gives a row a form that no client expects: where its name belongs, it
// has an object, listed and by id. Its id stays as it is. It reports whether
// there is such a row.
func (a *Account) Damage(list List, id int64) bool {
	a.mu.Lock()
	defer a.mu.Unlock()
	there := false
	switch list {
	case ListCustomers:
		there = a.customers.get(id) != nil
	case ListContacts:
		there = a.contacts.get(id) != nil
	case ListAssets:
		there = a.assets.get(id) != nil
	}
	if there {
		if a.damaged == nil {
			a.damaged = make(map[damagedRow]bool)
		}
		a.damaged[damagedRow{list, id}] = true
	}
	return there
}

type damagedRow struct {
	list List
	id   int64
}

// bodyOf returns a row's body as it is sent: itself, unless the row is damaged.
// The account is locked.
func (a *Account) bodyOf(list List, id int64, body any) any {
	if !a.damaged[damagedRow{list, id}] {
		return body
	}
	encoded, err := json.Marshal(body)
	var fields object
	if err != nil || json.Unmarshal(encoded, &fields) != nil {
		return body // rows hold only what encodes, see cloneValue
	}
	for _, name := range []string{"name", "business_name", "fullname", "business_then_name"} {
		if _, ok := fields[name]; ok {
			fields[name] = object{"text": fields[name]}
		}
	}
	return fields
}

// bodiesOf is bodyOf for a page of rows.
func bodiesOf[R, B any](a *Account, list List, rows []*R, id func(*R) int64, body func(*R) B) []any {
	out := make([]any, len(rows))
	for i, row := range rows {
		out[i] = a.bodyOf(list, id(row), body(row))
	}
	return out
}
