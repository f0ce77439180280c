package team

import (
	"context"
	"time"

	"github.com/territoires-industrie/sdk/registration"
)

// Store keeps organisers, their sign-ins and sessions, and the audit log. Its
// methods may be called by many goroutines and processes. Each returns
// [registration.ErrNotFound] for what does not exist, and an error that wraps
// [registration.ErrUnavailable] when the database cannot serve now and nothing
// was written.
type Store interface {
	registration.Organisers
	SignInStore
	SessionStore

	// Organisers returns all organisers, sorted by address.
	Organisers(ctx context.Context) ([]registration.Organiser, error)

	// Meetings returns every meeting, the latest day first.
	Meetings(ctx context.Context) ([]registration.Meeting, error)

	// ChangeTeam runs change in one transaction: all that it wrote is stored or, if
	// it returns an error, nothing. Changes of the team run one after the other.
	// The store may run change again from the start.
	ChangeTeam(ctx context.Context, change func(tx Tx) error) error

	// SetDigest says whether an organiser wants the daily digest.
	SetDigest(ctx context.Context, organiser registration.ID, on bool) error

	// PostDigests posts the digest of day, such as 2019-05-16, to each organiser
	// who wants one and was sent none for this day or a later one. If several ask
	// at the same time, each digest is posted once. It returns how many were
	// posted.
	PostDigests(ctx context.Context, day string, now time.Time) (posted int, err error)

	// Audited returns at most n lines of the audit log that follow line number
	// after, in their order; 0 begins with the first line.
	Audited(ctx context.Context, after int64, n int) ([]Entry, error)

	// LastSignIns returns when each organiser last signed in, as the audit log has
	// it. Who never did is not in the map.
	LastSignIns(ctx context.Context) (map[registration.ID]time.Time, error)

	// AuditHead returns the number and the hash of the last line, as they are
	// kept apart from the lines; 0 and "" for an empty log.
	AuditHead(ctx context.Context) (n int64, hash string, err error)
}

// SignInStore keeps one-time sign-ins.
type SignInStore interface {
	// AskSignIn counts the ask and, if ask.Allow says so, opens a sign-in for the
	// organiser who has the address, with its mail: all in one transaction. For an
	// unknown address it runs the same statements, so that it takes the same time.
	AskSignIn(ctx context.Context, ask Ask) (allowed bool, err error)

	// UseSignIn marks the sign-in id as used, unless it is reusable, and ends the
	// older one-time sign-ins of its organiser. If several ask at the same time,
	// one succeeds. It returns [registration.ErrNotFound] if the sign-in is unknown
	// or used, [registration.ErrExpired] if it ended by now.
	UseSignIn(ctx context.Context, id registration.ID, now time.Time) (registration.SignIn, error)
}

// Ask is a request for a one-time link by mail.
type Ask struct {
	AddressKey string // as [address.Key] gives it
	Counters   []string
	Window     time.Time               // start of the hour that they count
	Allow      func(counts []int) bool // counts[i] is of Counters[i], this ask included
	SignIn     registration.SignIn     // without its organiser
	Mail       registration.Mail
}

// SessionStore keeps who is signed in.
type SessionStore interface {
	// OpenSession stores a new session.
	OpenSession(ctx context.Context, s Session) error

	// Session returns a session and its organiser.
	Session(ctx context.Context, key string) (Session, registration.Organiser, error)

	// SeeSession stores when a session was last seen. If the session is gone, it
	// does nothing and returns nil.
	SeeSession(ctx context.Context, key string, now time.Time) error

	// Sessions returns the sessions of an organiser, the oldest first.
	Sessions(ctx context.Context, organiser registration.ID) ([]Session, error)

	// EndSessions ends one session of an organiser, or all of them if key is "".
	EndSessions(ctx context.Context, organiser registration.ID, key string) error

	// DeleteSessions deletes the sessions that ended [ExpiredFor] before now, and
	// the forms that were saved an hour before now.
	DeleteSessions(ctx context.Context, now time.Time) error

	// SaveForm stores what an organiser typed into a form, for an hour or until
	// [SessionStore.TakeForm] takes it. It replaces a form saved before.
	SaveForm(ctx context.Context, organiser registration.ID, form string, now time.Time) error

	// TakeForm returns the saved form and deletes it; "" if there is none.
	TakeForm(ctx context.Context, organiser registration.ID) (string, error)
}

// Tx is what a change of the team may read and write. Its methods see what the
// change has written so far. An error from any of them must be returned by the
// change.
type Tx interface {
	// Organisers returns all organisers, sorted by address.
	Organisers() ([]registration.Organiser, error)

	// HasMeeting reports whether there is a meeting slug.
	HasMeeting(slug string) (bool, error)

	// Put adds an organiser, or replaces the grants of the one with this id.
	Put(o registration.Organiser) error

	// Remove deletes an organiser with grants, sessions, sign-ins and mails.
	Remove(id registration.ID) error

	// SignOut ends the sessions of an organiser, and the sign-ins that were
	// opened for them and can be used once.
	SignOut(id registration.ID, now time.Time) error

	// OpenSignIn stores a one-time sign-in, with its mail if m is not nil.
	OpenSignIn(s registration.SignIn, m *registration.Mail) error

	// Audit adds a line to the audit log. The store sets its number and hash.
	Audit(e Entry) error
}
