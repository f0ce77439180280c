package registration_test

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/territoires-industrie/sdk/registration"
)

// watched is a store that looks at every change before it is committed, and
// fails one that breaks a rule: each transition has its line of history and its
// mails in the same transaction, and no seat is given above a capacity.
type watched struct{ registration.Store }

func (w watched) Change(ctx context.Context, slug string, change func(registration.Tx) error, about ...registration.ID) error {
	return w.Store.Change(ctx, slug, func(tx registration.Tx) error {
		t := &watchedTx{Tx: tx, writes: map[registration.ID]int{}, given: map[registration.SessionID]bool{}, asked: map[string]bool{}}
		if err := change(t); err != nil {
			return err
		}
		return t.verdict()
	}, about...)
}

// again is a store that runs every change twice and undoes the first, as one does whose
// transaction was lost: what a change keeps outside of it must not add up. In the lost
// transaction another change, beside, may have run before it.
type again struct {
	registration.Store
	beside func(tx registration.Tx) error
}

func (a again) Change(ctx context.Context, slug string, change func(registration.Tx) error, about ...registration.ID) error {
	undone := errors.New("undone")
	err := a.Store.Change(ctx, slug, func(tx registration.Tx) error {
		if a.beside != nil {
			if err := a.beside(tx); err != nil {
				return err
			}
		}
		return errors.Join(change(tx), undone)
	}, about...)
	if !errors.Is(err, undone) {
		return err
	}
	return a.Store.Change(ctx, slug, change, about...)
}

// watchedTx notes what one change writes.
type watchedTx struct {
	registration.Tx
	writes map[registration.ID]int
	last   step // the sign-up as it was, and as it was last written
	steps  []step
	given  map[registration.SessionID]bool // a seat more was taken
	beyond bool
	asked  map[string]bool // parties with an offer, or its end, of which somebody was told
}

// step is one act on a sign-up with its mails.
type step struct {
	was, now registration.Signup
	act      registration.EventKind
	mails    []registration.Kind
}

func (t *watchedTx) Insert(s registration.Signup) error {
	err := t.Tx.Insert(s)
	if err == nil {
		t.wrote(registration.Signup{ID: s.ID}, s)
	}
	return err
}

func (t *watchedTx) Update(s registration.Signup) error {
	was, err := t.Tx.Signup(s.ID)
	if err != nil {
		return err
	}
	t.wrote(was, s)
	return t.Tx.Update(s)
}

func (t *watchedTx) wrote(was, now registration.Signup) {
	t.writes[now.ID]++
	t.last = step{was: was, now: now}
	for _, p := range now.Places {
		if p.State.TakesSeat() && !was.State(p.Session).TakesSeat() {
			t.given[p.Session] = true
		}
	}
}

func (t *watchedTx) Record(e registration.Event) error {
	if e.Signup != (registration.ID{}) {
		s := step{act: e.Kind}
		if t.last.now.ID == e.Signup {
			s.was, s.now = t.last.was, t.last.now
		} else {
			found, err := t.Tx.Signup(e.Signup)
			if err != nil {
				return err
			}
			s.was, s.now = found, found
		}
		t.steps = append(t.steps, s)
	}
	return t.Tx.Record(e)
}

// RaiseCeiling is how an organiser admits somebody beyond the capacity.
func (t *watchedTx) RaiseCeiling(id registration.SessionID) error {
	t.beyond = true
	return t.Tx.RaiseCeiling(id)
}

func (t *watchedTx) Post(m registration.Mail) error {
	if m.Mailing == (registration.ID{}) {
		if len(t.steps) == 0 || t.steps[len(t.steps)-1].now.ID != m.Signup {
			return fmt.Errorf("watched: a mail %s without an act on its sign-up", m.Kind)
		}
		s := &t.steps[len(t.steps)-1]
		s.mails = append(s.mails, m.Kind)
	}
	return t.Tx.Post(m)
}

// verdict is what is wrong with the change.
func (t *watchedTx) verdict() error {
	lines := map[registration.ID]int{}
	for _, s := range t.steps {
		lines[s.now.ID]++
		if want := s.wanted(t); !slices.ContainsFunc(want, func(w []registration.Kind) bool { return slices.Equal(w, s.mails) }) {
			return fmt.Errorf("watched: %s of a sign-up that is %s: mails %v, want one of %v", s.act, s.now.Status(), s.mails, want)
		}
	}
	for id, n := range t.writes {
		if lines[id] < n {
			return fmt.Errorf("watched: %d writes and %d lines of history of one sign-up", n, lines[id])
		}
	}
	all, err := t.Occupancy()
	if err != nil {
		return err
	}
	for _, o := range all {
		if t.given[o.Session] && !t.beyond && o.Seats != registration.Unlimited && o.Taken > int(o.Seats) {
			return fmt.Errorf("watched: a seat was given in %s: %d of %d are taken", o.Session, o.Taken, o.Seats)
		}
	}
	return nil
}

