package registration

import (
	"context"
	"errors"
	"slices"
	"time"

	"github.com/territoires-industrie/sdk/registration/address"
	"github.com/territoires-industrie/sdk/territoires"
)

// Kind is the kind of a mail. It is the value of the header X-Rencontre-Kind.
type Kind string

// ForOrganisers reports whether the mail goes to an organiser.
func (k Kind) ForOrganisers() bool {
	return k == MailSignIn || k == MailTeamInvitation || k == MailDigest || k == MailTest || k == MailAlert
}

// The kinds of mail.
const (
	MailConfirm         Kind = "confirm"    // confirm your address
	MailAlreadySignedUp Kind = "known"      // you are already signed up
	MailInvitation      Kind = "invitation" // somebody brings you: confirm your address
	// MailConfirmReminder reminds of a hold that ends within a day.
	MailConfirmReminder Kind = "confirm_reminder"
	MailConfirmed       Kind = "confirmed"  // your seat is yours, with a calendar entry
	MailWaitlisted      Kind = "waitlisted" // you wait for a seat
	MailReceived        Kind = "received"   // an organiser decides
	MailApproved        Kind = "approved"
	MailRefused         Kind = "refused"
	MailOffer           Kind = "offer" // a seat waits for your answer
	MailOfferEnded      Kind = "offer_ended"
	MailChanged         Kind = "changed"
	MailCancelled       Kind = "cancelled"
	MailReminder        Kind = "reminder"        // the meeting is near
	MailMessage         Kind = "message"         // what an organiser writes to many
	MailTest            Kind = "test"            // a test copy of it, to the organiser
	MailSignIn          Kind = "signin"          // an organiser's one-time link
	MailTeamInvitation  Kind = "team_invitation" // the same, to somebody who was made an organiser
	MailDigest          Kind = "digest"          // what needs an organiser's attention

	MailAlert Kind = "alert" // to organisers: most seats wait for a confirmation

	MailReissued         Kind = "reissued"        // your link is a new one; the old ones are revoked
	MailMeetingChanged   Kind = "meeting_changed" // another day, hour or place
	MailMeetingCancelled Kind = "meeting_cancelled"

	MailEnlisted Kind = "enlisted" // an organiser has signed you up
	MailThanks   Kind = "thanks"   // you came: the organisers thank you

	MailAddress        Kind = "address"         // to a new address: confirm that it is yours
	MailAddressChanged Kind = "address_changed" // to the old address
	MailReplacement    Kind = "replacement"     // to a colleague: confirm that you come instead
	MailReplaced       Kind = "replaced"        // to the person who was replaced
)

// Mail is a row of the outbox. It has only facts: the text is composed at the moment
// of sending. The Message-ID is made from ID, so that a mail that is sent twice can
// be recognised.
type Mail struct {
	ID        ID
	Kind      Kind
	Meeting   string // slug; "" for mails to organisers, except alerts and tests
	Signup    ID     // zero for a mail to an organiser
	SignIn    ID     // the one-time sign-in that the mail links to; zero if none
	Organiser ID     // of a digest, an alert and a test; who invites, of an invitation to the team; zero otherwise
	Mailing   ID     // the mailing that the mail belongs to; zero if none
	To        string // the address; "" means that of the sign-up. Emptied once the mail is sent
	CreatedAt time.Time
	DueAt     time.Time // not sent before; zero means at once and is stored as CreatedAt
	Attempts  int       // made so far
}

