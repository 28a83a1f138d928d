package matching_test

import (
	"math/rand/v2"
	"slices"
)

// shuffled returns a copy of a list in another order.
func shuffled[T any](list []T) []T {
	other := slices.Clone(list)
	rand.Shuffle(len(other), func(i, j int) { other[i], other[j] = other[j], other[i] })
	return other
}
