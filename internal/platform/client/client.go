// Package client owns the address of whoever makes a request: the one that the
// log, the records of acts and the limits go by.
//
// It is the other end of the connection. Behind proxies that the operator has
// named it is what they say in X-Forwarded-For, read from the right: the first
// address that is none of theirs. Whatever stands further to the left a client
// may have written itself, so it is not looked at; nor is the header at all when
// it comes from anybody else.
package client

import (
	"context"
	"net/http"
	"net/netip"
	"strings"
)

// Proxies are the networks of the proxies that are trusted. None: nobody is.
type Proxies []netip.Prefix

// Of is the address of the client of the request, an IPv4 one as such and none
// with a zone. It is not valid when the connection has no address.
func (p Proxies) Of(r *http.Request) netip.Addr {
	peer := address(r.RemoteAddr)
	if !p.trusts(peer) {
		return peer
	}
	hops := strings.Join(r.Header.Values("X-Forwarded-For"), ",")
	for hops != "" {
		var hop string
		if i := strings.LastIndexByte(hops, ','); i >= 0 {
			hops, hop = hops[:i], hops[i+1:]
		} else {
			hops, hop = "", hops
		}
		next := address(strings.TrimSpace(hop))
		if !next.IsValid() {
			break // what no proxy of ours has written says nothing, nor does what is left of it
		}
		if peer = next; !p.trusts(peer) {
			break
		}
	}
	return peer
}

func (p Proxies) trusts(a netip.Addr) bool {
	for _, network := range p {
		if network.Contains(a) {
			return true
		}
	}
	return false
}

// address reads an address with or without a port; the zero one when it is none.
func address(s string) netip.Addr {
	a, err := netip.ParseAddr(strings.TrimSuffix(strings.TrimPrefix(s, "["), "]"))
	if err != nil {
		with, err := netip.ParseAddrPort(s)
		if err != nil {
			return netip.Addr{}
		}
		a = with.Addr()
	}
	return a.Unmap().WithZone("")
}

type key struct{}

// With returns a context that says where the request came from.
func With(ctx context.Context, a netip.Addr) context.Context { return context.WithValue(ctx, key{}, a) }

// From is the address that With has said; the zero one when nobody calls from
// outside, as on the command line.
func From(ctx context.Context) netip.Addr {
	a, _ := ctx.Value(key{}).(netip.Addr)
	return a
}

// Text writes an address; "" for none.
func Text(a netip.Addr) string {
	if !a.IsValid() {
		return ""
	}
	return a.String()
}

// Network is what limits go by: of IPv6 the whole /64, since whoever has one
// address of it has them all.
func Network(a netip.Addr) string {
	if !a.Is6() {
		return Text(a)
	}
	return netip.PrefixFrom(a, 64).Masked().String()
}