// Outbox hands mails to the courier. Its methods may be called by many
// goroutines and processes.
type Outbox interface {
	// Claim leases at most n mails that are due at now and leased by nobody: those of
	// mailings last, else oldest first. A lease ends at now plus lease: if the sender
	// dies, the mail can be claimed again after that.
	Claim(ctx context.Context, now time.Time, lease time.Duration, n int) ([]Mail, error)

	// Renew extends these mails' leases to until, for a sender that still has them.
	// It skips mails whose outcome is recorded or that no longer exist.
	Renew(ctx context.Context, until time.Time, ids []ID) error

	// RecordOutcomes records the outcomes of claimed mails and ends their leases, all
	// in one transaction. It skips mails that no longer exist or are already recorded
	// as sent. A dropped mail of a mailing is deleted, and its mailing counts it as
	// withdrawn.
	RecordOutcomes(ctx context.Context, outcomes map[ID]Outcome) error

	// Reclaim ends every lease, and makes every unsent mail due at now that has been
	// tried before or was due when it was posted. It is for the start of the only
	// process of a store: mails that waited for a mail server are tried again, and a
	// clock that was set back, as when a rehearsal is started twice, delays no mail.
	Reclaim(ctx context.Context, now time.Time) error

	// Backlog counts the mails that wait and those parked.
	Backlog(ctx context.Context, now time.Time) (Backlog, error)
}

// Outcome is what became of an attempt. Exactly one of SentAt, RetryAt and
// ParkedAt is set.
type Outcome struct {
	SentAt   time.Time // accepted by the mail server, or dropped
	RetryAt  time.Time
	ParkedAt time.Time // refused for good: an organiser decides
	Reply    string    // the server's own words without addresses, "" if none
	// Untried means that no attempt was made: Attempts and the reply to the last
	// attempt stay as they are. Only with RetryAt.
	Untried bool
	// Dropped means that the mail was not sent, because nobody was left to write to
	// or its content was out of date. Only with SentAt.
	Dropped bool
}

// Parked is a mail that did not get through, as organisers see it. At is when it was
// refused for good or, for a delayed mail, when it is tried again.
type Parked struct {
	ID     ID
	Kind   Kind
	Person Person
	Code   string // of the sign-up
	At     time.Time
	Reply  string // the server's own words, "" if there were none
}

// Unsent is how many mails of a mailing have not left.
type Unsent struct {
	Waiting int
	Refused int // for good
}

// Shown is a mail as its recipient sees it.
type Shown struct{ Subject, Text, HTML string }

// Posted is a mail in a person's history. At most one of SentAt and ParkedAt is set;
// none while the mail waits.
type Posted struct {
	Kind      Kind
	CreatedAt time.Time
	SentAt    time.Time // handed to the mail server
	ParkedAt  time.Time // refused for good
	RetryAt   time.Time // when a delayed mail is tried again; zero for others
	Reply     string    // the server's last words, "" if there were none
	// Elsewhere means that the mail was refused at the person's former address, not
	// at the present one.
	Elsewhere bool
}

// Backlog is how much mail waits.
type Backlog struct {
	Waiting int       // due or not
	Parked  int       // refused for good
	Oldest  time.Time // creation of the oldest waiting mail, zero if none
}

// Recipient is a person to whom a mail goes, and the meeting that it is about.
type Recipient struct {
	Signup  Signup
	Meeting Meeting
}

// Message is a composed mail.
type Message struct {
	From string // envelope sender
	To   string // envelope recipient
	Data []byte // header and body, CRLF
}

// Letter is all that a Composer needs to write a mail. Signup and Meeting are set for
// a mail to a person, Organiser for a mail to an organiser. An alert has a Meeting
// too, and a test mail all three.
type Letter struct {
	Mail      Mail
	Meeting   Meeting
	Signup    Signup
	Organiser Organiser
	Links     Links
	Note      Note // of an organiser's message
	Position  int  // in the meeting's queue, see [Desk.Position]; 0 also if it is not known
	// Lead is the person who brings Signup. It is set for an invitation or its
	// reminder, and for a cancellation that Lead made for the whole party; empty
	// otherwise.
	Lead       Person
	Companions []Person // who come with Signup, in mails that say where a party stands
	// Brought are the companions who have a seat and gave no address: their tickets
	// go with Signup's. Only mails that carry a ticket use them.
	Brought  []Signup
	Digest   []DigestEntry // of a digest
	Holds    Holds         // of an alert
	Site     []string      // of a digest: the subjects in which `rencontre doctor` finds faults
	Inviter  Organiser     // of an invitation to the team; zero if not known, or not any more
	Meetings []Meeting     // of an invitation to the team: all, to name those of Organiser's grants
}

