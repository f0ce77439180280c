package registration

import (
	"errors"
	"fmt"
	"slices"
	"time"
)

// The transitions of a sign-up: those that somebody asks for are in this file,
// those that follow from a seat that is free in queue.go. Each runs inside one
// Store.Change: it reads under the lock, decides, and writes the sign-ups,
// their mails and their history together.

// mailsPerDay is how many mails one address gets in 24 hours from forms,
// whatever is posted.
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
	now   time.Time
	actor Actor // who asked for it
}

// Record adds a line to the history, with who did it: what a time that came
// ends was done by nobody.
func (c change) Record(e Event) error {
	e.Actor = c.actor
	if slices.Contains([]EventKind{EventExpired, EventOfferEnded, EventForgotten}, e.Kind) {
		e.Actor = Actor{Kind: ActorSystem}
	}
	return c.Tx.Record(e)
}

// checkOpen returns nil while the meeting checkOpen sign-ups.
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

// checkActive returns nil while something can be done with s.
func (c change) checkActive(s Signup) error {
	switch {
	case s.State(MeetingSession) == Cancelled:
		return ErrCancelled
	case s.State(MeetingSession) == Refused:
		return ErrClosed
	case !s.EndedAt.IsZero(), s.HoldExpired(c.now):
		return ErrExpired
	}
	return nil
}

// checkEditable returns nil while the person may still change something: until the
// freeze, also after sign-ups have closed.
func (c change) checkEditable(s Signup) error {
	if err := c.checkActive(s); err != nil {
		return err
	}
	if m := c.Meeting(); m.Frozen(c.now) || m.Phase(c.now) == PhaseCancelled {
		return ErrClosed
	}
	return nil
}

// signUp gives the party, its lead first, seats or places in the queues, held
// until their addresses are confirmed. A known address gets a mail instead, and
// the same answer: nil, or a *FullError when there is no room for all of them.
// A known companion stays a row that nobody answers: see [Signup.Invited].
func (c change) signUp(party []Signup, sessions []SessionID) (full *FullError, err error) {
	if err := c.Meeting().checkOpen(c.now); err != nil {
		return nil, err
	}
	known := make([]bool, len(party))
	for i, s := range party {
		if known[i], err = c.handleDuplicate(s.AddressKey); err != nil {
			return nil, err
		}
		if known[0] { // a known lead gets the same answer as a new one
			return c.assignPlaces(party, sessions)
		}
	}
	if full, err := c.assignPlaces(party, sessions); full != nil || err != nil {
		return full, err
	}
	for i, s := range party {
		if err := c.hold(s, known[i]); err != nil {
			return nil, err
		}
	}
	return nil, nil
}

// hold stores a new sign-up, held until its address is confirmed. One that
// nobody may answer is stored as one that was not confirmed in time: without a
// seat, a hold or a mail.
func (c change) hold(s Signup, unanswerable bool) error {
	s.HeldUntil = c.Meeting().HoldUntil(c.now)
	var mails []Kind
	switch {
	case unanswerable:
		s.end(Expired, c.now)
	case s.Email != "":
		mails = append(mails, MailConfirm)
	}
	if err := c.insert(&s); err != nil {
		return err
	}
	return c.noteChanges(EventSignedUp, Signup{}, s, mails...)
}

// assignPlaces puts every member of a party where there is room: in a seat or, if the
// meeting keeps queues, at the end of the queue; together in the meeting, and
// then session by session. Where an organiser decides first, all wait for that.
// It writes nothing.
func (c change) assignPlaces(party []Signup, sessions []SessionID) (*FullError, error) {
	m := c.Meeting()
	set := func(id SessionID, st State) {
		for i := range party {
			party[i].set(id, st, c.now)
		}
	}
	if m.Approval && party[0].State(MeetingSession) != Approval {
		for _, id := range append([]SessionID{MeetingSession}, sessions...) {
			set(id, Approval)
		}
		return nil, nil
	}
	lacking, err := c.withoutRoom(len(party), append([]SessionID{MeetingSession}, sessions...))
	if err != nil {
		return nil, err
	}
	if len(lacking) > 0 && !m.Queue {
		return &FullError{Session: lacking[0]}, nil
	}
	for _, id := range append([]SessionID{MeetingSession}, sessions...) {
		// Without a seat in the meeting, one in a session would stay empty.
		if !slices.Contains(lacking, id) && !slices.Contains(lacking, MeetingSession) {
			set(id, Seated)
		} else if err := c.queue(party, id); err != nil {
			return nil, err
		}
	}
	return nil, nil
}

// withoutRoom returns those of the sessions that have fewer than n seats left.
// Holds that have ended are released before one is said to be full.
func (c change) withoutRoom(n int, wanted []SessionID) ([]SessionID, error) {
	short, err := c.tooFull(n, wanted)
	if len(short) == 0 || err != nil {
		return short, err
	}
	if released, err := c.expireHolds(releaseBatch); released == 0 || err != nil {
		return short, err
	}
	return c.tooFull(n, wanted)
}

func (c change) tooFull(n int, wanted []SessionID) ([]SessionID, error) {
	if len(wanted) == 0 {
		return nil, nil
	}
	all, err := c.Occupancy()
	if err != nil {
		return nil, err
	}
	var short []SessionID
	for _, id := range wanted {
		i := slices.IndexFunc(all, func(o Occupancy) bool { return o.Session == id })
		if i < 0 || all[i].Free() < n {
			short = append(short, id)
		}
	}
	return short, nil
}

