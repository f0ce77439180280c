package registration

import (
	"context"
	"slices"
	"time"
)

// Tx is what a change may read and write. Its methods see what the change has written
// so far. If one returns an error, the change must return it, unless the method says
// that the change may go on.
type Tx interface {
	MeetingTx
	SignupTx
	QueueTx
	MailTx
	RollTx
	ImportTx
	LimitTx
	UpkeepTx
}

// MeetingTx reads and writes the meeting and its seats.
type MeetingTx interface {
	// Meeting returns the meeting, as it is in this transaction.
	Meeting() Meeting

	// Occupancy returns the seats of the meeting and of each session, sorted
	// by session id, under the lock.
	Occupancy() ([]Occupancy, error)

	// Configure replaces the configuration of the meeting, capacities included. A
	// capacity may be lower than the seats taken: nobody loses a seat, and none is
	// given until it fits again. A removed session keeps its row, with a capacity of
	// zero, while places refer to it. Configure returns the error of [Meeting.Check],
	// after which the change may go on.
	Configure(m Meeting) error

	// Versions and Version are the methods of [MeetingStore], for this meeting.
	Versions() ([]Version, error)
	Version(n int) (Version, error)

	// PutVersion adds a version under the next number, and deletes all but the last
	// [MaxVersions] of the meeting.
	PutVersion(v Version) error

	// RaiseCeiling lets one more seat be taken in a full session, which the schema
	// would refuse: for an organiser who admits somebody beyond its capacity.
	RaiseCeiling(id SessionID) error
}

// Version is a configuration of a meeting that was put in force.
type Version struct {
	N       int       // from 1
	At      time.Time // zero: older than the first stored version
	Actor   Actor     // who put it in force
	Keys    []string  // the keys that it changed, as in [FieldChange.Path]; none: all of it was new
	Meeting Meeting
}

// MaxVersions is how many versions of a meeting's configuration are kept.
const MaxVersions = 200

// SignupTx reads and writes sign-ups.
type SignupTx interface {
	// Signup returns one sign-up of this meeting.
	Signup(id ID) (Signup, error)

	// ByAddress returns the active sign-up that has this address key.
	ByAddress(key string) (Signup, error)

	// SameAddress returns every sign-up of this meeting that has this address
	// key, ended ones included, in the order of their ids.
	SameAddress(key string) ([]Signup, error)

	// Party returns the sign-ups of a party, ended ones included, in the order
	// of their ids: the lead first.
	Party(lead ID) ([]Signup, error)

	// Signups returns at most n sign-ups, ended ones included, whose ids are greater
	// than after, in the order of their ids.
	Signups(after ID, n int) ([]Signup, error)

	// Active returns at most n sign-ups that have not ended and whose ids are greater
	// than after, in the order of their ids.
	Active(after ID, n int) ([]Signup, error)

	// Select returns at most n sign-ups that f selects and whose ids are greater than
	// after, in the order of their ids.
	Select(f Filter, after ID, n int) ([]Signup, error)

	// Insert adds a sign-up with its places and counts its seats. It returns
	// ErrCodeTaken, after which the change may go on; ErrAddressTaken; or ErrFull if
	// the schema's own check refuses a seat.
	Insert(s Signup) error

	// Update replaces what Insert wrote, except id, meeting, party and creation, and
	// adjusts the counters to the new places. It deletes a place that is left out,
	// and raises the revision by one. If the address is removed, it is removed from
	// the sign-up's mails too. It returns ErrNotFound, ErrCodeTaken, after which the
	// change may go on, ErrAddressTaken or ErrFull.
	Update(s Signup) error

	// Record adds a line to the history.
	Record(e Event) error
}

// QueueTx finds whose turn it is: in the queues, and at the end of holds and offers.
type QueueTx interface {
	// Waiting returns at most n sign-ups that are queued in the session and may be
	// offered a seat, in the order of the queue: those whose address, or whose
	// lead's, is confirmed. Equal ranks are in the order of ids.
	Waiting(id SessionID, n int) ([]Signup, error)

	// Next returns the party that is offered seats of the session next: the first in
	// the queue that waits for it, as [QueueTx.Waits] says, and has at most n people.
	// It returns no sign-ups if there is none.
	Next(id SessionID, n int) ([]Signup, error)

	// Waits reports whether a party that is not other waits for the session, as
	// [QueueTx.Waiting] says, has at most n people, and ranks no later than rank; the
	// zero rank means at any rank. In the queue of a session other than the meeting,
	// only parties with a seat in the meeting count.
	Waits(id SessionID, n int, rank time.Time, other ID) (bool, error)

	// Ranks returns the lowest and the highest rank in the queue of the session,
	// unconfirmed sign-ups included; the zero time if nobody waits.
	Ranks(id SessionID) (first, last time.Time, err error)

	// ExpiredHolds returns at most n sign-ups whose address is unconfirmed and whose
	// hold has ended at or before now, oldest first.
	ExpiredHolds(now time.Time, n int) ([]Signup, error)

	// Unreminded returns at most n sign-ups that may be reminded of their hold, in
	// the order of its end: the address is unconfirmed, the hold is of 48 hours or
	// more and ends after now and no later than before, and no reminder was posted.
	Unreminded(now, before time.Time, n int) ([]Signup, error)

	// ExpiredOffers returns the sign-ups of the n oldest offers that ended at or
	// before now, in the order of their ids.
	ExpiredOffers(now time.Time, n int) ([]Signup, error)
}

