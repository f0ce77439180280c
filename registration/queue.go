package registration

import (
	"slices"
	"time"

	"github.com/territoires-industrie/sdk/territoires"
)

// OfferFor is how long an offer lasts unless the meeting says otherwise; the
// hours of the night do not count.
const OfferFor = 12 * time.Hour

// The hours of the night in Paris, in which nobody has to answer an offer.
const (
	nightBegins = 21
	nightEnds   = 7
)

// offerUntil returns when an offer made at now ends: after the meeting's time for an
// answer, not counting the nights, and no later than the freeze.
func (m Meeting) offerUntil(now time.Time) time.Time {
	left := m.OfferFor
	if left == 0 {
		left = OfferFor
	}
	end := awakeUntil(now, left)
	if freeze := m.FreezeAt(); end.After(freeze) {
		return freeze
	}
	return end
}

// awakeUntil returns the instant at which left has passed since now, not counting the
// hours of the night.
func awakeUntil(now time.Time, left time.Duration) time.Time {
	end := now
	for left > 0 {
		day := territoires.DateOf(end, Paris)
		opens, closes := clock(day, nightEnds, 0), clock(day, nightBegins, 0)
		if end.Before(opens) {
			end = opens
		}
		if awake := closes.Sub(end); awake >= left {
			return end.Add(left)
		} else if awake > 0 {
			left -= awake
		}
		end = clock(day.AddDays(1), nightEnds, 0)
	}
	return end
}

// Occupancy is how full a session is.
type Occupancy struct {
	Session SessionID
	Seats   Seats // capacity
	Taken   int   // seats that are held, confirmed or offered
	Queued  int   // places in the queue, those of unconfirmed sign-ups included
	// Smallest is the size of the smallest party that waits for a seat and may be
	// offered one, 0 if none waits. Only [MeetingStore.Occupancy] sets it, and only
	// for sessions that have free seats.
	Smallest int
}

// Free returns the number of seats left, never below zero. For an unlimited capacity
// it returns a number that no meeting reaches.
func (o Occupancy) Free() int {
	if o.Seats == Unlimited {
		return 1 << 30
	}
	return max(0, int(o.Seats)-o.Taken)
}

// Open returns how many seats a newcomer may take: none while a party waits that fits
// into the free seats.
func (o Occupancy) Open() int {
	free := o.Free()
	if o.Smallest > 0 && o.Smallest <= free {
		return 0
	}
	return free
}

// queue puts a party at the end of the queue of a session: behind everybody who waits
// there, even if the clock has been set back since they came.
func (c change) queue(party []Signup, id SessionID) error {
	_, last, err := c.Ranks(id)
	if err != nil {
		return err
	}
	for i := range party {
		s := &party[i]
		if p := s.place(id); p.Rank.IsZero() {
			p.Rank = latest(c.now, last)
			s.put(p)
		}
		s.set(id, Queued, c.now)
	}
	return nil
}

// offerFreeSeats offers the free seats to those who wait, in the order of the queue.
// A party that is too large lets smaller ones pass, and comes first once enough seats
// are free. Every change ends with a call of it.
func (c change) offerFreeSeats() error {
	if !c.Meeting().offers(c.now) {
		return nil
	}
	all, err := c.Occupancy()
	if err != nil {
		return err
	}
	for i := range all {
		if all[i].Free() == 0 {
			continue
		}
		if err := c.offer(all[i]); err != nil {
			return err
		}
		// Seats given in one session may take seats in others, so count again.
		if all, err = c.Occupancy(); err != nil {
			return err
		}
	}
	return nil
}

// offer offers the free seats of one session.
func (c change) offer(o Occupancy) error {
	free, until := o.Free(), c.Meeting().offerUntil(c.now)
	for free > 0 {
		party, err := c.Next(o.Session, free)
		if len(party) == 0 || err != nil {
			return err
		}
		free -= len(party)
		if err := c.offerTo(party, o.Session, until); err != nil {
			return err
		}
		if err := c.refresh(party); err != nil {
			return err
		}
	}
	return nil
}

