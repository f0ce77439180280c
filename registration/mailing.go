package registration

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"time"
)

// Mailing is one mail to many sign-ups of a meeting: a reminder, news of the
// meeting, an organiser's message. Its mails are posted in batches, each in
// one transaction that also records the progress: so every sign-up gets it
// once, even after a restart or with several processes.
type Mailing struct {
	ID      ID
	Kind    Kind
	DueAt   time.Time // not before
	Note    Note      // of an organiser's message, empty otherwise
	To      Filter    // whom an organiser's message goes to: see [Filter.reachable]
	Reached ID        // the last sign-up that was looked at, zero at first
	Posted  int       // mails so far
	DoneAt  time.Time // zero: some sign-ups have not been looked at

	// Withdrawn are the mails posted that never left: the mailing was stopped, or
	// nobody was left to write to.
	Withdrawn int
	StoppedAt time.Time // by an organiser; zero if it was not
}

// mailingBatch is how many sign-ups one transaction looks at.
const mailingBatch = 200

// concerns reports whether the mailing goes to s. An address that is not
// confirmed gets none: it may be somebody else's.
func (m Mailing) concerns(s Signup) bool {
	switch {
	case s.Email == "" || s.AddressConfirmedAt.IsZero() || !s.EndedAt.IsZero():
		return false
	case m.Kind == MailReminder:
		// Who has confirmed since has the same words, and newer.
		return s.State(MeetingSession) == Seated && s.AddressConfirmedAt.Before(m.DueAt)
	case m.Kind == MailThanks:
		return s.Status() == StatusPresent
	}
	return true
}

// reachable is the filter of those to whom a message to f goes: people with an
// address that they have confirmed. Sign-ups that have ended are among them
// only where f asks for their status, or for the person by code.
func (f Filter) reachable() Filter {
	f.Reachable = true
	if len(f.Status) == 0 && len(f.Codes) == 0 {
		f.Status = []Status{StatusConfirmed, StatusWaitlisted, StatusOffered, StatusApproval, StatusPresent}
	}
	return f
}

// anonymous is the filter without the words that were searched, which may name
// people.
func (f Filter) anonymous() Filter {
	f.Words = ""
	f.Answers = slices.Clone(f.Answers)
	for i := range f.Answers {
		f.Answers[i].Answer = ""
	}
	return f
}

// stillReaches reports whether a message to f that was posted to s may leave.
func (f Filter) stillReaches(s Signup) bool {
	return s.EndedAt.IsZero() || len(f.Codes) > 0 || slices.Contains(f.Status, s.Status())
}

// people returns the next sign-ups that the mailing has to look at.
func (c change) people(m Mailing) ([]Signup, error) {
	if m.Kind == MailMessage {
		return c.Select(m.To.reachable(), m.Reached, mailingBatch)
	}
	return c.Active(m.Reached, mailingBatch)
}

// postNextBatch posts the next batch of one mailing that is due, and reports whether
// there was one.
func (c change) postNextBatch() (bool, error) {
	all, err := c.Mailings()
	if err != nil {
		return false, err
	}
	i := slices.IndexFunc(all, func(m Mailing) bool { return m.DoneAt.IsZero() && !c.now.Before(m.DueAt) })
	if i < 0 {
		return false, nil
	}
	m := all[i]
	people, err := c.people(m)
	if err != nil {
		return false, err
	}
	for _, s := range people {
		m.Reached = s.ID
		if m.Kind != MailMessage && !m.concerns(s) {
			continue
		}
		m.Posted++
		err := c.Post(Mail{ID: NewID(), Kind: m.Kind, Meeting: s.Meeting, Signup: s.ID, Mailing: m.ID, CreatedAt: c.now})
		if err != nil {
			return false, err
		}
	}
	if len(people) < mailingBatch {
		m.DoneAt, m.To = c.now, m.To.anonymous()
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
		due := clock(m.Day.AddDays(-r.days), 9, 0)
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
		return c.startMailing(r)
	})
}

// startMailing stores a new mailing with its line of the history.
func (c change) startMailing(m Mailing) error {
	if err := c.PutMailing(m); err != nil {
		return err
	}
	return c.Record(Event{At: c.now, Kind: EventMailing, Detail: string(m.Kind) + " " + m.ID.String()})
}

// Configure adds a meeting or replaces its configuration, whatever that means
// for people: it is [Desk.Apply] with every consequence agreed to.
func (d *Desk) Configure(ctx context.Context, m Meeting) error {
	_, err := d.Apply(ctx, m, ApplyOptions{New: true, Yes: true})
	return err
}

// announce writes into m what people are told once it replaces old, and returns
// the kind of mail that tells them, "" for nothing that is new to them. While a
// meeting is not published nobody is told anything: what changed meanwhile
// counts when it is published again.
func (m *Meeting) announce(old Meeting, now time.Time) Kind {
	told := old.Announced
	if told == nil && old.Published { // stored by an older version
		told = old.announcement(now)
	}
	m.Announced = told
	if !m.Published || m.Phase(now) == PhasePast {
		return ""
	}
	m.Announced = m.announcement(now)
	switch {
	case told == nil || told.same(*m.Announced), told.Cancelled && m.Announced.Cancelled:
		return ""
	case m.Announced.Cancelled:
		return MailMeetingCancelled
	}
	return MailMeetingChanged
}

// Mailings returns the mailings of a meeting, oldest first.
func (d *Desk) Mailings(ctx context.Context, slug string) ([]Mailing, error) {
	all, err := d.store.Mailings(ctx, slug)
	if err != nil {
		return nil, fmt.Errorf("mailings: %w", err)
	}
	return all, nil
}

