package registration

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/territoires-industrie/sdk/territoires"
)

// A meeting's data is kept until the day that its pages name.
// [Desk.ApplyRetention] deletes it in the first hour after that day, unless
// the clock is in doubt or the day was moved earlier less than [shortenedFor]
// ago.

// of returns the end of the answers to one question.
func (e RetentionEnds) of(question string) territoires.Date {
	if last, asked := e.Answers[question]; asked {
		return last
	}
	return e.Removed
}

// laterEnd returns the later of two ends; no date is later than any date.
func laterEnd(a, b territoires.Date) territoires.Date {
	if a.IsZero() || !b.IsZero() && b.Before(a) {
		return a
	}
	return b
}

// later returns the later of the two ends for each kind of data.
func (e RetentionEnds) later(f RetentionEnds) RetentionEnds {
	all := RetentionEnds{All: laterEnd(e.All, f.All), Answers: make(map[string]territoires.Date), Removed: laterEnd(e.Removed, f.Removed)}
	for _, questions := range []map[string]territoires.Date{e.Answers, f.Answers} {
		for id := range questions {
			all.Answers[id] = laterEnd(e.of(id), f.of(id))
		}
	}
	return all
}

// shortens reports whether e ends anything earlier than before does.
func (e RetentionEnds) shortens(before RetentionEnds) bool {
	later := e.later(before)
	moved := e.All != later.All || e.Removed != later.Removed
	for id, last := range later.Answers {
		moved = moved || e.of(id) != last
	}
	return moved
}

// hasPassed reports whether the day d is over at now; a zero date never passes.
func hasPassed(d territoires.Date, now time.Time) bool {
	return d.Valid() && !now.Before(d.AddDays(1).In(Paris))
}

// left names the data that is still kept at now. Its result changes whenever there
// may be more to delete.
func (e RetentionEnds) left(now time.Time) string {
	if hasPassed(e.All, now) {
		return "nothing"
	}
	ids := []string{"all"}
	if !hasPassed(e.Removed, now) {
		ids = append(ids, "*")
	}
	for _, id := range slices.Sorted(maps.Keys(e.Answers)) {
		if !hasPassed(e.Answers[id], now) {
			ids = append(ids, id)
		}
	}
	return strings.Join(ids, " ")
}

// withoutExpired returns s without the data that is no longer kept at now, and what
// it removed: "all", "answers" with the questions' ids, or "" for nothing.
func (e RetentionEnds) withoutExpired(s Signup, now time.Time) (Signup, string) {
	if hasPassed(e.All, now) {
		if s.blank() {
			return s, ""
		}
		s.anonymise()
		return s, "all"
	}
	var gone []string
	for _, id := range slices.Sorted(maps.Keys(s.Answers)) {
		if hasPassed(e.of(id), now) {
			gone = append(gone, id)
		}
	}
	if gone == nil {
		return s, ""
	}
	s.Answers = maps.Clone(s.Answers)
	for _, id := range gone {
		delete(s.Answers, id)
	}
	return s, "answers " + strings.Join(gone, " ")
}

// blank reports whether s has no personal data.
func (s Signup) blank() bool {
	return s.Person == Person{} && s.AddressKey == "" && len(s.Answers) == 0 && len(s.Interests) == 0 && len(s.Arrivals) == 0 && s.Transfer == Transfer{} && s.Refusal == ""
}

// anonymise removes the personal data and the arrivals of s, and revokes its links.
func (s *Signup) anonymise() {
	s.Person, s.AddressKey, s.Answers, s.Interests, s.Transfer, s.Refusal, s.Network, s.Arrivals = Person{}, "", nil, nil, Transfer{}, "", "", nil
	for _, p := range s.Places {
		p.Was = "" // there is nobody to restore
		s.put(p)
	}
	s.Version++
}

// shortenedFor is how long the previous ends stay in force after a new configuration
// has shortened them.
const shortenedFor = 72 * time.Hour

// Retention is the state of the retention job for one meeting. It is stored beside
// the configuration.
type Retention struct {
	ShortenedAt time.Time     // when a configuration last moved an end earlier; zero: never
	Before      RetentionEnds // the ends that were in force until then
	Swept       string        // what was left at the last run that found nothing to delete; "": unknown
}

// waits reports whether the ends from before the last change are still in force.
func (r Retention) waits(now time.Time) bool {
	return !r.ShortenedAt.IsZero() && now.Before(r.ShortenedAt.Add(shortenedFor))
}

// ends returns the ends that are in force at now.
func (r Retention) ends(m Meeting, now time.Time) RetentionEnds {
	if r.waits(now) {
		return m.retentionEnds().later(r.Before)
	}
	return m.retentionEnds()
}

