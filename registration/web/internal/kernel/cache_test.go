package kernel

import (
	"errors"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/territoires-industrie/sdk/registration"
)

// seats is a meeting of which so many seats are taken.
func seats(taken int) []registration.View {
	return []registration.View{{Occupancy: []registration.Occupancy{{Session: registration.MeetingSession, Seats: 300, Taken: taken}}}}
}

// TestCachedIsReadSeldomForACrowd: few who ask get what stands, and a crowd gets
// what stood a twentieth of a second ago, a second at most.
func TestCachedIsReadSeldomForACrowd(t *testing.T) {
	t.Parallel()
	var c cache
	now := time.Unix(1_560_000_000, 0)
	read := func(at time.Time) {
		t.Helper()
		if _, err := c.store("a", at, seats(0), nil); err != nil {
			t.Fatal(err)
		}
	}
	// asks counts how often the meeting is to be read for so many visitors.
	asks := func(visitors int, each time.Duration) (n int) {
		for range visitors {
			if c.recent("a", now) == nil {
				n++
				read(now)
			}
			now = now.Add(each)
		}
		return n
	}
	if n := asks(1, 0); n != 1 {
		t.Errorf("the first visitor: %d readings, want 1", n)
	}
	if n := asks(100, 0); n != readAtOnce {
		t.Errorf("a hundred at once: %d readings, want %d", n, readAtOnce)
	}
	if n := asks(10_000, 100*time.Microsecond); n < 19 || n > 21 {
		t.Errorf("ten thousand in a second: %d readings, want twenty", n)
	}
	if n := asks(100, readEvery); n != 100 {
		t.Errorf("one every %v: %d readings of 100", readEvery, n)
	}
	// Readings that do not end: nobody gets what is older than a second.
	now = now.Add(readAtOnce * readEvery)
	read(now)
	for range 1100 {
		now = now.Add(time.Millisecond)
		if s := c.recent("a", now); s != nil && now.Sub(s.read) >= time.Second {
			t.Errorf("what was read %v ago is shown", now.Sub(s.read))
		}
	}
	if _, err := c.store("a", now, nil, errors.New("gone")); err == nil {
		t.Error("an error is none")
	}
	if c.recent("a", now) != nil || len(c.snapshots) != 0 {
		t.Error("after an error there is something to show")
	}
}

func TestCachedSnapshotStaysWhileNothingChanges(t *testing.T) {
	t.Parallel()
	var c cache
	now := time.Unix(1_560_000_000, 0)
	store := func(after time.Duration, taken int) *snapshot {
		s, err := c.store("a", now.Add(after), seats(taken), nil)
		if err != nil {
			t.Fatal(err)
		}
		return s
	}
	first := store(0, 1)
	if store(time.Second, 1) != first {
		t.Error("the same again is another snapshot: every page is drawn anew")
	}
	second := store(2*time.Second, 2)
	if second == first {
		t.Error("another seat is taken, and the snapshot is the same")
	}
	// One that began earlier ends later.
	if late := store(time.Second, 1); late == second || c.snapshots["a"] != second {
		t.Error("what was read earlier replaces what was read later")
	}
}

// everybody is a host that lets everybody in, and fails the test.
type everybody struct{ t *testing.T }

func (e everybody) SignedIn(*http.Request) (string, time.Time, error) {
	e.t.Error("the host was asked who reads a page that is drawn for all")
	return "", time.Time{}, nil
}
func (everybody) SignInURL(string) string { return "" }
func (everybody) SignOutURL() string      { return "" }

// TestCachedIsDrawnForNobody: whoever comes first, the page is drawn of a request
// that has nothing of theirs.
func TestCachedIsDrawnForNobody(t *testing.T) {
	t.Parallel()
	s := &Site{HostSignIn: everybody{t}}
	first := httptest.NewRequest(http.MethodGet, "https://host.example/page?territoire=Mark", strings.NewReader("body"))
	first.Header.Set("Referer", "https://mark.example/")
	first.Header.Set("Cookie", "organisation=Mark")
	_, err := s.cache.page(&Request{Request: first, Site: s}, noMeetings, func(r *Request, _ []registration.View) error {
		if r.URL.String() != "/page" || len(r.Header) != 0 || r.Host != "" || r.RemoteAddr != "" || r.Body != nil || r.Form != nil {
			t.Errorf("drawn of %+v", r.Request)
		}
		if r.Identified() {
			t.Error("somebody is signed in")
		}
		r.send(http.StatusOK, []byte("page"))
		return nil
	})
	if err != nil {
		t.Error(err)
	}
}

func TestCachedPagesAreBounded(t *testing.T) {
	t.Parallel()
	s := &Site{}
	for i := range 3 * maxCached {
		r := &Request{Request: &http.Request{}, Site: s}
		r.Request, _ = http.NewRequest("GET", "/"+strconv.Itoa(i), nil)
		page, err := s.cache.page(r, noMeetings, func(r *Request, _ []registration.View) error {
			r.send(http.StatusOK, []byte(r.URL.Path))
			return nil
		})
		if err != nil || string(page.body) != r.URL.Path {
			t.Fatalf("page %d: %q, %v", i, page.body, err)
		}
	}
	if n := len(s.cache.pages); n == 0 || n > maxCached {
		t.Errorf("%d pages are cached, want %d at most", n, maxCached)
	}
}

func TestTakesGzip(t *testing.T) {
	t.Parallel()
	for header, want := range map[string]bool{
		"": false, "gzip": true, "br, GZIP": true, "gzip;q=0": false, "gzip; q=0.000": false, "gzip;q=0.1, *;q=0": true, "br": false, "gzip;q=x": false, "xgzip": false,
	} {
		if got := takesGzip(http.Header{"Accept-Encoding": {header}}); got != want {
			t.Errorf("takesGzip(%q) = %v, want %v", header, got, want)
		}
	}
	if !takesGzip(http.Header{"Accept-Encoding": {"br", "gzip"}}) {
		t.Error("a second line is not read")
	}
}