// handleDuplicate tells the person of an active sign-up that they have one already. A
// sign-up whose hold has ended makes way for the new one.
func (c change) handleDuplicate(key string) (bool, error) {
	if key == "" {
		return false, nil
	}
	s, err := c.ByAddress(key)
	switch {
	case errors.Is(err, ErrNotFound):
		return false, nil
	case err != nil:
		return false, err
	case s.HoldExpired(c.now):
		return false, c.expire(s)
	}
	return true, c.mailOwnLink(s)
}

// mailOwnLink sends a person the link to their sign-up, unless their address has
// had enough mail for a day.
func (c change) mailOwnLink(s Signup) error {
	posted, err := c.PostedSince(s.AddressKey, c.now.Add(-24*time.Hour))
	if err != nil {
		return err
	}
	if posted >= mailsPerDay {
		return c.note(EventKnown, s)
	}
	return c.note(EventKnown, s, MailKnown)
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

// confirm records that the address of s is its owner's; companions who gave no
// address are confirmed with their lead.
func (c change) confirm(s Signup) (Signup, error) {
	if err := c.checkActive(s); err != nil {
		return s, err
	}
	if !s.AddressConfirmedAt.IsZero() {
		return s, nil
	}
	if c.Meeting().Phase(c.now) == PhaseCancelled {
		return s, ErrClosed
	}
	// A clock that was set back does not confirm what is not signed up yet.
	s.AddressConfirmedAt = latest(c.now, s.CreatedAt)
	if err := c.write(s, EventConfirmed, s.mail(welcome(s))...); err != nil || s.ID != s.Party {
		return s, err
	}
	party, err := c.Party(s.ID)
	for _, p := range party {
		if p.ID == s.ID || p.Email != "" || !p.EndedAt.IsZero() || err != nil {
			continue
		}
		p.AddressConfirmedAt = s.AddressConfirmedAt
		err = c.write(p, EventConfirmed)
	}
	return s, err
}

// welcome is the mail that says where a confirmed person stands.
func welcome(s Signup) Kind {
	switch s.State(MeetingSession) {
	case Queued:
		return MailWaitlisted
	case Approval:
		return MailReceived
	}
	return MailConfirmed
}

// choose makes sessions the ones in which s has a seat or, where the meeting
// keeps queues, waits for one: all of them or, with a *FullError, none of the
// change.
func (c change) choose(s Signup, sessions []SessionID) (Signup, error) {
	if err := c.checkEditable(s); err != nil {
		return s, err
	}
	var fresh []SessionID
	for _, id := range sessions {
		if st := s.State(id); st == "" || st.Ended() {
			fresh = append(fresh, id)
		}
	}
	lacking, err := c.withoutRoom(1, fresh)
	if err != nil {
		return s, err
	}
	if len(lacking) > 0 && !c.Meeting().Queue {
		return s, &FullError{Session: lacking[0]}
	}
	for _, p := range s.Places {
		if p.Session != MeetingSession && !p.State.Ended() && !slices.Contains(sessions, p.Session) {
			s.set(p.Session, Cancelled, c.now)
			p = s.place(p.Session)
			p.Rank = time.Time{} // who comes back queues again
			s.put(p)
		}
	}
	for _, id := range fresh {
		st := s.State(MeetingSession)
		if st == Offered || st == Seated && slices.Contains(lacking, id) {
			st = Queued
		}
		if st != Queued {
			s.set(id, st, c.now)
			continue
		}
		one := []Signup{s}
		if err := c.queue(one, id); err != nil {
			return s, err
		}
		s = one[0]
	}
	return s, c.write(s, EventChanged, s.mail(MailChanged)...)
}

// mail returns k if s has a confirmed address to write to.
func (s Signup) mail(k Kind) []Kind {
	if s.Email == "" || s.AddressConfirmedAt.IsZero() {
		return nil
	}
	return []Kind{k}
}

// releaseBatch is how many holds and offers one transaction ends at most.
const releaseBatch = 200

// expireHolds ends at most n holds that are over.
func (c change) expireHolds(n int) (int, error) {
	over, err := c.ExpiredHolds(c.now, n)
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
	return c.write(s, EventExpired)
}

// write stores s with the line of history and the mails of one act.
func (c change) write(s Signup, a EventKind, mails ...Kind) error {
	was, err := c.Signup(s.ID)
	if err != nil {
		return err
	}
	if err := c.Update(s); err != nil {
		return err
	}
	return c.noteChanges(a, was, s, mails...)
}

// note stores the line of history and the mails of one act that left s as it
// was.
func (c change) note(a EventKind, s Signup, mails ...Kind) error {
	return c.noteChanges(a, s, s, mails...)
}

// noteChanges stores the line of history, with what differs, and the mails of
// one act that made was into s.
func (c change) noteChanges(a EventKind, was, s Signup, mails ...Kind) error {
	if err := c.Record(Event{At: c.now, Kind: a, Signup: s.ID, Changes: changes(was, s)}); err != nil {
		return err
	}
	for _, k := range mails {
		if err := c.Post(Mail{ID: NewID(), Kind: k, Meeting: s.Meeting, Signup: s.ID, CreatedAt: c.now}); err != nil {
			return err
		}
	}
	return nil
}
