package memory

import (
	"cmp"
	"iter"
	"maps"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

// pair is a row of the tree under test.
type pair struct{ key, value int }

func newPairs() tree[int, pair] {
	return newTree(func(p pair) int { return p.key }, cmp.Compare[int])
}

// snapshot is a copy of a tree, and what has to be in it for ever.
type snapshot struct {
	tree tree[int, pair]
	want map[int]int
}

func TestTreeBehavesLikeASortedMapAndKeepsItsSnapshots(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		var (
			pairs     = newPairs()
			want      = map[int]int{}
			mine      = new(owner)
			snapshots []snapshot
			keys      = rapid.IntRange(0, 12*maxRows)
			step      = rapid.SampledFrom([]int{1, -1, 7})
			run       = rapid.IntRange(1, 6*maxRows)
		)
		// span calls fn for keys from somewhere on: long runs split and join nodes
		// on several levels, which single keys hardly ever do.
		span := func(t *rapid.T, fn func(k int)) {
			k, by := keys.Draw(t, "key"), step.Draw(t, "step")
			for range run.Draw(t, "run") {
				fn(k)
				k += by
			}
		}
		t.Repeat(map[string]func(*rapid.T){
			"set": func(t *rapid.T) {
				value := rapid.Int().Draw(t, "value")
				span(t, func(k int) {
					old, replaced := pairs.set(mine, pair{k, value})
					before, was := want[k]
					require.Equal(t, was, replaced)
					require.Equal(t, before, old.value)
					want[k] = value
				})
			},
			"delete": func(t *rapid.T) {
				span(t, func(k int) {
					old, found := pairs.delete(mine, k)
					before, was := want[k]
					require.Equal(t, was, found)
					require.Equal(t, before, old.value)
					delete(want, k)
				})
			},
			"snapshot": func(*rapid.T) {
				snapshots = append(snapshots, snapshot{pairs, maps.Clone(want)})
				mine = new(owner)
			},
			"roll back": func(t *rapid.T) {
				if len(snapshots) > 0 {
					s := rapid.SampledFrom(snapshots).Draw(t, "snapshot")
					pairs, want, mine = s.tree, maps.Clone(s.want), new(owner)
				}
			},
			"": func(t *rapid.T) { requireTree(t, &pairs, want, keys.Draw(t, "from")) },
		})
		for _, s := range snapshots {
			requireTree(t, &s.tree, s.want, 0)
		}
	})
}

// requireTree compares every way of reading with want, and checks the form.
func requireTree(t require.TestingT, pairs *tree[int, pair], want map[int]int, from int) {
	keys := slices.Sorted(maps.Keys(want))
	require.Equal(t, len(keys), pairs.size)
	requireKeys(t, keys, pairs.ascend(nil))
	for _, k := range keys {
		got, found := pairs.get(k)
		if !found || got != (pair{k, want[k]}) { // not require: it would take most of the time
			t.Errorf("get %d: %v, %v", k, got, found)
			t.FailNow()
		}
	}
	_, found := pairs.get(-1000)
	require.False(t, found)

	at, _ := slices.BinarySearch(keys, from)
	reached := func(k int) bool { return k >= from }
	requireKeys(t, keys[at:], pairs.ascend(reached))
	down := slices.Clone(keys[:at])
	slices.Reverse(down)
	requireKeys(t, down, pairs.descend(reached))

	if pairs.root != nil {
		requireNode(t, pairs.root, true)
	}
}

func requireKeys(t require.TestingT, want []int, pairs iter.Seq[pair]) {
	var got []int
	for p := range pairs {
		got = append(got, p.key)
	}
	require.True(t, slices.Equal(want, got), "want %v, got %v", want, got)
}

// requireNode checks the form of a node and returns its height.
func requireNode[V any](t require.TestingT, n *node[V], root bool) int {
	require.LessOrEqual(t, len(n.rows), maxRows)
	if root {
		require.NotEmpty(t, n.rows)
	} else {
		require.GreaterOrEqual(t, len(n.rows), minRows)
	}
	if n.leaf() {
		return 1
	}
	require.Len(t, n.children, len(n.rows)+1)
	heights := map[int]bool{}
	for _, child := range n.children {
		heights[requireNode(t, child, false)] = true
	}
	require.Len(t, heights, 1, "the leaves are at different depths")
	for h := range heights {
		return h + 1
	}
	return 0
}

// A property with short runs never grows a tree of three levels.
func TestATallTreeKeepsItsForm(t *testing.T) {
	t.Parallel()
	const n = 20_000
	random := rand.New(rand.NewPCG(1, 2))
	pairs, mine, want := newPairs(), new(owner), map[int]int{}
	for i, k := range random.Perm(n) {
		pairs.set(mine, pair{k, i})
		want[k] = i
	}
	require.GreaterOrEqual(t, requireNode(t, pairs.root, true), 3)
	full := snapshot{pairs, maps.Clone(want)}

	mine = new(owner)
	for i, k := range random.Perm(n) {
		// Runs in both directions, too: they empty one side of every node.
		for _, k := range []int{k, i / 2, n - 1 - i/2} {
			_, had := want[k]
			_, found := pairs.delete(mine, k)
			require.Equal(t, had, found)
			delete(want, k)
		}
		if i%500 == 0 {
			requireTree(t, &pairs, want, k)
		}
	}
	require.Nil(t, pairs.root)
	requireTree(t, &full.tree, full.want, n/3)
}

func TestATreeThatIsLeftEarlyStops(t *testing.T) {
	t.Parallel()
	pairs, mine := newPairs(), new(owner)
	for k := range 1000 {
		pairs.set(mine, pair{key: k})
	}
	var up, down []int
	for p := range pairs.ascend(nil) {
		if up = append(up, p.key); len(up) == 3 {
			break
		}
	}
	for p := range pairs.descend(nil) {
		if down = append(down, p.key); len(down) == 3 {
			break
		}
	}
	require.Equal(t, []int{0, 1, 2}, up)
	require.Equal(t, []int{999, 998, 997}, down)
}
