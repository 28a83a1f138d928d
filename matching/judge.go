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
	case rungAddress:
		return l.judgeMade(i, h)
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
		l.offer(i, h, l.open(i, h.assets), h.several())
		return 0, false
	}
	asset = h.assets[0]
	switch a := l.assets[asset]; {
	case a.Taken:
		l.offer(i, h, h.assets, "same "+h.what()+", on an asset that another record is linked to")
	case h.rung == RungEmail && !compatibleNames(l.records[i].Name, a.Name):
		l.offer(i, h, h.assets, fmt.Sprintf("same %s, but the names %q and %q have nothing in common", h.what(), l.records[i].Name, a.Name))
	default:
		l.link(i, h, asset, "")
		return asset, true
	}
	return 0, false
}

// judgeMAC decides by a hardware address. One that several have is a copy's:
// names are asked first, and settle returns to it.
func (l *ladder) judgeMAC(i int, h hits) (asset int, linked bool) {
	free, _ := l.free(i, h)
	if !h.sole() {
		l.shared[i] = len(free) > 0
		return 0, false
	}
	if len(free) == 0 {
		return 0, false
	}
	asset = free[0]
	if rivals, because := l.rivals(i, asset); because != "" {
		l.offer(i, h, distinct(append(rivals, asset)), "same "+h.what()+", but "+because)
		return 0, false
	}
	if mac, ok := l.elsewhere(i, asset); ok {
		others, _ := l.free(i, mac)
		l.offer(i, h, distinct(append(others, asset)), "same "+h.what()+", but another asset has the "+mac.what())
		return 0, false
	}
	l.link(i, h, asset, "")
	return asset, true
}

// judgeMade decides by a hardware address that was made up, after all else: names
// had their say, and what several have is a copy's. What it links has to be
// confirmed.
func (l *ladder) judgeMade(i int, h hits) (asset int, linked bool) {
	because := l.links[i].Because
	_, kind := l.tables.hardwareAddress(h.value)
	free, _ := l.free(i, h)
	l.links[i].Because = because // what was said of the name says more
	if kind != addressRandom || !h.sole() || len(free) == 0 || l.worn[i] {
		return 0, false
	}
	asset = free[0]
	_, rivalled := l.rivals(i, asset)
	if _, elsewhere := l.elsewhere(i, asset); elsewhere || rivalled != "" {
		return 0, false
	}
	l.link(i, h, asset, ", which was made up")
	return asset, true
}

