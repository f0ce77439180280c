// Package site wires the parts into one registration site: `rencontre serve` runs
// it, and another Go program can mount it in its own server.
//
// A host opens a store (package sqldb/sqlite or sqldb/postgres), makes a sender
// (package mail), and calls [New]. The result is an [http.Handler]. Its [Site.Run]
// sends the mail and releases the seats that nobody confirmed; the host runs it in
// a goroutine.
package site

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/netip"
	"net/url"
	"runtime"
	"sync"
	"time"

	"github.com/territoires-industrie/sdk/registration"
	"github.com/territoires-industrie/sdk/registration/courier"
	"github.com/territoires-industrie/sdk/registration/link"
	compose "github.com/territoires-industrie/sdk/registration/mail"
	"github.com/territoires-industrie/sdk/registration/print"
	"github.com/territoires-industrie/sdk/registration/team"
	"github.com/territoires-industrie/sdk/registration/web"
)

// Store is where a site keeps its data; *sqldb.Store implements it.
type Store interface {
	registration.Store
	registration.Outbox
	team.Store
	// NoteProxy records for two days that an untrusted peer has sent
	// X-Forwarded-For: `rencontre doctor` reports it.
	NoteProxy(ctx context.Context, peer string, day time.Time) error
	// Commits returns how many transactions have been committed, and the total
	// time that they took.
	Commits() (n uint64, took time.Duration)
	// Ready returns nil when the database answers and has the right schema.
	Ready(ctx context.Context) error
}

// Options are what a site needs. Store, Sender, From, BaseURL and Secret must
// be given.
type Options struct {
	Store  Store
	Sender registration.Sender
	From   string // the address that mails come from
	// BaseURL is the site's address as visitors see it. If it has a path, the
	// site is mounted there, and requests arrive with that path.
	BaseURL string
	Secret  []byte           // key of links and sessions, link.MinSecret bytes or more
	Clock   func() time.Time // nil means time.Now
	// Rehearsal says that Clock is not the real one; every page says so.
	Rehearsal bool
	// NoLimits lifts the limits on sign-ups, for rehearsals and load tests.
	NoLimits bool
	// Mailbox is the address of a page that shows the mails, in a
	// demonstration; "" if they go to people's own mailboxes.
	Mailbox string
	// SoleProcess says that no other process sends this store's mail. Then a mail
	// whose lease an earlier process left behind is sent at once. Otherwise it is
	// sent when the lease has expired, after a minute.
	SoleProcess bool
	DKIM        []compose.Key // that sign each mail; none: the mail server signs, or nobody
	// MailPerSecond limits the mails submitted in a second, MailPerDomain those
	// to one domain; 0 means no limit. Each process keeps its own limits, so
	// give each of n processes the n-th part.
	MailPerSecond, MailPerDomain float64
	// SignIn lets the people of a program that mounts the site sign in there;
	// nil means that organisers get one-time links by mail.
	SignIn web.HostSignIn
	// SecurityContact is where weaknesses are reported: an e-mail address, or the
	// address of a page; "" means to the contact of the latest meeting.
	SecurityContact string
	// Audit is the result of an outside audit of the site's accessibility, for the
	// accessibility statement; nil means that there was none.
	Audit *web.AccessibilityAudit
	// CheckUp returns the subjects in which `rencontre doctor` finds something
	// wrong, for the organisers' daily digest; nil means no checks.
	CheckUp func(context.Context) []string
	// Proxies are the networks of reverse proxies, whose X-Forwarded-For is
	// believed; nil means those of this machine.
	Proxies []netip.Prefix
	Log     *slog.Logger // nil means discard
}

// Site is the handler of a registration site. Its methods may be called by many
// goroutines.
type Site struct {
	http.Handler
	Desk    *registration.Desk
	Team    *team.Team
	store   Store
	courier *courier.Courier
	sole    bool
	clock   func() time.Time
	metrics *metrics
}