// returns says which sign-up the act returns. If the queue then offers it a seat at the
// end of the act, s is read again and has the offer.
func (c change) returns(s *Signup) { *c.result = s }

// refresh reads the sign-up that the act returns again, if its party has got an offer.
func (c change) refresh(party []Signup) (err error) {
	s := *c.result
	if s != nil && slices.ContainsFunc(party, func(p Signup) bool { return p.ID == s.ID }) {
		*s, err = c.Signup(s.ID)
	}
	return err
}

// offerTo offers a party its seats, and writes to its first member with a confirmed
// address. If no member has one, because their lead already has a seat and does not
// wait with them, they get their seats at once and the lead is told.
func (c change) offerTo(party []Signup, id SessionID, until time.Time) error {
	reader := slices.IndexFunc(party, func(s Signup) bool { return s.mail(MailOffer) != nil })
	for i, s := range party {
		if reader < 0 {
			if err := c.assignSeat(s, id); err != nil {
				return err
			}
			continue
		}
		s.set(id, Offered, c.now)
		p := s.place(id)
		p.Until = until
		s.put(p)
		var mails []Kind
		if i == reader {
			mails = s.mail(MailOffer)
		}
		if err := c.write(s, EventOffered, mails...); err != nil {
			return err
		}
	}
	if reader >= 0 {
		return nil
	}
	return c.tellLead(party[0].Party)
}

// assignSeat gives a seat to somebody who waits and has no address for an offer.
func (c change) assignSeat(s Signup, id SessionID) error {
	s.set(id, Seated, c.now)
	if err := c.seatInSessions(&s); err != nil {
		return err
	}
	return c.write(s, EventAccepted)
}

// accept takes every seat that is offered to the party of s, and then, in each
// session that the party waits for, the free seats.
func (c change) accept(s Signup) (Signup, error) {
	if err := c.checkActive(s); err != nil {
		return s, err
	}
	party, err := c.offered(s)
	if err != nil {
		return s, err
	}
	if len(party) == 0 {
		if s.State(MeetingSession) == Seated {
			return s, nil // twice is not an error
		}
		return s, ErrExpired
	}
	if c.Meeting().Phase(c.now) == PhaseCancelled {
		return s, ErrClosed
	}
	for _, p := range party {
		for _, pl := range p.Places {
			if pl.State == Offered {
				p.set(pl.Session, Seated, c.now)
			}
		}
		if err := c.seatInSessions(&p); err != nil {
			return s, err
		}
		if err := c.write(p, EventAccepted, p.mail(MailConfirmed)...); err != nil {
			return s, err
		}
		if p.ID == s.ID {
			s = p
		}
	}
	return s, nil
}

// takePart gives seats in a session to s, the lead of a waiting party, and to some of
// its companions.
func (c change) takePart(s Signup, id SessionID, companions []ID) (Signup, error) {
	if err := c.checkEditable(s); err != nil {
		return s, err
	}
	if s.State(id) == Seated {
		return s, nil // twice is not an error
	}
	taking := []Signup{s}
	for _, other := range companions {
		p, err := c.Signup(other)
		if err != nil {
			return s, err
		}
		taking = append(taking, p)
	}
	size := len(taking) // with those who were signed up already: the lead must not learn it
	taking = slices.DeleteFunc(taking, func(p Signup) bool { return p.Party == s.ID && p.Invited() && !p.EndedAt.IsZero() })
	for _, p := range taking {
		if p.Party != s.ID || p.State(id) != Queued || id != MeetingSession && p.ID != s.ID && p.State(MeetingSession) != Seated {
			return s, ErrNotFound
		}
	}
	if full, err := c.withoutRoom(group{size, s.Party, s.place(id).Rank}, []SessionID{id}); err != nil {
		return s, err
	} else if len(full) > 0 || id != MeetingSession && s.State(MeetingSession) != Seated {
		return s, &FullError{Session: id}
	}
	for _, p := range taking {
		p, err := c.Signup(p.ID) // looking for room may have changed it
		if err != nil {
			return s, err
		}
		p.set(id, Seated, c.now)
		kind := MailChanged
		if id == MeetingSession {
			kind = MailConfirmed
			if err := c.seatInSessions(&p); err != nil {
				return s, err
			}
		}
		if err := c.write(p, EventTookPart, p.mail(kind)...); err != nil {
			return s, err
		}
		if p.ID == s.ID {
			s = p
		}
	}
	return s, nil
}

