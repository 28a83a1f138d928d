package sqlstore

import (
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"github.com/dovetail-sync/dovetail/connector"
)

// The types *Dest implement sql.Scanner on what they point to. They hold a
// single pointer each, so that none of them is an allocation when it becomes an
// interface.

// textDest takes text.
type textDest[S ~string] struct{ to *S }

// Scan implements sql.Scanner.
func (d textDest[S]) Scan(src any) error {
	switch v := src.(type) {
	case string:
		*d.to = S(v)
	case []byte:
		*d.to = S(v)
	default:
		return unexpected(src, "text")
	}
	return nil
}

// numberDest takes whole numbers.
type numberDest[N ~int | ~int64 | ~uint8] struct{ to *N }

// Scan implements sql.Scanner.
func (d numberDest[N]) Scan(src any) error {
	v, ok := src.(int64)
	if !ok {
		return unexpected(src, "a whole number")
	}
	*d.to = N(v)
	return nil
}

// momentDest takes times in microseconds since 1970. NULL is the zero time.
type momentDest struct{ to *time.Time }

// Scan implements sql.Scanner.
func (d momentDest) Scan(src any) error {
	switch v := src.(type) {
	case nil:
		*d.to = time.Time{}
	case int64:
		*d.to = time.UnixMicro(v).UTC()
	default:
		return unexpected(src, "a whole number")
	}
	return nil
}

// binaryDest takes bytes. NULL is none.
type binaryDest[B ~[]byte | ~string] struct{ to *B }

// Scan implements sql.Scanner. The driver keeps what it hands over: it is
// copied.
func (d binaryDest[B]) Scan(src any) error {
	switch v := src.(type) {
	case nil:
		var none B
		*d.to = none
	case []byte:
		*d.to = B(slices.Clone(v))
	default:
		return unexpected(src, "bytes")
	}
	return nil
}

// encodedDest takes JSON in bytes. NULL is nothing.
type encodedDest[V any] struct{ to *V }

// Scan implements sql.Scanner.
func (d encodedDest[V]) Scan(src any) error {
	switch v := src.(type) {
	case nil:
		var none V
		*d.to = none
		return nil
	case []byte:
		return json.Unmarshal(v, d.to)
	default:
		return unexpected(src, "bytes")
	}
}

// valuesDest takes values as JSON in bytes. NULL is none.
type valuesDest[M ~map[K]connector.Value, K ~string] struct{ to *M }

// Scan implements sql.Scanner.
func (d valuesDest[M, K]) Scan(src any) (err error) {
	switch v := src.(type) {
	case nil:
		*d.to = nil
	case []byte:
		*d.to, err = connector.ParseValues[M](v)
	default:
		err = unexpected(src, "bytes")
	}
	return err
}

func unexpected(src any, want string) error {
	return fmt.Errorf("the column holds %T instead of %s (was it changed by another program?)", src, want)
}
