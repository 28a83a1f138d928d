package store_test

import (
	"fmt"
	"reflect"
	"testing"
	"time"

	"github.com/dovetail-sync/dovetail/connector"
	"github.com/dovetail-sync/dovetail/store"
)

// keptRows are all types of row that a ledger keeps.
func keptRows() []any {
	return []any{
		store.Integration{},
		store.Settings{},
		store.MirrorRow{},
		store.Scan{},
		store.Match{},
		store.Card{},
		store.Rejection{},
		store.Pin{},
		store.Tombstone{},
		store.Overwritten{},
		store.Approval{},
		store.Plan{},
		store.Change{},
		store.OpenWrite{},
		store.Run{},
		store.JournalEntry{},
		store.Due{},
		store.Claim{},
	}
}

// filled returns a row like one, without a zero field at any depth. text and at
// say what stands at a path in it.
func filled(t testing.TB, like any, text func(path string) string, at time.Time) any {
	t.Helper()
	v := reflect.New(reflect.TypeOf(like)).Elem()
	fill(t, v, v.Type().Name(), text, at)
	return v.Interface()
}

func fill(t testing.TB, v reflect.Value, path string, text func(path string) string, at time.Time) {
	t.Helper()
	switch v.Interface().(type) {
	case time.Time:
		v.Set(reflect.ValueOf(at))
		return
	case connector.Value:
		v.Set(reflect.ValueOf(connector.Texts(path, "and more")))
		return
	}
	switch v.Kind() {
	case reflect.String:
		v.SetString(text(path))
	case reflect.Bool:
		v.SetBool(true)
	case reflect.Int, reflect.Int64:
		v.SetInt(1)
	case reflect.Uint8:
		v.SetUint(1)
	case reflect.Float64:
		v.SetFloat(0.5)
	case reflect.Struct:
		for field, value := range v.Fields() {
			fill(t, value, path+"."+field.Name, text, at)
		}
	case reflect.Slice:
		v.Set(reflect.MakeSlice(v.Type(), 2, 2))
		for i := range v.Len() {
			fill(t, v.Index(i), fmt.Sprintf("%s[%d]", path, i), text, at)
		}
	case reflect.Map:
		v.Set(reflect.MakeMap(v.Type()))
		key, value := reflect.New(v.Type().Key()).Elem(), reflect.New(v.Type().Elem()).Elem()
		fill(t, key, path+" key", text, at)
		fill(t, value, path+" value", text, at)
		v.SetMapIndex(key, value)
	default:
		t.Fatalf("%s: %s: teach fill about it", path, v.Kind())
	}
}

// spoil overwrites, in place, all that v shares with copies of it.
func spoil(v reflect.Value) {
	if _, immutable := reflect.TypeAssert[connector.Value](v); immutable || v.Type() == reflect.TypeFor[time.Time]() {
		return
	}
	switch v.Kind() {
	case reflect.Struct:
		for _, field := range v.Fields() {
			spoil(field)
		}
	case reflect.Slice:
		for i := range v.Len() {
			spoil(v.Index(i))
			v.Index(i).SetZero()
		}
	case reflect.Map:
		for _, key := range v.MapKeys() {
			spoil(v.MapIndex(key))
			v.SetMapIndex(key, reflect.Zero(v.Type().Elem()))
		}
	default: // a copy has its own
	}
}

// call calls a method without arguments.
func call(row any, method string) []reflect.Value {
	return reflect.ValueOf(row).MethodByName(method).Call(nil)
}

// cleaned returns what Clean returns.
func cleaned(row any) (any, error) {
	out := call(row, "Clean")
	err, _ := reflect.TypeAssert[error](out[1])
	return out[0].Interface(), err
}

// itself is a text that can be kept.
func itself(path string) string { return path }

// someTime is a time that can be kept.
func someTime() time.Time { return time.Date(2026, 3, 4, 5, 6, 7, 8000, time.UTC) }
