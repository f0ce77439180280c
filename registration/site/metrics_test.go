package site_test

import (
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/prometheus/client_golang/prometheus/testutil/promlint"

	"github.com/territoires-industrie/sdk/internal/desktest"
	"github.com/territoires-industrie/sdk/registration"
	"github.com/territoires-industrie/sdk/registration/site"
	"github.com/territoires-industrie/sdk/registration/sqldb/sqlite"
)

// TestMetrics: an operator sees what is answered and what waits, and nothing
// that tells who came; a database that is away is no site that is well.
func TestMetrics(t *testing.T) {
	t.Parallel()
	l := start(t)
	for _, path := range []string{meetingPath, "/en" + meetingPath, "/confirmation/tokenofsomebody", "/nowhere/at/all"} {
		resp, err := http.Get(l.url + path)
		if err != nil {
			t.Fatal(err)
		}
		resp.Body.Close()
	}
	if _, err := l.site.Desk.SignUp(t.Context(), registration.ShippedSlug, registration.Request{
		GivenName: "Zoé", FamilyName: "Étienne", Email: "zoe@exemple.fr", Category: registration.Elected, Privacy: true,
	}); err != nil {
		t.Fatal(err)
	}
	wanted := []string{
		`duration_seconds_count{route="GET /rencontres/{slug}",status="200"} 2`,
		`duration_seconds_count{route="GET /confirmation/{token}",status="404"} 1`,
		`duration_seconds_count{route="/",status="404"} 1`,
		`rencontre_seats_taken{meeting="2019-06-12-paris",session="meeting"} 1`,
		`rencontre_queue_length{meeting="2019-06-12-paris",session="meeting"} 0`, `rencontre_signups{meeting="2019-06-12-paris",status="pending"} 1`,
		`rencontre_signups{meeting="2019-06-12-paris",status="confirmed"} 0`, `rencontre_seats_unconfirmed{meeting="2019-06-12-paris"} 1`,
		`rencontre_hold_oldest_seconds{meeting="2019-06-12-paris"} `, `rencontre_commit_duration_seconds_count `, `rencontre_mail_oldest_seconds `,
		`rencontre_mail_parked 0`, `rencontre_meetings_late 0`, `go_goroutines `,
	}
	absent := func(text string) int {
		return slices.IndexFunc(wanted, func(want string) bool { return !strings.Contains(text, want) })
	}
	var status int
	var text string
	for end := time.Now().Add(2 * time.Minute); time.Now().Before(end); time.Sleep(10 * time.Millisecond) {
		// A request is counted when its answer is already on its way.
		if status, text = scrape(t, l.site.Metrics()); absent(text) < 0 {
			break
		}
	}
	if status != http.StatusOK {
		t.Fatalf("metrics: status %d\n%s", status, text)
	}
	wantDocumented(t, text)
	if i := absent(text); i >= 0 {
		t.Errorf("no %s in\n%s", wanted[i], text)
	}
	for _, never := range []string{"tokenofsomebody", "nowhere", "zoe", "Étienne"} {
		if strings.Contains(text, never) {
			t.Errorf("the metrics tell %q", never)
		}
	}
	away, err := sqlite.Open(t.Context(), filepath.Join(t.TempDir(), "away.db"), sqlite.Options{})
	if err != nil {
		t.Fatal(err)
	}
	s, err := site.New(site.Options{Store: away, Sender: nowhere{}, From: "site@exemple.fr", BaseURL: "http://localhost", Secret: secret})
	if err != nil {
		t.Fatal(err)
	}
	away.Close()
	if status, _ := scrape(t, s.Metrics()); status != http.StatusInternalServerError {
		t.Errorf("metrics without a database: status %d, want 500", status)
	}
}

// halfRead is a store that cannot read the seats of one meeting.
type halfRead struct {
	site.Store
	broken string
}

func (s halfRead) Occupancy(ctx context.Context, slug string) ([]registration.Occupancy, error) {
	if slug == s.broken {
		return nil, registration.ErrUnavailable
	}
	return s.Store.Occupancy(ctx, slug)
}

