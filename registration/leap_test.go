package registration_test

import (
	"context"
	"errors"
	"iter"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/territoires-industrie/sdk/internal/desktest"
	"github.com/territoires-industrie/sdk/registration"
	"github.com/territoires-industrie/sdk/registration/link"
)

// TestLeaps runs the retention by clocks that leap both ways, in processes that
// start again, and holds it to what was promised by the list of all its ticks.
func TestLeaps(t *testing.T) {
	t.Parallel()
	keys := newKeys(t)
	rapid.Check(t, func(r *rapid.T) {
		start := time.Date(2019, time.September, 10, 0, 0, 0, 0, registration.Paris)
		w := &walk{r: r, keys: keys, store: &remembering{record: registration.ClockRecord{Trusted: start}}, now: start, trusted: start}
		w.restart()
		hours := func(least, most int) time.Duration {
			return time.Duration(rapid.IntRange(least, most).Draw(r, "hours")) * time.Hour
		}
		r.Repeat(map[string]func(*rapid.T){
			"hour": func(*rapid.T) { w.tick(time.Hour) },
			"day": func(r *rapid.T) {
				for range rapid.IntRange(2, 30).Draw(r, "hours") {
					w.tick(time.Hour)
				}
			},
			"minutes":  func(r *rapid.T) { w.tick(time.Duration(rapid.IntRange(0, 59).Draw(r, "minutes")) * time.Minute) },
			"two days": func(*rapid.T) { w.tick(48*time.Hour + hours(-1, 1)) },
			"ahead":    func(*rapid.T) { w.tick(hours(2, 24*50)) },
			"years":    func(*rapid.T) { w.tick(hours(24*50, 24*9000)) },
			"back":     func(*rapid.T) { w.tick(hours(-24*500, -1)) },
			"right":    func(*rapid.T) { w.tick(w.trusted.Sub(w.now) + hours(-48, 48)) },
			"restart":  func(*rapid.T) { w.restart() },
			"confirm":  func(*rapid.T) { w.confirm() },
		})
	})
}

// remembering is a store of a clock. It notes whether it was asked to delete
// anything, or for the meetings in which something may be due.
type remembering struct {
	registration.Store
	registration.Organisers
	record  registration.ClockRecord
	deletes int
}

func (s *remembering) ClockRecord(context.Context) (registration.ClockRecord, error) {
	return s.record, nil
}

func (s *remembering) ChangeClock(_ context.Context, change func(registration.ClockRecord, time.Time) registration.ClockRecord) error {
	s.record = change(s.record, time.Time{})
	return nil
}

func (s *remembering) DeleteCounters(context.Context, time.Time, int) (int, error) {
	s.deletes++
	return 0, nil
}

func (s *remembering) DeleteNetworks(context.Context, time.Time, int) (int, error) {
	s.deletes++
	return 0, nil
}

func (s *remembering) DeleteMails(context.Context, time.Time, int) (int, error) {
	s.deletes++
	return 0, nil
}
func (s *remembering) DeleteSignIns(context.Context, time.Time, int) (int, error) {
	s.deletes++
	return 0, nil
}
func (s *remembering) Meetings(context.Context) ([]registration.Meeting, error) {
	s.deletes++
	return nil, nil
}

// walk is one site and what its ticks have been.
type walk struct {
	r       *rapid.T
	keys    *link.Keyring
	store   *remembering
	desk    *registration.Desk
	now     time.Time
	trusted time.Time   // the last tick that the promise trusts
	doubt   []time.Time // those since, an hour apart, of a clock that stood
	word    bool        // given in this doubt
}

func (w *walk) restart() {
	var err error
	w.desk, err = registration.NewDesk(registration.DeskOptions{Store: w.store, Organisers: w.store, Keyring: w.keys, Clock: func() time.Time { return w.now }})
	if err != nil {
		w.r.Fatal(err)
	}
}

func (w *walk) confirm() {
	if _, err := w.desk.ConfirmClock(context.Background()); err != nil {
		w.r.Fatal(err)
	}
	w.word = w.word || len(w.doubt) > 0
}

