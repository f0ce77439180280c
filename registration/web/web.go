package web

import (
	"context"
	"errors"
	"fmt"
	"html/template"
	"log/slog"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/territoires-industrie/sdk/registration"
	"github.com/territoires-industrie/sdk/registration/link"
)

// Options are what a site's pages need. Desk, Keyring and BaseURL must be
// given; the zero value of the rest is the safe choice.
type Options struct {
	Desk    *registration.Desk
	Keyring *link.Keyring
	// BaseURL is where visitors reach the site, such as https://example.org or
	// https://example.org/x; every link carries its path.
	BaseURL string
	// Insecure lets the organisers' cookie travel over plain HTTP, for a
	// demonstration or a rehearsal.
	Insecure bool
	// Rehearsal tells visitors that the site's clock is not the real one.
	Rehearsal bool
	// Mailbox is the address of a page that shows the mails of a
	// demonstration; "" if mail goes to people's own mailboxes.
	Mailbox string
	// Ready is asked by GET /readyz; nil means that the site is always ready.
	Ready func(context.Context) error
	// Backlog, if not nil, is what GET /readyz says of the mail that waits; it
	// does not change the status.
	Backlog func(context.Context) (registration.Backlog, error)
	// Answered, if not nil, is told of each page that was answered: the
	// pattern of its route, the same in both languages, never the path.
	Answered func(route string, status int, took time.Duration)
	// Preview returns what an organiser's message would say to somebody; nil
	// means that it is shown as it was typed.
	Preview func(registration.Letter) (subject string, paragraphs []string)
	Log     *slog.Logger // nil means discard
}

// site is the handler's state. Nothing in it changes after New.
type site struct {
	desk      *registration.Desk
	keys      *link.Keyring
	log       *slog.Logger
	ready     func(context.Context) error
	backlog   func(context.Context) (registration.Backlog, error)
	answered  func(route string, status int, took time.Duration)
	preview   func(registration.Letter) (subject string, paragraphs []string)
	origin    string // scheme and host of the base URL
	prefix    string // its path, without a final slash
	mailbox   string
	rehearsal bool
	sessions  sessions
	pages     map[string]*template.Template
	assets    assets
}

// New returns the handler of a site. It answers paths that begin with that of
// the base URL, and the same ones with it removed, so that a host may strip
// the prefix or not. The handler may be called by many goroutines.
func New(o Options) (http.Handler, error) {
	if o.Desk == nil || o.Keyring == nil {
		return nil, errors.New("web: a desk and a keyring are needed")
	}
	base, err := url.Parse(o.BaseURL)
	if err != nil || base.Host == "" || base.Scheme != "http" && base.Scheme != "https" || base.RawQuery != "" {
		return nil, errors.New("web: base URL must look like https://example.org or https://example.org/path")
	}
	s := &site{
		desk: o.Desk, keys: o.Keyring, log: o.Log, ready: o.Ready, backlog: o.Backlog, mailbox: o.Mailbox, rehearsal: o.Rehearsal,
		origin: base.Scheme + "://" + base.Host, prefix: strings.TrimRight(base.Path, "/"),
	}
	if s.answered = o.Answered; s.answered == nil {
		s.answered = func(string, int, time.Duration) {}
	}
	if s.preview = o.Preview; s.preview == nil {
		s.preview = asTyped
	}
	if s.log == nil {
		s.log = slog.New(slog.DiscardHandler)
	}
	if s.sessions, err = newSessions(o.Keyring, o.Insecure); err != nil {
		return nil, fmt.Errorf("web: sessions: %w", err)
	}
	if s.pages, err = parsePages(); err != nil {
		return nil, fmt.Errorf("web: templates: %w", err)
	}
	if s.assets, err = newAssets(); err != nil {
		return nil, fmt.Errorf("web: assets: %w", err)
	}
	return s.handler()
}

// handler puts the protections around the routes.
func (s *site) handler() (http.Handler, error) {
	cross := http.NewCrossOriginProtection()
	// A proxy may change the Host that browsers' Origin is compared with.
	if err := cross.AddTrustedOrigin(s.origin); err != nil {
		return nil, fmt.Errorf("web: base URL: %w", err)
	}
	cross.SetDenyHandler(s.serve("cross-site", func(v *visit) error { return errCrossSite }))
	return s.headers(s.unprefixed(cross.Handler(s.routes()))), nil
}

// unprefixed removes the path of the base URL from requests that carry it.
func (s *site) unprefixed(next http.Handler) http.Handler {
	if s.prefix == "" {
		return next
	}
	strip := http.StripPrefix(s.prefix, next)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch {
		case r.URL.Path == s.prefix:
			w.Header().Set("Location", s.prefix+"/")
			w.WriteHeader(http.StatusMovedPermanently)
		case strings.HasPrefix(r.URL.Path, s.prefix+"/"):
			strip.ServeHTTP(w, r)
		default:
			next.ServeHTTP(w, r)
		}
	})
}
