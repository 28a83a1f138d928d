package syncrotest

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"time"
)

// Generated ids start where real accounts have theirs: customers and assets
// share numbers, and contacts cross 2^32.
const (
	firstCustomerID = 31_300_417
	firstContactID  = 4_294_966_800
	firstAssetID    = firstCustomerID
)

// generator fills an account. Customers, contacts and assets draw from a
// source of randomness each, so that the size of one doesn't change the others
// more than it must.
type generator struct {
	*rand.Rand
	epoch time.Time
	homes []*home
}

// home is what contacts and assets need to know of their customer.
type home struct {
	customer *Customer
	// domain is that of its mail addresses.
	domain string
	// short is its mark in device names.
	short string
	// mailStyle is how its mail addresses are made of names.
	mailStyle int
	// wan is its public address.
	wan string
	// small says that it never has much, and large that it always has.
	small    bool
	large    bool
	contacts []*Contact
	// device is the last one that has an agent.
	device *Asset
	// number counts its devices.
	number int
}

func generate(a *Account) {
	g := &generator{epoch: a.opt.Epoch}
	stream := func(n uint64) *rand.Rand { return rand.New(rand.NewPCG(a.opt.Seed, n)) }

	g.Rand = stream(1)
	a.customers.fill(g.customers(a.opt.Customers))
	g.Rand = stream(2)
	a.contacts.fill(g.contacts(a.opt.Contacts))
	g.Rand = stream(3)
	a.assets.fill(g.assets(a.opt.Assets))
	for _, row := range a.assets.rows {
		a.typeID(row.Type)
	}
}

func pick[T any](g *generator, from []T) T { return from[g.IntN(len(from))] }

// chance is true in so many of a hundred cases.
func (g *generator) chance(percent int) bool { return g.IntN(100) < percent }

// share returns so many percent of n, rounded, and at least one from n = atLeast on.
func share(n, percent, atLeast int) int {
	part := (n*percent + 50) / 100
	if part == 0 && n >= atLeast {
		return 1
	}
	return part
}

// times draws when a row was made and last changed. Two of five rows were
// never edited.
func (g *generator) times() (created, updated time.Time) {
	age := 24*time.Hour + time.Duration(g.Int64N(int64(6*365*24*time.Hour)))
	created = g.epoch.Add(-age).Truncate(time.Millisecond)
	if g.chance(40) {
		return created, created
	}
	updated = created.Add(time.Duration(g.Int64N(int64(age))) / 2).Truncate(time.Millisecond)
	return created, updated.Add(time.Millisecond)
}

// spread deals total things to the homes: one each as far as they go, the rest
// unevenly, so that a few companies are big and private people are not.
func (g *generator) spread(total int) []int {
	n := len(g.homes)
	counts := make([]int, n)
	if n == 0 {
		return counts
	}
	order := g.Perm(n)
	for i := range min(total, n) {
		counts[order[i]]++
	}
	// The weight of the receiver of rank r is about 1/(r+4), in whole numbers
	// so that every machine deals alike.
	bounds := make([]int, n)
	sum := 0
	for rank := range n {
		weight := 1_000_000/(rank+4) + 1
		switch h := g.homes[order[rank]]; {
		case h.small:
			weight = 1_000_000/(10*n) + 1
		case h.large:
			weight = max(weight, 1_000_000/20)
		}
		sum += weight
		bounds[rank] = sum
	}
	for range total - min(total, n) {
		counts[order[rankOf(bounds, g.IntN(sum))]]++
	}
	return counts
}

// rankOf finds the first bound above the point.
func rankOf(bounds []int, point int) int {
	low, high := 0, len(bounds)-1
	for low < high {
		if middle := (low + high) / 2; bounds[middle] > point {
			high = middle
		} else {
			low = middle + 1
		}
	}
	return low
}

// phone writes a number that belongs to nobody in one of the notations that
// people use.
func (g *generator) phone() string {
	area, line := 201+g.IntN(780), g.IntN(100)
	notation := pick(g, []string{
		"(%03d) 555-01%02d", "%03d-555-01%02d", "%03d.555.01%02d", "%03d55501%02d", "+1 %03d 555 01%02d", "+1%03d55501%02d",
		"1-%03d-555-01%02d", "%03d 555 01%02d ", "(%03d)555-01%02d",
	})
	number := fmt.Sprintf(notation, area, line)
	if g.chance(4) {
		number += fmt.Sprintf(" x%d", 100+g.IntN(300))
	}
	return number
}

func (g *generator) address() Address {
	town := pick(g, places())
	out := Address{
		Street: fmt.Sprintf("%d %s", 1+g.IntN(9900), pick(g, streets())),
		City:   town.city, State: town.state, Zip: fmt.Sprintf("%s%02d", town.zip, g.IntN(100)),
	}
	if g.chance(20) {
		out.Street2 = fmt.Sprintf("Suite %d", 100+g.IntN(400))
	}
	return out
}

// text fills a pattern: # is a digit, @ a letter or a digit that can't be
// mistaken for another, * a hexadecimal digit.
func (g *generator) text(pattern string) string {
	const unmistakable = "BCDFGHJKLMNPQRSTVWXYZ23456789"
	return strings.Map(func(r rune) rune {
		switch r {
		case '#':
			return rune('0' + g.IntN(10))
		case '@':
			return rune(unmistakable[g.IntN(len(unmistakable))])
		case '*':
			return rune("0123456789abcdef"[g.IntN(16)])
		}
		return r
	}, pattern)
}