// seatInSessions is for somebody who has just got a seat in the meeting. It gives
// them seats in the sessions that they wait for, unless a session is full or somebody
// who came earlier waits there.
func (c change) seatInSessions(s *Signup) error {
	for _, p := range s.Places {
		if p.Session == MeetingSession || p.State != Queued || s.State(MeetingSession) != Seated {
			continue
		}
		full, err := c.fullNow(group{1, s.Party, p.Rank}, []SessionID{p.Session})
		if err != nil {
			return err
		}
		if len(full) == 0 {
			s.set(p.Session, Seated, c.now)
		}
	}
	return nil
}

// decline gives up every offer to the party of s. A sign-up that has no seat
// in the meeting then ends.
func (c change) decline(s Signup) (Signup, error) {
	party, err := c.offered(s)
	if err != nil {
		return s, err
	}
	for _, p := range party {
		kind := MailChanged
		if p.State(MeetingSession) == Offered {
			kind = MailCancelled
			if err := c.endWhole(&p, Cancelled, EventDeclined); err != nil {
				return s, err
			}
		} else {
			p.endOffers(Cancelled, c.now, time.Time{})
		}
		if err := c.write(p, EventDeclined, p.mail(kind)...); err != nil {
			return s, err
		}
		if p.ID == s.ID {
			s = p
		}
	}
	return s, nil
}

// offered returns the members of the party of s who have an offer that has not ended.
func (c change) offered(s Signup) ([]Signup, error) {
	all, err := c.Party(s.Party)
	if err != nil {
		return nil, err
	}
	var party []Signup
	for _, p := range all {
		for _, pl := range p.Places {
			if pl.State == Offered && c.now.Before(pl.Until) {
				party = append(party, p)
				break
			}
		}
	}
	return party, nil
}

// endOffers ends offers of s with the state st: those that have expired at end, or
// all of them if end is the zero time.
func (s *Signup) endOffers(st State, now, end time.Time) {
	for _, p := range s.Places {
		if p.State == Offered && (end.IsZero() || !end.Before(p.Until)) {
			s.set(p.Session, st, now)
			p = s.place(p.Session)
			p.Rank = time.Time{}
			s.put(p)
		}
	}
}

// expireOffers ends at most n offers that nobody answered in time. Each whose sign-up ends
// with them is told.
func (c change) expireOffers(n int) (int, error) {
	over, err := c.ExpiredOffers(c.now, n)
	if err != nil {
		return 0, err
	}
	told := map[ID]bool{}
	for _, s := range over {
		whole := s.place(MeetingSession)
		if whole.State == Offered && !c.now.Before(whole.Until) {
			if err := c.endWhole(&s, Expired, EventOfferEnded); err != nil {
				return 0, err
			}
		} else {
			s.endOffers(Expired, c.now, c.now)
		}
		mails := s.mail(MailOfferEnded)
		if s.EndedAt.IsZero() && told[s.Party] { // one mail for all who keep their seat in the meeting
			mails = nil
		}
		told[s.Party] = told[s.Party] || mails != nil
		if err := c.write(s, EventOfferEnded, mails...); err != nil {
			return 0, err
		}
	}
	return len(over), nil
}
