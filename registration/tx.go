package registration

import (
	"context"
	"slices"
	"time"
)

// Tx is what a change may read and write. Its methods see what the change has
// written so far. An error from any of them must be returned by the change,
// unless the method says otherwise.
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

	// Configure replaces the configuration of the meeting, capacities
	// included. A capacity may fall below what is taken: nobody loses a seat,
	// and none is given until it fits. A session that is left out keeps its
	// row with a capacity of zero while places refer to it. It returns the
	// error of [Meeting.Check], after which the change goes on.
	Configure(m Meeting) error

	// Versions and Version are those of [MeetingStore], for this meeting.
	Versions() ([]Version, error)
	Version(n int) (Version, error)

	// PutVersion adds a version under the next number. Of a meeting the last
	// [MaxVersions] are kept.
	PutVersion(v Version) error

	// RaiseCeiling lets the schema take one more seat in a session than its
	// capacity: for an organiser who admits somebody beyond it.
	RaiseCeiling(id SessionID) error
}

// Version is a configuration of a meeting that was put in force.
type Version struct {
	N       int       // from 1
	At      time.Time // zero: before versions were kept
	Actor   Actor     // who put it in force
	Keys    []string  // that it changed, as [FieldChange] names them; none: all of it was new
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

	// Signups returns at most n sign-ups, ended ones included, in the order of
	// ids, from the one after this id on.
	Signups(after ID, n int) ([]Signup, error)

	// Active returns at most n sign-ups that have not ended, in the order of
	// ids, from the one after this id on.
	Active(after ID, n int) ([]Signup, error)

	// Select returns at most n sign-ups that f selects, in the order of ids, from
	// the one after this id on.
	Select(f Filter, after ID, n int) ([]Signup, error)

	// Insert adds a sign-up with its places and counts its seats. It returns
	// ErrCodeTaken, after which the change goes on; ErrAddressTaken; or
	// ErrFull if the schema's own barrier refuses a seat.
	Insert(s Signup) error

	// Update replaces what Insert wrote, but for id, meeting, party and creation,
	// and moves the counters by the difference between the places stored and
	// those given. A place that is left out is deleted. It raises the revision by
	// one. If the address is removed, the mails of the sign-up keep none either.
	// It returns ErrNotFound, ErrCodeTaken, after which the change goes on,
	// ErrAddressTaken or ErrFull.
	Update(s Signup) error

	// Record adds a line to the history.
	Record(e Event) error
}

// QueueTx finds whose turn it is.
type QueueTx interface {
	// Waiting returns at most n sign-ups that are queued in the session and
	// may be offered a seat, first in the queue first: those whose address, or
	// whose lead's, is confirmed. Equal ranks are in the order of ids.
	Waiting(id SessionID, n int) ([]Signup, error)

	// Next returns the party to be offered seats of the session next: the first
	// in the queue that waits for it, as [QueueTx.Waits] says, and has at most n
	// people. It returns nobody if there is none.
	Next(id SessionID, n int) ([]Signup, error)

	// Waits reports whether another party waits for the session, as
	// [QueueTx.Waiting] says, has at most n people, and ranks no later than
	// rank; the zero rank is later than all. For a workshop only parties with a
	// seat in the meeting count.
	Waits(id SessionID, n int, rank time.Time, other ID) (bool, error)

	// Ranks returns the lowest and the highest rank in the session's queue, confirmed or
	// not; the zero time if nobody waits.
	Ranks(id SessionID) (first, last time.Time, err error)

	// ExpiredHolds returns at most n sign-ups whose address is unconfirmed and whose
	// hold has ended at or before now, oldest first.
	ExpiredHolds(now time.Time, n int) ([]Signup, error)

	// Unreminded returns at most n sign-ups whose address is unconfirmed, whose
	// hold is of 48 hours or more and ends after now and at or before before,
	// and who were not reminded of it, in the order of its end.
	Unreminded(now, before time.Time, n int) ([]Signup, error)

	// ExpiredOffers returns the sign-ups of the n oldest offers that ended at or
	// before now, in the order of their ids.
	ExpiredOffers(now time.Time, n int) ([]Signup, error)
}