// tick moves the clock and runs the retention.
func (w *walk) tick(by time.Duration) {
	w.now = w.now.Add(by)
	before := w.store.deletes
	if err := w.desk.ApplyRetention(context.Background()); err != nil {
		w.r.Fatal(err)
	}
	if promised, deleted := w.promise(), w.store.deletes > before; deleted != promised {
		w.r.Fatalf("at %v: deleted %v, promised %v; %+v; trusted %v, doubt of %d ticks, word %v", w.now, deleted, promised, w.store.record, w.trusted, len(w.doubt), w.word)
	}
}

// promise says whether this tick may delete, from the ticks alone.
func (w *walk) promise() bool {
	trust := func() bool {
		w.trusted, w.doubt, w.word = w.now, nil, false
		return true
	}
	if w.now.Sub(w.trusted) <= 48*time.Hour {
		return trust()
	}
	if n := len(w.doubt); n == 0 || w.now.Sub(w.doubt[n-1]) > 48*time.Hour || w.doubt[n-1].Sub(w.now) > 48*time.Hour {
		w.doubt, w.word = []time.Time{w.now}, false
		return false
	} else if w.now.Sub(w.doubt[n-1]) >= 59*time.Minute {
		w.doubt = append(w.doubt, w.now)
	}
	if len(w.doubt) >= 25 && (w.word || w.doubt[0].Sub(w.trusted) <= 30*24*time.Hour) {
		return trust()
	}
	return false
}

// TestShortened: a configuration that makes what there is due at once waits for
// 72 hours after it was applied, by whatever clock it was; what was due before
// does not wait with it.
func TestShortened(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name    string
		command time.Duration // how far the organiser's clock is ahead of the site's
		change  func(*registration.Meeting)
	}{
		{"another day", 0, func(m *registration.Meeting) { m.Day = m.Day.AddDays(-365) }},
		{"fewer days", 0, func(m *registration.Meeting) { m.Notice.RetentionDays = 1 }},
		{"by a clock that is behind", -10000 * time.Hour, func(m *registration.Meeting) { m.Notice.RetentionDays = 1 }},
		{"by a clock that is ahead", 10000 * time.Hour, func(m *registration.Meeting) { m.Notice.RetentionDays = 1 }},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			d := queueing(t, 10, asking)
			d.signed(t, 1)
			applied := at(t, "2019-07-01 12:00")
			retain(t, d, applied)
			m, err := d.store.Meeting(t.Context(), slug)
			if err != nil {
				t.Fatal(err)
			}
			old := m
			tt.change(&m)
			d.clock.Set(applied.Add(tt.command))
			if err := d.Configure(t.Context(), m); err != nil {
				t.Fatal(err)
			}
			retain(t, d, applied.Add(time.Minute))
			d.clock.Set(applied.Add(2 * time.Minute))
			if err := d.Configure(t.Context(), m); err != nil { // the same again moves nothing
				t.Fatal(err)
			}
			from := applied
			if tt.command > 0 { // then the site's own first run after it counts
				from = applied.Add(time.Minute)
			}
			retain(t, d, from.Add(72*time.Hour-time.Microsecond))
			if d.byNumber(t, 1).Email == "" {
				t.Fatal("deleted before the 72 hours")
			}
			if next, err := d.NextDeletions(t.Context()); err != nil || len(next) == 0 || !next[0].At.Equal(from.Add(72*time.Hour)) {
				t.Errorf("next deletions %v, %v; want the first at %v", next, err, from.Add(72*time.Hour))
			}
			retain(t, d, from.Add(72*time.Hour))
			if d.all(t)[0].Email != "" {
				t.Error("kept after the 72 hours")
			}
			// Longer again does not wait, and does not bring anybody back.
			if err := d.Configure(t.Context(), old); err != nil {
				t.Fatal(err)
			}
			if r, err := d.store.Retention(t.Context(), slug); err != nil || r.ShortenedAt.After(from) {
				t.Errorf("a configuration that keeps longer was taken for one that shortens: %+v, %v", r, err)
			}
		})
	}
}

