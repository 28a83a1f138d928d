package matching

import (
	"cmp"
	"slices"

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
	tables          *Tables
	role            connector.Role
	records, assets []*node
	byKey           map[Rung]map[string]*owners
	byName          map[string]*owners // by layout and bucket
	byBucket        map[string]*owners // by bucket alone
	links           []Link             // by record
	decided         []bool             // by record
	claimed         []bool             // by asset: a stronger rung linked it
	settled         []bool             // by asset: claimed by a record of its own name
	settledRecord   []bool             // by record: linked to an asset of its own name
	shared          []bool             // by record: several have its hardware address
	worn            []bool             // by record: its serial number or e-mail address is worn out
	rejected        map[[2]int]bool    // by record and asset
}

// The keys that link nothing by themselves.
const (
	// rungAddress are all hardware addresses that don't move: those of RungMAC, and
	// those that are made up.
	rungAddress Rung = "address"
	// rungAdapter are the addresses of docks.
	rungAdapter Rung = "adapter"
)

func newLadder(config Ladder, records, assets []Thing) *ladder {
	role := config.Role
	l := &ladder{
		tables: config.Tables, role: role,
		byKey: make(map[Rung]map[string]*owners), byName: make(map[string]*owners), byBucket: make(map[string]*owners),
		links: make([]Link, len(records)), decided: make([]bool, len(records)), claimed: make([]bool, len(assets)), settled: make([]bool, len(assets)), settledRecord: make([]bool, len(records)),
		shared: make([]bool, len(records)), worn: make([]bool, len(records)), rejected: make(map[[2]int]bool, len(config.Rejected)),
	}
	for i, t := range records {
		n := l.newNode(role, t)
		l.records = append(l.records, n)
		l.links[i].Record = t.ID
		l.decided[i] = t.Taken
		l.index(n, func(o *owners) { o.records = append(o.records, i) })
	}
	sorted := slices.SortedStableFunc(slices.Values(assets), func(a, b Thing) int { return cmp.Compare(a.ID, b.ID) })
	for i, t := range sorted {
		n := l.newNode(role, t)
		l.assets = append(l.assets, n)
		l.index(n, func(o *owners) { o.assets = append(o.assets, i) })
	}
	if len(config.Rejected) > 0 {
		l.reject(config.Rejected)
	}
	return l
}

// reject notes the pairs that a person said are not the same.
func (l *ladder) reject(pairs []Pair) {
	records, assets := indexByID(l.records), indexByID(l.assets)
	for _, p := range pairs {
		record, ok := records[p.Upstream]
		asset, also := assets[p.Here]
		if ok && also {
			l.rejected[[2]int{record, asset}] = true
		}
	}
}

func indexByID(nodes []*node) map[string]int {
	index := make(map[string]int, len(nodes))
	for i, n := range nodes {
		index[n.ID] = i
	}
	return index
}

// open returns those of the assets that nobody rejected for a record. The others
// count all the same where a key has to be unique.
func (l *ladder) open(i int, assets []int) []int {
	if len(l.rejected) == 0 {
		return assets
	}
	return slices.DeleteFunc(slices.Clone(assets), func(asset int) bool { return l.rejected[[2]int{i, asset}] })
}

