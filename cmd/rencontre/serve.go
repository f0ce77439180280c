package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	netmail "net/mail"
	"net/netip"
	"net/url"
	"os"
	"runtime/debug"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/territoires-industrie/sdk/registration"
	"github.com/territoires-industrie/sdk/registration/link"
	"github.com/territoires-industrie/sdk/registration/mail"
	"github.com/territoires-industrie/sdk/registration/site"
	"github.com/territoires-industrie/sdk/registration/sqldb"
	"github.com/territoires-industrie/sdk/registration/web"
	"github.com/territoires-industrie/sdk/territoires"
)

// serveCmd is `rencontre serve`.
type serveCmd struct {
	databaseFlag
	secretFlag
	clockFlag
	mailFlags
	BaseURL         string  `name:"base-url" required:"" placeholder:"URL" help:"The site's address as visitors see it."`
	Listen          string  `default:"127.0.0.1:8080" help:"Address to listen on; port 0 picks a free one."`
	Metrics         string  `placeholder:"HOST:PORT" help:"Address of a listener of its own for /metrics; port 0 picks a free one."`
	MailPerSecond   float64 `placeholder:"N" help:"Submit at most so many mails a second from this process; 0: no limit."`
	MailPerDomain   float64 `placeholder:"N" help:"Submit at most so many mails a second to one domain from this process; 0: no limit."`
	TrustedProxy    string  `name:"trusted-proxy" default:"127.0.0.0/8,::1" placeholder:"CIDR[,CIDR]" help:"Reverse proxies whose X-Forwarded-For is believed."`
	SecurityContact string  `placeholder:"ADDRESS|URL" help:"Where weaknesses are reported, for /.well-known/security.txt; without it to the contact of the latest meeting."`
	auditFlags
	logFlags
	Limits string `enum:"on,off" default:"on" help:"Limits on sign-ups; off for rehearsals and load tests."`
}

// mailFlags say how to send mail.
type mailFlags struct {
	SMTP    string   `name:"smtp" required:"" placeholder:"smtp://USER@HOST:587" help:"Mail server; ?ca=FILE names certificates to trust, ?tls=none is for a server on this machine."`
	From    string   `required:"" placeholder:"ADDRESS" help:"Address that mails come from."`
	DKIMKey []string `name:"dkim-key" placeholder:"FILE" help:"Private key that signs mails, as dkim generate writes it; several sign each mail several times."`
}

// auditFlags tell the result of an outside audit of the site's accessibility.
type auditFlags struct {
	AuditRate *float64 `placeholder:"PERCENT" and:"audit" help:"For the accessibility statement: how many of the criteria that apply an outside audit found met, such as 72.5."`
	AuditBy   string   `placeholder:"NAME" and:"audit" help:"Who made that audit."`
	AuditOn   string   `placeholder:"YYYY-MM-DD" and:"audit" help:"The day of that audit; three years later the statement no longer counts it."`
}

// audit returns what the flags tell, nil for nothing.
func (f auditFlags) audit() (*web.AccessibilityAudit, error) {
	if f.AuditRate == nil {
		return nil, nil
	}
	on, err := territoires.ParseDate(f.AuditOn)
	if err != nil {
		return nil, errors.New("--audit-on: want a day such as 2027-03-31")
	}
	return &web.AccessibilityAudit{Rate: *f.AuditRate, By: f.AuditBy, On: on}, nil
}

// Run serves until the context is done. Being told to stop is no error, also before
// it serves.
func (c serveCmd) Run(ctx context.Context, t terminal) (err error) {
	defer func() {
		if ctx.Err() != nil && errors.Is(err, context.Canceled) {
			err = nil
		}
	}()
	proxies, err := web.ParseProxies(c.TrustedProxy)
	if err != nil {
		return usageError{fmt.Errorf("--trusted-proxy: %w", err)}
	}
	audit, err := c.audit()
	if err != nil {
		return usageError{err}
	}
	if err := c.check(c.databaseFlag); err != nil {
		return err
	}
	if !validContact(c.SecurityContact) {
		return usageError{errors.New("--security-contact: want an email address or the address of a page")}
	}
	sender, err := c.sender()
	if err != nil {
		return usageError{fmt.Errorf("--smtp: %w", err)}
	}
	keys, err := c.keys()
	if err != nil {
		return usageError{err}
	}
	ln, err := net.Listen("tcp", c.Listen)
	if err != nil {
		return fmt.Errorf("listen: %w", err)
	}
	defer ln.Close()
	var ml net.Listener
	if c.Metrics != "" {
		if ml, err = net.Listen("tcp", c.Metrics); err != nil {
			return fmt.Errorf("listen for metrics: %w", err)
		}
		defer ml.Close()
	}
	if os.Getenv("GOGC") == "" {
		// Most of the heap is what requests leave behind. This leaves two fifths less of
		// it than the default, for a few hundredths of the processor: see
		// TestMemoryOfServe.
		debug.SetGCPercent(60)
	}
	log := c.logger(t)
	base := withPort(c.BaseURL, ln)
	clock, rehearsal := c.clock()
	o := site.Options{
		Sender: sender, DKIM: keys, MailPerSecond: c.MailPerSecond, MailPerDomain: c.MailPerDomain, From: c.From, BaseURL: base,
		Clock: clock, Rehearsal: rehearsal, NoLimits: c.Limits == "off", SoleProcess: c.file() != "",
		CheckUp: doctorCmd{databaseFlag: c.databaseFlag, secretFlag: c.secretFlag, mailFlags: c.mailFlags, Patience: 10 * time.Second}.complaints,
		Proxies: append([]netip.Prefix{}, proxies...), SecurityContact: c.SecurityContact, Audit: audit, Log: log,
	}
	if err := try(o); err != nil {
		return usageError{err}
	}
	release, err := c.sole(ctx, log, lockPatience)
	if err != nil {
		return err
	}
	defer release()
	store, err := c.store(ctx, log)
	if err != nil {
		return err
	}
	defer store.Close()
	secret, err := c.bind(ctx, c.databaseFlag, store)
	if err != nil {
		return err
	}
	if err := site.Publish(ctx, store, registration.Shipped()); err != nil {
		return err
	}
	o.Store, o.Secret = store, secret
	s, err := site.New(o)
	if err != nil {
		return usageError{err}
	}
	started := []any{"event", "start", "version", version(), "database", c.publicName(), "listen", ln.Addr().String(), "base_url", base, "off", c.off()}
	on := map[net.Listener]http.Handler{ln: s}
	if ml != nil {
		mux := http.NewServeMux()
		mux.Handle("GET /metrics", s.Metrics())
		on[ml] = mux
		started = append(started, "metrics", ml.Addr().String())
		fmt.Fprintf(t.out, "metrics http://%s/metrics\n", ml.Addr())
	}
	log.InfoContext(ctx, "started", started...)
	for _, w := range c.warnings(ln.Addr(), os.Args, os.Environ()) {
		log.WarnContext(ctx, w, "event", "warning")
	}
	defer log.InfoContext(ctx, "stopped", "event", "stop")
	fmt.Fprintf(t.out, "site %s\n", base)
	return serve(ctx, log, s, on)
}

