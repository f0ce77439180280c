package kernel

import (
	"maps"
	"net/http"
	"strings"
)

// policy is the Content-Security-Policy of every page: it may load the site's own
// style sheet and pictures, and submit forms to the site. Scripts, inline styles,
// frames and everything from other hosts are forbidden. A page without scripts makes
// no use of connect-src 'self'; tools that audit pages do, to read robots.txt.
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

// ShowsMail lets this page show mails in frames, with the inline styles that mails
// have. The frames are sandboxed: they run no scripts and load nothing.
func (r *Request) ShowsMail() {
	r.W.Header().Set("Content-Security-Policy", strings.Replace(policy, "style-src 'self'", "style-src 'self' 'unsafe-inline'", 1))
}

// headers sets what every answer carries.
func (s *Site) headers(next http.Handler) http.Handler {
	every := http.Header{
		"Content-Security-Policy": {policy},
		"X-Content-Type-Options":  {"nosniff"},
		"X-Frame-Options":         {"DENY"},
		// With no-referrer Chromium sends "Origin: null" on a POST over plain HTTP
		// to another machine, which the cross-site protection refuses.
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
			// Beside the chunks there may have been a Content-Length, which net/http
			// drops. A proxy that used it sees another end of the body (RFC 9112, 6.3),
			// so nothing more is read from this connection. Browsers post forms unchunked.
			h.Set("Connection", "close")
		}
		next.ServeHTTP(w, r)
	})
}
