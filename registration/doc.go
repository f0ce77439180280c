// Package registration holds the rules of sign-ups for the national meetings
// of the programme « Territoires d'industrie »: who may take a seat, how long
// it is held, when it goes to somebody else, and what a person is told.
//
// # What is where
//
// A [Desk] (desk.go) decides; pages and commands call its methods. It reads and writes
// through a [Store] (store.go, tx.go), which enforces capacity and uniqueness inside
// one transaction. The other files hold the rules of:
//
//   - a [Meeting], as an organiser configures it: meeting.go, question.go; its
//     validation, check.go; a change of its configuration, configure.go
//   - a [Signup] of one person, and its place in each session: signup.go;
//     party.go for people who come together
//   - a seat, from taken to given back: rules.go, hold.go, queue.go, arrival.go
//   - the sign-up form, and the limits on robots: request.go; those on what waits for a
//     confirmation, at the end of this file
//   - what people do with the links in their mails: selfservice.go, transfer.go
//   - the rights and acts of organisers: organiser.go, organise.go, enlist.go; their
//     lists, on the screen and on paper, list.go
//   - the facts of a mail: outbox.go, letter.go; a mail to many people, mailing.go
//   - background work, and the deletion of data: clock.go, retention.go
//
// The package itself uses no network, no database and no template: its sub-packages do,
// and package site wires them together.
//
// # The life of a sign-up
//
// [Desk.SignUp] cleans and validates a [Request], and asks the Store for a change:
// one transaction that locks the meeting. The sign-up gets a seat or a place in the
// queue, held until its address is confirmed; the same transaction adds the mail that
// asks for the confirmation to the outbox. The link in that mail calls [Desk.Confirm],
// which makes the seat definite. Otherwise [Desk.Run] releases the seat when the hold
// ends. Every transaction that frees a seat also offers it to those who wait. Package
// courier claims mails from the [Outbox], has a [Composer] write each one just before
// sending ([Desk.Letter] gathers its facts), and gives it to a [Sender].
//
// # Zero values, times, goroutines
//
// A [Desk] comes from [NewDesk]. The other types are values. Unless a comment says
// otherwise, their zero value has nothing set, a zero time means "not yet" or "never",
// and an empty string means "none". A zero [Filter] selects everybody.
//
// Rules get the time as a parameter and never read the machine's clock. Stored
// instants have microsecond precision, in UTC; days and hours that people read
// are those of Europe/Paris.
//
// Desk and Store may be used by many goroutines. A [Meeting] that they return is
// shared with other callers: do not write into its slices.
package registration

import (
	"errors"
	"fmt"
	"time"

	"github.com/territoires-industrie/sdk/registration/address"
)

// The errors that callers handle. Any other error is a fault of the system.
var (
	// ErrNotFound: no such meeting, sign-up, session or organiser, or a link
	// that was never minted or has been revoked.
	ErrNotFound = errors.New("registration: not found")

	// ErrErased: the link worked until the data of its sign-up was erased. It is an
	// [ErrNotFound].
	ErrErased = fmt.Errorf("%w: erased", ErrNotFound)

	// ErrFull: no seat is left in the meeting or in a chosen session.
	ErrFull = errors.New("registration: no seat left")

	// ErrNotOpen: sign-ups have not opened yet.
	ErrNotOpen = errors.New("registration: not open yet")

	// ErrClosed: sign-ups are over, seats move no more (see [Meeting.FreezeAt]), an
	// organiser has refused the sign-up, or the meeting is cancelled.
	ErrClosed = errors.New("registration: closed")

	// ErrExpired: the hold, the offer or the one-time link has ended.
	ErrExpired = errors.New("registration: expired")

	// ErrCancelled: the sign-up has been cancelled.
	ErrCancelled = errors.New("registration: cancelled")

	// ErrStale: since the page was shown, the sign-up was changed (see
	// [Desk.IfUnchanged]) or the configuration was (see [ApplyOptions]).
	ErrStale = errors.New("registration: changed meanwhile")

	// ErrAddressTaken: an active sign-up of this meeting has this address.
	// [Desk.SignUp] never returns it: the person is told by mail, not the visitor.
	ErrAddressTaken = errors.New("registration: address already signed up")

	// ErrCodeTaken: another sign-up of this meeting has this short code.
	ErrCodeTaken = errors.New("registration: code taken")

	// ErrMeetingExists: another meeting has this slug.
	ErrMeetingExists = errors.New("registration: meeting exists")

	// ErrBroken: the stored configuration of a meeting cannot be read. Its sign-ups
	// are intact; [Desk.Apply] replaces the configuration.
	ErrBroken = errors.New("registration: configuration cannot be read")

	// ErrInUse: people have signed up for the meeting, so it cannot be deleted.
	ErrInUse = errors.New("registration: meeting has sign-ups")

	// ErrNeedsYes: the new configuration has consequences that an organiser must
	// accept first: see [Plan.Needs]. Nothing was done.
	ErrNeedsYes = errors.New("registration: needs a yes")

	// ErrTooMany: a limit was exceeded, and a later try may succeed (see
	// [LimitError]); or an import has more than [MaxImport] rows.
	ErrTooMany = errors.New("registration: too many requests")

	// ErrWrongRows: rows of a list are wrong, or find no seat; nothing was imported.
	ErrWrongRows = errors.New("registration: wrong rows")

	// ErrImportInUse: the import cannot be undone: see [Desk.UndoImport].
	ErrImportInUse = errors.New("registration: people of the import were written to, have come or bring others")

	// ErrUnavailable: the store cannot serve now (locked, gone, disk full,
	// too many waiting). Nothing was written; the call may be retried.
	ErrUnavailable = errors.New("registration: store unavailable")

	// ErrUnsure: the database went away during the commit, so it is unknown whether
	// the change was committed. It was committed as a whole or not at all.
	ErrUnsure = errors.New("registration: outcome unknown")

	// ErrNotToday: the meeting is not today, or is cancelled, so no arrival is recorded.
	ErrNotToday = errors.New("registration: not the day of the meeting")

	// ErrTooOld: the arrival was noted more than [MaxAgo] ago, or not on the meeting's day.
	ErrTooOld = errors.New("registration: arrival noted too long ago")

	// ErrNotOver: nobody is thanked before the day is over, or if the meeting is cancelled.
	ErrNotOver = errors.New("registration: the meeting is not over")
)

