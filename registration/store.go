package registration

import (
	"context"
	"iter"
	"time"
)

// Store keeps meetings, sign-ups and what follows from them. Every method may
// be called by many goroutines. Each returns [ErrNotFound] for an absence and
// an error that wraps [ErrUnavailable] when nothing was written because the
// database cannot serve now.
//
// Nothing is acknowledged before it is on disk: a method that returned nil has
// been committed durably. A context that ends before a change has begun ends
// the call, and nothing happens; one that has begun is brought to its end.
//
// Meetings are shared between callers: do not write into their slices.
type Store interface {
	// Meetings returns every meeting, the latest day first.
	Meetings(ctx context.Context) ([]Meeting, error)

	// Meeting returns the meeting slug.
	Meeting(ctx context.Context, slug string) (Meeting, error)

	// PutMeeting adds the meeting or replaces its configuration, capacities
	// included. A capacity may fall below what is taken: nobody loses a seat,
	// and none is given until it fits. A session that is left out keeps its
	// row with a capacity of zero while places refer to it. If it replaces one,
	// each of news is given that, under the lock, and what it returns begins
	// in the same transaction. The store may call it again.
	PutMeeting(ctx context.Context, m Meeting, news ...func(old Meeting) []Mailing) error

	// Mailings returns the mailings of a meeting, in the order of their ids.
	Mailings(ctx context.Context, slug string) ([]Mailing, error)

	// Parked returns at most n mails to the people of a meeting that were
	// refused for good, the latest first. Those to people who were erased are
	// left out.
	Parked(ctx context.Context, slug string, n int) ([]Parked, error)

	// Occupancy returns the seats of the meeting and of each session, sorted
	// by session id. It never waits for a writer.
	Occupancy(ctx context.Context, slug string) ([]Occupancy, error)

	// Signup returns one sign-up with its places.
	Signup(ctx context.Context, id ID) (Signup, error)

	// Signups streams the sign-ups of a meeting in the order of their ids,
	// which is that of their creation. It never waits for a writer; an error
	// ends the sequence. It holds a connection until its end: the loop does
	// not call the store.
	Signups(ctx context.Context, q Query) iter.Seq2[Signup, error]

	// History returns what happened to a sign-up, in the order in which it was
	// recorded.
	History(ctx context.Context, id ID) ([]Event, error)

	// Ahead counts those who may be offered a seat of the session before s,
	// which waits for one.
	Ahead(ctx context.Context, s Signup, id SessionID) (int, error)

	// Due returns the meetings in which a hold or an offer has ended, or a
	// mailing that is not done is due, at or before now.
	Due(ctx context.Context, now time.Time) ([]string, error)

	// Forget deletes what [Tx.Count] counted in windows that began before t.
	Forget(ctx context.Context, t time.Time) error

	// Change runs change on the meeting slug with its session rows locked, in
	// one transaction: all that change wrote, or, if it returns an error,
	// nothing. Changes of one meeting run one after the other. The store may
	// run change again from the start (a deadlock, a lost race), so it has no
	// other effect than through tx, does not block, and keeps no reference to
	// tx. The error of change is returned wrapped; ErrNotFound if there is no
	// such meeting.
	Change(ctx context.Context, slug string, change func(tx Tx) error) error

	// Close waits for writes in progress and frees what the store holds.
	Close() error
}

// Query selects sign-ups of one meeting. Zero fields select all.
type Query struct {
	Meeting string
	After   ID  // only ids after this one: for paging
	Limit   int // at most so many; 0 means all
	Code    string
	Party   ID
}

// Occupancy is how full a session is.
type Occupancy struct {
	Session SessionID
	Seats   Seats // capacity
	Taken   int   // seats held, confirmed and offered
}

// Free returns the seats left, never below zero; for an unlimited capacity a
// number that no meeting reaches.
func (o Occupancy) Free() int {
	if o.Seats == Unlimited {
		return 1 << 30
	}
	return max(0, int(o.Seats)-o.Taken)
}

