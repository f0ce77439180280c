package registration

import (
	"errors"
	"slices"
	"time"
)

// The transitions of a sign-up: those that somebody asks for are in this file, those
// that follow from a free seat are in queue.go. Each runs inside one Store.Change: it
// reads under the lock, decides, and writes the sign-ups, their mails and their
// history together.

// change is one run of a transition.
type change struct {
	Tx
	now         time.Time
	actor       Actor  // who asked for it
	passesQueue bool   // an organiser's act for one named person, who may pass those who wait
	unlimited   bool   // no limits apply: see [DeskOptions]
	form        string // the key of the form that was sent, "" for none: see checkRepeated
	cache       *deskCache
	hash        func(what, concerns string) string // see [Desk.hash]
	firstAsk    bool                               // for a lost link: see firstAsksPerDay
	result      **Signup                           // the sign-up that the act returns, if any: see returns
	// overMailLimit has the address keys that got no mail because they reached their
	// limit.
	overMailLimit map[string]bool
}

// limited reports whether limits apply: only to visitors, who may be robots.
func (c change) limited() bool { return !c.unlimited && c.actor.Kind == ActorPerson }

// Record adds an event to the history, with its actor. What ended because its time
// was over was done by the system.
func (c change) Record(e Event) error {
	e.Actor = c.actor
	if slices.Contains([]EventKind{EventExpired, EventOfferEnded, EventForgotten}, e.Kind) {
		e.Actor = Actor{Kind: ActorSystem}
	}
	return c.Tx.Record(e)
}

// checkActive returns nil unless s is cancelled, refused or expired.
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

// checkEditable returns nil while the actor may change s: a person until the freeze,
// even after sign-ups have closed; an organiser also after the freeze; nobody once
// the meeting is cancelled.
func (c change) checkEditable(s Signup) error {
	if err := c.checkActive(s); err != nil {
		return err
	}
	if m := c.Meeting(); m.Frozen(c.now) && c.actor.Kind != ActorOrganiser || m.Phase(c.now) == PhaseCancelled {
		return ErrClosed
	}
	return nil
}

// signUp gives the party, lead first, seats or places in the queues, held until the
// addresses are confirmed. told is the end of the hold that the form has shown, zero for
// none. If the lead's address is signed up already, its
// owner gets a mail and the answer is the same as for a new address: no error, or a
// *FullError if there is no room for the party. A companion's known address makes a
// row that nobody can confirm: see [Signup.Invited]. The limits count both as they
// count new addresses.
func (c change) signUp(party []Signup, sessions []SessionID, told time.Time) (r Receipt, full *FullError, err error) {
	if err := c.Meeting().checkOpen(c.now); err != nil {
		return r, nil, err
	}
	known := make([]bool, len(party))
	for i, s := range party {
		if known[i], err = c.handleDuplicate(s.AddressKey, ""); err != nil {
			return r, nil, err
		}
		if known[0] { // the answer must be the same as for a new lead
			if err := c.checkRepeated(s.AddressKey); err != nil {
				return r, nil, err
			}
			break
		}
	}
	if full, err = c.assignPlaces(party, sessions); err == nil {
		err = c.answerForm(party[0].AddressKey, known[0], full != nil)
	}
	if full != nil || err != nil {
		return r, full, err
	}
	if r.HeldUntil, err = c.holdUntil(party[0].State(MeetingSession), told); err == nil && known[0] {
		err = c.countAsHeld(party, r.HeldUntil)
	}
	for i, s := range party {
		s.HeldUntil = r.HeldUntil
		if err == nil && !known[0] {
			err = c.hold(s, known[i])
		}
	}
	r.Silent = c.overMailLimit[party[0].AddressKey]
	if err == nil && c.form != "" {
		err = c.PutReceipt(c.form, r)
	}
	return r, nil, err
}

// repeated is the error of a form that was sent before. What it would do is undone.
type repeated struct{ first Receipt }

func (repeated) Error() string { return "registration: form sent before" }

