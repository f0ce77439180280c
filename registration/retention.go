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

// What a meeting keeps ends on the day that its pages tell: [Desk.Forget]
// deletes it in the first hour of the next.

// KeptUntil is the last day on which the site knows who signed up, and false
// for a meeting that says nothing about it.
func (m Meeting) KeptUntil() (territoires.Date, bool) {
	return m.Day.AddDays(m.Notice.RetentionDays), m.Notice.RetentionDays > 0
}

// AnswersKeptUntil is the last day on which the answers to q are kept, and
// false if the meeting says nothing about it. No question outlasts the rest.
func (m Meeting) AnswersKeptUntil(q Question) (territoires.Date, bool) {
	last, ends := m.KeptUntil()
	if own := m.Day.AddDays(q.RetentionDays); q.RetentionDays > 0 && (!ends || q.RetentionDays < m.Notice.RetentionDays) {
		return own, true
	}
	return last, ends
}

// over reports whether the day has passed at now.
func over(d territoires.Date, now time.Time) bool { return !now.Before(d.AddDays(1).In(Paris)) }

// withoutExpired returns s without what is not kept at now, and a word for what that
// was, "" for nothing. Answers to a question that the meeting no longer asks
// have no day of their own: they go with the day of the meeting.
func (m Meeting) withoutExpired(s Signup, now time.Time) (Signup, string) {
	if last, ends := m.KeptUntil(); ends && over(last, now) {
		if s.blank() {
			return s, ""
		}
		s.anonymise()
		return s, "all"
	}
	var gone []string
	for _, id := range slices.Sorted(maps.Keys(s.Answers)) {
		last, ends := m.Day, true
		if i := slices.IndexFunc(m.Questions, func(q Question) bool { return q.ID == id }); i >= 0 {
			last, ends = m.AnswersKeptUntil(m.Questions[i])
		}
		if ends && over(last, now) {
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

// blank reports whether nothing in s tells who it is of.
func (s Signup) blank() bool {
	return s.Person == Person{} && s.AddressKey == "" && len(s.Answers) == 0 && len(s.Interests) == 0 && s.Transfer == Transfer{}
}

// anonymise removes what tells who s is of, and revokes its links.
func (s *Signup) anonymise() {
	s.Person, s.AddressKey, s.Answers, s.Interests, s.Transfer = Person{}, "", nil, nil, Transfer{}
	for _, p := range s.Places {
		p.Was = "" // there is nobody to restore
		s.put(p)
	}
	s.Version++
}

// forgetBatch is how many sign-ups one transaction deletes from.
const forgetBatch = 200

// ApplyRetention deletes what meetings said they would keep no longer: answers, each
// question's by its own day, and in the end all that tells who people are. What
// is left of a sign-up are its states and its times, for the numbers. Twice is
// not an error; every sign-up has a line of the history for it.
func (d *Desk) ApplyRetention(ctx context.Context) error {
	all, err := d.store.Meetings(ctx)
	if err != nil {
		return fmt.Errorf("forget: %w", err)
	}
	var failed error // one meeting keeps no other from what it promised
	for _, m := range all {
		if over(m.Day, d.Now()) {
			failed = errors.Join(failed, d.deleteExpiredOf(ctx, m))
		}
	}
	return failed
}

func (d *Desk) deleteExpiredOf(ctx context.Context, m Meeting) error {
	var ids []ID
	for s, err := range d.store.Signups(ctx, Query{Meeting: m.Slug}) {
		if err != nil {
			return fmt.Errorf("forget: %w", err)
		}
		if _, what := m.withoutExpired(s, d.Now()); what != "" {
			ids = append(ids, s.ID)
		}
	}
	for batch := range slices.Chunk(ids, forgetBatch) {
		err := d.change(ctx, m.Slug, "forget", func(c change) error { return c.deleteExpired(batch) })
		if err != nil {
			return err
		}
		d.log.InfoContext(ctx, "data deleted at the end of its retention", "meeting", m.Slug, "signups", len(batch))
	}
	return nil
}

func (c change) deleteExpired(ids []ID) error {
	for _, id := range ids {
		s, err := c.Signup(id)
		if err != nil {
			return err
		}
		s, what := c.Meeting().withoutExpired(s, c.now)
		if what == "" { // another process was first
			continue
		}
		if err := c.Update(s); err != nil {
			return err
		}
		if err := c.Record(Event{At: c.now, Kind: EventForgotten, Signup: id, Detail: what}); err != nil {
			return err
		}
	}
	return nil
}