// TestMetricsOfTheOthers: a meeting that cannot be read is counted, and keeps no
// other from being told.
func TestMetricsOfTheOthers(t *testing.T) {
	t.Parallel()
	first := desktest.Meeting()
	other := first.Clone("2019-06-13-lyon", first.Day.AddDays(1))
	store := desktest.Store(t, first, other)
	for _, tt := range []struct {
		broken, unreadable string
		told               []string
	}{
		{"", "0", []string{first.Slug, other.Slug}},
		{first.Slug, "1", []string{other.Slug}},
		{other.Slug, "1", []string{first.Slug}},
	} {
		s, err := site.New(site.Options{Store: halfRead{store, tt.broken}, Sender: nowhere{}, From: "site@exemple.fr", BaseURL: "http://localhost",
			Secret: secret, Clock: func() time.Time { return desktest.Opening }})
		if err != nil {
			t.Fatal(err)
		}
		status, text := scrape(t, s.Metrics())
		if status != http.StatusOK || !strings.Contains(text, "rencontre_meetings_unreadable "+tt.unreadable+"\n") {
			t.Errorf("without %q: status %d, want 200 and %s unreadable\n%s", tt.broken, status, tt.unreadable, text)
		}
		for _, slug := range []string{first.Slug, other.Slug} {
			if told := strings.Contains(text, `rencontre_seats_taken{meeting="`+slug+`"`); told != slices.Contains(tt.told, slug) {
				t.Errorf("without %q: seats of %s told: %v", tt.broken, slug, told)
			}
		}
	}
}

// oneBroken is a store in which the configuration of a meeting cannot be read.
type oneBroken struct {
	site.Store
	broken string
}

func (s oneBroken) Meetings(ctx context.Context) ([]registration.Meeting, error) {
	all, err := s.Store.Meetings(ctx)
	for i := range all {
		if all[i].Slug == s.broken {
			all[i].Broken = "unreadable"
		}
	}
	return all, err
}

// TestMetricsOfOneBroken: if the only meeting that is not over has a configuration that
// cannot be read, it is counted, and the other metrics are still there.
func TestMetricsOfOneBroken(t *testing.T) {
	t.Parallel()
	past := desktest.Meeting()
	broken := past.Clone("2019-07-13-lyon", past.Day.AddDays(31))
	s, err := site.New(site.Options{Store: oneBroken{desktest.Store(t, past, broken), broken.Slug}, Sender: nowhere{}, From: "site@exemple.fr", BaseURL: "http://localhost",
		Secret: secret, Clock: func() time.Time { return past.Day.AddDays(2).In(registration.Paris) }})
	if err != nil {
		t.Fatal(err)
	}
	status, text := scrape(t, s.Metrics())
	for _, want := range []string{"rencontre_meetings_unreadable 1\n", "rencontre_mail_parked 0\n"} {
		if status != http.StatusOK || !strings.Contains(text, want) {
			t.Errorf("status %d, want 200 and %q in\n%s", status, want, text)
		}
	}
}

func scrape(t *testing.T, h http.Handler) (int, string) {
	t.Helper()
	w := httptest.NewRecorder()
	h.ServeHTTP(w, httptest.NewRequest(http.MethodGet, "/metrics", nil))
	body, err := io.ReadAll(w.Body)
	if err != nil {
		t.Fatal(err)
	}
	return w.Code, string(body)
}

// wantDocumented checks that the guides name every metric of the site, and no other.
func wantDocumented(t *testing.T, text string) {
	t.Helper()
	given := make(map[string]bool)
	for _, m := range regexp.MustCompile(`(?m)^# TYPE (rencontre_\w+)`).FindAllStringSubmatch(text, -1) {
		given[m[1]] = true
	}
	if len(given) < 10 {
		t.Errorf("only %d metrics found: looked for them in the wrong way", len(given))
	}
	for _, guide := range []string{"../../docs/deployment.md", "../../docs/deploiement.md"} {
		b, err := os.ReadFile(guide)
		if err != nil {
			t.Fatal(err)
		}
		named := make(map[string]bool)
		for _, name := range regexp.MustCompile(`rencontre_[a-z_]+[a-z]`).FindAllString(string(b), -1) {
			named[strings.TrimSuffix(name, "_count")] = true
		}
		if diff := cmp.Diff(given, named); diff != "" {
			t.Errorf("%s names other metrics (-given +named):\n%s", guide, diff)
		}
	}
	problems, err := promlint.New(strings.NewReader(text)).Lint()
	for _, p := range problems {
		t.Errorf("%s: %s", p.Metric, p.Text)
	}
	if err != nil {
		t.Error(err)
	}
}
