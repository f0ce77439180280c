package registration

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"time"
	_ "time/tzdata" // Paris must be known on a machine without a zone database

	"github.com/territoires-industrie/sdk/territoires"
)

// Paris is the zone of every day and hour that people read.
var Paris = mustParis()

func mustParis() *time.Location {
	loc, err := time.LoadLocation("Europe/Paris")
	if err != nil {
		panic("registration: embedded zone database: " + err.Error())
	}
	return loc
}

// Hour is an hour of the day in Paris, written 09:30. The zero value is an
// hour that is not known.
type Hour string

// ParseHour reads an hour written 09:30; the empty string is the unknown hour.
func ParseHour(s string) (Hour, error) {
	if s == "" {
		return "", nil
	}
	if t, err := time.Parse("15:04", s); err != nil || t.Format("15:04") != s {
		return "", fmt.Errorf("registration: hour %q: want the form 09:30", s)
	}
	return Hour(s), nil
}

// UnmarshalText reads what [ParseHour] reads.
func (h *Hour) UnmarshalText(b []byte) (err error) {
	*h, err = ParseHour(string(b))
	return err
}

// On is the instant at which clocks in Paris show h on the day d; for an
// unknown or malformed hour the first instant of the day.
func (h Hour) On(d territoires.Date) time.Time {
	t, err := time.Parse("15:04", string(h))
	if err != nil {
		return d.In(Paris)
	}
	return clock(d, t.Hour(), t.Minute())
}

// clock is the instant at which clocks in Paris show that time of the day d.
func clock(d territoires.Date, hour, minute int) time.Time {
	return time.Date(d.Year, d.Month, d.Day, hour, minute, 0, 0, Paris)
}

// A clock that is wrong by years would delete at once what is to be kept for
// months. Each run of [Desk.ApplyRetention] therefore leaves a tick in the
// store, and a tick that leaps ahead of the last one opens a doubt, during which
// nothing is deleted.

const (
	// maxLeap is how far after the last trusted tick the next may be.
	maxLeap = 48 * time.Hour
	// longLeap is after what leap nobody but an operator, or the clock of a
	// database server, ends the doubt.
	longLeap = 30 * 24 * time.Hour
	// ticksToTrust is how many further ticks end a doubt, and tickApart how far
	// apart they are: an hour, less the drift of timers.
	ticksToTrust = 24
	tickApart    = time.Hour - time.Minute
	// sameTime is how far two clocks that are right may be apart.
	sameTime = time.Minute
)

// ClockRecord is what the store knows of the clock by which data is deleted. The
// zero value knows nothing.
type ClockRecord struct {
	Trusted   time.Time // the last tick that was not in doubt; zero: none yet
	Doubted   time.Time // the tick that opened the doubt; zero: there is none
	Last      time.Time // the last tick that was counted in the doubt
	Ticks     int       // those counted after the one that opened the doubt
	Confirmed bool      // somebody who knows has said that the clock is right
}

// InDoubt reports whether nothing is deleted for now.
func (r ClockRecord) InDoubt() bool { return !r.Doubted.IsZero() }

// MissingTicks is how many further ticks, an hour apart, the doubt lasts at
// least.
func (r ClockRecord) MissingTicks() int {
	if !r.InDoubt() {
		return 0
	}
	return max(0, ticksToTrust-r.Ticks)
}

// NeedsConfirmation reports whether the doubt lasts until somebody has said that the
// clock is right: see [Desk.ConfirmClock].
func (r ClockRecord) NeedsConfirmation() bool {
	return r.InDoubt() && !r.Confirmed && r.Doubted.Sub(r.Trusted) > longLeap
}

// tick is the record after a tick at now. server is the time of the database's
// own machine, zero if it has none.
func (r ClockRecord) tick(now, server time.Time) ClockRecord {
	switch {
	case r.Trusted.IsZero(), !now.After(r.Trusted.Add(maxLeap)):
		return ClockRecord{Trusted: now}
	case !r.InDoubt(), now.Sub(r.Last).Abs() > maxLeap: // it leaps again: count anew
		r = ClockRecord{Trusted: r.Trusted, Doubted: now, Last: now}
	case now.Sub(r.Last) >= tickApart:
		r.Last = now
		r.Ticks++
	}
	if !server.IsZero() && now.Sub(server).Abs() <= sameTime {
		r.Confirmed = true
	}
	if r.MissingTicks() == 0 && !r.NeedsConfirmation() {
		return ClockRecord{Trusted: now}
	}
	return r
}

