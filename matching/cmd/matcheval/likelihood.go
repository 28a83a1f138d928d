package main

import "math"

// likelihood is how likely what is right is by given weights: a conditional logistic
// regression. A record is one of its candidates, or none of them.
type likelihood struct {
	sets []*fitSet
	hold []float64 // what a weight costs, in nats by square bit
	// exception is how likely what is right of a record has to be to be learned from. A
	// company that took another name altogether, or a wrong label, would draw the
	// weights of all others towards it.
	exception float64

	bits []float64 // of the candidates of one record
	mean []float64 // of each term, among them
}

// slope is how a likelihood changes with the weights: its gradient, and its curvature
// with the sign turned.
type slope struct {
	grad  []float64
	curve [][]float64
}

func newSlope(n int) *slope {
	s := &slope{grad: make([]float64, n), curve: make([][]float64, n)}
	for i := range s.curve {
		s.curve[i] = make([]float64, n)
	}
	return s
}

// of returns the likelihood of weights in nats, and sets out to how it changes,
// unless that is nil.
func (l *likelihood) of(weights []float64, out *slope) float64 {
	sum := 0.0
	l.mean = make([]float64, len(weights))
	for i, w := range weights {
		sum -= l.hold[i] * w * w / 2
		if out != nil {
			out.grad[i] = -l.hold[i] * w
			clear(out.curve[i])
			out.curve[i][i] = l.hold[i]
		}
	}
	for _, s := range l.sets {
		for i := range s.groups {
			sum += s.share() * l.add(&s.groups[i], weights, s, out)
		}
	}
	return sum
}

// add returns how likely what is right of one record is, or that it is an exception,
// in nats, and adds to how that changes.
func (l *likelihood) add(g *group, weights []float64, s *fitSet, out *slope) float64 {
	l.bits = l.bits[:0]
	most, right := 0.0, 0.0 // those of no candidate
	for i := range g.rows {
		bits := s.shift + g.bits(i, weights)
		if i == g.right {
			right = bits
		}
		most = max(most, bits)
		l.bits = append(l.bits, bits)
	}
	sum := math.Exp2(-most)
	for _, bits := range l.bits {
		sum += math.Exp2(bits - most)
	}
	chance := math.Exp2(right-most) / sum
	if out != nil {
		for i, bits := range l.bits {
			l.bits[i] = math.Exp2(bits-most) / sum
		}
		l.bend(g, s.share()*chance/(chance+l.exception), out)
	}
	return math.Log(chance + l.exception)
}

// bend adds what one record says to a slope. The bits are chances by now.
func (l *likelihood) bend(g *group, share float64, out *slope) {
	var seen []int
	for i, row := range g.rows {
		chance := l.bits[i]
		if chance < 1e-7 && i != g.right {
			continue // it changes nothing that counts
		}
		miss := -chance
		if i == g.right {
			miss++
		}
		for _, v := range row {
			out.grad[v.term] += share * math.Ln2 * miss * v.x
			if l.mean[v.term] == 0 && chance > 0 {
				seen = append(seen, v.term)
			}
			l.mean[v.term] += chance * v.x
			for _, u := range row {
				out.curve[v.term][u.term] += share * math.Ln2 * math.Ln2 * chance * v.x * u.x
			}
		}
	}
	for _, i := range seen {
		for _, j := range seen {
			out.curve[i][j] -= share * math.Ln2 * math.Ln2 * l.mean[i] * l.mean[j]
		}
	}
	for _, i := range seen {
		l.mean[i] = 0
	}
}
