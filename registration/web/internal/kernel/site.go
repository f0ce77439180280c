package kernel

import (
	"context"
	"fmt"
	"log/slog"
	"net/http"
	"net/netip"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/territoires-industrie/sdk/registration"
	"github.com/territoires-industrie/sdk/registration/link"
	"github.com/territoires-industrie/sdk/registration/team"
)

// Site is what the pages of a site need. Desk, Team, Keys, Log and Origin must be
// given. The exported fields must not change after [Site.Handler] was called.
type Site struct {
	Desk   *registration.Desk
	Team   *team.Team
	Keys   *link.Keyring
	Log    *slog.Logger
	Origin string // scheme and host of the base URL
	Prefix string // path of the base URL, without a final slash
	// HostSignIn is how the host's people sign in; nil means by one-time links.
	HostSignIn HostSignIn
	// Insecure lets the organisers' cookie travel over plain HTTP.
	Insecure bool
	// Rehearsal makes every page show the site's clock, which is not the real one.
	Rehearsal bool
	Mailbox   string                                                // address of the demonstration's mails, "" if there is none
	Ready     func(context.Context) error                           // nil means always ready
	Backlog   func(context.Context) (registration.Backlog, error)   // nil means unknown
	Answered  func(route string, status int, took time.Duration)    // nil means that nobody asks
	Preview   func(registration.Letter) (registration.Shown, error) // nil means that messages are shown as typed

	// SecurityContact is where weaknesses are reported: an address or a URI; ""
	// means to the contact of the latest meeting.
	SecurityContact string

	// Audit is the audit in the accessibility statement; nil means that there was none.
	Audit *AccessibilityAudit

	// Proxies are the networks whose X-Forwarded-For is believed.
	Proxies   []netip.Prefix
	untrusted atomic.Bool // an untrusted peer has sent X-Forwarded-For
	// Untrusted, if not nil, is told of such a peer, once a day.
	Untrusted    func(peer string)
	untrustedDay atomic.Int64
	sessions     sessions
	assets       assets
	shared       set // what pages outside any part show
	cache        cache
	fragments    fragments
	heavy        sync.Mutex // held by [Site.OneAtATime]
}

// OneAtATime runs what takes much memory while nothing else of the kind runs.
func (s *Site) OneAtATime(do func() error) error {
	s.heavy.Lock()
	defer s.heavy.Unlock()
	return do()
}

// Handler returns the handler of the pages of parts. It answers paths that
// begin with the prefix and the same ones with it removed, so that a host may
// strip the prefix or not. The handler may be called by many goroutines. It
// returns an error if a template, a catalogue or a route is wrong.
func (s *Site) Handler(parts ...Part) (http.Handler, error) {
	var err error
	s.sessions = newSessions(s.Team, s.Insecure)
	if s.assets, err = readAssets(); err != nil {
		return nil, fmt.Errorf("web: assets: %w", err)
	}
	words, err := catalogue(parts)
	if err != nil {
		return nil, fmt.Errorf("web: words: %w", err)
	}
	if s.shared, err = newSet(sharedFiles, words); err != nil {
		return nil, fmt.Errorf("web: templates: %w", err)
	}
	routes, err := s.routes(parts)
	if err != nil {
		return nil, fmt.Errorf("web: templates: %w", err)
	}
	cross := http.NewCrossOriginProtection()
	// A proxy may change the Host that browsers' Origin is compared with.
	if err := cross.AddTrustedOrigin(s.Origin); err != nil {
		return nil, fmt.Errorf("web: base URL: %w", err)
	}
	cross.SetDenyHandler(s.serve("cross-site", s.shared, maxBody, func(*Request) error { return errCrossSite }))
	return s.traced(s.headers(s.unprefixed(cross.Handler(routes)))), nil
}

// unprefixed removes the path of the base URL from requests that carry it.
func (s *Site) unprefixed(next http.Handler) http.Handler {
	if s.Prefix == "" {
		return next
	}
	strip := http.StripPrefix(s.Prefix, next)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch {
		case r.URL.Path == s.Prefix:
			w.Header().Set("Location", s.Prefix+"/")
			w.WriteHeader(http.StatusMovedPermanently)
		case strings.HasPrefix(r.URL.Path, s.Prefix+"/"):
			strip.ServeHTTP(&prefixRedirects{ResponseWriter: w, prefix: s.Prefix}, r)
		default:
			// The host has removed the path. A redirect of the mux, such as that for
			// "//", must have it again.
			next.ServeHTTP(&prefixRedirects{ResponseWriter: w, prefix: s.Prefix}, r)
		}
	})
}

// prefixRedirects adds the path of the base URL to redirects that lack it: the mux
// does not know this path when it redirects to a cleaned one.
type prefixRedirects struct {
	http.ResponseWriter
	prefix string
}

// WriteHeader implements [http.ResponseWriter].
func (w *prefixRedirects) WriteHeader(status int) {
	to := w.Header().Get("Location")
	// Redirects of pages (303) have the right address, also those to the host's sign-in.
	if status != http.StatusSeeOther && strings.HasPrefix(to, "/") && to != w.prefix && !strings.HasPrefix(to, w.prefix+"/") && !strings.HasPrefix(to, w.prefix+"?") {
		w.Header().Set("Location", w.prefix+"/"+strings.TrimLeft(to, "/"))
	}
	w.ResponseWriter.WriteHeader(status)
}

// Unwrap lets [http.ResponseController] reach the connection.
func (w *prefixRedirects) Unwrap() http.ResponseWriter { return w.ResponseWriter }
