package wire

import (
	"github.com/dovetail-sync/dovetail/connector"
)

// AppendRecord appends the JSON form of a record:
//
//	{"key":"7","container":"3","name":"…","type":"…","type_id":"…",
//	 "created":"2026-01-02T15:04:05Z","updated":"…","status":"archived",
//	 "url":"…","fields":{"serial":"…","online":true}}
//
// What is empty is left out, and fields have the JSON form of connector.Value.
// Text is cleaned as the engine cleans it, so that it is UTF-8; a key that
// isn't can't be written, and has to be told by Key.Check before.
func AppendRecord(dst []byte, r connector.Record) []byte {
	dst = append(dst, `{"key":`...)
	dst = appendText(dst, string(r.Key))
	dst = appendMember(dst, `,"container":`, string(r.Container))
	dst = appendMember(dst, `,"name":`, r.Name)
	dst = appendMember(dst, `,"type":`, r.Type)
	dst = appendMember(dst, `,"type_id":`, r.TypeID)
	dst = appendTime(dst, `,"created":`, r.Created)
	dst = appendTime(dst, `,"updated":`, r.Updated)
	if r.Status != connector.StatusActive {
		dst = appendMember(dst, `,"status":`, r.Status.String())
	}
	dst = appendMember(dst, `,"url":`, r.URL)
	if len(r.Fields) > 0 {
		dst = append(dst, `,"fields":{`...)
		first := true
		for name, v := range r.Fields {
			if v.IsAbsent() {
				continue
			}
			if !first {
				dst = append(dst, ',')
			}
			first = false
			dst = appendText(dst, name)
			dst = append(dst, ':')
			dst = appendValue(dst, v)
		}
		dst = append(dst, '}')
	}
	return append(dst, '}')
}

func appendMember(dst []byte, name, text string) []byte {
	if text == "" {
		return dst
	}
	return appendText(append(dst, name...), text)
}

func appendValue(dst []byte, v connector.Value) []byte {
	switch v.Kind() {
	case connector.KindText:
		text, _ := v.AsText()
		return appendText(dst, text)
	case connector.KindInstant:
		at, _ := v.AsInstant()
		dst = append(dst, `{"at":`...)
		return append(appendInstant(dst, at), '}')
	case connector.KindList:
		dst = append(dst, '[')
		for i := range v.Len() {
			if i > 0 {
				dst = append(dst, ',')
			}
			dst = appendValue(dst, v.Item(i))
		}
		return append(dst, ']')
	case connector.KindAbsent:
		return append(dst, "null"...)
	default: // numbers and bools read in JSON as they do to people
		return append(dst, v.String()...)
	}
}

const hexDigits = "0123456789abcdef"

// appendText appends s as a JSON string. NUL is dropped and broken UTF-8
// replaced, as by connector.CleanText.
func appendText(dst []byte, s string) []byte {
	dst = append(dst, '"')
	if plainPrefix(s) < len(s) {
		return appendEscaped(dst, connector.CleanText(s))
	}
	dst = append(dst, s...)
	return append(dst, '"')
}

// appendEscaped appends the rest of a JSON string.
func appendEscaped(dst []byte, s string) []byte {
	from := 0
	for i := range len(s) {
		c := s[i]
		if c >= 0x20 && c != '"' && c != '\\' {
			continue
		}
		dst = append(dst, s[from:i]...)
		from = i + 1
		switch c {
		case '"', '\\':
			dst = append(dst, '\\', c)
		case '\n':
			dst = append(dst, '\\', 'n')
		case '\t':
			dst = append(dst, '\\', 't')
		case '\r':
			dst = append(dst, '\\', 'r')
		default:
			dst = append(dst, '\\', 'u', '0', '0', hexDigits[c>>4], hexDigits[c&15])
		}
	}
	dst = append(dst, s[from:]...)
	return append(dst, '"')
}
