package registration

import (
	"context"
	"iter"
	"time"
)

// Store keeps meetings, sign-ups and what follows from them. Every method may
// be called by many goroutines. Each returns [ErrNotFound] for an absence and
// an error that wraps [ErrUnavailable] when nothing was written because the
// database cannot serve now, or [ErrUnsure] when nobody knows.
//
// Nothing is acknowledged before it is on disk: a method that returned nil has
// been committed durably. A context that ends before a change has begun ends
// the call, and nothing happens; one that has begun is brought to its end.
//
// Meetings are shared between callers: do not write into their slices.
type Store interface {
	MeetingStore
	SignupStore
	ListStore
	MailingStore
	RollStore
	ImportStore
	LimitStore
	UpkeepStore

	// Try runs change as Change would, on what is stored now, but stores nothing.
	// change reads the sign-ups, places and seats that it has written, and
	// nothing else that it wrote. Nothing is locked, and it has the connections
	// and the time limit of [ListStore].
	Try(ctx context.Context, slug string, change func(Tx) error) error

	// Change runs change on the meeting slug with its session rows locked, in
	// one transaction: all that change wrote, or, if it returns an error,
	// nothing. Changes of one meeting run one after the other. The store may
	// run change again from the start (a deadlock, a lost race), so it has no
	// other effect than through tx, does not block, and keeps no reference to
	// tx. The error of change is returned wrapped; ErrNotFound if there is no
	// such meeting. about are sign-ups that change is likely to ask for, which may be
	// read with those of other changes.
	Change(ctx context.Context, slug string, change func(tx Tx) error, about ...ID) error

	// Close waits for writes in progress and frees what the store holds.
	Close() error
}

// MeetingStore keeps the configurations of meetings.
type MeetingStore interface {
	// Meetings returns every meeting, the latest day first. Of one whose
	// configuration cannot be read it returns slug, day and [Meeting.Broken].
	Meetings(ctx context.Context) ([]Meeting, error)

	// Meeting returns the meeting slug, or an error that wraps [ErrBroken].
	Meeting(ctx context.Context, slug string) (Meeting, error)

	// PutMeeting adds the meeting or replaces its configuration, as
	// [MeetingTx.Configure] does, and tells nobody.
	PutMeeting(ctx context.Context, m Meeting) error

	// AddMeeting adds the meeting, or returns [ErrMeetingExists].
	AddMeeting(ctx context.Context, m Meeting) error

	// DeleteMeeting deletes a meeting for which nobody has ever signed up, or
	// returns [ErrInUse].
	DeleteMeeting(ctx context.Context, slug string) error

	// Versions returns the versions of a meeting's configuration, the latest
	// first, without the configurations themselves; Version returns one of them.
	Versions(ctx context.Context, slug string) ([]Version, error)
	Version(ctx context.Context, slug string, n int) (Version, error)

	// Occupancy returns the seats of the meeting and of each session, sorted
	// by session id. It never waits for a writer.
	Occupancy(ctx context.Context, slug string) ([]Occupancy, error)
}

// SignupStore reads sign-ups; they are written by [Store.Change] alone.
type SignupStore interface {
	// Signup returns one sign-up with its places.
	Signup(ctx context.Context, id ID) (Signup, error)

	// MeetingOf returns the slug of the meeting of a sign-up, which never changes. It
	// may know it of one that is not stored, or no longer.
	MeetingOf(ctx context.Context, id ID) (slug string, err error)

	// Recipient returns one sign-up and its meeting, as both are at one moment.
	Recipient(ctx context.Context, id ID) (Signup, Meeting, error)

	// Signups streams the sign-ups of a meeting in the order of their ids,
	// which is that of their creation. It never waits for a writer; an error
	// ends the sequence. It holds a connection until its end: the loop does
	// not call the store.
	Signups(ctx context.Context, q Query) iter.Seq2[Signup, error]

	// History returns what happened to a sign-up, in the order in which it was
	// recorded.
	History(ctx context.Context, id ID) ([]Event, error)

	// Attendance counts the arrivals by session and half-day, sorted by session.
	Attendance(ctx context.Context, slug string) ([]Attendance, error)

	// Ahead counts those who may be offered a seat of the session before s:
	// [CountLimit] at most.
	Ahead(ctx context.Context, s Signup, id SessionID) (int, error)
}

