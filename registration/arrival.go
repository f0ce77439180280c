package registration

import (
	"cmp"
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"golang.org/x/text/collate"
	"golang.org/x/text/language"

	"github.com/territoires-industrie/sdk/registration/address"
	"github.com/territoires-industrie/sdk/territoires"
)

// Arrival records that somebody came: at most once per half-day at the entrance of the
// meeting, and at most once per half-day at the door of each session.
type Arrival struct {
	At      time.Time
	Half    HalfDay
	Session SessionID // [MeetingSession] at the entrance
	By      ID        // the organiser who recorded it, zero if unknown
}

// MaxAgo is the greatest age of an arrival that a device noted while offline.
const MaxAgo = 6 * time.Hour

// CheckIn is an arrival to record.
type CheckIn struct {
	Half    HalfDay   // "": the half-day in which the person arrived
	Session SessionID // "": the meeting itself
	By      ID        // the organiser at the door
	// Ago is how long ago an offline device noted the arrival. It is subtracted from
	// the server's time, because the clock of the device may be wrong. Zero or less
	// means now.
	Ago time.Duration
	// Beyond admits somebody who has no seat, if the meeting's Door is [DoorBeyond].
	Beyond bool
}

// FirstArrival returns when the person first came to a session ("": to any) in
// a half-day ("": in either). It returns the zero time if they did not come.
func (s Signup) FirstArrival(h HalfDay, session SessionID) (first time.Time) {
	for _, a := range s.Arrivals {
		if (h == "" || a.Half == h) && (session == "" || a.Session == session) && (first.IsZero() || a.At.Before(first)) {
			first = a.At
		}
	}
	return first
}

// HalfDayAt returns the half-day of an instant in Paris. The afternoon begins at 13:00.
func HalfDayAt(now time.Time) HalfDay {
	if now.In(Paris).Hour() < 13 {
		return Morning
	}
	return Afternoon
}

// ByCode returns the sign-up of a meeting that has this short code, as
// [ParseCode] gives it, or [ErrNotFound].
func (d *Desk) ByCode(ctx context.Context, slug, code string) (Signup, error) {
	for s, err := range d.store.Signups(ctx, Query{Meeting: slug, Code: code}) {
		if err != nil {
			return Signup{}, fmt.Errorf("by code: %w", err)
		}
		return s, nil
	}
	return Signup{}, ErrNotFound
}

// Arrive records that the sign-up id came. A second arrival at the same session
// in the same half-day changes nothing: it returns the first one, and true. It
// returns [ErrNotFound], [ErrNotToday], [ErrTooOld] or a [*NoSeatError].
func (d *Desk) Arrive(ctx context.Context, slug string, id ID, in CheckIn) (a Arrival, again bool, err error) {
	err = d.change(ctx, slug, "arrive", func(c change) error {
		s, err := c.Signup(id)
		if err != nil {
			return err
		}
		a, again, err = c.arrive(s, in)
		return err
	})
	return a, again, err
}

// UndoArrival deletes the latest arrival of the sign-up id at a session ("": at the
// entrance) in a half-day ("": in either). It returns [ErrNotFound] if there is none,
// and [ErrNotToday] on any other day than the meeting's.
func (d *Desk) UndoArrival(ctx context.Context, slug string, id ID, session SessionID, half HalfDay) error {
	session = cmp.Or(session, MeetingSession)
	return d.change(ctx, slug, "take an arrival back", func(c change) error {
		s, err := c.Signup(id)
		if err != nil {
			return err
		}
		if !c.today() {
			return ErrNotToday
		}
		last := -1
		for i, a := range s.Arrivals {
			if a.Session == session && (half == "" || a.Half == half) && (last < 0 || !a.At.Before(s.Arrivals[last].At)) {
				last = i
			}
		}
		if last < 0 {
			return ErrNotFound
		}
		s.Arrivals = slices.Delete(slices.Clone(s.Arrivals), last, last+1)
		return c.write(s, EventArrivalUndone)
	})
}

// Source is who made a sign-up. The zero value is the person.
type Source string

// The sources other than the person.
const (
	SourcePhone  Source = "phone"  // an organiser, for somebody who telephoned or wrote
	SourceImport Source = "import" // an organiser, from a file
	SourceDesk   Source = "desk"   // at the door
)

// Sources lists the sources other than the person.
func Sources() []Source { return []Source{SourcePhone, SourceImport, SourceDesk} }

// WalkIn is somebody who comes without having signed up.
type WalkIn struct {
	// ID is that of the form. The sign-up's id is derived from it, so that a form sent
	// twice admits one person. A new id is minted for the zero ID and for one that was
	// used with another name.
	ID                                  ID
	GivenName, FamilyName, Organisation string
	// Sure admits somebody even if others of the same name are signed up.
	Sure bool
	CheckIn
}

