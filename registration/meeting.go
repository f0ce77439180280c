package registration

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"math"
	"slices"
	"strings"
	"time"

	"github.com/territoires-industrie/sdk/territoires"
	"github.com/territoires-industrie/sdk/territoires/validation"
)

// Language is a language of pages and mails. The zero value is not one: use
// [ParseLanguage] to read it.
type Language string

// The languages of pages and mails.
const (
	French  Language = "fr"
	English Language = "en"
)

// ParseLanguage returns the language of s, French for the empty string, and
// false for anything else than "fr" or "en".
func ParseLanguage(s string) (Language, bool) {
	switch Language(s) {
	case "", French:
		return French, true
	case English:
		return English, true
	}
	return "", false
}

// Localized is a text in both languages. An English text that is empty reads as the
// French one.
type Localized struct {
	FR string `json:"fr" yaml:"fr"`
	EN string `json:"en,omitempty" yaml:"en,omitempty"`
}

// In returns the text in l.
func (t Localized) In(l Language) string {
	if l == English && t.EN != "" {
		return t.EN
	}
	return t.FR
}

// SessionID names a session within its meeting: lower-case letters, digits and
// hyphens. The organiser chooses it, and it never changes.
type SessionID string

// MeetingSession stands for the meeting itself: a seat in this session is a seat in the
// meeting. Every meeting has it, outside of [Meeting.Sessions].
const MeetingSession SessionID = "meeting"

// Seats is a capacity: all seats, not only those left. The zero value means no
// seats.
type Seats int

// Unlimited is the capacity that never fills.
const Unlimited Seats = -1

// HalfDay is a morning or an afternoon. The zero value is neither.
type HalfDay string

// The halves of the day.
const (
	Morning   HalfDay = "morning"
	Afternoon HalfDay = "afternoon"
)

// Session is a part of a meeting with a capacity of its own that people choose
// when they sign up.
type Session struct {
	ID    SessionID `json:"id" yaml:"id"`
	Title Localized `json:"title" yaml:"title"`
	Room  string    `json:"room,omitempty" yaml:"room,omitempty"` // "" if unknown
	Seats Seats     `json:"seats" yaml:"seats"`
	// Slot names the hour that the session shares with others: a person may choose
	// only one session of a slot. A session without a slot clashes with none.
	Slot string `json:"slot,omitempty" yaml:"slot,omitempty"`
	// Closed says that the session can no longer be chosen. Those who have a place
	// in it keep it.
	Closed bool `json:"closed,omitempty" yaml:"closed,omitempty"`
}

// DoorPolicy says whether somebody without a seat may be admitted at the door. The
// zero value means [DoorSeats].
type DoorPolicy string

// The door policies.
const (
	DoorSeats  DoorPolicy = "seats"  // admit as many as there are seats
	DoorBeyond DoorPolicy = "beyond" // admit more, if the organiser at the door decides so
)

// Item is a line of the programme.
type Item struct {
	Half    HalfDay   `json:"half" yaml:"half"`
	Title   Localized `json:"title" yaml:"title"`
	Starts  Hour      `json:"starts,omitempty" yaml:"starts,omitempty"`   // zero if unknown
	Session SessionID `json:"session,omitempty" yaml:"session,omitempty"` // the session that this line is; "" for what everybody attends
}

// Venue is where a meeting takes place.
type Venue struct {
	Name  Localized `json:"name" yaml:"name"`
	Lines []string  `json:"lines" yaml:"lines"` // the postal address, a line each
	Room  string    `json:"room,omitempty" yaml:"room,omitempty"`
	// Access tells how to come and what to bring; empty if nothing is known.
	Access Localized `json:"access,omitzero" yaml:"access,omitempty"`
}

