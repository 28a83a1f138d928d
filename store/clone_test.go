package store_test

import (
	"reflect"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/require"

	"github.com/dovetail-sync/dovetail/store"
)

// Every field of every type that has a Clone is filled, so that a field added to
// the model is tested too.
func TestACloneSharesNothing(t *testing.T) {
	t.Parallel()
	cloned := 0
	for _, like := range append(keptRows(), store.Reason{}, store.Company{}, store.Layout{}, store.Asset{}) {
		given := filled(t, like, itself, someTime())
		if !reflect.ValueOf(given).MethodByName("Clone").IsValid() {
			require.False(t, shares(reflect.TypeOf(like)), "a %T without Clone holds what can be changed", like)
			continue
		}
		cloned++
		clone := call(given, "Clone")[0].Interface()
		require.Empty(t, cmp.Diff(filled(t, like, itself, someTime()), clone))
		spoil(reflect.ValueOf(given))
		require.Empty(t, cmp.Diff(filled(t, like, itself, someTime()), clone))
		require.Empty(t, cmp.Diff(like, call(like, "Clone")[0].Interface()), "nil stays nil")
	}
	require.Equal(t, 16, cloned)
}

// A row type added to the model has to be added to the tests.
func TestEveryRowThatAWriterTakesIsTested(t *testing.T) {
	t.Parallel()
	var taken, tested []string
	for method := range reflect.TypeFor[store.Writer]().Methods() {
		if method.Type.NumIn() == 1 {
			if _, row := method.Type.In(0).MethodByName("Clean"); row {
				if name := method.Type.In(0).Name(); !slices.Contains(taken, name) {
					taken = append(taken, name)
				}
			}
		}
	}
	for _, row := range keptRows() {
		tested = append(tested, reflect.TypeOf(row).Name())
	}
	require.ElementsMatch(t, taken, tested)
}

// shares reports whether copies of a type have parts in common that can be
// changed.
func shares(t reflect.Type) bool {
	switch t.Kind() {
	case reflect.Slice, reflect.Map, reflect.Pointer:
		return true
	case reflect.Struct:
		if t.PkgPath() != reflect.TypeFor[store.Card]().PkgPath() {
			return false // time.Time and connector.Value can't be changed
		}
		for field := range t.Fields() {
			if shares(field.Type) {
				return true
			}
		}
	default:
	}
	return false
}