// walkInID derives the id of a walk-in's sign-up from the form's id and the meeting.
func walkInID(form ID, slug string) ID {
	if form == (ID{}) {
		return form
	}
	sum := sha256.Sum256([]byte(slug))
	for i := 9; i < len(form); i++ { // keep the time, the version and the variant of the UUID
		form[i] ^= sum[i]
	}
	return form
}

// NamesakeError says that people of the walk-in's name are signed up. The walk-in may
// be one of them.
type NamesakeError struct{ People []Signup }

func (e *NamesakeError) Error() string { return "registration: somebody of that name is signed up" }

// namesakes returns a [*NamesakeError] if people of the name of w are signed up.
// Case, accents, apostrophes and hyphens are ignored.
func (d *Desk) namesakes(ctx context.Context, slug string, w WalkIn) error {
	people, _, err := d.Find(ctx, slug, w.FamilyName+" "+w.GivenName)
	if err != nil {
		return err
	}
	plain := strings.NewReplacer("’", " ", "'", " ", "-", " ", "‑", " ")
	c := collate.New(language.French, collate.Loose)
	same := func(a, b string) bool { return c.CompareString(plain.Replace(a), plain.Replace(b)) == 0 }
	var list []Signup
	for _, p := range people {
		if p.EndedAt.IsZero() && p.ID != w.ID && same(p.FamilyName, w.FamilyName) && same(p.GivenName, w.GivenName) {
			list = append(list, p.Signup)
		}
	}
	if list == nil {
		return nil
	}
	return &NamesakeError{list}
}

// namesakes finds the rows of an import whose person is signed up or in an earlier row.
type namesakes struct {
	addresses map[string]bool // of earlier rows
	names     map[string]SkipReason
}

// namesakes reads the names of those signed up, if some row has no address and so must
// be compared by name.
func (c change) namesakes(rows []ImportRow) (n namesakes, err error) {
	n = namesakes{map[string]bool{}, map[string]SkipReason{}}
	if !slices.ContainsFunc(rows, func(r ImportRow) bool { return cleanAddress(r.Request.Email) == "" }) {
		return n, nil
	}
	for after, batch := (ID{}), []Signup(nil); ; after = batch[len(batch)-1].ID {
		if batch, err = c.Active(after, 500); err != nil {
			return n, err
		}
		for _, s := range batch {
			n.names[nameKey(s.GivenName, s.FamilyName, s.Organisation)] = ImportSignedUp
		}
		if len(batch) < 500 {
			return n, nil
		}
	}
}

// skipReason returns why a row is skipped, "" if it is not, and remembers the row for
// the rows after it.
func (n namesakes) skipReason(row ImportRow) SkipReason {
	r := row.Request
	if row.Out {
		return ImportOut
	}
	name := nameKey(r.GivenName, r.FamilyName, r.Organisation)
	if cleanAddress(r.Email) == "" {
		over := n.names[name]
		if over == "" {
			n.names[name] = ImportTwice
		}
		return over
	}
	key, ok := address.Key(cleanAddress(r.Email))
	if ok && n.addresses[key] {
		return ImportTwice
	}
	if n.addresses[key] = true; n.names[name] == "" {
		n.names[name] = ImportTwice
	}
	return ""
}

func nameKey(parts ...string) string {
	for i := range parts {
		parts[i] = strings.ToLower(cleanLine(parts[i]))
	}
	return strings.Join(parts, "\x00")
}

// Admit signs up a walk-in and records their arrival. They get a free seat or, with
// Beyond and if the meeting allows it, one above the capacity. A second call with the
// same ID and name returns the first sign-up; one with another name admits another
// person, since the form may have stayed open. It returns a [*validation.Error],
// [ErrNotFound], [ErrNotToday], [ErrTooOld], a [*NamesakeError] or a [*NoSeatError].
func (d *Desk) Admit(ctx context.Context, slug string, w WalkIn) (s Signup, err error) {
	m, err := d.store.Meeting(ctx, slug)
	if err != nil {
		return s, fmt.Errorf("admit: %w", err)
	}
	r := Request{
		GivenName: w.GivenName, FamilyName: w.FamilyName, Organisation: w.Organisation,
		Email: "personne@exemple.fr", Category: Other, Privacy: true, // neither is asked at the door
	}.clean(m)
	bare := m
	bare.Questions = nil
	if err := r.check(bare, Signup{}); err != nil {
		return s, err
	}
	r.Email, r.Category = "", ""
	w.ID, w.FamilyName, w.GivenName = walkInID(w.ID, slug), r.FamilyName, r.GivenName
	if !w.Sure {
		if err := d.namesakes(ctx, slug, w); err != nil {
			return s, err
		}
	}
	err = d.change(ctx, slug, "admit", func(c change) error {
		if !c.today() {
			return ErrNotToday
		}
		was, err := c.Signup(w.ID)
		used := err == nil
		if err != nil && !errors.Is(err, ErrNotFound) {
			return err
		}
		if used && was.FamilyName == r.FamilyName && was.GivenName == r.GivenName {
			s = was // the form was sent twice
			return nil
		}
		s = r.party(c.Meeting(), c.now)[0]
		if w.ID != (ID{}) && !used {
			s.ID, s.Party = w.ID, w.ID
		}
		s.AddressKey, s.AddressConfirmedAt, s.Source = "", c.now, SourceDesk
		full, err := c.withoutRoom(group{1, s.Party, time.Time{}}, []SessionID{MeetingSession})
		if err != nil {
			return err
		}
		if len(full) > 0 {
			if err := c.beyond(s, MeetingSession, w.CheckIn); err != nil {
				return err
			}
		}
		s.set(MeetingSession, Seated, c.now)
		if err := c.insert(&s); err != nil {
			return err
		}
		if err := c.note(EventWalkIn, s); err != nil {
			return err
		}
		_, _, err = c.arrive(s, w.CheckIn)
		return err
	})
	return s, err
}