// MailTx posts mails.
type MailTx interface {
	// Post adds a mail to the outbox. It replaces an unsent mail of the same kind,
	// sign-up and address, unless that is being sent, and takes over its CreatedAt,
	// DueAt and Attempts. A [MailMessage] replaces none. A second mail of one mailing
	// to one sign-up is an error. Post also raises the sign-up's Sequence: by one if
	// the mail updates the calendar entry (MailMeetingChanged, MailMeetingCancelled,
	// MailReplaced, and MailChanged if sessions changed with this mail), by two for
	// MailCancelled, which removes it: see [Signup.CancelSequence].
	Post(m Mail) error

	// Requeue makes a parked mail of this meeting due at now, its Attempts 1 at most, and
	// returns the sign-up that it goes to. It returns ErrNotFound for a mail that is not parked.
	Requeue(id ID, now time.Time) (signup ID, err error)

	// Readdress is for a sign-up whose address changes. It marks the mails that were
	// refused for good as mails to before, the old address. Those of the kinds again
	// are made due at now instead, their Attempts 1 at most, and go to the new address.
	Readdress(signup ID, before string, again []Kind, now time.Time) error

	// Mailings returns the meeting's mailings, in the order of their ids.
	Mailings() ([]Mailing, error)

	// PutMailing adds a mailing, or replaces the progress of one except Withdrawn.
	PutMailing(m Mailing) error

	// WithdrawMails deletes the waiting mails of a mailing that nobody has leased at
	// now, counts them in the mailing as withdrawn, and returns how many.
	WithdrawMails(mailing ID, now time.Time) (int, error)

	// PostedTo returns the mails to the sign-ups of this meeting that have this
	// address key, posted at or after t, oldest first.
	PostedTo(key string, t time.Time) ([]Posted, error)
}

// RollTx reads and writes rolls, the lists of people made for paper: see [Roll].
type RollTx interface {
	// Rolls and Unlisted are the methods of [RollStore], for this meeting.
	Rolls(k RollKind) ([]Roll, error)
	Unlisted(k RollKind) ([]ID, error)

	// PutRoll adds a roll. Its people must be of this meeting, each once.
	PutRoll(r Roll) error

	// DeleteRolls deletes every roll of a kind.
	DeleteRolls(k RollKind) error
}

// UpkeepTx reads and writes the state of the retention job.
type UpkeepTx interface {
	// Retention returns the state of the retention job for this meeting.
	Retention() (Retention, error)

	// PutRetention replaces that state. Insert and Update empty its Swept, since they
	// may store something that has to be deleted.
	PutRetention(r Retention) error

	// ClockRecord is the method of [UpkeepStore], in this transaction.
	ClockRecord() (ClockRecord, error)

	// RetainedTallies returns the tallies of people whose data was deleted; they have
	// no status. PutRetainedTallies replaces them.
	RetainedTallies() ([]Tally, error)
	PutRetainedTallies(list []Tally) error
}

// LimitTx counts what the limits on robots look at.
type LimitTx interface {
	// Count adds one to the counter of key in the window that begins at window, and
	// returns the new number. It may miss what changes of other meetings count at the
	// same moment.
	Count(key string, window time.Time) (int, error)

	// CountHold adds one to the holds counted under key until an instant. They stand
	// for sign-ups of this meeting that are not stored.
	CountHold(key string, until time.Time) error

	// CountedHolds returns how many holds under key end after now.
	CountedHolds(key string, now time.Time) (int, error)

	// PutReceipt keeps the answer to a form of this meeting until its hold ends. Receipt
	// returns it, or [ErrNotFound], after which the change may go on.
	PutReceipt(form string, r Receipt) error
	Receipt(form string, now time.Time) (Receipt, error)

	// UnconfirmedFrom counts, by session, the places of the sign-ups from a network
	// whose address is not confirmed, whose hold ends after now and that were made less
	// than [NetworkFor] before. Companions whose places expired before the end of their
	// hold, or of their lead's, count as well, unless they ended at the same instant as
	// their lead. Added are the counted holds whose key is the network, a space and the
	// session.
	UnconfirmedFrom(network string, now time.Time) (map[SessionID]int, error)

	// Unconfirmed returns at most n sign-ups from a network that have not ended and
	// whose address is not confirmed, and companions whose places expired before the end
	// of their hold, in the order of their ids.
	Unconfirmed(network string, n int) ([]Signup, error)

	// Holds is the method of [LimitStore], in this transaction.
	Holds(since time.Time) (Holds, error)

	// UnconfirmedFor counts the sign-ups of a mailbox, see [address.Mailbox], whose
	// address is not confirmed and whose hold ends after now, companions as above, and
	// adds the counted holds under key.
	UnconfirmedFor(mailbox, key string, now time.Time) (int, error)
}

