// Package registration holds the rules of sign-ups for the national meetings
// of the programme « Territoires d'industrie »: who may take a seat, how long
// it is held, what a person is told, and when it goes to somebody else.
//
// # What is where
//
// A [Desk] (desk.go) decides; one call of a page or of a command is one of its
// methods. It reads and writes through a [Store] (store.go, tx.go), which enforces
// capacity and uniqueness inside one transaction. What the rules are about:
//
//   - a [Meeting], as an organiser configures it: meeting.go, question.go; what is
//     wrong with one, check.go; putting another in its place, configure.go
//   - a [Signup], one person's, and what it holds in each session: signup.go,
//     party.go for people who come together
//   - a seat, from taken to given back: rules.go, hold.go, queue.go, arrival.go
//   - what a form says, and the limits on robots: request.go
//   - what people do by the links of their mails: selfservice.go, transfer.go
//   - what organisers may do, and do: organiser.go, organise.go, enlist.go; their
//     lists, on the screen and on paper, list.go
//   - a mail, as facts: outbox.go, letter.go; one to many people, mailing.go
//   - what happens by itself, and what is deleted: clock.go, retention.go
//
// The package reaches no network, no database and no template: its
// sub-packages bring those, and package site wires them together. Package address
// reads e-mail addresses, package link signs links, package courier sends mails.
//
// # The way of a sign-up
//
// [Desk.SignUp] cleans and validates a [Request], and asks the Store for a change:
// one transaction in which the meeting is locked. In it the sign-up gets a seat or
// a place in the queue, held until its address is confirmed, and the mail that asks
// for that is a row of the same transaction. [Desk.Confirm] ends the hold by the
// link of the mail; otherwise [Desk.Run] does, and the seat is offered to who waits.
// Package courier takes the rows of mail from the [Outbox], has a [Composer] write
// each at the moment of sending ([Desk.Letter] gathers its facts), and gives it to
// a [Sender]. Whatever frees a seat offers it before its transaction ends.
//
// # Zero values, times, goroutines
//
// A [Desk] comes from [NewDesk]. The other types are values: a zero one has
// nothing set, a zero time is "not yet" or "never", and an empty word is none of
// its kind, unless a comment says otherwise. A zero [Filter] lets everybody through.
//
// Times are parameters, never read from the machine's clock in the middle of a
// rule. Stored instants have microsecond precision, in UTC; days and hours
// that people read are those of Europe/Paris.
//
// Desk and Store may be used by many goroutines. A [Meeting] that they return is
// shared with other callers: do not write into its slices.
package registration

import (
	"errors"
	"fmt"
)

// The errors a caller branches on. Everything else is a fault.
var (
	// ErrNotFound: no such meeting, sign-up, session or organiser, or a link
	// that was never minted or has been revoked.
	ErrNotFound = errors.New("registration: not found")

	// ErrFull: no seat is left, in the meeting or in a chosen session.
	ErrFull = errors.New("registration: no seat left")

	// ErrNotOpen: sign-ups have not opened yet.
	ErrNotOpen = errors.New("registration: not open yet")

	// ErrClosed: sign-ups are over, or the meeting is cancelled.
	ErrClosed = errors.New("registration: closed")

	// ErrExpired: the hold, or the one-time link, ended before now.
	ErrExpired = errors.New("registration: expired")

	// ErrCancelled: the sign-up has been cancelled.
	ErrCancelled = errors.New("registration: cancelled")

	// ErrStale: the sign-up was changed since the page was shown, see
	// [Desk.IfUnchanged]; or the configuration was, see [ApplyOptions].
	ErrStale = errors.New("registration: changed meanwhile")

	// ErrAddressTaken: an active sign-up of this meeting has this address.
	// The Desk answers it by writing to the person; a visitor never sees it.
	ErrAddressTaken = errors.New("registration: address already signed up")

	// ErrCodeTaken: another sign-up of this meeting has this short code; mint
	// another one.
	ErrCodeTaken = errors.New("registration: code taken")

	// ErrMeetingExists: another meeting has this slug.
	ErrMeetingExists = errors.New("registration: meeting exists")

	// ErrBroken: the stored configuration of a meeting cannot be read. Its people
	// are all there; [Desk.Apply] puts another configuration in its place.
	ErrBroken = errors.New("registration: configuration cannot be read")

	// ErrInUse: people have signed up for the meeting, so it stays.
	ErrInUse = errors.New("registration: meeting has sign-ups")

	// ErrNeedsYes: the configuration has consequences that an organiser must
	// agree to first: see [Plan.Needs]. Nothing was done.
	ErrNeedsYes = errors.New("registration: needs a yes")

	// ErrTooMany: so much was asked for, or in such a way, that robots may be at
	// work: see [LimitError] for sign-ups. A person may try again later.
	ErrTooMany = errors.New("registration: too many requests")

	// ErrWrongRows: rows of a list are wrong, or find no seat; nothing was imported.
	ErrWrongRows = errors.New("registration: wrong rows")

	// ErrMailed: people of an import were written to, or have come, so it stays.
	ErrMailed = errors.New("registration: people have been told")

	// ErrUnavailable: the store cannot serve now (locked, gone, disk full,
	// too many waiting). Nothing was written; the same call may be made again.
	ErrUnavailable = errors.New("registration: store unavailable")

	// ErrUnsure: the database went away while the change was being committed, and
	// did not come back in time to say whether it was, or cannot say after a crash.
	// It is there whole, or not at all.
	ErrUnsure = errors.New("registration: outcome unknown")
)

// FullError tells which session has no seat left. It wraps [ErrFull].
type FullError struct{ Session SessionID }

func (e *FullError) Error() string {
	return fmt.Sprintf("registration: no seat left in session %q", e.Session)
}

func (e *FullError) Unwrap() error { return ErrFull }

// Limit is one of those that robots meet and, now and then, people.
type Limit string

// The limits.
const (
	LimitTrap        Limit = "trap"    // a field that people do not see was filled in
	LimitForm        Limit = "form"    // forms sent too fast, twice or too late, from one network in an hour
	LimitNetwork     Limit = "network" // sign-ups from one network in an hour
	LimitUnconfirmed Limit = "held"    // sign-ups from one network that are not confirmed
	LimitMailbox     Limit = "mailbox" // sign-ups of one mailbox that are not confirmed
	LimitLinks       Limit = "links"   // lost links asked for from one network in an hour
	LimitDay         Limit = "day"     // of an act with a person's own link, in a day
)

// LimitError tells which limit was met. It wraps [ErrTooMany].
type LimitError struct{ Limit Limit }

func (e *LimitError) Error() string { return "registration: limit met: " + string(e.Limit) }

func (e *LimitError) Unwrap() error { return ErrTooMany }
