package site_test

import (
	"context"
	"net"
	"net/http"
	"os"
	"os/exec"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"

	"github.com/territoires-industrie/sdk/internal/desktest"
	"github.com/territoires-industrie/sdk/registration"
	"github.com/territoires-industrie/sdk/registration/link"
	"github.com/territoires-industrie/sdk/registration/mail"
	"github.com/territoires-industrie/sdk/registration/mail/mailbox"
	"github.com/territoires-industrie/sdk/registration/site"
)

const meetingPath = "/rencontres/" + registration.ShippedSlug

// missing skips a test for want of a part, and fails it where every part is
// required.
func missing(t *testing.T, what string) {
	t.Helper()
	if os.Getenv("TEST_REQUIRE") != "" {
		t.Fatalf("%s is missing, and TEST_REQUIRE is set", what)
	}
	t.Skipf("%s is missing", what)
}

// live is a site that runs as the demonstration does: SQLite, mails over SMTP
// to an embedded mailbox, a clock that began on the day of the announcement.
type live struct {
	t     *testing.T
	url   string
	store registration.Store
	site  *site.Site
	box   *mailbox.Mailbox
	keys  *link.Keyring // the site's own
	ahead *atomic.Int64 // how far its clock is ahead of the machine's
}

// now is the site's time.
func (l *live) now() time.Time { return time.Now().Add(time.Duration(l.ahead.Load())) }

// set sets the site's clock, which goes on from there.
func (l *live) set(now time.Time) { l.ahead.Store(int64(time.Until(now))) }

// openMailbox opens a mailbox for the test, and a sender that submits to it.
func openMailbox(t *testing.T) (*mailbox.Mailbox, *mail.Sender) {
	t.Helper()
	box, err := mailbox.Open("")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { box.Close() })
	to, err := mail.ParseURL(box.URL())
	if err != nil {
		t.Fatal(err)
	}
	sender, err := mail.NewSender(to)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { sender.Close() })
	return box, sender
}

func start(t *testing.T) *live {
	t.Helper()
	box, sender := openMailbox(t)
	store := desktest.Store(t, desktest.Meeting())
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	log := new(journal)
	running := &live{t: t, url: "http://" + l.Addr().String(), store: store, box: box, keys: desktest.Keys(t), ahead: new(atomic.Int64)}
	running.set(desktest.Opening)
	s, err := site.New(site.Options{
		Store: store, Sender: sender, From: "organisation@rencontre.example", BaseURL: "http://" + l.Addr().String(),
		Secret: desktest.Secret(), Rehearsal: true, SoleProcess: true, Log: log.logger(),
		Clock: running.now,
	})
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(context.Background())
	server, done := &http.Server{Handler: s}, make(chan struct{})
	go server.Serve(l)
	go func() { defer close(done); s.Run(ctx) }()
	t.Cleanup(func() { server.Close(); stop(); <-done })
	running.site = s
	t.Cleanup(func() { log.check(t, running) })
	return running
}

// link waits for a mail of a kind to an address and returns its first link
// that contains part.
func (l *live) link(to string, kind registration.Kind, part string) string {
	l.t.Helper()
	for end := time.Now().Add(2 * time.Minute); time.Now().Before(end); time.Sleep(20 * time.Millisecond) {
		for _, m := range l.box.Messages() {
			if m.To != to || m.Kind != string(kind) {
				continue
			}
			for _, link := range m.Links {
				if strings.Contains(link, part) {
					return link
				}
			}
			l.t.Fatalf("mail %s has no link with %s: %q", kind, part, m.Links)
		}
	}
	l.t.Fatalf("no mail %s to %s within two minutes", kind, to)
	return ""
}

// signInLink is a one-time link for an organiser.
func (l *live) signInLink() string {
	l.t.Helper()
	return l.url + desktest.SignInLink(l.t, l.site.Team, "o@regions.example", registration.RoleAdmin)
}

// headless is Debian's Chromium without windows, which opens a page for half of the
// processor time. Its launcher would outlive it, so it is started without.
const headless = "/usr/lib/chromium/chromium-headless-shell"

// chromium returns the path of the first of these programs that is here, or of a browser
// with windows.
func chromium(t *testing.T, preferred ...string) string {
	t.Helper()
	for _, name := range append(preferred, "chromium", "chromium-browser", "google-chrome") {
		if path, err := exec.LookPath(name); err == nil {
			return path
		}
	}
	missing(t, "Chromium")
	return ""
}

