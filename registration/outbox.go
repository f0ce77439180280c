package registration

import (
	"context"
	"errors"
	"slices"
	"time"

	"github.com/territoires-industrie/sdk/territoires"
)

// Kind is what a mail tells; it is the value of its X-Rencontre-Kind header.
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
	MailTest            Kind = "test"            // the same, to the organiser who tries it
	MailSignIn          Kind = "signin"          // an organiser's one-time link
	MailTeamInvitation  Kind = "team_invitation" // the same, to somebody who was made an organiser
	MailDigest          Kind = "digest"          // what needs an organiser's hand

	MailAlert Kind = "alert" // to organisers: most seats wait for a confirmation

	MailReissued         Kind = "reissued"        // your link is a new one; the old ones are revoked
	MailMeetingChanged   Kind = "meeting_changed" // another day, hour or place
	MailMeetingCancelled Kind = "meeting_cancelled"

	MailEnlisted Kind = "enlisted" // an organiser has signed you up
	MailThanks   Kind = "thanks"   // you came: the organisers thank you

	MailAddress        Kind = "address"         // to a new address: confirm that it is yours
	MailAddressChanged Kind = "address_changed" // to the one before it
	MailReplacement    Kind = "replacement"     // to a colleague: confirm that you come instead
	MailReplaced       Kind = "replaced"        // to whoever does not come any more
)

// Mail is a row of the outbox: facts, from which the text is composed when it
// is sent. Its id makes the Message-ID, so that a mail which leaves twice can
// be recognised.
type Mail struct {
	ID        ID
	Kind      Kind
	Meeting   string // slug, "" for an organiser's mail but an alert
	Signup    ID     // zero for an organiser's mail
	SignIn    ID     // the one-time sign-in of an organiser's mail, zero otherwise
	Organiser ID     // of a digest, an alert and a test, zero otherwise
	Mailing   ID     // that the mail is part of, zero for a mail of its own
	To        string // the address, "" for that of the sign-up; forgotten once it is sent
	CreatedAt time.Time
	DueAt     time.Time // not before; zero: at once, kept as CreatedAt
	Attempts  int       // made so far
}

// Outbox hands mails to the courier. Its methods may be called by many
// goroutines and processes.
type Outbox interface {
	// Claim leases at most n mails that are due at now and leased by nobody,
	// oldest first. A lease ends at now plus lease: a mail whose sender died
	// is then claimed again.
	Claim(ctx context.Context, now time.Time, lease time.Duration, n int) ([]Mail, error)

	// Renew moves the end of the leases of these mails, for a sender that still
	// has them. A mail whose outcome is recorded, or that is gone, is left
	// alone.
	Renew(ctx context.Context, until time.Time, ids []ID) error

	// RecordOutcomes records what became of claimed mails and ends their leases, all
	// in one transaction. A mail that is gone meanwhile is passed over, and one that
	// was recorded as sent stays so. A dropped mail of a mailing is deleted, and
	// counted there as withdrawn.
	RecordOutcomes(ctx context.Context, outcomes map[ID]Outcome) error

	// Reclaim ends every lease, and makes every mail that has been tried, or was
	// due when it was posted, due at now. It is for the start of a store's only
	// process: mails that waited for a mail server are tried again, and a clock
	// that was set back, as in a rehearsal started twice, delays no mail.
	Reclaim(ctx context.Context, now time.Time) error

	// Backlog counts the mails that wait and those parked.
	Backlog(ctx context.Context, now time.Time) (Backlog, error)
}

// Outcome is what became of an attempt. Exactly one of SentAt, RetryAt and
// ParkedAt is set.
type Outcome struct {
	SentAt   time.Time // accepted by the mail server, or dropped as nobody is left to write to
	RetryAt  time.Time
	ParkedAt time.Time // refused for good: an organiser decides
	Reply    string    // the server's own words without addresses, "" if none
	// Untried says of a mail with RetryAt that no attempt was made: none is
	// counted, and the reply to the last one stays.
	Untried bool
	// Dropped says of a mail with SentAt that it did not leave: nobody was left to
	// write to, or what it said was no longer so.
	Dropped bool
}

// Parked is a mail that did not get through, as organisers see it: refused for
// good at that time, or put off until then.
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

// Posted is a mail in a person's history: exactly one of SentAt and ParkedAt is
// set, or none while it waits.
type Posted struct {
	Kind      Kind
	CreatedAt time.Time
	SentAt    time.Time // handed to the mail server
	ParkedAt  time.Time // refused for good
	RetryAt   time.Time // when a mail that was put off is tried again; zero for others
	Reply     string    // the server's last words, "" if there were none
	// Elsewhere says that it was refused by another address than the person has: by
	// the one before it.
	Elsewhere bool
}

// Backlog is how much mail waits.
type Backlog struct {
	Waiting int       // due or not
	Parked  int       // refused for good
	Oldest  time.Time // creation of the oldest that waits, zero if none
}