// configure replaces the configuration. If that moves any end earlier, the previous
// ends stay in force for shortenedFor, counted from now or from the last trusted tick
// if that is later: the clock of a command may be behind.
func (c change) configure(m Meeting) error {
	old := c.Meeting().retentionEnds()
	if err := c.Configure(m); err != nil || !m.retentionEnds().shortens(old) {
		return err
	}
	r, err := c.Retention()
	if err != nil {
		return err
	}
	clock, err := c.ClockRecord()
	if err != nil {
		return err
	}
	if !r.ShortenedAt.IsZero() && (clock.Trusted.IsZero() || r.waits(clock.Trusted)) {
		old = r.Before.later(old) // the wait for the change before goes on
	}
	return c.PutRetention(Retention{ShortenedAt: latest(c.now, clock.Trusted), Before: old})
}

// retentionBatch is how many sign-ups one transaction deletes data from.
const retentionBatch = 200

// PendingFor is how long a list waits for somebody to confirm its import.
const PendingFor = time.Hour

// ApplyRetention records a tick of the clock and, unless the clock is in doubt,
// deletes the data whose retention has ended: the answers to each question by its own
// day, and finally all personal data. States and times of sign-ups stay for the
// statistics; each deletion is an event of the history. It also deletes old rows: see
// [Desk.deleteSpent]. Twice is not an error.
func (d *Desk) ApplyRetention(ctx context.Context) error {
	now := d.Now() // one reading for the whole run: it is what the tick vouches for
	trusted, err := d.tick(ctx, now)
	if err != nil || !trusted {
		return err
	}
	failed := d.deleteSpent(ctx, now)
	all, err := d.store.Meetings(ctx)
	if err != nil {
		return errors.Join(failed, fmt.Errorf("retention: %w", err))
	}
	for _, m := range all { // one meeting keeps no other from what it promised
		failed = errors.Join(failed, d.deleteExpiredOf(ctx, m, now))
	}
	return failed
}

// deleteExpiredOf deletes the expired data of one meeting. It skips the meeting if
// nothing has come due and no sign-up was written since a run found nothing to
// delete.
func (d *Desk) deleteExpiredOf(ctx context.Context, m Meeting, now time.Time) error {
	if m.Broken != "" { // what it promised cannot be read
		return fmt.Errorf("retention of %s: %w", m.Slug, ErrBroken)
	}
	r, err := d.store.Retention(ctx, m.Slug)
	if err != nil {
		return fmt.Errorf("retention: %w", err)
	}
	if r.ShortenedAt.After(now) { // by a clock that is ahead: it counts from now on
		r.ShortenedAt = now
		if err := d.setRetention(ctx, m.Slug, func(r *Retention) { r.ShortenedAt = now }); err != nil {
			return err
		}
	}
	ends := r.ends(m, now)
	if !hasPassed(ends.Removed, now) || r.Swept == ends.left(now) {
		return nil
	}
	// Whoever writes a sign-up during the search removes the mark.
	mark := "looking " + NewID().String()
	if err := d.setRetention(ctx, m.Slug, func(r *Retention) { r.Swept = mark }); err != nil {
		return err
	}
	ids, err := d.expiredOf(ctx, m.Slug, ends, now)
	if err != nil {
		return err
	}
	for batch := range slices.Chunk(ids, retentionBatch) {
		err := d.change(ctx, m.Slug, "retention", func(c change) error { return c.deleteExpired(batch, now) })
		if err != nil {
			return err
		}
		d.log.InfoContext(ctx, "data deleted at the end of its retention", "event", "retention", "meeting", m.Slug, "signups", len(batch))
	}
	return d.change(ctx, m.Slug, "retention", func(c change) error {
		if err := c.mergeSmallTallies(); err != nil || len(ids) > 0 {
			return err
		}
		return c.setRetention(func(r *Retention) {
			if r.Swept == mark {
				r.Swept = ends.left(now)
			}
		})
	})
}

// setRetention changes the retention state of a meeting.
func (d *Desk) setRetention(ctx context.Context, slug string, set func(*Retention)) error {
	return d.change(ctx, slug, "retention", func(c change) error { return c.setRetention(set) })
}

func (c change) setRetention(set func(*Retention)) error {
	r, err := c.Retention()
	if err != nil {
		return err
	}
	set(&r)
	return c.PutRetention(r)
}

