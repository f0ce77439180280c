package kernel

import (
	"maps"
	"net/http"
	"strings"
)

// policy is the Content-Security-Policy of every page: it may load the site's own
// style sheet and pictures and submit to the site itself. Scripts, inline styles,
// frames and everything from other hosts are forbidden. connect-src 'self' does not
// matter without scripts; it is for tools that audit a page and read robots.txt
// from within it.
const policy = "default-src 'none'; style-src 'self'; img-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"

// withScript is the policy of the pages that may load the site's own scripts,
// which may ask the site itself.
const withScript = policy + "; script-src 'self'"

// Scripted is for pages that may carry a script of the site's own: see
// [Layout.Script].
func Scripted(next Handler) Handler {
	return func(r *Request) error {
		r.W.Header().Set("Content-Security-Policy", withScript)
		return next(r)
	}
}

// ShowsMail lets the page that is answered show mails in frames, with the styles
// that they have within. The frames are sandboxed: they run and load nothing.
func (r *Request) ShowsMail() {
	r.W.Header().Set("Content-Security-Policy", strings.Replace(policy, "style-src 'self'", "style-src 'self' 'unsafe-inline'", 1))
}

// headers sets what every answer carries.
func (s *Site) headers(next http.Handler) http.Handler {
	every := http.Header{
		"Content-Security-Policy": {policy},
		"X-Content-Type-Options":  {"nosniff"},
		"X-Frame-Options":         {"DENY"},
		// Not no-referrer: with it Chromium sends "Origin: null" on a POST over
		// plain HTTP off loopback, which cross-site protection refuses.
		"Referrer-Policy":              {"same-origin"},
		"Permissions-Policy":           {"camera=(), geolocation=(), microphone=(), payment=(), usb=()"},
		"Cross-Origin-Opener-Policy":   {"same-origin"},
		"Cross-Origin-Resource-Policy": {"same-origin"},
		"Cache-Control":                {"no-cache"},
	}
	if strings.HasPrefix(s.Origin, "https:") {
		every.Set("Strict-Transport-Security", "max-age=31536000")
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		maps.Copy(h, every) // Set and Add leave what all answers share as it is
		if len(r.TransferEncoding) > 0 {
			// A length beside the chunks, of which net/http says nothing, may have told
			// a proxy that the body ends elsewhere: RFC 9112, 6.3. What follows on this
			// connection is not read. Browsers send forms with a length alone.
			h.Set("Connection", "close")
		}
		next.ServeHTTP(w, r)
	})
}
