package registration

import (
	"cmp"
	"slices"
	"strconv"
	"time"

	"github.com/territoires-industrie/sdk/territoires"
)

// bring adds a companion to the party that s leads: in a seat beside it, or in
// its place in the queue.
func (c change) bring(s Signup, companion Companion) error {
	if err := cmp.Or(c.alive(s), c.Meeting().takes(c.now)); err != nil {
		return err
	}
	all, err := c.Party(s.ID)
	if err != nil {
		return err
	}
	most := c.Meeting().Companions
	active := slices.DeleteFunc(all, func(p Signup) bool { return !p.EndedAt.IsZero() || p.ID == s.ID })
	if s.ID != s.Party || len(active) >= most {
		return &territoires.ValidationError{Fields: []territoires.FieldError{
			{Path: "companions", Rule: "max", Param: strconv.Itoa(most), Kind: "slice"},
		}}
	}
	party := []Signup{s.companion(companion, c.now)}
	if known, err := c.known(party[0].AddressKey); known || err != nil {
		return err
	}
	// Whoever adds somebody and removes them again writes to that address each time.
	if key := party[0].AddressKey; key != "" {
		if posted, err := c.PostedSince(key, c.now.Add(-24*time.Hour)); err != nil || posted >= mailsPerDay {
			return cmp.Or(err, ErrTooMany)
		}
	}
	if err := c.follow(s, party); err != nil {
		return err
	}
	p := party[0]
	p.HeldUntil = c.Meeting().HoldUntil(c.now)
	var mails []Kind
	if p.Email == "" {
		p.AddressConfirmedAt, p.HeldUntil = s.AddressConfirmedAt, s.HeldUntil
	} else {
		mails = append(mails, MailConfirm)
	}
	if err := c.insert(&p); err != nil {
		return err
	}
	return c.note(ActSignedUp, p, mails...)
}

// follow puts a new companion where its lead is: it waits with a lead that
// waits, in the lead's place.
func (c change) follow(lead Signup, party []Signup) error {
	var sessions []SessionID
	for _, p := range lead.Places {
		if p.Session != Whole && !p.State.Ended() {
			sessions = append(sessions, p.Session)
		}
	}
	if st := lead.State(Whole); st == Queued || st == Approval {
		for _, id := range append(sessions, Whole) {
			party[0].put(lead.place(id))
		}
		return nil
	}
	full, err := c.admit(party, sessions)
	if err == nil && full != nil {
		return full
	}
	return err
}

// decide lets an organiser's answer take effect on a party that waits for it.
func (c change) decide(lead Signup, approve bool) error {
	all, err := c.Party(lead.Party)
	if err != nil {
		return err
	}
	party := slices.DeleteFunc(all, func(p Signup) bool { return p.State(Whole) != Approval })
	if len(party) == 0 {
		return ErrNotFound
	}
	kind, act := MailRefused, ActRefused
	if approve {
		kind, act = MailApproved, ActApproved
		var sessions []SessionID
		for _, p := range party[0].Places {
			if p.Session != Whole && p.State == Approval {
				sessions = append(sessions, p.Session)
			}
		}
		if full, err := c.admit(party, sessions); err != nil {
			return err
		} else if full != nil {
			return full
		}
	}
	for _, p := range party {
		if !approve {
			p.end(Refused, c.now)
		}
		if err := c.write(p, act, p.mail(kind)...); err != nil {
			return err
		}
	}
	return nil
}

// erase removes everything that tells who s is, and who its companions without
// an address of their own are. What is left are places that were given back,
// and the history's ids.
func (c change) erase(s Signup) error {
	if _, err := c.cancel(s, ActCancelled); err != nil {
		return err
	}
	party, err := c.Party(s.Party)
	if err != nil {
		return err
	}
	for _, p := range party {
		if p.ID != s.ID && (s.ID != s.Party || p.Email != "") {
			continue
		}
		p.forget()
		p.Present = nil
		if err := c.write(p, ActErased); err != nil {
			return err
		}
	}
	return nil
}
