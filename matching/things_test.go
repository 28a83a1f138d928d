package matching_test

import (
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"github.com/stretchr/testify/require"

	"github.com/dovetail-sync/dovetail/connector"
	"github.com/dovetail-sync/dovetail/matching"
)

const (
	macA = "f0:1f:af:00:00:0a"
	macB = "f0:1f:af:00:00:0b"
	macC = "f0:1f:af:00:00:0c"
	// made is an address that is locally administered, docked one of a dock, and
	// vpn one that a driver gives every device.
	made   = "0a:1f:af:00:00:0a"
	docked = "00:50:b6:00:00:0a"
	// dice is one that is locally administered and looks random.
	dice = "da:91:3e:5c:07:b2"
	vpn  = "00:05:9a:3c:7a:00"
)

// device makes a device of a name, a serial number and hardware addresses.
func device(id, name, serial string, macs ...string) matching.Thing {
	return matching.Thing{ID: id, Name: name, Serials: []string{serial}, MACs: macs, Layout: "devices"}
}

func person(id, name string, emails ...string) matching.Thing {
	return matching.Thing{ID: id, Name: name, Emails: emails, Layout: "people"}
}

func taken(t matching.Thing) matching.Thing {
	t.Taken = true
	return t
}

func in(layout string, t matching.Thing) matching.Thing {
	t.Layout = layout
	return t
}

type things = []matching.Thing

func linked(asset string, rung matching.Rung) matching.Link {
	return matching.Link{Record: "r", Asset: asset, Rung: rung, Provisional: rung == matching.RungName}
}

func provisional(asset string, rung matching.Rung) matching.Link {
	return matching.Link{Record: "r", Asset: asset, Rung: rung, Provisional: true}
}

func ambiguous(rung matching.Rung, candidates ...string) matching.Link {
	return matching.Link{Record: "r", Rung: rung, Candidates: candidates}
}

// replaces is what is said of another device of an asset's name.
func replaces(asset string) matching.Link { return matching.Link{Record: "r", Replaces: asset} }

// checkFirst compares the link of the first record, but for its words.
func checkFirst(t *testing.T, role connector.Role, records, assets things, want matching.Link) {
	t.Helper()
	links := matching.Things(role, records, assets)
	require.NotEmpty(t, links)
	require.Empty(t, cmp.Diff(want, links[0], cmpopts.IgnoreFields(matching.Link{}, "Because", "Confidence")))
	require.Equal(t, want.Asset != "" || len(want.Candidates) > 0, want.Rung != matching.RungNone)
	require.Equal(t, want.Asset != "", links[0].Confidence > 0.9)
	if want.Rung != matching.RungNone {
		require.NotEmpty(t, links[0].Because)
	}
}

