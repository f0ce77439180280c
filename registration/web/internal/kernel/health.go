package kernel

import "net/http"

// readyz tells a load balancer whether the site can take sign-ups: yes or no.
// Anybody may ask, so it says nothing else; the log and the metrics do.
func (s *Site) readyz(w http.ResponseWriter, r *http.Request) {
	if s.Ready != nil {
		if err := s.Ready(r.Context()); err != nil {
			s.Log.WarnContext(r.Context(), "not ready", "err", err)
			w.Header().Set("Retry-After", retryAfter)
			plainText(w, http.StatusServiceUnavailable, "not ready")
			return
		}
	}
	plainText(w, http.StatusOK, "ok")
}

func plainText(w http.ResponseWriter, status int, text string) {
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(status)
	_, _ = w.Write([]byte(text + "\n")) // the reader may be gone
}