// MailTx posts mails.
type MailTx interface {
	// Post adds a mail to the outbox. It replaces the unsent mail of its kind to the
	// same sign-up and address, unless that one is being sent, and takes over its
	// CreatedAt, DueAt and Attempts. Messages ([MailMessage]) stand beside each
	// other. A second one of the same mailing to the same sign-up is an error. A mail
	// that replaces the calendar entry of the sign-up raises its Sequence by one: the
	// meeting was changed or cancelled, or the sessions of the person with this very
	// mail. A mail that takes the entry out raises it by two: see
	// [Signup.CancelSequence].
	Post(m Mail) error

	// Requeue makes a parked mail of this meeting due at now, and returns whom
	// it goes to. It returns ErrNotFound for one that is not parked.
	Requeue(id ID, now time.Time) (signup ID, err error)

	// Readdress marks the mails to a sign-up that were refused for good as mails to
	// before, its address until now. Those of the kinds again are made due at now
	// instead, and go to the address that it then has.
	Readdress(signup ID, before string, again []Kind, now time.Time) error

	// Mailings returns the meeting's mailings, in the order of their ids.
	Mailings() ([]Mailing, error)

	// PutMailing adds a mailing or replaces the progress of one, all but
	// Withdrawn.
	PutMailing(m Mailing) error

	// WithdrawMails deletes the mails of a mailing that wait and that nobody has
	// leased at now, counts them as withdrawn there, and returns how many.
	WithdrawMails(mailing ID, now time.Time) (int, error)

	// PostedTo returns the mails of the sign-ups of this meeting that have this
	// address key, posted at or after t, oldest first.
	PostedTo(key string, t time.Time) ([]Posted, error)
}

// RollTx writes what was put down for paper.
type RollTx interface {
	// Rolls and Unlisted are those of [RollStore], for this meeting.
	Rolls(k RollKind) ([]Roll, error)
	Unlisted(k RollKind) ([]ID, error)

	// PutRoll adds a roll. Its people are of this meeting, each once.
	PutRoll(r Roll) error

	// DeleteRolls deletes every roll of a kind.
	DeleteRolls(k RollKind) error
}

// UpkeepTx remembers what was deleted.
type UpkeepTx interface {
	// Retention returns what is kept beside the configuration of the meeting.
	Retention() (Retention, error)

	// PutRetention replaces it. Insert and Update empty Swept, since they may
	// bring something that has to be deleted.
	PutRetention(r Retention) error

	// ClockRecord is that of [UpkeepStore], in this transaction.
	ClockRecord() (ClockRecord, error)

	// RetainedTallies returns the tallies that are kept of people whose data was
	// deleted, without a status. PutRetainedTallies replaces them.
	RetainedTallies() ([]Tally, error)
	PutRetainedTallies(list []Tally) error
}

// LimitTx counts what is limited.
type LimitTx interface {
	// Count adds one to the counter of key in the window that begins at this
	// instant, and returns how many there are now. It may miss what changes of
	// other meetings count at the same moment.
	Count(key string, window time.Time) (int, error)

	// UnconfirmedFrom counts the places, by session, of the sign-ups from a network
	// whose address is not confirmed and whose hold ends after now.
	UnconfirmedFrom(network string, now time.Time) (map[SessionID]int, error)

	// Unconfirmed returns at most n sign-ups from a network that have not ended
	// and whose address is not confirmed, in the order of their ids.
	Unconfirmed(network string, n int) ([]Signup, error)

	// Holds is that of [LimitStore], in this transaction.
	Holds(since time.Time) (Holds, error)

	// UnconfirmedFor counts the sign-ups whose mails arrive in a mailbox, see
	// [address.Mailbox], whose address is not confirmed and whose hold ends after now.
	UnconfirmedFor(mailbox string, now time.Time) (int, error)
}