// hold stores a new sign-up, held until its address is confirmed. If unanswerable, it
// is stored as already expired: without a seat, a hold or a mail.
func (c change) hold(s Signup, unanswerable bool) error {
	var mails []Kind
	switch {
	case unanswerable:
		s.end(Expired, c.now)
	case s.ID == s.Party: // companions are written to once the lead's address is confirmed
		mails = append(mails, MailConfirm)
	}
	if err := c.insert(&s); err != nil {
		return err
	}
	return c.noteChanges(EventSignedUp, Signup{}, s, mails...)
}

// assignPlaces gives all members of a party seats or, where too few are free and the
// meeting keeps queues, places at the end of the queue: in the meeting, and then
// session by session. Without queues it returns a *FullError. If an organiser decides
// first, all wait for the decision. It does not store the party.
func (c change) assignPlaces(party []Signup, sessions []SessionID) (*FullError, error) {
	m := c.Meeting()
	set := func(id SessionID, st State) {
		for i := range party {
			party[i].set(id, st, c.now)
		}
	}
	if m.Approval && party[0].State(MeetingSession) != Approval {
		for _, id := range append([]SessionID{MeetingSession}, sessions...) {
			for i := range party {
				party[i].awaitApproval(id, c.now)
			}
		}
		return nil, nil
	}
	g := group{len(party), party[0].Party, party[0].place(MeetingSession).Rank}
	full, err := c.withoutRoom(g, append([]SessionID{MeetingSession}, sessions...))
	if err != nil {
		return nil, err
	}
	if len(full) > 0 && !m.KeepsQueue(c.now) {
		return &FullError{Session: full[0]}, nil
	}
	for _, id := range append([]SessionID{MeetingSession}, sessions...) {
		// Without a seat in the meeting, one in a session would stay empty.
		if !slices.Contains(full, id) && !slices.Contains(full, MeetingSession) {
			set(id, Seated)
		} else if err := c.queue(party, id); err != nil {
			return nil, err
		}
	}
	return nil, nil
}

// group is a party that asks for seats: its size, its id and its rank. The zero rank
// means a newcomer.
type group struct {
	size  int
	party ID
	rank  time.Time
}

// withoutRoom returns the sessions in which the group finds no seats: too few are
// free, or a party that came earlier and would fit is waiting. Before it says so, it
// releases holds and offers that have ended and offers the freed seats to those who
// wait.
func (c change) withoutRoom(g group, wanted []SessionID) ([]SessionID, error) {
	full, err := c.fullNow(g, wanted)
	if len(full) == 0 || err != nil {
		return full, err
	}
	if _, err := c.expireHolds(releaseBatch); err != nil {
		return nil, err
	}
	if _, err := c.expireOffers(releaseBatch); err != nil {
		return nil, err
	}
	if err := c.offerFreeSeats(); err != nil {
		return nil, err
	}
	return c.fullNow(g, wanted)
}

// fullNow is like withoutRoom, but releases nothing.
func (c change) fullNow(g group, wanted []SessionID) ([]SessionID, error) {
	if len(wanted) == 0 {
		return nil, nil
	}
	all, err := c.Occupancy()
	if err != nil {
		return nil, err
	}
	var full []SessionID
	for _, id := range wanted {
		i := slices.IndexFunc(all, func(o Occupancy) bool { return o.Session == id })
		if i < 0 || all[i].Free() < g.size {
			full = append(full, id)
			continue
		}
		if c.passesQueue {
			continue
		}
		if passed, err := c.Waits(id, all[i].Free(), g.rank, g.party); err != nil {
			return nil, err
		} else if passed {
			full = append(full, id)
		}
	}
	return full, nil
}

// handleDuplicate reports whether an active sign-up has the address key. It mails its
// owner the link to it instead of a mail of kind k, unless that is "". A sign-up whose
// hold has ended is expired instead.
func (c change) handleDuplicate(key string, k Kind) (bool, error) {
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
	return true, c.mailOwnLink(s, k)
}