// ListStore answers what organisers ask of many sign-ups. Its methods have
// connections and a time limit of their own, so that no visitor waits for them;
// beyond the limit they return an error that wraps [ErrUnavailable]. None reads
// more of a meeting than its answer needs.
type ListStore interface {
	// List returns a page of the sign-ups that f selects.
	List(ctx context.Context, slug string, f Filter, p Paging) (Page, error)

	// Listed streams the same sign-ups from the first to the last, in the same
	// order. It reads them in pages and holds no connection in between: a
	// sign-up that changes meanwhile may be seen in either state.
	Listed(ctx context.Context, slug string, f Filter, o Order) iter.Seq2[Entry, error]

	// Fullness returns what the counters of the meeting and its sessions say,
	// sorted by session id: Smallest is left zero.
	Fullness(ctx context.Context, slug string) ([]Occupancy, error)

	// StatusCounts returns how many sign-ups of the meeting have each status,
	// those that nobody has left out.
	StatusCounts(ctx context.Context, slug string) (map[Status]int, error)

	// Tallies returns how many sign-ups of the meeting share what, and of those
	// that were deleted what [UpkeepTx.PutRetainedTallies] kept.
	Tallies(ctx context.Context, slug string) ([]Tally, error)

	// Pressing counts what is refused, and what ends by itself until then.
	Pressing(ctx context.Context, slug string, until time.Time) (Pressing, error)

	// Answered returns the ids of the questions that somebody has answered, in
	// their order, those that the meeting no longer asks included.
	Answered(ctx context.Context, slug string) ([]string, error)

	// Columns returns the columns that an organiser chose for files, none if
	// they never did, and SetColumns keeps them.
	Columns(ctx context.Context, organiser ID) ([]string, error)
	SetColumns(ctx context.Context, organiser ID, columns []string) error
}

// MailingStore reads mails to many, and mails that were refused.
type MailingStore interface {
	// Mailings returns the mailings of a meeting, in the order of their ids.
	Mailings(ctx context.Context, slug string) ([]Mailing, error)

	// Parked returns at most n mails to the people of a meeting that were
	// refused for good, the latest first. Those to people who were erased are
	// left out.
	Parked(ctx context.Context, slug string, n int) ([]Parked, error)

	// Delayed returns at most n mails to the people of a meeting that were tried
	// and put off, with the time of the next attempt, the soonest first.
	Delayed(ctx context.Context, slug string, n int) ([]Parked, error)

	// Unsent returns what has not left of the mailings of a meeting; those of
	// which all has are left out.
	Unsent(ctx context.Context, slug string) (map[ID]Unsent, error)

	// MailsTo returns the mails to a sign-up that were posted, oldest first.
	MailsTo(ctx context.Context, signup ID) ([]Posted, error)

	// ToDo counts what waits for an organiser of a meeting: the parties to
	// approve, and the mails that were refused for good.
	ToDo(ctx context.Context, slug string) (approvals, refused int, err error)
}

// RollStore reads what was put down for paper; it is written by [Store.Change]
// alone.
type RollStore interface {
	// Rolls returns the rolls of a kind, in the order of their ids.
	Rolls(ctx context.Context, slug string, k RollKind) ([]Roll, error)

	// Unlisted returns those who have a seat in the meeting and a confirmed
	// address, and are on no roll of the kind made since that confirmation: after
	// an older roll, a colleague may have taken the seat. They are in the order
	// in which they got the seat, then of ids.
	Unlisted(ctx context.Context, slug string, k RollKind) ([]ID, error)
}

