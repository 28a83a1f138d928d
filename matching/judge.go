package matching

import (
	"fmt"
	"slices"

	"github.com/dovetail-sync/dovetail/connector"
)

// judge decides about a record by what agrees with it. It returns the asset
// that the record was linked to, if it was.
func (l *ladder) judge(i int, h hits) (asset int, linked bool) {
	switch h.rung {
	case RungSerial, RungEmail:
		return l.judgeKey(i, h)
	case RungMAC:
		return l.judgeMAC(i, h)
	default:
		return l.judgeName(i, h)
	}
}

// judgeKey decides by a serial number or an e-mail address. What agrees there
// ends the climb: a record whose key is documented never becomes a second asset
// by itself. Only a key that many have, and none of them is free, is no reason to
// hold the record for ever.
func (l *ladder) judgeKey(i int, h hits) (asset int, linked bool) {
	if h.worn() && !slices.ContainsFunc(h.assets, func(a int) bool { return !l.assets[a].Taken }) {
		l.worn[i] = true
		return 0, false
	}
	if !h.sole() {
		l.offer(i, h, h.assets, h.several())
		return 0, false
	}
	asset = h.assets[0]
	switch a := l.assets[asset]; {
	case a.Taken:
		l.offer(i, h, h.assets, "same "+h.what()+", on an asset that another record is linked to")
	case h.rung == RungEmail && !compatibleNames(l.records[i].Name, a.Name):
		l.offer(i, h, h.assets, fmt.Sprintf("same %s, but the names %q and %q have nothing in common", h.what(), l.records[i].Name, a.Name))
	default:
		l.link(i, h, asset)
		return asset, true
	}
	return 0, false
}

// judgeMAC decides by a hardware address. One that several have is a dock's or
// a copy's: names are asked first, and settle returns to it.
func (l *ladder) judgeMAC(i int, h hits) (asset int, linked bool) {
	free := l.free(i, h)
	switch {
	case len(free) == 0:
		return 0, false
	case !h.sole():
		l.shared[i] = true
		return 0, false
	}
	asset = free[0]
	if rivals, because := l.rivals(i, asset); because != "" {
		l.offer(i, h, distinct(append(rivals, asset)), "same "+h.what()+", but "+because)
		return 0, false
	}
	l.link(i, h, asset)
	return asset, true
}

// rivals says what bears the name that the record or the asset should have if
// they were one device: a dock moves between laptops and keeps its address.
func (l *ladder) rivals(i, asset int) (assets []int, because string) {
	r, a := l.records[i], l.assets[asset]
	if r.name == "" || a.name == "" || bucket(l.role, r.name) == bucket(l.role, a.name) && sameName(r.name, a.name) {
		return nil, ""
	}
	bearers := 0
	for _, other := range l.bearers(r).assets {
		if n := l.assets[other]; other != asset && sameName(r.name, n.name) {
			bearers++
			if !n.Taken && !l.claimed[other] {
				assets = append(assets, other)
			}
		}
	}
	if bearers > 0 {
		return assets, fmt.Sprintf("another asset has the record's name %q", r.Name)
	}
	for _, other := range l.bearers(a).records {
		if other != i && sameName(a.name, l.records[other].name) {
			return nil, fmt.Sprintf("another record has the asset's name %q", a.Name)
		}
	}
	return nil, ""
}

// bearers returns the things in the bucket of a thing's name, in any layout.
func (l *ladder) bearers(n *node) *owners { return l.byBucket[bucket(l.role, n.name)] }

// free returns those of the assets that the record can be: not taken, and of no
// other serial number. If a serial number stands against the last of them, the
// link says so.
func (l *ladder) free(i int, h hits) []int {
	var free []int
	for _, asset := range h.assets {
		a := l.assets[asset]
		if a.Taken || l.claimed[asset] {
			continue
		}
		if x, y, differ := differing(l.records[i].keys[RungSerial], a.keys[RungSerial]); differ {
			if len(h.assets) == 1 {
				l.links[i].Because = fmt.Sprintf("another device: same %s, but serial numbers %s and %s", h.what(), x, y)
			}
			continue
		}
		free = append(free, asset)
	}
	return free
}

// judgeName decides by name.
func (l *ladder) judgeName(i int, h hits) (asset int, linked bool) {
	free := l.free(i, h)
	switch {
	case len(free) == 0:
		return 0, false
	case !h.sole():
		l.offer(i, h, free, h.several())
		return 0, false
	}
	asset = free[0]
	if doubt := l.doubt(i, asset); doubt != "" {
		l.offer(i, h, free, "same "+h.what()+", but "+doubt)
		return 0, false
	}
	if l.shared[i] {
		mac := l.find(i, RungMAC)
		if mac.wanters == 1 && !slices.Contains(mac.assets, asset) {
			l.offer(i, mac, distinct(append(l.free(i, mac), asset)), mac.several()+", and an asset without it has the name")
			return 0, false
		}
	}
	l.link(i, h, asset)
	return asset, true
}

// doubt says in words what speaks against a link by name.
func (l *ladder) doubt(i, asset int) string {
	r, a := l.records[i], l.assets[asset]
	if l.worn[i] {
		return "the record's key is one that many have"
	}
	if l.role == connector.RoleDevice && l.tables.generic[squash(r.name)] {
		return "it says only what kind of device it is"
	}
	for _, rung := range []Rung{RungMAC, RungEmail} {
		if x, y, differ := differing(l.own(r, rung), l.own(a, rung)); differ {
			return fmt.Sprintf("the record has the %s and the asset %s", hits{rung: rung, value: x}.what(), y)
		}
	}
	return ""
}

// own returns the keys of a rung that one record and one asset at most have. The
// address of a dock is nobody's own.
func (l *ladder) own(n *node, rung Rung) []string {
	var own []string
	for _, key := range n.keys[rung] {
		if o := l.byKey[rung][key]; len(o.records) <= 1 && len(o.assets) <= 1 {
			own = append(own, key)
		}
	}
	return own
}

// settle returns to the records whose hardware address several have and whose
// name decided nothing.
func (l *ladder) settle() {
	for i := range l.records {
		if !l.shared[i] || l.decided[i] {
			continue
		}
		h := l.find(i, RungMAC)
		if free := l.free(i, h); len(free) > 0 {
			l.offer(i, h, free, h.several())
		}
	}
}
