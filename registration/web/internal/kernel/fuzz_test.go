package kernel

import (
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"net/url"
	"strings"
	"testing"
)

// FuzzForwarded sends any X-Forwarded-For: from a trusted proxy the network is one of
// the addresses in it or the proxy's own, from anybody else the sender's.
func FuzzForwarded(f *testing.F) {
	for _, s := range []string{"198.51.100.7", "198.51.100.7:1234, 127.0.0.2", "[2001:db8::1]:80", "::ffff:198.51.100.7", "fe80::1%eth0, ::1", "unknown", ",,,", "127.0.0.1,"} {
		f.Add(s, true)
		f.Add(s, false)
	}
	f.Fuzz(func(t *testing.T, forwarded string, trusted bool) {
		s := &Site{Proxies: Loopback, Log: slog.New(slog.DiscardHandler)}
		r := httptest.NewRequest(http.MethodGet, "/", nil)
		r.RemoteAddr = "192.0.2.1:4000"
		if trusted {
			r.RemoteAddr = "127.0.0.1:4000"
		}
		peer := netip.MustParseAddrPort(r.RemoteAddr).Addr()
		r.Header.Set("X-Forwarded-For", forwarded)
		got := s.network(r)
		if !trusted && got != peer {
			t.Fatalf("network(%q) = %v from somebody who is no proxy", forwarded, got)
		}
		if !got.IsValid() {
			t.Fatalf("network(%q) is no address", forwarded)
		}
		if got == peer || s.trusts(got) {
			return
		}
		// Nothing that stands before it counts: the same without that.
		last := forwarded[strings.LastIndexByte(forwarded, ',')+1:]
		if a, ok := forwardedAddr(last); ok && !s.trusts(a) && a != got {
			t.Errorf("network(%q) = %v, want the last, %v", forwarded, got, a)
		}
	})
}

// FuzzOwnPath: what is taken for a page of this site leads a browser nowhere else.
func FuzzOwnPath(f *testing.F) {
	for _, s := range []string{"/organisation/", "//evil.example", "/\\evil.example", "/\t/evil.example", "https://evil.example", "/a?b=//c", "/%2f/evil.example", "/en/..//evil.example", "/\r\nX: y"} {
		f.Add(s)
	}
	base, err := url.Parse("https://rencontres.example/")
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, path string) {
		if !OwnPath(path) {
			return
		}
		if strings.ContainsAny(path, "\r\n\x00") {
			t.Errorf("%q would break a header", path)
		}
		// Browsers drop tabs and line ends, and read a backslash as a slash.
		seen := strings.NewReplacer("\t", "", "\n", "", "\r", "", "\\", "/").Replace(strings.TrimLeft(path, " "))
		to, err := base.Parse(seen)
		if err != nil {
			return // no browser goes anywhere
		}
		if to.Scheme != base.Scheme || to.Host != base.Host {
			t.Errorf("%q leads to %s", path, to)
		}
	})
}
