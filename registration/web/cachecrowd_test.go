package web_test

import (
	"fmt"
	"net/http"
	"net/netip"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/territoires-industrie/sdk/internal/desktest"
	"github.com/territoires-industrie/sdk/registration"
	"github.com/territoires-industrie/sdk/registration/web"
)

// TestCachedPagesInACrowd: whatever changes while many read, nobody reads what was
// no longer so a second before they asked, nor what never was.
func TestCachedPagesInACrowd(t *testing.T) {
	t.Parallel()
	f := open(t, web.Options{}, func(m *registration.Meeting) { m.OpensAt = desktest.Opening })
	f.clock.Set(desktest.Opening.Add(-time.Hour))
	var (
		mu            sync.Mutex
		begun, done   []time.Time // of each sign-up
		opens, opened time.Time
		names, named  time.Time
	)
	at := func(when *time.Time) {
		mu.Lock()
		defer mu.Unlock()
		*when = time.Now()
	}
	before := func(list []time.Time, limit time.Time) int {
		n, _ := slices.BinarySearchFunc(list, limit, time.Time.Compare)
		return n
	}
	// wrong says what is wrong with a page that was asked for and got then.
	wrong := func(body string, asked, got time.Time) string {
		mu.Lock()
		defer mu.Unlock()
		left := regexp.MustCompile(`(\d+) places restantes sur 300`).FindStringSubmatch(body)
		switch {
		case left == nil && !opened.IsZero() && asked.After(opened):
			return "it has not opened"
		case left != nil && (opens.IsZero() || got.Before(opens)):
			return "it has opened"
		case strings.Contains(body, "Un autre titre") && (names.IsZero() || got.Before(names)):
			return "it has the new title"
		case !strings.Contains(body, "Un autre titre") && !named.IsZero() && asked.After(named.Add(time.Second)):
			return "it has the old title"
		}
		if left != nil {
			n, _ := strconv.Atoi(left[1])
			if least, most := before(done, asked.Add(-time.Second)), before(begun, got); 300-n < least || 300-n > most {
				return fmt.Sprintf("%d are said to have come, it were %d to %d", 300-n, least, most)
			}
		}
		return ""
	}
	end := make(chan struct{})
	var readers sync.WaitGroup
	var read atomic.Int64
	for i := range 8 {
		readers.Go(func() {
			for n := 0; ; n++ {
				select {
				case <-end:
					return
				default:
				}
				path := []string{"/", "/rencontres/" + slug, form}[(i+n)%3]
				asked := time.Now()
				a := f.asks("GET", path, "Accept-Encoding", []string{"", "gzip"}[n%2])
				if said := wrong(a.Body, asked, time.Now()); said != "" && a.StatusCode != http.StatusConflict {
					t.Errorf("%s: %s", path, said)
					return
				}
				read.Add(1)
			}
		})
	}
	come := func(i int) {
		mu.Lock()
		begun = append(begun, time.Now())
		mu.Unlock()
		_, err := f.desk.SignUp(t.Context(), slug, registration.Request{GivenName: "Ana", FamilyName: "Personne", Email: fmt.Sprintf("p%d@exemple.fr", i),
			Category: registration.Industry, Privacy: true, Signals: registration.BotSignals{Network: netip.AddrFrom4([4]byte{192, 0, byte(i / 250), byte(i % 250)})}})
		if err != nil {
			t.Error(err)
		}
		mu.Lock()
		done = append(done, time.Now())
		mu.Unlock()
	}
	await := func(pages int64) {
		for from := read.Load(); read.Load() < from+pages && !t.Failed(); {
			time.Sleep(time.Millisecond)
		}
	}
	await(30)
	at(&opens)
	f.clock.Set(desktest.Opening)
	at(&opened)
	m := f.first()
	m.Title.FR = "Un autre titre"
	start := time.Now()
	for n := 0; n < 20 || time.Since(start) < 2*time.Second; n++ {
		if n == 5 {
			at(&names)
			if err := f.store.PutMeeting(t.Context(), m); err != nil {
				t.Error(err)
			}
			at(&named)
		}
		if n < 250 { // a fast machine would fill the meeting, whose page then counts no seats
			come(n)
		}
		await(10)
	}
	close(end)
	readers.Wait()
}