// LimitStore is what limits need outside of a change.
type LimitStore interface {
	// Holds counts the seats of a meeting that wait for a confirmation, and the
	// sign-ups made at or after since.
	Holds(ctx context.Context, slug string, since time.Time) (Holds, error)

	// OldestHold returns when the oldest sign-up that waits for a confirmation was
	// made, the zero time if none waits.
	OldestHold(ctx context.Context, slug string) (time.Time, error)

	// NetworkHolds returns at most n networks from which sign-ups wait for a
	// confirmation, most people first.
	NetworkHolds(ctx context.Context, slug string, n int) ([]NetworkHolds, error)

	// PostAlerts posts a [MailAlert] about a meeting to each organiser who has
	// [RightAct] in it and got none posted at or after since, and returns how many.
	PostAlerts(ctx context.Context, slug string, since, now time.Time) (posted int, err error)

	// AskLink counts a request for a lost link from its network in the hour that
	// begins at hour. Unless there are more than most, it stores the request until it
	// is answered, once for each meeting and address. First is stored as true if Pair
	// is counted for the first time in the day. The statements are the same whether
	// or not anybody has the address.
	AskLink(ctx context.Context, a LinkAsk, hour, day time.Time, most int) (allowed bool, err error)

	// LinkAsks returns at most n requests that were not answered, oldest first, and
	// DropLinkAsk deletes one.
	LinkAsks(ctx context.Context, n int) ([]LinkAsk, error)
	DropLinkAsk(ctx context.Context, id ID) error

	// DeleteNetworks empties the Network of at most n sign-ups that were made before
	// t, and returns how many.
	DeleteNetworks(ctx context.Context, t time.Time, n int) (int, error)
}

// LinkAsk is a request to be sent a lost link.
type LinkAsk struct {
	ID         ID
	Meeting    string // slug, "" for every meeting
	AddressKey string
	First      bool // the first request of the day for this address from its network; always true if nothing is counted
	// The keys of the counters of its network, and of its network and address; "" if
	// nothing is counted. They are not stored.
	NetworkCounter, PairCounter string
}

// Effects are what an act would cause: see [Desk.Preview].
type Effects struct {
	Mails  []Effect // in the order in which they would be posted
	Offers []Effect // the people to whom a seat would be offered

	// Seated and Queued are the sign-ups that would get a seat in the meeting, or a
	// place in its queue, that they do not have now.
	Seated, Queued []Signup
}

// move notes where in the meeting the act would put s.
func (e *Effects) move(s Signup) {
	same := func(other Signup) bool { return other.ID == s.ID }
	e.Seated, e.Queued = slices.DeleteFunc(e.Seated, same), slices.DeleteFunc(e.Queued, same)
	switch s.State(MeetingSession) {
	case Seated:
		e.Seated = append(e.Seated, s)
	case Queued:
		e.Queued = append(e.Queued, s)
	}
}

// Effect is one mail or offer and its recipient. Kind is the kind of the mail.
type Effect struct {
	Kind   Kind
	Signup Signup // as the act would leave it
}

// Preview returns a desk whose acts change nothing and lock nothing. Each act stores
// in e what it would cause now, or returns the error that it would return now. When
// the real act runs, others may have changed that.
func (d *Desk) Preview(e *Effects) *Desk {
	same := *d
	same.effects = e
	return &same
}

// watched is a Tx that notes the effects of an act.
type watched struct {
	Tx
	effects *Effects
}

func (w watched) Insert(s Signup) error {
	err := w.Tx.Insert(s)
	if err == nil {
		w.effects.move(s)
	}
	return err
}

func (w watched) Update(s Signup) error {
	was, err := w.Signup(s.ID)
	if err != nil {
		return err
	}
	if err := w.Tx.Update(s); err != nil {
		return err
	}
	if was.State(MeetingSession) != s.State(MeetingSession) {
		w.effects.move(s)
	}
	return nil
}

func (w watched) Post(m Mail) error {
	s, err := w.Signup(m.Signup)
	if err != nil {
		return err
	}
	w.effects.Mails = append(w.effects.Mails, Effect{m.Kind, s})
	return w.Tx.Post(m)
}

func (w watched) Record(e Event) error {
	if e.Kind == EventOffered {
		s, err := w.Signup(e.Signup)
		if err != nil {
			return err
		}
		w.effects.Offers = append(w.effects.Offers, Effect{MailOffer, s})
	}
	return w.Tx.Record(e)
}

// ImportTx deletes lists that wait for their import.
type ImportTx interface {
	// EndPendingImport deletes a list of this meeting. It returns [ErrNotFound],
	// after which the change may go on.
	EndPendingImport(id ID) error
}

// ImportStore keeps lists between their preview and their import.
type ImportStore interface {
	// PendingImport returns a list of this meeting.
	PendingImport(ctx context.Context, slug string, id ID) (PendingImport, error)
	// PutPendingImport adds a list, or replaces the one with its id.
	PutPendingImport(ctx context.Context, p PendingImport) error
	// DeletePendingImports deletes the lists that were stored before this instant, in
	// every meeting.
	DeletePendingImports(ctx context.Context, before time.Time) error
}
