package web_test

import (
	"bytes"
	"context"
	"io"
	"iter"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/territoires-industrie/sdk/internal/desktest"
	"github.com/territoires-industrie/sdk/registration"
	"github.com/territoires-industrie/sdk/registration/link"
	"github.com/territoires-industrie/sdk/registration/team"
	"github.com/territoires-industrie/sdk/registration/web"
)

const slug = registration.ShippedSlug

// form is where the sign-up form of the shipped meeting is.
const form = "/rencontres/" + slug + "/inscription"

// fixture is a site on a real database, with a clock that stands still.
type fixture struct {
	t       testing.TB
	handler http.Handler
	store   *wobbly
	people  *wobblyTeam
	desk    *registration.Desk
	team    *team.Team
	keys    *link.Keyring
	log     *safeBuffer
	typed   []string // what visitors wrote themselves, which is not ours to correct
	cookies []*http.Cookie
	clock   *desktest.Clock
}

// open starts a site whose meeting is the shipped example, changed by each of
// the functions.
func open(t testing.TB, options web.Options, change ...func(*registration.Meeting)) *fixture {
	t.Helper()
	d := desktest.Open(t, change...)
	f := &fixture{t: t, keys: d.Keys, clock: d.Clock, log: new(safeBuffer), store: &wobbly{Store: d.Store}}
	f.desk = desktest.New(t, f.store, d.Store, f.keys, f.clock)
	options.Log = slog.New(slog.NewTextHandler(f.log, &slog.HandlerOptions{Level: slog.LevelDebug}))
	var err error
	f.people = &wobblyTeam{Store: d.Store}
	f.team, err = team.New(team.Options{Store: f.people, Keyring: f.keys, Clock: f.clock.Now, Log: web.Logger(options.Log)})
	if err != nil {
		t.Fatal(err)
	}
	options.Desk, options.Team, options.Keyring = f.desk, f.team, f.keys
	if options.BaseURL == "" {
		options.BaseURL = "https://rencontres.example"
	}
	if f.handler, err = web.New(options); err != nil {
		t.Fatal(err)
	}
	return f
}

// answer is what the site answered, its page checked.
type answer struct {
	*http.Response
	Body string
}

// do sends a request as a browser does, keeps cookies, and checks any page.
func (f *fixture) do(r *http.Request) answer {
	f.t.Helper()
	for _, c := range f.cookies {
		r.AddCookie(c)
	}
	w := httptest.NewRecorder()
	f.handler.ServeHTTP(w, r)
	a := answer{Response: w.Result(), Body: w.Body.String()}
	for _, c := range a.Cookies() {
		f.cookies = append(f.cookies[:0:0], c)
	}
	if strings.HasPrefix(a.Header.Get("Content-Type"), "text/html") {
		checkPage(f.t, r.Method+" "+r.URL.Path, a.Body, f.typed...)
	}
	checkHeaders(f.t, r.URL.Path, a.Header)
	return a
}

func (f *fixture) get(path string) answer {
	f.t.Helper()
	return f.do(httptest.NewRequestWithContext(f.t.Context(), "GET", path, nil))
}

func (f *fixture) post(path string, values url.Values) answer {
	f.t.Helper()
	r := httptest.NewRequestWithContext(f.t.Context(), "POST", path, strings.NewReader(values.Encode()))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	r.Header.Set("Sec-Fetch-Site", "same-origin")
	return f.do(r)
}

// unread answers a request without reading the page: its texts are of a test.
func (f *fixture) unread(r *http.Request) answer {
	f.t.Helper()
	for _, c := range f.cookies {
		r.AddCookie(c)
	}
	w := httptest.NewRecorder()
	f.handler.ServeHTTP(w, r)
	return answer{w.Result(), w.Body.String()}
}

// want fails unless the answer has the status and, of each text, an occurrence.
func (a answer) want(t testing.TB, status int, texts ...string) answer {
	t.Helper()
	if a.StatusCode != status {
		t.Fatalf("%s: status %d, want %d", title(a.Body), a.StatusCode, status)
	}
	for _, text := range texts {
		if !strings.Contains(a.Body, text) {
			t.Errorf("%s: no %q in the page", title(a.Body), text)
		}
	}
	return a
}

// valid is a form that the shipped meeting accepts.
func valid() url.Values {
	return url.Values{
		"given_name": {"Anne-Sophie"}, "family_name": {"L’Hôpital"}, "email": {"as@mairie.example"},
		"organisation": {"Mairie de Loudéac"}, "function": {"maire"}, "category": {"elu"}, "language": {"fr"}, "privacy": {"yes"},
	}
}

// signUp posts the form and returns the sign-up that it made.
func (f *fixture) signUp(values url.Values) registration.Signup {
	f.t.Helper()
	before := f.signups()
	f.post(form, values).want(f.t, http.StatusSeeOther)
	after := f.signups()
	if len(after) != len(before)+1 {
		f.t.Fatalf("%d sign-ups after the form, %d before", len(after), len(before))
	}
	return after[len(after)-1]
}