// DigestEntry is what needs attention in a meeting. It has no personal data.
type DigestEntry struct {
	Meeting   Meeting
	Approvals int              // sign-ups to decide
	Refused   int              // mails that were refused for good
	Full      []SessionID      // sessions that are nearly full, or more
	Deletion  territoires.Date // the last day on which personal data is kept, if within a week; zero otherwise
}

// Links are the complete URLs that a letter may show; those that do not apply are
// empty.
type Links struct {
	Meeting    string // the meeting's page
	Confirm    string
	Disavow    string // « ce n'est pas moi »
	Manage     string // everything about one's sign-up
	CheckIn    string // the URL of a ticket's check-in page, up to the short code
	Notice     string // the privacy notice
	Leave      string // « je ne viendrai pas »: asks for confirmation, then cancels
	SignIn     string
	Organisers string // the organisers' first page
	Networks   string // where organisers release the holds of a network
	// Transfer is the page on which the owner of a new address confirms it.
	Transfer string
}

// Composer writes the text of a letter. The same letter always gives the same
// Message-ID. [ErrNobody] and [ErrOvertaken] drop the mail; any other error parks it.
type Composer interface {
	Compose(l Letter) (Message, error)
}

// Sender submits one message to a mail server. A refusal is a *SendError; any
// other error counts as temporary.
type Sender interface {
	Send(ctx context.Context, m Message) error
}

// SendError is a refusal by a mail server.
type SendError struct {
	Permanent bool   // 5xx: do not try again
	Recipient bool   // about this recipient alone, not about its domain
	Code      int    // the SMTP reply, 0 if there was none
	Reply     string // the server's own words, without the addresses of the message
}

func (e *SendError) Error() string { return "registration: mail refused: " + e.Reply }

// ErrAway is wrapped by the error of a [Sender] when the mail server cannot be
// reached or rejects our login: no other mail could be sent now either.
var ErrAway = errors.New("registration: mail server away")

// ErrNobody is returned by a Composer when there is nobody left to write to.
var ErrNobody = errors.New("registration: nobody to write to")

// ErrOvertaken is returned by a Composer when the content of the mail is out of date:
// for example, the offered seat has been taken.
var ErrOvertaken = errors.New("registration: mail overtaken by what came after")

// Limits on the mails that one mailbox gets in a day because of strangers: anybody who
// knows an address can sign it up, name it as a companion's or for a transfer, or ask
// for its link. The limits hold for all meetings of a site together, those of lost
// links for each meeting.
const (
	strangersPerDay = 4
	// confirmsPerDay confirmation mails of a meeting go to an address even above it.
	confirmsPerDay = 2
	// firstAsksPerDay is the limit of lost links that a network asks for as its first of
	// the day for an address: a stranger needs as many networks to use it up. Other asks
	// for lost links have strangersPerDay, and neither counts with the mails above.
	firstAsksPerDay = 12
)

// changedEvery is the least time between two mails about a person's own edits: the
// next mail tells of all edits in between.
const changedEvery = 15 * time.Second

// byStrangers lists the kinds of mail that anybody can cause to a new address; a known
// one gets mailOwnLink's. No other kind is held back because of what a stranger did.
var byStrangers = []Kind{MailConfirm, MailInvitation, MailAddress, MailReplacement}

// post adds a mail of kind k to the outbox, for the address to, or for that of the
// sign-up if to is "". If the mailbox has reached a limit for the day, post adds
// nothing and notes the address in overMailLimit. A mail about edits is delayed
// instead: see changedEvery.
func (c change) post(s Signup, k Kind, to string) error {
	m := Mail{ID: NewID(), Kind: k, Meeting: s.Meeting, Signup: s.ID, To: to, CreatedAt: c.now}
	key := s.AddressKey
	if to != "" {
		key, _ = address.Key(to)
	}
	switch {
	case !c.limited():
	case slices.Contains(byStrangers, k), k == MailCancelled && s.AddressConfirmedAt.IsZero():
		ok, err := c.allows(k, key)
		if err == nil && !ok && k == MailConfirm {
			ok, err = c.allowsConfirm(key)
		}
		if err != nil || !ok {
			c.overMailLimit[key] = true
			return err
		}
	case k == MailChanged:
		posted, err := c.PostedTo(key, c.now.Add(-24*time.Hour))
		if err != nil {
			return err
		}
		m.DueAt = nextChanged(posted, c.now)
	}
	return c.Post(m)
}

