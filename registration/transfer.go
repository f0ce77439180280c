package registration

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"slices"
	"strings"
	"time"

	"github.com/territoires-industrie/sdk/registration/address"
	"github.com/territoires-industrie/sdk/registration/link"
	"github.com/territoires-industrie/sdk/territoires/validation"
)

// Transfer is a request to move a sign-up to another address: a new one of the
// same person, or that of a colleague who comes instead. Nothing moves until the
// owner of the address confirms. The zero value is none.
type Transfer struct {
	Number     int       `json:"number"`                // number of the request, part of its link, never used twice for a sign-up
	Email      string    `json:"email,omitempty"`       // "" once it is done
	GivenName  string    `json:"given_name,omitempty"`  // of the colleague; "" for the same person
	FamilyName string    `json:"family_name,omitempty"` // of the colleague; "" for the same person
	AskedAt    time.Time `json:"asked_at,omitzero"`
	DoneAt     time.Time `json:"done_at,omitzero"` // zero until the owner of the address has confirmed
}

// Waits reports whether the owner of the address has not confirmed yet.
func (t Transfer) Waits() bool { return t.Number != 0 && t.DoneAt.IsZero() }

// Replaces reports whether the address is a colleague's.
func (t Transfer) Replaces() bool { return t.FamilyName != "" }

// path returns the path of the page that confirms the transfer, without its token.
func (t Transfer) path() string {
	if t.Replaces() {
		return "/remplacement/"
	}
	return "/nouvelle-adresse/"
}

// linksElsewhere returns the links for a mail to another address than the
// sign-up's: the meeting's page and, during a transfer, the page that confirms it.
func (d *Desk) linksElsewhere(s Signup, all Links) Links {
	l := Links{Meeting: all.Meeting}
	if s.Transfer.Waits() {
		l.Transfer = strings.TrimSuffix(l.Meeting, "/rencontres/"+s.Meeting) + s.Transfer.path() + d.keys.Token(link.ForTransfer, s.ID, s.Transfer.Number)
	}
	return l
}

// transfersPerDay is how many transfers of one sign-up may be asked for in a day:
// each one sends a mail to an address that somebody typed.
const transfersPerDay = 4

// ChangeAddress asks to move the sign-up to another address of the same person. The
// new address gets a link to confirm with; until then nothing changes. A newer
// request ends an older one. It returns a [*validation.Error], [ErrNotFound],
// [ErrExpired], [ErrCancelled], [ErrTooMany], or [ErrClosed], also if the present
// address is not confirmed.
func (d *Desk) ChangeAddress(ctx context.Context, token, email string) (Signup, error) {
	form := struct {
		Email string `json:"email" validate:"required,mailbox"`
	}{cleanAddress(email)}
	all, err := fieldErrors(requestRules().Struct(form), "")
	return d.askTransfer(ctx, token, Transfer{Email: form.Email}, all, err)
}

// Replace asks to move the sign-up to a colleague, who keeps its seats and gets a
// link to confirm with. It returns the same errors as [Desk.ChangeAddress].
func (d *Desk) Replace(ctx context.Context, token string, colleague Companion) (Signup, error) {
	colleague = colleague.clean()
	all, err := fieldErrors(requestRules().Struct(colleague), "companion.")
	if colleague.Email == "" {
		all = append(all, validation.FieldError{Path: "email", Rule: "required"})
	}
	return d.askTransfer(ctx, token, Transfer{Email: colleague.Email, GivenName: colleague.GivenName, FamilyName: colleague.FamilyName}, all, err)
}

// askTransfer asks for a transfer, unless wrong or err says what was wrong with
// the form.
func (d *Desk) askTransfer(ctx context.Context, token string, t Transfer, wrong []validation.FieldError, err error) (Signup, error) {
	if err != nil {
		return Signup{}, err
	}
	if len(wrong) > 0 {
		return Signup{}, &validation.Error{Fields: wrong}
	}
	return d.changeByLink(ctx, link.ForManage, token, "ask for transfer", func(c change, s Signup) (Signup, error) {
		return c.requestTransfer(s, t)
	})
}

