package kernel

import (
	"net/http"
	"net/netip"
	"strings"
)

// Network returns the address that a request comes from. Behind a reverse proxy
// on this machine that is the last one in X-Forwarded-For, which the proxy
// wrote; requests from elsewhere could forge the header, so it is ignored. It
// returns the zero Addr if the address is unknown.
func Network(r *http.Request) netip.Addr {
	peer, err := netip.ParseAddrPort(r.RemoteAddr)
	if err != nil {
		return netip.Addr{}
	}
	if !peer.Addr().Unmap().IsLoopback() {
		return peer.Addr()
	}
	list := strings.Split(strings.Join(r.Header.Values("X-Forwarded-For"), ","), ",")
	if a, err := netip.ParseAddr(strings.TrimSpace(list[len(list)-1])); err == nil {
		return a
	}
	return peer.Addr()
}