// allows counts an ask for a mail of kind k to an address and reports whether the mail
// may be posted. It counts asks, not mails, so that the answer tells nobody whether the
// address is signed up, and that who erases their own data does not erase the count.
func (c change) allows(k Kind, key string) (bool, error) {
	what, about, most := "mail", address.Mailbox(key), strangersPerDay
	if k == MailAlreadySignedUp { // one ask is for the links to every meeting
		about = c.Meeting().Slug + " " + about
	}
	switch {
	case k == MailCancelled: // to who was never confirmed
		what, most = "cancelled", 1
	case k == MailAlreadySignedUp && c.firstAsk:
		what, most = "first link", firstAsksPerDay
	case k == MailAlreadySignedUp:
		what = "link again"
	}
	n, err := c.countToday(what, about)
	if err != nil || n < most || k != MailConfirm {
		return n <= most, err
	}
	// From the last mail on, one more answers the form, for each address and meeting:
	// who is new gets a confirmation, and so who is known gets their link.
	n, err = c.countToday("sign-up", c.Meeting().Slug+" "+key)
	return n == 1, err
}

// allowsConfirm reports whether an address may get one more confirmation mail above the
// limit of its mailbox. Strangers cause few of them: see [LimitMailbox].
func (c change) allowsConfirm(key string) (bool, error) {
	posted, err := c.PostedTo(key, c.now.Add(-24*time.Hour))
	confirms := slices.DeleteFunc(posted, func(p Posted) bool { return p.Kind != MailConfirm })
	return len(confirms) < confirmsPerDay, err
}

// countToday counts an act of today about something, such as an address, and returns
// how many there were; 0 if no limits apply. It stores only a keyed hash of concerns.
func (c change) countToday(what, concerns string) (int, error) {
	if c.unlimited {
		return 0, nil
	}
	return c.Count(what+" "+c.hash(what, concerns), c.now.Truncate(24*time.Hour))
}

// nextChanged returns when the next mail about edits is due, given those already
// posted; the zero time means at once.
func nextChanged(posted []Posted, now time.Time) (due time.Time) {
	for _, p := range posted {
		if next := p.CreatedAt.Add(changedEvery); p.Kind == MailChanged && next.After(now) {
			due = latest(due, next)
		}
	}
	return due
}

// mailOwnLink sends a person the link to their sign-up instead of a mail of kind k, which
// a new address would get: the same limit holds for both. It posts nothing if such a link
// already waits to be sent, or was posted within the last minute: a form was sent twice.
func (c change) mailOwnLink(s Signup, k Kind) error {
	if k == "" {
		return nil
	}
	if c.limited() {
		if ok, err := c.allows(k, s.AddressKey); err != nil || !ok {
			c.overMailLimit[s.AddressKey] = true
			return err // and no line of the history: anybody may ask
		}
	}
	posted, err := c.PostedTo(s.AddressKey, c.now.Add(-24*time.Hour))
	links := slices.DeleteFunc(posted, func(p Posted) bool { return p.Kind != MailAlreadySignedUp || !p.ParkedAt.IsZero() })
	if n := len(links); err != nil || n > 0 && (links[n-1].SentAt.IsZero() || c.now.Sub(links[n-1].CreatedAt) < time.Minute) {
		return err
	}
	return c.note(EventSignedUpAgain, s, MailAlreadySignedUp)
}

// answerForm counts the ask of a form that is to store nothing, because its lead is known
// or finds no room, and mails the lead who is known.
func (c change) answerForm(key string, known, full bool) (err error) {
	instead := MailConfirm
	if full { // who is new gets no mail: the ask counts as others do
		instead = MailInvitation
	}
	if known {
		_, err = c.handleDuplicate(key, instead)
	} else if full && c.limited() {
		_, err = c.allows(instead, key)
	}
	return err
}
