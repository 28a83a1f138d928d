package dovetail

import (
	"cmp"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/dovetail-sync/dovetail/connector"
	"github.com/dovetail-sync/dovetail/matching"
	"github.com/dovetail-sync/dovetail/store"
)

// maxDoubles is how many records can be one device: an agent that was installed
// again makes two or three, a serial number that more have is nobody's.
const maxDoubles = 3

// twin is as much of a record as tells whether another one is the same thing.
type twin struct {
	id        store.RecordID
	container connector.Key
	// title is its name, and name the one that is compared.
	title, name string
	// keys are serial numbers of a device, e-mail addresses of a person.
	keys []string
	macs []string
	seen time.Time
}

// doubles are the records of one kind that are the same thing: a device whose
// agent was installed again, or a person who is in several companies upstream
// that are one company here. One of them leads: it is matched for all of them,
// and feeds the fields. The others only have their cards on its asset.
type doubles struct {
	role  connector.Role
	twins []twin
	// leader is the one that a record follows.
	leader map[store.RecordID]twin
	// apart is the leader of a record that is on an asset of its own all the
	// same.
	apart map[store.RecordID]twin
	// base is the asset on which some of a leader's group are, if any is here.
	base map[store.RecordID]store.AssetID
}

func newDoubles(role connector.Role) *doubles {
	return &doubles{
		role: role, leader: make(map[store.RecordID]twin), apart: make(map[store.RecordID]twin), base: make(map[store.RecordID]store.AssetID),
	}
}

// follows returns the record that one follows.
func (d *doubles) follows(id store.RecordID) (twin, bool) {
	leader, ok := d.leader[id]
	return leader, ok
}

// add notes a record that belongs here.
func (d *doubles) add(cand candidate, tables *matching.Tables) {
	t := twin{id: cand.row.ID, container: cand.row.Container, title: cand.name(), name: strings.ToLower(strings.TrimSpace(cand.row.Name))}
	switch d.role {
	case connector.RoleDevice:
		t.keys = usable(cand.means.texts(cand.fields, connector.MeansSerial), tables.NormalSerial)
		t.macs = usable(cand.means.texts(cand.fields, connector.MeansMAC), tables.NormalMAC)
		t.seen = cand.row.LastSeen
	case connector.RolePerson:
		t.keys = usable(cand.means.texts(cand.fields, connector.MeansEmail), tables.NormalEmail)
	default:
	}
	if len(t.keys) > 0 {
		d.twins = append(d.twins, t)
	}
}

// usable returns what of texts can be a key.
func usable(texts []string, normal func(string) (string, bool)) []string {
	var keys []string
	for _, text := range texts {
		if key, ok := normal(text); ok {
			keys = append(keys, key)
		}
	}
	return keys
}

// group finds what is the same thing, and who leads it.
func (d *doubles) group(c *companyPlan) {
	owners := make(map[string][]twin)
	for _, t := range d.twins {
		for _, key := range t.keys {
			owners[key] = append(owners[key], t)
		}
	}
	grouped := make(map[store.RecordID]bool)
	for _, key := range slices.Sorted(maps.Keys(owners)) {
		group := d.same(owners[key])
		if len(group) < 2 || slices.ContainsFunc(group, func(t twin) bool { return grouped[t.id] }) {
			continue
		}
		for _, t := range group {
			grouped[t.id] = true
		}
		d.lead(c, group)
	}
}

// same returns those of the owners of a key that are one thing.
func (d *doubles) same(owners []twin) []twin {
	if len(owners) < 2 {
		return nil
	}
	if d.role == connector.RolePerson {
		containers := make(map[connector.Key]bool)
		for _, t := range owners {
			if containers[t.container] || !nameInCommon(t.name, owners[0].name) {
				return nil
			}
			containers[t.container] = true
		}
		return owners
	}
	if len(owners) > maxDoubles {
		return nil
	}
	var group []twin
	for _, t := range owners {
		if slices.ContainsFunc(owners, func(other twin) bool { return other.id != t.id && sameDevice(t, other) }) {
			group = append(group, t)
		}
	}
	return group
}

// sameDevice reports whether two records with one serial number are one device.
func sameDevice(a, b twin) bool {
	return a.name != "" && a.name == b.name || slices.ContainsFunc(a.macs, func(mac string) bool { return slices.Contains(b.macs, mac) })
}

// nameInCommon reports whether two names have a word in common, or one is
// blank.
func nameInCommon(a, b string) bool {
	words := strings.Fields(b)
	return a == "" || b == "" || slices.ContainsFunc(strings.Fields(a), func(word string) bool {
		return len(word) > 1 && slices.Contains(words, word)
	})
}

// lead chooses who leads a group: of a device the newest check-in, of a person
// the one in the company that writes the details; then the lesser key.
func (d *doubles) lead(c *companyPlan, group []twin) {
	rank := func(t twin) int {
		if c.matches[t.container].Primary {
			return 0
		}
		return 1
	}
	slices.SortFunc(group, func(a, b twin) int {
		if d.role == connector.RolePerson {
			return cmp.Or(cmp.Compare(rank(a), rank(b)), cmp.Compare(a.id.Key, b.id.Key))
		}
		return cmp.Or(b.seen.Compare(a.seen), cmp.Compare(a.id.Key, b.id.Key))
	})
	leader := group[0]
	for _, t := range group {
		if asset := c.assets[c.cards[t.id].Asset]; asset.ID != "" && !asset.Archived && d.base[leader.id] == "" {
			d.base[leader.id] = asset.ID
		}
	}
	for _, t := range group[1:] {
		if card, ok := c.cards[t.id]; ok && card.Asset != d.base[leader.id] {
			d.apart[t.id] = leader
			continue
		}
		d.leader[t.id] = leader
	}
}

// share lets one of the records that people put on one asset feed it: what they
// are upstream doesn't say that they are the same thing.
func (d *doubles) share(c *companyPlan, shared []candidate) {
	on := make(map[store.AssetID][]twin)
	for _, cand := range shared {
		asset := c.cards[cand.row.ID].Asset
		on[asset] = append(on[asset], twin{id: cand.row.ID, title: cand.name()})
	}
	for _, asset := range slices.Sorted(maps.Keys(on)) {
		members := on[asset]
		slices.SortFunc(members, func(a, b twin) int {
			return cmp.Or(cmp.Compare(d.weight(c, a), d.weight(c, b)), cmp.Compare(a.id.Key, b.id.Key))
		})
		leader := members[0]
		if of, ok := d.leader[leader.id]; ok {
			leader = of
		}
		for _, member := range members {
			if _, grouped := d.leader[member.id]; !grouped && member.id != leader.id && d.base[member.id] == "" {
				d.leader[member.id] = leader
			}
		}
	}
}

// weight orders the records on one asset: who leads a group, who is in one, who
// was put there by a person.
func (d *doubles) weight(c *companyPlan, t twin) int {
	_, follows := d.leader[t.id]
	switch {
	case d.base[t.id] != "":
		return 0
	case follows:
		return 1
	case c.cards[t.id].Pinned:
		return 2
	default:
		return 3
	}
}

// reason is what is said of a record that isn't alone, on its leader's asset or
// on one of its own.
func (d *doubles) reason(id store.RecordID) store.Reason {
	code := ReasonDouble
	if d.role == connector.RolePerson {
		code = ReasonStacked
	}
	leader, ok := d.leader[id]
	if !ok {
		if leader, ok = d.apart[id]; !ok {
			return store.Reason{}
		}
		code = ReasonDoubleApart
	}
	return reason(code, "name", leader.title, "record", string(leader.id.Key))
}
