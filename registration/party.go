package registration

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"strconv"
	"time"

	"github.com/territoires-industrie/sdk/registration/link"
	"github.com/territoires-industrie/sdk/territoires/validation"
)

// addCompanion adds a companion to the party that s leads. If s waits, the companion
// waits with s; otherwise they get a seat, or a place in the queue if none is free.
func (c change) addCompanion(s Signup, companion Companion) error {
	if err := c.checkActive(s); err != nil {
		return err
	}
	if err := c.checkOpenFor(); err != nil {
		return err
	}
	all, err := c.Party(s.ID)
	if err != nil {
		return err
	}
	if slices.ContainsFunc(all, func(p Signup) bool { return p.isSamePerson(companion, c.now) }) {
		return nil
	}
	party := []Signup{s.companion(companion, c.now)}
	if err := c.checkCompanion(s, all, party[0].AddressKey); err != nil {
		return err
	}
	if c.limited() {
		if met, err := c.checkMailboxes(party); err != nil || met != "" {
			return cmp.Or(err, error(&LimitError{met}))
		}
	}
	known, err := c.handleDuplicate(party[0].AddressKey, s.invitation())
	if err != nil {
		return err
	}
	if err := c.follow(s, party); err != nil {
		return err
	}
	if p := party[0]; p.Email != "" {
		p.HeldUntil = c.Meeting().HoldUntil(c.now)
		if err := c.hold(p, known); err != nil || known || s.AddressConfirmedAt.IsZero() {
			return err
		}
		if p, err = c.Signup(p.ID); err != nil {
			return err
		}
		return c.invite(p)
	}
	party[0].AddressConfirmedAt, party[0].HeldUntil = s.AddressConfirmedAt, s.HeldUntil
	if err := c.insert(&party[0]); err != nil {
		return err
	}
	return c.note(EventSignedUp, party[0])
}

// checkCompanion returns nil if s may bring one more companion with this address key,
// "" for none. It looks at the party alone, so that nobody learns who else is signed
// up.
func (c change) checkCompanion(s Signup, party []Signup, key string) error {
	bad := func(e validation.FieldError) error {
		return &validation.Error{Fields: []validation.FieldError{e}}
	}
	most, with, today, twin := c.Meeting().Companions, 0, 0, false
	for _, p := range party {
		stays, same := p.EndedAt.IsZero() || p.Invited(), key != "" && p.AddressKey == key
		if p.ID != s.ID && c.now.Sub(p.CreatedAt) < 24*time.Hour {
			today++
		}
		if stays && p.ID != s.ID {
			with++
		}
		twin = twin || stays && same
	}
	if s.ID != s.Party || with >= most {
		return bad(validation.FieldError{Path: "companions", Rule: "max", Param: strconv.Itoa(most), Kind: "slice"})
	}
	if twin {
		return bad(validation.FieldError{Path: "email", Rule: "unique"})
	}
	// Each companion that is added and removed again leaves a row.
	if c.limited() && today >= max(companionsPerDay, 2*most) {
		return &LimitError{LimitDay}
	}
	return nil
}

// companionsPerDay is how many companions somebody may add in 24 hours, including
// those removed again. The limit is higher in meetings that allow many companions.
const companionsPerDay = 20

// remove takes a companion out of a party, even one who did not answer in time.
func (c change) remove(p Signup) error {
	if !p.Invited() || p.EndedAt.IsZero() {
		_, err := c.cancel(p, EventCancelled, false)
		return err
	}
	for _, pl := range p.Places {
		p.set(pl.Session, Cancelled, c.now)
	}
	return c.write(p, EventCancelled)
}

// isSamePerson reports whether s is the companion of a form that was sent twice:
// with the same names and address, and added less than a minute ago.
func (s Signup) isSamePerson(companion Companion, now time.Time) bool {
	return s.ID != s.Party && (s.EndedAt.IsZero() || s.Invited()) && s.Email == companion.Email && s.GivenName == companion.GivenName &&
		s.FamilyName == companion.FamilyName && now.Sub(s.CreatedAt) < time.Minute
}

// NamedByLead reports whether the lead may correct the name of s: as long as s has
// not confirmed an address of their own.
func (s Signup) NamedByLead() bool {
	return s.FamilyName != "" && (s.EndedAt.IsZero() && (s.Email == "" || s.AddressConfirmedAt.IsZero()) || s.Invited())
}