// UpkeepStore is what runs without anybody asking: the end of holds, and the
// deletion of what is not kept.
type UpkeepStore interface {
	// Due returns the meetings in which a hold or an offer has ended, or a
	// mailing that is not done is due, at or before now.
	Due(ctx context.Context, now time.Time) ([]string, error)

	// Unreminded returns the meetings of which [QueueTx.Unreminded] finds a
	// sign-up.
	Unreminded(ctx context.Context, now, before time.Time) ([]string, error)

	// ClockRecord returns what is known of the clock by which data is deleted.
	ClockRecord(ctx context.Context) (ClockRecord, error)

	// ChangeClock replaces the record of the clock by what change makes of it,
	// in one transaction that no other process enters. server is the time of
	// the database's own machine, zero where the database has none. change may
	// run again from the start.
	ChangeClock(ctx context.Context, change func(r ClockRecord, server time.Time) ClockRecord) error

	// LastRecorded returns the latest instant before t that is recorded of
	// anybody's sign-up; the zero time if there is none.
	LastRecorded(ctx context.Context, t time.Time) (time.Time, error)

	// Retention returns what is kept beside the configuration of a meeting.
	Retention(ctx context.Context, slug string) (Retention, error)

	// Erased returns the ids of the sign-ups that were erased, each once, in
	// the order in which they were first.
	Erased(ctx context.Context) ([]ID, error)

	// DeleteCounters deletes at most n of the counters of [UpkeepTx.Count]
	// whose window began before t, and returns how many.
	DeleteCounters(ctx context.Context, t time.Time, n int) (int, error)

	// DeleteMails deletes at most n mails that were sent before t, and returns
	// how many. Those of a mailing that is not done are kept, since they tell
	// who has been written to.
	DeleteMails(ctx context.Context, t time.Time, n int) (int, error)

	// DeleteSignIns deletes at most n sign-ins that ended before t, and returns
	// how many. Those whose mail is still in the outbox are kept.
	DeleteSignIns(ctx context.Context, t time.Time, n int) (int, error)
}

// Query selects sign-ups of one meeting. Zero fields select all.
type Query struct {
	Meeting string
	After   ID  // only ids after this one: for paging
	Limit   int // at most so many; 0 means all
	Code    string
	Party   ID
}

// Filter selects sign-ups of one meeting as organisers look for them. Zero
// fields select all; of those that are set, all must hold.
type Filter struct {
	// Words is what was typed to find somebody: each word is the beginning of a
	// word of the name, the organisation, the function or the address, or of the
	// code. Case, accents and punctuation do not count.
	Words       string
	Status      []Status  // one of these
	Session     SessionID // has a seat in it, or an offer of one
	Waiting     SessionID // stands in its queue
	Category    Category
	Territory   string        // id
	Region      string        // INSEE code: see [Person.Region]
	Axis        string        // one that interests them
	Day         string        // of creation, as 2019-05-16, in Paris
	Arrived     ArrivalFilter // came to it
	Answers     []AnswerFilter
	Companions  bool // came with companions, or is one
	MailRefused bool // see [Entry]
	Source      Source
	Codes       []string // has one of these codes
	Reachable   bool     // has an address, and has confirmed it
}

// ArrivalFilter selects who came: to a session, [MeetingSession] for the meeting
// itself, in one half of the day or in any. The zero value selects everybody.
type ArrivalFilter struct {
	Session SessionID
	Half    HalfDay // "": any
}

// AnswerFilter selects by the answer to a question.
type AnswerFilter struct {
	Question string
	Answer   string
	Begins   bool // the answer may go on, as that to an open question does
}

// Order is that of a list of sign-ups.
type Order string

// The orders. Names and organisations are in French order; equals, and people
// of one organisation or status, are by name. The zero value is that of names.
const (
	OrderName         Order = "name"
	OrderDate         Order = "date" // of creation, the latest first
	OrderOrganisation Order = "organisation"
	OrderStatus       Order = "status" // that of [Statuses]
)

// Orders lists every order.
func Orders() []Order { return []Order{OrderName, OrderDate, OrderOrganisation, OrderStatus} }

// Paging says which page of a list. The zero value is all of it, by name.
type Paging struct {
	Order Order
	// After and Before are codes of sign-ups between which the page lies, "" for
	// an end of the list; one of the two at most. A code that the meeting does
	// not have gives the first page.
	After, Before string
	Limit         int  // at most so many; 0 means all
	CountAll      bool // count also above [CountLimit]
}

