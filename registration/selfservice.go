package registration

import (
	"context"
	"errors"
	"fmt"
	"net/netip"
	"slices"
	"time"

	"github.com/territoires-industrie/sdk/registration/address"
	"github.com/territoires-industrie/sdk/registration/link"
	"github.com/territoires-industrie/sdk/territoires/validation"
)

// Confirm confirms the address of the sign-up that the link names, which ends its
// hold. Twice is not an error. It returns [ErrNotFound], [ErrExpired] if the hold has
// ended, [ErrCancelled], or [ErrClosed] if an organiser has refused the sign-up or the
// meeting is cancelled.
func (d *Desk) Confirm(ctx context.Context, token string) (Signup, error) {
	return d.changeByLink(ctx, link.ForConfirm, token, "confirm", func(c change, s Signup) (Signup, error) { return c.confirm(s) })
}

// Disavow ends a sign-up that somebody made with another person's address and
// gives its seats back. Twice is not an error. It returns [ErrNotFound].
func (d *Desk) Disavow(ctx context.Context, token string) error {
	_, err := d.changeByLink(ctx, link.ForDisavow, token, "disavow", func(c change, s Signup) (Signup, error) {
		return c.cancel(s, EventDisavowed, false)
	})
	return err
}

// Cancel gives back every seat of the sign-up and of its companions. Twice is not an
// error. It returns [ErrNotFound], or a [*LimitError] from the fourth time in a day.
func (d *Desk) Cancel(ctx context.Context, token string) (Signup, error) {
	return d.cancelToday(ctx, token, "cancel", false)
}

// CancelAlone gives back the seats of the sign-up; its companions keep theirs. Twice
// is not an error. It returns the same errors as [Desk.Cancel].
func (d *Desk) CancelAlone(ctx context.Context, token string) (Signup, error) {
	return d.cancelToday(ctx, token, "cancel alone", true)
}

func (d *Desk) cancelToday(ctx context.Context, token, doing string, alone bool) (Signup, error) {
	return d.changeByLink(ctx, link.ForManage, token, doing, func(c change, s Signup) (Signup, error) {
		if s.EndedAt.IsZero() {
			if err := c.checkDailyLimit("cancel", s); err != nil {
				return s, err
			}
		}
		return c.cancel(s, EventCancelled, alone)
	})
}

// actsPerDay is how often a day somebody may cancel, and how often they may undo it:
// each time seats move and other people get mails.
const actsPerDay = 3

// checkDailyLimit counts an act of a person and returns a [*LimitError] if it exceeds
// today's limit.
func (c change) checkDailyLimit(act string, s Signup) error {
	n, err := c.countToday(act, s.ID.String())
	if err == nil && n > actsPerDay {
		err = &LimitError{LimitDay}
	}
	return err
}

// TakePart gives seats in a session to a part of a waiting party that is too large
// for the free seats: to the link's sign-up, which leads it, and to these companions.
// The others keep waiting with their rank. It returns [ErrNotFound] if one of these
// is not of the party or does not wait for the session, [ErrExpired], [ErrCancelled],
// [ErrClosed] or a [*FullError].
func (d *Desk) TakePart(ctx context.Context, token string, id SessionID, companions []ID) (Signup, error) {
	return d.changeByLink(ctx, link.ForManage, token, "take part", func(c change, s Signup) (Signup, error) {
		return c.takePart(s, id, companions)
	})
}

// ChooseSessions replaces the sessions of the sign-up. In each new one it gets a seat
// or, if the meeting keeps queues, waits for one; on an error nothing changes. It
// returns the sign-up as [Desk.Edit] does, or [ErrNotFound], a [*validation.Error]
// for a session that the meeting does not have or two at the same hour, [ErrExpired],
// [ErrCancelled], [ErrClosed] or a [*FullError].
func (d *Desk) ChooseSessions(ctx context.Context, token string, ids []SessionID) (Signup, error) {
	return d.changeByLink(ctx, link.ForManage, token, "choose sessions", func(c change, s Signup) (Signup, error) { return c.chooseAmong(s, ids) })
}

