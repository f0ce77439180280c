package registration

import (
	"context"
	"iter"
	"time"
)

// Store keeps meetings, sign-ups and everything that belongs to them. Every method
// may be called by many goroutines. A method returns [ErrNotFound] if what it is
// asked for does not exist, an error that wraps [ErrUnavailable] if the database
// cannot serve now and nothing was written, or [ErrUnsure] if it is unknown whether
// something was.
//
// A method that wrote and returned nil has committed to disk. If the context ends
// before a change has begun, the method returns and nothing happens; a change that
// has begun runs to its end.
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
	// change sees the sign-ups, places and seats that it wrote itself, but nothing
	// else that it wrote; it cannot configure the meeting or withdraw mails. Nothing
	// is locked. Try has the connections and the time limit of [ListStore].
	Try(ctx context.Context, slug string, change func(Tx) error) error

	// Change runs change on the meeting slug in one transaction, with its session
	// rows locked. It stores all that change wrote or, if change returns an error,
	// nothing, and returns that error wrapped; [ErrNotFound] if there is no such
	// meeting. Changes of one meeting run one after the other. The store may run
	// change again from the start (a deadlock, a lost race), so change must have no
	// effect except through tx, must not block, and must not keep tx. about names
	// sign-ups that change will probably read, so that they can be read together with
	// those of other changes.
	Change(ctx context.Context, slug string, change func(tx Tx) error, about ...ID) error

	// Close waits for writes in progress and frees what the store holds.
	Close() error
}

