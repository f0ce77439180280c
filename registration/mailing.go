package registration

import (
	"context"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"github.com/territoires-industrie/sdk/territoires/validation"
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
		return s.State(MeetingSession) == Seated && s.AddressConfirmedAt.Before(m.DueAt)
	case m.Kind == MailThanks:
		return s.Status() == StatusPresent
	case m.Kind == MailMessage && len(m.Note.To) > 0:
		return slices.Contains(m.Note.To, s.Status())
	}
	return true
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

// Configure adds a meeting or replaces its configuration, whatever follows from
// it for people: [Desk.Apply] for who has agreed to all of it.
func (d *Desk) Configure(ctx context.Context, m Meeting) error {
	_, err := d.Apply(ctx, m, ApplyOptions{New: true, Yes: true})
	return err
}

// announce writes into m what people are told once it replaces old, and returns
// the kind of mail that tells them, "" for nothing that is new to them. While a
// meeting is not published nobody is told anything: what changed meanwhile
// counts when it is published again.
func (m *Meeting) announce(old Meeting, now time.Time) Kind {
	told := old.Told
	if told == nil && old.Published { // stored by an older version
		told = old.tells(now)
	}
	m.Told = told
	if !m.Published || m.Phase(now) == PhasePast {
		return ""
	}
	m.Told = m.tells(now)
	switch {
	case told == nil || told.same(*m.Told), told.Cancelled && m.Told.Cancelled:
		return ""
	case m.Told.Cancelled:
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
		return c.startMailing(Mailing{ID: id, Kind: MailMessage, DueAt: c.now.UTC(), Note: n})
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
		return c.Record(Event{At: c.now, Kind: EventResent, Signup: signup, Detail: id.String()})
	})
}

// Note is what an organiser writes to many: plain text, a paragraph a line, in
// which [Placeholders] stand for what differs from one person to the next. An
// English text that is empty reads as the French one.
type Note struct {
	Subject Localized
	Body    Localized
	To      []Status // empty: everybody active
}

// The bounds of a note, in characters.
const (
	maxNoteSubject = 120
	maxNoteBody    = 10_000
)

// Placeholders lists what a note may hold in braces, such as {prenom}: given
// name, family name, short code, title of the meeting, its day, its place, and
// the address of the person's own page.
func Placeholders() []string {
	return []string{"prenom", "nom", "code", "rencontre", "date", "lieu", "lien"}
}

var placeholder = regexp.MustCompile(`\{([a-z]+)\}`)

// Fill returns text with each placeholder replaced by its value. What a value
// holds is not looked at again.
func Fill(text string, values map[string]string) string {
	return placeholder.ReplaceAllStringFunc(text, func(p string) string {
		if v, ok := values[p[1:len(p)-1]]; ok {
			return v
		}
		return p
	})
}

func (n Note) clean() Note {
	body := func(s string) string {
		s = strings.NewReplacer("\r\n", "\n", "\r", "\n").Replace(s)
		return strings.TrimSpace(norm.NFC.String(s))
	}
	n.Subject = Localized{cleanLine(n.Subject.FR), cleanLine(n.Subject.EN)}
	n.Body = Localized{body(n.Body.FR), body(n.Body.EN)}
	return n
}

// check returns a [*validation.Error] with everything that is wrong
// with n; its paths are subject, body, their English twins with _en, and to.
func (n Note) check() error {
	var all []validation.FieldError
	add := func(path, rule, param string) {
		all = append(all, validation.FieldError{Path: path, Rule: rule, Param: param, Kind: "string"})
	}
	for _, f := range []struct {
		path, text string
		most       int
		line       bool
	}{
		{"subject", n.Subject.FR, maxNoteSubject, true}, {"subject_en", n.Subject.EN, maxNoteSubject, true},
		{"body", n.Body.FR, maxNoteBody, false}, {"body_en", n.Body.EN, maxNoteBody, false},
	} {
		switch {
		case f.text == "" && !strings.HasSuffix(f.path, "_en"):
			add(f.path, "required", "")
		case utf8.RuneCountInString(f.text) > f.most:
			add(f.path, "max", strconv.Itoa(f.most))
		case f.line && !isLine(f.text), !isLine(strings.NewReplacer("\n", "", "\t", "").Replace(f.text)):
			add(f.path, "line", "")
		default:
			if !filled(f.text) {
				add(f.path, "placeholder", strings.Join(Placeholders(), " "))
			}
		}
	}
	if (n.Subject.EN == "") != (n.Body.EN == "") {
		add("body_en", "pair", "") // half a message would mix the languages
	}
	if slices.ContainsFunc(n.To, func(s Status) bool { return !slices.Contains(Statuses(), s) }) {
		add("to", "status", "")
	}
	if len(all) == 0 {
		return nil
	}
	return &validation.Error{Fields: all}
}

// filled reports whether every brace of text is part of a placeholder that
// there is.
func filled(text string) bool {
	for _, m := range placeholder.FindAllStringSubmatch(text, -1) {
		if !slices.Contains(Placeholders(), m[1]) {
			return false
		}
	}
	return !strings.ContainsAny(placeholder.ReplaceAllString(text, ""), "{}")
}