// browser starts Chromium, which chromedp gives an empty profile, and returns a context
// in which [tab] opens tabs.
func browser(t *testing.T) context.Context {
	t.Helper()
	path := chromium(t, headless)
	flags := append(chromedp.DefaultExecAllocatorOptions[:], chromedp.ExecPath(path), chromedp.DisableGPU)
	for _, flag := range []string{"disable-quic", "disable-component-update", "hide-scrollbars"} {
		flags = append(flags, chromedp.Flag(flag, true))
	}
	if os.Getuid() == 0 { // the sandbox refuses to run as root
		flags = append(flags, chromedp.NoSandbox)
	}
	ctx, stop := chromedp.NewExecAllocator(context.Background(), flags...)
	t.Cleanup(stop)
	ctx, _ = chromedp.NewContext(ctx)
	if err := chromedp.Do(ctx); err != nil {
		t.Fatalf("Chromium does not start: %v", err)
	}
	t.Cleanup(func() { chromedp.Cancel(ctx) })
	return ctx
}

// tab is a window of its own cookies, used by one test.
type tab struct {
	t   *testing.T
	ctx context.Context
}

// open opens one that lives until shortly before the tests must end, however slow
// the machine is: a step that never ends is then named.
func open(t *testing.T, in context.Context) *tab {
	t.Helper()
	ctx, stop := chromedp.NewContext(in, chromedp.WithNewBrowserContext())
	t.Cleanup(stop)
	b := &tab{t, ctx}
	b.do(chromedp.Navigate("about:blank"))
	if end, ok := t.Deadline(); ok {
		limited, cancel := context.WithDeadline(ctx, end.Add(-20*time.Second))
		t.Cleanup(cancel)
		b.ctx = limited
	}
	return b
}

func (b *tab) do(steps ...chromedp.Action[chromedp.Void]) {
	b.t.Helper()
	if err := chromedp.Do(b.ctx, steps...); err != nil {
		b.t.Fatalf("browser: %v", err)
	}
}

// load runs steps that lead to another page and returns its status.
func (b *tab) load(steps ...chromedp.Action[chromedp.Void]) int64 {
	b.t.Helper()
	r, err := chromedp.RunResponse(b.ctx, steps...)
	if err != nil {
		b.t.Fatalf("browser: %v", err)
	}
	return r.Status
}

// see fails unless the page's text has each of the words.
func (b *tab) see(words ...string) {
	b.t.Helper()
	text, err := chromedp.Run(b.ctx, chromedp.Text(chromedp.CSS("body")))
	if err != nil {
		b.t.Fatal(err)
	}
	for _, w := range words {
		if !strings.Contains(text, w) {
			b.t.Fatalf("no %q on the page:\n%s", w, text)
		}
	}
}

// eval returns what a script in the page says.
func eval[T any](b *tab, script string) T {
	b.t.Helper()
	v, err := chromedp.Run(b.ctx, chromedp.Evaluate[T](script, func(p *runtime.EvaluateParams) { p.AwaitPromise = new(bool); *p.AwaitPromise = true }))
	if err != nil {
		b.t.Fatalf("script: %v", err)
	}
	return v
}

// screen sets the size of the window and light or dark.
func (b *tab) screen(width, height int64, scheme string) {
	b.t.Helper()
	_, err := chromedp.Call(b.ctx, emulation.SetDeviceMetricsOverride, emulation.SetDeviceMetricsOverrideParams{
		Width: width, Height: height, DeviceScaleFactor: 1, Mobile: width < 768,
	})
	if err != nil {
		b.t.Fatal(err)
	}
	b.media("prefers-color-scheme", scheme)
}

// paper shows the page as it is printed, until media or screen is called.
func (b *tab) paper() {
	b.t.Helper()
	if _, err := chromedp.Call(b.ctx, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{Media: "print"}); err != nil {
		b.t.Fatal(err)
	}
}

// media sets one feature of the medium, and no other.
func (b *tab) media(name, value string) {
	b.t.Helper()
	_, err := chromedp.Call(b.ctx, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{
		Features: []*emulation.MediaFeature{{Name: name, Value: value}},
	})
	if err != nil {
		b.t.Fatal(err)
	}
}

// cookies returns what the browser would send to the site.
func cookies(b *tab) []*http.Cookie {
	b.t.Helper()
	got, err := chromedp.Call(b.ctx, network.GetCookies, network.GetCookiesParams{})
	if err != nil {
		b.t.Fatal(err)
	}
	var list []*http.Cookie
	for _, c := range got.Cookies {
		list = append(list, &http.Cookie{Name: c.Name, Value: c.Value})
	}
	return list
}
