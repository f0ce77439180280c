package registration

import (
	"context"
	"crypto/sha256"
	"encoding/base32"
	"errors"
	"fmt"
	"slices"
	"time"
)

// Holds counts the seats of a meeting that wait for a confirmation, and its sign-ups
// since an instant that the caller gives.
type Holds struct {
	Unconfirmed int // seats of the meeting that wait for a confirmation
	Recent      int // sign-ups since the instant
	Confirmed   int // those of Recent that are confirmed
}

// strained reports whether more than half of the seats wait for a confirmation, and
// less than a fifth of the recent sign-ups are confirmed.
func (h Holds) strained(seats Seats) bool {
	return seats > 0 && 2*h.Unconfirmed > int(seats) && 5*h.Confirmed < h.Recent
}

// holdsWindow is the time over which the desk counts recent sign-ups in [Holds].
const holdsWindow = time.Hour

// shortHoldUntil is [Meeting.HoldUntil] while holds are strained: a twelfth of the usual
// time, but at least two hours. The night does not count. It is never later than usual.
func (m Meeting) shortHoldUntil(now time.Time) time.Time {
	usual := m.HoldUntil(now)
	hold := m.Hold
	if hold == 0 {
		hold = HoldFor
	}
	if short := awakeUntil(now, max(hold/12, 2*time.Hour)); short.Before(usual) {
		return short
	}
	return usual
}

// holdUntil returns the end of the hold of a place in this state that begins now. Only
// the hold of a seat may be shortened, and it does not end before told, the instant that
// the person's form showed as its end.
func (c change) holdUntil(st State, told time.Time) (time.Time, error) {
	usual := c.Meeting().HoldUntil(c.now)
	all, err := c.Occupancy()
	if err != nil || st != Seated || !c.limited() || !mayBeStrained(all) {
		return usual, err
	}
	h, err := c.cache.recentHolds(c.Meeting().Slug, c.now, c.Holds)
	if err != nil || !h.strained(c.Meeting().Seats) {
		return usual, err
	}
	short := latest(c.Meeting().shortHoldUntil(c.now), told)
	if short.After(usual) {
		return usual, nil
	}
	return short, nil
}

// mayBeStrained reports whether more than half of the meeting's seats are taken, without
// which holds cannot be strained.
func mayBeStrained(all []Occupancy) bool {
	return slices.ContainsFunc(all, func(o Occupancy) bool { return o.Session == MeetingSession && o.Seats > 0 && 2*o.Taken > int(o.Seats) })
}

// HoldUntil returns until when somebody who signs up now may confirm, for the form to
// show.
func (d *Desk) HoldUntil(ctx context.Context, v View) (time.Time, error) {
	if d.noLimits || !mayBeStrained(v.Occupancy) {
		return v.Meeting.HoldUntil(d.Now()), nil
	}
	h, err := d.holds(ctx, v.Meeting.Slug)
	if err != nil {
		return time.Time{}, fmt.Errorf("holds: %w", err)
	}
	if h.strained(v.Meeting.Seats) {
		return v.Meeting.shortHoldUntil(d.Now()), nil
	}
	return v.Meeting.HoldUntil(d.Now()), nil
}

// strain returns how many seats of a meeting wait for a confirmation if holds are
// strained, and 0 otherwise.
func (d *Desk) strain(ctx context.Context, v View) (int, error) {
	if d.noLimits || v.Meeting.checkOpen(d.Now()) != nil || !mayBeStrained(v.Occupancy) {
		return 0, nil
	}
	h, err := d.holds(ctx, v.Meeting.Slug)
	if err != nil || !h.strained(v.Meeting.Seats) {
		return 0, err
	}
	return h.Unconfirmed, nil
}

// alertEvery is the least time between two alerts about one meeting to an organiser.
const alertEvery = 6 * time.Hour

// AlertHolds posts a [MailAlert] to the organisers of each meeting with strained holds.
func (d *Desk) AlertHolds(ctx context.Context) error {
	all, err := d.store.Meetings(ctx)
	if err != nil || d.noLimits {
		return err
	}
	now := d.Now()
	for _, m := range all {
		if m.checkOpen(now) != nil {
			continue
		}
		h, e := d.holds(ctx, m.Slug)
		if e == nil && h.strained(m.Seats) {
			var told int
			if told, e = d.store.PostAlerts(ctx, m.Slug, now.Add(-alertEvery), now); told > 0 {
				d.log.WarnContext(ctx, "most seats wait for a confirmation: organisers are told", "event", "holds_strained",
					"meeting", m.Slug, "unconfirmed", h.Unconfirmed, "last_hour", h.Recent, "confirmed", h.Confirmed)
				d.posted()
			}
		}
		err = errors.Join(err, e)
	}
	return err
}

// NetworkHolds counts the unconfirmed sign-ups of a meeting from one network.
type NetworkHolds struct {
	Network     string // a keyed hash
	People      int
	Seats       int // of the meeting
	First, Last time.Time
}

// Label returns a short name for the network, which does not reveal its address.
func (n NetworkHolds) Label() string {
	b := sha256.Sum256([]byte(n.Network))
	return base32.StdEncoding.EncodeToString(b[:5])[:6]
}

// mostNetworks is how many networks [Desk.NetworkHolds] returns.
const mostNetworks = 50

// NetworkHolds returns the networks with the most unconfirmed sign-ups of a meeting, the
// largest first.
func (d *Desk) NetworkHolds(ctx context.Context, slug string) ([]NetworkHolds, error) {
	all, err := d.store.NetworkHolds(ctx, slug, mostNetworks)
	if err != nil {
		return nil, fmt.Errorf("network holds: %w", err)
	}
	return all, nil
}