// FullError names the session that has no seat left, [MeetingSession] for the meeting
// itself. It wraps [ErrFull].
type FullError struct{ Session SessionID }

func (e *FullError) Error() string {
	return fmt.Sprintf("registration: no seat left in session %q", e.Session)
}

func (e *FullError) Unwrap() error { return ErrFull }

// NoSeatError says that somebody at the door has no seat in Session. Status is that of
// their sign-up; May reports whether the meeting allows [CheckIn.Beyond] for them.
type NoSeatError struct {
	Status  Status
	Session SessionID
	May     bool
}

func (e *NoSeatError) Error() string {
	return fmt.Sprintf("registration: a sign-up that is %s has no seat in session %q", e.Status, e.Session)
}

// Limit names a limit that protects against robots. A person may meet one too.
type Limit string

// The limits.
const (
	LimitTrap        Limit = "trap"    // a field that people do not see was filled in
	LimitForm        Limit = "form"    // forms from one network in an hour that were sent too fast, twice or too late
	LimitNetwork     Limit = "network" // sign-ups from one network in an hour
	LimitUnconfirmed Limit = "held"    // sign-ups from one network that are not confirmed
	LimitMailbox     Limit = "mailbox" // sign-ups of one mailbox that are not confirmed
	LimitLinks       Limit = "links"   // lost links asked for from one network in an hour
	LimitDay         Limit = "day"     // acts of one kind with a person's own link in a day
)

// LimitError names the limit that was exceeded. It wraps [ErrTooMany].
type LimitError struct{ Limit Limit }

func (e *LimitError) Error() string { return "registration: limit met: " + string(e.Limit) }

func (e *LimitError) Unwrap() error { return ErrTooMany }

// How many unconfirmed sign-ups there may be at one time: each holds places and causes a
// mail, even if a stranger filled in the form. One network may always have
// leastUnconfirmed of them, even in the smallest session.
const (
	unconfirmedPerMailbox = 3
	unconfirmedPerNetwork = 60
	leastUnconfirmed      = 10
)

// maxUnconfirmed returns how many unconfirmed places one network may have in a session
// with so many seats: enough for an office whose people share an IP address, and at
// most half of the session, unless it is small.
func maxUnconfirmed(seats Seats) int {
	return max(leastUnconfirmed, min(max(unconfirmedPerNetwork, int(seats)/5), int(seats)/2))
}

// checkHolds returns the limit that a party would exceed, "" for none.
func (c change) checkHolds(party []Signup, sessions []SessionID) (met Limit, err error) {
	if met, err = c.checkMailboxes(party); met != "" || err != nil {
		return met, err
	}
	var held map[SessionID]int
	for _, id := range append([]SessionID{MeetingSession}, sessions...) {
		seats, _ := c.Meeting().Capacity(id)
		if seats == Unlimited {
			continue
		}
		if held == nil {
			if held, err = c.UnconfirmedFrom(party[0].Network, c.now); err != nil {
				return "", err
			}
		}
		if held[id]+len(party) > maxUnconfirmed(seats) {
			return LimitUnconfirmed, nil
		}
	}
	return "", nil
}

func (c change) checkMailboxes(party []Signup) (Limit, error) {
	mailboxes := map[string]int{}
	for _, s := range party {
		if s.AddressKey != "" {
			mailboxes[address.Mailbox(s.AddressKey)]++
		}
	}
	for mailbox, n := range mailboxes {
		if held, err := c.UnconfirmedFor(mailbox, c.mailboxHold(mailbox), c.now); err != nil || held+n > unconfirmedPerMailbox {
			return LimitMailbox, err
		}
	}
	return "", nil
}

// mailboxHold is the key under which holds of a mailbox are counted: see countAsHeld.
func (c change) mailboxHold(mailbox string) string { return "mailbox " + c.hash("held", mailbox) }