// TestShortenedAnswer: the answers to a question wait as well when it is kept for fewer
// days.
func TestShortenedAnswer(t *testing.T) {
	t.Parallel()
	d := queueing(t, 10, asking)
	d.signed(t, 1)
	applied := at(t, "2019-07-01 12:00")
	retain(t, d, applied)
	answer := func() []string { return d.byNumber(t, 1).Answers["long"] }
	d.configure(t, func(m *registration.Meeting) {
		i := slices.IndexFunc(m.Questions, func(q registration.Question) bool { return q.ID == "long" })
		m.Questions = slices.Clone(m.Questions)
		m.Questions[i].RetentionDays = 7
	})
	retain(t, d, applied.Add(72*time.Hour-time.Microsecond))
	if len(answer()) == 0 {
		t.Error("deleted before the 72 hours")
	}
	retain(t, d, applied.Add(72*time.Hour))
	if len(answer()) != 0 {
		t.Error("kept after the 72 hours")
	}
}

// TestShortenedTwice: a second change does not end the wait of the first, and
// what the old ends make due goes on its day.
func TestShortenedTwice(t *testing.T) {
	t.Parallel()
	d := queueing(t, 10, asking)
	d.signed(t, 1)
	start := at(t, "2019-06-18 12:00") // the answers of a week are due on the 20th
	retain(t, d, start)
	m, err := d.store.Meeting(t.Context(), slug)
	if err != nil {
		t.Fatal(err)
	}
	for i, days := range []int{3, 2, 1} {
		m.Notice.RetentionDays = days
		d.clock.Set(start.Add(time.Duration(i) * 8 * time.Hour))
		if err := d.Configure(t.Context(), m); err != nil {
			t.Fatal(err)
		}
		retain(t, d, d.Now())
	}
	retain(t, d, at(t, "2019-06-19 23:59"))
	if n := len(d.byNumber(t, 1).Answers); n != 4 {
		t.Errorf("%d answers the day before the first end, want 4", n)
	}
	retain(t, d, at(t, "2019-06-20 10:00"))
	if n := len(d.byNumber(t, 1).Answers); n != 3 {
		t.Errorf("%d answers after the first end, want 3: what was due before waits with the change", n)
	}
	last := start.Add(16 * time.Hour)
	retain(t, d, last.Add(72*time.Hour-time.Minute))
	if d.byNumber(t, 1).Email == "" {
		t.Error("deleted before 72 hours from the last change")
	}
	retain(t, d, last.Add(72*time.Hour))
	if d.all(t)[0].Email != "" {
		t.Error("kept after 72 hours from the last change")
	}
}

// signed signs person n up, with an answer to each question.
func (d desk) signed(t *testing.T, n int) {
	t.Helper()
	r := request(n)
	r.Answers = registration.Answers{"rest": {"a"}, "week": {"b"}, "month": {"c"}, "long": {"d"}}
	if _, err := d.SignUp(t.Context(), d.slug, r); err != nil {
		t.Fatal(err)
	}
	if _, err := d.Confirm(t.Context(), d.token(link.ForConfirm, d.byNumber(t, n))); err != nil {
		t.Fatal(err)
	}
}

// retain runs the retention at this instant, by a clock that is trusted.
func retain(t *testing.T, d desk, until time.Time) {
	t.Helper()
	if err := desktest.ApplyRetention(t.Context(), d.Desk, d.clock, until); err != nil {
		t.Fatal(err)
	}
}

// counted is a store that counts who streams a meeting, and that fails for one
// of its meetings.
type counted struct {
	registration.Store
	streams *int
	broken  string
}

var errBroken = errors.New("broken")

func (c counted) Signups(ctx context.Context, q registration.Query) iter.Seq2[registration.Signup, error] {
	*c.streams++
	if q.Meeting == c.broken {
		return func(yield func(registration.Signup, error) bool) { yield(registration.Signup{}, errBroken) }
	}
	return c.Store.Signups(ctx, q)
}

func (c counted) Change(ctx context.Context, slug string, change func(registration.Tx) error, about ...registration.ID) error {
	if slug == c.broken {
		return errBroken
	}
	return c.Store.Change(ctx, slug, change, about...)
}

func (c counted) Mailings(ctx context.Context, slug string) ([]registration.Mailing, error) {
	if slug == c.broken {
		return nil, errBroken
	}
	return c.Store.Mailings(ctx, slug)
}

// over puts the desk on c.
func (d desk) over(t *testing.T, c counted) desk {
	t.Helper()
	var err error
	d.Desk, err = registration.NewDesk(registration.DeskOptions{Store: c, Organisers: d.store, Keyring: d.keys, Clock: d.clock.Now, NoLimits: true})
	if err != nil {
		t.Fatal(err)
	}
	return d
}
