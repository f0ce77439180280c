// Package registration holds the rules of sign-ups for the national meetings
// of the programme « Territoires d'industrie »: who may take a seat, how long
// it is held, what a person is told, and when it goes to somebody else.
//
// A [Desk] decides. It reads and writes through a [Store], which enforces
// capacity and uniqueness inside one transaction; each decision writes the
// mails it causes as rows of the same transaction. Package courier takes these
// rows from the [Outbox], has a [Composer] write each message at the moment of
// sending, and gives it to a [Sender].
//
// The package reaches no network, no database and no template: its
// sub-packages bring those, and package site wires them together.
//
// Times are parameters, never read from the machine's clock in the middle of a
// rule. Stored instants have microsecond precision, in UTC; days and hours
// that people read are those of Europe/Paris.
package registration

import (
	"errors"
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

	// ErrTooMany: so many sign-ups came from one network, or in such a way,
	// that robots are at work. A person may try again in an hour.
	ErrTooMany = errors.New("registration: too many sign-ups")

	// ErrUnavailable: the store cannot serve now (locked, gone, disk full,
	// too many waiting). Nothing was written; the same call may be made again.
	ErrUnavailable = errors.New("registration: store unavailable")
)
