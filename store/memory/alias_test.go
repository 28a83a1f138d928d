package memory_test

import (
	"context"
	"fmt"
	"iter"
	"reflect"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/require"

	"github.com/dovetail-sync/dovetail/connector"
	"github.com/dovetail-sync/dovetail/store"
)

// kept says how rows of one type are written and read.
type kept[T any] struct {
	put func(store.Writer, T) error
	get func(store.Reader, T) (T, error)
	// lists are the iterators that yield the row.
	lists []func(store.Reader, T) iter.Seq2[T, error]
}

// checkAliases fills every field of every row, so that a field that is added to
// the model is checked too.
func checkAliases(t *testing.T, l store.Ledger) {
	checkKept(t, l, kept[store.Integration]{
		put: store.Writer.PutIntegration,
		get: func(r store.Reader, i store.Integration) (store.Integration, error) { return r.Integration(i.ID) },
		lists: []func(store.Reader, store.Integration) iter.Seq2[store.Integration, error]{
			func(r store.Reader, _ store.Integration) iter.Seq2[store.Integration, error] { return r.Integrations() },
		},
	})
	checkKept(t, l, kept[store.Settings]{
		put: store.Writer.PutSettings,
		get: func(r store.Reader, s store.Settings) (store.Settings, error) {
			return r.Settings(s.Integration, s.Version)
		},
	})
	checkKept(t, l, kept[store.MirrorRow]{
		put: store.Writer.PutMirrorRow,
		get: func(r store.Reader, m store.MirrorRow) (store.MirrorRow, error) { return r.MirrorRow(m.ID) },
		lists: []func(store.Reader, store.MirrorRow) iter.Seq2[store.MirrorRow, error]{
			func(r store.Reader, m store.MirrorRow) iter.Seq2[store.MirrorRow, error] {
				return r.Mirror(store.MirrorQuery{Integration: m.ID.Integration, Kind: m.ID.Kind})
			},
			func(r store.Reader, m store.MirrorRow) iter.Seq2[store.MirrorRow, error] {
				return r.Mirror(store.MirrorQuery{Integration: m.ID.Integration, Kind: m.ID.Kind, Container: &m.Container})
			},
		},
	})
	checkKept(t, l, kept[store.Scan]{
		put: store.Writer.PutScan,
		get: func(r store.Reader, s store.Scan) (store.Scan, error) { return r.LastScan(s.Integration, s.Kind) },
	})
	checkKept(t, l, kept[store.Match]{
		put: store.Writer.PutMatch,
		get: func(r store.Reader, m store.Match) (store.Match, error) { return r.Match(m.ID) },
		lists: []func(store.Reader, store.Match) iter.Seq2[store.Match, error]{
			func(r store.Reader, m store.Match) iter.Seq2[store.Match, error] { return r.Matches(m.ID.Integration) },
			func(r store.Reader, m store.Match) iter.Seq2[store.Match, error] { return r.MatchesOf(m.Company) },
		},
	})
	checkKept(t, l, kept[store.Card]{
		put: store.Writer.PutCard,
		get: func(r store.Reader, c store.Card) (store.Card, error) { return r.Card(c.ID) },
		lists: []func(store.Reader, store.Card) iter.Seq2[store.Card, error]{
			func(r store.Reader, c store.Card) iter.Seq2[store.Card, error] { return r.Cards(c.ID.Integration) },
			func(r store.Reader, c store.Card) iter.Seq2[store.Card, error] { return r.CardsOf(c.Company) },
		},
	})
	checkPlanAliases(t, l)
}

func checkPlanAliases(t *testing.T, l store.Ledger) {
	t.Helper()
	checkKept(t, l, kept[store.Plan]{
		put: store.Writer.PutPlan,
		get: func(r store.Reader, p store.Plan) (store.Plan, error) { return r.Plan(p.ID) },
		lists: []func(store.Reader, store.Plan) iter.Seq2[store.Plan, error]{
			func(r store.Reader, p store.Plan) iter.Seq2[store.Plan, error] {
				return func(yield func(store.Plan, error) bool) { yield(r.LastPlan(p.Integration)) }
			},
		},
	})
	checkKept(t, l, kept[store.Change]{
		put: store.Writer.PutChange,
		get: func(r store.Reader, c store.Change) (store.Change, error) { return r.Change(c.Plan, c.Seq) },
		lists: []func(store.Reader, store.Change) iter.Seq2[store.Change, error]{
			func(r store.Reader, c store.Change) iter.Seq2[store.Change, error] { return r.Changes(c.Plan, 0) },
		},
	})
	checkKept(t, l, kept[store.OpenWrite]{
		put: store.Writer.PutOpenWrite,
		get: func(r store.Reader, o store.OpenWrite) (store.OpenWrite, error) {
			return first(r.OpenWrites(o.Record.Integration))
		},
	})
	checkKept(t, l, kept[store.Run]{
		put: store.Writer.PutRun,
		get: func(r store.Reader, run store.Run) (store.Run, error) { return r.Run(run.ID) },
		lists: []func(store.Reader, store.Run) iter.Seq2[store.Run, error]{
			func(r store.Reader, run store.Run) iter.Seq2[store.Run, error] {
				return func(yield func(store.Run, error) bool) { yield(r.LastRun(run.Integration)) }
			},
		},
	})
	checkKept(t, l, kept[store.JournalEntry]{
		put: store.Writer.AppendJournal,
		get: func(r store.Reader, _ store.JournalEntry) (store.JournalEntry, error) {
			return first(r.Journal(store.JournalQuery{}))
		},
	})
}