// Notice is what a site must say by law about itself and about personal data. Empty
// fields are shown as « à compléter par l'organisateur ».
type Notice struct {
	Controllers []string `json:"controllers,omitempty" yaml:"controllers,omitempty"` // who decides what the data is for
	DPO         string   `json:"dpo,omitempty" yaml:"dpo,omitempty"`                 // address of the data-protection officer
	Publisher   string   `json:"publisher,omitempty" yaml:"publisher,omitempty"`
	Director    string   `json:"director,omitempty" yaml:"director,omitempty"` // of publication
	Host        string   `json:"host,omitempty" yaml:"host,omitempty"`         // who runs the machines: name, address, telephone
	// Purposes says what the data is used for, and Recipients who may see it: one per
	// line, in addition to what the page says for every meeting.
	Purposes   Localized `json:"purposes,omitzero" yaml:"purposes,omitempty"`
	Recipients Localized `json:"recipients,omitzero" yaml:"recipients,omitempty"`
	// LegalBasis is what allows the processing, for each purpose: for the
	// organisers and their data-protection officer to decide.
	LegalBasis Localized `json:"legal_basis,omitzero" yaml:"legal_basis,omitempty"`
	// RetentionDays is how many days data is kept after the meeting's day; 0 means
	// that no end is decided yet: see [Desk.ApplyRetention].
	RetentionDays int    `json:"retention_days,omitempty" yaml:"retention_days,omitempty"`
	Version       string `json:"version" yaml:"version"` // the organisers' own name for it: see [Meeting.NoticeVersion]
}

// Meeting is an organiser's configuration of one meeting. It starts from the published
// facts, a [programme.NationalMeeting], and adds what only an organiser knows: hours,
// rooms, seats, sessions that people choose, opening and closing.
type Meeting struct {
	Slug       string           `json:"slug" yaml:"slug"` // in addresses: 2019-06-12-paris
	Title      Localized        `json:"title" yaml:"title"`
	Summary    Localized        `json:"summary" yaml:"summary"`
	Day        territoires.Date `json:"day" yaml:"day"`
	Starts     Hour             `json:"starts,omitempty" yaml:"starts,omitempty"` // zero if unknown
	Ends       Hour             `json:"ends,omitempty" yaml:"ends,omitempty"`     // zero if unknown
	Venue      Venue            `json:"venue" yaml:"venue"`
	Organisers []string         `json:"organisers" yaml:"organisers"`
	Programme  []Item           `json:"programme" yaml:"programme"`
	Sessions   []Session        `json:"sessions,omitempty" yaml:"sessions,omitempty"` // without the meeting itself
	Seats      Seats            `json:"seats" yaml:"seats"`
	// Example says that hours, rooms, seats and sessions are example values. Every
	// page that shows them says so.
	Example   bool          `json:"example,omitempty" yaml:"example,omitempty"`
	Published bool          `json:"published" yaml:"published"`
	OpensAt   time.Time     `json:"opens_at" yaml:"opens_at"`
	ClosesAt  time.Time     `json:"closes_at" yaml:"closes_at"`
	Hold      time.Duration `json:"hold,omitempty" yaml:"hold,omitempty"` // 0 means HoldFor
	// Queue says that those who find no seat may wait for one; without it they
	// are turned away.
	Queue    bool          `json:"queue,omitempty" yaml:"queue,omitempty"`
	OfferFor time.Duration `json:"offer_for,omitempty" yaml:"offer_for,omitempty"` // 0 means OfferFor
	// FreezesAt is when seats stop moving by themselves and people can only cancel;
	// zero means 24 hours before the start: see [Meeting.FreezeAt].
	FreezesAt time.Time `json:"freezes_at,omitzero" yaml:"freezes_at,omitempty"`
	// Approval says that an organiser approves or refuses every sign-up.
	Approval bool `json:"approval,omitempty" yaml:"approval,omitempty"`
	// Categories are those that the form offers; none: all of them.
	Categories []Category `json:"categories,omitempty" yaml:"categories,omitempty"`
	Companions int        `json:"companions,omitempty" yaml:"companions,omitempty"` // that one person may bring; 0: none
	Questions  []Question `json:"questions,omitempty" yaml:"questions,omitempty"`
	Interests  bool       `json:"interests,omitempty" yaml:"interests,omitempty"` // ask which axes interest people
	// CancelledAt is zero for a meeting that takes place. Otherwise the meeting is
	// cancelled, even if the instant is still to come.
	CancelledAt time.Time `json:"cancelled_at,omitzero" yaml:"cancelled_at,omitempty"`
	// CancelReason is what people are told with the cancellation; it may be empty.
	CancelReason Localized  `json:"cancel_reason,omitzero" yaml:"cancel_reason,omitempty"`
	Door         DoorPolicy `json:"door,omitempty" yaml:"door,omitempty"`
	Contact      string     `json:"contact" yaml:"contact"` // the organisers' mailbox; "": none
	// Announced is what people were last told; nil if they were told nothing yet.
	// [Desk.Apply] sets it and ignores the value that it is given.
	Announced *Announcement `json:"told,omitempty" yaml:"-"`
	Notice    Notice        `json:"notice" yaml:"notice"`
	// Broken says why the stored configuration cannot be read; "" if it can. A broken
	// meeting has only slug and day, and the slug as its title.
	Broken string `json:"-" yaml:"-"`
}