// onCompanion runs a transition on a companion whom the lead with this link speaks for.
func (d *Desk) onCompanion(ctx context.Context, token string, id ID, doing string, run func(change, Signup) (Signup, error)) (Signup, error) {
	lead := *d
	lead.seen = nil
	return lead.changeByLink(ctx, link.ForManage, token, doing, func(c change, s Signup) (Signup, error) {
		who, err := c.Signup(id)
		switch {
		case err != nil:
			return s, err
		case who.Party != s.ID || who.ID == s.ID || !who.NamedByLead():
			return s, ErrNotFound
		}
		if err := errors.Join(c.checkEditable(s), d.checkSeen(who)); err != nil {
			return s, err
		}
		return run(c, who)
	})
}

// follow gives a new companion the same place in the queues as its lead, if the lead
// waits for the meeting. Otherwise it gives them seats or places of their own in the
// lead's sessions.
func (c change) follow(lead Signup, party []Signup) error {
	var sessions []SessionID
	for _, p := range lead.Places {
		if session, ok := c.Meeting().Session(p.Session); ok && !session.Closed && !p.State.Ended() {
			sessions = append(sessions, p.Session)
		}
	}
	if st := lead.State(MeetingSession); st == Queued || st == Approval {
		for _, id := range append(sessions, MeetingSession) {
			party[0].put(lead.place(id))
		}
		return nil
	}
	full, err := c.assignPlaces(party, sessions)
	if err == nil && full != nil {
		return full
	}
	return err
}

// decide approves or refuses a party that waits for an organiser's decision, or
// approves one that was refused. reason is stored with a refusal, "" for none.
func (c change) decide(lead Signup, approve bool, reason string) error {
	if approve && c.Meeting().Phase(c.now) == PhaseCancelled {
		return ErrClosed
	}
	all, err := c.Party(lead.Party)
	if err != nil {
		return err
	}
	var party []Signup
	for _, p := range all {
		switch {
		case p.State(MeetingSession) == Approval:
		case approve && lead.refused() && p.refused() && p.EndedAt.Equal(lead.EndedAt):
			err := c.reopen(&p)
			if p.ID != p.Party && p.ID != lead.ID && (errors.Is(err, ErrExpired) || errors.Is(err, ErrAddressTaken)) {
				continue // stays out
			}
			if err != nil {
				return err
			}
		default:
			continue
		}
		party = append(party, p)
	}
	if len(party) == 0 {
		return ErrNotFound
	}
	for i := range party {
		party[i].rankByCreation()
	}
	kind, act := MailRefused, EventRefused
	if approve {
		kind, act = MailApproved, EventApproved
		var sessions []SessionID // that all of them wait for
		for _, p := range party[0].Places {
			if p.Session != MeetingSession && !slices.ContainsFunc(party, func(s Signup) bool { return s.State(p.Session) != Approval }) {
				sessions = append(sessions, p.Session)
			}
		}
		if full, err := c.assignPlaces(party, sessions); err != nil {
			return err
		} else if full != nil {
			return full
		}
	}
	for _, p := range party {
		if !approve {
			if err := c.endWhole(&p, Refused, act); err != nil {
				return err
			}
			p.Refusal = reason
		}
		for _, own := range slices.Clone(p.Places) { // those that not all of them wait for
			if own.State != Approval {
				continue
			}
			if err := c.joinAlone(&p, own.Session); err != nil { // its seat is taken once it is written
				return err
			}
		}
		if err := c.write(p, act, p.mail(kind)...); err != nil {
			return err
		}
	}
	if slices.ContainsFunc(party, func(p Signup) bool { return p.mail(kind) != nil }) {
		return nil
	}
	return c.tellLead(lead.Party)
}

// joinAlone gives s, and nobody else of its party, a seat in a session or a place in its
// queue. It returns a [*FullError] if there is neither.
func (c change) joinAlone(s *Signup, id SessionID) error {
	one := []Signup{*s}
	if err := c.queue(one, id); err != nil {
		return err
	}
	*s = one[0]
	if err := c.seatInSessions(s); err != nil {
		return err
	}
	if s.State(id) == Queued && !c.Meeting().KeepsQueue(c.now) {
		return &FullError{Session: id}
	}
	return nil
}

// refused reports whether an organiser has refused s and its data has not been
// erased.
func (s Signup) refused() bool { return s.State(MeetingSession) == Refused && !s.Erased() }

