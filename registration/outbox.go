package registration

import (
	"context"
	"errors"
	"slices"
	"time"

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
	Organiser ID     // of a digest, an alert and a test, zero otherwise
	Mailing   ID     // the mailing that the mail belongs to; zero if none
	To        string // the address; "" means that of the sign-up. Emptied once the mail is sent
	CreatedAt time.Time
	DueAt     time.Time // not sent before; zero means at once and is stored as CreatedAt
	Attempts  int       // made so far
}

// Outbox hands mails to the courier. Its methods may be called by many
// goroutines and processes.
type Outbox interface {
	// Claim leases at most n mails that are due at now and leased by nobody, oldest
	// first. A lease ends at now plus lease: if the sender dies, the mail can be
	// claimed again after that.
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
	Lead Person
	// Companions are the people who come with Signup. Only mails that say where a
	// party stands have them.
	Companions []Person
	// Brought are the companions who have a seat and gave no address: their tickets
	// go with Signup's. Only mails that carry a ticket use them.
	Brought []Signup
	Digest  []DigestEntry // of a digest
	Holds   Holds         // of an alert
	Site    []string      // of a digest: the subjects in which `rencontre doctor` finds faults
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

// Limits on the mails that one address gets in 24 hours because of strangers: anybody
// who knows an address can sign it up, name it as a companion's or ask for its link.
const (
	strangersPerDay = 4
	// confirmsPerDay confirmation mails are sent even if that limit is reached.
	confirmsPerDay = 2
	// firstAsksPerDay replaces strangersPerDay when a network asks for the link of an
	// address for the first time that day. It is higher, so that strangers cannot
	// keep people from their own links.
	firstAsksPerDay = 12
)

// changedEvery is the least time between two mails about a person's own edits: the
// next mail tells of all edits in between.
const changedEvery = 15 * time.Second

// byStrangers lists the kinds of mail that anybody can cause and that count towards
// the limits above. Other kinds are never held back because of what a stranger did.
var byStrangers = []Kind{MailConfirm, MailAlreadySignedUp, MailInvitation}

// post adds a mail of kind k to the outbox, for the address to, or for that of the
// sign-up if to is "". If the address has reached a limit for 24 hours, post adds
// nothing and notes the address in overMailLimit. A mail about edits is delayed
// instead: see changedEvery.
func (c change) post(s Signup, k Kind, to string) error {
	m := Mail{ID: NewID(), Kind: k, Meeting: s.Meeting, Signup: s.ID, To: to, CreatedAt: c.now}
	unanswered := s.AddressConfirmedAt.IsZero() && k == MailCancelled
	if c.limited() && (slices.Contains(byStrangers, k) || unanswered || k == MailChanged) {
		posted, err := c.PostedTo(s.AddressKey, c.now.Add(-24*time.Hour))
		if err != nil {
			return err
		}
		switch {
		case k == MailChanged:
			m.DueAt = nextChanged(posted, c.now)
		case !c.allows(posted, k):
			c.overMailLimit[s.AddressKey] = true
			return nil
		}
	}
	return c.Post(m)
}

// allows reports whether one more mail of kind k may go to an address, given posted,
// the mails to it of the last 24 hours. An address that was never confirmed is told of
// a cancellation once.
func (c change) allows(posted []Posted, k Kind) bool {
	var all, same int
	for _, p := range posted {
		if slices.Contains(byStrangers, p.Kind) {
			all++
		}
		if p.Kind == k {
			same++
		}
	}
	switch {
	case k == MailCancelled:
		return same == 0
	case k == MailConfirm && same < confirmsPerDay:
		return true
	}
	return all < max(strangersPerDay, c.mailLimit)
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

// mailOwnLink sends a person the link to their sign-up, unless such a mail already
// waits to be sent or the address has reached its limit for 24 hours.
func (c change) mailOwnLink(s Signup) error {
	posted, err := c.PostedTo(s.AddressKey, c.now.Add(-24*time.Hour))
	if err != nil {
		return err
	}
	waits := slices.ContainsFunc(posted, func(p Posted) bool { return p.Kind == MailAlreadySignedUp && p.SentAt.IsZero() && p.ParkedAt.IsZero() })
	if waits {
		return nil
	}
	if c.limited() && !c.allows(posted, MailAlreadySignedUp) {
		c.overMailLimit[s.AddressKey] = true
		return nil // and no line of the history: anybody may ask
	}
	return c.note(EventSignedUpAgain, s, MailAlreadySignedUp)
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