func TestDevices(t *testing.T) {
	t.Parallel()
	const junk = "To Be Filled By O.E.M."
	none := matching.Link{Record: "r"}
	tests := map[string]struct {
		records, assets things
		want            matching.Link
	}{
		"an equal serial number": {
			records: things{device("r", "PC-1", "ab1234")}, assets: things{device("a", "Old name", " AB1234"), device("b", "PC-1", "")},
			want: linked("a", matching.RungSerial),
		},
		"in whatever layout": {
			records: things{device("r", "PC-1", "AB1234")}, assets: things{in("other", device("a", "PC-1", "AB1234"))},
			want: linked("a", matching.RungSerial),
		},
		"a junk serial number": {records: things{device("r", "PC-1", junk)}, assets: things{device("a", "PC-2", junk)}, want: none},
		"a serial number on two assets": {
			records: things{device("r", "PC-1", "AB1234")}, assets: things{device("b", "PC-1", "AB1234"), device("a", "PC-2", "AB1234")},
			want: ambiguous(matching.RungSerial, "a", "b"),
		},
		"a serial number on two records": {
			records: things{device("r", "PC-1", "AB1234"), device("s", "PC-2", "AB1234")}, assets: things{device("a", "PC-1", "AB1234")},
			want: ambiguous(matching.RungSerial, "a"),
		},
		"a serial number on a linked record": {
			records: things{device("r", "PC-1", "AB1234"), taken(device("s", "PC-2", "AB1234"))}, assets: things{device("a", "PC-1", "AB1234")},
			want: ambiguous(matching.RungSerial, "a"),
		},
		"a serial number on a linked asset": {
			records: things{device("r", "PC-1", "AB1234")}, assets: things{taken(device("a", "PC-1", "AB1234")), device("b", "PC-1", "")},
			want: ambiguous(matching.RungSerial, "a"),
		},
		"two serial numbers of two assets": {
			records: things{{ID: "r", Serials: []string{"AB1234", "CD1234"}}}, assets: things{device("a", "", "AB1234"), device("b", "", "CD1234")},
			want: ambiguous(matching.RungSerial, "a", "b"),
		},
		"an asset with the numbers of two records": {
			records: things{device("r", "", "AB1234"), device("s", "", "CD1234")}, assets: things{{ID: "a", Serials: []string{"AB1234", "CD1234"}}},
			want: ambiguous(matching.RungSerial, "a"),
		},
		"a number worn out among linked assets": {
			records: things{device("r", "PC-9", "GENERIC1")},
			assets: things{
				taken(device("a", "PC-1", "GENERIC1")), taken(device("b", "PC-2", "GENERIC1")), taken(device("c", "PC-3", "GENERIC1")), taken(device("d", "PC-4", "GENERIC1")),
			},
			want: none,
		},
		"a number worn out leaves a name in doubt": {
			records: things{device("r", "PC-9", "GENERIC1")},
			assets: things{
				taken(device("a", "PC-1", "GENERIC1")), taken(device("b", "PC-2", "GENERIC1")), taken(device("c", "PC-3", "GENERIC1")), taken(device("d", "PC-4", "GENERIC1")),
				device("e", "PC-9", ""),
			},
			want: ambiguous(matching.RungName, "e"),
		},
		"a number worn out leaves a random address in doubt": {
			records: things{device("r", "PC-9", "GENERIC1", dice)},
			assets: things{
				taken(device("a", "PC-1", "GENERIC1")), taken(device("b", "PC-2", "GENERIC1")), taken(device("c", "PC-3", "GENERIC1")), taken(device("d", "PC-4", "GENERIC1")),
				device("e", "PC-8", "", dice),
			},
			want: ambiguous(matching.RungMAC, "e"),
		},
		"an equal hardware address": {
			records: things{device("r", "PC-1", "", macA)}, assets: things{device("a", "Renamed", "", macA)},
			want: linked("a", matching.RungMAC),
		},
		"an equal address, another serial number": {
			records: things{device("r", "PC-1", "AB1234", macA)}, assets: things{device("a", "PC-2", "CD1234", macA)}, want: none,
		},
		"an equal name and address, another serial number": {
			records: things{device("r", "PC-1", "AB1234", macA)}, assets: things{device("a", "PC-1", "CD1234", macA)},
			want: ambiguous(matching.RungName, "a"),
		},
		"an equal name, another serial number": {
			records: things{device("r", "PC-1", "AB1234")}, assets: things{device("a", "PC-1", "CD1234")}, want: replaces("a"),
		},
		"an equal name, one serial number": {
			records: things{device("r", "pc-1.corp.local", "AB1234")}, assets: things{device("a", "PC-1", "")},
			want: linked("a", matching.RungName),
		},
		"a dock that has moved on": {
			records: things{device("r", "LAPTOP-B", "", macA), device("s", "LAPTOP-A", "")},
			assets:  things{device("a", "LAPTOP-A", "", macA)},
			want:    ambiguous(matching.RungMAC, "a"),
		},
		"an address of one asset and the name of another": {
			records: things{device("r", "LAPTOP-B", "", macA)}, assets: things{device("a", "LAPTOP-A", "", macA), device("b", "LAPTOP-B", "")},
			want: ambiguous(matching.RungMAC, "a", "b"),
		},
		"a dock of two records: names decide": {
			records: things{device("r", "LAPTOP-B", "", macA), device("s", "LAPTOP-A", "", macA)},
			assets:  things{device("a", "LAPTOP-A", "", macA), device("b", "LAPTOP-B", "")},
			want:    linked("b", matching.RungName),
		},
		"a dock of two records and no name": {
			records: things{device("r", "LAPTOP-B", "", macA), device("s", "LAPTOP-C", "", macA)},
			assets:  things{device("a", "LAPTOP-A", "", macA)},
			want:    ambiguous(matching.RungMAC, "a"),
		},
		"a dock of an asset that a name took": {
			records: things{device("r", "LAPTOP-B", "", macA), device("s", "LAPTOP-A", "", macA)},
			assets:  things{device("a", "LAPTOP-A", "", macA)},
			want:    none,
		},
		"an address of two assets": {
			records: things{device("r", "PC-1", "", macA)}, assets: things{device("a", "PC-1", "", macA), device("b", "PC-2", "", macA)},
			want: linked("a", matching.RungName),
		},
		"an address of two assets, the name of a third": {
			records: things{device("r", "PC-1", "", macA)}, assets: things{device("a", "PC-2", "", macA), device("b", "PC-3", "", macA), device("c", "PC-1", "")},
			want: ambiguous(matching.RungMAC, "a", "b", "c"),
		},
		"an address of a linked asset": {
			records: things{device("r", "PC-1", "", macA)}, assets: things{taken(device("a", "PC-2", "", macA))}, want: none,
		},
		"an equal name, another address": {
			records: things{device("r", "PC-1", "", macA)}, assets: things{device("a", "PC-1", "", macB)},
			want: ambiguous(matching.RungName, "a"),
		},
		"an equal name, the address of a dock": {
			records: things{device("r", "PC-1", "", macA), device("s", "PC-2", "", macA)}, assets: things{device("a", "PC-1", "", macB)},
			want: linked("a", matching.RungName),
		},
		"an equal name in another layout": {
			records: things{device("r", "PC-1", "")}, assets: things{in("other", device("a", "PC-1", ""))}, want: none,
		},
		"an equal name on two assets": {
			records: things{device("r", "PC-1", "")}, assets: things{device("b", "PC-1", ""), device("a", "pc-1", "")},
			want: ambiguous(matching.RungName, "a", "b"),
		},
		"an equal name on two records": {
			records: things{device("r", "PC-1", ""), device("s", "PC-1", "")}, assets: things{device("a", "PC-1", "")},
			want: ambiguous(matching.RungName, "a"),
		},
		"an equal name on two pairs, one with a serial number": {
			records: things{device("r", "PC-1", ""), device("s", "PC-1", "AB1234")}, assets: things{device("a", "PC-1", ""), device("b", "PC-1", "AB1234")},
			want: ambiguous(matching.RungName, "a"),
		},
		"an equal name on a linked record": {
			records: things{device("r", "PC-1", ""), taken(device("s", "PC-1", ""))}, assets: things{device("a", "PC-1", "")},
			want: ambiguous(matching.RungName, "a"),
		},
		"an equal name on a linked record of unknown layout": {
			records: things{device("r", "PC-1", ""), in("", taken(device("s", "PC-1", "")))}, assets: things{device("a", "PC-1", "")},
			want: ambiguous(matching.RungName, "a"),
		},
		"an equal name on a record of another layout": {
			records: things{device("r", "PC-1", ""), in("other", device("s", "PC-1", ""))}, assets: things{device("a", "PC-1", "")},
			want: linked("a", matching.RungName),
		},
		"an equal name on a linked asset": {
			records: things{device("r", "PC-1", "")}, assets: things{taken(device("a", "PC-1", ""))}, want: none,
		},
		"an equal name on a linked asset and another": {
			records: things{device("r", "PC-1", "")}, assets: things{taken(device("a", "PC-1", "")), device("b", "PC-1", "")},
			want: ambiguous(matching.RungName, "b"),
		},
		"a stronger key takes the asset of the name": {
			records: things{device("r", "PC-1", ""), device("s", "PC-2", "AB1234")}, assets: things{device("a", "PC-1", "AB1234")},
			want: none,
		},
		"a name cut by NetBIOS": {
			records: things{device("r", "ACCOUNTING-LAPTOP-7", "")}, assets: things{device("a", "ACCOUNTING-LAPT", "")},
			want: linked("a", matching.RungName),
		},
		"two names cut to one": {
			records: things{device("r", "ACCOUNTING-LAPTOP-7", ""), device("s", "ACCOUNTING-LAPTOP-8", "")}, assets: things{device("a", "ACCOUNTING-LAPT", "")},
			want: ambiguous(matching.RungName, "a"),
		},
		"long names that differ after the cut": {
			records: things{device("r", "ACCOUNTING-LAPTOP-7", "")}, assets: things{device("a", "ACCOUNTING-LAPTOP-8", "")}, want: none,
		},
		"a name cut elsewhere": {
			records: things{device("r", "ACCOUNTING-LAPTOP", "")}, assets: things{device("a", "ACCOUNTING", "")}, want: none,
		},
		"a name that says nothing": {
			records: things{device("r", "Server", "")}, assets: things{device("a", "SERVER", "")},
			want: ambiguous(matching.RungName, "a"),
		},
		"no name":   {records: things{device("r", "", ""), device("s", "N/A", "")}, assets: things{device("a", "", ""), device("b", "n/a", "")}, want: none},
		"an e-mail": {records: things{{ID: "r", Emails: []string{"a@b.c"}}}, assets: things{{ID: "a", Emails: []string{"a@b.c"}}}, want: none},
		"the address of a virtual switch and a name that says nothing": {
			records: things{device("r", "Server", "", "00:50:56:c0:00:08")}, assets: things{device("a", "SERVER", "", "00:50:56:c0:00:08")},
			want: ambiguous(matching.RungName, "a"),
		},
		"a made-up address and a name that says nothing": {
			records: things{device("r", "Server", "", made)}, assets: things{device("a", "SERVER", "AB1234", made)}, want: linked("a", matching.RungName),
		},
		"a made-up address and a name that several have": {
			records: things{device("r", "PC-1", "", made), device("s", "PC-1", "")}, assets: things{device("a", "PC-1", ""), device("b", "PC-1", "", made)},
			want: linked("b", matching.RungName),
		},
		"a made-up address alone": {
			records: things{device("r", "PC-1", "", made)}, assets: things{device("a", "PC-2", "", made)}, want: ambiguous(matching.RungMAC, "a"),
		},
		"a made-up address alone that looks random": {
			records: things{device("r", "PC-1", "", dice)}, assets: things{device("a", "PC-2", "", dice)}, want: provisional("a", matching.RungMAC),
		},
		"a random address that another asset has too": {
			records: things{device("r", "PC-1", "", dice)}, assets: things{device("a", "PC-2", "", dice), device("b", "PC-3", "", dice)}, want: none,
		},
		"a random address that another record has too": {
			records: things{device("r", "PC-1", "", dice), device("s", "PC-3", "", dice)}, assets: things{device("a", "PC-2", "", dice)}, want: none,
		},
		"a random address, and serial numbers that differ": {
			records: things{device("r", "PC-1", "AB12345", dice)}, assets: things{device("a", "PC-2", "XY98765", dice)}, want: none,
		},
		"a random address, where the asset's name is another record's": {
			records: things{device("r", "PC-1", "", dice), device("s", "PC-2", "")}, assets: things{device("a", "PC-2", "", dice)}, want: none,
		},
		"a random address of one asset, and the name of another": {
			records: things{device("r", "PC-1", "", dice)}, assets: things{device("a", "PC-1", ""), device("b", "PC-2", "", dice)}, want: ambiguous(matching.RungMAC, "a", "b"),
		},
		"a random address, where a linked asset has the name": {
			records: things{device("r", "PC-1", "", dice)}, assets: things{device("a", "PC-2", "", dice), taken(device("b", "PC-1", ""))}, want: ambiguous(matching.RungMAC, "a"),
		},
		"two random addresses of two assets": {
			records: things{device("r", "PC-1", "", dice, "6e:17:f3:88:20:c9")}, assets: things{device("a", "PC-2", "", dice), device("b", "PC-3", "", "6e:17:f3:88:20:c9")},
			want: none,
		},
		"an address that counts up is no random one": {
			records: things{device("r", "PC-1", "", "02:03:04:05:06:07")}, assets: things{device("a", "PC-2", "", "02:03:04:05:06:07")}, want: ambiguous(matching.RungMAC, "a"),
		},
		"an address of letters is no random one": {
			records: things{device("r", "PC-1", "", "36:4b:50:71:67:64")}, assets: things{device("a", "PC-2", "", "36:4b:50:71:67:64")}, want: ambiguous(matching.RungMAC, "a"),
		},
		"a made-up address that many have": {
			records: things{device("r", "PC-1", "", made), device("s", "PC-3", "", made)}, assets: things{device("a", "PC-2", "", made)}, want: none,
		},
		"an equal name, another address, made up": {
			records: things{device("r", "PC-1", "", macA)}, assets: things{device("a", "PC-1", "", made)}, want: ambiguous(matching.RungName, "a"),
		},
		"a name of one asset and the made-up address of another": {
			records: things{device("r", "PC-1", "", made)}, assets: things{device("a", "PC-1", ""), device("b", "PC-2", "", made)},
			want: ambiguous(matching.RungMAC, "a", "b"),
		},
		"two made-up addresses say nothing": {
			records: things{device("r", "PC-1", "", made)}, assets: things{device("a", "PC-1", "", "0a:1f:af:00:00:0b")}, want: linked("a", matching.RungName),
		},
		"the dock's address instead of its own": {
			records: things{device("r", "PC-1", "", docked)}, assets: things{device("a", "PC-1", "", macA)}, want: linked("a", matching.RungName),
		},
		"a dock alone": {
			records: things{device("r", "PC-1", "", docked)}, assets: things{device("a", "PC-2", "", docked)}, want: ambiguous(matching.RungMAC, "a"),
		},
		"a dock and a name that says nothing": {
			records: things{device("r", "Server", "", docked)}, assets: things{device("a", "SERVER", "", docked)}, want: ambiguous(matching.RungName, "a"),
		},
		"a VPN client's address": {
			records: things{device("r", "Server", "", vpn)}, assets: things{device("a", "SERVER", "", vpn), device("b", "PC-2", "", vpn)},
			want: ambiguous(matching.RungName, "a"),
		},
		"a serial number with other punctuation": {
			records: things{device("r", "", "5CG-735 5338")}, assets: things{device("a", "", "5cg7355338")}, want: linked("a", matching.RungSerial),
		},
		"a serial number typed wrong, an equal name and address": {
			records: things{device("r", "PC-1", "OF37A0C9", macA)}, assets: things{device("a", "PC-1", "PF37A0C9", macA)}, want: linked("a", matching.RungName),
		},
		"a serial number typed wrong, an equal name": {
			records: things{device("r", "PC-1", "OF37A0C9")}, assets: things{device("a", "PC-1", "PF37A0C9")}, want: linked("a", matching.RungName),
		},
		"a serial number typed wrong, one of two of the name": {
			records: things{device("r", "PC-1", "OF37A0C9")}, assets: things{device("a", "PC-1", "PF37A0C9"), device("b", "PC-1", "")}, want: linked("a", matching.RungName),
		},
		"a serial number typed wrong, an equal name, another address": {
			records: things{device("r", "PC-1", "OF37A0C9", macA)}, assets: things{device("a", "PC-1", "PF37A0C9", macB)}, want: ambiguous(matching.RungName, "a"),
		},
		"the next serial number, an equal name": {
			records: things{device("r", "PC-1", "PF37A0C8")}, assets: things{device("a", "PC-1", "PF37A0C9")}, want: replaces("a"),
		},
		"the next serial number, an equal name and address": {
			records: things{device("r", "PC-1", "PF37A0C8", macA)}, assets: things{device("a", "PC-1", "PF37A0C9", macA)}, want: linked("a", matching.RungName),
		},
		"a serial number typed wrong, an equal address": {
			records: things{device("r", "PC-1", "FP37A0C9", macA)}, assets: things{device("a", "PC-2", "PF37A0C9", macA)}, want: ambiguous(matching.RungMAC, "a"),
		},
		"a serial number typed wrong and nothing else": {
			records: things{device("r", "PC-1", "OF37A0C9")}, assets: things{device("a", "PC-2", "PF37A0C9")}, want: none,
		},
		"a serial number typed wrong, the address of a copy": {
			records: things{device("r", "PC-1", "OF37A0C9", macA), device("s", "PC-2", "", macA)}, assets: things{device("a", "PC-1", "PF37A0C9", macA)},
			want: linked("a", matching.RungName),
		},
		"nothing there": {records: things{device("r", "PC-1", "AB1234", macA)}, want: none},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			checkFirst(t, connector.RoleDevice, tt.records, tt.assets, tt.want)
		})
	}
}