// Write sends an organiser's message to those whom the filter selects and who
// can be reached. The same id again is the same message, sent once. It returns a
// [*validation.Error] or [ErrNotFound].
func (d *Desk) Write(ctx context.Context, slug string, id ID, n Note, to Filter) error {
	n = n.clean()
	if err := n.check(); err != nil {
		return err
	}
	return d.change(ctx, slug, "write", func(c change) error {
		if err := to.Check(c.Meeting()); err != nil {
			return err
		}
		all, err := c.Mailings()
		if err != nil || slices.ContainsFunc(all, func(m Mailing) bool { return m.ID == id }) {
			return err
		}
		return c.startMailing(Mailing{ID: id, Kind: MailMessage, DueAt: c.now.UTC(), Note: n, To: to})
	})
}

// StopMailing ends an organiser's message: its mails that wait are withdrawn, and
// no more are posted. Those that a courier is handing over may still leave. Twice
// is not an error. It returns [ErrNotFound].
func (d *Desk) StopMailing(ctx context.Context, slug string, id ID) error {
	return d.change(ctx, slug, "stop mailing", func(c change) error {
		all, err := c.Mailings()
		if err != nil {
			return err
		}
		i := slices.IndexFunc(all, func(m Mailing) bool { return m.ID == id && m.Kind == MailMessage })
		if i < 0 {
			return ErrNotFound
		}
		m := all[i]
		if !m.StoppedAt.IsZero() {
			return nil
		}
		n, err := c.WithdrawMails(id, c.now)
		if err != nil || n == 0 && !m.DoneAt.IsZero() { // everything has left
			return err
		}
		if m.DoneAt.IsZero() {
			m.DoneAt, m.To = c.now, m.To.anonymous()
		}
		m.StoppedAt = c.now
		if err := c.PutMailing(m); err != nil {
			return err
		}
		return c.Record(Event{At: c.now, Kind: EventMailingStopped, Detail: fmt.Sprintf("%s withdrawn=%d", id, n)})
	})
}

// Audience are the people to whom a message would go now.
type Audience struct {
	Count   int
	Letters []Letter // to the first of them by name, whose own links it does not show
}

// Audience counts those whom a message to the filter would reach now, and returns
// the letters of the first n. Without a note it only counts. It returns a
// [*validation.Error] or [ErrNotFound].
func (d *Desk) Audience(ctx context.Context, slug string, note Note, to Filter, n int) (a Audience, err error) {
	m, err := d.store.Meeting(ctx, slug)
	if err != nil {
		return a, fmt.Errorf("audience: %w", err)
	}
	if err := to.Check(m); err != nil {
		return a, err
	}
	if note != (Note{}) || n > 0 {
		if note = note.clean(); note.check() != nil {
			return a, note.check()
		}
	}
	page, err := d.store.List(ctx, slug, to.reachable(), Paging{Limit: max(n, 1), CountAll: true})
	if err != nil {
		return a, fmt.Errorf("audience: %w", err)
	}
	a.Count = page.Selected
	for _, e := range page.Entries[:min(n, len(page.Entries))] {
		a.Letters = append(a.Letters, Letter{
			Mail: Mail{Kind: MailMessage, CreatedAt: d.Now()}, Meeting: m, Signup: e.Signup, Note: note, Links: d.linksShown(e.Signup),
		})
	}
	return a, nil
}

// testsPerHour is how many messages an organiser may send to themselves.
const testsPerHour = 20

// SendTest sends a message to the organiser who acts, as the first of its readers
// would get it, without that person's own links. It returns a
// [*validation.Error], [ErrNotFound] if it would go to nobody, or [ErrTooMany].
func (d *Desk) SendTest(ctx context.Context, slug string, n Note, to Filter) error {
	a, err := d.Audience(ctx, slug, n, to, 1)
	if err != nil {
		return err
	}
	me := ActorOf(ctx)
	if len(a.Letters) == 0 || me.Kind != ActorOrganiser {
		return ErrNotFound
	}
	return d.change(ctx, slug, "send test", func(c change) error {
		if sent, err := c.Count("test "+me.ID.String(), c.now.Truncate(time.Hour)); err != nil || sent > testsPerHour {
			return cmp.Or(err, ErrTooMany)
		}
		// A mailing of its own keeps what is tried; it reaches nobody else.
		m := Mailing{
			ID: NewID(), Kind: MailTest, DueAt: c.now.UTC(), DoneAt: c.now.UTC(),
			Note: a.Letters[0].Note, To: Filter{Codes: []string{a.Letters[0].Signup.Code}},
		}
		if err := c.PutMailing(m); err != nil {
			return err
		}
		return c.Post(Mail{ID: NewID(), Kind: MailTest, Meeting: slug, Organiser: me.ID, Mailing: m.ID, CreatedAt: c.now})
	})
}

// Unsent returns what has not left of the messages of a meeting, by mailing.
func (d *Desk) Unsent(ctx context.Context, slug string) (map[ID]Unsent, error) {
	all, err := d.store.Unsent(ctx, slug)
	if err != nil {
		return nil, fmt.Errorf("unsent: %w", err)
	}
	return all, nil
}

// Delayed returns the mails to the people of a meeting that a server has put off
// and that are tried again, the next first, a hundred at most.
func (d *Desk) Delayed(ctx context.Context, slug string) ([]Parked, error) {
	list, err := d.store.Delayed(ctx, slug, 100)
	if err != nil {
		return nil, fmt.Errorf("delayed: %w", err)
	}
	return list, nil
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
		return c.Record(Event{At: c.now, Kind: EventResent, Signup: signup, Detail: id.String()})
	})
}