// countAsHeld counts a party whose lead is signed up already until the end of the hold
// that the answer promises. Nothing of it is stored, but the limits must not tell so:
// they count it as if its address were new. While an address is held, who asks with it
// again counts once for each network, and nothing for a mailbox.
func (c change) countAsHeld(party []Signup, until time.Time) error {
	if c.unlimited {
		return nil
	}
	lead := party[0]
	known, err := c.ByAddress(lead.AddressKey)
	if err != nil {
		return err
	}
	waits := known.ID == known.Party && known.AddressConfirmedAt.IsZero() // it counts by itself
	asked := "address " + c.hash("held", lead.AddressKey)
	askedFrom := asked + " " + lead.Network
	held, err := c.CountedHolds(asked, c.now)
	if err != nil {
		return err
	}
	if waits || held > 0 {
		if waits && known.Network == lead.Network {
			return nil
		}
		if held, err := c.CountedHolds(askedFrom, c.now); err != nil || held > 0 {
			return err
		}
	} else {
		err = c.CountHold(asked, until)
		for _, s := range party {
			if s.AddressKey != "" && err == nil {
				err = c.CountHold(c.mailboxHold(address.Mailbox(s.AddressKey)), until)
			}
		}
	}
	if forgotten := c.now.Add(NetworkFor); forgotten.Before(until) {
		until = forgotten
	}
	keys := []string{askedFrom}
	for _, p := range lead.Places {
		for range party {
			keys = append(keys, lead.Network+" "+string(p.Session))
		}
	}
	if lead.Network == "" { // nobody's: what is stored without one counts for none either
		keys = nil
	}
	for _, key := range keys {
		if err == nil {
			err = c.CountHold(key, until)
		}
	}
	return err
}

// checkRepeated returns a [repeated] if the form was sent before and its address, whose
// key this is, is signed up. Limits must not stop a form that they let in before.
func (c change) checkRepeated(key string) error {
	if c.form == "" {
		return nil
	}
	first, err := c.Receipt(c.form, c.now)
	if err == nil {
		_, err = c.ByAddress(key)
	}
	switch {
	case err == nil:
		return repeated{first}
	case errors.Is(err, ErrNotFound):
		return nil
	}
	return err
}

// checkOpenFor returns nil while the actor may add sign-ups. Organisers may until the
// meeting is over or cancelled.
func (c change) checkOpenFor() error {
	if c.actor.Kind != ActorOrganiser {
		return c.Meeting().checkOpen(c.now)
	}
	if p := c.Meeting().Phase(c.now); p == PhasePast || p == PhaseCancelled {
		return ErrClosed
	}
	return nil
}

// heldAside reports whether s is a companion without a place whom the limits count as
// held: nobody must learn from a limit that the address was signed up already.
func (s Signup) heldAside() bool {
	return s.ID != s.Party && s.State(MeetingSession) == Expired && s.EndedAt.Before(s.HeldUntil)
}

// endAside returns the party of lead, which ends now. Companions who are held aside end
// at the same instant, so that they count no more.
func (c change) endAside(lead Signup, a EventKind) ([]Signup, error) {
	all, err := c.Party(lead.ID)
	for _, p := range all {
		if err == nil && p.heldAside() {
			p.EndedAt, p.Network = c.now, ""
			err = c.write(p, a)
		}
	}
	return all, err
}

// endWhole ends s with the state st and, if s leads a party, those who are held aside.
func (c change) endWhole(s *Signup, st State, a EventKind) (err error) {
	if s.ID == s.Party {
		_, err = c.endAside(*s, a)
	}
	s.end(st, c.now)
	return err
}

// checkLink returns nil if the links of this version work, otherwise [ErrNotFound] or
// [ErrErased].
func (s Signup) checkLink(version int) error {
	switch {
	case s.Version == version:
		return nil
	case s.Version == version+1 && s.Erased(): // erasing revoked it
		return ErrErased
	}
	return ErrNotFound
}

// tellLead tells the lead of a party, if they have not ended, what became of companions
// without an address.
func (c change) tellLead(id ID) error {
	lead, err := c.Signup(id)
	if err != nil || !lead.EndedAt.IsZero() || lead.mail(MailChanged) == nil {
		return err
	}
	return c.note(EventChanged, lead, MailChanged)
}

// release ends unconfirmed sign-ups, and what the limits count of those that have ended.
// It returns how many it ended.
func (c change) release(all []Signup) (n int, err error) {
	for _, s := range all {
		if s, err = c.Signup(s.ID); err != nil {
			return n, err
		}
		if s.Network == "" { // ended with its lead, above
			continue
		}
		if s.ID == s.Party {
			if _, err := c.endAside(s, EventReleased); err != nil {
				return n, err
			}
		}
		if s.EndedAt.IsZero() {
			s.end(Expired, c.now)
			n++
		}
		s.HeldUntil = s.EndedAt // it counts no more, even if its lead stays
		if err := c.write(s, EventReleased); err != nil {
			return n, err
		}
	}
	return n, nil
}
