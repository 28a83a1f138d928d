package storetest

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"math"
	"slices"
	"strings"
	"time"

	"github.com/dovetail-sync/dovetail/connector"
	"github.com/dovetail-sync/dovetail/store"
)

// cleanChecks are the rules about what rows may hold.
func cleanChecks() []check[LedgerFixture] {
	const refused = "Ids that can't be kept are ErrRefused (Writer)."
	return []check[LedgerFixture]{
		ledgerCheck("ids that can't be kept are refused", refused, checkBadIDs),
		ledgerCheck("what can't be there isn't there",
			"Point reads of what isn't there return ErrNotFound; Delete of it is no error (Reader, Writer).", checkBadIDsRead),
		ledgerCheck("numbers that can't be kept are refused", "Rows are kept as their method Clean returns them (Writer).", checkBadNumbers),
		ledgerCheck("texts lose NUL and broken UTF-8 and nothing else", "Texts lose NUL and broken UTF-8 (Writer).", checkTexts),
		ledgerCheck("times are kept in UTC to the microsecond", "Times are in UTC to the microsecond (Writer).", checkTimes),
		ledgerCheck("bytes are kept as they are", "Bytes are kept as they are (Writer).", checkBytes),
	}
}

// textPaths returns the paths of all texts in a table's rows.
func textPaths(t table) []string {
	var paths []string
	m := full(1)
	inner := m.text
	m.text = func(path string) string {
		paths = append(paths, path)
		return inner(path)
	}
	m.row(t.row)
	return slices.Compact(paths)
}

// withText returns a full row with another text at a path.
func withText(t table, path, to string) any {
	m := full(1)
	inner := m.text
	m.text = func(p string) string {
		if p == path {
			return to
		}
		return inner(p)
	}
	return m.row(t.row)
}

// checkBadIDs puts every bad id into every place that Clean refuses it in.
func checkBadIDs(d desk) {
	b := newBook()
	bad := badIDs()
	bad["nothing"] = ""
	for _, t := range b.tables {
		for _, path := range textPaths(t) {
			for _, name := range slices.Sorted(maps.Keys(bad)) {
				row := withText(t, path, bad[name])
				if _, err := t.clean(row); err != nil {
					d.refused(fmt.Sprintf("put a %s with %s in %s", t.name, name, path), func(w store.Writer) error { return t.put(w, row) })
				}
			}
		}
	}
	d.update("put a scan", func(w store.Writer) error {
		return b.write(w, scanTable(), store.Scan{ID: "s1", Integration: "i1", Kind: "asset"})
	})
	for name, id := range bad {
		d.refused("MarkSeen with "+name, func(w store.Writer) error {
			return w.MarkSeen("s1", []connector.Key{"1", connector.Key(id)})
		})
	}
	d.compare("after all were refused", b)
}

// checkBadIDsRead asks for what can't be there. A database would refuse some of
// it as an argument, which is no answer.
func checkBadIDsRead(d desk) {
	b := d.filled()
	bad, asked := badIDs(), map[string][]any{}
	bad["nothing"] = ""
	for _, t := range b.tables {
		for _, path := range t.parts {
			for _, id := range bad {
				if !isNumber(t, path) {
					asked[t.name] = append(asked[t.name], setPart(full(1).row(t.row), path, id))
				}
			}
		}
	}
	check := func(r store.Reader) error {
		for _, t := range b.tables {
			for _, like := range asked[t.name] {
				if err := b.wantNothing(r, t, like); err != nil {
					return err
				}
			}
		}
		return nil
	}
	d.view("read what can't be there", check)
	d.update("read and delete what can't be there", func(w store.Writer) error {
		for _, t := range b.tables {
			for _, like := range asked[t.name] {
				if t.del == nil || !isBad(t.key(like)) {
					continue
				}
				if err := t.del(w, like); err != nil {
					return fmt.Errorf("delete the %s %s: %w", t.name, shownKey(t.key(like)), err)
				}
			}
		}
		return errors.Join(check(w), b.compareAll(w, nil))
	})
	d.compare("afterwards", b)
}

// wantNothing checks that the reads that a bad id makes impossible find nothing.
func (b *book) wantNothing(r store.Reader, t table, like any) error {
	if _, err := t.clean(like); err != nil {
		if err := b.compareRow(r, t, like); err != nil {
			return err
		}
	}
	for _, l := range t.lists {
		if isBad(l.arg(like)) {
			if err := compareList(r, t, l, like, nil); err != nil {
				return err
			}
		}
	}
	return nil
}

// isBad reports whether there is an id among arguments that can't be kept.
func isBad(arg string) bool {
	for _, id := range badIDs() {
		if strings.Contains(keyOf("", arg, ""), keyOf("", id, "")) {
			return true
		}
	}
	return false
}