// try returns what is wrong with the options, before a database is made, or upgraded
// and so closed to the program that ran until now: to make a site asks its store
// nothing.
func try(o site.Options) error {
	o.Store, o.Secret = sqldb.New(nil, 0), link.NewSecret()
	_, err := site.New(o)
	return err
}

// sender returns the client of the mail server that the flags name.
func (c mailFlags) sender() (*mail.Sender, error) {
	o, err := mail.ParseURL(c.SMTP)
	if err != nil {
		return nil, err
	}
	o.Password = os.Getenv("RENCONTRE_SMTP_PASSWORD") // never on the command line
	return mail.NewSender(o)
}

// domain returns the domain of the sender's address.
func (c mailFlags) domain() (string, error) {
	from, err := netmail.ParseAddress(c.From)
	if err != nil {
		return "", errors.New("--from: want an email address")
	}
	return from.Address[strings.LastIndexByte(from.Address, '@')+1:], nil
}

// keys returns the DKIM keys that the flags name, for the sender's domain: a
// signature for another domain would not count.
func (c mailFlags) keys() ([]mail.Key, error) {
	domain, err := c.domain()
	if err != nil {
		return nil, err
	}
	var keys []mail.Key
	for _, path := range c.DKIMKey {
		k, err := mail.ReadKey(path)
		if err != nil {
			return nil, fmt.Errorf("--dkim-key: %w", err)
		}
		if !k.Covers(domain) {
			return nil, fmt.Errorf("--dkim-key: the key of %s cannot sign for %s", k.Domain, domain)
		}
		keys = append(keys, k)
	}
	return keys, nil
}

// withPort returns base with a port of 0 replaced by that of ln.
func withPort(base string, ln net.Listener) string {
	u, err := url.Parse(base)
	if err != nil || u.Port() != "0" {
		return base
	}
	u.Host = net.JoinHostPort(u.Hostname(), strconv.Itoa(ln.Addr().(*net.TCPAddr).Port))
	return u.String()
}

// lastRequests is how long requests under way may take once the program has been
// told to stop. After that a client that is stuck is cut off.
const lastRequests = 8 * time.Second

// newServer returns a server of h that writes to log what net/http has to say, such as
// that there are too many connections.
func newServer(h http.Handler, log *slog.Logger) *http.Server {
	return &http.Server{
		Handler: h, ReadHeaderTimeout: 10 * time.Second, ReadTimeout: 30 * time.Second,
		WriteTimeout: 2 * time.Minute, IdleTimeout: 2 * time.Minute, MaxHeaderBytes: 32 << 10,
		ErrorLog: slog.NewLogLogger(log.Handler(), slog.LevelWarn),
	}
}

// serve answers on each listener until ctx is done or a listener fails. Then it
// accepts no more requests, finishes those under way, and stops the courier at the
// same time. Mails that these last requests post are sent after the next start.
func serve(ctx context.Context, log *slog.Logger, s *site.Site, on map[net.Listener]http.Handler) error {
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	failed := make(chan error, len(on)+1)
	var servers []*http.Server
	for ln, h := range on {
		srv := newServer(h, log)
		servers = append(servers, srv)
		go func() { failed <- srv.Serve(ln) }()
	}
	background, stopBackground := context.WithCancel(context.WithoutCancel(ctx))
	defer stopBackground()
	done := make(chan struct{})
	go func() {
		defer close(done)
		if err := s.Run(background); err != nil {
			failed <- err
		}
	}()
	var err error
	select {
	case <-ctx.Done():
	case err = <-failed:
	}
	finish, cancel := context.WithTimeout(context.WithoutCancel(ctx), lastRequests)
	defer cancel()
	stopBackground()
	var wg sync.WaitGroup
	for _, srv := range servers {
		wg.Go(func() {
			if e := srv.Shutdown(finish); e != nil {
				srv.Close()
			}
		})
	}
	wg.Wait()
	<-done
	if errors.Is(err, http.ErrServerClosed) || errors.Is(err, os.ErrClosed) {
		return nil
	}
	return err
}