// chooseAmong is choose for ids that somebody typed: it checks them first.
func (c change) chooseAmong(s Signup, ids []SessionID) (Signup, error) {
	ids = slices.Compact(slices.Sorted(slices.Values(ids)))
	if rule := c.Meeting().clash(ids, s); rule != "" {
		return s, &validation.Error{Fields: []validation.FieldError{{Path: "sessions", Rule: rule}}}
	}
	return c.choose(s, ids)
}

// Undo takes back a cancellation within [UndoFor]. The sign-up, and each who was cancelled
// with it, gets back what it had: a seat if it is still free, otherwise the first place in
// the queue. Who was erased or has signed up again since stays out. Twice is not an error.
// It returns [ErrNotFound], [ErrExpired] if it is too late, [ErrClosed], [ErrAddressTaken]
// if the person has signed up again, a [*FullError], or a [*LimitError] from the fourth a day.
func (d *Desk) Undo(ctx context.Context, token string) (Signup, error) {
	return d.changeByLink(ctx, link.ForManage, token, "undo", func(c change, s Signup) (Signup, error) {
		if !s.EndedAt.IsZero() {
			if err := c.checkDailyLimit("undo", s); err != nil {
				return s, err
			}
		}
		return c.undo(s)
	})
}

// Accept takes the seats that are offered to the party. Twice is not an error.
// It returns [ErrNotFound], [ErrCancelled], [ErrClosed] if an organiser has refused the
// sign-up or the meeting is cancelled, or [ErrExpired] if no offer stands.
func (d *Desk) Accept(ctx context.Context, token string) (Signup, error) {
	return d.changeByLink(ctx, link.ForManage, token, "accept", change.accept)
}

// Decline gives up the seats that are offered to the party. Twice is not an error. It
// returns [ErrNotFound].
func (d *Desk) Decline(ctx context.Context, token string) (Signup, error) {
	return d.changeByLink(ctx, link.ForManage, token, "decline", change.decline)
}

// Edit replaces what a person says of themselves, except the address: see
// [Desk.ChangeAddress]. It ignores the sessions and companions of r. It returns the
// sign-up as it is now. If nothing changed, its revision is the same as before and
// nobody is written to. It returns a [*validation.Error], [ErrNotFound],
// [ErrExpired], [ErrCancelled] or [ErrClosed].
func (d *Desk) Edit(ctx context.Context, token string, r Request) (Signup, error) {
	return d.changeByLink(ctx, link.ForManage, token, "edit", func(c change, s Signup) (Signup, error) {
		return c.edit(s, r)
	})
}

// edit replaces what a person says of themselves: see [Desk.Edit].
func (c change) edit(s Signup, r Request) (Signup, error) {
	if err := c.checkEditable(s); err != nil {
		return s, err
	}
	r = r.clean(c.Meeting())
	r.Email, r.Privacy, r.Sessions, r.Companions = "personne@exemple.fr", true, nil, nil // an edit does not ask for these
	if err := r.check(c.Meeting(), s); err != nil {
		return s, err
	}
	was := s
	r.Email = s.Email
	s.Person, s.Language, s.Answers, s.Interests = r.person(), r.Language, r.Answers.keep(s.Answers, c.Meeting()), r.Interests
	return c.writeEdit(was, s, s.mail(MailChanged)...)
}

// AddCompanion adds somebody to the party that the link's sign-up leads, in the same
// sessions. A companion whose address is signed up already gets a mail instead and no
// seat, and looks like one who has not answered yet. Only Silent of the receipt is
// set. It returns a [*validation.Error], [ErrNotFound], [ErrExpired], [ErrCancelled],
// [ErrNotOpen], [ErrClosed], a [*LimitError] or a [*FullError].
func (d *Desk) AddCompanion(ctx context.Context, token string, p Companion) (r Receipt, err error) {
	if p, err = p.checked(); err != nil {
		return r, err
	}
	key, _ := address.Key(p.Email)
	_, err = d.changeByLink(ctx, link.ForManage, token, "add companion", func(c change, s Signup) (Signup, error) {
		err := c.addCompanion(s, p)
		r.Silent = err == nil && c.overMailLimit[key]
		return s, err
	})
	return r, err
}