// tick leaves a tick in the store and reports whether the clock is trusted. In a
// store that has people but no tick, the latest instant recorded before this
// desk began takes the place of the last tick.
func (d *Desk) tick(ctx context.Context, now time.Time) (trusted bool, err error) {
	known, err := d.store.ClockRecord(ctx)
	if err != nil {
		return false, fmt.Errorf("clock: %w", err)
	}
	var reference time.Time
	if known.Trusted.IsZero() {
		if reference, err = d.store.LastRecorded(ctx, d.began); err != nil {
			return false, fmt.Errorf("clock: %w", err)
		}
	}
	var was, is ClockRecord
	err = d.store.ChangeClock(ctx, func(r ClockRecord, server time.Time) ClockRecord {
		if r.Trusted.IsZero() {
			r.Trusted = reference
		}
		was, is = r, r.tick(now, server)
		return is
	})
	if err != nil {
		return false, fmt.Errorf("clock: %w", err)
	}
	switch {
	case is.InDoubt():
		d.log.WarnContext(ctx, "the clock has leapt: nothing is deleted until it is trusted again (see rencontre doctor)", "event", "clock_doubt",
			"trusted", is.Trusted, "now", now, "missing_ticks", is.MissingTicks(), "needs_confirmation", is.NeedsConfirmation())
	case was.InDoubt():
		d.log.InfoContext(ctx, "the clock is trusted again", "event", "clock_trusted", "now", now)
	}
	return !is.InDoubt(), nil
}

// ClockRecord returns what the store knows of the clock by which data is
// deleted.
func (d *Desk) ClockRecord(ctx context.Context) (ClockRecord, error) {
	r, err := d.store.ClockRecord(ctx)
	if err != nil {
		return r, fmt.Errorf("clock: %w", err)
	}
	return r, nil
}

// ConfirmClock notes that an operator has found the clock right after its leap,
// and returns the record. This holds for this leap only, and changes nothing if
// there is no doubt; the next tick acts on it.
func (d *Desk) ConfirmClock(ctx context.Context) (ClockRecord, error) {
	var is ClockRecord
	err := d.store.ChangeClock(ctx, func(r ClockRecord, _ time.Time) ClockRecord {
		r.Confirmed = r.InDoubt()
		is = r
		return r
	})
	if err != nil {
		return is, fmt.Errorf("clock: %w", err)
	}
	return is, nil
}

// How long is kept what is spent.
const (
	// counterFor is longer than every window in which something is counted.
	counterFor = 2 * formFor
	// networkFor is how long the network of an unconfirmed sign-up is kept: less
	// than the two days promised, because the deletion runs once an hour.
	networkFor = 46 * time.Hour
	// mailFor is how long the rows of mails that were sent stay. The limits on
	// mails look back over a day; the rest is for whoever asks what was sent.
	mailFor = 90 * 24 * time.Hour
	// signInFor is how long a one-time link that has ended stays. The limit on
	// links looks back over an hour; afterwards an old link is unknown.
	signInFor = 7 * 24 * time.Hour

	spentBatch = 500 // rows that one transaction deletes
)

// deleteSpent deletes counters, networks, sent mails and ended sign-ins that
// nothing asks for any more.
func (d *Desk) deleteSpent(ctx context.Context, now time.Time) error {
	var failed error // one kind keeps no other
	for _, kind := range []struct {
		keep   time.Duration
		remove func(context.Context, time.Time, int) (int, error)
	}{
		{counterFor, d.store.DeleteCounters}, {networkFor, d.store.DeleteNetworks}, {signInFor, d.store.DeleteSignIns}, {mailFor, d.store.DeleteMails},
	} {
		for n := spentBatch; n == spentBatch; {
			var err error
			if n, err = kind.remove(ctx, now.Add(-kind.keep), spentBatch); err != nil {
				failed = errors.Join(failed, err)
				break
			}
		}
	}
	return failed
}

// addToRetained counts the people who had a seat and are deleted now, in the numbers that
// outlast a meeting's data.
func (c change) addToRetained(gone []Signup) error {
	kept, err := c.RetainedTallies()
	if err != nil || len(gone) == 0 {
		return err
	}
	add := func(g Group, value string) {
		i := slices.IndexFunc(kept, func(t Tally) bool { return t.Group == g && t.Value == value })
		if i < 0 {
			i, kept = len(kept), append(kept, Tally{Group: g, Value: value})
		}
		kept[i].N++
	}
	for _, s := range gone {
		if status := s.Status(); status != StatusConfirmed && status != StatusPresent {
			continue
		}
		for g, value := range map[Group]string{GroupCategory: string(s.Category), GroupRegion: s.Region(), GroupTerritory: s.Territory} {
			if value != "" {
				add(g, value)
			}
		}
		for _, axis := range s.Interests {
			add(GroupAxis, axis)
		}
	}
	return c.PutRetainedTallies(kept)
}

