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

// Arrival records that somebody came: once per half-day at the entrance of
// the meeting, and once per half-day at the door of each session that records
// it.
type Arrival struct {
	At      time.Time
	Half    HalfDay   // "" for one recorded by an older version
	Session SessionID // [MeetingSession] at the entrance
	By      ID        // the organiser who recorded it, zero if unknown
}

// ErrNotToday: the meeting does not take place today, or is cancelled, so nobody
// arrives.
var ErrNotToday = errors.New("registration: not the day of the meeting")

// ErrTooOld: the arrival was noted so long ago that its hour cannot be trusted.
var ErrTooOld = errors.New("registration: arrival noted too long ago")

// ErrNotOver: nobody is thanked before the meeting's day is over, or for one that
// was cancelled.
var ErrNotOver = errors.New("registration: the meeting is not over")

// MaxAgo is how old an arrival may be that a device noted without a network.
const MaxAgo = 6 * time.Hour

// NoSeatError says that somebody at the door has no seat, and how the sign-up
// stands. May reports whether the meeting lets the door admit them all the same.
type NoSeatError struct {
	Status  Status
	Session SessionID
	May     bool
}

func (e *NoSeatError) Error() string {
	return fmt.Sprintf("registration: a sign-up that is %s has no seat in session %q", e.Status, e.Session)
}

// CheckIn is an arrival to record.
type CheckIn struct {
	Half    HalfDay   // "": that of the hour
	Session SessionID // "": the meeting itself
	By      ID        // the organiser at the door
	// Ago is how long ago the arrival was noted, by a device that had no network:
	// the clock here says when that was, whatever the device's own says. Zero or
	// less is now.
	Ago time.Duration
	// Beyond admits somebody who has no seat, where the meeting allows it.
	Beyond bool
}

// FirstArrival returns when the person first came to a session, "" for any, in
// a half-day, "" for the whole day. It returns the zero time if they did not
// come.
func (s Signup) FirstArrival(h HalfDay, session SessionID) (first time.Time) {
	for _, a := range s.Arrivals {
		if (h == "" || cmp.Or(a.Half, HalfDayAt(a.At)) == h) && (session == "" || a.Session == session) && (first.IsZero() || a.At.Before(first)) {
			first = a.At
		}
	}
	return first
}

// HalfDayAt returns the half-day of an instant in Paris: the afternoon begins at 13.
func HalfDayAt(now time.Time) HalfDay {
	if now.In(Paris).Hour() < 13 {
		return Morning
	}
	return Afternoon
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

// UndoArrival takes back the last arrival of the sign-up id at a session, if
// one was recorded today: in a half-day, or in the whole day for "". It
// returns [ErrNotFound] or [ErrNotToday].
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
			if a.Session == session && (half == "" || cmp.Or(a.Half, HalfDayAt(a.At)) == half) && (last < 0 || !a.At.Before(s.Arrivals[last].At)) {
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

// Sources lists them.
func Sources() []Source { return []Source{SourcePhone, SourceImport, SourceDesk} }

// WalkIn is somebody who comes without having signed up.
type WalkIn struct {
	// ID makes the sign-up's id, so that a form sent twice admits one person. A new
	// one is minted for the zero ID, or if the ID was used for another name.
	ID                                  ID
	GivenName, FamilyName, Organisation string
	// Sure admits somebody though others of that name are signed up.
	Sure bool
	CheckIn
}

// walkInID is the id of the sign-up that a form makes in a meeting.
func walkInID(form ID, slug string) ID {
	if form == (ID{}) {
		return form
	}
	sum := sha256.Sum256([]byte(slug))
	for i := 9; i < len(form); i++ { // after the time and what marks the kind of id
		form[i] ^= sum[i]
	}
	return form
}

// NamesakeError says that somebody of the name of a walk-in is signed up: it may
// be the same person.
type NamesakeError struct{ People []Signup }

func (e *NamesakeError) Error() string { return "registration: somebody of that name is signed up" }

// namesakes returns a [*NamesakeError] if people of the name of w are signed up.
// Case, accents, apostrophes and hyphens do not tell two names apart.
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

// namesakes are the people who are signed up or stood further up in the list.
type namesakes struct {
	addresses map[string]bool // of rows further up in the list
	names     map[string]ImportOver
}

// namesakes reads who is signed up, if a row has no address to tell people by.
func (c change) namesakes(rows []ImportRow) (n namesakes, err error) {
	n = namesakes{map[string]bool{}, map[string]ImportOver{}}
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

// skipReason says why a row is skipped, "" for a row that is not, and notes it.
func (n namesakes) skipReason(row ImportRow) ImportOver {
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

// Admit signs up somebody who stands at the door and records their arrival: in a
// seat that is free or, with Beyond, where the meeting allows it, without one. A
// second time with the same id and name returns what the first one did; with
// another name it is somebody else, from a page that stayed open. It returns a
// [*validation.Error], [ErrNotFound], [ErrNotToday], a [*NamesakeError] or a
// [*NoSeatError].
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
		// Whoever is admitted is signed up, even if the sign-up had ended.
		s.EndedAt, s.AddressConfirmedAt = time.Time{}, latest(c.now, s.CreatedAt)
		s.set(id, Seated, c.now)
	}
	s.Arrivals = append(slices.Clone(s.Arrivals), a)
	slices.SortStableFunc(s.Arrivals, func(a, b Arrival) int { return a.At.Compare(b.At) })
	return a, false, c.write(s, EventArrived)
}

// beyond returns nil if the door may admit s without a seat, and makes room in
// the schema for the seat above the capacity.
func (c change) beyond(s Signup, id SessionID, in CheckIn) error {
	may := c.Meeting().Door == DoorBeyond && !s.Erased()
	if !may || !in.Beyond {
		return &NoSeatError{Status: s.Status(), Session: id, May: may}
	}
	return c.RaiseCeiling(id)
}

// Thank writes to those who came, once the meeting's day is over. A second time
// nobody is written to, and that is not an error. It returns [ErrNotFound] or
// [ErrNotOver].
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

// Attendance counts, by session and half-day, those who arrived.
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
