package matching

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/dovetail-sync/dovetail/connector"
)

// maxOffered bounds the candidates of one record.
const maxOffered = 25

// node is a thing with its keys, as they are compared.
type node struct {
	Thing

	name string // empty: none
	keys map[Rung][]string
}

// ladder is the state of one call of Things.
type ladder struct {
	role            connector.Role
	records, assets []*node
	byKey           map[Rung]map[string]*owners
	byName          map[string]*owners // by layout and bucket
	links           []Link             // by record
	decided         []bool             // by record
	claimed         []bool             // by asset: a stronger rung linked it
	shared          map[int]hits       // records whose hardware address several have
	worn            map[int]bool       // records whose serial number or e-mail address is worn out
}

// owners are the things that have one key, by index.
type owners struct{ records, assets []int }

// hits are the assets on which something agrees with a record.
type hits struct {
	rung Rung
	// value is what agrees.
	value string
	// assets are those that have it, all of them.
	assets []int
	// wanters are the records that have it with one of the assets, the record
	// itself among them.
	wanters int
}

// maxOwners is how many things may have one serial number or e-mail address for
// it to say anything: an agent that was installed again makes two or three.
const maxOwners = 3

// worn reports whether so many have it that it says nothing.
func (h hits) worn() bool { return len(h.assets) > maxOwners || h.wanters > maxOwners }

// sole reports whether one record and one asset agree.
func (h hits) sole() bool { return len(h.assets) == 1 && h.wanters == 1 }

func newLadder(role connector.Role, records, assets []Thing) *ladder {
	l := &ladder{
		role: role, byName: make(map[string]*owners), byKey: make(map[Rung]map[string]*owners),
		links: make([]Link, len(records)), decided: make([]bool, len(records)), claimed: make([]bool, len(assets)),
		shared: make(map[int]hits), worn: make(map[int]bool),
	}
	for i, t := range records {
		n := newNode(role, t)
		l.records = append(l.records, n)
		l.links[i].Record = t.ID
		l.decided[i] = t.Taken
		l.index(n, func(o *owners) { o.records = append(o.records, i) })
	}
	for i, t := range assets {
		n := newNode(role, t)
		l.assets = append(l.assets, n)
		l.index(n, func(o *owners) { o.assets = append(o.assets, i) })
	}
	return l
}

func newNode(role connector.Role, t Thing) *node {
	n := &node{Thing: t, name: thingName(role, t.Name), keys: make(map[Rung][]string)}
	switch role {
	case connector.RoleDevice:
		n.keys[RungSerial] = normalise(t.Serials, NormalSerial)
		n.keys[RungMAC] = normalise(t.MACs, NormalMAC)
	case connector.RolePerson:
		n.keys[RungEmail] = normalise(t.Emails, NormalEmail)
	}
	return n
}

// normalise returns what of values can be a key, sorted and each once.
func normalise(values []string, normal func(string) (string, bool)) []string {
	var keys []string
	for _, value := range values {
		if key, ok := normal(value); ok {
			keys = append(keys, key)
		}
	}
	slices.Sort(keys)
	return slices.Compact(keys)
}

// index notes a thing under all its keys and its name.
func (l *ladder) index(n *node, note func(*owners)) {
	for rung, keys := range n.keys {
		if l.byKey[rung] == nil {
			l.byKey[rung] = make(map[string]*owners)
		}
		for _, key := range keys {
			noteUnder(l.byKey[rung], key, note)
		}
	}
	if n.name != "" {
		noteUnder(l.byName, l.nameKey(n), note)
	}
}

func noteUnder(m map[string]*owners, key string, note func(*owners)) {
	if m[key] == nil {
		m[key] = &owners{}
	}
	note(m[key])
}

func (l *ladder) nameKey(n *node) string { return n.Layout + "\x00" + bucket(l.role, n.name) }