func TestHostNames(t *testing.T) {
	t.Parallel()
	equal := func(a, b string) bool {
		return matching.Things(connector.RoleDevice, things{device("r", a, "")}, things{device("a", b, "")})[0].Asset == "a"
	}
	for _, pair := range [][2]string{
		{"pc-1", "PC-1"},
		{"PC-1.corp.local", "pc-1"},
		{"PC-1.local", "PC-1"},
		{"PC-1.local.", "PC-1"},
		{" PC-1 ", "PC-1"},
		{"192.168.1.10", "192.168.1.10"},
		{"HP LaserJet 4.1", "hp laserjet 4.1"},
	} {
		require.True(t, equal(pair[0], pair[1]), "%q", pair)
	}
	for _, pair := range [][2]string{
		{"192.168.1.10", "192.168.1.11"},
		{"SW1.2", "SW1.3"},
		{"SW1.2", "SW1"},
		{"PC-1.old", "PC-1"},
		{"Dr. Smith", "Dr. Jones"},
		{"PC-1", "PC-11"},
		{"PC 1", "PC-1"},
		{"SERVERS01", "SERVER01"},
		{"PC-1.corp.old", "PC-1"},
	} {
		require.False(t, equal(pair[0], pair[1]), "%q", pair)
	}
}

func TestPersons(t *testing.T) {
	t.Parallel()
	none := matching.Link{Record: "r"}
	tests := map[string]struct {
		records, assets things
		want            matching.Link
	}{
		"an equal address": {
			records: things{person("r", "Ann Lee", "Ann@Acme.com")}, assets: things{person("a", "Ann Lee-Smith", "ann@acme.com"), person("b", "Ann Lee")},
			want: linked("a", matching.RungEmail),
		},
		"an equal address, no name": {
			records: things{person("r", "Ann Lee", "ann@acme.com")}, assets: things{person("a", "", "ann@acme.com")}, want: linked("a", matching.RungEmail),
		},
		"an equal address, another person": {
			records: things{person("r", "Ann Lee", "desk7@acme.com")}, assets: things{person("a", "Bob Roe", "desk7@acme.com")},
			want: ambiguous(matching.RungEmail, "a"),
		},
		"an address of a function": {
			records: things{person("r", "Ann Lee", "info@acme.com")}, assets: things{person("a", "Bob Lee", "info@acme.com")}, want: none,
		},
		"an address on two assets": {
			records: things{person("r", "Ann Lee", "ann@acme.com")}, assets: things{person("b", "Ann Lee", "ann@acme.com"), person("a", "A Lee", "ann@acme.com")},
			want: ambiguous(matching.RungEmail, "a", "b"),
		},
		"an address on a linked asset": {
			records: things{person("r", "Ann Lee", "ann@acme.com")}, assets: things{taken(person("a", "Ann Lee", "ann@acme.com"))},
			want: ambiguous(matching.RungEmail, "a"),
		},
		"an equal full name": {
			records: things{person("r", "  Zoë  O'Neill", "zoe@acme.com")}, assets: things{person("a", "ZOE ONEILL")}, want: linked("a", matching.RungName),
		},
		"an equal full name, another address": {
			records: things{person("r", "Ann Lee", "ann@acme.com")}, assets: things{person("a", "Ann Lee", "lee@acme.com")},
			want: ambiguous(matching.RungName, "a"),
		},
		"a first name":            {records: things{person("r", "Ann")}, assets: things{person("a", "Ann")}, want: none},
		"a full name of one word": {records: things{person("r", "山田太郎")}, assets: things{person("a", "山田太郎")}, want: linked("a", matching.RungName)},
		"a junior":                {records: things{person("r", "Ann Lee")}, assets: things{person("a", "Ann Lee Jr.")}, want: none},
		"the other way round":     {records: things{person("r", "Ann Lee")}, assets: things{person("a", "Lee, Ann")}, want: none},
		"a serial number":         {records: things{device("r", "", "AB1234")}, assets: things{device("a", "", "AB1234")}, want: none},
		"a domain isn't cut":      {records: things{person("r", "Dr.Ann Lee")}, assets: things{person("a", "Dr")}, want: none},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			checkFirst(t, connector.RolePerson, tt.records, tt.assets, tt.want)
		})
	}
}