func (f *fixture) signups() (list []registration.Signup) {
	f.t.Helper()
	for s, err := range f.desk.Signups(f.t.Context(), registration.Query{Meeting: slug}) {
		if err != nil {
			f.t.Fatal(err)
		}
		list = append(list, s)
	}
	return list
}

// link returns the path of a sign-up's link.
func (f *fixture) link(p link.Purpose, s registration.Signup) string {
	paths := map[link.Purpose]string{
		link.ForConfirm: "/confirmation/", link.ForDisavow: "/pas-moi/", link.ForManage: "/mon-inscription/",
	}
	return paths[p] + f.keys.Token(p, s.ID, s.Version)
}

// signedInAs signs an organiser with a role in.
func (f *fixture) signedInAs(r registration.Role) {
	f.t.Helper()
	f.post(desktest.SignInLink(f.t, f.team, string(r)+"@regions.example", r), url.Values{}).want(f.t, http.StatusSeeOther)
}

// deleteSessions does what the upkeep of the team does every minute.
func (f *fixture) deleteSessions() {
	f.t.Helper()
	if err := f.store.Store.(team.Store).DeleteSessions(f.t.Context(), f.clock.Now()); err != nil {
		f.t.Fatal(err)
	}
}

// wobbly is a store that can be made to fail.
type wobbly struct {
	registration.Store
	fail  func() error                // nil while all is well
	wrong func(*registration.Meeting) // what an older version left in a configuration, nil for nothing
	busy  error                       // of every change, nil while all is well
	rows  error                       // ends every stream of sign-ups, nil while all is well
	after int                         // so many rows

	recorded []registration.Event // those of files
}

// wobblyTeam is a store of organisers that can be made to fail.
type wobblyTeam struct {
	team.Store
	busy error // of every change, nil while all is well
}

func (w *wobblyTeam) ChangeTeam(ctx context.Context, change func(team.Tx) error) error {
	if w.busy != nil {
		return w.busy
	}
	return w.Store.ChangeTeam(ctx, change)
}

func (w *wobbly) AskLink(ctx context.Context, a registration.LinkAsk, hour, day time.Time, most int) (bool, error) {
	if w.busy != nil {
		return false, w.busy
	}
	return w.Store.AskLink(ctx, a, hour, day, most)
}

func (w *wobbly) Signups(ctx context.Context, q registration.Query) iter.Seq2[registration.Signup, error] {
	return cutShort(w, w.Store.Signups(ctx, q))
}

func (w *wobbly) Listed(ctx context.Context, slug string, f registration.Filter, o registration.Order) iter.Seq2[registration.Entry, error] {
	return cutShort(w, w.Store.Listed(ctx, slug, f, o))
}

func (w *wobbly) List(ctx context.Context, slug string, f registration.Filter, p registration.Paging) (registration.Page, error) {
	if w.rows != nil {
		return registration.Page{}, w.rows
	}
	return w.Store.List(ctx, slug, f, p)
}

// cutShort ends a stream as w says.
func cutShort[T any](w *wobbly, all iter.Seq2[T, error]) iter.Seq2[T, error] {
	if w.rows == nil {
		return all
	}
	return func(yield func(T, error) bool) {
		n := 0
		for s, err := range all {
			if n++; n > w.after {
				yield(*new(T), w.rows)
				return
			}
			if !yield(s, err) {
				return
			}
		}
	}
}

func (w *wobbly) Meeting(ctx context.Context, slug string) (registration.Meeting, error) {
	if w.fail != nil {
		if err := w.fail(); err != nil {
			return registration.Meeting{}, err
		}
	}
	m, err := w.Store.Meeting(ctx, slug)
	if err == nil && w.wrong != nil {
		w.wrong(&m)
	}
	return m, err
}

func (w *wobbly) Change(ctx context.Context, slug string, run func(registration.Tx) error, about ...registration.ID) error {
	if w.busy != nil {
		return w.busy
	}
	return w.Store.Change(ctx, slug, func(tx registration.Tx) error { return run(noting{tx, w}) }, about...)
}

// noting keeps the lines of the history that are of no sign-up.
type noting struct {
	registration.Tx
	store *wobbly
}

func (n noting) Record(e registration.Event) error {
	if e.Kind == registration.EventExported {
		n.store.recorded = append(n.store.recorded, e)
	}
	return n.Tx.Record(e)
}

// first returns the meeting of the fixture.
func (f *fixture) first() registration.Meeting {
	f.t.Helper()
	m, err := f.store.Meeting(f.t.Context(), slug)
	if err != nil {
		f.t.Fatal(err)
	}
	return m
}

// safeBuffer is written by several goroutines.
type safeBuffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (s *safeBuffer) Write(p []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.b.Write(p)
}

func (s *safeBuffer) String() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.b.String()
}

var _ io.Writer = (*safeBuffer)(nil)