// reopen makes a refused sign-up wait for the organiser's decision again, with the
// rank that it had.
func (c change) reopen(s *Signup) error {
	if s.AddressConfirmedAt.IsZero() {
		return ErrExpired
	}
	if err := c.checkOpenFor(); err != nil {
		return err
	}
	if s.AddressKey != "" {
		if err := c.makeWay(s.AddressKey); err != nil {
			return err
		}
	}
	for _, p := range s.Places {
		if _, ok := c.Meeting().Capacity(p.Session); ok && p.State == Refused && p.Since.Equal(s.EndedAt) {
			s.set(p.Session, Approval, c.now)
		}
	}
	s.EndedAt, s.Refusal = time.Time{}, ""
	return nil
}

// Promote gives a party in the queue of the meeting its seats ahead of its turn. It
// returns the sign-ups that it passed, in the order of the queue. If too few seats
// are free, it exceeds the capacity when beyond is true, and otherwise returns a
// [*FullError]. It returns [ErrNotFound] if nobody of the party waits, and the errors
// of [Desk.Edit].
func (d *Desk) Promote(ctx context.Context, slug string, id ID, beyond bool) (passed []Signup, err error) {
	err = d.onSignup(ctx, slug, id, "promote", func(c change, s Signup) (err error) {
		passed, err = c.promote(s, beyond)
		return err
	})
	return passed, err
}

// mostPassed is how many passed sign-ups [Desk.Promote] returns at most.
const mostPassed = 2000

func (c change) promote(s Signup, beyond bool) (passed []Signup, err error) {
	if err := c.checkEditable(s); err != nil {
		return nil, err
	}
	all, err := c.Party(s.Party)
	if err != nil {
		return nil, err
	}
	party := slices.DeleteFunc(all, func(p Signup) bool { return p.State(MeetingSession) != Queued || p.AddressConfirmedAt.IsZero() })
	if len(party) == 0 {
		return nil, ErrNotFound
	}
	waiting, err := c.Waiting(MeetingSession, mostPassed)
	if err != nil {
		return nil, err
	}
	for _, w := range waiting {
		if w.Party == s.Party {
			break
		}
		passed = append(passed, w)
	}
	c.passesQueue = true
	full, err := c.fullNow(group{len(party), s.Party, time.Time{}}, []SessionID{MeetingSession})
	if err != nil {
		return nil, err
	}
	if len(full) > 0 && !beyond {
		return passed, &FullError{Session: MeetingSession}
	}
	for _, p := range party {
		if len(full) > 0 {
			if err := c.RaiseCeiling(MeetingSession); err != nil {
				return nil, err
			}
		}
		p.set(MeetingSession, Seated, c.now)
		if err := c.seatInSessions(&p); err != nil {
			return nil, err
		}
		if err := c.write(p, EventPromoted, p.mail(MailConfirmed)...); err != nil {
			return nil, err
		}
	}
	return passed, nil
}

// awaitApproval makes s wait for an organiser's decision in a session. Its rank is
// the time of the request, whenever the decision is made.
func (s *Signup) awaitApproval(id SessionID, now time.Time) {
	p := s.place(id)
	if p.Rank.IsZero() {
		p.Rank = now
	}
	s.put(p)
	s.set(id, Approval, now)
}

// rankByCreation gives a rank to places that wait for a decision and have none,
// because an older version stored them.
func (s *Signup) rankByCreation() {
	for _, p := range s.Places {
		if p.State == Approval && p.Rank.IsZero() {
			p.Rank = s.CreatedAt
			s.put(p)
		}
	}
}

// erase removes the personal data of s and, if s leads a party, of its companions,
// except those who have confirmed an address of their own. It also erases ended
// sign-ups with the same address. Only the ended places and the ids in the history
// remain.
func (c change) erase(s Signup) error {
	if _, err := c.cancel(s, EventCancelled, false); err != nil {
		return err
	}
	party, err := c.Party(s.Party)
	if err != nil {
		return err
	}
	named := slices.DeleteFunc(party, func(p Signup) bool {
		return p.ID != s.ID && (s.ID != s.Party || p.Email != "" && !p.AddressConfirmedAt.IsZero())
	})
	before, err := c.SameAddress(s.AddressKey)
	if err != nil {
		return err
	}
	for _, p := range before {
		if !p.EndedAt.IsZero() && !slices.ContainsFunc(named, func(n Signup) bool { return n.ID == p.ID }) {
			named = append(named, p)
		}
	}
	for _, p := range named {
		p.anonymise()
		if err := c.write(p, EventErased); err != nil {
			return err
		}
	}
	return nil
}
