package storetest

import (
	"encoding/json"
	"fmt"
	"hash/fnv"
	"reflect"
	"time"

	"github.com/dovetail-sync/dovetail/connector"
	"github.com/dovetail-sync/dovetail/store"
)

// maker fills rows by reflection, so that a field that is added to the model is
// tested too. Each function makes what stands at a path within the row.
type maker struct {
	text  func(path string) string
	bytes func(path string) []byte
	num   func(path string) int64
	share func(path string) float64
	yes   func(path string) bool
	at    func(path string) time.Time
	value func(path string) connector.Value
	// size is how many items a slice or map gets.
	size func(path string) int
	// record is whether a record id is filled; it is empty otherwise.
	record func(path string) bool
}

// row returns a filled value of a type.
func (m maker) row(of reflect.Type) any {
	v := reflect.New(of).Elem()
	m.fill(v, of.Name())
	return v.Interface()
}

func (m maker) fill(v reflect.Value, path string) {
	switch v.Interface().(type) {
	case time.Time:
		v.Set(reflect.ValueOf(m.at(path)))
		return
	case connector.Value:
		v.Set(reflect.ValueOf(m.value(path)))
		return
	case json.RawMessage: // JSON that a store would change if it read and wrote it
		v.SetBytes(fmt.Appendf(nil, "{ \"b\":1.0,\n\t\"a\": [%q ,1e2], \"b\": null}", m.text(path)))
		return
	case []byte:
		v.SetBytes(m.bytes(path))
		return
	case store.RecordID:
		if !m.record(path) {
			return
		}
	}
	m.fillKind(v, path)
}

func (m maker) fillKind(v reflect.Value, path string) {
	switch v.Kind() {
	case reflect.String:
		v.SetString(m.text(path))
	case reflect.Bool:
		v.SetBool(m.yes(path))
	case reflect.Int, reflect.Int64:
		v.SetInt(m.num(path))
	case reflect.Uint8:
		v.SetUint(uint64(m.num(path)) % 4)
	case reflect.Float64:
		v.SetFloat(m.share(path))
	case reflect.Pointer:
		v.Set(reflect.New(v.Type().Elem()))
		m.fill(v.Elem(), path)
	case reflect.Struct:
		for field, value := range v.Fields() {
			m.fill(value, path+"."+field.Name)
		}
	case reflect.Slice:
		n := m.size(path)
		v.Set(reflect.MakeSlice(v.Type(), n, n))
		for i := range n {
			m.fill(v.Index(i), fmt.Sprintf("%s[%d]", path, i))
		}
	case reflect.Map:
		v.Set(reflect.MakeMap(v.Type()))
		for i := range m.size(path) {
			key, value := reflect.New(v.Type().Key()).Elem(), reflect.New(v.Type().Elem()).Elem()
			m.fill(key, fmt.Sprintf("%s key %d", path, i))
			m.fill(value, fmt.Sprintf("%s value %d", path, i))
			v.SetMapIndex(key, value)
		}
	default:
		panic(fmt.Sprintf("%s is a %s: teach the suite about it", path, v.Kind()))
	}
}

// full makes rows in which nothing is zero, always the same for one n, and
// nothing is the same for another.
func full(n int) maker {
	hash := func(path string) uint64 {
		h := fnv.New64a()
		_, _ = fmt.Fprint(h, path, n)
		return h.Sum64()
	}
	return maker{
		text:  func(path string) string { return fmt.Sprintf("%s #%d", path, n) },
		bytes: func(path string) []byte { return fmt.Appendf(nil, "\x00\xff'%s\\%d\x00\x80\r\n", path, n) },
		// More than 32 bits, and more than a floating number keeps.
		num:   func(path string) int64 { return 1<<53 + 1 + 2*int64(hash(path)%1000) + int64(n)*4000 },
		share: func(path string) float64 { return 1 / (1.5 + float64(hash(path)%1000)) },
		yes:   func(string) bool { return n%2 == 1 },
		at: func(path string) time.Time {
			return time.Date(2000+n, 3, 4, 5, 6, 7, 123_456_000, time.UTC).Add(time.Duration(hash(path)%1e6) * time.Microsecond)
		},
		value: func(path string) connector.Value {
			return everyValue(path, n)[hash(path)%uint64(len(everyValue(path, n)))]
		},
		size:   func(string) int { return 2 },
		record: func(string) bool { return true },
	}
}

// everyValue returns a value of every kind.
func everyValue(path string, n int) []connector.Value {
	decimal, err := connector.Decimal(fmt.Sprintf("12345678901234567890.%d25", n))
	if err != nil {
		panic(err)
	}
	return []connector.Value{
		connector.Text(fmt.Sprintf("%s #%d", path, n)),
		connector.Text(fmt.Sprintf(`{"at":"2026-01-02T15:04:05Z","n":%d}`, n)), // looks like an instant
		connector.Text(fmt.Sprintf("%d", n)),                                   // looks like a number
		connector.Text(" <b>\u2028&\t\r\n\"\\ "),
		connector.Integer(1<<62 + int64(n)),
		connector.Integer(-int64(n)),
		decimal,
		connector.Bool(n%2 == 0),
		connector.Instant(time.Date(2000+n, 1, 2, 3, 4, 5, 6000, time.UTC)),
		connector.List(connector.Text(path), connector.Integer(int64(n)), connector.List(connector.Bool(true), decimal)),
	}
}
