package kernel

import (
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

// TestContentInPart: who asks for less than the whole, or on a condition that is
// not met, gets an answer whose length is that of its body.
func TestContentInPart(t *testing.T) {
	t.Parallel()
	c := newContent([]byte(strings.Repeat("Rencontre nationale. ", 500)))
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "text/plain; charset=utf-8")
		c.serve(w, r)
	}))
	t.Cleanup(server.Close)
	for _, tt := range []struct {
		coding, name, value string
		status, length      int
	}{
		{"gzip", "If-Match", `"other"`, http.StatusPreconditionFailed, 0},
		{"identity", "If-Match", `"other"`, http.StatusPreconditionFailed, 0},
		{"gzip", "If-None-Match", `"other"`, http.StatusOK, len(c.compressed)},
		{"gzip", "If-None-Match", `"` + c.tag + `-gzip"`, http.StatusNotModified, 0},
		{"gzip", "If-None-Match", `"` + c.tag + `"`, http.StatusOK, len(c.compressed)},
		{"gzip", "Range", "bytes=0-9", http.StatusPartialContent, 10},
		{"identity", "Range", "bytes=-7", http.StatusPartialContent, 7},
		{"gzip", "Range", "bytes=999999-", http.StatusRequestedRangeNotSatisfiable, -1},
		{"gzip", "Range", "bytes=0-0,2-2", http.StatusPartialContent, -1},
	} {
		r, err := http.NewRequestWithContext(t.Context(), "GET", server.URL, nil)
		if err != nil {
			t.Fatal(err)
		}
		r.Header.Set("Accept-Encoding", tt.coding) // so that the client leaves the body as it came
		r.Header.Set(tt.name, tt.value)
		a, err := server.Client().Do(r)
		if err != nil {
			t.Errorf("%s %s: %s: %v", tt.coding, tt.name, tt.value, err)
			continue
		}
		body, err := io.ReadAll(a.Body)
		_ = a.Body.Close()
		if err != nil || a.StatusCode != tt.status || tt.length >= 0 && len(body) != tt.length {
			t.Errorf("%s %s: %s: status %d, %d bytes, %v", tt.coding, tt.name, tt.value, a.StatusCode, len(body), err)
		}
	}
}
