package team

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/territoires-industrie/sdk/registration"
	"github.com/territoires-industrie/sdk/territoires"
)

// The limits of sessions: ASVS 5.0, 7.3.
const (
	SessionFor = 12 * time.Hour   // at most, whatever one does
	IdleFor    = 30 * time.Minute // without doing anything
	FreshFor   = 10 * time.Minute // after a sign-in, for changing grants and erasing people

	// ExpiredFor is how long after [Session.Until] an expired session still tells
	// whose it was, so that a form left open over a weekend is not lost: see
	// [Team.Expired].
	ExpiredFor = 72 * time.Hour

	seenEvery = time.Minute // when a session was seen is written no more often
)

// Session is an organiser who is signed in on a device.
type Session struct {
	Key       string // a hash of the token that the browser has
	Organiser registration.ID
	Since     time.Time // of the sign-in
	Seen      time.Time // last, to the minute
	Until     time.Time // the latest end
	Ends      time.Time // the end if its organiser does nothing more; only [Team.Session] sets it
	Device    string    // such as "Firefox, Windows"; "" if it is unknown
}

// Fresh reports whether the sign-in was less than [FreshFor] before now.
func (s Session) Fresh(now time.Time) bool { return now.Before(s.Since.Add(FreshFor)) }

// sessionKey is the hash by which the database knows a token. A token has 256
// random bits, so a plain hash is enough (ASVS 5.0, 6.5.2).
func sessionKey(token string) string {
	sum := sha256.Sum256([]byte(token))
	return base64.RawURLEncoding.EncodeToString(sum[:])
}

// open opens a session.
func (t *Team) open(ctx context.Context, organiser registration.ID, device string) (token string, s Session, err error) {
	b := make([]byte, 32)
	_, _ = rand.Read(b) // never fails
	token = base64.RawURLEncoding.EncodeToString(b)
	now := t.Now()
	s = Session{Key: sessionKey(token), Organiser: organiser, Since: now, Seen: now, Until: now.Add(SessionFor), Device: device}
	if err := t.store.OpenSession(ctx, s); err != nil {
		return "", s, fmt.Errorf("open session: %w", err)
	}
	return token, s, nil
}

// Session returns the session of a token and its organiser, or
// [registration.ErrNotFound] if there is none or it has ended. active says that the
// organiser did something, which prolongs the session; a page that a browser loads
// by itself is no activity.
func (t *Team) Session(ctx context.Context, token string, active bool) (Session, registration.Organiser, error) {
	s, o, err := t.store.Session(ctx, sessionKey(token))
	if err != nil {
		return s, o, fmt.Errorf("session: %w", err)
	}
	idle, err := t.idleFrom(ctx, o)
	if err != nil {
		return s, o, err
	}
	now := t.Now()
	if s.Ends = s.ends(idle); !now.Before(s.Ends) {
		return s, o, registration.ErrNotFound
	}
	if active && (now.Sub(s.Seen) >= seenEvery || now.Before(s.Seen)) {
		if err := t.store.SeeSession(ctx, s.Key, now); err != nil {
			return s, o, fmt.Errorf("session: %w", err)
		}
		s.Seen = now
		s.Ends = s.ends(idle)
	}
	return s, o, nil
}

// ends returns when s ends if its organiser does nothing more. Before idle the idle
// limit does not end it: see [Team.idleFrom].
func (s Session) ends(idle time.Time) time.Time {
	end := s.Seen.Add(IdleFor)
	if end.Before(idle) {
		end = idle
	}
	if s.Until.Before(end) {
		return s.Until
	}
	return end
}

// Expired returns the organiser of an expired session, by its token. It signs
// nobody in. For every other token it returns [registration.ErrNotFound]: that of a
// session which goes on, or which a sign-out or a change of role has ended.
func (t *Team) Expired(ctx context.Context, token string) (registration.ID, error) {
	_, _, err := t.Session(ctx, token, false)
	if err == nil {
		return registration.ID{}, registration.ErrNotFound
	}
	if !gone(err) {
		return registration.ID{}, err
	}
	s, _, err := t.store.Session(ctx, sessionKey(token))
	if err == nil && !t.Now().Before(s.Until.Add(ExpiredFor)) {
		err = registration.ErrNotFound
	}
	if err != nil {
		return registration.ID{}, fmt.Errorf("expired session: %w", err)
	}
	return s.Organiser, nil
}