// Page is a part of a list.
type Page struct {
	Entries  []Entry
	Previous bool // somebody precedes the first of these
	Next     bool // somebody follows the last of these
	// Selected is how many sign-ups the filter lets through. Above [CountLimit]
	// it is exact only where counting costs nothing, and CountLimit + 1
	// otherwise.
	Selected int
}

// CountLimit is up to where [Page] and [SignupStore.Ahead] count.
const CountLimit = 1000

// Entry is a line of a list.
type Entry struct {
	Signup
	LeadCode    string // code of the lead of the party: of the sign-up itself for one alone
	MailRefused bool   // a mail to the person was refused for good, and was not sent again
}

// EventKind is what happened to a sign-up or a meeting.
type EventKind string

// The acts of the history.
const (
	EventSignedUp       EventKind = "signed_up"
	EventSignedUpAgain  EventKind = "signed_up_again" // the address was known already
	EventInvited        EventKind = "invited"         // by who brings them, once that address was confirmed
	EventConfirmed      EventKind = "confirmed"
	EventDisavowed      EventKind = "disavowed" // « ce n'est pas moi »
	EventCancelled      EventKind = "cancelled"
	EventExpired        EventKind = "expired"
	EventReleased       EventKind = "released" // by an organiser, with all of its network
	EventChanged        EventKind = "changed"
	EventUndone         EventKind = "undone"    // a cancellation was taken back
	EventOffered        EventKind = "offered"   // a freed seat
	EventAccepted       EventKind = "accepted"  // the offer
	EventTookPart       EventKind = "took_part" // some of a party took the seats that were free
	EventDeclined       EventKind = "declined"
	EventOfferEnded     EventKind = "offer_ended"
	EventApproved       EventKind = "approved"
	EventRefused        EventKind = "refused"
	EventReissued       EventKind = "reissued" // the links were revoked and sent anew
	EventErased         EventKind = "erased"
	EventForgotten      EventKind = "forgotten" // what is not kept any longer was deleted
	EventMailing        EventKind = "mailing"   // begun
	EventReminded       EventKind = "reminded"  // of a hold that ends soon
	EventArrived        EventKind = "arrived"
	EventArrivalUndone  EventKind = "arrival_undone"
	EventWalkIn         EventKind = "walk_in" // signed up at the door
	EventResent         EventKind = "resent"  // a mail that had been refused
	EventMailingStopped EventKind = "mailing_stopped"
	EventCopied         EventKind = "copied"   // one's data, for the person
	EventExported       EventKind = "exported" // a list as a file
	EventListed         EventKind = "listed"   // people were put down for paper: see [Roll]

	EventTransferAsked     EventKind = "transfer_asked"     // to another address
	EventTransferWithdrawn EventKind = "transfer_withdrawn" // before anybody confirmed
	EventAddressChanged    EventKind = "address_changed"
	EventReplaced          EventKind = "replaced"   // a colleague comes instead
	EventConfigured        EventKind = "configured" // the meeting
	EventEnlisted          EventKind = "enlisted"   // signed up by an organiser, for somebody who telephoned
	EventImported          EventKind = "imported"   // from a list: a person, or how many
	EventImportUndone      EventKind = "import_undone"
	EventPromoted          EventKind = "promoted" // given a seat before its turn
)

// Event is a line of the history. It names ids, never people.
type Event struct {
	At     time.Time
	Kind   EventKind
	Signup ID     // zero for an act on the meeting
	Detail string // ids and numbers: "tables-rondes 40>30"; "" if the act says all
	Actor  Actor  // who did it; unknown in events from before it was recorded
	// Changes are what became different in the sign-up; none in events from
	// before they were recorded.
	Changes []Change
}

// Change is a field that became different. For what a person said of
// themselves it has the name of the field alone, no values.
type Change struct {
	// Field is place.ID of a session, or a field of the sign-up: email,
	// answers.ID, …
	Field string `json:"field"`
	From  State  `json:"from,omitempty"` // of a place, "" for none; "" for other fields
	To    State  `json:"to,omitempty"`
}