// elsewhere returns the assets that have a hardware address of a record, which no
// other record has, where one of the assets isn't among them.
func (l *ladder) elsewhere(i, asset int) (h hits, ok bool) {
	for _, key := range l.records[i].keys[rungAddress] {
		if o := l.byKey[rungAddress][key]; len(o.records) == 1 && len(o.assets) > 0 && !slices.Contains(o.assets, asset) {
			return hits{rung: rungAddress, value: key, assets: o.assets, among: *o, wanters: 1}, true
		}
	}
	return hits{}, false
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
		if n := l.assets[other]; other != asset && sameName(r.name, n.name) && !l.rejected[[2]int{i, other}] {
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

// free returns those of the assets that the record can be: not taken, not
// rejected, and of no other serial number. Those in near have another one and so
// much else that a person has to look. If a serial number stands against the last
// of them, the link says so.
func (l *ladder) free(i int, h hits) (free, near []int) {
	for _, asset := range l.open(i, h.assets) {
		a := l.assets[asset]
		if a.Taken || l.claimed[asset] {
			continue
		}
		x, y, differ := differing(l.records[i].keys[RungSerial], a.keys[RungSerial])
		byName, slip := h.rung == RungName, differ && isMisread(x, y)
		switch {
		case !differ, slip && byName && l.corroborates(i, asset):
			free = append(free, asset)
		case slip && !isSuccessor(x, y), byName && meets(l.records[i].keys[rungAddress], a.keys[rungAddress]):
			near = append(near, asset)
		case len(h.assets) == 1:
			l.links[i].Because = fmt.Sprintf("another device: same %s, but serial numbers %s and %s", h.what(), x, y)
			if byName && h.alone() {
				l.links[i].Replaces = a.ID
			}
		}
	}
	return free, near
}

// judgeName decides by name.
func (l *ladder) judgeName(i int, h hits) (asset int, linked bool) {
	free, near := l.free(i, h)
	asset, sure := l.corroborated(i, free)
	switch {
	case len(free)+len(near) == 0:
		return 0, false
	case sure:
	case !h.sole():
		l.offer(i, h, distinct(append(free, near...)), h.several())
		return 0, false
	case len(free) == 0:
		l.offer(i, h, near, "same "+h.what()+", but the serial numbers differ")
		return 0, false
	default:
		asset = free[0]
		if doubt := l.doubt(i, asset); doubt != "" {
			l.offer(i, h, free, "same "+h.what()+", but "+doubt)
			return 0, false
		}
	}
	if mac, ok := l.elsewhere(i, asset); ok {
		others, _ := l.free(i, mac)
		l.offer(i, mac, distinct(append(others, asset)), mac.several()+", and an asset without it has the name")
		return 0, false
	}
	l.link(i, h, asset, l.besides(i, asset, sure))
	return asset, true
}

// besides says in words what corroborated a link by name, if something did.
func (l *ladder) besides(i, asset int, sure bool) string {
	r, a := l.records[i], l.assets[asset]
	x, y, misread := differing(r.keys[RungSerial], a.keys[RungSerial])
	switch {
	case !sure:
		return ""
	case meets(r.keys[rungAddress], a.keys[rungAddress]):
		return " and hardware address"
	case misread:
		return fmt.Sprintf(", and serial numbers that differ as by a slip, %s and %s", x, y)
	}
	return ""
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
	for _, rung := range []Rung{rungAddress, RungEmail} {
		if x, y, differ := l.apart(r, a, rung); differ {
			return fmt.Sprintf("the record has the %s and the asset %s", hits{rung: rung, value: x}.what(), y)
		}
	}
	return ""
}

// apart returns a key of each of two things that tells them apart. Two hardware
// addresses that are made up may differ on one device.
func (l *ladder) apart(a, b *node, rung Rung) (x, y string, differ bool) {
	x, y, differ = differing(l.own(a, rung), l.own(b, rung))
	return x, y, differ && (rung == RungEmail || len(a.keys[RungMAC])+len(b.keys[RungMAC]) > 0)
}

// own returns the keys of a rung that one record and one asset at most have. The
// address of a copy is nobody's own.
func (l *ladder) own(n *node, rung Rung) []string {
	var own []string
	for _, key := range n.keys[rung] {
		if o := l.byKey[rung][key]; len(o.records) <= 1 && len(o.assets) <= 1 {
			own = append(own, key)
		}
	}
	return own
}

// corroborates reports whether a record and an asset have a hardware address that
// no other has, or serial numbers of which one was typed wrong.
func (l *ladder) corroborates(i, asset int) bool {
	r, a := l.records[i], l.assets[asset]
	if meets(l.own(r, rungAddress), a.keys[rungAddress]) {
		return true
	}
	x, y, differ := differing(r.keys[RungSerial], a.keys[RungSerial])
	_, _, apart := l.apart(r, a, rungAddress)
	return differ && isMisread(x, y) && !isSuccessor(x, y) && !apart
}

// corroborated returns the one of several assets of a name that has the record's
// hardware address as well.
func (l *ladder) corroborated(i int, assets []int) (asset int, ok bool) {
	for _, a := range assets {
		if l.corroborates(i, a) {
			if ok {
				return 0, false
			}
			asset, ok = a, true
		}
	}
	return asset, ok
}

// settle returns to the records that nothing decided and whose hardware address
// says something all the same: one that several have, one that is made up, a
// dock's.
func (l *ladder) settle() {
	for i := range l.records {
		for _, rung := range []Rung{RungMAC, rungAddress, rungAdapter} {
			h := l.find(i, rung)
			if l.decided[i] || rung == RungMAC && !l.shared[i] || rung != RungMAC && !h.sole() {
				continue
			}
			because := l.links[i].Because
			switch free, near := l.free(i, h); {
			case len(free) > 0:
				l.offer(i, h, free, h.several())
			case len(near) > 0:
				l.offer(i, h, near, "same "+h.what()+", but the serial numbers differ")
			default:
				l.links[i].Because = because // what was said of the name says more
			}
		}
	}
}
