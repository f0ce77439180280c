package kernel

import (
	"fmt"
	"net/http"
	"net/netip"
	"strings"
)

// Loopback are the networks of this machine: a reverse proxy on it is trusted
// unless others are named.
var Loopback = []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8"), netip.MustParsePrefix("::1/128")}

// Network returns the address that a request comes from, the zero Addr if it
// is not known.
func Network(r *http.Request) netip.Addr {
	if t := traceOf(r.Context()); t != nil {
		return t.network
	}
	return netip.Addr{}
}

// ParseProxies reads a list such as 10.0.0.0/8,192.0.2.1. An empty text means that
// no proxy is trusted.
func ParseProxies(text string) (list []netip.Prefix, err error) {
	for part := range strings.SplitSeq(text, ",") {
		part = strings.TrimSpace(part)
		if part == "" {
			continue
		}
		p, err := netip.ParsePrefix(part)
		if a, e := netip.ParseAddr(part); err != nil && e == nil {
			p, err = a.Prefix(a.BitLen())
		}
		if err != nil {
			return nil, fmt.Errorf("%q: want an address or a network such as 10.0.0.0/8", part)
		}
		list = append(list, p.Masked())
	}
	return list, nil
}

// network returns the address of who sent the request. It reads X-Forwarded-For
// from the end, where the nearest proxy writes, up to the first address that is no
// trusted proxy: anybody could have written what stands before it. The header of an
// untrusted peer is ignored, and logged once: if the peer is a proxy after all, its
// visitors count as one network.
func (s *Site) network(r *http.Request) netip.Addr {
	peer, err := netip.ParseAddrPort(r.RemoteAddr)
	if err != nil {
		return netip.Addr{}
	}
	at := peer.Addr().Unmap()
	forwarded := r.Header.Values("X-Forwarded-For")
	if len(forwarded) == 0 {
		return at
	}
	if !s.trusts(at) {
		if !s.untrusted.Swap(true) {
			s.Log.ErrorContext(r.Context(), "X-Forwarded-For from a peer that is no trusted proxy is ignored: if it is yours, name it with --trusted-proxy, because all its visitors count as one network now",
				"event", "proxy_untrusted", "peer", at.String())
		}
		if s.Untrusted != nil {
			if day := s.Desk.Now().Unix() / (24 * 60 * 60); s.untrustedDay.Swap(day) != day {
				go s.Untrusted(peerName(at))
			}
		}
		return at
	}
	list := strings.Split(strings.Join(forwarded, ","), ",")
	for i := len(list) - 1; i >= 0; i-- {
		a, ok := forwardedAddr(list[i])
		if !ok {
			return at
		}
		if at = a; !s.trusts(a) {
			return at
		}
	}
	return at
}

// peerName returns what is recorded of an untrusted peer: its address if that
// belongs to a private network, otherwise "a public address".
func peerName(a netip.Addr) string {
	if a.IsPrivate() || a.IsLoopback() || a.IsLinkLocalUnicast() {
		return a.WithZone("").String()
	}
	return "a public address"
}

// forwardedAddr reads one entry: an address with or without a port.
func forwardedAddr(text string) (netip.Addr, bool) {
	text = strings.TrimSpace(text)
	if p, err := netip.ParseAddrPort(text); err == nil {
		return p.Addr().Unmap(), true
	}
	a, err := netip.ParseAddr(strings.TrimSuffix(strings.TrimPrefix(text, "["), "]"))
	return a.Unmap(), err == nil
}

// trusts reports whether a is one of the trusted proxies.
func (s *Site) trusts(a netip.Addr) bool {
	for _, p := range s.Proxies {
		if p.Contains(a.WithZone("")) {
			return true
		}
	}
	return false
}