// Message is a composed mail.
type Message struct {
	From string // envelope sender
	To   string // envelope recipient
	Data []byte // header and body, CRLF
}

// Letter is all that a Composer needs to write a mail. Organiser is set for an
// organiser's mail, Signup and Meeting for the others.
type Letter struct {
	Mail      Mail
	Meeting   Meeting
	Signup    Signup
	Organiser Organiser
	Links     Links
	Note      Note // of an organiser's message
	Position  int  // in the meeting's queue, see [Desk.Position]; 0 also if it is not known
	// Lead is who brings Signup, for an invitation and for a cancellation that
	// Lead made for the whole party; empty otherwise.
	Lead Person
	// Companions are those who come with Signup, for the mails that say where
	// a party stands.
	Companions []Person
	// Brought are the companions whose tickets go with Signup's, because they gave
	// no address: those of them who have a seat, for the mails that carry a ticket.
	Brought []Signup
	Digest  []DigestEntry // of a digest
	Holds   Holds         // of an alert
	Site    []string      // of a digest: what doctor finds wrong, by its subjects
}

// DigestEntry is what needs attention in a meeting. It names nobody.
type DigestEntry struct {
	Meeting   Meeting
	Approvals int              // sign-ups to decide
	Refused   int              // mails that were refused for good
	Full      []SessionID      // sessions that are nearly full, or more
	Deletion  territoires.Date // the last day on which data is kept, if that is within a week; zero otherwise
}

// Links are the full addresses that a letter may show; those that do not apply
// are empty.
type Links struct {
	Meeting    string // the meeting's page
	Confirm    string
	Disavow    string // « ce n'est pas moi »
	Manage     string // everything about one's sign-up
	CheckIn    string // the door's page of a ticket, before its short code
	Notice     string // what the site does with personal data
	Leave      string // « je ne viendrai pas »: asks once more, then cancels
	SignIn     string
	Organisers string // where organisers begin
	Networks   string // where they release what a network holds
	// Transfer is where the owner of a new address confirms it.
	Transfer string
}

// Composer writes the text of a letter. The same letter gives the same
// Message-ID.
type Composer interface {
	Compose(l Letter) (Message, error)
}

// Sender submits one message to a mail server. A refusal is a *SendError; any
// other error counts as temporary.
type Sender interface {
	Send(ctx context.Context, m Message) error
}

// SendError is a mail server's answer other than yes.
type SendError struct {
	Permanent bool   // 5xx: do not try again
	Recipient bool   // about this recipient alone, not about its domain
	Code      int    // the SMTP reply, 0 if there was none
	Reply     string // the server's own words, without the addresses of the message
}

func (e *SendError) Error() string { return "registration: mail refused: " + e.Reply }

// ErrAway is wrapped by a [Sender]'s error when the mail server cannot be reached
// or does not let us in: no other mail would fare better now.
var ErrAway = errors.New("registration: mail server away")

// ErrNobody is returned by a Composer when there is nobody left to write to.
var ErrNobody = errors.New("registration: nobody to write to")

// ErrOvertaken is returned by a Composer when what the mail would say is no
// longer so: the seat was offered, and is taken by now.
var ErrOvertaken = errors.New("registration: mail overtaken by what came after")

// How many mails that a stranger can cause an address gets in 24 hours: whoever
// knows it can sign it up, name it as a companion's or ask for its link.
const (
	strangersPerDay = 4
	// confirmsPerDay of them are kept for who signs up themselves.
	confirmsPerDay = 2
	// firstAsksPerDay is that limit for a first ask from a network for its link:
	// higher, so that what others did does not keep people from theirs.
	firstAsksPerDay = 12
)

// changedEvery is the least time between two mails about somebody's own edits:
// the next one tells of all edits in between.
const changedEvery = 15 * time.Second

// byStrangers lists the kinds that anybody can cause. Other kinds are never held
// back because of what a stranger did.
var byStrangers = []Kind{MailConfirm, MailAlreadySignedUp, MailInvitation}

// post adds a mail to the outbox, unless its address has had enough for a day;
// then it notes the address in overMailLimit. This is the one place where mail is
// limited. The mail goes to the address to, "" for that of the sign-up.
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

// allows reports whether one more mail of a kind may go to an address that was
// sent these today. An address that was never confirmed hears of a
// cancellation once.
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
	return all < max(strangersPerDay, c.most)
}

// nextChanged is when the next mail of edits is due after those posted; the zero
// time for at once.
func nextChanged(posted []Posted, now time.Time) (due time.Time) {
	for _, p := range posted {
		if next := p.CreatedAt.Add(changedEvery); p.Kind == MailChanged && next.After(now) {
			due = latest(due, next)
		}
	}
	return due
}

// mailOwnLink sends a person the link to their sign-up, unless one is about to
// leave or their address has had enough mail for a day.
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