func (c change) today() bool { return c.Meeting().TakesPlaceOn(territoires.DateOf(c.now, Paris)) }

// TakesPlaceOn reports whether the meeting is on that day, and not cancelled.
func (m Meeting) TakesPlaceOn(day territoires.Date) bool {
	return m.Day == day && m.CancelledAt.IsZero()
}

// arrive records one arrival: see [Desk.Arrive].
func (c change) arrive(s Signup, in CheckIn) (Arrival, bool, error) {
	at := c.now.Add(-max(0, in.Ago)).UTC()
	a := Arrival{At: at, Half: cmp.Or(in.Half, HalfDayAt(at)), Session: cmp.Or(in.Session, MeetingSession), By: in.By}
	switch {
	case !c.today():
		return a, false, ErrNotToday
	case in.Ago > MaxAgo || territoires.DateOf(at, Paris) != c.Meeting().Day:
		return a, false, ErrTooOld
	}
	if _, ok := c.Meeting().Capacity(a.Session); !ok || a.Half != Morning && a.Half != Afternoon {
		return a, false, ErrNotFound
	}
	for _, was := range s.Arrivals {
		if was.Half == a.Half && was.Session == a.Session {
			return was, true, nil
		}
	}
	for _, id := range slices.Compact([]SessionID{MeetingSession, a.Session}) {
		if s.State(id) == Seated && !s.AddressConfirmedAt.IsZero() {
			continue
		}
		if err := c.beyond(s, id, in); err != nil {
			return a, false, err
		}
		if !s.EndedAt.IsZero() && s.AddressKey != "" {
			if err := c.makeWay(s.AddressKey); errors.Is(err, ErrAddressTaken) { // it is the other sign-up that is to be checked in
				return a, false, &NoSeatError{Status: s.Status(), Session: id}
			} else if err != nil {
				return a, false, err
			}
		}
		// This also revives a sign-up that has ended, and confirms its address.
		s.EndedAt, s.AddressConfirmedAt = time.Time{}, latest(c.now, s.CreatedAt)
		s.set(id, Seated, c.now)
	}
	s.Arrivals = append(slices.Clone(s.Arrivals), a)
	slices.SortStableFunc(s.Arrivals, func(a, b Arrival) int { return a.At.Compare(b.At) })
	return a, false, c.write(s, EventArrived)
}

// beyond lets the schema take one seat above the capacity of session id, if the door
// may admit s without a free seat. Otherwise it returns a [*NoSeatError].
func (c change) beyond(s Signup, id SessionID, in CheckIn) error {
	may := c.Meeting().Door == DoorBeyond && !s.Erased()
	if !may || !in.Beyond {
		return &NoSeatError{Status: s.Status(), Session: id, May: may}
	}
	return c.RaiseCeiling(id)
}

// Thank starts the mailing that thanks those who came, once the meeting's day is over.
// A second call does nothing. It returns [ErrNotFound] or [ErrNotOver].
func (d *Desk) Thank(ctx context.Context, slug string) error {
	return d.change(ctx, slug, "thank", func(c change) error {
		if c.Meeting().Phase(c.now) != PhasePast {
			return ErrNotOver
		}
		all, err := c.Mailings()
		if err != nil || slices.ContainsFunc(all, func(m Mailing) bool { return m.Kind == MailThanks }) {
			return err
		}
		return c.startMailing(Mailing{ID: NewID(), Kind: MailThanks, DueAt: c.now.UTC()})
	})
}

// Attendance is how many people arrived at one session in one half-day.
type Attendance struct {
	Session SessionID
	Half    HalfDay
	Arrived int
}

// Attendance returns how many arrived, by session and half-day. A half-day to
// which nobody came is left out.
func (d *Desk) Attendance(ctx context.Context, slug string) ([]Attendance, error) {
	list, err := d.store.Attendance(ctx, slug)
	if err != nil {
		return nil, fmt.Errorf("attendance: %w", err)
	}
	return list, nil
}