// requestTransfer stores the request and writes to the new address, unless that is
// signed up already or has reached its limit for today: whoever asks gets the same
// answer in every case.
func (c change) requestTransfer(s Signup, t Transfer) (Signup, error) {
	if err := c.checkTransferable(s); err != nil {
		return s, err
	}
	key, _ := address.Key(t.Email)
	if key == s.AddressKey {
		return s, &validation.Error{Fields: []validation.FieldError{{Path: "email", Rule: "same"}}}
	}
	if now := s.Transfer; now.Waits() && c.now.Sub(now.AskedAt) < time.Minute && now.Email == t.Email && now.GivenName == t.GivenName && now.FamilyName == t.FamilyName {
		return s, nil // a form that was sent twice
	}
	asked, err := c.countToday("transfer", s.ID.String())
	if err != nil {
		return s, err
	}
	if asked > transfersPerDay {
		return s, ErrTooMany
	}
	known, err := c.handleDuplicate(key, MailAddress)
	if err != nil {
		return s, err
	}
	t.Number, t.AskedAt = s.Revision+1, c.now.UTC()
	s.Transfer = t
	if err := c.write(s, EventTransferAsked); err != nil || known {
		return s, err
	}
	kind := MailAddress
	if t.Replaces() {
		kind = MailReplacement
	}
	return s, c.post(s, kind, t.Email)
}

// hash returns a keyed hash of concerns, so that a counter need not store it in clear.
func (d *Desk) hash(what, concerns string) string {
	h := hmac.New(sha256.New, d.keys.Derive(what, 32))
	h.Write([]byte(concerns))
	return base64.RawURLEncoding.EncodeToString(h.Sum(nil)[:16])
}

// checkTransferable returns nil while the sign-up may be moved: before the freeze,
// and once its own address is confirmed.
func (c change) checkTransferable(s Signup) error {
	if err := c.checkEditable(s); err != nil {
		return err
	}
	if s.AddressConfirmedAt.IsZero() || s.Email == "" {
		return ErrClosed
	}
	return nil
}

// WithdrawTransfer withdraws a request that nobody has confirmed; its link stops
// working. Twice is not an error. It returns [ErrNotFound].
func (d *Desk) WithdrawTransfer(ctx context.Context, token string) (Signup, error) {
	return d.changeByLink(ctx, link.ForManage, token, "withdraw transfer", func(c change, s Signup) (Signup, error) {
		if !s.Transfer.Waits() {
			return s, nil
		}
		s.Transfer = Transfer{}
		return s, c.write(s, EventTransferWithdrawn)
	})
}

// ReadTransfer returns the sign-up of a transfer's link, and its meeting, for a page
// that changes nothing. It returns [ErrNotFound] also if the request was withdrawn or
// a newer one replaced it.
func (d *Desk) ReadTransfer(ctx context.Context, token string) (Signup, Meeting, error) {
	id, number, ok := d.keys.Open(link.ForTransfer, token)
	if !ok {
		return Signup{}, Meeting{}, ErrNotFound
	}
	s, err := d.store.Signup(ctx, id)
	if err != nil {
		return Signup{}, Meeting{}, err
	}
	if s.Transfer.Number != number || number == 0 {
		return Signup{}, Meeting{}, ErrNotFound
	}
	m, err := d.store.Meeting(ctx, s.Meeting)
	return s, m, err
}

