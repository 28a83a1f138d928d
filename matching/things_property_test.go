package matching_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/dovetail-sync/dovetail/connector"
	"github.com/dovetail-sync/dovetail/matching"
)

// thingList generates things whose keys and names often meet.
func thingList(prefix string) *rapid.Generator[things] {
	some := func(values ...string) *rapid.Generator[[]string] {
		return rapid.SliceOfN(rapid.SampledFrom(values), 0, 2)
	}
	return rapid.Custom(func(t *rapid.T) things {
		list := make(things, rapid.IntRange(0, 6).Draw(t, "n"))
		for i := range list {
			list[i] = matching.Thing{
				ID:      fmt.Sprint(prefix, i),
				Name:    rapid.SampledFrom([]string{"", "Ann Lee", "ann lee", "Bob Roe", "Server", "ACCOUNTING-LAPTOP-7", "ACCOUNTING-LAPTOP-8", "ACCOUNTING-LAPT", "PC1.corp.local", "PC1"}).Draw(t, "name"),
				Serials: some("AB1234", "ab1234 ", "CD1234", "EF1234", "AB1235", "None").Draw(t, "serials"),
				MACs:    some(macA, macB, strings.ToUpper(macB), "00:50:56:00:00:01", docked).Draw(t, "macs"),
				Emails:  some("ann@acme.com", "Ann@Acme.com", "bob@acme.com", "info@acme.com").Draw(t, "emails"),
				Layout:  rapid.SampledFrom([]string{"l-1", "l-1", "l-2", ""}).Draw(t, "layout"),
				Taken:   rapid.IntRange(0, 4).Draw(t, "taken") == 0,
			}
		}
		return list
	})
}

func roles() *rapid.Generator[connector.Role] {
	return rapid.SampledFrom([]connector.Role{connector.RoleDevice, connector.RolePerson, connector.RoleOther})
}

func byRecord(links []matching.Link) map[string]matching.Link {
	all := make(map[string]matching.Link, len(links))
	for _, l := range links {
		all[l.Record] = l
	}
	return all
}

func TestThingsAreTheSameInAnyOrder(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		role, records, assets := roles().Draw(t, "role"), thingList("r").Draw(t, "records"), thingList("a").Draw(t, "assets")
		want := byRecord(matching.Things(role, records, assets))
		got := byRecord(matching.Things(role, shuffled(records), shuffled(assets)))
		if diff := cmp.Diff(want, got); diff != "" {
			t.Fatal(diff)
		}
	})
}

// keysOf returns the good serial numbers of the thing with that id.
func keysOf(list things, id string) []string {
	at := slices.IndexFunc(list, func(t matching.Thing) bool { return t.ID == id })
	var keys []string
	for _, s := range list[at].Serials {
		if key, ok := matching.NormalSerial(s); ok {
			keys = append(keys, key)
		}
	}
	return keys
}

func TestWhatEveryLinkKeeps(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		role, records, assets := roles().Draw(t, "role"), thingList("r").Draw(t, "records"), thingList("a").Draw(t, "assets")
		linkedBy := make(map[string]string)
		for _, l := range matching.Things(role, records, assets) {
			switch {
			case (l.Asset != "" || len(l.Candidates) > 0) != (l.Rung != matching.RungNone), l.Asset != "" && len(l.Candidates) > 0:
				t.Fatalf("an asset, candidates and the rung don't go together: %+v", l)
			case !slices.IsSorted(l.Candidates):
				t.Fatalf("candidates aren't sorted: %+v", l)
			case l.Provisional != (l.Asset != "" && l.Rung == matching.RungName):
				t.Fatalf("provisional is what names decided: %+v", l)
			case l.Asset == "":
				continue
			case linkedBy[l.Asset] != "":
				t.Fatalf("%s and %s are both linked to %s", l.Record, linkedBy[l.Asset], l.Asset)
			case assets[slices.IndexFunc(assets, func(a matching.Thing) bool { return a.ID == l.Asset })].Taken:
				t.Fatalf("linked to a taken asset: %+v", l)
			}
			linkedBy[l.Asset] = l.Record
			x, y := keysOf(records, l.Record), keysOf(assets, l.Asset)
			typo := l.Provisional && slices.ContainsFunc(x, func(s string) bool { return slices.ContainsFunc(y, func(o string) bool { return s[:5] == o[:5] }) })
			if role == connector.RoleDevice && len(x) > 0 && len(y) > 0 && !typo && !slices.ContainsFunc(x, func(s string) bool { return slices.Contains(y, s) }) {
				t.Fatalf("linked in spite of the serial numbers %v and %v: %+v", x, y, l)
			}
		}
	})
}

