package registration

import (
	"crypto/rand"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/google/uuid"

	"github.com/territoires-industrie/sdk/territoires"
)

// ID identifies a sign-up, a mail or an organiser for good: a UUID of version 7, so
// ids sort by creation time and an old link never names a new row. The zero value
// identifies nothing.
type ID = uuid.UUID

// NewID mints an id. It panics if the system gives no randomness.
func NewID() ID { return uuid.Must(uuid.NewV7()) }

// Category is the capacity in which a person attends. The zero value is none.
type Category string

// The categories of people, in the order of the form.
const (
	Elected    Category = "elu"
	RegionBody Category = "region"
	StateBody  Category = "etat"
	Operator   Category = "operateur"
	Industry   Category = "industriel"
	Student    Category = "etudiant"
	Press      Category = "presse"
	Other      Category = "autre"
)

// Categories lists them in the order of the form.
func Categories() []Category {
	return []Category{Elected, RegionBody, StateBody, Operator, Industry, Student, Press, Other}
}

// Person is what somebody says of themselves: each text as typed, trimmed and
// in NFC.
type Person struct {
	GivenName    string
	FamilyName   string
	Email        string // "" for a companion who gave none
	Organisation string
	Function     string
	Category     Category
	Territory    string // id in phase I of the programme, "" if none was given
}

// RegionEdition is the edition of the tables that [Person.Region] uses.
const RegionEdition = territoires.Edition

// Region returns the INSEE code (2019) of the région that leads the person's
// territory, "" without a territory.
func (p Person) Region() string {
	t, ok := territoires.Lookup(territoires.PhaseI, territoires.ID(p.Territory))
	if regions := t.Regions(); ok && len(regions) > 0 {
		return string(regions[0])
	}
	return ""
}

// State is where one sign-up stands in one session.
type State string

// The states of a sign-up in a session. A seat is counted for the first two.
const (
	Seated    State = "seat"      // has a seat; while the address is unconfirmed, until HeldUntil
	Offered   State = "offer"     // a freed seat waits for the person's answer
	Queued    State = "queue"     // waits for a seat
	Approval  State = "approval"  // waits for an organiser
	Cancelled State = "cancelled" // gave the seat or the place back
	Refused   State = "refused"   // refused by an organiser
	Expired   State = "expired"   // a hold or an offer ended without an answer
)

// TakesSeat reports whether a seat of the session is counted for the state.
func (s State) TakesSeat() bool { return s == Seated || s == Offered }

// Ended reports whether the state is cancelled, refused or expired.
func (s State) Ended() bool { return s == Cancelled || s == Refused || s == Expired }

// Place is the state of one sign-up in one session.
type Place struct {
	Session SessionID
	State   State
	Since   time.Time // when the state began
	Until   time.Time // end of an offer, zero otherwise
	Rank    time.Time // the order of the queue, earliest first, kept when the state changes; zero if it never waited or lost its turn
	Was     State     // the state before a cancellation, so that it can be undone; "" otherwise
}

// Signup is one person's sign-up for one meeting. Its status follows from three
// facts: whether the address is confirmed, the state in each session, and the
// arrivals. [Signup.Status] derives it.
type Signup struct {
	ID      ID
	Meeting string // slug
	Code    string // short code, unique in the meeting: see [MintCode]
	Version int    // part of every link to the sign-up; raising it revokes them
	Party   ID     // the lead's id; the sign-up's own id for a lead and for one person alone
	Person
	// AddressKey is the folded address, unique among the active sign-ups of a
	// meeting; "" without an address.
	AddressKey         string
	Language           Language
	NoticeVersion      string // version of the privacy notice that was shown
	CreatedAt          time.Time
	AddressConfirmedAt time.Time // zero: not confirmed
	HeldUntil          time.Time // end of the hold while the address is not confirmed; later, of the companions invited then
	EndedAt            time.Time // when it was cancelled, refused or expired; zero while active
	Places             []Place   // sorted by session; one is of the meeting itself
	Answers            Answers   // to the organiser's questions
	Interests          []string  // axes of the programme, as package territoires names them
	Arrivals           []Arrival // in the order of their times
	// Sequence is the sequence number of the last calendar entry: see [MailTx.Post].
	// Only Post writes it.
	Sequence int
	// Revision is raised with each change of the sign-up, so that an edit made from
	// an outdated page is noticed: see [Desk.IfUnchanged]. Only [SignupTx.Update]
	// writes it.
	Revision int
	Source   Source   // who made the sign-up
	Refusal  string   // an organiser's reason for a refusal, as typed; "" for none
	Transfer Transfer // the last transfer to another address, waiting for confirmation or done
	// Network is a keyed hash of the network that the form came from. It is kept
	// until the address is confirmed, for two days at most; "" afterwards.
	Network string
}