// AcceptTransfer moves the sign-up to the address of the link's transfer. Seats,
// places in queues and companions stay; every older link to the sign-up stops
// working; both addresses get a mail. Twice is not an error. It returns
// [ErrNotFound], [ErrExpired], [ErrCancelled], [ErrClosed], or [ErrAddressTaken] if
// the address has a sign-up of its own by now.
func (d *Desk) AcceptTransfer(ctx context.Context, token string) (Signup, error) {
	s, _, err := d.ReadTransfer(ctx, token)
	if err != nil {
		return Signup{}, err
	}
	id, number := s.ID, s.Transfer.Number
	ctx = orActor(ctx, Actor{ActorPerson, id})
	err = d.change(ctx, s.Meeting, "accept transfer", func(c change) error {
		c.returns(&s)
		now, err := c.Signup(id)
		if err != nil {
			return err
		}
		if now.Transfer.Number != number {
			return ErrNotFound
		}
		s, err = c.transfer(now)
		return err
	})
	return s, err
}

// transfer moves s to the address of its transfer.
func (c change) transfer(s Signup) (Signup, error) {
	t := s.Transfer
	if !t.DoneAt.IsZero() {
		return s, nil
	}
	if err := c.checkTransferable(s); err != nil {
		return s, err
	}
	key, ok := address.Key(t.Email)
	if !ok {
		return s, ErrNotFound
	}
	if err := c.makeWay(key); err != nil {
		return s, err
	}
	before, told, act, again := s.Email, MailAddressChanged, EventAddressChanged, sentAgain
	s.Email, s.AddressKey, s.AddressConfirmedAt = t.Email, key, latest(c.now, s.CreatedAt)
	if t.Replaces() {
		told, act, again = MailReplaced, EventReplaced, nil
		c.handOver(&s, t.GivenName, t.FamilyName)
	}
	s.Version++
	s.Transfer = Transfer{Number: t.Number, DoneAt: c.now.UTC()}
	if err := c.move(&s, act, before, again); err != nil {
		return s, err
	}
	return s, errors.Join(c.post(s, told, before), c.post(s, standingMail(s), ""))
}

// move stores a sign-up that leaves its old address, before, and mints another code if
// its code is taken. Mails of the kinds in again that the old address refused are sent
// to the new one.
func (c change) move(s *Signup, act EventKind, before string, again []Kind) error {
	if err := c.Readdress(s.ID, before, again, c.now); err != nil {
		return err
	}
	err := c.write(*s, act)
	for errors.Is(err, ErrCodeTaken) {
		s.Code = MintCode()
		err = c.write(*s, act)
	}
	return err
}

// handOver gives a sign-up to a colleague. It deletes the answers of the former
// person, and changes the code so that the former ticket is no longer valid.
func (c change) handOver(s *Signup, givenName, familyName string) {
	s.Code = MintCode()
	s.GivenName, s.FamilyName, s.Function = givenName, familyName, ""
	s.Answers, s.Interests, s.NoticeVersion = nil, nil, c.Meeting().NoticeVersion()
}

// sentAgain are the kinds of mail that are sent to the new address if the old one
// refused them. The mail that says where the sign-up stands replaces all other kinds.
var sentAgain = []Kind{MailMessage, MailMeetingChanged, MailMeetingCancelled, MailReminder}

// ReplaceFor replaces a person by a colleague at once, as they told an organiser. The
// colleague gets the same seats and companions; if they gave no address and nobody
// could answer an offer, it is accepted. Every link stops working; the former person is
// told, and the colleague, if they gave an address, gets the mail to people whom an
// organiser signs up. It returns a [*validation.Error], [ErrNotFound],
// [ErrExpired], [ErrCancelled], [ErrAddressTaken], or [ErrClosed], also if the
// present address is not confirmed.
func (d *Desk) ReplaceFor(ctx context.Context, slug string, id ID, colleague Companion) (now Signup, err error) {
	colleague, err = colleague.checked()
	if err != nil {
		return now, err
	}
	err = d.onSignup(ctx, slug, id, "replace for", func(c change, s Signup) error {
		c.returns(&now)
		now = s
		return c.replace(&now, colleague)
	})
	return now, err
}