// MeetingStore keeps the configurations of meetings.
type MeetingStore interface {
	// Meetings returns every meeting, the latest day first. If the configuration of
	// one cannot be read, only its slug, its day and [Meeting.Broken] are set.
	Meetings(ctx context.Context) ([]Meeting, error)

	// Meeting returns the meeting slug, or an error that wraps [ErrBroken].
	Meeting(ctx context.Context, slug string) (Meeting, error)

	// PutMeeting adds the meeting or replaces its configuration, as
	// [MeetingTx.Configure] does, and writes to nobody.
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

// SignupStore reads sign-ups. Only [Store.Change] writes them.
type SignupStore interface {
	// Signup returns one sign-up with its places.
	Signup(ctx context.Context, id ID) (Signup, error)

	// MeetingOf returns the slug of the meeting of a sign-up, which never changes. It
	// may also answer for a sign-up that was never stored or is gone.
	MeetingOf(ctx context.Context, id ID) (slug string, err error)

	// Recipients returns the sign-ups ids with their meetings, without those that do not
	// exist. A meeting that changes meanwhile may be newer than its sign-up. With an
	// error it returns nil.
	Recipients(ctx context.Context, ids []ID) (map[ID]Recipient, error)

	// Signups streams the sign-ups of a meeting in the order of their ids, which is
	// that of their creation. It never waits for a writer; an error ends the
	// sequence. It holds a connection until it ends, so the loop must not call the
	// store.
	Signups(ctx context.Context, q Query) iter.Seq2[Signup, error]

	// History returns what happened to a sign-up, in the order in which it was
	// recorded.
	History(ctx context.Context, id ID) ([]Event, error)

	// Attendance counts the arrivals by session and half-day, sorted by session.
	Attendance(ctx context.Context, slug string) ([]Attendance, error)

	// Ahead counts the sign-ups before s in the queue of the session that may be
	// offered a seat, [CountLimit] at most.
	Ahead(ctx context.Context, s Signup, id SessionID) (int, error)
}

// ListStore answers the questions of organisers about many sign-ups. Its methods have
// connections and a time limit of their own, so that no visitor waits for them;
// beyond the limit they return an error that wraps [ErrUnavailable]. None reads
// more of a meeting than its answer needs.
type ListStore interface {
	// List returns a page of the sign-ups that f selects.
	List(ctx context.Context, slug string, f Filter, p Paging) (Page, error)

	// Listed streams the sign-ups that f selects in the order o. It reads them in
	// pages and holds no connection in between: a sign-up that changes meanwhile may
	// be seen before or after the change.
	Listed(ctx context.Context, slug string, f Filter, o Order) iter.Seq2[Entry, error]

	// Fullness returns the seat counters of the meeting and its sessions, sorted by
	// session id. Smallest is left zero.
	Fullness(ctx context.Context, slug string) ([]Occupancy, error)

	// StatusCounts returns how many sign-ups of the meeting have each status, without
	// the statuses that nobody has.
	StatusCounts(ctx context.Context, slug string) (map[Status]int, error)

	// Tallies returns the tallies of the sign-ups of the meeting, and those that
	// [UpkeepTx.PutRetainedTallies] stored about people whose data was deleted.
	Tallies(ctx context.Context, slug string) ([]Tally, error)

	// Pressing counts the people to whom a mail was refused, and the holds and offers
	// that end at or before until.
	Pressing(ctx context.Context, slug string, until time.Time) (Pressing, error)

	// Answered returns the ids, sorted, of the questions that somebody has answered,
	// including those that the meeting no longer asks.
	Answered(ctx context.Context, slug string) ([]string, error)

	// Columns returns the columns that an organiser chose for exported files, none if
	// they never chose, and SetColumns stores them.
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

	// Delayed returns at most n mails to the people of a meeting that were tried and
	// are to be tried again, with the time of the next attempt, the soonest first.
	Delayed(ctx context.Context, slug string, n int) ([]Parked, error)

	// Unsent returns how many mails of each mailing of a meeting have not left. It
	// omits mailings of which all mails have left.
	Unsent(ctx context.Context, slug string) (map[ID]Unsent, error)

	// MailsTo returns the mails to a sign-up that were posted, oldest first.
	MailsTo(ctx context.Context, signup ID) ([]Posted, error)

	// ToDo counts what needs a decision by an organiser of a meeting: parties to
	// approve, and mails that were refused for good.
	ToDo(ctx context.Context, slug string) (approvals, refused int, err error)
}

// RollStore reads rolls, the lists of people made for paper: see [Roll]. Only
// [Store.Change] writes them.
type RollStore interface {
	// Rolls returns the rolls of a kind, in the order of their ids.
	Rolls(ctx context.Context, slug string, k RollKind) ([]Roll, error)

	// Unlisted returns the sign-ups that have a seat in the meeting and a confirmed
	// address, and are on no roll of the kind made since that confirmation. An older
	// roll does not count: a colleague may have taken over the sign-up since. They
	// are in the order in which they got the seat, then of their ids.
	Unlisted(ctx context.Context, slug string, k RollKind) ([]ID, error)
}

// UpkeepStore serves the background jobs: the end of holds and offers, reminders, and
// the deletion of data whose retention has ended.
type UpkeepStore interface {
	// Due returns the slugs of the meetings in which a hold or an offer has ended, or
	// an unfinished mailing is due, at or before now.
	Due(ctx context.Context, now time.Time) ([]string, error)

	// Unreminded returns the slugs of the meetings for which [QueueTx.Unreminded]
	// finds a sign-up.
	Unreminded(ctx context.Context, now, before time.Time) ([]string, error)

	// ClockRecord returns the record of the clock that deletions rely on.
	ClockRecord(ctx context.Context) (ClockRecord, error)

	// ChangeClock replaces the record of the clock by the result of change, in one
	// transaction that excludes other processes. server is the time of the database
	// server, zero if the database has none. change may run again from the start.
	ChangeClock(ctx context.Context, change func(r ClockRecord, server time.Time) ClockRecord) error

	// LastRecorded returns the latest instant before t that any sign-up, event or
	// mail records; the zero time if there is none.
	LastRecorded(ctx context.Context, t time.Time) (time.Time, error)

	// Retention returns the state of the retention job for a meeting.
	Retention(ctx context.Context, slug string) (Retention, error)

	// Erased returns the ids of the sign-ups that were erased, each once, in the
	// order of their first erasure.
	Erased(ctx context.Context) ([]ID, error)

	// DeleteCounters deletes at most n of the counters of [LimitTx.Count]
	// whose window began before t, and returns how many.
	DeleteCounters(ctx context.Context, t time.Time, n int) (int, error)

	// DeleteMails deletes at most n mails that were sent before t, and returns how
	// many. It keeps the mails of an unfinished mailing, since they tell who has been
	// written to.
	DeleteMails(ctx context.Context, t time.Time, n int) (int, error)

	// DeleteSignIns deletes at most n sign-ins that ended before t, and returns how
	// many. It keeps those whose mail still waits to be sent.
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
	// Words is the text of a search: each word must be the beginning of a word of the
	// name, the organisation, the function or the address, or of the code. Case,
	// accents and punctuation do not count.
	Words       string
	Status      []Status  // one of these
	Session     SessionID // has a seat in it, or an offer of one
	Waiting     SessionID // stands in its queue
	Category    Category
	Territory   string        // id
	Region      string        // INSEE code: see [Person.Region]
	Axis        string        // an axis that interests the person
	Day         string        // of creation, as 2019-05-16, in Paris
	Arrived     ArrivalFilter // who came: see [ArrivalFilter]
	Answers     []AnswerFilter
	Companions  bool // came with companions, or is one
	MailRefused bool // see [Entry.MailRefused]
	Source      Source
	Codes       []string // has one of these codes
	Reachable   bool     // has an address, and has confirmed it
}

// ArrivalFilter selects people who came: to a session, or to the meeting itself with
// [MeetingSession], in one half of the day or in any. The zero value selects
// everybody.
type ArrivalFilter struct {
	Session SessionID
	Half    HalfDay // "": any
}

// AnswerFilter selects by the answer to a question.
type AnswerFilter struct {
	Question string
	Answer   string
	Begins   bool // Answer is only the beginning of the answer, for open questions
}

// Order is the order of a list of sign-ups.
type Order string

// The orders. Names and organisations are in French order; people who are equal, such
// as those of one organisation or status, are sorted by name. The zero value means by
// name.
const (
	OrderName         Order = "name"
	OrderDate         Order = "date" // of creation, the latest first
	OrderOrganisation Order = "organisation"
	OrderStatus       Order = "status" // that of [Statuses]
)

// Orders lists every order.
func Orders() []Order { return []Order{OrderName, OrderDate, OrderOrganisation, OrderStatus} }

// Paging selects a page of a list. The zero value selects the whole list, by name.
type Paging struct {
	Order Order
	// After is the code of the sign-up before the page, Before that of the sign-up
	// after it; set at most one of them. "" means an end of the list. A code that the
	// meeting does not have gives the first page.
	After, Before string
	Limit         int  // at most so many; 0 means all
	CountAll      bool // count exactly above [CountLimit] too
}

// Page is a part of a list.
type Page struct {
	Entries  []Entry
	Previous bool // there are entries before these
	Next     bool // there are entries after these
	// Selected is how many sign-ups the filter selects. Above [CountLimit] it is
	// exact only if counting costs nothing, and CountLimit + 1 otherwise.
	Selected int
}

// CountLimit is the number up to which [Page] and [SignupStore.Ahead] count exactly.
const CountLimit = 1000

// Entry is a line of a list.
type Entry struct {
	Signup
	LeadCode    string // code of the party's lead; the sign-up's own code for a lead and for one person alone
	MailRefused bool   // a mail to the person was refused for good, and was not sent again
}

// EventKind is what happened to a sign-up or a meeting.
type EventKind string

// The acts of the history.
const (
	EventSignedUp       EventKind = "signed_up"
	EventSignedUpAgain  EventKind = "signed_up_again" // the address was known already
	EventInvited        EventKind = "invited"         // by mail, once the lead's address was confirmed
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
	EventForgotten      EventKind = "forgotten" // data was deleted at the end of its retention
	EventMailing        EventKind = "mailing"   // begun
	EventReminded       EventKind = "reminded"  // of a hold that ends soon
	EventArrived        EventKind = "arrived"
	EventArrivalUndone  EventKind = "arrival_undone"
	EventWalkIn         EventKind = "walk_in" // signed up at the door
	EventResent         EventKind = "resent"  // a mail, by an organiser
	EventMailingStopped EventKind = "mailing_stopped"
	EventCopied         EventKind = "copied"   // the data of a person, by an organiser for them
	EventExported       EventKind = "exported" // a list as a file
	EventListed         EventKind = "listed"   // people were put on a list for paper: see [Roll]

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

// Event is a line of the history. It has ids, never names or addresses.
type Event struct {
	At     time.Time
	Kind   EventKind
	Signup ID     // zero for an act on the meeting
	Detail string // ids and numbers: "tables-rondes 40>30"; "" if the act says all
	Actor  Actor  // who did it; unknown in old events
	// Changes are the changes of the sign-up; none in old events, which did not
	// record them.
	Changes []Change
}

// Change is a change of one field. For a field that the person filled in it has only
// the name, no values.
type Change struct {
	// Field is place.ID of a session, or a field of the sign-up: email,
	// answers.ID, …
	Field string `json:"field"`
	From  State  `json:"from,omitempty"` // of a place, "" for none; "" for other fields
	To    State  `json:"to,omitempty"`
}