// idleFrom returns when the idle limit begins to apply to the sessions of o: the
// zero time if it always applies. For an organiser who has no role but the desk it
// is midnight in Paris, at the end of the day, if one of their meetings is today.
func (t *Team) idleFrom(ctx context.Context, o registration.Organiser) (from time.Time, err error) {
	if slices.ContainsFunc(o.Grants, func(g registration.Grant) bool { return g.Role != registration.RoleDesk }) {
		return from, nil
	}
	all, err := t.store.Meetings(ctx)
	if err != nil {
		return from, fmt.Errorf("session: %w", err)
	}
	today := territoires.DateOf(t.Now(), registration.Paris)
	if slices.ContainsFunc(all, func(m registration.Meeting) bool { return m.Day == today && o.May(registration.RightDesk, m.Slug) }) {
		from = today.AddDays(1).In(registration.Paris)
	}
	return from, nil
}

// Sessions returns the sessions of an organiser that have not ended, the oldest
// first. It does not set [Session.Ends].
func (t *Team) Sessions(ctx context.Context, o registration.Organiser) ([]Session, error) {
	all, err := t.store.Sessions(ctx, o.ID)
	if err != nil {
		return nil, fmt.Errorf("sessions: %w", err)
	}
	idle, err := t.idleFrom(ctx, o)
	now := t.Now()
	return slices.DeleteFunc(all, func(s Session) bool { return !now.Before(s.ends(idle)) }), err
}

// End ends one session of an organiser. Twice is not an error.
func (t *Team) End(ctx context.Context, organiser registration.ID, key string) error {
	if key == "" {
		return nil
	}
	if err := t.store.EndSessions(ctx, organiser, key); err != nil && !gone(err) {
		return fmt.Errorf("end session: %w", err)
	}
	return t.Note(ctx, ActSignedOut, "", "")
}

// SaveForm stores, for an hour, what an organiser typed into a form while they sign
// in again. It replaces a form saved before.
func (t *Team) SaveForm(ctx context.Context, organiser registration.ID, form string) error {
	return t.store.SaveForm(ctx, organiser, form, t.Now())
}

// TakeForm returns the saved form and deletes it; "" if there is none.
func (t *Team) TakeForm(ctx context.Context, organiser registration.ID) (string, error) {
	return t.store.TakeForm(ctx, organiser)
}

// SetDigest says whether an organiser wants the daily digest.
func (t *Team) SetDigest(ctx context.Context, organiser registration.ID, on bool) error {
	return t.store.SetDigest(ctx, organiser, on)
}

// digestHour is when the digests of a day are posted, in Paris.
const digestHour = 7

// PostDigests posts the digests of the day to those who want them. Before seven in
// the morning, in Paris, it does nothing. It may be called again: nobody gets two
// on a day.
func (t *Team) PostDigests(ctx context.Context) error {
	now := t.Now().In(registration.Paris)
	if now.Hour() < digestHour {
		return nil
	}
	n, err := t.store.PostDigests(ctx, territoires.DateOf(now, registration.Paris).String(), now)
	if err != nil {
		return fmt.Errorf("digests: %w", err)
	}
	if n > 0 {
		t.posted()
	}
	return nil
}

// Run posts the digests and deletes old sessions and saved forms, every minute
// until ctx is done.
func (t *Team) Run(ctx context.Context) {
	for {
		err := errors.Join(t.PostDigests(ctx), t.store.DeleteSessions(ctx, t.Now()))
		if err != nil && ctx.Err() == nil {
			t.log.WarnContext(ctx, "upkeep of the team failed", "err", err)
		}
		select {
		case <-ctx.Done():
			return
		case <-time.After(time.Minute):
		}
	}
}