// wanted lists the mails that an act may have; nearly always one answer.
func (s step) wanted(t *watchedTx) [][]registration.Kind {
	var none []registration.Kind
	to := func(reads bool, k registration.Kind) [][]registration.Kind {
		if reads {
			return [][]registration.Kind{{k}}
		}
		return [][]registration.Kind{none}
	}
	reads := s.now.Email != "" && !s.now.AddressConfirmedAt.IsZero()
	welcome := registration.MailConfirmed
	switch s.now.State(registration.MeetingSession) {
	case registration.Queued:
		welcome = registration.MailWaitlisted
	case registration.Approval:
		welcome = registration.MailReceived
	case registration.Offered:
		welcome = registration.MailOffer
	}
	switch s.act {
	case registration.EventSignedUp:
		return to(s.now.Email != "" && s.now.EndedAt.IsZero() && s.now.ID == s.now.Party, registration.MailConfirm)
	case registration.EventInvited:
		return to(true, registration.MailInvitation)
	case registration.EventReminded:
		return to(true, registration.MailConfirmReminder)
	case registration.EventTookPart:
		return append(to(reads, registration.MailConfirmed), to(reads, registration.MailChanged)...)
	case registration.EventSignedUpAgain: // as many as an address gets in a day
		return [][]registration.Kind{none, {registration.MailAlreadySignedUp}}
	case registration.EventConfirmed:
		return to(s.now.Email != "", welcome)
	case registration.EventUndone:
		return to(reads, welcome)
	case registration.EventCancelled:
		told := to(s.now.Email != "" && s.was.EndedAt.IsZero(), registration.MailCancelled)
		if s.now.ID != s.now.Party && s.now.AddressConfirmedAt.IsZero() { // perhaps not invited yet
			return append(told, none)
		}
		return told
	case registration.EventDisavowed: // not to who did it, but to whom they bring
		if s.now.ID == s.now.Party {
			return to(false, "")
		}
		return append(to(s.now.Email != "", registration.MailCancelled), none)
	case registration.EventChanged:
		return to(reads, registration.MailChanged)
	case registration.EventOffered:
		return t.once("offer", s, reads, registration.MailOffer)
	case registration.EventOfferEnded:
		if !s.now.EndedAt.IsZero() { // with the sign-up
			return to(reads && s.was.EndedAt.IsZero(), registration.MailOfferEnded)
		}
		return t.once("end", s, reads, registration.MailOfferEnded)
	case registration.EventAccepted:
		if s.was.State(registration.MeetingSession) == registration.Queued || !slices.ContainsFunc(s.was.Places, func(p registration.Place) bool { return p.State == registration.Offered }) {
			return to(false, "") // given: the lead is told
		}
		return to(reads, registration.MailConfirmed)
	case registration.EventDeclined:
		if s.now.EndedAt.IsZero() {
			return to(reads, registration.MailChanged)
		}
		return to(reads, registration.MailCancelled)
	case registration.EventApproved:
		return to(reads, registration.MailApproved)
	case registration.EventRefused:
		return to(reads, registration.MailRefused)
	case registration.EventPromoted:
		return to(reads, registration.MailConfirmed)
	case registration.EventEnlisted:
		return to(reads, registration.MailEnlisted)
	case registration.EventResent: // a refused mail again, or the one that says where it stands
		// or the offer of a session, to who reads it instead of a colleague without an address
		return [][]registration.Kind{none, {welcome}, {registration.MailConfirm}, {registration.MailInvitation}, {registration.MailOffer}}
	case registration.EventImported:
		return [][]registration.Kind{none, {registration.MailEnlisted}}
	case registration.EventReissued:
		return append(to(s.now.Email != "" && s.now.EndedAt.IsZero(), registration.MailReissued), none) // or revoked alone
	}
	if kinds, ok := s.transferred(welcome); ok {
		return kinds
	}
	return to(false, "") // expired, erased, forgotten
}

// transferred lists the mails of a move to another address. To one that is signed
// up already nothing is sent when it is asked for.
func (s step) transferred(welcome registration.Kind) ([][]registration.Kind, bool) {
	switch s.act {
	case registration.EventTransferAsked:
		kind := registration.MailAddress
		if s.now.Transfer.Replaces() {
			kind = registration.MailReplacement
		}
		return [][]registration.Kind{{kind}, nil}, true
	case registration.EventAddressChanged:
		if s.now.AddressConfirmedAt.IsZero() { // corrected by an organiser, perhaps of somebody who is not invited yet
			return [][]registration.Kind{{registration.MailConfirm}, {registration.MailInvitation}, nil}, true
		}
		return [][]registration.Kind{{registration.MailAddressChanged, welcome}, {welcome}}, true // the old address is told nothing when an organiser corrects it
	case registration.EventReplaced:
		// by an organiser, who may know no address, of either or of both
		return [][]registration.Kind{{registration.MailReplaced, welcome}, {registration.MailReplaced, registration.MailEnlisted}, {registration.MailEnlisted}, {registration.MailReplaced}, nil,
			{registration.MailReplaced, registration.MailEnlisted, registration.MailOffer}, {registration.MailEnlisted, registration.MailOffer}}, true
	}
	return nil, false
}

// once is for mails of which a party gets one: to the first who reads it, for
// each session.
func (t *watchedTx) once(what string, s step, reads bool, k registration.Kind) [][]registration.Kind {
	for _, p := range s.now.Places {
		if was := s.was.State(p.Session); p.State == was || p.State != registration.Offered && was != registration.Offered {
			continue
		}
		key := what + string(p.Session) + s.now.Party.String()
		if what == "end" {
			key = what + s.now.Party.String()
		}
		if reads && !t.asked[key] {
			t.asked[key] = true
			return [][]registration.Kind{{k}}
		}
	}
	return [][]registration.Kind{nil}
}
