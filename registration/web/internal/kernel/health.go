package kernel

import (
	"fmt"
	"net/http"
	"time"
)

// readyz tells a load balancer whether the site can take sign-ups, and a person
// how much mail waits.
func (s *Site) readyz(w http.ResponseWriter, r *http.Request) {
	if s.Ready != nil {
		if err := s.Ready(r.Context()); err != nil {
			s.Log.WarnContext(r.Context(), "not ready", "err", err)
			w.Header().Set("Retry-After", retryAfter)
			plainText(w, http.StatusServiceUnavailable, "not ready")
			return
		}
	}
	text := "ok"
	if s.Backlog != nil {
		b, err := s.Backlog(r.Context())
		switch {
		case err != nil:
			s.Log.WarnContext(r.Context(), "backlog unknown", "err", err)
		case b.Oldest.IsZero():
			text += fmt.Sprintf("\nmail: 0 waiting, %d parked", b.Parked)
		default:
			age := max(0, s.Desk.Now().Sub(b.Oldest)).Round(time.Second)
			text += fmt.Sprintf("\nmail: %d waiting, the oldest for %v, %d parked", b.Waiting, age, b.Parked)
		}
	}
	plainText(w, http.StatusOK, text)
}

func plainText(w http.ResponseWriter, status int, text string) {
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(status)
	_, _ = w.Write([]byte(text + "\n")) // the reader may be gone
}