// RenameCompanion corrects the name of a companion in the party that the link's
// sign-up leads, and returns the companion as [Desk.Edit] does. [Desk.IfUnchanged]
// checks the companion's revision. Companions who have confirmed an address of their
// own correct their name themselves. It returns a [*validation.Error], [ErrNotFound],
// [ErrExpired], [ErrCancelled] or [ErrClosed].
func (d *Desk) RenameCompanion(ctx context.Context, token string, id ID, givenName, familyName string) (Signup, error) {
	p, err := Companion{GivenName: givenName, FamilyName: familyName}.checked()
	if err != nil {
		return Signup{}, err
	}
	return d.onCompanion(ctx, token, id, "rename companion", func(c change, who Signup) (Signup, error) {
		was := who
		who.GivenName, who.FamilyName = p.GivenName, p.FamilyName
		return c.writeEdit(was, who)
	})
}

// ChooseSessionsOf does what [Desk.ChooseSessions] does for a companion without an
// address in the party that the link's sign-up leads. [Desk.IfUnchanged] checks the
// companion's revision.
func (d *Desk) ChooseSessionsOf(ctx context.Context, token string, id ID, ids []SessionID) (Signup, error) {
	return d.onCompanion(ctx, token, id, "choose sessions of companion", func(c change, who Signup) (Signup, error) {
		if who.Email != "" { // they choose themselves
			return who, ErrNotFound
		}
		return c.chooseAmong(who, ids)
	})
}

// RemoveCompanion gives back the seats of a companion in the party that the link's
// sign-up leads, or withdraws an invitation that nobody answered. Twice is not an
// error. It returns [ErrNotFound].
func (d *Desk) RemoveCompanion(ctx context.Context, token string, id ID) (Signup, error) {
	return d.changeByLink(ctx, link.ForManage, token, "remove companion", func(c change, s Signup) (Signup, error) {
		p, err := c.Signup(id)
		if err != nil {
			return s, err
		}
		if p.Party != s.ID || p.ID == s.ID {
			return s, ErrNotFound
		}
		return s, c.remove(p)
	})
}

// Erase deletes the personal data of the person and of their companions without a
// confirmed address of their own, and gives their seats back. Its links do not work
// afterwards: see [ErrErased], which a second call returns. It returns [ErrNotFound].
func (d *Desk) Erase(ctx context.Context, token string) error {
	_, err := d.changeByLink(ctx, link.ForManage, token, "erase", func(c change, s Signup) (Signup, error) {
		return s, c.erase(s)
	})
	return err
}

// mostMeetings is how many of the latest meetings are searched for an address.
const mostMeetings = 20

// linksPerHour is how many lost links may be asked for from one network in an hour.
const linksPerHour = 60

// AskLink stores a request to mail the owner of this address the link to their active
// sign-up; with the slug "", their links in the latest meetings. It does not look for
// the sign-up, so neither its answer nor its duration tells whether there is one:
// [Desk.AnswerLinks] looks later. It returns [ErrNotFound] for an unknown meeting, or
// a [*LimitError].
func (d *Desk) AskLink(ctx context.Context, slug, email string, network netip.Addr) error {
	key, ok := address.Key(email)
	if !ok {
		return nil
	}
	if slug != "" {
		if _, err := d.store.Meeting(ctx, slug); err != nil {
			return fmt.Errorf("ask link: %w", err)
		}
	}
	ask := LinkAsk{ID: NewID(), Meeting: slug, AddressKey: key}
	if !d.noLimits {
		from := d.networkKey(network, subscriberBits)
		ask.NetworkCounter, ask.PairCounter = "links from "+from, "link "+d.hash("link", key+" "+from)
	}
	now := d.Now()
	allowed, err := d.store.AskLink(ctx, ask, now.Truncate(time.Hour), now.Truncate(24*time.Hour), linksPerHour)
	if err != nil {
		return fmt.Errorf("ask link: %w", err)
	}
	if !allowed {
		return &LimitError{LimitLinks}
	}
	select {
	case d.asked <- struct{}{}:
	default: // it will look anyway
	}
	return nil
}

