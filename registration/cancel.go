package registration

import (
	"context"
	"errors"
	"maps"
	"slices"
	"time"
)

// UndoFor is how long a cancellation can be undone.
const UndoFor = 10 * time.Minute

// cancel gives back every seat and place of s and, if it leads a party and not
// alone is to go, of its companions. Twice is not an error.
func (c change) cancel(s Signup, a EventKind, alone bool) (Signup, error) {
	if !s.EndedAt.IsZero() {
		return s, nil
	}
	party := []Signup{s}
	if s.ID == s.Party && !alone {
		all, err := c.Party(s.ID)
		if err != nil {
			return s, err
		}
		party = slices.DeleteFunc(all, func(p Signup) bool { return !p.EndedAt.IsZero() })
	}
	// Whom the lead brings hears nothing before the lead's address is confirmed.
	invited := s.ID != s.Party || !s.AddressConfirmedAt.IsZero()
	for _, p := range party {
		p.end(Cancelled, c.now)
		var mails []Kind
		switch {
		case p.Email == "" || p.ID == s.ID && a == EventDisavowed: // a disavowed address gets no more
		case p.ID == s.ID || invited || !p.AddressConfirmedAt.IsZero():
			mails = append(mails, MailCancelled)
		}
		if err := c.write(p, a, mails...); err != nil {
			return s, err
		}
		if p.ID == s.ID {
			s = p
		}
	}
	return s, nil
}