func TestOtherThingsLinkByNameAlone(t *testing.T) {
	t.Parallel()
	records := things{{ID: "r", Name: "Head Office", Serials: []string{"AB1234"}, Layout: "sites"}}
	assets := things{{ID: "a", Name: "Annex", Serials: []string{"AB1234"}, Layout: "sites"}, {ID: "b", Name: "head office", Layout: "sites"}}
	checkFirst(t, connector.RoleOther, records, assets, linked("b", matching.RungName))
	checkFirst(t, connector.RoleContainer, records, assets, matching.Link{Record: "r"})
}

func TestThereIsALinkForEveryRecordThatIsFree(t *testing.T) {
	t.Parallel()
	links := matching.Things(connector.RoleDevice, things{
		device("z", "PC-1", "AB1234"), taken(device("y", "PC-2", "CD1234")), device("x", "PC-3", "EF1234", macC),
	}, things{device("a", "PC-1", "AB1234"), device("b", "PC-3", "GH1234")})
	require.Empty(t, cmp.Diff([]matching.Link{
		{Record: "z", Asset: "a", Rung: matching.RungSerial, Confidence: 0.9995, Because: "same serial number AB1234"},
		{Record: "x", Replaces: "b", Because: `another device: same name "PC-3", but serial numbers EF1234 and GH1234`},
	}, links))
	require.Empty(t, matching.Things(connector.RoleDevice, nil, nil))
}

