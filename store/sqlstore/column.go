package sqlstore

import (
	"database/sql/driver"
	"encoding/json"
	"fmt"
	"reflect"
	"time"

	"github.com/dovetail-sync/dovetail/connector"
	"github.com/dovetail-sync/dovetail/store"
)

// column is a column of a table and its place in the row type.
type column[T any] struct {
	name string
	// arg is the value that a statement gets.
	arg func(*T) (driver.Value, error)
	// dest is where the column's value is scanned to.
	dest func(*T) any
	// number says that it holds numbers.
	number bool
	// heavy says that a row's head is read without it.
	heavy bool
}

// heavy makes a column one that a row's head is read without.
func heavy[T any](c column[T]) column[T] {
	c.heavy = true
	return c
}

// text is a column of text.
func text[T any, S ~string](name string, at func(*T) *S) column[T] {
	return column[T]{
		name: name,
		arg:  func(row *T) (driver.Value, error) { return string(*at(row)), nil },
		dest: func(row *T) any { return textDest[S]{at(row)} },
	}
}

// number is a column of whole numbers.
func number[T any, N ~int | ~int64 | ~uint8](name string, at func(*T) *N) column[T] {
	return column[T]{
		name: name, number: true,
		arg:  func(row *T) (driver.Value, error) { return int64(*at(row)), nil },
		dest: func(row *T) any { return numberDest[N]{at(row)} },
	}
}

// flag is a column of true and false.
func flag[T any](name string, at func(*T) *bool) column[T] {
	return column[T]{
		name: name,
		arg:  func(row *T) (driver.Value, error) { return *at(row), nil },
		dest: func(row *T) any { return at(row) },
	}
}

// moment is a column of times, in microseconds since 1970. The zero time is
// NULL.
func moment[T any](name string, at func(*T) *time.Time) column[T] {
	return column[T]{
		name: name,
		arg: func(row *T) (driver.Value, error) {
			if at(row).IsZero() {
				return nil, nil
			}
			return at(row).UnixMicro(), nil
		},
		dest: func(row *T) any { return momentDest{at(row)} },
	}
}

// sortable is moment for a column that is compared: the zero time is a number
// too, before all others.
func sortable[T any](name string, at func(*T) *time.Time) column[T] {
	c := moment(name, at)
	c.arg = func(row *T) (driver.Value, error) { return at(row).UnixMicro(), nil }
	return c
}

// binary is a column of bytes. No bytes are NULL.
func binary[T any, B ~[]byte | ~string](name string, at func(*T) *B) column[T] {
	return column[T]{
		name: name,
		arg: func(row *T) (driver.Value, error) {
			if len(*at(row)) == 0 {
				return nil, nil
			}
			return []byte(*at(row)), nil
		},
		dest: func(row *T) any { return binaryDest[B]{at(row)} },
	}
}

// encoded is a column of JSON in bytes, for lists, maps and small structs. What
// is empty is NULL, and costs nothing to read.
func encoded[T, V any](name string, at func(*T) *V) column[T] {
	return column[T]{
		name: name,
		arg: func(row *T) (driver.Value, error) {
			v := at(row)
			if empty(reflect.ValueOf(v).Elem()) {
				return nil, nil
			}
			data, err := json.Marshal(v)
			if err != nil {
				return nil, fmt.Errorf("column %s: %w", name, err)
			}
			return data, nil
		},
		dest: func(row *T) any { return encodedDest[V]{at(row)} },
	}
}

// valued is an encoded column of values.
func valued[T any, M ~map[K]connector.Value, K ~string](name string, at func(*T) *M) column[T] {
	return column[T]{
		name: name,
		arg: func(row *T) (driver.Value, error) {
			if len(*at(row)) == 0 {
				return nil, nil
			}
			return connector.AppendValues(nil, *at(row)), nil
		},
		dest: func(row *T) any { return valuesDest[M, K]{at(row)} },
	}
}

func empty(v reflect.Value) bool {
	if k := v.Kind(); k == reflect.Map || k == reflect.Slice {
		return v.Len() == 0
	}
	return v.IsZero()
}

// record are the columns of a record's id.
func record[T any](at func(*T) *store.RecordID) []column[T] {
	return []column[T]{
		text("integration", func(row *T) *store.IntegrationID { return &at(row).Integration }),
		text("kind", func(row *T) *connector.Kind { return &at(row).Kind }),
		text("record", func(row *T) *connector.Key { return &at(row).Key }),
	}
}

// actor are the columns of who did something.
func actor[T any](at func(*T) *store.Actor) []column[T] {
	return []column[T]{
		text("by_kind", func(row *T) *store.ActorKind { return &at(row).Kind }),
		text("by_id", func(row *T) *string { return &at(row).ID }),
		text("by_name", func(row *T) *string { return &at(row).Name }),
	}
}

// reason are the columns of a decision's reason.
func reason[T any](at func(*T) *store.Reason) []column[T] {
	return []column[T]{
		text("reason", func(row *T) *string { return &at(row).Code }),
		heavy(encoded("reason_args", func(row *T) *map[string]string { return &at(row).Args })),
	}
}