// confirm records that the owner of the address has confirmed s. Companions who gave
// no address are confirmed with their lead; the others are invited now.
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
	// Even if the clock was set back, nothing is confirmed before it is signed up.
	s.AddressConfirmedAt = latest(c.now, s.CreatedAt)
	party, err := c.Party(s.Party)
	if s.ID == s.Party && slices.ContainsFunc(party, func(p Signup) bool { return p.ID != s.ID && p.Email != "" }) {
		s.HeldUntil = c.Meeting().HoldUntil(c.now) // that of the companions who are invited now
	}
	if err == nil {
		err = c.write(s, EventConfirmed, s.mail(standingMail(s))...)
	}
	for _, p := range party {
		switch {
		case err != nil || s.ID != s.Party:
		case p.Invited() && !p.EndedAt.IsZero(): // perhaps signed up already
			_, err = c.handleDuplicate(p.AddressKey, MailInvitation)
		case p.ID == s.ID || !p.EndedAt.IsZero() || !p.AddressConfirmedAt.IsZero():
		case p.Email != "":
			err = c.invite(p)
		default:
			p.AddressConfirmedAt = s.AddressConfirmedAt
			err = c.write(p, EventConfirmed)
		}
	}
	return s, err
}

// invite writes to a companion who has an address of their own. Their hold begins
// now; it ends at once if their address has reached its mail limit.
func (c change) invite(p Signup) error {
	p.HeldUntil = c.Meeting().HoldUntil(c.now)
	if err := c.write(p, EventInvited, MailInvitation); err != nil || !c.overMailLimit[p.AddressKey] {
		return err
	}
	return c.expire(p) // nobody can answer
}

// choose replaces the sessions of s. In each new one, s gets a seat or, if the
// meeting keeps queues, waits for one. If one has no room and no queue, choose
// returns a *FullError and changes nothing.
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
	full, err := c.withoutRoom(group{size: 1, party: s.Party}, fresh)
	if err != nil {
		return s, err
	}
	if len(full) > 0 && !c.Meeting().KeepsQueue(c.now) {
		return s, &FullError{Session: full[0]}
	}
	// Looking for room may have ended an offer to s, or made one.
	if s, err = c.Signup(s.ID); err != nil {
		return s, err
	}
	if err := c.checkActive(s); err != nil {
		return s, err
	}
	was := s
	was.Places = slices.Clone(s.Places)
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
		if st == Offered || st == Seated && slices.Contains(full, id) {
			st = Queued
		}
		switch st {
		case Approval:
			s.awaitApproval(id, c.now)
			continue
		case Queued:
		default:
			s.set(id, st, c.now)
			continue
		}
		one := []Signup{s}
		if err := c.queue(one, id); err != nil {
			return s, err
		}
		s = one[0]
	}
	return c.writeEdit(was, s, s.mail(MailChanged)...)
}

// write stores s, and adds the event and the mails of one act.
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

// writeEdit stores s as write does and returns it as it is stored. If s does not
// differ from was, it stores nothing and writes to nobody.
func (c change) writeEdit(was, s Signup, mails ...Kind) (Signup, error) {
	if len(changes(was, s)) == 0 {
		return was, nil
	}
	if err := c.write(s, EventChanged, mails...); err != nil {
		return s, err
	}
	return c.Signup(s.ID)
}

// note adds the event and the mails of one act that does not change s.
func (c change) note(a EventKind, s Signup, mails ...Kind) error {
	return c.noteChanges(a, s, s, mails...)
}

// noteChanges adds the event of one act that made was into s, with what differs, and
// the mails of that act.
func (c change) noteChanges(a EventKind, was, s Signup, mails ...Kind) error {
	if err := c.Record(Event{At: c.now, Kind: a, Signup: s.ID, Changes: changes(was, s)}); err != nil {
		return err
	}
	for _, k := range mails {
		if err := c.post(s, k, ""); err != nil {
			return err
		}
	}
	return nil
}