// alike are so many records and assets with one name and one address.
func alike(n int) (records, assets things) {
	for i := range n {
		records = append(records, device(fmt.Sprint("r", i), "Printer X", "", macA))
		assets = append(assets, device(fmt.Sprintf("a%03d", i), "Printer X", "", macA))
	}
	return records, assets
}

func TestOfAKeyThatAllHaveTheFirstAreOffered(t *testing.T) {
	t.Parallel()
	records, assets := alike(200)
	links := matching.Things(connector.RoleDevice, records, assets)
	require.Len(t, links[0].Candidates, 25)
	require.Equal(t, `same name "Printer X", which 200 records and 200 assets have`, links[0].Because)
}

// BenchmarkThingsAlike links things that are all alike. For twice as many it may
// take four times the time, and not eight.
func BenchmarkThingsAlike(b *testing.B) {
	for _, n := range []int{250, 500, 1000} {
		records, assets := alike(n)
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				matching.Things(connector.RoleDevice, records, assets)
			}
		})
	}
}

func TestALadderSkipsRungsAndTakesMoreJunk(t *testing.T) {
	t.Parallel()
	records, assets := things{device("r", "PC-1", "ASSET-TAG-0")}, things{device("a", "PC-1", "ASSET-TAG-0")}
	ladder := matching.Ladder{Role: connector.RoleDevice}
	require.Equal(t, matching.RungSerial, ladder.Match(records, assets)[0].Rung)
	ladder.Tables = matching.ShippedTables().With(matching.Extra{JunkSerials: []string{"Asset Tag 0"}})
	require.Equal(t, matching.RungName, ladder.Match(records, assets)[0].Rung)
	ladder.Skip = []matching.Rung{matching.RungName}
	require.Equal(t, matching.RungNone, ladder.Match(records, assets)[0].Rung)
	require.Equal(t, matching.RungSerial, matching.Things(connector.RoleDevice, records, assets)[0].Rung, "the shipped tables are what they were")
}

