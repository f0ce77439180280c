package kernel

import (
	"net/http"
	"net/netip"
	"strings"
)

// Network is where a request comes from. A reverse proxy on this machine says
// so in the last X-Forwarded-For, which it wrote itself; from anywhere else
// that header may say anything and is not read.
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