// Controllers returns the controllers of the personal data (article 4 of the
// GDPR): the organisers, unless the notice names others; empty if nobody is named.
func (m Meeting) Controllers() []string {
	if len(m.Notice.Controllers) > 0 {
		return m.Notice.Controllers
	}
	return m.Organisers
}

// NoticeVersion names the privacy notice of m, and is stored with each sign-up. It is
// the organisers' own name for the notice, and a checksum of its text that tells two
// notices of the same name apart.
func (m Meeting) NoticeVersion() string {
	says := m.Notice
	says.Version = ""
	asked := make([]Question, len(m.Questions))
	for i, q := range m.Questions {
		asked[i] = Question{ID: q.ID, Label: q.Label, RetentionDays: q.RetentionDays}
	}
	b, err := json.Marshal([]any{says, m.Organisers, m.Contact, asked})
	if err != nil { // texts and numbers
		panic("registration: notice: " + err.Error())
	}
	sum := sha256.Sum256(b)
	return strings.TrimPrefix(m.Notice.Version+"-"+hex.EncodeToString(sum[:4]), "-")
}

// Announcement is what people need to know to come. They get a mail when it changes.
type Announcement struct {
	Day       territoires.Date `json:"day"`
	Starts    Hour             `json:"starts,omitempty"`
	Ends      Hour             `json:"ends,omitempty"`
	Place     Localized        `json:"place"`
	Lines     []string         `json:"lines,omitempty"`
	Room      string           `json:"room,omitempty"`
	Cancelled bool             `json:"cancelled,omitempty"`
}

// announcement returns the announcement of m.
func (m Meeting) announcement() *Announcement {
	return &Announcement{
		Day: m.Day, Starts: m.Starts, Ends: m.Ends, Place: m.Venue.Name, Lines: m.Venue.Lines, Room: m.Venue.Room,
		Cancelled: !m.CancelledAt.IsZero(),
	}
}

// same reports whether t and u say the same.
func (t Announcement) same(u Announcement) bool {
	return t.Day == u.Day && t.Starts == u.Starts && t.Ends == u.Ends && t.Place == u.Place &&
		slices.Equal(t.Lines, u.Lines) && t.Room == u.Room && t.Cancelled == u.Cancelled
}

// HoldFor is how long an unconfirmed sign-up keeps its seat unless the meeting
// says otherwise.
const HoldFor = 48 * time.Hour

// HalfDays lists the half-days that occur in the programme, both if it is empty.
func (m Meeting) HalfDays() []HalfDay {
	var list []HalfDay
	for _, h := range []HalfDay{Morning, Afternoon} {
		if len(m.Programme) == 0 || slices.ContainsFunc(m.Programme, func(it Item) bool { return it.Half == h }) {
			list = append(list, h)
		}
	}
	return list
}

// Capacity returns the seats of the session id, those of the meeting for
// [MeetingSession], and false if there is no such session.
func (m Meeting) Capacity(id SessionID) (Seats, bool) {
	if id == MeetingSession {
		return m.Seats, true
	}
	s, ok := m.Session(id)
	return s.Seats, ok
}

// Session returns the session id, and false if m has no such session, as for
// [MeetingSession].
func (m Meeting) Session(id SessionID) (Session, bool) {
	for _, s := range m.Sessions {
		if s.ID == id {
			return s, true
		}
	}
	return Session{}, false
}

// Phase is where a meeting stands in time. Its seats play no part: see [ViewState].
type Phase string

// The phases of a meeting.
const (
	PhaseBefore    Phase = "before" // published, not open yet
	PhaseOpen      Phase = "open"
	PhaseClosed    Phase = "closed" // no more sign-ups, the day is not over
	PhasePast      Phase = "past"   // the day is over
	PhaseCancelled Phase = "cancelled"
)

