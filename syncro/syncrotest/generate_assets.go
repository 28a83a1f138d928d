package syncrotest

import (
	"fmt"
	"slices"
	"strings"
	"time"
)

// assets draws exactly n assets: seven of ten have an agent.
func (g *generator) assets(n int) []*Asset {
	kinds := g.assetKinds(n)
	alone := n / 200
	if len(g.homes) == 0 {
		alone = n
	}
	counts := g.spread(n - alone)
	rows := make([]*Asset, 0, n)
	nowhere := &home{customer: &Customer{}, domain: "stock.example", short: "STOCK", wan: "198.51.100.7"}
	add := func(h *home) {
		rows = append(rows, g.asset(h, kinds[len(rows)], len(rows)))
	}
	for i, h := range g.homes {
		for range counts[i] {
			add(h)
		}
	}
	for range alone {
		add(nowhere)
	}
	g.Shuffle(len(rows), func(i, j int) { rows[i], rows[j] = rows[j], rows[i] })
	id := int64(firstAssetID)
	for _, asset := range rows {
		asset.ID = id
		id += 1 + int64(g.IntN(40))
		asset.CreatedAt, asset.UpdatedAt = g.times()
	}
	return rows
}

// assetKinds returns what each asset is: nil for one with an agent.
func (g *generator) assetKinds(n int) []*handMade {
	kinds := make([]*handMade, n)
	types := handMadeTypes()
	agents := share(n, 70, 1)
	left := n - agents
	for i := range left {
		point := i * 100 / left
		at := slices.IndexFunc(types, func(t handMade) bool {
			point -= t.share
			return point < 0
		})
		kinds[i] = &types[at]
	}
	g.Shuffle(n, func(i, j int) { kinds[i], kinds[j] = kinds[j], kinds[i] })
	return kinds
}

func (g *generator) asset(h *home, kind *handMade, nth int) *Asset {
	h.number++
	var out *Asset
	if kind == nil {
		out = g.device(h, nth)
	} else {
		out = g.handMade(h, *kind)
	}
	out.CustomerID = h.customer.ID
	if sites := h.customer.Sites; len(sites) > 0 && g.chance(50) {
		site := pick(g, sites)
		out.Site = &site
	}
	if len(h.contacts) > 0 && g.chance(25) {
		// The ids of contacts are final by now.
		out.ContactID = pick(g, h.contacts).ID
	}
	return out
}

// handMade is a device that somebody typed in, with custom fields as people
// name them.
func (g *generator) handMade(h *home, kind handMade) *Asset {
	name := fmt.Sprintf("%s %d", kind.prefix, 1+h.number%30)
	if g.chance(30) {
		name = fmt.Sprintf("%s-%s%02d", h.short, strings.ToUpper(kind.prefix[:2]), h.number)
	}
	out := &Asset{Name: name, Type: kind.kind, SNMP: kind.kind != "Phone" && g.chance(30), Properties: map[string]any{}}
	switch g.IntN(10) {
	case 0, 1:
	case 2:
		out.Serial = pick(g, []string{"N/A", "unknown", "0000"})
	default:
		out.Serial = g.text(kind.serial)
	}
	maker, product, _ := strings.Cut(pick(g, kind.makes), " ")
	lan := fmt.Sprintf("10.%d.%d.%d", h.customer.ID%200, h.number/250, 1+h.number%250)
	switch kind.kind {
	case "Phone":
		out.Properties["Model No.:"] = maker + " " + product
		out.Properties["MAC"] = g.mac(g.IntN(4))
		out.Properties["Extension"] = fmt.Sprint(100 + h.number%300)
	case "Firewall":
		out.Properties["WAN Info"] = h.wan + "/29 gw .1"
		fallthrough
	default:
		out.Properties["Make"] = maker
		out.Properties["Model"] = product
		out.Properties["LAN IP(s)"] = lan
		out.Properties["Under Warranty"] = pick(g, []string{"1", "0", "true", ""})
	}
	if g.chance(15) {
		// Two fields that differ only by case, with values of their own.
		out.Properties["Notes"] = "In the closet behind reception"
		out.Properties["notes"] = pick(g, []string{"", "replaced once", "label is wrong"})
	}
	return out
}

// mac draws a physical address in one of four notations.
func (g *generator) mac(notation int) string {
	maker := pick(g, []string{"00186f", "3ca1b2", "48d70c", "74e5f1", "9458c3", "b4a2eb", "d0c637"})
	digits := maker + g.text("******")
	separator := []string{"-", ":", "", ":"}[notation]
	if notation != 1 {
		digits = strings.ToUpper(digits)
	}
	var out []string
	for pair := range slices.Chunk([]byte(digits), 2) {
		out = append(out, string(pair))
	}
	return strings.Join(out, separator)
}

// seen draws the last check-in: most devices are on, some have been silent for
// weeks, a few for months.
func (g *generator) seen() time.Time {
	within := 6 * time.Hour
	switch p := g.IntN(100); {
	case p < 5:
		return g.epoch.Add(-time.Duration(95+g.IntN(300)) * 24 * time.Hour)
	case p < 15:
		within = 45 * 24 * time.Hour
	}
	return g.epoch.Add(-time.Duration(g.Int64N(int64(within)))).Truncate(time.Second)
}