// TallyFloor is the smallest number that is kept of people whose data is
// deleted: from a smaller one, somebody who knows the place could tell who
// they were.
const TallyFloor = 5

// mergeSmallTallies joins the groups that are smaller than [TallyFloor] with the next
// smallest ones until together they reach it, so that no small number can be
// computed from the total.
func (c change) mergeSmallTallies() error {
	all, err := c.RetainedTallies()
	if err != nil || len(all) == 0 {
		return err
	}
	slices.SortFunc(all, func(a, b Tally) int {
		return cmp.Or(cmp.Compare(a.Group, b.Group), cmp.Compare(a.N, b.N), cmp.Compare(a.Value, b.Value))
	})
	var kept []Tally
	for len(all) > 0 {
		n := 0
		for n < len(all) && all[n].Group == all[0].Group {
			n++
		}
		joined := Tally{Group: all[0].Group}
		for _, t := range all[:n] {
			if t.Value == "" || t.N < TallyFloor {
				joined.N += t.N
			}
		}
		for _, t := range all[:n] {
			switch {
			case t.Value == "" || t.N < TallyFloor:
			case joined.N > 0 && joined.N < TallyFloor:
				joined.N += t.N
			default:
				kept = append(kept, t)
			}
		}
		if joined.N > 0 {
			kept = append(kept, joined)
		}
		all = all[n:]
	}
	return c.PutRetainedTallies(kept)
}

// releaseEvery keeps the promise that a seat is released within a minute of
// the end of its hold, with room for a slow machine.
const releaseEvery = 15 * time.Second

// retentionEvery is after how many releases the retention is applied: an
// hour.
const retentionEvery = int(time.Hour / releaseEvery)

// Run releases holds as they end, reminds people of meetings, freezes their
// lists and deletes what is not kept any longer, at once and then each hour,
// until ctx is done.
func (d *Desk) Run(ctx context.Context) {
	for n := 0; ; n++ {
		err := errors.Join(d.Remind(ctx), d.Release(ctx), d.FreezeLists(ctx), d.AnswerLinks(ctx), d.AlertHolds(ctx),
			d.store.DeletePendingImports(ctx, d.Now().Add(-PendingFor)))
		if n == 0 {
			err = errors.Join(err, d.OfferFreeSeats(ctx))
		}
		if n%retentionEvery == 0 {
			err = errors.Join(err, d.ApplyRetention(ctx))
		}
		again := time.After(releaseEvery)
		for waits := true; waits; {
			if err != nil && ctx.Err() == nil {
				d.log.WarnContext(ctx, "upkeep failed", "err", err)
			}
			select {
			case <-ctx.Done():
				return
			case <-d.asked:
				err = d.AnswerLinks(ctx)
			case <-again:
				waits = false
			}
		}
	}
}

// deskCache has the results of passes over a large meeting, so that a desk need not
// make them again at once. Its methods may be called by many goroutines.
type deskCache struct {
	mu     sync.Mutex
	holds  map[string]cachedHolds // by meeting
	reread time.Time              // when all holds were last looked through for reminders
	before time.Time              // holds that end before this were looked through since
}

type cachedHolds struct {
	Holds
	at time.Time
}

const (
	// manyHolds is the number above which counts are cached: counting so many takes
	// longer than a sign-up.
	manyHolds = 1000
	// countEvery is how long a cached count is used.
	countEvery = 10 * time.Second
)

// recentHolds returns the [Holds] of a meeting with the sign-ups of the last
// [holdsWindow]. Where there are many, the counts may be [countEvery] old.
func (l *deskCache) recentHolds(slug string, now time.Time, count func(since time.Time) (Holds, error)) (Holds, error) {
	l.mu.Lock()
	last := l.holds[slug]
	if last.Unconfirmed+last.Recent > manyHolds {
		if now.Sub(last.at).Abs() < countEvery {
			l.mu.Unlock()
			return last.Holds, nil
		}
		l.holds[slug] = cachedHolds{last.Holds, now} // for others, meanwhile
	}
	l.mu.Unlock()
	h, err := count(now.Add(-holdsWindow))
	if err == nil {
		l.mu.Lock()
		defer l.mu.Unlock()
		l.holds[slug] = cachedHolds{h, now}
	}
	return h, err
}

// holds is [deskCache.recentHolds] outside of a change.
func (d *Desk) holds(ctx context.Context, slug string) (Holds, error) {
	return d.cache.recentHolds(slug, d.Now(), func(since time.Time) (Holds, error) { return d.store.Holds(ctx, slug, since) })
}