// CancelSequence returns the sequence number of the calendar entry that cancels:
// above that of the last entry sent, and below that of the entry that an undo sends.
func (s Signup) CancelSequence() int { return max(1, s.Sequence-1) }

// Status is the word shown and exported for a sign-up.
type Status string

// The statuses, in the order in which [Signup.Status] checks them.
const (
	StatusCancelled  Status = "cancelled"
	StatusRefused    Status = "refused"
	StatusPresent    Status = "present"
	StatusExpired    Status = "expired"
	StatusPending    Status = "pending"
	StatusApproval   Status = "approval"
	StatusConfirmed  Status = "confirmed"
	StatusOffered    Status = "offered"
	StatusWaitlisted Status = "waitlisted"
)

// Statuses lists every status.
func Statuses() []Status {
	return []Status{StatusPending, StatusConfirmed, StatusWaitlisted, StatusOffered, StatusApproval,
		StatusRefused, StatusCancelled, StatusExpired, StatusPresent}
}

// State returns the state in the session id, "" if the sign-up never asked for
// it.
func (s Signup) State(id SessionID) State {
	for _, p := range s.Places {
		if p.Session == id {
			return p.State
		}
	}
	return ""
}

// in reports whether s has a place in the session that has not ended.
func (s Signup) in(id SessionID) bool {
	st := s.State(id)
	return st != "" && !st.Ended()
}

// Invited reports whether s is the sign-up of a companion with an address of their
// own who has not answered. The lead is told no more than that: nobody must learn in
// this way whether the companion was signed up already.
func (s Signup) Invited() bool {
	return s.ID != s.Party && s.Email != "" && s.AddressConfirmedAt.IsZero() && s.State(MeetingSession) != Cancelled
}

// Erased reports whether the sign-up has no personal data any more: it was erased, or
// its retention has ended.
func (s Signup) Erased() bool { return s.Person == Person{} }

// Status derives the status from the facts; the first that applies counts. A hold
// that has ended reads as pending until its seat has been released.
func (s Signup) Status() Status {
	whole := s.State(MeetingSession)
	switch {
	case whole == Cancelled:
		return StatusCancelled
	case whole == Refused:
		return StatusRefused
	case len(s.Arrivals) > 0:
		return StatusPresent
	case whole == Expired:
		return StatusExpired
	case s.AddressConfirmedAt.IsZero():
		return StatusPending
	case whole == Approval:
		return StatusApproval
	case whole == Seated:
		return StatusConfirmed
	case whole == Offered:
		return StatusOffered
	}
	return StatusWaitlisted
}

// Expected reports whether the person is to be let in: they have a confirmed seat,
// and their data has not been erased.
func (s Signup) Expected() bool {
	st := s.Status()
	return (st == StatusConfirmed || st == StatusPresent) && !s.Erased()
}

// ExpectedIn reports whether an expected person comes for a half-day of m: to an item
// for everybody, or to a session in which they have a seat.
func (s Signup) ExpectedIn(m Meeting, h HalfDay) bool {
	if !s.Expected() || !slices.Contains(m.HalfDays(), h) {
		return false
	}
	if len(m.Programme) == 0 {
		return true
	}
	return slices.ContainsFunc(m.Programme, func(it Item) bool {
		return it.Half == h && (it.Session == "" || s.State(it.Session) == Seated)
	})
}

// RefusesPhotographs reports whether the person answered no to
// [PhotographsQuestion].
func (s Signup) RefusesPhotographs() bool {
	return slices.Equal(s.Answers[PhotographsQuestion], []string{"no"})
}

// NeedsAssistance reports whether the person answered [AssistanceQuestion] with
// anything but no.
func (s Signup) NeedsAssistance() bool {
	answer := s.Answers[AssistanceQuestion]
	return len(answer) > 0 && !slices.Equal(answer, []string{"no"})
}

// HoldExpired reports whether the hold of an unconfirmed sign-up has ended at now,
// whether or not its seat has been released yet.
func (s Signup) HoldExpired(now time.Time) bool {
	return s.AddressConfirmedAt.IsZero() && !now.Before(s.HeldUntil)
}

// Sessions lists the sessions, without the meeting itself, in which the person
// has a seat; a place in a session's queue shows as "id?".
func (s Signup) Sessions() []string {
	var list []string
	for _, p := range s.Places {
		switch {
		case p.Session == MeetingSession:
		case p.State == Seated:
			list = append(list, string(p.Session))
		case p.State == Queued, p.State == Offered:
			list = append(list, string(p.Session)+"?")
		}
	}
	return list
}

