package fetch

import (
	"context"
	"fmt"
	"net/netip"
	"slices"
	"syscall"
)

// guard decides which addresses may be connected to.
type guard struct {
	allow []netip.Prefix
}

// control is asked by the dialer before each connection, with the very address
// that is about to be connected to: names, DNS answers, redirects and spellings
// of an address all end here.
func (g guard) control(_ context.Context, _, address string, _ syscall.RawConn) error {
	target, err := netip.ParseAddrPort(address)
	if err != nil {
		return fmt.Errorf("fetch: dial address: %w", err)
	}
	if !g.permits(target.Addr()) {
		return ForbiddenAddress.Because(fmt.Errorf("%s is not public", target.Addr()))
	}
	return nil
}

// permits tells whether ip is public or allowed.
func (g guard) permits(ip netip.Addr) bool {
	ip = ip.WithZone("").Unmap()
	holds := func(p netip.Prefix) bool { return p.Contains(ip) }
	if slices.ContainsFunc(g.allow, holds) {
		return true
	}
	if ip.Is6() && !globalUnicast6.Contains(ip) {
		return false
	}
	return ip.IsValid() && !slices.ContainsFunc(notPublic, holds)
}

// globalUnicast6 is the part of IPv6 that is given out for the public network.
// Outside of it lie loopback, link-local, unique-local, multicast, NAT64
// (64:ff9b::/96 and 64:ff9b:1::/48) and the IPv4-compatible addresses.
var globalUnicast6 = netip.MustParsePrefix("2000::/3")

// notPublic are the networks of IANA's special-purpose registries that don't
// reach a host of the public network, or reach one that is named by an IPv4
// address inside.
var notPublic = prefixes(
	"0.0.0.0/8",        // this host, this network
	"10.0.0.0/8",       // private
	"100.64.0.0/10",    // carrier-grade NAT
	"127.0.0.0/8",      // loopback
	"168.63.129.16/32", // metadata service of a cloud
	"169.254.0.0/16",   // link-local, metadata services
	"172.16.0.0/12",    // private
	"192.0.0.0/24",     // protocol assignments
	"192.0.2.0/24",     // documentation
	"192.88.99.0/24",   // 6to4 relays
	"192.168.0.0/16",   // private
	"198.18.0.0/15",    // benchmarking
	"198.51.100.0/24",  // documentation
	"203.0.113.0/24",   // documentation
	"224.0.0.0/4",      // multicast
	"240.0.0.0/4",      // reserved, broadcast
	"2001::/23",        // protocol assignments: Teredo, benchmarking, ORCHID
	"2001:db8::/32",    // documentation
	"2002::/16",        // 6to4
	"3fff::/20",        // documentation
)

func prefixes(texts ...string) []netip.Prefix {
	list := make([]netip.Prefix, len(texts))
	for i, s := range texts {
		list[i] = netip.MustParsePrefix(s)
	}
	return list
}