// LimitStore is what limits need outside of a change.
type LimitStore interface {
	// Holds counts what waits for a confirmation in a meeting, and the sign-ups
	// made at or after since.
	Holds(ctx context.Context, slug string, since time.Time) (Holds, error)

	// OldestHold returns when the oldest sign-up was made that waits for a
	// confirmation, the zero time if none does.
	OldestHold(ctx context.Context, slug string) (time.Time, error)

	// NetworkHolds returns at most n networks from which sign-ups that have not
	// ended wait for a confirmation, most people first.
	NetworkHolds(ctx context.Context, slug string, n int) ([]NetworkHolds, error)

	// PostAlerts posts a [MailAlert] about a meeting to each organiser who may act
	// in it and was posted none at or after since, and returns how many.
	PostAlerts(ctx context.Context, slug string, since, now time.Time) (posted int, err error)

	// AskLink counts an ask for a lost link from its network in the hour that
	// begins at hour and, unless there are more than most, stores it until it is
	// answered, once for each meeting and address. First is stored as true if
	// its pair is counted for the first time in the day. It runs the same
	// statements whether or not anybody has the address.
	AskLink(ctx context.Context, a LinkAsk, hour, day time.Time, most int) (allowed bool, err error)

	// LinkAsks returns at most n asks that were not answered, oldest first, and
	// DropLinkAsk forgets one that was.
	LinkAsks(ctx context.Context, n int) ([]LinkAsk, error)
	DropLinkAsk(ctx context.Context, id ID) error

	// DeleteNetworks empties the network of at most n sign-ups that were made
	// before t, and returns how many.
	DeleteNetworks(ctx context.Context, t time.Time, n int) (int, error)
}

// LinkAsk is a request to be sent a lost link.
type LinkAsk struct {
	ID         ID
	Meeting    string // slug, "" for every meeting
	AddressKey string
	First      bool   // of the day, for this address from its network; always true if that is not counted
	From, Pair string // counters of its network, and of network and address; "" if nothing is counted. Not kept
}

// Effects are what an act would cause: see [Desk.Preview].
type Effects struct {
	Mails  []Effect // in the order in which they would be posted
	Offers []Effect // whom a seat would be offered to

	// Seated and Queued are those who would get a seat in the meeting, or a place
	// in its queue, that they do not have now.
	Seated, Queued []Signup
}

// move notes where the act would put s in the meeting.
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

// Effect is one mail or offer, and whom it is for. Kind is that of the mail.
type Effect struct {
	Kind   Kind
	Signup Signup // as the act would leave it
}

// Preview returns a desk whose acts change nothing and keep nobody waiting: each
// notes in e what it would cause now, or returns the error that it would return.
// When the act is done, others may have changed that.
func (d *Desk) Preview(e *Effects) *Desk {
	same := *d
	same.effects = e
	return &same
}

// watched notes the effects of an act.
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

// postCounter counts the mails of a change.
type postCounter struct {
	Tx
	kinds []MailCount
}

// Post implements [MailTx].
func (p *postCounter) Post(m Mail) error {
	if err := p.Tx.Post(m); err != nil {
		return err
	}
	i := slices.IndexFunc(p.kinds, func(k MailCount) bool { return k.Kind == m.Kind })
	if i < 0 {
		i, p.kinds = len(p.kinds), append(p.kinds, MailCount{Kind: m.Kind})
	}
	p.kinds[i].N++
	return nil
}

// ImportTx ends lists that wait.
type ImportTx interface {
	// EndPendingImport deletes a list of this meeting. It returns [ErrNotFound],
	// after which the change goes on.
	EndPendingImport(id ID) error
}

// ImportStore keeps lists between their preview and their import.
type ImportStore interface {
	// PendingImport returns a list of this meeting.
	PendingImport(ctx context.Context, slug string, id ID) (PendingImport, error)
	// PutPendingImport adds a list, or replaces the one with its id.
	PutPendingImport(ctx context.Context, p PendingImport) error
	// DeletePendingImports deletes the lists that were read before this instant,
	// in every meeting.
	DeletePendingImports(ctx context.Context, before time.Time) error
}