// expiredOf lists the sign-ups that have expired data.
func (d *Desk) expiredOf(ctx context.Context, slug string, ends RetentionEnds, now time.Time) (ids []ID, err error) {
	for s, err := range d.store.Signups(ctx, Query{Meeting: slug}) {
		if err != nil {
			return nil, fmt.Errorf("retention: %w", err)
		}
		if _, what := ends.withoutExpired(s, now); what != "" {
			ids = append(ids, s.ID)
		}
	}
	return ids, nil
}

func (c change) deleteExpired(ids []ID, now time.Time) error {
	r, err := c.Retention()
	if err != nil {
		return err
	}
	ends := r.ends(c.Meeting(), now) // the configuration may have changed meanwhile
	var gone []Signup
	for _, id := range ids {
		s, err := c.Signup(id)
		if err != nil {
			return err
		}
		was := s
		s, what := ends.withoutExpired(s, now)
		if what == "" { // another process was first
			continue
		}
		if what == "all" {
			gone = append(gone, was)
		}
		if err := c.Update(s); err != nil {
			return err
		}
		if err := c.Record(Event{At: c.now, Kind: EventForgotten, Signup: id, Detail: what}); err != nil {
			return err
		}
	}
	return c.addToRetained(gone)
}

// Deletion is a coming deletion of data.
type Deletion struct {
	Meeting  string    // slug
	Question string    // whose answers are deleted; "" for all personal data
	At       time.Time // the data is deleted within an hour after it; in the past: by the next run
}

// NextDeletions lists what [Desk.ApplyRetention] will delete in the meetings that
// somebody has signed up for, soonest first. It omits questions whose answers are
// deleted with all other data.
func (d *Desk) NextDeletions(ctx context.Context) ([]Deletion, error) {
	all, err := d.store.Meetings(ctx)
	if err != nil {
		return nil, fmt.Errorf("next deletions: %w", err)
	}
	var list []Deletion
	var failed error
	for _, m := range all {
		next, err := d.nextDeletionsOf(ctx, m)
		list, failed = append(list, next...), errors.Join(failed, err)
	}
	slices.SortStableFunc(list, func(a, b Deletion) int { return a.At.Compare(b.At) })
	return list, failed
}

func (d *Desk) nextDeletionsOf(ctx context.Context, m Meeting) (list []Deletion, err error) {
	r, err := d.store.Retention(ctx, m.Slug)
	if err != nil {
		return nil, fmt.Errorf("next deletions: %w", err)
	}
	anybody := false
	for _, err := range d.store.Signups(ctx, Query{Meeting: m.Slug, Limit: 1}) {
		if err != nil {
			return nil, fmt.Errorf("next deletions: %w", err)
		}
		anybody = true
	}
	now, ends := d.Now(), m.retentionEnds()
	done := r.Swept == r.ends(m, now).left(now)
	add := func(question string, last, before territoires.Date) {
		at := last.AddDays(1).In(Paris)
		if held := before.AddDays(1).In(Paris); r.waits(now) && last.Before(laterEnd(last, before)) {
			until := r.ShortenedAt.Add(shortenedFor)
			if before.Valid() && held.Before(until) {
				until = held
			}
			at = latest(at, until)
		}
		if last.Valid() && anybody && (now.Before(at) || !done) {
			list = append(list, Deletion{m.Slug, question, at})
		}
	}
	add("", ends.All, r.Before.All)
	for _, q := range m.Questions {
		if last := ends.of(q.ID); last != ends.All {
			add(q.ID, last, r.Before.of(q.ID))
		}
	}
	return list, nil
}

// Erasures lists the ids of the sign-ups that were erased, for
// [Desk.EraseAgain]. Ids tell nothing about a person.
func (d *Desk) Erasures(ctx context.Context) ([]ID, error) {
	ids, err := d.store.Erased(ctx)
	if err != nil {
		return nil, fmt.Errorf("erasures: %w", err)
	}
	return ids, nil
}

// EraseAgain erases the sign-ups with these ids again, and nobody else, in a store
// that was restored to a time before they were erased. It returns how many it erased:
// it skips unknown ids and sign-ups that are erased already. Seats that this frees
// are offered to those who wait.
func (d *Desk) EraseAgain(ctx context.Context, ids []ID) (n int, err error) {
	for _, id := range ids {
		s, err := d.store.Signup(ctx, id)
		switch {
		case errors.Is(err, ErrNotFound):
			continue
		case err != nil:
			return n, fmt.Errorf("erase again: %w", err)
		}
		erased := false
		err = d.change(ctx, s.Meeting, "erase again", func(c change) (err error) {
			erased, err = c.eraseAgain(id)
			return err
		})
		if err != nil {
			return n, err
		}
		if erased {
			n++
		}
	}
	return n, nil
}
