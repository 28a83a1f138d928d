package syncro

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/url"
	"strconv"

	"github.com/dovetail-sync/dovetail/connector"
)

// listing is how one kind is listed and looked up.
type listing struct {
	kind connector.Kind
	// path is the list's; path/{id} is a record's.
	path string
	// many and one are the keys that wrap a list and a record, and what both
	// are called in errors.
	many, one string
	// label and labels are what people call one and many.
	label, labels string
	// listRight and viewRight are the rights that listing and looking up take.
	listRight, viewRight string
	// decode turns one row into a record.
	decode func(*session, json.RawMessage) (row, error)
}

// row is one decoded record, and the account that it shows, if it does.
type row struct {
	record  connector.Record
	account string
}

func listings() []listing {
	return []listing{
		{
			kind: KindCustomer, path: "/customers", many: "customers", one: "customer",
			label: "customer", labels: "customers",
			listRight: rightCustomersList, viewRight: rightCustomersView, decode: (*session).customer,
		},
		{
			kind: KindContact, path: "/contacts", many: "contacts", one: "contact",
			label: "contact", labels: "contacts",
			listRight: rightCustomersView, viewRight: rightCustomersView, decode: (*session).contact,
		},
		{
			kind: KindAsset, path: "/customer_assets", many: "assets", one: "asset",
			label: "asset", labels: "assets",
			listRight: rightAssetsList, viewRight: rightAssetsView, decode: (*session).asset,
		},
	}
}

// listingOf returns the listing of a kind. One that isn't declared is the error
// CodeConfig.
func listingOf(kind connector.Kind) (listing, error) {
	for _, l := range listings() {
		if l.kind == kind {
			return l, nil
		}
	}
	return listing{}, &connector.Error{
		Code: connector.CodeConfig, Source: name, Op: "read",
		Detail: fmt.Sprintf("there is no kind of record named %.40q", string(kind)),
	}
}

// params are the parameters of one page of the list. Disabled customers are
// left out of a list that doesn't ask for them.
func (l listing) params(page, perPage int, within connector.Key) url.Values {
	v := url.Values{"page": {strconv.Itoa(page)}}
	if l.kind == KindCustomer {
		v.Set("include_disabled", "true")
	}
	if perPage > 0 {
		v.Set("per_page", strconv.Itoa(perPage))
	}
	if within != "" {
		v.Set("customer_id", string(within))
	}
	return v
}

// listed is the answer of a list.
type listed struct {
	// wrapper is the key that the rows have to be under. Set it before
	// decoding.
	wrapper string
	rows    []json.RawMessage
	meta    meta
}

// meta is what a list says about itself. All of it may be missing: then the
// numbers are zero.
type meta struct {
	TotalPages, TotalEntries, PerPage int
}

// UnmarshalJSON implements json.Unmarshaler. An answer without its rows is an
// error: taken for an empty page, it would end the read.
func (l *listed) UnmarshalJSON(data []byte) error {
	var body map[string]json.RawMessage
	if err := json.Unmarshal(data, &body); err != nil {
		return errors.New("the list is not an object")
	}
	rows, ok := body[l.wrapper]
	if !ok || len(rows) == 0 || rows[0] != '[' {
		return fmt.Errorf("the list has no %q", l.wrapper)
	}
	l.rows, l.meta = nil, meta{}
	if err := json.Unmarshal(rows, &l.rows); err != nil {
		return err
	}
	var about map[string]json.RawMessage
	if json.Unmarshal(body["meta"], &about) == nil {
		l.meta = meta{
			TotalPages: count(about["total_pages"]), TotalEntries: count(about["total_entries"]), PerPage: count(about["per_page"]),
		}
	}
	return nil
}

// maxCount bounds what a list may say about itself.
const maxCount = 1 << 31

// count decodes a number that isn't negative, also as text. Anything else is
// zero: not said.
func count(raw json.RawMessage) int {
	var t text
	if len(raw) == 0 || json.Unmarshal(raw, &t) != nil {
		return 0
	}
	n, err := strconv.Atoi(t.trim())
	if err != nil || n < 0 || n > maxCount {
		return 0
	}
	return n
}

// decoded decodes the rows of an answer. One that can't be decoded is rejected
// with its id, and the rest goes on.
func (s *session) decoded(l listing, rows []json.RawMessage) (good []row, rejected []connector.Rejected) {
	for _, raw := range rows {
		r, err := l.decode(s, raw)
		if err == nil {
			err = r.record.Key.Check()
		}
		if err == nil {
			good = append(good, r)
			continue
		}
		key := keyOf(raw)
		rejected = append(rejected, connector.Rejected{Key: key, Err: undecodable(l, key, err)})
	}
	return good, rejected
}

func undecodable(l listing, key connector.Key, cause error) error {
	return &connector.Error{
		Code: connector.CodeProtocol, Source: name, Op: "decode " + l.label + " " + string(key),
		Detail: "the record has another shape than expected", Err: cause,
	}
}

// keyOf returns the id of a row that can't be decoded. Empty if it shows none.
func keyOf(raw json.RawMessage) connector.Key {
	var only struct {
		ID id `json:"id"`
	}
	if json.Unmarshal(raw, &only) != nil {
		return ""
	}
	return connector.Key(only.ID)
}
