package kernel

import (
	"net/http"
	"net/http/httptest"
	"testing"
)

func TestNetwork(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		peer      string
		forwarded []string
		want      string
	}{
		{"192.0.2.1:40000", nil, "192.0.2.1"},
		{"192.0.2.1:40000", []string{"198.51.100.7"}, "192.0.2.1"}, // nobody we trust
		{"127.0.0.1:40000", nil, "127.0.0.1"},
		{"127.0.0.1:40000", []string{"198.51.100.7"}, "198.51.100.7"},
		{"[::1]:40000", []string{"203.0.113.9, 198.51.100.7"}, "198.51.100.7"}, // what the proxy added
		{"[::1]:40000", []string{"203.0.113.9", "2001:db8::1"}, "2001:db8::1"},
		{"127.0.0.1:40000", []string{"unknown"}, "127.0.0.1"},
		{"@", nil, "invalid IP"}, // a Unix socket
	} {
		r := httptest.NewRequest(http.MethodPost, "/", nil)
		r.RemoteAddr = tt.peer
		for _, f := range tt.forwarded {
			r.Header.Add("X-Forwarded-For", f)
		}
		if got := Network(r).String(); got != tt.want {
			t.Errorf("Network(%s, %q) = %s, want %s", tt.peer, tt.forwarded, got, tt.want)
		}
	}
}