// set puts the sign-up in state st of session id at now.
func (s *Signup) set(id SessionID, st State, now time.Time) {
	p := s.place(id)
	p.State, p.Since, p.Until, p.Was = st, now, time.Time{}, ""
	s.put(p)
}

// place returns the place of s in session id, an empty one if there is none.
func (s Signup) place(id SessionID) Place {
	for _, p := range s.Places {
		if p.Session == id {
			return p
		}
	}
	return Place{Session: id}
}

// put stores p among the places of s. It copies them first, so that no other copy of
// the sign-up changes.
func (s *Signup) put(p Place) {
	s.Places = slices.Clone(s.Places)
	i := slices.IndexFunc(s.Places, func(q Place) bool { return q.Session >= p.Session })
	switch {
	case i < 0:
		s.Places = append(s.Places, p)
	case s.Places[i].Session == p.Session:
		s.Places[i] = p
	default:
		s.Places = slices.Insert(s.Places, i, p)
	}
}

// codeLetters are the characters of short codes, without those that are easily
// mistaken for others (no 0 and O, 1 and I and L, 5 and S, 2 and Z, 8 and B, U and
// V).
const codeLetters = "34679ACDEFGHJKMNPQRTWXY"

// CodeLength is the number of characters of a short code. There are about 78 thousand
// million codes, so nobody guesses one at the door.
const CodeLength = 8

// MintCode returns a new random short code. Codes of different meetings may be equal;
// within a meeting the store refuses a second one with [ErrCodeTaken].
func MintCode() string {
	var b strings.Builder
	buf := make([]byte, 1)
	for b.Len() < CodeLength {
		rand.Read(buf) // never fails: see crypto/rand
		// Larger bytes are dropped, since they would favour the first letters.
		if n := int(buf[0]); n < 256/len(codeLetters)*len(codeLetters) {
			b.WriteByte(codeLetters[n%len(codeLetters)])
		}
	}
	return b.String()
}

// ParseCode returns the short code in s, which may be in lower case and have spaces
// and hyphens in it. It returns false for anything else.
func ParseCode(s string) (string, bool) {
	if len(s) > 64 {
		return "", false
	}
	if s = compactCode(s); len(s) != CodeLength || strings.Trim(s, codeLetters) != "" {
		return "", false
	}
	return s, true
}

// BeginsCode reports whether s may be the beginning of a short code.
func BeginsCode(s string) bool {
	if len(s) > 64 {
		return false
	}
	s = compactCode(s)
	return s != "" && len(s) < CodeLength && strings.Trim(s, codeLetters) == ""
}

// compactCode returns a code in upper case, without spaces and hyphens.
func compactCode(s string) string {
	return strings.ToUpper(strings.NewReplacer(" ", "", "-", "", "\u00a0", "", "\u202f", "").Replace(s))
}

// changes lists what differs between two states of a sign-up: first the places whose
// state differs, with both states, then the names of the fields.
func changes(was, now Signup) []Change {
	var list []Change
	for _, p := range now.Places {
		if old := was.State(p.Session); old != p.State {
			list = append(list, Change{Field: "place." + string(p.Session), From: old, To: p.State})
		}
	}
	for _, p := range was.Places {
		if now.State(p.Session) == "" {
			list = append(list, Change{Field: "place." + string(p.Session), From: p.State})
		}
	}
	if was.ID != now.ID { // a new sign-up: every field differs
		return list
	}
	for _, f := range []struct {
		name   string
		differ bool
	}{
		{"given_name", was.GivenName != now.GivenName}, {"family_name", was.FamilyName != now.FamilyName},
		{"email", was.Email != now.Email}, {"organisation", was.Organisation != now.Organisation},
		{"function", was.Function != now.Function}, {"category", was.Category != now.Category},
		{"territory", was.Territory != now.Territory}, {"language", was.Language != now.Language},
		{"interests", !slices.Equal(was.Interests, now.Interests)},
		{"present", len(was.Arrivals) != len(now.Arrivals)},
	} {
		if f.differ {
			list = append(list, Change{Field: f.name})
		}
	}
	for _, id := range slices.Sorted(maps.Keys(merged(was.Answers, now.Answers))) {
		if !slices.Equal(was.Answers[id], now.Answers[id]) {
			list = append(list, Change{Field: "answers." + id})
		}
	}
	return list
}

func merged(a, b Answers) Answers {
	all := maps.Clone(a)
	if all == nil {
		all = Answers{}
	}
	maps.Copy(all, b)
	return all
}
