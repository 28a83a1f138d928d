package main

import (
	"math"
	"runtime"
	"sync"
)

// descent fits weights by a conditional logistic regression: of a record's
// candidates, and of none of them, the right one shall be likely. Steps are scaled
// by how much a term varies, and signs are held.
type descent struct {
	sets    []*fitSet
	terms   *terms
	weights []float64
	ahead   []float64 // where the next gradient is taken
	scale   []float64
	free    []bool
	n       int
}

func newDescent(sets []*fitSet, t *terms) *descent {
	n := len(t.names)
	d := &descent{sets: sets, terms: t, weights: append([]float64{}, t.weights...), scale: make([]float64, n), free: make([]bool, n)}
	d.ahead = append([]float64{}, d.weights...)
	counts := make([]int, n)
	for _, s := range sets {
		for _, g := range s.groups {
			for _, row := range g.rows {
				for _, v := range row {
					counts[v.term]++
				}
			}
		}
	}
	for i := range counts {
		d.free[i] = counts[i] >= fitLeast
	}
	return d
}

// step takes one step.
func (d *descent) step() {
	grad, curve := d.gradient()
	d.n++
	momentum := float64(d.n-1) / float64(d.n+2)
	for i := range d.weights {
		if !d.free[i] {
			continue
		}
		d.scale[i] = math.Max(d.scale[i], curve[i])
		next := d.ahead[i] + grad[i]/(d.scale[i]*stepShare+1e-9)
		if d.terms.against[i] {
			next = min(next, 0)
		} else {
			next = max(next, 0)
		}
		d.ahead[i] = next + momentum*(next-d.weights[i])
		d.weights[i] = next
	}
}

// stepShare damps the steps, since terms go together.
const stepShare = 8

// gradient returns how the likelihood grows with each weight, and a bound of its
// curvature.
func (d *descent) gradient() (grad, curve []float64) {
	n := len(d.weights)
	grad, curve = make([]float64, n), make([]float64, n)
	for i, w := range d.ahead {
		grad[i] = -2 * fitRidge * w / 100
		curve[i] = 2 * fitRidge / 100
	}
	for _, s := range d.sets {
		parts := max(runtime.GOMAXPROCS(0), 1)
		s.shift = d.shift(s)
		gs, cs := make([][]float64, parts), make([][]float64, parts)
		var wait sync.WaitGroup
		for part := range parts {
			wait.Go(func() {
				g, c := make([]float64, n), make([]float64, n)
				for i := part; i < len(s.groups); i += parts {
					d.add(&s.groups[i], s.weight, s.shift, g, c)
				}
				gs[part], cs[part] = g, c
			})
		}
		wait.Wait()
		for part := range parts {
			for i := range grad {
				grad[i] += gs[part][i]
				curve[i] += cs[part][i]
			}
		}
	}
	return grad, curve
}

// shift estimates how many of a set's records are here at all, in bits, as matching
// does: from the scores.
func (d *descent) shift(s *fitSet) (prior float64) {
	alone := make([]float64, len(s.groups))
	for i := range s.groups {
		for _, row := range s.groups[i].rows {
			bits := 0.0
			for _, v := range row {
				bits += d.ahead[v.term] * v.x
			}
			alone[i] += math.Exp2(max(min(bits, 60), -60))
		}
	}
	for range 8 {
		here, ratio := 0.0, math.Exp2(prior)
		for _, sum := range alone {
			here += sum * ratio / (1 + sum*ratio)
		}
		share := (here + 20) / (float64(len(alone)) + 40)
		prior = math.Log2(share / (1 - share))
	}
	return prior
}

// add adds what one record says.
func (d *descent) add(g *group, weight, shift float64, grad, curve []float64) {
	var buf [64]float64
	odds, sum := buf[:len(g.rows)], 1.0
	for i, row := range g.rows {
		bits := shift
		for _, v := range row {
			bits += d.ahead[v.term] * v.x
		}
		odds[i] = math.Exp2(max(min(bits, 60), -60))
		sum += odds[i]
	}
	for i, row := range g.rows {
		p := odds[i] / sum
		miss := -p
		if i == g.right {
			miss++
		}
		for _, v := range row {
			grad[v.term] += weight * miss * v.x
			curve[v.term] += weight * p * (1 - p) * v.x * v.x
		}
	}
}