func TestADuplicatedAssetOnlyTakesLinksAway(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		role, records, assets := roles().Draw(t, "role"), thingList("r").Draw(t, "records"), thingList("a").Draw(t, "assets")
		if len(assets) == 0 {
			return
		}
		before := byRecord(matching.Things(role, records, assets))
		twin := rapid.SampledFrom(assets).Draw(t, "twin")
		original := twin.ID
		twin.ID = "twin"
		for _, l := range matching.Things(role, records, append(slices.Clone(assets), twin)) {
			old := before[l.Record]
			switch {
			case l.Asset != "" && l.Asset != old.Asset:
				t.Fatalf("%s was %+v and is linked to %s beside a twin of %s", l.Record, old, l.Asset, original)
			case old.Asset == original && (l.Asset != "" || len(l.Candidates) == 0):
				t.Fatalf("%s was linked to %s and isn't ambiguous beside its twin: %+v", l.Record, original, l)
			}
		}
	})
}

func TestADuplicatedRecordOnlyTakesLinksAway(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		role, records, assets := roles().Draw(t, "role"), thingList("r").Draw(t, "records"), thingList("a").Draw(t, "assets")
		if len(records) == 0 {
			return
		}
		before := byRecord(matching.Things(role, records, assets))
		twin := rapid.SampledFrom(records).Draw(t, "twin")
		original := twin.ID
		twin.ID = "twin"
		for _, l := range matching.Things(role, append(slices.Clone(records), twin), assets) {
			if l.Asset != "" && (l.Record == original || l.Record == "twin") {
				t.Fatalf("%s is linked beside its twin: %+v, was %+v", l.Record, l, before[original])
			}
		}
	})
}

func TestAContradictingSerialNumberNeverRaises(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		records, assets := thingList("r").Draw(t, "records"), thingList("a").Draw(t, "assets")
		if len(assets) == 0 {
			return
		}
		before := byRecord(matching.Things(connector.RoleDevice, records, assets))
		at := rapid.IntRange(0, len(assets)-1).Draw(t, "asset")
		assets[at].Serials = append(slices.Clone(assets[at].Serials), "ZZ9999")
		for _, l := range matching.Things(connector.RoleDevice, records, assets) {
			if l.Asset == assets[at].ID && before[l.Record].Asset != l.Asset && len(keysOf(records, l.Record)) > 0 {
				t.Fatalf("%s was %+v and is %+v", l.Record, before[l.Record], l)
			}
		}
	})
}

func TestNothingThatWasRejectedIsProposed(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		role, records, assets := roles().Draw(t, "role"), thingList("r").Draw(t, "records"), thingList("a").Draw(t, "assets")
		var rejected []matching.Pair
		for range rapid.IntRange(0, 4).Draw(t, "rejections") {
			rejected = append(rejected, matching.Pair{Upstream: fmt.Sprint("r", rapid.IntRange(0, 6).Draw(t, "r")), Here: fmt.Sprint("a", rapid.IntRange(0, 6).Draw(t, "a"))})
		}
		for _, l := range (matching.Ladder{Role: role, Rejected: rejected}).Match(records, assets) {
			for _, asset := range append(slices.Clone(l.Candidates), l.Asset, l.Replaces) {
				if slices.Contains(rejected, matching.Pair{Upstream: l.Record, Here: asset}) {
					t.Fatalf("rejected and proposed: %+v", l)
				}
			}
			if (l.Asset != "" || len(l.Candidates) > 0) != (l.Rung != matching.RungNone) {
				t.Fatalf("an asset, candidates and the rung don't go together: %+v", l)
			}
		}
	})
}
