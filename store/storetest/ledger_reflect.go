package storetest

import (
	"reflect"
	"strings"
	"time"

	"github.com/dovetail-sync/dovetail/connector"
)

// setPart sets the field at a path such as "ID.Key" of a copy of row.
func setPart(row any, path string, to any) any {
	v := reflect.New(reflect.TypeOf(row)).Elem()
	v.Set(reflect.ValueOf(row))
	field := partOf(v, path)
	field.Set(reflect.ValueOf(to).Convert(field.Type()))
	return v.Interface()
}

// part returns what stands at a path such as "ID.Key" of a row.
func part(row any, path string) any { return partOf(reflect.ValueOf(row), path).Interface() }

// partOf returns the field at a path such as "ID.Key".
func partOf(v reflect.Value, path string) reflect.Value {
	for name := range strings.SplitSeq(path, ".") {
		v = v.FieldByName(name)
	}
	return v
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
