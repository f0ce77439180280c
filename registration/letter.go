package registration

import (
	"cmp"
	"context"
	"errors"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"github.com/territoires-industrie/sdk/registration/link"
	"github.com/territoires-industrie/sdk/territoires"
	"github.com/territoires-industrie/sdk/territoires/validation"
)

// Letter gathers the facts of a mail as they are now, for the moment of sending. known
// is the recipient of a mail to a person, if the caller has just read it; nil means that
// Letter reads it. Letter returns [ErrNobody] if there is no address to write to, as
// after an erasure, and [ErrOvertaken] if what the mail says is no longer true. Its
// links need [DeskOptions.BaseURL].
func (d *Desk) Letter(ctx context.Context, m Mail, known *Recipient) (Letter, error) {
	l := Letter{Mail: m}
	if m.Kind.ForOrganisers() {
		return l, nobody(d.toOrganiser(ctx, &l))
	}
	if known == nil {
		all, err := d.store.Recipients(ctx, []ID{m.Signup})
		if err != nil {
			return l, err
		}
		r, ok := all[m.Signup]
		if !ok {
			return l, ErrNobody
		}
		known = &r
	}
	l.Signup, l.Meeting = known.Signup, known.Meeting
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

// people adds the companions of the person and the lead who brings them, to the kinds
// of mail that name them. Companions who have not answered are included: see
// [Signup.Invited].
func (d *Desk) people(ctx context.Context, l *Letter) (err error) {
	m := l.Mail
	if l.Meeting.Companions > 0 && slices.Contains([]Kind{MailConfirm, MailConfirmReminder, MailConfirmed, MailEnlisted, MailApproved, MailWaitlisted, MailOffer, MailChanged}, m.Kind) {
		for s, err := range d.store.Signups(ctx, Query{Meeting: m.Meeting, Party: m.Signup}) {
			switch {
			case err != nil:
				return err
			case s.ID == m.Signup:
			case s.EndedAt.IsZero() || s.Invited():
				l.Companions = append(l.Companions, s.Person)
				if s.Email == "" && s.State(MeetingSession) == Seated {
					l.Brought = append(l.Brought, s)
				}
			}
		}
	}
	if l.Signup.ID == l.Signup.Party || !slices.Contains([]Kind{MailInvitation, MailConfirmReminder, MailCancelled}, m.Kind) {
		return nil
	}
	lead, err := d.store.Signup(ctx, l.Signup.Party)
	if err == nil && (m.Kind != MailCancelled || lead.EndedAt.Equal(l.Signup.EndedAt)) { // the lead cancelled for the whole party
		l.Lead = lead.Person
	}
	return err
}

// details adds what only some kinds of mail say. It returns [ErrOvertaken] as
// [Desk.Letter] does.
func (d *Desk) details(ctx context.Context, l *Letter) error {
	switch m := l.Mail; {
	case m.Kind == MailReminder && l.Meeting.Phase(d.Now()) == PhasePast:
		return ErrOvertaken
	case m.Kind == MailMessage:
		written, err := d.mailing(ctx, m)
		if err != nil {
			return err
		}
		if !written.StoppedAt.IsZero() || !written.To.stillReaches(l.Signup) {
			return ErrOvertaken
		}
		l.Note = written.Note
	case m.Kind == MailEnlisted:
		l.Links.Disavow = strings.TrimSuffix(l.Links.Meeting, "/rencontres/"+m.Meeting) + "/pas-moi/" + d.keys.Token(link.ForDisavow, l.Signup.ID, l.Signup.Version)
	case m.Kind == MailWaitlisted && l.Signup.State(MeetingSession) == Queued:
		ahead, err := d.store.Ahead(ctx, l.Signup, MeetingSession)
		if err != nil {
			return err
		}
		l.Position = ahead + 1
	}
	return nil
}

// mailing returns the mailing that a mail is part of.
func (d *Desk) mailing(ctx context.Context, m Mail) (Mailing, error) {
	all, err := d.store.Mailings(ctx, m.Meeting)
	if err != nil {
		return Mailing{}, err
	}
	i := slices.IndexFunc(all, func(v Mailing) bool { return v.ID == m.Mailing })
	if i < 0 {
		return Mailing{}, ErrNotFound
	}
	return all[i], nil
}

// testLetter adds what a test mail says: the message as the one recipient named in its
// mailing would get it, but sent to the organiser.
func (d *Desk) testLetter(ctx context.Context, l *Letter) (err error) {
	if l.Meeting, err = d.store.Meeting(ctx, l.Mail.Meeting); err != nil {
		return err
	}
	written, err := d.mailing(ctx, l.Mail)
	if err != nil || len(written.To.Codes) != 1 {
		return cmp.Or(err, ErrNotFound)
	}
	if l.Signup, err = d.ByCode(ctx, l.Meeting.Slug, written.To.Codes[0]); err != nil {
		return err
	}
	l.Note, l.Links = written.Note, d.linksShown(l.Signup)
	return nil
}

// toOrganiser adds what a mail to an organiser says.
func (d *Desk) toOrganiser(ctx context.Context, l *Letter) (err error) {
	m, id := l.Mail, l.Mail.Organiser
	l.Links.Organisers = d.baseURL + "/organisation/"
	if m.SignIn != (ID{}) {
		s, err := d.organisers.SignIn(ctx, m.SignIn)
		if err != nil {
			return err
		}
		id = s.Organiser
		base := d.baseURL
		if strings.HasPrefix(s.Next, "/en/") { // it was asked for in English
			l.Signup.Language = English
			base += "/en"
		}
		l.Links.SignIn = base + "/organisation/connexion/" + d.keys.Token(link.ForSignIn, m.SignIn, 0)
	}
	if l.Organiser, err = d.organisers.Organiser(ctx, id); err != nil {
		return err
	}
	switch m.Kind {
	case MailTest:
		return d.testLetter(ctx, l)
	case MailTeamInvitation: // whose inviter may be gone
		if l.Inviter, err = d.organisers.Organiser(ctx, m.Organiser); err != nil && !errors.Is(err, ErrNotFound) {
			return err
		}
		l.Meetings, err = d.store.Meetings(ctx)
		return err
	case MailDigest:
		return d.digest(ctx, l)
	case MailAlert:
		return d.alert(ctx, l)
	}
	return nil
}

// alert adds what an alert says of the holds of a meeting. It returns
// [ErrOvertaken] if they are no longer strained.
func (d *Desk) alert(ctx context.Context, l *Letter) (err error) {
	if l.Meeting, err = d.store.Meeting(ctx, l.Mail.Meeting); err != nil {
		return err
	}
	l.Holds, err = d.store.Holds(ctx, l.Mail.Meeting, d.Now().Add(-holdsWindow))
	if err == nil && !l.Holds.strained(l.Meeting.Seats) {
		return ErrOvertaken
	}
	l.Links.Networks = d.baseURL + "/organisation/rencontres/" + l.Mail.Meeting + "/reseaux"
	return err
}

// deletionNear is how many days before a deletion of data the digests announce it.
const deletionNear = 7

// digest adds what needs the organiser's attention. It returns [ErrOvertaken]
// if nothing does, or if they no longer want digests.
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

// digestOf returns what needs attention in one meeting, for a digest.
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

// linksShown returns the links of a letter that somebody else reads, such as an
// organiser's preview. Instead of a token, the person's own link ends in an ellipsis.
func (d *Desk) linksShown(s Signup) Links {
	all := d.links(s)
	at := strings.LastIndex(all.Manage, "/")
	return Links{Meeting: all.Meeting, Notice: all.Notice, Manage: all.Manage[:at+1] + "…"}
}

// links returns the links of a sign-up, with their tokens.
func (d *Desk) links(s Signup) Links {
	base := d.baseURL
	if s.Language == English {
		base += "/en"
	}
	token := func(p link.Purpose) string { return d.keys.Token(p, s.ID, s.Version) }
	l := Links{Meeting: base + "/rencontres/" + s.Meeting, Manage: base + "/mon-inscription/" + token(link.ForManage)}
	l.Leave = l.Manage + "/annulation"
	l.CheckIn = d.baseURL + "/accueil/" // in French, whoever carries the ticket
	l.Notice = base + "/donnees-personnelles"
	if s.AddressConfirmedAt.IsZero() {
		l.Confirm = base + "/confirmation/" + token(link.ForConfirm)
		l.Disavow = base + "/pas-moi/" + token(link.ForDisavow)
	}
	return l
}

// Note is the text of an organiser's message: plain text with one paragraph per line.
// [Placeholders] stand for what differs from person to person. An empty English text
// reads as the French one.
type Note struct {
	Subject Localized
	Body    Localized
}

// The bounds of a note, in characters.
const (
	maxNoteSubject = 120
	maxNoteBody    = 10_000
)

// Placeholders lists what a note may hold in braces, such as {prenom}: given
// name, family name, short code, title of the meeting, its day, its place, and
// the address of the person's own page.
func Placeholders() []string {
	return []string{"prenom", "nom", "code", "rencontre", "date", "lieu", "lien"}
}

var placeholder = regexp.MustCompile(`\{([a-z]+)\}`)

// Fill returns text with each placeholder replaced by its value. Placeholders without a
// value stay, and those inside a value are not replaced.
func Fill(text string, values map[string]string) string {
	return placeholder.ReplaceAllStringFunc(text, func(p string) string {
		if v, ok := values[p[1:len(p)-1]]; ok {
			return v
		}
		return p
	})
}

func (n Note) clean() Note {
	body := func(s string) string {
		s = strings.NewReplacer("\r\n", "\n", "\r", "\n").Replace(s)
		return strings.TrimSpace(norm.NFC.String(s))
	}
	n.Subject = Localized{cleanLine(n.Subject.FR), cleanLine(n.Subject.EN)}
	n.Body = Localized{body(n.Body.FR), body(n.Body.EN)}
	return n
}

// check returns a [*validation.Error] with everything that is wrong
// with n; its paths are subject, body and their English twins with _en.
func (n Note) check() error {
	var all []validation.FieldError
	add := func(path, rule, param string) {
		all = append(all, validation.FieldError{Path: path, Rule: rule, Param: param, Kind: "string"})
	}
	for _, f := range []struct {
		path, text string
		most       int
		line       bool
	}{
		{"subject", n.Subject.FR, maxNoteSubject, true}, {"subject_en", n.Subject.EN, maxNoteSubject, true},
		{"body", n.Body.FR, maxNoteBody, false}, {"body_en", n.Body.EN, maxNoteBody, false},
	} {
		switch {
		case f.text == "" && !strings.HasSuffix(f.path, "_en"):
			add(f.path, "required", "")
		case utf8.RuneCountInString(f.text) > f.most:
			add(f.path, "max", strconv.Itoa(f.most))
		case f.line && !isLine(f.text), !isLine(strings.NewReplacer("\n", "", "\t", "").Replace(f.text)):
			add(f.path, "line", "")
		default:
			if !placeholdersKnown(f.text) {
				add(f.path, "placeholder", strings.Join(Placeholders(), " "))
			}
		}
	}
	if (n.Subject.EN == "") != (n.Body.EN == "") {
		add("body_en", "pair", "") // half a message would mix the languages
	}
	if len(all) == 0 {
		return nil
	}
	return &validation.Error{Fields: all}
}

// placeholdersKnown reports whether every brace of text belongs to one of the
// [Placeholders].
func placeholdersKnown(text string) bool {
	known := map[string]string{}
	for _, p := range Placeholders() {
		known[p] = ""
	}
	return !strings.ContainsAny(Fill(text, known), "{}")
}

// mail returns k if s has a confirmed address to write to, and nothing otherwise.
func (s Signup) mail(k Kind) []Kind {
	if s.Email == "" || s.AddressConfirmedAt.IsZero() {
		return nil
	}
	return []Kind{k}
}

// invitation returns the kind of mail that a new companion of s gets now, "" for none:
// they hear of it once the address of s is confirmed.
func (s Signup) invitation() Kind {
	if s.AddressConfirmedAt.IsZero() {
		return ""
	}
	return MailInvitation
}

// standingMail returns the kind of mail that tells a confirmed person where they
// stand, including an offer that waits for an answer.
func standingMail(s Signup) Kind {
	switch s.State(MeetingSession) {
	case Offered:
		return MailOffer
	case Queued:
		return MailWaitlisted
	case Approval:
		return MailReceived
	}
	return MailConfirmed
}
