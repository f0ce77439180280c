package web_test

import (
	"net/http/httptest"
	"testing"

	"github.com/territoires-industrie/sdk/registration/web"
)

// TestRedirectsStayWithin: what the mux redirects stays below the path of the
// base URL, whether or not the host has stripped it.
func TestRedirectsStayWithin(t *testing.T) {
	t.Parallel()
	f := open(t, web.Options{BaseURL: "https://example.org/insc"})
	for path, want := range map[string]string{
		"/insc/organisation":      "/insc/organisation/",
		"/organisation":           "/insc/organisation/",
		"/insc//":                 "/insc/",
		"/insc//organisation":     "/insc/organisation/",
		"/insc/en//":              "/insc/en/",
		"/insc/rencontres/../en/": "/insc/en/",
	} {
		w := httptest.NewRecorder()
		f.handler.ServeHTTP(w, httptest.NewRequestWithContext(t.Context(), "GET", "https://example.org"+path, nil))
		if got := w.Header().Get("Location"); got != want {
			t.Errorf("%s: %d to %q, want %q", path, w.Code, got, want)
		}
	}
}
