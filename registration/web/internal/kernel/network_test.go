package kernel

import (
	"bytes"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

func TestNetwork(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		proxies   string // "" for this machine
		peer      string
		forwarded []string
		want      string
		said      bool // that the peer is not trusted
	}{
		{"", "192.0.2.1:40000", nil, "192.0.2.1", false},
		{"", "192.0.2.1:40000", []string{"198.51.100.7"}, "192.0.2.1", true}, // nobody we trust
		{"", "127.0.0.1:40000", nil, "127.0.0.1", false},
		{"", "127.0.0.1:40000", []string{"198.51.100.7"}, "198.51.100.7", false},
		{"", "127.0.0.2:40000", []string{"198.51.100.7:1234"}, "198.51.100.7", false},
		{"", "127.0.0.2:40000", []string{"[2001:db8::1]:1234"}, "2001:db8::1", false},
		{"", "127.0.0.2:40000", []string{"[2001:db8::1]"}, "2001:db8::1", false},
		{"", "[::1]:40000", []string{"203.0.113.9, 198.51.100.7"}, "198.51.100.7", false}, // what the proxy added
		{"", "[::1]:40000", []string{"203.0.113.9", "2001:db8::1"}, "2001:db8::1", false},
		{"", "[::ffff:127.0.0.1]:40000", []string{"198.51.100.7"}, "198.51.100.7", false},
		{"", "127.0.0.1:40000", []string{"unknown"}, "127.0.0.1", false},
		{"", "@", nil, "invalid IP", false},                                                                      // a Unix socket
		{"10.0.0.0/8", "10.1.2.3:40000", []string{"203.0.113.9, 198.51.100.7, 10.9.9.9"}, "198.51.100.7", false}, // two proxies
		{"10.0.0.0/8", "10.1.2.3:40000", []string{"unknown, 10.9.9.9"}, "10.9.9.9", false},
		{"10.0.0.0/8, 2001:db8::/32", "[2001:db8::5]:40000", []string{"198.51.100.7"}, "198.51.100.7", false},
		{"127.0.0.2", "127.0.0.2:40000", []string{"198.51.100.7"}, "198.51.100.7", false},
		{"127.0.0.2", "127.0.0.3:40000", []string{"198.51.100.7"}, "127.0.0.3", true}, // the list replaces loopback
	} {
		var log bytes.Buffer
		s := &Site{Proxies: Loopback, Log: slog.New(slog.NewTextHandler(&log, nil))}
		if tt.proxies != "" {
			var err error
			if s.Proxies, err = ParseProxies(tt.proxies); err != nil {
				t.Fatal(err)
			}
		}
		r := httptest.NewRequest(http.MethodPost, "/", nil)
		r.RemoteAddr = tt.peer
		for _, f := range tt.forwarded {
			r.Header.Add("X-Forwarded-For", f)
		}
		for range 2 {
			if got := s.network(r).String(); got != tt.want {
				t.Errorf("network(%s, %q) = %s, want %s", tt.peer, tt.forwarded, got, tt.want)
			}
		}
		if n := strings.Count(log.String(), "event=proxy_untrusted"); n != map[bool]int{true: 1}[tt.said] {
			t.Errorf("%s, %q: said %d times that the peer is not trusted", tt.peer, tt.forwarded, n)
		}
	}
}

func TestParseProxies(t *testing.T) {
	t.Parallel()
	for _, text := range []string{"10.0.0.0/33", "proxy.example.org", "10.0.0.0/8;192.0.2.1"} {
		if list, err := ParseProxies(text); err == nil {
			t.Errorf("%q: %v, want an error", text, list)
		}
	}
}