func (l *ladder) newNode(role connector.Role, t Thing) *node {
	n := &node{Thing: t, name: l.tables.thingName(role, t.Name), keys: make(map[Rung][]string)}
	switch role {
	case connector.RoleDevice:
		n.keys[RungSerial] = normalise(t.Serials, l.tables.serialKey)
		addressOf := func(kinds ...addressKind) []string {
			return normalise(t.MACs, func(s string) (string, bool) {
				mac, kind := l.tables.hardwareAddress(s)
				return mac, slices.Contains(kinds, kind)
			})
		}
		n.keys[RungMAC], n.keys[rungAddress], n.keys[rungAdapter] = addressOf(addressOwn), addressOf(addressOwn, addressMade, addressRandom), addressOf(addressAdapter)
	case connector.RolePerson:
		n.keys[RungEmail] = normalise(t.Emails, l.tables.NormalEmail)
	default: // a name is all that others have
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
		noteUnder(l.byBucket, bucket(l.role, n.name), note)
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
	var settled [][2]int
	for i := range l.records {
		if l.decided[i] {
			continue
		}
		h := l.find(i, rung)
		if len(l.open(i, h.assets)) == 0 {
			continue
		}
		if asset, ok := l.judge(i, h); ok {
			claimed = append(claimed, asset)
			if r, a := l.records[i], l.assets[asset]; r.name != "" && r.name == a.name && r.Layout == a.Layout {
				settled = append(settled, [2]int{i, asset})
			}
		}
	}
	for _, pair := range settled {
		l.settledRecord[pair[0]], l.settled[pair[1]] = true, true
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
	for _, key := range l.records[i].keys[rung] {
		o := l.byKey[rung][key]
		switch {
		case len(o.assets) == 0:
		case h.value == "":
			h.value, h.assets = key, o.assets
			h.among = *o
		default:
			h.assets = distinct(slices.Concat(h.assets, o.assets))
		}
	}
	for _, asset := range h.assets {
		h.wanters = max(h.wanters, l.wantersOf(rung, asset))
	}
	return h
}

// wantersOf counts the records that have a key of an asset. It stops counting
// where more makes no difference.
func (l *ladder) wantersOf(rung Rung, asset int) int {
	keys := l.assets[asset].keys[rung]
	if len(keys) == 1 {
		return len(l.byKey[rung][keys[0]].records)
	}
	var wanters []int
	for _, key := range keys {
		for _, record := range l.byKey[rung][key].records {
			if !slices.Contains(wanters, record) {
				wanters = append(wanters, record)
			}
			if len(wanters) > maxOwners {
				return len(wanters)
			}
		}
	}
	return len(wanters)
}

func (l *ladder) findName(i int) hits {
	r := l.records[i]
	h := hits{rung: RungName, value: r.Name}
	if r.name == "" {
		return h
	}
	o := l.byName[l.nameKey(r)]
	cut := false // one of the assets bears the name that all of the bucket have in common
	for _, asset := range o.assets {
		if l.settled[asset] {
			h.namesake = true // it and its record have this name: both are out
			continue
		}
		if name := l.assets[asset].name; sameName(r.name, name) {
			h.assets = append(h.assets, asset)
			cut = cut || len(name) == netBIOS
		}
	}
	for _, record := range l.bearers(r).records {
		n := l.records[record]
		here := n.Layout == r.Layout || n.Taken && n.Layout == "" // of unknown layout
		if here && !l.settledRecord[record] && (cut || sameName(r.name, n.name)) {
			h.among.records = append(h.among.records, record)
		}
	}
	h.among.assets, h.wanters = h.assets, len(h.among.records)
	return h
}

func distinct(indices []int) []int {
	slices.Sort(indices)
	return slices.Compact(indices)
}

// offer makes a record ambiguous. The assets are in the order of their indices,
// which is that of their IDs.
func (l *ladder) offer(i int, h hits, assets []int, because string) {
	var candidates []string
	for _, asset := range assets[:min(len(assets), maxOffered)] {
		candidates = append(candidates, l.assets[asset].ID)
	}
	l.links[i] = Link{Record: l.records[i].ID, Rung: h.shown(), Candidates: candidates, Because: because}
	l.decided[i] = true
}

// link decides for an asset. What agrees besides the rung's key stands in more.
func (l *ladder) link(i int, h hits, asset int, more string) {
	l.links[i] = Link{
		Record: l.records[i].ID, Asset: l.assets[asset].ID, Rung: h.shown(), Provisional: h.rung == RungName || h.rung == rungAddress,
		Confidence: confidenceOf(h.rung), Because: "same " + h.what() + more,
	}
	l.decided[i] = true
}

// meets reports whether two lists have a key in common.
func meets(a, b []string) bool {
	return slices.ContainsFunc(a, func(key string) bool { return slices.Contains(b, key) })
}

// differing returns one key of each side where both have some and none in common.
func differing(a, b []string) (x, y string, differ bool) {
	if len(a) == 0 || len(b) == 0 || meets(a, b) {
		return "", "", false
	}
	return a[0], b[0], true
}

// confidenceOf returns how likely a link by a rung is right, as it was measured
// and shrunk to what so many links can tell.
func confidenceOf(r Rung) float64 {
	switch r {
	case RungSerial:
		return 0.9995
	case RungMAC:
		return 0.998
	case RungEmail:
		return 0.995
	default:
		return 0.99
	}
}
