package restplatform

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/dovetail-sync/dovetail/connector"
	"github.com/dovetail-sync/dovetail/store"
)

// dateForm is how the API writes a day.
const dateForm = "2006/01/02"

// addressRecord is an address as the API has it.
type addressRecord struct {
	Street   string `json:"address_line_1"`
	Street2  string `json:"address_line_2"`
	City     string `json:"city"`
	State    string `json:"state"`
	Postcode string `json:"zip"`
	Country  string `json:"country_name"`
}

// formatValue is a value that fits a kind as the API takes it: nil blanks the
// field. It reports whether it can be sent: a link needs ids of the platform's.
func formatValue(kind string, v connector.Value) (any, bool) {
	if v.IsBlank() {
		return nil, true
	}
	switch kind {
	case "Number":
		return v, true // its JSON form is a number, whole
	case "CheckBox":
		ticked, _ := v.AsBool()
		return ticked, true
	case "Date":
		at, _ := v.AsInstant()
		return at.Format(dateForm), true
	case "AddressData":
		a, _ := store.AddressOf(v)
		return addressRecord(a), true
	case "AssetTag":
		ids := []int64{}
		for _, item := range v.Items() {
			id, ok := parseID(item.String())
			if !ok {
				return nil, false
			}
			ids = append(ids, id)
		}
		return ids, true
	case "ListSelect":
		return []string{strings.TrimSpace(v.String())}, true
	default:
		return v.String(), true
	}
}

// parseValue reads a value of a kind. Its errors don't show it.
func parseValue(kind string, raw json.RawMessage) (connector.Value, error) {
	raw = bytes.TrimSpace(raw)
	if len(raw) == 0 || string(raw) == "null" {
		return connector.Value{}, nil
	}
	switch kind {
	case "AddressData":
		return parseAddress(raw)
	case "AssetTag":
		return parseLinks(raw)
	case "ListSelect":
		return parseItems(raw)
	}
	text, err := parseText(raw)
	if err != nil || strings.TrimSpace(text) == "" {
		return connector.Value{}, err
	}
	switch kind {
	case "Number":
		n, err := connector.Decimal(strings.TrimSpace(text))
		if err != nil {
			return connector.Value{}, errors.New("its value is no number")
		}
		return n, nil
	case "CheckBox":
		ticked, err := strconv.ParseBool(strings.TrimSpace(text))
		if err != nil {
			return connector.Value{}, errors.New("its value is neither true nor false")
		}
		return connector.Bool(ticked), nil
	case "Date":
		return parseDate(text)
	default:
		return connector.Text(text), nil
	}
}

// parseText reads text, or a number or a bool as the text of it.
func parseText(raw json.RawMessage) (string, error) {
	switch raw[0] {
	case '"':
		var text string
		if err := json.Unmarshal(raw, &text); err != nil {
			return "", errors.New("its value is no text")
		}
		return text, nil
	case '{', '[':
		return "", errors.New("its value is a list or an object")
	default:
		return string(raw), nil
	}
}

// parseDate reads a day, also one with a time behind it.
func parseDate(text string) (connector.Value, error) {
	text = strings.TrimSpace(text)
	for _, form := range []string{dateForm, time.DateOnly, "01/02/2006", time.RFC3339Nano} {
		at, err := time.Parse(form, text)
		if err != nil {
			continue
		}
		day := connector.Instant(time.Date(at.Year(), at.Month(), at.Day(), 0, 0, 0, 0, time.UTC))
		if day.IsAbsent() {
			return connector.Value{}, errors.New("its value is a date that is out of range")
		}
		return day, nil
	}
	return connector.Value{}, fmt.Errorf("its value is no date of the form %s", dateForm)
}

func parseAddress(raw json.RawMessage) (connector.Value, error) {
	if string(raw) == `""` {
		return connector.Value{}, nil
	}
	var a addressRecord
	if err := json.Unmarshal(raw, &a); err != nil {
		return connector.Value{}, errors.New("its value is no address")
	}
	return store.Address(a).Value(), nil
}

func parseLinks(raw json.RawMessage) (connector.Value, error) {
	if string(raw) == `""` {
		return connector.Value{}, nil
	}
	var ids []int64
	if err := json.Unmarshal(raw, &ids); err != nil {
		return connector.Value{}, errors.New("its value is no list of assets")
	}
	links := make([]store.AssetID, len(ids))
	for i, id := range ids {
		links[i] = formatID[store.AssetID](id)
	}
	return store.AssetLinks(links...), nil
}

// itemSeparator stands between options that are selected together.
const itemSeparator = ", "

// parseItems reads what is selected of a list. People may have selected several,
// which dovetail shows and never sends.
func parseItems(raw json.RawMessage) (connector.Value, error) {
	var names []string
	if raw[0] == '"' {
		names = []string{""}
		raw = append(append([]byte{'['}, raw...), ']')
	}
	if err := json.Unmarshal(raw, &names); err != nil {
		return connector.Value{}, errors.New("its value is no list of options")
	}
	return connector.Text(strings.Join(names, itemSeparator)), nil
}