// Phase returns the phase of m at now.
func (m Meeting) Phase(now time.Time) Phase {
	switch {
	case !m.CancelledAt.IsZero():
		return PhaseCancelled
	case !now.Before(m.Day.AddDays(1).In(Paris)):
		return PhasePast
	case !now.Before(m.ClosesAt):
		return PhaseClosed
	case now.Before(m.OpensAt):
		return PhaseBefore
	}
	return PhaseOpen
}

// HoldUntil returns when a sign-up made at now loses its seat if its address is not
// confirmed: after the meeting's hold or at the closing time, whichever comes first,
// but at least half an hour after now.
func (m Meeting) HoldUntil(now time.Time) time.Time {
	hold := m.Hold
	if hold == 0 {
		hold = HoldFor
	}
	end := now.Add(hold)
	if end.After(m.ClosesAt) {
		end = m.ClosesAt
	}
	if soonest := now.Add(30 * time.Minute); end.Before(soonest) {
		end = soonest
	}
	return end
}

// freezeBefore is how long before its start a meeting freezes unless the
// organiser sets FreezesAt.
const freezeBefore = 24 * time.Hour

// leastToAnswer is the least time, nights not counted, that a person has to
// answer an offer. When less is left before the freeze, no offer is made.
const leastToAnswer = 2 * time.Hour

// start returns when the meeting begins: at 0:00 of its day if the hour is unknown.
func (m Meeting) start() time.Time { return m.Starts.On(m.Day) }

// FreezeAt returns when seats stop moving by themselves: from then on people can
// only cancel, and a seat that is given back stays free. It is 24 hours before
// the start unless the organiser sets FreezesAt.
func (m Meeting) FreezeAt() time.Time {
	if m.FreezesAt.IsZero() {
		return m.start().Add(-freezeBefore)
	}
	return m.FreezesAt
}

// Frozen reports whether m is frozen at now: see [Meeting.FreezeAt].
func (m Meeting) Frozen(now time.Time) bool { return !now.Before(m.FreezeAt()) }

// KeepsQueue reports whether somebody who finds no seat at now may wait for one.
func (m Meeting) KeepsQueue(now time.Time) bool { return m.Queue && !m.Frozen(now) }

// offers reports whether free seats are offered at now to those who wait: at least
// [leastToAnswer] must be left before the freeze.
func (m Meeting) offers(now time.Time) bool {
	return m.KeepsQueue(now) && m.Phase(now) != PhaseCancelled && awakeUntil(now, leastToAnswer).Compare(m.FreezeAt()) <= 0
}

// checkOpen returns nil while sign-ups are open; otherwise [ErrNotFound] for a meeting
// that is not published, [ErrNotOpen] or [ErrClosed].
func (m Meeting) checkOpen(now time.Time) error {
	if !m.Published {
		return ErrNotFound
	}
	switch m.Phase(now) {
	case PhaseOpen:
		return nil
	case PhaseBefore:
		return ErrNotOpen
	}
	return ErrClosed
}

// Clone returns a copy of m on another day, neither published nor cancelled. Opening,
// closing and freeze keep their hour in Paris and move by as many days as the meeting.
func (m Meeting) Clone(slug string, day territoires.Date) Meeting {
	// Days are not all 24 hours long: round to the nearest.
	days := int(math.Round(clock(day, 12, 0).Sub(clock(m.Day, 12, 0)).Hours() / 24))
	shift := func(t time.Time) time.Time {
		if t.IsZero() {
			return t
		}
		return t.In(Paris).AddDate(0, 0, days)
	}
	m.Slug, m.Day, m.Published, m.CancelledAt, m.CancelReason, m.Announced = slug, day, false, time.Time{}, Localized{}, nil
	m.OpensAt, m.ClosesAt, m.FreezesAt = shift(m.OpensAt), shift(m.ClosesAt), shift(m.FreezesAt)
	return m
}

// OutsideHours lists the lines of the programme that are sessions and do not begin
// between the start and the end of the meeting.
func (m Meeting) OutsideHours() []validation.FieldError {
	var f faults
	for i, it := range m.Programme {
		if it.Session != "" && it.Starts != "" && (it.Starts < m.Starts || m.Ends != "" && it.Starts >= m.Ends) {
			f.add(index("programme", i)+".starts", "outside", "")
		}
	}
	return f
}