// end puts every place of s that is not over in the state st. A cancellation
// remembers what it ended.
func (s *Signup) end(st State, now time.Time) {
	for _, p := range s.Places {
		if p.State.Ended() {
			continue
		}
		was := p.State
		s.set(p.Session, st, now)
		if st == Cancelled {
			p = s.place(p.Session)
			p.Was = was
			s.put(p)
		}
	}
	s.EndedAt = now
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

// undo restores what one cancellation ended, s and those who went with it:
// their seats if they are still free, otherwise the first place in the queue.
func (c change) undo(s Signup) (Signup, error) {
	if s.EndedAt.IsZero() {
		return s, nil
	}
	if s.State(MeetingSession) != Cancelled || s.place(MeetingSession).Was == "" || !c.now.Before(s.EndedAt.Add(UndoFor)) {
		return s, ErrExpired
	}
	if c.Meeting().Phase(c.now) == PhaseCancelled || c.Meeting().Frozen(c.now) {
		return s, ErrClosed
	}
	party := []Signup{s}
	if s.ID == s.Party {
		all, err := c.Party(s.ID)
		if err != nil {
			return s, err
		}
		party = slices.DeleteFunc(all, func(p Signup) bool { return !p.EndedAt.Equal(s.EndedAt) || p.State(MeetingSession) != Cancelled })
	}
	for _, id := range s.undoable() {
		if err := c.restore(party, id); err != nil {
			return s, err
		}
	}
	for _, p := range party {
		p.EndedAt = time.Time{}
		var mails []Kind
		if p.Email != "" && !p.AddressConfirmedAt.IsZero() {
			mails = append(mails, welcome(p))
		}
		if err := c.write(p, EventUndone, mails...); err != nil {
			return s, err
		}
		if p.ID == s.ID {
			s = p
		}
	}
	return s, nil
}

// undoable lists the sessions that a cancellation ended, the meeting first.
func (s Signup) undoable() []SessionID {
	ids := []SessionID{MeetingSession}
	for _, p := range s.Places {
		if p.Session != MeetingSession && p.State == Cancelled && p.Was != "" && p.Since.Equal(s.EndedAt) {
			ids = append(ids, p.Session)
		}
	}
	return ids
}

// restore puts a party back where it was in one session before it was
// cancelled.
func (c change) restore(party []Signup, id SessionID) error {
	was := party[0].place(id).Was
	// What was taken back may pass those who wait: nobody was promised it yet.
	full, err := c.withoutRoom(group{len(party), party[0].Party, time.Unix(0, 0)}, []SessionID{id})
	if err != nil {
		return err
	}
	first, _, err := c.Ranks(id)
	if err != nil {
		return err
	}
	for i := range party {
		p := &party[i]
		seat := p.place(id)
		switch {
		case was == Approval:
			p.set(id, Approval, c.now)
		case was == Queued:
			p.set(id, Queued, c.now)
		case len(full) == 0 && (id == MeetingSession || p.State(MeetingSession) == Seated):
			p.set(id, Seated, c.now)
		case !c.Meeting().KeepsQueue(c.now):
			return &FullError{Session: id}
		default:
			if seat.Rank = c.now; !first.IsZero() {
				seat.Rank = first.Add(-time.Microsecond)
			}
			p.put(seat)
			p.set(id, Queued, c.now)
		}
	}
	return nil
}

// ManyAct is what an organiser does for many sign-ups at once.
type ManyAct string

// The acts for many.
const (
	ManyApprove ManyAct = "approve"
	ManyRefuse  ManyAct = "refuse" // with a reason, or none
	ManyCancel  ManyAct = "cancel" // each alone: companions who are not named keep their places
	ManyResend  ManyAct = "resend" // the mail that says where it stands
)

// ManyActs lists them in the order of the form.
func ManyActs() []ManyAct { return []ManyAct{ManyApprove, ManyRefuse, ManyCancel, ManyResend} }

// Applies returns nil if the act can be done for s at now, as s is read; otherwise
// why not: [ErrNotFound] for who waits for no decision, [ErrCancelled],
// [ErrClosed] for who was refused or has no address, or [ErrExpired].
func (a ManyAct) Applies(s Signup, now time.Time) error {
	switch state := s.State(MeetingSession); {
	case a == ManyApprove || a == ManyRefuse:
		if state != Approval {
			return ErrNotFound
		}
	case state == Cancelled:
		return ErrCancelled
	case state == Refused, a == ManyResend && s.Email == "":
		return ErrClosed
	case !s.EndedAt.IsZero(), s.HoldExpired(now):
		return ErrExpired
	}
	return nil
}

// manyBatch is for how many sign-ups one transaction acts.
const manyBatch = 100

// Batch is what became of the sign-ups of one transaction of [Desk.ActForMany].
type Batch struct {
	Done   []Signup // as the act left them
	Passed []Passed
	Err    error // why none of it was done; nil if it was
	Left   []ID  // with Err: those of this batch and of those after it, which was not begun
}

// Passed is a sign-up that was passed over: somebody cancelled a second before,
// or another organiser has decided.
type Passed struct {
	Signup Signup
	Err    error
}

// ActForMany does one act for many sign-ups, a hundred in a transaction each, in
// the order in which they signed up, and says of each transaction what became of
// it. It goes on until one fails, also when whoever asked for it has left. The
// decision on one of a party is that on all of it. It returns a
// [*validation.Error] whose path is reason or codes; nothing was done then.
func (d *Desk) ActForMany(ctx context.Context, slug string, act ManyAct, ids []ID, reason string) ([]Batch, error) {
	reason, err := checkedReason(reason)
	if err != nil {
		return nil, err
	}
	if len(ids) > MaxChosen {
		return nil, Filter{Codes: make([]string, len(ids))}.Check(Meeting{})
	}
	ids = slices.Clone(ids)
	slices.SortFunc(ids, func(a, b ID) int { return slices.Compare(a[:], b[:]) })
	ids = slices.Compact(ids)
	ctx = context.WithoutCancel(ctx)
	var batches []Batch
	decided := map[ID]bool{}
	for len(ids) > 0 {
		some := ids[:min(manyBatch, len(ids))]
		var b Batch
		now := map[ID]bool{}
		b.Err = d.change(ctx, slug, "act for many", func(c change) (err error) {
			b, now = Batch{}, maps.Clone(decided) // the store may run it twice
			for _, id := range some {
				if err := c.actFor(&b, now, act, id, reason); err != nil {
					return err
				}
			}
			return nil
		})
		if b.Err != nil {
			return append(batches, Batch{Err: b.Err, Left: ids}), nil
		}
		batches, decided, ids = append(batches, b), now, ids[len(some):]
	}
	return batches, nil
}

// actFor does an act for one of many, or passes it over.
func (c change) actFor(b *Batch, decided map[ID]bool, act ManyAct, id ID, reason string) error {
	s, err := c.Signup(id)
	if err != nil {
		return err
	}
	decides := act == ManyApprove || act == ManyRefuse
	if decides && decided[s.Party] { // with another of the party
		b.Done = append(b.Done, s)
		return nil
	}
	err = act.Applies(s, c.now)
	switch {
	case err != nil:
	case decides:
		err = c.decide(s, act == ManyApprove, reason)
		decided[s.Party] = err == nil
	case act == ManyResend:
		err = c.sendAgain(s)
	case s.Invited():
		err = c.remove(s)
	default:
		_, err = c.cancel(s, EventCancelled, true)
	}
	if err == nil {
		if s, err = c.Signup(id); err == nil {
			b.Done = append(b.Done, s)
		}
		return err
	}
	for _, over := range []error{ErrNotFound, ErrCancelled, ErrClosed, ErrExpired, ErrFull} {
		if errors.Is(err, over) {
			b.Passed = append(b.Passed, Passed{s, err})
			return nil // a transaction that the error has spoiled fails as a whole
		}
	}
	return err
}