func checkBadNumbers(d desk) {
	id := recordID("1")
	for name, write := range map[string]func(w store.Writer) error{
		"settings of version 0":  func(w store.Writer) error { return w.PutSettings(store.Settings{Integration: "i1"}) },
		"settings of version -1": func(w store.Writer) error { return w.PutSettings(store.Settings{Integration: "i1", Version: -1}) },
		"change 0":               func(w store.Writer) error { return w.PutChange(store.Change{Plan: "p", Record: id}) },
		"change -1":              func(w store.Writer) error { return w.PutChange(store.Change{Plan: "p", Seq: -1, Record: id}) },
		"a match with a confidence that is no number": func(w store.Writer) error {
			return w.PutMatch(store.Match{ID: id, Suggestions: []store.Suggestion{{Confidence: math.NaN()}}})
		},
		"a match with an infinite confidence": func(w store.Writer) error {
			return w.PutMatch(store.Match{ID: id, Suggestions: []store.Suggestion{{Confidence: math.Inf(1)}}})
		},
		"a rejection of nothing": func(w store.Writer) error { return w.PutRejection(store.Rejection{ID: id}) },
	} {
		d.refused("put "+name, write)
	}
	d.compare("after all were refused", newBook())
}

// checkTexts puts every hostile text into every place where Clean keeps it or
// mends it.
func checkTexts(d desk) {
	b := newBook()
	d.update("put hostile texts", func(w store.Writer) error {
		for _, t := range b.tables {
			var free []string
			for _, path := range textPaths(t) {
				if _, err := t.clean(withText(t, path, "\x00\xff\n")); err == nil {
					free = append(free, path)
				}
			}
			for i, text := range hostileTexts() {
				if err := b.write(w, t, b.withTexts(t, free, text, i)); err != nil {
					return fmt.Errorf("with the text %.40q: %w", text, err)
				}
			}
		}
		return nil
	})
	d.compare("read hostile texts", b)
}

// withTexts returns the nth full row with a text in all places that take it.
func (b *book) withTexts(t table, paths []string, text string, n int) any {
	m := full(n + 1)
	inner := m.text
	m.text = func(path string) string {
		if slices.Contains(paths, path) {
			return text
		}
		return inner(path)
	}
	return m.row(t.row)
}

func checkTimes(d desk) {
	b := newBook()
	times := []time.Time{
		{},
		time.Date(2026, 1, 2, 3, 4, 5, 123_456_789, time.FixedZone("somewhere", 3*3600)),
		time.Date(2026, 1, 2, 3, 4, 5, 999_999_999, time.FixedZone("elsewhere", -11*3600-1800)),
		time.Date(2026, 1, 2, 3, 4, 5, 1, time.UTC),
		time.Date(2026, 7, 1, 12, 0, 0, 1000, time.Local),
		time.Date(1969, 12, 31, 23, 59, 59, 999_999_999, time.UTC),
		time.Date(1, 1, 1, 0, 0, 0, 1000, time.UTC),
		time.Date(1, 1, 1, 0, 0, 0, 0, time.FixedZone("before the first year in UTC", 3600)),
		time.Date(1582, 10, 10, 0, 0, 0, 0, time.UTC),
		time.Date(9999, 12, 31, 23, 59, 59, 999_999_999, time.UTC),
		time.Date(9999, 12, 31, 23, 59, 59, 0, time.FixedZone("after the last year in UTC", -3600)),
		time.Unix(0, 0),
	}
	d.update("put times", func(w store.Writer) error {
		for _, t := range b.tables {
			for i, at := range times {
				m := full(i + 1)
				m.at = func(string) time.Time { return at }
				if err := b.write(w, t, m.row(t.row)); err != nil {
					return fmt.Errorf("with the time %s: %w", at, err)
				}
			}
		}
		return nil
	})
	d.compare("read times", b)
}

func checkBytes(d desk) {
	b := newBook()
	every := make([]byte, 256)
	for i := range every {
		every[i] = byte(i)
	}
	large := slices.Repeat(every, 1<<20/len(every))
	rows := [][]byte{every, large, {}, {0}, []byte("\xef\xbb\xbf{}\r\n"), []byte(`\x00`), []byte("null")}
	d.update("put bytes", func(w store.Writer) error {
		for _, t := range b.tables {
			for i, data := range rows {
				m := full(i + 1)
				m.bytes = func(string) []byte { return data }
				if err := b.write(w, t, m.row(t.row)); err != nil {
					return err
				}
			}
		}
		return nil
	})
	err := d.l.View(d.ctx, func(_ context.Context, r store.Reader) error { return b.compareAll(r, nil) })
	if err != nil {
		d.errorf("read bytes: %w", err)
	}
}
