package registration

import (
	"context"
	"errors"
	"slices"
	"strings"

	"github.com/territoires-industrie/sdk/registration/link"
	"github.com/territoires-industrie/sdk/territoires"
)

// Letter gathers what a mail says, as it is now: the one source of facts for the
// queue, for a preview and for a test mail. It returns [ErrNobody] if the
// person's data has been erased, and [ErrOvertaken] if the mail no longer says
// what is so. The desk needs the base URL of its site for it.
func (d *Desk) Letter(ctx context.Context, m Mail) (Letter, error) {
	l := Letter{Mail: m}
	var err error
	if m.Kind.ForOrganisers() {
		return l, nobody(d.toOrganiser(ctx, &l))
	}
	if l.Meeting, err = d.store.Meeting(ctx, m.Meeting); err != nil {
		return l, nobody(err)
	}
	if err := d.people(ctx, &l); err != nil {
		return l, nobody(err)
	}
	if l.Signup.Email == "" {
		return l, ErrNobody
	}
	if l.Links = d.links(l.Signup); m.To != "" {
		l.Links = d.linksElsewhere(l.Signup, l.Links)
	}
	return l, d.details(ctx, &l)
}

// people adds the person and, to the mails that say where a party stands, who
// comes with them, those included who have not answered: see [Signup.Invited].
func (d *Desk) people(ctx context.Context, l *Letter) (err error) {
	m := l.Mail
	if l.Meeting.Companions > 0 && slices.Contains([]Kind{MailConfirm, MailConfirmReminder, MailConfirmed, MailApproved, MailWaitlisted, MailOffer}, m.Kind) {
		for s, err := range d.store.Signups(ctx, Query{Meeting: m.Meeting, Party: m.Signup}) {
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
		if l.Signup, err = d.store.Signup(ctx, m.Signup); err != nil {
			return err
		}
	}
	if l.Signup.ID == l.Signup.Party || !slices.Contains([]Kind{MailInvitation, MailConfirmReminder, MailCancelled}, m.Kind) {
		return nil
	}
	lead, err := d.store.Signup(ctx, l.Signup.Party)
	if err == nil && (m.Kind != MailCancelled || lead.EndedAt.Equal(l.Signup.EndedAt)) { // who cancelled for all of them
		l.Lead = lead.Person
	}
	return err
}

// details adds what only some kinds say.
func (d *Desk) details(ctx context.Context, l *Letter) error {
	switch m := l.Mail; {
	case m.Kind == MailReminder && l.Meeting.Phase(d.Now()) == PhasePast:
		return ErrOvertaken
	case m.Kind == MailMessage:
		all, err := d.store.Mailings(ctx, m.Meeting)
		if err != nil {
			return err
		}
		i := slices.IndexFunc(all, func(v Mailing) bool { return v.ID == m.Mailing })
		if i < 0 {
			return ErrNobody
		}
		l.Note = all[i].Note
	case m.Kind == MailWaitlisted && l.Signup.State(MeetingSession) == Queued:
		ahead, err := d.store.Ahead(ctx, l.Signup, MeetingSession)
		if err != nil {
			return err
		}
		l.Position = ahead + 1
	}
	return nil
}

// toOrganiser adds what a mail to an organiser says.
func (d *Desk) toOrganiser(ctx context.Context, l *Letter) error {
	m, id := l.Mail, l.Mail.Organiser
	l.Links.Organisers = d.baseURL + "/organisation/"
	if m.SignIn != (ID{}) {
		s, err := d.organisers.SignIn(ctx, m.SignIn)
		if err != nil {
			return err
		}
		id = s.Organiser
		l.Links.SignIn = d.baseURL + "/organisation/connexion/" + d.keys.Token(link.ForSignIn, m.SignIn, 0)
	}
	var err error
	if l.Organiser, err = d.organisers.Organiser(ctx, id); err != nil || m.Kind != MailDigest {
		return err
	}
	return d.digest(ctx, l)
}

// deletionNear is how long before data is deleted a digest tells of it, in days.
const deletionNear = 7

// digest adds what needs the organiser's hand. It returns [ErrOvertaken] if
// nothing does, or if they do not want digests any more.
func (d *Desk) digest(ctx context.Context, l *Letter) error {
	if !l.Organiser.Digest {
		return ErrOvertaken
	}
	all, err := d.store.Meetings(ctx)
	if err != nil {
		return err
	}
	for _, m := range all {
		if !l.Organiser.May(RightRead, m.Slug) {
			continue
		}
		e, err := d.digestOf(ctx, m)
		if err != nil {
			return err
		}
		if e.Approvals > 0 || e.Refused > 0 || len(e.Full) > 0 || !e.Deletion.IsZero() {
			l.Digest = append(l.Digest, e)
		}
	}
	if d.checkUp != nil && l.Organiser.MayAnywhere(RightAct) {
		l.Site = d.checkUp(ctx)
	}
	if len(l.Digest) == 0 && len(l.Site) == 0 {
		return ErrOvertaken
	}
	return nil
}

// digestOf returns what one meeting wants from its organisers now.
func (d *Desk) digestOf(ctx context.Context, m Meeting) (e DigestEntry, err error) {
	e.Meeting = m
	if e.Approvals, e.Refused, err = d.store.ToDo(ctx, m.Slug); err != nil {
		return e, err
	}
	today := territoires.DateOf(d.Now(), Paris)
	if last, ends := m.KeptUntil(); ends && !last.Before(today) && !today.AddDays(deletionNear).Before(last) {
		e.Deletion = last
	}
	if m.Phase(d.Now()) != PhaseOpen {
		return e, nil
	}
	taken, err := d.store.Occupancy(ctx, m.Slug)
	for _, o := range taken {
		if o.Seats > 0 && o.Free()*10 <= int(o.Seats) { // nine tenths are taken
			e.Full = append(e.Full, o.Session)
		}
	}
	return e, err
}

func nobody(err error) error {
	if errors.Is(err, ErrNotFound) {
		return ErrNobody
	}
	return err
}

// linksElsewhere returns what somebody may open whose address is not that of the
// sign-up: the meeting's page, and the page that confirms a new address.
func (d *Desk) linksElsewhere(s Signup, all Links) Links {
	l := Links{Meeting: all.Meeting}
	if s.Transfer.Waits() {
		l.Transfer = strings.TrimSuffix(l.Meeting, "/rencontres/"+s.Meeting) + s.Transfer.path() + d.keys.Token(link.ForTransfer, s.ID, s.Transfer.Number)
	}
	return l
}

// links returns the addresses that belong to a sign-up.
func (d *Desk) links(s Signup) Links {
	base := d.baseURL
	if s.Language == English {
		base += "/en"
	}
	token := func(p link.Purpose) string { return d.keys.Token(p, s.ID, s.Version) }
	l := Links{Meeting: base + "/rencontres/" + s.Meeting, Manage: base + "/mon-inscription/" + token(link.ForManage)}
	l.Leave = l.Manage + "/annulation"
	if s.AddressConfirmedAt.IsZero() {
		l.Confirm = base + "/confirmation/" + token(link.ForConfirm)
		l.Disavow = base + "/pas-moi/" + token(link.ForDisavow)
	}
	return l
}