func first[T any](rows iter.Seq2[T, error]) (T, error) {
	for row, err := range rows {
		return row, err
	}
	var none T
	return none, store.ErrNotFound
}

// checkKept spoils a row after it was put, and again after it was got.
func checkKept[T any](t *testing.T, l store.Ledger, k kept[T]) {
	t.Helper()
	want, given := filled[T](t), filled[T](t)
	update(t, l, func(w store.Writer) {
		require.NoError(t, k.put(w, given))
		spoil(reflect.ValueOf(&given).Elem())
		got, err := k.get(w, want)
		require.NoError(t, err)
		require.Empty(t, cmp.Diff(want, got), "%T: what was handed in was changed within the update", want)
	})
	view(t, l, func(r store.Reader) {
		for _, why := range []string{"what was handed in was changed", "what was handed out was changed"} {
			got, err := k.get(r, want)
			require.NoError(t, err)
			require.Empty(t, cmp.Diff(want, got), "%T: %s", want, why)
			spoil(reflect.ValueOf(&got).Elem())
			for i, list := range k.lists {
				listed, err := first(list(r, want))
				require.NoError(t, err)
				require.Empty(t, cmp.Diff(want, listed), "%T: list %d: %s", want, i, why)
				spoil(reflect.ValueOf(&listed).Elem())
			}
		}
	})
}

// filled returns a T without a zero field at any depth, always the same.
func filled[T any](t *testing.T) T {
	t.Helper()
	var row T
	fill(t, reflect.ValueOf(&row).Elem(), reflect.TypeFor[T]().Name())
	return row
}

func fill(t *testing.T, v reflect.Value, path string) {
	t.Helper()
	switch v.Interface().(type) {
	case time.Time:
		v.Set(reflect.ValueOf(time.Date(2026, 3, 4, 5, 6, 7, 8000, time.UTC)))
		return
	case connector.Value:
		v.Set(reflect.ValueOf(connector.Texts(path, "and more")))
		return
	}
	switch v.Kind() {
	case reflect.String:
		v.SetString(path)
	case reflect.Bool:
		v.SetBool(true)
	case reflect.Int, reflect.Int64:
		v.SetInt(1)
	case reflect.Uint8:
		v.SetUint(1)
	case reflect.Float64:
		v.SetFloat(0.5)
	case reflect.Struct:
		for i := range v.NumField() {
			fill(t, v.Field(i), path+"."+v.Type().Field(i).Name)
		}
	case reflect.Slice:
		v.Set(reflect.MakeSlice(v.Type(), 2, 2))
		for i := range v.Len() {
			fill(t, v.Index(i), fmt.Sprintf("%s[%d]", path, i))
		}
	case reflect.Map:
		v.Set(reflect.MakeMap(v.Type()))
		key, value := reflect.New(v.Type().Key()).Elem(), reflect.New(v.Type().Elem()).Elem()
		fill(t, key, path+" key")
		fill(t, value, path+" value")
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

func checkTimes(t *testing.T, l store.Ledger) {
	zone := time.FixedZone("somewhere", 3*3600)
	given := time.Date(2026, 1, 2, 3, 4, 5, 123_456_789, zone)
	want := time.Date(2026, 1, 2, 0, 4, 5, 123_456_000, time.UTC)
	require.NoError(t, l.Update(t.Context(), func(_ context.Context, w store.Writer) error {
		c := card("1", "a")
		c.Since = given
		c.Wrote = map[store.FieldID]store.Written{"f": {At: given}}
		return w.PutCard(c)
	}))
	view(t, l, func(r store.Reader) {
		got, err := r.Card(record("1"))
		require.NoError(t, err)
		require.Equal(t, []time.Time{want, want}, []time.Time{got.Since, got.Wrote["f"].At})
	})
}
