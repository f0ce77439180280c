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
// one transaction that also records the progress, so that every sign-up gets one
// mail, even after a restart or with several processes.
type Mailing struct {
	ID      ID
	Kind    Kind
	DueAt   time.Time // not before
	Note    Note      // of an organiser's message, empty otherwise
	To      Filter    // whom an organiser's message goes to: see [Filter.reachable]
	Reached ID        // the last sign-up that a batch looked at, zero at first
	Posted  int       // mails so far
	DoneAt  time.Time // when all batches were posted, or the mailing was stopped; zero: not yet

	// Withdrawn is how many of the posted mails were never sent: the mailing was
	// stopped, or nobody was left to write to.
	Withdrawn int
	StoppedAt time.Time // by an organiser; zero if it was not
}

// mailingBatch is how many sign-ups one transaction looks at.
const mailingBatch = 200

// concerns reports whether the mailing goes to s. An unconfirmed address gets no mail,
// since it may be somebody else's.
func (m Mailing) concerns(s Signup) bool {
	switch {
	case s.Email == "" || s.AddressConfirmedAt.IsZero() || !s.EndedAt.IsZero():
		return false
	case m.Kind == MailReminder:
		// Whoever confirmed after DueAt got the same facts with the mail that followed.
		return s.State(MeetingSession) == Seated && s.AddressConfirmedAt.Before(m.DueAt)
	case m.Kind == MailThanks:
		return s.Status() == StatusPresent
	}
	return true
}

// reachable returns f limited to the recipients of a message to f: people with a
// confirmed address. Sign-ups that have ended are left out unless f asks for a status
// or for codes.
func (f Filter) reachable() Filter {
	f.Reachable = true
	if len(f.Status) == 0 && len(f.Codes) == 0 {
		f.Status = []Status{StatusConfirmed, StatusWaitlisted, StatusOffered, StatusApproval, StatusPresent}
	}
	return f
}

// anonymous returns f without the words and answers that were searched, which may name
// people. That something was searched remains.
func (f Filter) anonymous() Filter {
	if f.Words != "" {
		f.Words = "…"
	}
	f.Answers = slices.Clone(f.Answers)
	for i := range f.Answers {
		f.Answers[i].Answer = ""
	}
	return f
}

// stillReaches reports whether a message to f that was posted to s may still be sent.
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
// a mailing was due.
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

// reminder says when a reminder is sent: at 9:00 in Paris, some days before the
// meeting's day.
type reminder struct {
	days  int
	valid time.Duration // how long after that time the reminder may still begin
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

// startMailing stores a new mailing, and a line of the history about it.
func (c change) startMailing(m Mailing) error {
	if err := c.PutMailing(m); err != nil {
		return err
	}
	return c.Record(Event{At: c.now, Kind: EventMailing, Detail: string(m.Kind) + " " + m.ID.String()})
}

// Configure adds a meeting or replaces its configuration. It is [Desk.Apply] with
// every consequence accepted.
func (d *Desk) Configure(ctx context.Context, m Meeting) error {
	_, err := d.Apply(ctx, m, ApplyOptions{New: true, Yes: true})
	return err
}

// announce sets m.Announced for the moment when m replaces old, and returns the kind of
// mail that tells people what changes for them, "" if nothing does. While a meeting is
// not published, nobody is told and Announced stays as it was, so that all changes are
// told once it is published again.
func (m *Meeting) announce(old Meeting, now time.Time) Kind {
	told := old.Announced
	if told == nil && old.Published { // stored by an older version
		told = old.announcement()
	}
	m.Announced = told
	if !m.Published || m.Phase(now) == PhasePast {
		return ""
	}
	m.Announced = m.announcement()
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

// Write starts the mailing of an organiser's message to those whom the filter selects
// and who have a confirmed address. A second call with the same id does nothing. It
// returns a [*validation.Error] or [ErrNotFound].
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

// StopMailing stops an organiser's message: waiting mails are withdrawn, and no more are
// posted. Mails that a courier has leased may still be sent. Twice is not an error. It
// returns [ErrNotFound].
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

// Audience describes the people who would get a message now.
type Audience struct {
	Count   int
	Letters []Letter // to the first of them by name, without their personal links
}

// Audience counts the people who would get a message to the filter now, and returns
// the letters to the first n. With a zero note and n of 0 it only counts. It returns a
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

// testsPerHour is how many test mails an organiser may send in an hour.
const testsPerHour = 20

// SendTest sends the organiser who acts a test mail: the message as its first recipient
// would get it, without that person's own links. It returns a [*validation.Error],
// [ErrNotFound] if the message has no recipient or no organiser acts, or [ErrTooMany].
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
		// The message is stored in a mailing that is done, so it goes to nobody else.
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

// Unsent returns how many mails of each mailing of a meeting have not been sent. A
// mailing without any is left out.
func (d *Desk) Unsent(ctx context.Context, slug string) (map[ID]Unsent, error) {
	all, err := d.store.Unsent(ctx, slug)
	if err != nil {
		return nil, fmt.Errorf("unsent: %w", err)
	}
	return all, nil
}

// Delayed returns the mails to the people of a meeting that failed for now and will be
// retried, the next retry first, a hundred at most.
func (d *Desk) Delayed(ctx context.Context, slug string) ([]Parked, error) {
	list, err := d.store.Delayed(ctx, slug, 100)
	if err != nil {
		return nil, fmt.Errorf("delayed: %w", err)
	}
	return list, nil
}

// Parked returns the mails to the people of a meeting that were refused for good, the
// latest first, a hundred at most.
func (d *Desk) Parked(ctx context.Context, slug string) ([]Parked, error) {
	list, err := d.store.Parked(ctx, slug, 100)
	if err != nil {
		return nil, fmt.Errorf("parked: %w", err)
	}
	return list, nil
}

// Resend makes a parked mail due again. It returns [ErrNotFound] if the mail is not
// parked.
func (d *Desk) Resend(ctx context.Context, slug string, id ID) error {
	return d.change(ctx, slug, "resend", func(c change) error {
		signup, err := c.Requeue(id, c.now)
		if err != nil {
			return err
		}
		return c.Record(Event{At: c.now, Kind: EventResent, Signup: signup, Detail: id.String()})
	})
}

// postCounter is a Tx that counts the mails of a change.
type postCounter struct {
	Tx
	kinds []MailCount
}

// Post implements [MailTx].
func (p *postCounter) Post(m Mail) error {
	if err := p.Tx.Post(m); err != nil {
		return err
	}
	i := slices.IndexFunc(p.kinds, func(k MailCount) bool { return k.Kind == m.Kind })
	if i < 0 {
		i, p.kinds = len(p.kinds), append(p.kinds, MailCount{Kind: m.Kind})
	}
	p.kinds[i].N++
	return nil
}
