package main

import (
	"bytes"
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/dovetail-sync/dovetail/matching"
)

// drawn returns a set whose right candidates are drawn as likely as given weights say,
// and the terms that its candidates have.
func drawn(weights []float64, against []bool, records int) (*fitSet, *terms) {
	random := rand.New(rand.NewPCG(7, 11)) // the same sets every time
	t := &terms{at: make(map[string]int)}
	for i := range weights {
		t.number(matching.Term{Name: fmt.Sprint("term ", i), Against: against[i]})
		t.free[i] = true
	}
	s := &fitSet{weight: 1, pairs: []labelledPair{}} // as if of pairs: nothing is to be guessed
	for range records {
		g := group{right: -1}
		odds, sum := []float64{1}, 1.0
		for range 1 + random.IntN(6) {
			var row values
			for i := range weights {
				if random.IntN(3) > 0 {
					row = append(row, value{term: i, x: random.Float64() * 2})
				}
			}
			g.rows, g.free = append(g.rows, row), append(g.free, -random.Float64())
			odds = append(odds, math.Exp2(s.shift+g.bits(len(g.rows)-1, weights)))
			sum += odds[len(odds)-1]
		}
		at := random.Float64() * sum
		for i, o := range odds {
			if at -= o; at < 0 {
				g.right = i - 1
				break
			}
		}
		s.groups = append(s.groups, g)
	}
	return s, t
}

func TestSlopeIsHowTheLikelihoodChanges(t *testing.T) {
	t.Parallel()
	weights := []float64{3, -2, 0.5, 0}
	s, _ := drawn(weights, []bool{false, true, false, false}, 50)
	l := &likelihood{sets: []*fitSet{s}, hold: []float64{0.1, 0.2, 0, 0.3}, exception: 0.1}
	at := []float64{1, -1, 2, 0.3}
	out := newSlope(len(at))
	l.of(at, out)
	for i := range at {
		const little = 1e-5
		more, less := append([]float64{}, at...), append([]float64{}, at...)
		more[i] += little
		less[i] -= little
		require.InDelta(t, (l.of(more, nil)-l.of(less, nil))/(2*little), out.grad[i], 1e-4, "term %d", i)
	}
}

func TestWeightsThatMadeASetAreFound(t *testing.T) {
	t.Parallel()
	truth, against := []float64{4, -3, 1.5, 0, 2}, []bool{false, true, false, true, false}
	s, terms := drawn(truth, against, 4000)
	l := &likelihood{sets: []*fitSet{s}, hold: make([]float64, len(truth))}
	found := climb(l, terms, make([]float64, len(truth)))
	for i, want := range truth {
		require.InDelta(t, want, found[i], 0.35, "term %d", i)
	}
	again := climb(l, terms, []float64{1, -1, 1, -1, 1})
	for i := range found {
		require.InDelta(t, found[i], again[i], 1e-3, "from elsewhere the same is found")
	}
	// What would have the other sign is held at nothing.
	terms.against[0] = true
	require.Zero(t, climb(l, terms, make([]float64, len(truth)))[0])
	terms.free[1] = false
	require.InDelta(t, -7.0, climb(l, terms, []float64{0, -7, 0, 0, 0})[1], 0, "a weight that isn't free stays")
}

// A company that took another name altogether teaches nothing about names.
func TestExceptionsHardlyDrawWeights(t *testing.T) {
	t.Parallel()
	truth, against := []float64{6, -3}, []bool{false, true}
	s, terms := drawn(truth, against, 1500)
	l := &likelihood{sets: []*fitSet{s}, hold: make([]float64, len(truth)), exception: fitException}
	before := climb(l, terms, make([]float64, len(truth)))
	for range 150 { // the right one has all that speaks against it, and another one all that speaks for it
		s.groups = append(s.groups, group{rows: []values{{{term: 1, x: 2}}, {{term: 0, x: 2}}}, right: 0, free: make([]float64, 2)})
	}
	after := climb(l, terms, before)
	l.exception = 0
	naive := climb(l, terms, before)
	require.InDelta(t, before[0], after[0], 1)
	require.Less(t, naive[0], after[0]-2, "else they do")
}

// folder writes lists on which phone numbers tell what is the same, and names
// mislead.
func folder(t *testing.T) string {
	t.Helper()
	folder := t.TempDir()
	left, right, pairs := []string{"id,name,phone"}, []string{"id,name,phone"}, []string{"left_id,right_id"}
	for i := range 60 {
		name := func(i int) string { return fmt.Sprintf("Meridian %c%c Foods", 'A'+i%26, 'A'+i%7) }
		left = append(left, fmt.Sprintf("l%d,%s,0161 49%05d", i, name(i), 60000+i*7))
		right = append(right, fmt.Sprintf("r%d,%s,0161 49%05d", i, name(i+1), 60000+i*7))
		pairs = append(pairs, fmt.Sprintf("l%d,r%d", i, i))
	}
	for name, lines := range map[string][]string{"left.csv": left, "right.csv": right, "pairs.csv": pairs} {
		require.NoError(t, os.WriteFile(filepath.Join(folder, name), []byte(strings.Join(lines, "\n")+"\n"), 0o600))
	}
	return folder
}

func TestWeightsAreFittedToLists(t *testing.T) {
	t.Parallel()
	lists := folder(t)
	labelled := filepath.Join(t.TempDir(), "labelled")
	require.NoError(t, os.Mkdir(labelled, 0o700))
	require.NoError(t, os.WriteFile(filepath.Join(labelled, "labelled.csv"), []byte("name1,name2,is_match\nAcme,Acme Ltd,true\nAcme,Onyx,false\n"), 0o600))
	fit := func() (weights, printed string) {
		var out, diagnostics bytes.Buffer
		file := filepath.Join(t.TempDir(), "weights.txt")
		require.NoError(t, run([]string{"-fit", "-leave-out", "-out", file, "2:" + lists, labelled}, &out, &diagnostics))
		text, err := os.ReadFile(file)
		require.NoError(t, err)
		return string(text), diagnostics.String()
	}
	weights, printed := fit()
	require.Contains(t, printed, "by all sets")
	require.Contains(t, printed, "by the others")
	again, _ := fit()
	require.Equal(t, weights, again, "the same lists make the same weights")

	tables, err := matching.ShippedTables().WithWeights(strings.NewReader(weights))
	require.NoError(t, err)
	score := func(tables *matching.Tables, name, phone string) float64 {
		a, b := matching.Named("a", "Meridian AA Foods"), matching.Named("b", name)
		a.Phones, b.Phones = []string{"0161 496 0123"}, []string{phone}
		c, err := matching.Compare(tables, a, b)
		require.NoError(t, err)
		return c.Score
	}
	ahead := func(tables *matching.Tables) float64 {
		return score(tables, "Meridian BB Foods", "0161 496 0123") - score(tables, "Meridian AA Foods", "0161 496 0777")
	}
	require.Greater(t, ahead(tables), 1.0, "by these lists it's the phone number that tells")
	require.Greater(t, ahead(tables), ahead(nil)+1)

	var out bytes.Buffer
	require.ErrorContains(t, run([]string{"-fit"}, &out, &out), "no sets")
	require.ErrorContains(t, run([]string{"-fit", "much:" + lists}, &out, &out), "a weight, a colon and a folder")
	require.ErrorContains(t, run([]string{"-fit", filepath.Join(lists, "nowhere")}, &out, &out), "left.csv")
}
