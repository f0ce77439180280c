package registration

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"
)

// Mailing is one mail to many sign-ups of a meeting: a reminder, news of the
// meeting, an organiser's message. It is a row from which the mails are posted
// in batches, each in one transaction with the progress: so once per sign-up,
// after a restart as well as with several processes.
type Mailing struct {
	ID      ID
	Kind    Kind
	DueAt   time.Time // not before
	Note    Note      // of an organiser's message, empty otherwise
	Reached ID        // the last sign-up that was looked at, zero at first
	Posted  int       // mails so far
	DoneAt  time.Time // zero: some sign-ups have not been looked at
}

// mailingBatch is how many sign-ups one transaction looks at.
const mailingBatch = 200

// concerns reports whether the mailing goes to s. Who has not confirmed the
// address gets none: it may be somebody else's.
func (m Mailing) concerns(s Signup) bool {
	switch {
	case s.Email == "" || s.AddressConfirmedAt.IsZero() || !s.EndedAt.IsZero():
		return false
	case m.Kind == MailReminder:
		// Who has confirmed since has the same words, and newer.
		return s.State(Whole) == Seated && s.AddressConfirmedAt.Before(m.DueAt)
	case m.Kind == MailMessage && len(m.Note.To) > 0:
		return slices.Contains(m.Note.To, s.Status())
	}
	return true
}

// carryOn posts the next batch of one mailing that is due, and reports whether
// there was one.
func (c change) carryOn() (bool, error) {
	all, err := c.Mailings()
	if err != nil {
		return false, err
	}
	i := slices.IndexFunc(all, func(m Mailing) bool { return m.DoneAt.IsZero() && !c.now.Before(m.DueAt) })
	if i < 0 {
		return false, nil
	}
	m := all[i]
	people, err := c.Active(m.Reached, mailingBatch)
	if err != nil {
		return false, err
	}
	for _, s := range people {
		m.Reached = s.ID
		if !m.concerns(s) {
			continue
		}
		m.Posted++
		err := c.Post(Mail{ID: NewID(), Kind: m.Kind, Meeting: s.Meeting, Signup: s.ID, Mailing: m.ID, CreatedAt: c.now})
		if err != nil {
			return false, err
		}
	}
	if len(people) < mailingBatch {
		m.DoneAt = c.now
	}
	return true, c.PutMailing(m)
}

// reminder is when one is sent: so many days before the meeting's, at nine in
// the morning in Paris.
type reminder struct {
	days  int
	valid time.Duration // afterwards it is not begun any more
}

var reminders = []reminder{{7, 48 * time.Hour}, {1, 15 * time.Hour}}

// reminderDue returns the reminder that is to be sent at now.
func (m Meeting) reminderDue(now time.Time) (Mailing, bool) {
	if !m.Published || m.Phase(now) == PhaseCancelled {
		return Mailing{}, false
	}
	for _, r := range reminders {
		due := time.Date(m.Day.Year, m.Day.Month, m.Day.Date-r.days, 9, 0, 0, 0, Paris)
		if !now.Before(due) && now.Before(due.Add(r.valid)) {
			return Mailing{ID: NewID(), Kind: MailReminder, DueAt: due.UTC()}, true
		}
	}
	return Mailing{}, false
}

// Remind begins the reminders that are due: a week before a meeting and the day
// before it, to those who have a confirmed seat. Twice is not an error.
func (d *Desk) Remind(ctx context.Context) error {
	all, err := d.store.Meetings(ctx)
	if err != nil {
		return fmt.Errorf("remind: %w", err)
	}
	for _, m := range all {
		if r, due := m.reminderDue(d.Now()); due {
			err = errors.Join(err, d.remind(ctx, m.Slug, r))
		}
	}
	return err
}

func (d *Desk) remind(ctx context.Context, slug string, r Mailing) error {
	known := func(all []Mailing) bool {
		return slices.ContainsFunc(all, func(m Mailing) bool { return m.Kind == r.Kind && m.DueAt.Equal(r.DueAt) })
	}
	all, err := d.store.Mailings(ctx, slug)
	if err != nil || known(all) {
		return err
	}
	return d.change(ctx, slug, "remind", func(c change) error {
		if all, err := c.Mailings(); err != nil || known(all) { // another process was first
			return err
		}
		return c.begin(r)
	})
}