// ReleaseNetwork ends the unconfirmed sign-ups of a meeting from one network, offers
// their seats to those who wait, and returns how many it ended. They get no mail, since
// their addresses may be those of other people.
func (d *Desk) ReleaseNetwork(ctx context.Context, slug, network string) (n int, err error) {
	for more := true; more && err == nil; {
		found, released := 0, 0 // by the last run: the store may run the change again
		err = d.change(ctx, slug, "release network", func(c change) error {
			some, err := c.Unconfirmed(network, releaseBatch)
			if found = len(some); err == nil {
				released, err = c.release(some)
			}
			return err
		})
		if err == nil {
			n += released
		}
		more = found == releaseBatch
	}
	return n, err
}

// UndoFor is how long a cancellation can be undone.
const UndoFor = 10 * time.Minute

// cancel gives back every seat and place of s and, if s leads a party and
// alone is false, those of its companions. A second call does nothing.
func (c change) cancel(s Signup, a EventKind, alone bool) (Signup, error) {
	if !s.EndedAt.IsZero() {
		return s, nil
	}
	party := []Signup{s}
	if s.ID == s.Party && !alone {
		all, err := c.endAside(s, a)
		if err != nil {
			return s, err
		}
		party = slices.DeleteFunc(all, func(p Signup) bool { return !p.EndedAt.IsZero() })
	}
	// Companions get no mail before the lead's address is confirmed.
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
	if s.ID != s.Party && s.Email == "" && c.actor.Kind == ActorOrganiser {
		return s, c.tellLead(s.Party)
	}
	return s, nil
}

// end puts every place of s that has not ended in the state st. A cancellation keeps
// the former state in [Place.Was], so that it can be undone.
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

// expireHolds ends at most n sign-ups whose hold is over, and returns how many.
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

// undo restores s and those who were cancelled together with it: their seats if they
// are still free, otherwise the first place in the queue.
func (c change) undo(s Signup) (Signup, error) {
	if s.EndedAt.IsZero() {
		return s, nil
	}
	if s.State(MeetingSession) != Cancelled || s.place(MeetingSession).Was == "" || !c.now.Before(s.EndedAt.Add(UndoFor)) {
		return s, ErrExpired
	}
	if c.Meeting().Phase(c.now) == PhaseCancelled || c.Meeting().Frozen(c.now) && c.actor.Kind != ActorOrganiser {
		return s, ErrClosed
	}
	party := []Signup{s}
	if s.ID == s.Party {
		all, err := c.Party(s.ID)
		if err != nil {
			return s, err
		}
		party = party[:0]
		for _, p := range all {
			if back, err := c.comesBack(p, s); err != nil {
				return s, err
			} else if back {
				party = append(party, p)
			}
		}
	} else if lead, err := c.Signup(s.Party); err != nil {
		return s, err
	} else if s.Email == "" { // the lead may have confirmed meanwhile
		party[0].AddressConfirmedAt = lead.AddressConfirmedAt
	}
	for _, id := range c.undoable(party) {
		if err := c.restore(party, id); err != nil {
			return s, err
		}
	}
	for _, p := range party {
		p.EndedAt = time.Time{}
		var mails []Kind
		if p.Email != "" && !p.AddressConfirmedAt.IsZero() {
			mails = append(mails, standingMail(p))
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

// comesBack reports whether p returns when s, its lead or itself, takes the cancellation
// back: p was cancelled with s, was not erased since and has not signed up again.
func (c change) comesBack(p, s Signup) (bool, error) {
	if p.ID == s.ID {
		return true, nil
	}
	if !p.EndedAt.Equal(s.EndedAt) || p.lost(MeetingSession) == "" {
		return false, nil
	}
	if p.AddressKey == "" {
		return true, nil
	}
	_, err := c.ByAddress(p.AddressKey)
	if errors.Is(err, ErrNotFound) {
		return true, nil
	}
	return false, err
}

// lost returns the state in the session that the cancellation of s has ended, "" for none.
func (s Signup) lost(id SessionID) State {
	if p := s.place(id); p.State == Cancelled && p.Since.Equal(s.EndedAt) {
		return p.Was
	}
	return ""
}

// undoable lists the sessions, of those that the meeting still has, in which the
// cancellation ended places of the party, the meeting first.
func (c change) undoable(party []Signup) []SessionID {
	ids := []SessionID{MeetingSession}
	for _, s := range party {
		for _, p := range s.Places {
			if _, ok := c.Meeting().Capacity(p.Session); ok && s.lost(p.Session) != "" && !slices.Contains(ids, p.Session) {
				ids = append(ids, p.Session)
			}
		}
	}
	return ids
}

// restore puts each of a party back where they were in one session before the
// cancellation.
func (c change) restore(party []Signup, id SessionID) error {
	var had []*Signup // a seat, or an offer of one
	for i := range party {
		switch p := &party[i]; p.lost(id) {
		case "": // was not there
		case Approval, Queued:
			p.set(id, p.lost(id), c.now)
		default:
			had = append(had, p)
		}
	}
	if len(had) == 0 {
		return nil
	}
	// The party takes a free seat before those who wait: none of them has an offer of it.
	full, err := c.withoutRoom(group{len(had), party[0].Party, time.Unix(0, 0)}, []SessionID{id})
	if err != nil {
		return err
	}
	first, _, err := c.Ranks(id)
	if err != nil {
		return err
	}
	for _, p := range had {
		seat := p.place(id)
		switch {
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

// insert stores s under a new short code that is unique in the meeting.
func (c change) insert(s *Signup) error {
	for range 8 {
		s.Code = MintCode()
		if err := c.Insert(*s); !errors.Is(err, ErrCodeTaken) {
			return err
		}
	}
	return ErrCodeTaken
}
