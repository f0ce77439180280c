package web

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/netip"
	"net/url"
	"strings"
	"time"

	"github.com/territoires-industrie/sdk/registration"
	"github.com/territoires-industrie/sdk/registration/link"
	"github.com/territoires-industrie/sdk/registration/team"
	"github.com/territoires-industrie/sdk/registration/web/attendee"
	"github.com/territoires-industrie/sdk/registration/web/desk"
	"github.com/territoires-industrie/sdk/registration/web/internal/kernel"
	"github.com/territoires-industrie/sdk/registration/web/organiser"
)

// HostSignIn is how a program that mounts the site lets its own people sign in.
type HostSignIn = kernel.HostSignIn

// AccessibilityAudit is the result of an outside audit of the site's accessibility.
type AccessibilityAudit = kernel.AccessibilityAudit

// Options are what a site's pages need. Desk, Team, Keyring and BaseURL must be
// given; the zero value of the rest is the safe choice.
type Options struct {
	Desk    *registration.Desk
	Team    *team.Team
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
	// Backlog, if not nil, tells organisers how much mail waits.
	Backlog func(context.Context) (registration.Backlog, error)
	// Answered, if not nil, is called after each answer, with the pattern of its
	// route, the same in both languages, never the path.
	Answered func(route string, status int, took time.Duration)
	// Preview returns an organiser's message as its recipient would see it; nil
	// means that pages show it as it was typed.
	Preview func(registration.Letter) (registration.Shown, error)
	// SecurityContact is where to report vulnerabilities, for
	// /.well-known/security.txt: an e-mail address, or the address of a page; ""
	// means the contact of the latest meeting.
	SecurityContact string
	// Audit is the result of an outside audit, for the accessibility statement. It
	// holds for three years; nil means that there was none.
	Audit *AccessibilityAudit
	// SignIn lets the host's own people sign in; nil means that organisers get
	// one-time links by mail.
	SignIn HostSignIn
	// Proxies are the networks of reverse proxies, whose X-Forwarded-For is
	// believed; nil means those of this machine.
	Proxies []netip.Prefix
	// Untrusted, if not nil, is called when a peer that is no trusted proxy sends
	// X-Forwarded-For, at most once a day. peer is its address if that belongs to
	// a private network, otherwise "a public address".
	Untrusted func(peer string)
	Log       *slog.Logger // nil means discard; see [Logger]
}

// Logger returns a log that adds to each line written during a request the
// request's id, and to events the network that it came from. [New] makes one
// of its own; a host uses it for the desk and the team.
func Logger(l *slog.Logger) *slog.Logger {
	if l == nil {
		l = slog.New(slog.DiscardHandler)
	}
	return slog.New(kernel.LogHandler{Handler: l.Handler()})
}

// ParseProxies reads a list of networks for [Options], such as
// 10.0.0.0/8,192.0.2.1.
func ParseProxies(text string) ([]netip.Prefix, error) { return kernel.ParseProxies(text) }

// New returns the handler of a site. It answers paths that begin with that of
// the base URL, and the same ones with it removed, so that a host may strip
// the prefix or not. The handler may be called by many goroutines.
func New(o Options) (http.Handler, error) {
	if o.Desk == nil || o.Team == nil || o.Keyring == nil {
		return nil, errors.New("web: a desk, a team and a keyring are needed")
	}
	base, err := url.Parse(o.BaseURL)
	if err != nil || base.Host == "" || base.Scheme != "http" && base.Scheme != "https" || base.RawQuery != "" {
		return nil, errors.New("web: base URL must look like https://example.org or https://example.org/path")
	}
	if o.Audit != nil {
		if err := o.Audit.Check(o.Desk.Now()); err != nil {
			return nil, fmt.Errorf("web: %w", err)
		}
	}
	if o.Proxies == nil {
		o.Proxies = kernel.Loopback
	}
	site := kernel.Site{
		Desk: o.Desk, Team: o.Team, HostSignIn: o.SignIn, Keys: o.Keyring, Log: Logger(o.Log), Proxies: o.Proxies,
		Origin: base.Scheme + "://" + base.Host, Prefix: strings.TrimRight(base.Path, "/"),
		Insecure: o.Insecure, Rehearsal: o.Rehearsal, Mailbox: o.Mailbox, SecurityContact: o.SecurityContact, Audit: o.Audit, Untrusted: o.Untrusted,
		Ready: o.Ready, Backlog: o.Backlog, Answered: o.Answered, Preview: o.Preview,
	}
	return site.Handler(attendee.Part(), organiser.Part(), desk.Part())
}
