package storetest

import (
	"math/rand/v2"
	"reflect"
	"time"

	"github.com/dovetail-sync/dovetail/connector"
)

// dice make random things, the same for the same seed.
type dice struct{ *rand.Rand }

func newDice(seed uint64) dice { return dice{rand.New(rand.NewPCG(seed, 0))} }

// one returns one of the items.
func one[T any](d dice, items []T) T { return items[d.IntN(len(items))] }

// chance is true once in n times.
func (d dice) chance(n int) bool { return d.IntN(n) == 0 }

// maker makes random rows. Their ids are good ones, and their texts nearly
// always: some rows come out that can't be kept, or not as they are.
func (d dice) maker() maker {
	good, texts := hostileIDs(), hostileTexts()
	return maker{
		text: func(string) string {
			switch d.IntN(40) {
			case 0:
				return one(d, texts)
			case 1, 2, 3:
				return ""
			default:
				return one(d, good)
			}
		},
		bytes: func(string) []byte {
			b := make([]byte, d.IntN(40))
			for i := range b {
				b[i] = byte(d.Uint32())
			}
			return b
		},
		num:    func(string) int64 { return one(d, []int64{-1, 0, 1, 2, 1 << 33, 1<<53 + 1, d.Int64()}) },
		share:  func(string) float64 { return d.Float64() },
		yes:    func(string) bool { return d.chance(2) },
		at:     func(string) time.Time { return d.time() },
		value:  d.value,
		size:   func(string) int { return one(d, []int{0, 0, 1, 2, 3}) },
		record: func(string) bool { return !d.chance(8) },
	}
}

func (d dice) time() time.Time {
	if d.chance(4) {
		return time.Time{}
	}
	zone := one(d, []*time.Location{time.UTC, time.Local, time.FixedZone("somewhere", 5*3600+1800)})
	year := one(d, []int{1, 1583, 1969, 2026, 2026, 9999, 10001})
	return time.Date(year, time.Month(1+d.IntN(12)), 2+d.IntN(20), d.IntN(24), d.IntN(60), d.IntN(60), d.IntN(1e9), zone)
}

func (d dice) value(path string) connector.Value {
	switch d.IntN(4) {
	case 0:
		return connector.Value{}
	case 1:
		return connector.Text(one(d, hostileTexts()))
	default:
		return one(d, everyValue(path, d.IntN(100)))
	}
}

// row returns a random row of a table, with key parts of few different ids, so
// that rows meet. Mostly it is one that can be kept.
func (d dice) row(t table) any {
	m, ids := d.maker(), []string{"A", "a", "a b", "ab", "\u00e4"}
	for {
		row := m.row(t.row)
		for _, path := range t.parts {
			if isNumber(t, path) {
				most := 12
				if t.once {
					most = 1000
				}
				row = setPart(row, path, 1+d.IntN(most))
			} else {
				row = setPart(row, path, one(d, ids))
			}
		}
		if _, err := t.clean(row); err == nil || d.chance(100) {
			return row
		}
	}
}

func isNumber(t table, path string) bool {
	switch partOf(reflect.New(t.row).Elem(), path).Kind() {
	case reflect.Int, reflect.Int64:
		return true
	default:
		return false
	}
}
