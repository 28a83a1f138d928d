package storetest

import (
	"bytes"
	"fmt"
	"reflect"
	"time"

	"github.com/dovetail-sync/dovetail/connector"
)

// rowDiff returns the first place where two rows differ, or "". Nil and empty
// are the same for maps and slices, as a Reader may return either.
func rowDiff(want, got any) string {
	if reflect.TypeOf(want) != reflect.TypeOf(got) {
		return fmt.Sprintf("got a %T, want a %T", got, want)
	}
	return diffAt(reflect.TypeOf(want).Name(), reflect.ValueOf(want), reflect.ValueOf(got))
}

func diffAt(path string, want, got reflect.Value) string {
	switch w := want.Interface().(type) {
	case time.Time:
		// The location counts: whoever compares with == would find a difference.
		if g := got.Interface().(time.Time); !w.Equal(g) || g.Location() != time.UTC {
			return differ(path, w, g)
		}
		return ""
	case connector.Value:
		if g := got.Interface().(connector.Value); !w.Equal(g) {
			return differ(path, fmt.Sprintf("%s %q", w.Kind(), w), fmt.Sprintf("%s %q", g.Kind(), g))
		}
		return ""
	}
	switch want.Kind() {
	case reflect.Struct:
		for i := range want.NumField() {
			if d := diffAt(path+"."+want.Type().Field(i).Name, want.Field(i), got.Field(i)); d != "" {
				return d
			}
		}
		return ""
	case reflect.Slice:
		return diffSlices(path, want, got)
	case reflect.Map:
		return diffMaps(path, want, got)
	default:
		if !want.Equal(got) {
			return differ(path, want, got)
		}
		return ""
	}
}

func diffSlices(path string, want, got reflect.Value) string {
	if want.Type().Elem().Kind() == reflect.Uint8 {
		if !bytes.Equal(want.Bytes(), got.Bytes()) {
			return fmt.Sprintf("%s: got %.60q, want %.60q", path, got.Bytes(), want.Bytes())
		}
		return ""
	}
	if want.Len() != got.Len() {
		return fmt.Sprintf("%s: got %d items, want %d", path, got.Len(), want.Len())
	}
	for i := range want.Len() {
		if d := diffAt(fmt.Sprintf("%s[%d]", path, i), want.Index(i), got.Index(i)); d != "" {
			return d
		}
	}
	return ""
}

func diffMaps(path string, want, got reflect.Value) string {
	if want.Len() != got.Len() {
		return fmt.Sprintf("%s: got %d items, want %d", path, got.Len(), want.Len())
	}
	for _, key := range want.MapKeys() {
		at := fmt.Sprintf("%s[%.60q]", path, key.String())
		value := got.MapIndex(key)
		if !value.IsValid() {
			return at + " is missing"
		}
		if d := diffAt(at, want.MapIndex(key), value); d != "" {
			return d
		}
	}
	return ""
}

func differ(path string, want, got any) string {
	return fmt.Sprintf("%s: got %.120v, want %.120v", path, got, want)
}
