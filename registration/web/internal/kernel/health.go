package kernel

import (
	"context"
	"fmt"
	"net/http"
	"strings"
	"time"
)

// readyWithin is how long a database may take until the site counts as not ready.
const readyWithin = 5 * time.Second

// readyz tells a load balancer whether the site can take sign-ups: yes or no.
// Anybody may ask, so it says nothing else; the log and the metrics do.
func (s *Site) readyz(w http.ResponseWriter, r *http.Request) {
	if s.Ready != nil {
		ctx, cancel := context.WithTimeout(r.Context(), readyWithin)
		defer cancel()
		if err := s.Ready(ctx); err != nil {
			s.Log.WarnContext(r.Context(), "not ready", "err", err)
			w.Header().Set("Retry-After", retryAfter)
			plainText(w, http.StatusServiceUnavailable, "not ready")
			return
		}
	}
	plainText(w, http.StatusOK, "ok")
}

// securityFor is how long security.txt is valid, for its field Expires. RFC 9116,
// 2.5.5, recommends less than a year.
const securityFor = 90 * 24 * time.Hour

// securityTxt answers with the contact for reports of weaknesses (RFC 9116).
func (s *Site) securityTxt(w http.ResponseWriter, r *http.Request) {
	contact := s.SecurityContact
	if contact == "" {
		views, err := s.Desk.Meetings(r.Context())
		if err != nil {
			s.Log.ErrorContext(r.Context(), "request failed", "err", err)
			plainText(w, http.StatusServiceUnavailable, "try again later")
			return
		}
		for _, v := range views { // the latest first
			if contact = v.Meeting.Contact; contact != "" {
				break
			}
		}
	}
	if contact == "" {
		plainText(w, http.StatusNotFound, "no contact is known")
		return
	}
	if !strings.Contains(contact, ":") {
		contact = "mailto:" + contact
	}
	expires := s.Desk.Now().UTC().Add(securityFor).Truncate(24 * time.Hour)
	plainText(w, http.StatusOK, fmt.Sprintf("Contact: %s\nExpires: %s\nPreferred-Languages: fr, en\nCanonical: %s%s/.well-known/security.txt",
		contact, expires.Format(time.RFC3339), s.Origin, s.Prefix))
}

// robotsTxt asks search engines to read only the public pages (RFC 9309). They find
// it only if the site has a host of its own.
func (s *Site) robotsTxt(w http.ResponseWriter, _ *http.Request) {
	var text strings.Builder
	text.WriteString("User-agent: *")
	for _, lang := range []string{"", "/en"} {
		for _, path := range []string{"organisation", "accueil", "mon-inscription", "confirmation", "pas-moi", "nouvelle-adresse", "remplacement"} {
			fmt.Fprintf(&text, "\nDisallow: %s%s/%s/", s.Prefix, lang, path)
		}
	}
	plainText(w, http.StatusOK, text.String())
}

func plainText(w http.ResponseWriter, status int, text string) {
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(status)
	_, _ = w.Write([]byte(text + "\n")) // the reader may be gone
}