// Tx is what a change may read and write. Its methods see what the change has
// written so far. An error from any of them must be returned by the change.
type Tx interface {
	// Meeting returns the meeting, as it is in this transaction.
	Meeting() Meeting

	// Occupancy returns the seats of the meeting and of each session, sorted
	// by session id, under the lock.
	Occupancy() ([]Occupancy, error)

	// Signup returns one sign-up of this meeting.
	Signup(id ID) (Signup, error)

	// ByAddress returns the active sign-up that has this address key.
	ByAddress(key string) (Signup, error)

	// SameAddress returns every sign-up of this meeting that has this address
	// key, ended ones included, in the order of their ids.
	SameAddress(key string) ([]Signup, error)

	// Lapsed returns at most n sign-ups whose address is unconfirmed and whose
	// hold has ended at or before now, oldest first.
	Lapsed(now time.Time, n int) ([]Signup, error)

	// Party returns the sign-ups of a party, ended ones included, in the order
	// of their ids: the lead first.
	Party(lead ID) ([]Signup, error)

	// Waiting returns at most n sign-ups that are queued in the session and
	// may be offered a seat, first in the queue first: those whose address, or
	// whose lead's, is confirmed. Equal ranks are in the order of ids.
	Waiting(id SessionID, n int) ([]Signup, error)

	// Ranks returns the lowest and the highest rank in the session's queue, confirmed or
	// not; the zero time if nobody waits.
	Ranks(id SessionID) (first, last time.Time, err error)

	// OffersOver returns at most n sign-ups that have an offer which ended at
	// or before now, in the order of their ids.
	OffersOver(now time.Time, n int) ([]Signup, error)

	// Insert adds a sign-up with its places and counts its seats. It returns
	// ErrCodeTaken, after which the change goes on; ErrAddressTaken; or
	// ErrFull if the schema's own barrier refuses a seat.
	Insert(s Signup) error

	// Update replaces what Insert wrote, but for id, meeting, code, party and
	// creation, and moves the counters by the difference between the places
	// stored and those given. A place that is left out is deleted. It returns
	// ErrNotFound, ErrAddressTaken or ErrFull.
	Update(s Signup) error

	// SetCapacity sets the capacity of a session, [Whole] included, in its
	// row and in the meeting's configuration.
	SetCapacity(id SessionID, seats Seats) error

	// Post adds a mail to the outbox. A second one of the same mailing to the
	// same sign-up is an error. A mail that replaces the calendar entry of the
	// sign-up raises its Sequence by one: the meeting was changed or cancelled,
	// or the sessions of the person with this very mail. A mail that takes the
	// entry out raises it by two: see [Signup.CancelSequence].
	Post(m Mail) error

	// Requeue makes a parked mail of this meeting due at now, and returns whom
	// it goes to. It returns ErrNotFound for one that is not parked.
	Requeue(id ID, now time.Time) (signup ID, err error)

	// Mailings returns the meeting's mailings, in the order of their ids.
	Mailings() ([]Mailing, error)

	// PutMailing adds a mailing or replaces the progress of one.
	PutMailing(m Mailing) error

	// Active returns at most n sign-ups that have not ended, in the order of
	// ids, from the one after this id on.
	Active(after ID, n int) ([]Signup, error)

	// PostedSince counts the mails to this address key posted for this meeting
	// at or after t.
	PostedSince(key string, t time.Time) (int, error)

	// Count adds one to the counter of key in the window that begins at this
	// instant, and returns how many there are now.
	Count(key string, window time.Time) (int, error)

	// Record adds a line to the history.
	Record(e Event) error
}

// Act is what happened to a sign-up or a meeting.
type Act string

// The acts of the history.
const (
	ActSignedUp   Act = "signed_up"
	ActKnown      Act = "signed_up_again" // the address was known already
	ActConfirmed  Act = "confirmed"
	ActDisavowed  Act = "disavowed" // « ce n'est pas moi »
	ActCancelled  Act = "cancelled"
	ActExpired    Act = "expired"
	ActChanged    Act = "changed"
	ActUndone     Act = "undone"   // a cancellation was taken back
	ActOffered    Act = "offered"  // a freed seat
	ActAccepted   Act = "accepted" // the offer
	ActDeclined   Act = "declined"
	ActOfferEnded Act = "offer_ended"
	ActApproved   Act = "approved"
	ActRefused    Act = "refused"
	ActReissued   Act = "reissued" // the links were revoked and sent anew
	ActErased     Act = "erased"
	ActForgotten  Act = "forgotten" // what is not kept any longer was deleted
	ActCapacity   Act = "capacity"
	ActMailing    Act = "mailing" // begun
	ActResent     Act = "resent"  // a mail that had been refused
)

// Event is a line of the history. It names ids, never people.
type Event struct {
	At     time.Time
	Act    Act
	Signup ID     // zero for an act on the meeting
	Detail string // ids and numbers: "tables-rondes 40>30"; "" if the act says all
}