// begin stores a new mailing with its line of the history.
func (c change) begin(m Mailing) error {
	if err := c.PutMailing(m); err != nil {
		return err
	}
	return c.Record(Event{At: c.now, Act: ActMailing, Detail: string(m.Kind) + " " + m.ID.String()})
}

// Configure adds a meeting or replaces its configuration. If that moves the day,
// the hours or the place of a meeting that is announced, or cancels it, those
// who have confirmed their address are told in the same transaction. It returns
// an error that says what is wrong with the configuration.
func Configure(ctx context.Context, s Store, m Meeting, now time.Time) error {
	return s.PutMeeting(ctx, m, func(old Meeting) []Mailing {
		kind := m.news(old, now)
		if kind == "" {
			return nil
		}
		return []Mailing{{ID: NewID(), Kind: kind, DueAt: now.Truncate(time.Microsecond).UTC()}}
	})
}

// news is the kind of mail that tells what has changed since old, "" for
// nothing that people plan by.
func (m Meeting) news(old Meeting, now time.Time) Kind {
	cancelled, was := m.Phase(now) == PhaseCancelled, old.Phase(now) == PhaseCancelled
	switch {
	case !old.Published || !m.Published || m.Phase(now) == PhasePast:
		return ""
	case cancelled && !was:
		return MailMeetingCancelled
	case cancelled:
		return ""
	case was, m.Day != old.Day, m.Starts != old.Starts, m.Ends != old.Ends, m.Venue.Name != old.Venue.Name,
		m.Venue.Room != old.Venue.Room, !slices.Equal(m.Venue.Lines, old.Venue.Lines):
		return MailMeetingChanged
	}
	return ""
}

// Mailings returns the mailings of a meeting, oldest first.
func (d *Desk) Mailings(ctx context.Context, slug string) ([]Mailing, error) {
	all, err := d.store.Mailings(ctx, slug)
	if err != nil {
		return nil, fmt.Errorf("mailings: %w", err)
	}
	return all, nil
}

// Write sends an organiser's message to those whom it names. The same id again
// is the same message, sent once. It returns a [*validation.Error] or
// [ErrNotFound].
func (d *Desk) Write(ctx context.Context, slug string, id ID, n Note) error {
	n = n.clean()
	if err := n.check(); err != nil {
		return err
	}
	return d.change(ctx, slug, "write", func(c change) error {
		all, err := c.Mailings()
		if err != nil || slices.ContainsFunc(all, func(m Mailing) bool { return m.ID == id }) {
			return err
		}
		return c.begin(Mailing{ID: id, Kind: MailMessage, DueAt: c.now.UTC(), Note: n})
	})
}

// Audience counts those to whom a message would go now, and returns the first n
// of them with the message as it would be kept. It returns a
// [*validation.Error] or [ErrNotFound].
func (d *Desk) Audience(ctx context.Context, slug string, note Note, n int) (all int, first []Signup, kept Note, err error) {
	kept = note.clean()
	if err := kept.check(); err != nil {
		return 0, nil, kept, err
	}
	m := Mailing{Kind: MailMessage, Note: kept}
	for s, err := range d.store.Signups(ctx, Query{Meeting: slug}) {
		if err != nil {
			return 0, nil, kept, fmt.Errorf("audience: %w", err)
		}
		if !m.concerns(s) {
			continue
		}
		if all++; all <= n {
			first = append(first, s)
		}
	}
	return all, first, kept, nil
}

// Parked returns the latest mails to the people of a meeting that were refused
// for good, a hundred at most.
func (d *Desk) Parked(ctx context.Context, slug string) ([]Parked, error) {
	list, err := d.store.Parked(ctx, slug, 100)
	if err != nil {
		return nil, fmt.Errorf("parked: %w", err)
	}
	return list, nil
}

// Resend lets a parked mail leave again. It returns [ErrNotFound] if it is not
// parked any more.
func (d *Desk) Resend(ctx context.Context, slug string, id ID) error {
	return d.change(ctx, slug, "resend", func(c change) error {
		signup, err := c.Requeue(id, c.now)
		if err != nil {
			return err
		}
		return c.Record(Event{At: c.now, Act: ActResent, Signup: signup, Detail: id.String()})
	})
}
