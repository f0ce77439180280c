package registration

import (
	"errors"
	"fmt"
	"slices"
	"time"
)

// The transitions of a sign-up, all in this file. Each runs inside one
// Store.Change: it reads under the lock, decides, and writes the sign-up, its
// mail and its history together.

// mailsPerDay is how many mails one address gets in 24 hours from sign-up
// forms, whatever is posted.
const mailsPerDay = 4

// FullError tells which session has no seat left. It wraps [ErrFull].
type FullError struct{ Session SessionID }

func (e *FullError) Error() string {
	return fmt.Sprintf("registration: no seat left in session %q", e.Session)
}

func (e *FullError) Unwrap() error { return ErrFull }

// change is one run of a transition.
type change struct {
	Tx
	now time.Time
}

// takes returns nil while the meeting takes sign-ups.
func (m Meeting) takes(now time.Time) error {
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

// signUp gives s a seat in the meeting and in each of the sessions, held until
// its address is confirmed. A known address gets a mail instead, and the same
// answer: nil, or a *FullError when there is no seat for anybody.
func (c change) signUp(s Signup, sessions []SessionID) (full *FullError, err error) {
	if err := c.Meeting().takes(c.now); err != nil {
		return nil, err
	}
	known, err := c.known(s.AddressKey)
	if err != nil {
		return nil, err
	}
	wanted := append([]SessionID{Whole}, sessions...)
	full, err = c.room(wanted)
	switch {
	case err != nil:
		return nil, err
	case known:
		return full, nil
	case full != nil:
		return full, nil
	}
	for _, id := range wanted {
		s.set(id, Seated, c.now)
	}
	s.HeldUntil = c.Meeting().HoldUntil(c.now)
	if err := c.insert(&s); err != nil {
		return nil, err
	}
	return nil, c.note(ActSignedUp, s, MailConfirm)
}

// known tells the person of an active sign-up that they have one already. A
// sign-up whose hold has ended makes way for the new one.
func (c change) known(key string) (bool, error) {
	s, err := c.ByAddress(key)
	switch {
	case errors.Is(err, ErrNotFound):
		return false, nil
	case err != nil:
		return false, err
	case s.Lapsed(c.now):
		return false, c.expire(s)
	}
	posted, err := c.PostedSince(key, c.now.Add(-24*time.Hour))
	if err != nil {
		return true, err
	}
	if posted >= mailsPerDay {
		return true, c.note(ActKnown, s)
	}
	return true, c.note(ActKnown, s, MailKnown)
}

// room returns nil if each of the sessions has a seat left. Holds that have
// ended are released before the answer is no.
func (c change) room(wanted []SessionID) (*FullError, error) {
	full, err := c.firstFull(wanted)
	if full == nil || err != nil {
		return full, err
	}
	if n, err := c.release(releaseBatch); n == 0 || err != nil {
		return full, err
	}
	return c.firstFull(wanted)
}

func (c change) firstFull(wanted []SessionID) (*FullError, error) {
	all, err := c.Occupancy()
	if err != nil {
		return nil, err
	}
	for _, id := range wanted {
		i := slices.IndexFunc(all, func(o Occupancy) bool { return o.Session == id })
		if i < 0 || all[i].Free() < 1 {
			return &FullError{Session: id}, nil
		}
	}
	return nil, nil
}

// insert stores s under a short code that the meeting does not know yet.
func (c change) insert(s *Signup) error {
	for range 8 {
		s.Code = MintCode()
		if err := c.Insert(*s); !errors.Is(err, ErrCodeTaken) {
			return err
		}
	}
	return ErrCodeTaken
}

// confirm records that the address of s is its owner's.
func (c change) confirm(s Signup) (Signup, error) {
	switch {
	case s.State(Whole) == Cancelled:
		return s, ErrCancelled
	case !s.EndedAt.IsZero(), s.Lapsed(c.now):
		return s, ErrExpired
	case !s.AddressConfirmedAt.IsZero():
		return s, nil
	case c.Meeting().Phase(c.now) == PhaseCancelled:
		return s, ErrClosed
	}
	s.AddressConfirmedAt = c.now
	return s, c.write(s, ActConfirmed, MailConfirmed)
}

// cancel gives back every seat and place of s. Twice is not an error.
func (c change) cancel(s Signup, a Act) (Signup, error) {
	if !s.EndedAt.IsZero() {
		return s, nil
	}
	s.end(Cancelled, c.now)
	if a == ActDisavowed { // the address is not the person's: no more mail to it
		return s, c.write(s, a)
	}
	return s, c.write(s, a, MailCancelled)
}

// choose makes sessions the ones in which s has a seat: all of them or, with a
// *FullError, none of the change.
func (c change) choose(s Signup, sessions []SessionID) (Signup, error) {
	switch {
	case s.State(Whole) == Cancelled:
		return s, ErrCancelled
	case !s.EndedAt.IsZero(), s.Lapsed(c.now):
		return s, ErrExpired
	}
	if err := c.Meeting().takes(c.now); err != nil {
		return s, err
	}
	var fresh []SessionID
	for _, id := range sessions {
		if _, ok := c.Meeting().Session(id); !ok {
			return s, ErrNotFound
		}
		if s.State(id) != Seated {
			fresh = append(fresh, id)
		}
	}
	if full, err := c.room(fresh); err != nil {
		return s, err
	} else if full != nil {
		return s, full
	}
	s.Places = slices.Clone(s.Places)
	for _, p := range s.Places {
		if p.Session != Whole && !p.State.Ended() && !slices.Contains(sessions, p.Session) {
			s.set(p.Session, Cancelled, c.now)
		}
	}
	for _, id := range fresh {
		s.set(id, Seated, c.now)
	}
	return s, c.write(s, ActChanged)
}

// releaseBatch is how many holds one transaction releases at most.
const releaseBatch = 200

// release ends at most n holds that are over.
func (c change) release(n int) (int, error) {
	over, err := c.Lapsed(c.now, n)
	if err != nil {
		return 0, err
	}
	for _, s := range over {
		if err := c.expire(s); err != nil {
			return 0, err
		}
	}
	return len(over), nil
}

func (c change) expire(s Signup) error {
	s.end(Expired, c.now)
	return c.write(s, ActExpired)
}

// end puts every place of s that is not over in the state st.
func (s *Signup) end(st State, now time.Time) {
	s.Places = slices.Clone(s.Places)
	for i, p := range s.Places {
		if !p.State.Ended() {
			s.Places[i] = Place{Session: p.Session, State: st, Since: now}
		}
	}
	s.EndedAt = now
}

// write stores s with the line of history and the mails of one act.
func (c change) write(s Signup, a Act, mails ...Kind) error {
	if err := c.Update(s); err != nil {
		return err
	}
	return c.note(a, s, mails...)
}

// note stores the line of history and the mails of one act on s.
func (c change) note(a Act, s Signup, mails ...Kind) error {
	if err := c.Record(Event{At: c.now, Act: a, Signup: s.ID}); err != nil {
		return err
	}
	for _, k := range mails {
		if err := c.Post(Mail{ID: NewID(), Kind: k, Meeting: s.Meeting, Signup: s.ID, CreatedAt: c.now}); err != nil {
			return err
		}
	}
	return nil
}