// AnswerLinks mails their links to those who asked by [Desk.AskLink] and are signed
// up.
func (d *Desk) AnswerLinks(ctx context.Context) error {
	ctx = WithActor(ctx, Actor{Kind: ActorPerson})
	for {
		asks, err := d.store.LinkAsks(ctx, releaseBatch)
		if err != nil || len(asks) == 0 {
			return err
		}
		for _, a := range asks {
			if err := d.answerLink(ctx, a); err != nil {
				return fmt.Errorf("answer link: %w", err)
			}
		}
	}
}

func (d *Desk) answerLink(ctx context.Context, a LinkAsk) error {
	slugs := []string{a.Meeting}
	if a.Meeting == "" {
		all, err := d.store.Meetings(ctx)
		if err != nil {
			return err
		}
		slugs = nil
		for _, m := range all {
			if m.Published && len(slugs) < mostMeetings {
				slugs = append(slugs, m.Slug)
			}
		}
	}
	for _, slug := range slugs {
		err := d.change(ctx, slug, "answer link", func(c change) error {
			c.firstAsk = a.First
			s, err := c.ByAddress(a.AddressKey)
			if err == nil {
				err = c.mailOwnLink(s, MailAlreadySignedUp)
			}
			return err
		})
		if err != nil && !errors.Is(err, ErrNotFound) {
			return err
		}
	}
	return d.store.DropLinkAsk(ctx, a.ID)
}

// Party returns the sign-ups of the party of s, the lead first, ended ones
// included.
func (d *Desk) Party(ctx context.Context, s Signup) ([]Signup, error) {
	var all []Signup
	for p, err := range d.store.Signups(ctx, Query{Meeting: s.Meeting, Party: s.Party}) {
		if err != nil {
			return nil, fmt.Errorf("party: %w", err)
		}
		all = append(all, p)
	}
	return all, nil
}

// ByID returns a sign-up of a meeting, or [ErrNotFound].
func (d *Desk) ByID(ctx context.Context, slug string, id ID) (Signup, error) {
	s, err := d.store.Signup(ctx, id)
	if err == nil && s.Meeting != slug {
		err = ErrNotFound
	}
	if err != nil {
		return Signup{}, fmt.Errorf("by id: %w", err)
	}
	return s, nil
}

// History returns what happened to s, oldest first.
func (d *Desk) History(ctx context.Context, s Signup) ([]Event, error) {
	all, err := d.store.History(ctx, s.ID)
	if err != nil {
		return nil, fmt.Errorf("history: %w", err)
	}
	return all, nil
}

// MailsTo returns the mails to s, oldest first.
func (d *Desk) MailsTo(ctx context.Context, s Signup) ([]Posted, error) {
	all, err := d.store.MailsTo(ctx, s.ID)
	if err != nil {
		return nil, fmt.Errorf("mails to: %w", err)
	}
	return all, nil
}

// Position returns the place of s in the queue of a session: 1 for the next,
// [CountLimit] + 1 for everybody after the first CountLimit, 0 for somebody who does
// not wait there.
func (d *Desk) Position(ctx context.Context, s Signup, id SessionID) (int, error) {
	if s.State(id) != Queued {
		return 0, nil
	}
	n, err := d.store.Ahead(ctx, s, id)
	if err != nil {
		return 0, fmt.Errorf("position: %w", err)
	}
	return n + 1, nil
}

// changeByLink runs a transition on the sign-up that a link names.
func (d *Desk) changeByLink(ctx context.Context, p link.Purpose, token, doing string, run func(change, Signup) (Signup, error)) (s Signup, err error) {
	id, version, ok := d.keys.Open(p, token)
	if !ok {
		return s, ErrNotFound
	}
	slug, err := d.store.MeetingOf(ctx, id) // the sign-up and the meeting are read under the lock
	if err != nil {
		return s, fmt.Errorf("%s: %w", doing, err)
	}
	ctx = orActor(ctx, Actor{ActorPerson, id})
	err = d.change(ctx, slug, doing, func(c change) error {
		c.returns(&s)
		now, err := c.Signup(id)
		if err != nil {
			return err
		}
		if err := now.checkLink(version); err != nil {
			return err
		}
		if s, err = now, d.checkSeen(now); err == nil {
			s, err = run(c, now)
		}
		return err
	}, id)
	return s, err
}
