package main

import "math"

// The settings of the search for the likeliest weights.
const (
	mostSteps  = 60
	mostHalves = 20   // how often a step is halved that is too long
	stillEnd   = 1e-5 // bits by which no weight moves any more
)

// climb returns the likeliest weights, from some on: by Newton's steps, among those
// weights whose sign is right.
func climb(l *likelihood, t *terms, from []float64) []float64 {
	weights := append([]float64{}, from...)
	out := newSlope(len(weights))
	for range mostSteps {
		for _, s := range l.sets {
			s.guess(weights)
		}
		now := l.of(weights, out)
		step := t.step(weights, out)
		next, moved := weights, 0.0
		for part, n := 1.0, 0; n < mostHalves; part, n = part/2, n+1 {
			next, moved = t.walk(weights, step, part)
			if l.of(next, nil) >= now {
				break
			}
		}
		weights = next
		if moved < stillEnd {
			break
		}
	}
	return weights
}

// step returns Newton's step of the weights that may move.
func (t *terms) step(weights []float64, s *slope) []float64 {
	var at []int
	for i, w := range weights {
		stuck := w == 0 && (t.against[i] && s.grad[i] > 0 || !t.against[i] && s.grad[i] < 0)
		if t.free[i] && !stuck {
			at = append(at, i)
		}
	}
	a, b := make([][]float64, len(at)), make([]float64, len(at))
	for i, x := range at {
		a[i] = make([]float64, len(at))
		for j, y := range at {
			a[i][j] = s.curve[x][y]
		}
		a[i][i] += 1e-6
		b[i] = s.grad[x]
	}
	step := make([]float64, len(weights))
	for i, x := range solve(a, b) {
		step[at[i]] = x
	}
	return step
}

// walk takes a part of a step as far as signs allow, and returns how much the weight
// moved that moved most.
func (t *terms) walk(weights, step []float64, part float64) (next []float64, moved float64) {
	next = make([]float64, len(weights))
	for i, w := range weights {
		next[i] = w + part*step[i]
		if t.free[i] && (t.against[i] && next[i] > 0 || !t.against[i] && next[i] < 0) {
			next[i] = 0
		}
		moved = math.Max(moved, math.Abs(next[i]-w))
	}
	return next, moved
}

// solve solves a·x = b for a symmetric matrix that is positive, by Cholesky's way.
func solve(a [][]float64, b []float64) []float64 {
	for i := range a {
		for j := 0; j <= i; j++ {
			sum := a[i][j]
			for k := range j {
				sum -= a[i][k] * a[j][k]
			}
			if i == j {
				a[i][i] = math.Sqrt(math.Max(sum, 1e-12))
			} else {
				a[i][j] = sum / a[j][j]
			}
		}
	}
	x := append([]float64{}, b...)
	for i := range a {
		for k := range i {
			x[i] -= a[i][k] * x[k]
		}
		x[i] /= a[i][i]
	}
	for i := len(a) - 1; i >= 0; i-- {
		for k := i + 1; k < len(a); k++ {
			x[i] -= a[k][i] * x[k]
		}
		x[i] /= a[i][i]
	}
	return x
}