func (c change) replace(s *Signup, colleague Companion) error {
	if err := c.checkEditable(*s); err != nil {
		return err
	}
	if s.AddressConfirmedAt.IsZero() {
		return ErrClosed
	}
	key, _ := address.Key(colleague.Email)
	if key != s.AddressKey && key != "" {
		if err := c.makeWay(key); err != nil {
			return err
		}
	}
	before := s.Email
	c.handOver(s, colleague.GivenName, colleague.FamilyName)
	s.Email, s.AddressKey, s.AddressConfirmedAt = colleague.Email, key, latest(c.now, s.CreatedAt)
	s.Version, s.Transfer, s.Source = s.Version+1, Transfer{}, SourcePhone
	if err := c.move(s, EventReplaced, before, nil); err != nil {
		return err
	}
	var failed error
	if before != "" {
		failed = c.post(*s, MailReplaced, before)
	}
	if s.Email != "" {
		failed = errors.Join(failed, c.post(*s, MailEnlisted, ""))
	}
	if s.Email != "" && s.State(MeetingSession) == Offered { // the offer waits for an answer
		failed = errors.Join(failed, c.post(*s, MailOffer, ""))
	}
	if s.Email == "" && failed == nil {
		failed = c.answerFor(s)
	}
	return failed
}

// answerFor deals with an offer to the party of s, which has no address any more: the
// first who can read of it is told, unless they were told before. If nobody can, the
// offer is accepted.
func (c change) answerFor(s *Signup) error {
	party, err := c.offered(*s)
	if err != nil || len(party) == 0 {
		return err
	}
	self := slices.IndexFunc(party, func(p Signup) bool { return p.ID == s.ID })
	switch reader := slices.IndexFunc(party, func(p Signup) bool { return p.mail(MailOffer) != nil }); {
	case reader < 0:
		*s, err = c.accept(*s)
	case reader > self:
		err = c.note(EventResent, party[reader], MailOffer)
	}
	return err
}

// makeWay returns [ErrAddressTaken] if an active sign-up has the address key. It ends
// a sign-up whose hold is over.
func (c change) makeWay(key string) error {
	switch other, err := c.ByAddress(key); {
	case errors.Is(err, ErrNotFound):
		return nil
	case err != nil:
		return err
	case !other.HoldExpired(c.now):
		return ErrAddressTaken
	default:
		return c.expire(other)
	}
}

// CorrectAddress replaces the address of a sign-up by one that the person gave an
// organiser. Its seats and its confirmation stay; every link stops working. The new
// address gets the mail that says where the sign-up stands, and the messages and news
// that the old one refused; the old one gets nothing. It returns a
// [*validation.Error], [ErrNotFound], [ErrExpired], [ErrCancelled], [ErrClosed], or
// [ErrAddressTaken] if an active sign-up of the meeting has the address.
func (d *Desk) CorrectAddress(ctx context.Context, slug string, id ID, email string) error {
	form := struct {
		Email string `json:"email" validate:"required,mailbox"`
	}{cleanAddress(email)}
	wrong, err := fieldErrors(requestRules().Struct(form), "")
	if err != nil {
		return err
	}
	return d.onSignup(ctx, slug, id, "correct address", func(c change, s Signup) error {
		key, _ := address.Key(form.Email)
		if err := c.checkEditable(s); err != nil {
			return err
		}
		if len(wrong) > 0 {
			return &validation.Error{Fields: wrong}
		}
		if form.Email == s.Email {
			return &validation.Error{Fields: []validation.FieldError{{Path: "email", Rule: "same"}}}
		}
		if key != s.AddressKey { // otherwise only its spelling differs
			if err := c.makeWay(key); err != nil {
				return err
			}
		}
		if err := c.Readdress(s.ID, s.Email, sentAgain, c.now); err != nil {
			return err
		}
		s.Email, s.AddressKey, s.Transfer = form.Email, key, Transfer{}
		s.Version++
		mails, err := c.statusMails(s)
		if err != nil {
			return err
		}
		return c.write(s, EventAddressChanged, mails...)
	})
}