func TestARejectedPairIsNeverProposedAgain(t *testing.T) {
	t.Parallel()
	ladder := matching.Ladder{Role: connector.RoleDevice, Rejected: []matching.Pair{{Upstream: "r", Here: "a"}, {Upstream: "r", Here: "gone"}}}
	none := matching.Link{Record: "r"}
	for name, tt := range map[string]struct {
		records, assets things
		want            matching.Link
	}{
		"by serial number":       {records: things{device("r", "PC-1", "AB1234", macA)}, assets: things{device("a", "PC-1", "AB1234", macA)}, want: none},
		"by a replaced one":      {records: things{device("r", "PC-1", "AB1234")}, assets: things{device("a", "PC-1", "CD1234")}, want: none},
		"a name is left":         {records: things{device("r", "PC-1", "AB1234")}, assets: things{device("a", "PC-2", "AB1234"), device("b", "PC-1", "")}, want: linked("b", matching.RungName)},
		"one of two":             {records: things{device("r", "PC-1", "AB1234")}, assets: things{device("a", "PC-1", "AB1234"), device("b", "PC-1", "AB1234")}, want: ambiguous(matching.RungSerial, "b")},
		"a bearer of its name":   {records: things{device("r", "PC-1", "", macA)}, assets: things{device("a", "PC-1", ""), device("b", "PC-2", "", macA)}, want: linked("b", matching.RungMAC)},
		"the address of a dock":  {records: things{device("r", "PC-1", "", docked)}, assets: things{device("a", "PC-2", "", docked)}, want: none},
		"somebody else's record": {records: things{device("s", "PC-1", ""), device("r", "PC-2", "")}, assets: things{device("a", "PC-1", "")}, want: matching.Link{Record: "s", Asset: "a", Rung: matching.RungName, Provisional: true}},
	} {
		links := ladder.Match(tt.records, tt.assets)
		require.Empty(t, cmp.Diff(tt.want, links[0], cmpopts.IgnoreFields(matching.Link{}, "Because", "Confidence")), name)
	}
}
