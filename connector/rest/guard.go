package rest

import (
	"net/netip"
	"syscall"
)

// privateError is a connection that was refused because of its address.
type privateError struct{ addr netip.Addr }

func (e *privateError) Error() string { return e.addr.String() + " is not a public address" }

// refusePrivate is a net.Dialer's Control: it sees the address that a name
// resolved to, so that a name can't lead around it.
func refusePrivate(_, address string, _ syscall.RawConn) error {
	at, err := netip.ParseAddrPort(address)
	if err != nil {
		return err
	}
	if addr := at.Addr().WithZone("").Unmap(); !public(addr) {
		return &privateError{addr}
	}
	return nil
}

// public reports whether addr is one that a service on the internet can have.
func public(addr netip.Addr) bool {
	if !addr.IsGlobalUnicast() || addr.IsPrivate() {
		return false
	}
	for _, reserved := range [...]netip.Prefix{
		netip.PrefixFrom(netip.AddrFrom4([4]byte{0}), 8),                      // this network
		netip.PrefixFrom(netip.AddrFrom4([4]byte{100, 64}), 10),               // carrier-grade NAT, cloud metadata
		netip.PrefixFrom(netip.AddrFrom4([4]byte{192}), 24),                   // protocol assignments
		netip.PrefixFrom(netip.AddrFrom4([4]byte{198, 18}), 15),               // benchmarks
		netip.PrefixFrom(netip.AddrFrom4([4]byte{240}), 4),                    // reserved
		netip.PrefixFrom(netip.AddrFrom16([16]byte{0, 0x64, 0xff, 0x9b}), 32), // IPv4 behind NAT64
		netip.PrefixFrom(netip.AddrFrom16([16]byte{0x20, 0x02}), 16),          // IPv4 behind 6to4
		netip.PrefixFrom(netip.AddrFrom16([16]byte{0x20, 0x01, 0, 0}), 32),    // IPv4 behind Teredo
		netip.PrefixFrom(netip.AddrFrom16([16]byte{0xfe, 0xc0}), 10),          // site-local
		netip.PrefixFrom(netip.AddrFrom16([16]byte{}), 96),                    // IPv4-compatible
	} {
		if reserved.Contains(addr) {
			return false
		}
	}
	return true
}