// climb decides about the records on one rung. What it links is claimed only
// afterwards, so that the order of records doesn't matter.
func (l *ladder) climb(rung Rung) {
	var claimed []int
	for i := range l.records {
		if l.decided[i] {
			continue
		}
		h := l.find(i, rung)
		if len(h.assets) == 0 {
			continue
		}
		if asset, ok := l.judge(i, h); ok {
			claimed = append(claimed, asset)
		}
	}
	for _, asset := range claimed {
		l.claimed[asset] = true
	}
}

// find returns the assets that agree with a record on a rung.
func (l *ladder) find(i int, rung Rung) hits {
	if rung == RungName {
		return l.findName(i)
	}
	h := hits{rung: rung}
	wanters := make(map[int]bool)
	for _, key := range l.records[i].keys[rung] {
		o := l.byKey[rung][key]
		if len(o.assets) == 0 {
			continue
		}
		if h.value == "" {
			h.value = key
		}
		h.assets = append(h.assets, o.assets...)
		for _, record := range o.records {
			wanters[record] = true
		}
	}
	h.assets = distinct(h.assets)
	for _, asset := range h.assets { // they may have further keys, and so further records
		for _, key := range l.assets[asset].keys[rung] {
			for _, record := range l.byKey[rung][key].records {
				wanters[record] = true
			}
		}
	}
	h.wanters = len(wanters)
	return h
}

func (l *ladder) findName(i int) hits {
	r := l.records[i]
	h := hits{rung: RungName, value: r.Name}
	if r.name == "" {
		return h
	}
	o := l.byName[l.nameKey(r)]
	for _, asset := range o.assets {
		if sameName(r.name, l.assets[asset].name) {
			h.assets = append(h.assets, asset)
		}
	}
	wanters := make(map[int]bool)
	for _, record := range o.records {
		name := l.records[record].name
		if sameName(r.name, name) || slices.ContainsFunc(h.assets, func(asset int) bool { return sameName(l.assets[asset].name, name) }) {
			wanters[record] = true
		}
	}
	h.wanters = len(wanters)
	return h
}

func distinct(indices []int) []int {
	slices.Sort(indices)
	return slices.Compact(indices)
}

// offer makes a record ambiguous.
func (l *ladder) offer(i int, h hits, assets []int, because string) {
	ids := make(map[string]bool, len(assets))
	for _, asset := range assets {
		ids[l.assets[asset].ID] = true
	}
	candidates := slices.Sorted(maps.Keys(ids))
	l.links[i].Rung = h.rung
	l.links[i].Candidates = candidates[:min(len(candidates), maxOffered)]
	l.links[i].Because = because
	l.decided[i] = true
}

// link decides for an asset.
func (l *ladder) link(i int, h hits, asset int) {
	l.links[i].Rung = h.rung
	l.links[i].Asset = l.assets[asset].ID
	l.links[i].Provisional = h.rung == RungName
	l.links[i].Because = "same " + h.what()
	l.decided[i] = true
}

// what says in words what agrees.
func (h hits) what() string {
	switch h.rung {
	case RungSerial:
		return "serial number " + h.value
	case RungMAC:
		return "hardware address " + h.value
	case RungEmail:
		return "e-mail address " + h.value
	default:
		return fmt.Sprintf("name %q", h.value)
	}
}

// several says in words why something that agrees doesn't decide.
func (h hits) several() string {
	var counts []string
	if h.wanters > 1 {
		counts = append(counts, fmt.Sprintf("%d records", h.wanters))
	}
	if len(h.assets) > 1 {
		counts = append(counts, fmt.Sprintf("%d assets", len(h.assets)))
	}
	return "same " + h.what() + ", which " + strings.Join(counts, " and ") + " have"
}

// differing returns one key of each side where both have some and none in common.
func differing(a, b []string) (x, y string, differ bool) {
	if len(a) == 0 || len(b) == 0 || slices.ContainsFunc(a, func(key string) bool { return slices.Contains(b, key) }) {
		return "", "", false
	}
	return a[0], b[0], true
}
