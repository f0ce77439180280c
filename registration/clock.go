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

// Hour is a time of day in Paris, written 09:30. The zero value is an unknown
// hour.
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

// On returns the instant at which clocks in Paris show h on the day d. For an
// unknown or malformed hour it is the first instant of the day.
func (h Hour) On(d territoires.Date) time.Time {
	t, err := time.Parse("15:04", string(h))
	if err != nil {
		return d.In(Paris)
	}
	return clock(d, t.Hour(), t.Minute())
}

// clock returns the instant at which clocks in Paris show this time on the day d.
func clock(d territoires.Date, hour, minute int) time.Time {
	return time.Date(d.Year, d.Month, d.Day, hour, minute, 0, 0, Paris)
}

func latest(a, b time.Time) time.Time {
	if a.Before(b) {
		return b
	}
	return a
}

// A clock that runs years ahead would delete at once what must be kept for months.
// Each run of [Desk.ApplyRetention] therefore stores the time as a tick. A tick that
// leaps too far ahead of the last trusted one puts the clock in doubt: nothing is
// deleted until further ticks, and after a long leap a confirmation, end the doubt.

const (
	// maxLeap is the longest leap from the last trusted tick that raises no doubt.
	maxLeap = 48 * time.Hour
	// longLeap is the longest leap after which ticks alone end the doubt. After a
	// longer one, an operator or the clock of a database server must confirm the time.
	longLeap = 30 * 24 * time.Hour
	// ticksToTrust is how many further ticks end a doubt. A tick counts if it is at
	// least tickApart after the last one: an hour, less the drift of timers.
	ticksToTrust = 24
	tickApart    = time.Hour - time.Minute
	// sameTime is the greatest difference at which the clock of a database server
	// confirms ours.
	sameTime = time.Minute
)

// ClockRecord is what the store knows of the clock that decides when data is deleted.
// The zero value has no tick.
type ClockRecord struct {
	Trusted   time.Time // the last tick that was not in doubt; zero: none yet
	Doubted   time.Time // the tick that opened the doubt; zero: there is none
	Last      time.Time // the last tick that was counted in the doubt
	Ticks     int       // those counted after the one that opened the doubt
	Confirmed bool      // an operator or the clock of a database server agrees
}

// InDoubt reports whether the clock is in doubt, so that nothing is deleted.
func (r ClockRecord) InDoubt() bool { return !r.Doubted.IsZero() }

// MissingTicks returns how many more ticks, an hour apart, the doubt needs before it
// can end; 0 without a doubt.
func (r ClockRecord) MissingTicks() int {
	if !r.InDoubt() {
		return 0
	}
	return max(0, ticksToTrust-r.Ticks)
}

// NeedsConfirmation reports whether ticks alone cannot end the doubt: an operator or
// the clock of a database server must confirm the time. See [Desk.ConfirmClock].
func (r ClockRecord) NeedsConfirmation() bool {
	return r.InDoubt() && !r.Confirmed && r.Doubted.Sub(r.Trusted) > longLeap
}

// tick returns the record after a tick at now. server is the time of the database
// server, zero if there is none.
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

// tick stores a tick at now and reports whether the clock is trusted. If the store has
// no tick yet, the latest instant recorded before this desk was made counts as the last
// tick: see [UpkeepStore.LastRecorded].
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

// ClockRecord returns what the store knows of the clock that decides when data is
// deleted.
func (d *Desk) ClockRecord(ctx context.Context) (ClockRecord, error) {
	r, err := d.store.ClockRecord(ctx)
	if err != nil {
		return r, fmt.Errorf("clock: %w", err)
	}
	return r, nil
}

// ConfirmClock records that an operator has checked the clock after a leap, and
// returns the record. The confirmation holds for this leap only; without a doubt it
// does nothing. The next tick takes it into account.
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

// How long [Desk.deleteSpent] keeps data that is no longer needed.
const (
	// CounterFor is how long a counter is kept after its window began: longer than
	// every window in which a limit counts.
	CounterFor = 2 * formFor
	// NetworkFor is how long the network of an unconfirmed sign-up counts and is kept:
	// less than the two days promised, because the deletion runs once an hour.
	NetworkFor = 46 * time.Hour
	// mailFor is how long the rows of sent mails stay. The limits on mails need them
	// for a day; the rest of the time they show which mails a person got.
	mailFor = 90 * 24 * time.Hour
	// signInFor is how long the row of a one-time link stays after its end. The limit
	// on links needs it for an hour. Once it is deleted, the old link is unknown.
	signInFor = 7 * 24 * time.Hour

	spentBatch = 500 // rows that one transaction deletes
)

// deleteSpent deletes counters, networks, sent mails and ended sign-ins that are no
// longer needed.
func (d *Desk) deleteSpent(ctx context.Context, now time.Time) error {
	var failed error // a failure of one kind does not stop the others
	for _, kind := range []struct {
		keep   time.Duration
		remove func(context.Context, time.Time, int) (int, error)
	}{
		{CounterFor, d.store.DeleteCounters}, {NetworkFor, d.store.DeleteNetworks}, {signInFor, d.store.DeleteSignIns}, {mailFor, d.store.DeleteMails},
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

// addToRetained adds those of gone who had a seat to the tallies that outlast the data
// of a meeting.
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

// TallyFloor is the smallest tally that is kept of people whose data was deleted.
// Behind a smaller one, somebody who knows the place could recognise them.
const TallyFloor = 5

// mergeSmallTallies merges, within each group, the tallies below [TallyFloor] with the
// next smallest ones until their sum reaches it, so that no small number can be
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

// releaseEvery is the interval of [Desk.Run]. It keeps the promise that a seat is
// released within a minute of the end of its hold, even on a slow machine.
const releaseEvery = 15 * time.Second

// retentionEvery is the number of intervals between two runs of
// [Desk.ApplyRetention]: one hour.
const retentionEvery = int(time.Hour / releaseEvery)

// Run does the background work until ctx is done. Every 15 seconds it ends holds and
// offers, posts reminders and due mailings, freezes security lists, answers requests
// for lost links and alerts organisers. At the start and then every hour it applies
// the retention. Failures are logged and tried again.
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

// deskCache caches the results of passes over a large meeting. Its methods may be
// called by many goroutines.
type deskCache struct {
	mu     sync.Mutex
	holds  map[string]cachedHolds // by meeting
	reread time.Time              // when all holds were last checked for reminders
	before time.Time              // holds that end by then have been checked since
}

type cachedHolds struct {
	Holds
	at time.Time
}

const (
	// manyHolds is the number of holds and recent sign-ups above which counts are
	// cached, because counting them takes longer than a sign-up.
	manyHolds = 1000
	// countEvery is how long a cached count is used.
	countEvery = 10 * time.Second
)

// recentHolds returns the [Holds] of a meeting over the last [holdsWindow]. If there
// are more than manyHolds, the counts may be [countEvery] old.
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