// New returns a site, or an error that says which option is wrong.
func New(o Options) (*Site, error) {
	base, err := check(o)
	if err != nil {
		return nil, err
	}
	keys, err := link.NewKeyring(o.Secret)
	if err != nil {
		return nil, fmt.Errorf("site: Secret: %w", err)
	}
	clock := o.Clock
	if clock == nil {
		clock = time.Now
	}
	composer, err := compose.NewComposer(o.From)
	if err != nil {
		return nil, fmt.Errorf("site: From: %w", err)
	}
	composer.Ticket = paper()
	var signed registration.Composer = composer
	if len(o.DKIM) > 0 {
		if signed, err = compose.NewSigner(composer, o.DKIM...); err != nil {
			return nil, err
		}
	}
	log := web.Logger(o.Log)
	s := &Site{store: o.Store, sole: o.SoleProcess, clock: clock}
	s.metrics = newMetrics(s)
	s.Desk, err = registration.NewDesk(registration.DeskOptions{
		Store: o.Store, Organisers: o.Store, Keyring: keys, BaseURL: base.String(), Clock: clock,
		Posted: func() { s.courier.Wake() }, NoLimits: o.NoLimits, CheckUp: o.CheckUp, Log: log,
	})
	if err != nil {
		return nil, err
	}
	s.Team, err = team.New(team.Options{Store: o.Store, Keyring: keys, Clock: clock, Posted: func() { s.courier.Wake() }, Log: log})
	if err != nil {
		return nil, err
	}
	s.courier, err = courier.New(courier.Options{
		Outbox: o.Store, Recipients: o.Store.Recipients, Letter: s.Desk.Letter, Composer: signed, Sender: o.Sender, Clock: clock, Log: o.Log,
		PerSecond: o.MailPerSecond, PerDomain: o.MailPerDomain,
	})
	if err != nil {
		return nil, err
	}
	s.Handler, err = web.New(web.Options{
		Desk: s.Desk, Team: s.Team, SignIn: o.SignIn, Keyring: keys, BaseURL: base.String(), Insecure: base.Scheme == "http",
		Rehearsal: o.Rehearsal, Mailbox: o.Mailbox, Ready: o.Store.Ready,
		Answered: s.metrics.answered,
		Backlog:  func(ctx context.Context) (registration.Backlog, error) { return o.Store.Backlog(ctx, clock()) },
		Preview:  composer.Show, Proxies: o.Proxies, SecurityContact: o.SecurityContact, Audit: o.Audit, Log: o.Log,
		Untrusted: func(peer string) {
			if err := o.Store.NoteProxy(context.Background(), peer, clock().Truncate(24*time.Hour)); err != nil {
				log.Warn("untrusted proxy not noted", "err", err)
			}
		},
	})
	if err != nil {
		return nil, err
	}
	return s, nil
}

// paper returns the function that draws the tickets of a letter. It draws as many
// letters at a time as there are processors, because each takes some megabytes and
// a crowd may be confirmed at once.
func paper() func(registration.Letter) ([]byte, error) {
	drawing := make(chan struct{}, runtime.GOMAXPROCS(0))
	return func(l registration.Letter) ([]byte, error) {
		var tickets []print.Ticket
		for _, s := range append([]registration.Signup{l.Signup}, l.Brought...) {
			tickets = append(tickets, print.Ticket{Meeting: l.Meeting, Signup: s, Address: l.Links.CheckIn + s.Code})
		}
		drawing <- struct{}{}
		defer func() { <-drawing }()
		var b bytes.Buffer
		err := print.Tickets(&b, l.Signup.Language, tickets...)
		return b.Bytes(), err
	}
}

// check returns the parsed base URL, or an error that names the option that is
// missing or malformed.
func check(o Options) (*url.URL, error) {
	switch {
	case o.Store == nil:
		return nil, errors.New("site: Store: none given")
	case o.Sender == nil:
		return nil, errors.New("site: Sender: none given")
	}
	base, err := url.Parse(o.BaseURL)
	if err != nil || base.Host == "" || base.Scheme != "http" && base.Scheme != "https" {
		return nil, fmt.Errorf("site: BaseURL: %q, want the form https://inscriptions.example.org", o.BaseURL)
	}
	return base, nil
}

// Run sends mails, releases expired holds and does the other upkeep of
// [registration.Desk.Run] until ctx is done. It returns when the outcome of the
// last mail under way has been recorded.
func (s *Site) Run(ctx context.Context) error {
	if s.sole {
		if err := s.store.Reclaim(ctx, s.clock()); err != nil {
			return fmt.Errorf("site: %w", err)
		}
	}
	ctx = registration.WithActor(ctx, registration.Actor{Kind: registration.ActorSystem}) // whoever the caller's actor is
	var wg sync.WaitGroup
	wg.Go(func() { s.Team.Run(ctx) })
	wg.Go(func() { s.courier.Run(ctx) })
	wg.Go(func() { s.Desk.Run(ctx) })
	wg.Wait()
	return nil
}

// Publish puts m into a store without meetings, and does nothing to a store that
// has one.
func Publish(ctx context.Context, s registration.MeetingStore, m registration.Meeting) error {
	all, err := s.Meetings(ctx)
	if err != nil || len(all) > 0 {
		return err
	}
	return s.PutMeeting(ctx, m) // which checks it
}
