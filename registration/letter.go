package registration

import (
	"context"
	"errors"
	"slices"
)

// letter gathers what a mail says, as it is now. It returns ErrNobody if the
// person's data has been erased.
func (c *Courier) letter(ctx context.Context, m Mail) (Letter, error) {
	l := Letter{Mail: m}
	var err error
	if m.SignIn != (ID{}) {
		l.Organiser, err = c.organiser(ctx, m.SignIn)
		l.Links.SignIn = c.o.BaseURL + "/organisation/connexion/" + c.o.Keyring.Token(ForSignIn, m.SignIn, 0)
		return l, nobody(err)
	}
	if l.Meeting, err = c.o.Store.Meeting(ctx, m.Meeting); err != nil {
		return l, nobody(err)
	}
	if err := c.people(ctx, &l); err != nil {
		return l, nobody(err)
	}
	if l.Signup.Email == "" {
		return l, ErrNobody
	}
	l.Links = c.links(l.Signup)
	return l, c.details(ctx, &l)
}

// people adds the person and, to the mails that say where a party stands, who
// comes with them, those included who have not answered: see [Signup.Invited].
func (c *Courier) people(ctx context.Context, l *Letter) (err error) {
	m := l.Mail
	if l.Meeting.Companions > 0 && slices.Contains([]Kind{MailConfirmed, MailApproved, MailWaitlisted, MailOffer}, m.Kind) {
		for s, err := range c.o.Store.Signups(ctx, Query{Meeting: m.Meeting, Party: m.Signup}) {
			switch {
			case err != nil:
				return err
			case s.ID == m.Signup:
				l.Signup = s
			case s.EndedAt.IsZero() || s.Invited():
				l.Companions = append(l.Companions, s.Person)
			}
		}
	}
	if l.Signup.ID == (ID{}) { // who leads no party
		l.Signup, err = c.o.Store.Signup(ctx, m.Signup)
	}
	return err
}

// details adds what only some kinds say.
func (c *Courier) details(ctx context.Context, l *Letter) error {
	switch m := l.Mail; {
	case m.Kind == MailReminder && l.Meeting.Phase(c.now()) == PhasePast:
		return ErrOvertaken
	case m.Kind == MailMessage:
		all, err := c.o.Store.Mailings(ctx, m.Meeting)
		if err != nil {
			return err
		}
		i := slices.IndexFunc(all, func(v Mailing) bool { return v.ID == m.Mailing })
		if i < 0 {
			return ErrNobody
		}
		l.Note = all[i].Note
	case m.Kind == MailWaitlisted && l.Signup.State(Whole) == Queued:
		ahead, err := c.o.Store.Ahead(ctx, l.Signup, Whole)
		if err != nil {
			return err
		}
		l.Position = ahead + 1
	}
	return nil
}

func (c *Courier) organiser(ctx context.Context, signIn ID) (Organiser, error) {
	s, err := c.o.Organisers.SignIn(ctx, signIn)
	if err != nil {
		return Organiser{}, err
	}
	return c.o.Organisers.Organiser(ctx, s.Organiser)
}

func nobody(err error) error {
	if errors.Is(err, ErrNotFound) {
		return ErrNobody
	}
	return err
}

// links returns the addresses that belong to a sign-up.
func (c *Courier) links(s Signup) Links {
	base := c.o.BaseURL
	if s.Language == English {
		base += "/en"
	}
	token := func(p Purpose) string { return c.o.Keyring.Token(p, s.ID, s.Version) }
	l := Links{Meeting: base + "/rencontres/" + s.Meeting, Manage: base + "/mon-inscription/" + token(ForManage)}
	l.Leave = l.Manage + "/annulation"
	if s.AddressConfirmedAt.IsZero() {
		l.Confirm = base + "/confirmation/" + token(ForConfirm)
		l.Disavow = base + "/pas-moi/" + token(ForDisavow)
	}
	return l
}
