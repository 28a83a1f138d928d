package matching_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/dovetail-sync/dovetail/matching"
)

func TestNormalSerial(t *testing.T) {
	t.Parallel()
	for given, want := range map[string]string{
		" 5cg7355338 ": "5CG7355338", "S/N 5CG7355338": "5CG7355338", "SN: ab12": "AB12", "Serial Number: AB12": "AB12", "PF-37A0C9": "PF-37A0C9",
		"VMware-42 1c 3a": "VMWARE-42 1C 3A", "12 34 57": "12 34 57", "SN12345X": "SN12345X",
	} {
		got, ok := matching.NormalSerial(given)
		require.True(t, ok, given)
		require.Equal(t, want, got)
	}
	for _, junk := range []string{
		"", " ", "0", "00000000", "0000-0000", "xxxxxxxxxxx", "..........", "-", "ABC", "A-1-B", "123456789", "0123456789", "MB-1234567890",
		"To Be Filled By O.E.M.", "to be filled by OEM", "System Serial Number", "SystemSerialNumb", "Default string", "None", "N/A", "n/a", "Not Specified",
		"Not Applicable", "INVALID", "unknown", "Chassis Serial Number", "S/N", "S/N unknown", "S/N 0", "S/N To be filled by O.E.M.", "OEM", "AB\x001234", "\xff\xfe\xfd\xfc12345",
	} {
		got, ok := matching.NormalSerial(junk)
		require.False(t, ok, junk)
		require.Empty(t, got)
	}
}

func TestNormalMAC(t *testing.T) {
	t.Parallel()
	for _, same := range []string{
		"f0:1f:af:3b:07:5e", "F0-1F-AF-3B-07-5E", "f01f.af3b.075e", "F01FAF3B075E", " f0 1f af 3b 07 5e ", "f0:1f:af:3b:7:5e", "f01faf-3b075e",
	} {
		got, ok := matching.NormalMAC(same)
		require.True(t, ok, same)
		require.Equal(t, "f0:1f:af:3b:07:5e", got)
	}
	for what, junk := range map[string]string{
		"empty": "", "zeros": "00:00:00:00:00:00", "broadcast": "FF:FF:FF:FF:FF:FF", "multicast": "01:00:5e:00:00:01", "local": "02:50:41:00:00:01",
		"randomised": "da:a1:19:00:00:01", "VMware": "00:50:56:ab:cd:ef", "Hyper-V": "00-15-5D-01-02-03", "VPN client": "00:05:9a:3c:7a:00", "Apple T2": "AC:DE:48:00:11:22",
		"short": "f0:1f:af:3b:07", "long": "f0:1f:af:3b:07:5e:01", "EUI-64": "f0:1f:af:ff:fe:3b:07:5e", "no digits": "not a mac!!!", "two": "f01faf3b075e, f01faf3b075f",
		"digits of another script": "f٠1faf3b075e",
	} {
		got, ok := matching.NormalMAC(junk)
		require.False(t, ok, what)
		require.Empty(t, got, what)
	}
}

func TestNormalEmail(t *testing.T) {
	t.Parallel()
	for given, want := range map[string]string{
		"\tAnn.Lee@Acme.COM": "ann.lee@acme.com", "mailto:ann@acme.com": "ann@acme.com", "ann+x@acme.co.uk": "ann+x@acme.co.uk",
		"infomania@acme.com": "infomania@acme.com", "salesman@acme.com": "salesman@acme.com",
	} {
		got, ok := matching.NormalEmail(given)
		require.True(t, ok, given)
		require.Equal(t, want, got)
	}
	for _, junk := range []string{
		"", "ann", "ann@", "@acme.com", "ann@acme", "ann@acme@com.x", "a b@acme.com", "ann@acme.com, bob@acme.com", "Ann <ann@acme.com>",
		"info@acme.com", "INFO@acme.com", "support@acme.com", "scan@acme.com", "no-reply@acme.com", "scan.hq@acme.com", "london-sales@acme.com",
		"sales2@acme.com", "help.desk@acme.com", "info+x@acme.com", "ann@acme.com\x00", "...@acme.com",
	} {
		got, ok := matching.NormalEmail(junk)
		require.False(t, ok, junk)
		require.Empty(t, got)
	}
}

func FuzzNormalMAC(f *testing.F) {
	for _, seed := range []string{"f0:1f:af:3b:07:5e", "F01F.AF3B.075E", "0:1:2:3:4:5", "", ":::::", "é", "\xff"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, s string) {
		got, ok := matching.NormalMAC(s)
		if !ok {
			require.Empty(t, got)
			return
		}
		require.Len(t, got, 17)
		again, ok := matching.NormalMAC(strings.ToUpper(got))
		require.True(t, ok)
		require.Equal(t, got, again)
	})
}

func FuzzNormalSerialAndEmail(f *testing.F) {
	for _, seed := range []string{"5CG7355338", "S/N S/N SN: ABCD1", "ann@acme.com", "mailto:mailto:a@b.c", "ß1234", "\xff"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, s string) {
		for _, normal := range []func(string) (string, bool){matching.NormalSerial, matching.NormalEmail} {
			got, ok := normal(s)
			if !ok {
				require.Empty(t, got)
				continue
			}
			again, ok := normal(got)
			require.True(t, ok, "%q of %q", got, s)
			require.Equal(t, got, again)
		}
	})
}
