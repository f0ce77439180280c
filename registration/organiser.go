package registration

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/territoires-industrie/sdk/territoires"
)

// Role is a named set of rights that an organiser has in one meeting or in all of
// them.
type Role string

// The roles.
const (
	RoleDesk      Role = "desk"      // welcomes people at the door
	RoleReader    Role = "reader"    // sees lists and exports them
	RoleOrganiser Role = "organiser" // changes meetings and sign-ups
	RoleAdmin     Role = "admin"     // names organisers
)

// Roles lists the roles.
func Roles() []Role { return []Role{RoleDesk, RoleReader, RoleOrganiser, RoleAdmin} }

// ParseRole returns the role of s.
func ParseRole(s string) (Role, bool) {
	r := Role(s)
	return r, slices.Contains(Roles(), r)
}

// Right is a permission that a page or an act requires.
type Right string

// The rights.
const (
	RightDesk Right = "desk" // search people, check in, admit walk-ins
	RightRead Right = "read" // lists with addresses and answers, history, statistics, exports, documents
	RightAct  Right = "act"  // act on people, write to them, configure and publish meetings, import
	RightTeam Right = "team" // name, change and remove organisers; the audit log
)

// rights is what each role may do.
var rights = map[Role][]Right{
	RoleDesk:      {RightDesk},
	RoleReader:    {RightRead},
	RoleOrganiser: {RightDesk, RightRead, RightAct},
	RoleAdmin:     {RightDesk, RightRead, RightAct, RightTeam},
}

// Has reports whether the role gives the right; false for an unknown role or
// right.
func (r Role) Has(right Right) bool { return slices.Contains(rights[r], right) }

// Grant gives a role in one meeting, or in all of them.
type Grant struct {
	Meeting string `json:"meeting"` // slug; "" for every meeting
	Role    Role   `json:"role"`
}

// Organiser is somebody who may sign in. The rights of all grants for a meeting add
// up.
type Organiser struct {
	ID     ID
	Email  string
	Grants []Grant // sorted by meeting, the one for every meeting first
	Digest bool    // gets a daily mail of what needs attention
}

// May reports whether o has the right in the meeting slug.
func (o Organiser) May(right Right, slug string) bool {
	return slices.ContainsFunc(o.Grants, func(g Grant) bool {
		return (g.Meeting == "" || g.Meeting == slug) && g.Role.Has(right)
	})
}

// MayAnywhere reports whether o has the right in some meeting.
func (o Organiser) MayAnywhere(right Right) bool {
	return slices.ContainsFunc(o.Grants, func(g Grant) bool { return g.Role.Has(right) })
}

// MayEverywhere reports whether o has the right in every meeting, including those
// that do not exist yet.
func (o Organiser) MayEverywhere(right Right) bool { return o.May(right, "") }

// Knows reports whether o has a role in the meeting slug.
func (o Organiser) Knows(slug string) bool {
	return slices.ContainsFunc(o.Grants, func(g Grant) bool { return g.Meeting == "" || g.Meeting == slug })
}

// Covers reports whether o has every right that the grants give.
func (o Organiser) Covers(grants []Grant) bool {
	for _, g := range grants {
		for _, right := range rights[g.Role] {
			if !o.May(right, g.Meeting) {
				return false
			}
		}
	}
	return true
}

// Role returns the role that o was granted for exactly this scope: a slug, or "" for
// every meeting. It returns "" if there is none.
func (o Organiser) Role(meeting string) Role {
	for _, g := range o.Grants {
		if g.Meeting == meeting {
			return g.Role
		}
	}
	return ""
}

// SignIn is an organiser's one-time sign-in that has not been used yet.
type SignIn struct {
	ID        ID
	Organiser ID
	CreatedAt time.Time
	ExpiresAt time.Time
	// Reusable marks the link that a demonstration prints: it works as long as the
	// demonstration runs.
	Reusable bool
	Next     string // path of the page to open after the sign-in, relative to the site; "" for the first page
}

// Organisers looks up the recipients of mails to organisers. Its methods may be
// called by many goroutines. They return [ErrNotFound] if there is no such organiser
// or sign-in.
type Organisers interface {
	// Organiser returns one by id.
	Organiser(ctx context.Context, id ID) (Organiser, error)

	// SignIn returns an unused sign-in without using it up.
	SignIn(ctx context.Context, id ID) (SignIn, error)
}

// ActorKind is what kind of actor did something.
type ActorKind string

// The kinds of actors.
const (
	ActorUnknown   ActorKind = ""          // of events from before actors were recorded
	ActorPerson    ActorKind = "person"    // by a public form or by the link of a sign-up
	ActorOrganiser ActorKind = "organiser" // who was signed in
	ActorCommand   ActorKind = "command"   // the command line
	ActorSystem    ActorKind = "system"    // nobody: a time that came, a seat that was free
)

// Actor is who did something. It names an id, never a person; the zero value
// is unknown.
type Actor struct {
	Kind ActorKind
	ID   ID // of the sign-up or the organiser; zero for the others
}

// Audited reports whether what the actor does belongs in the audit log.
func (a Actor) Audited() bool { return a.Kind == ActorOrganiser || a.Kind == ActorCommand }

type actorKey struct{}

// WithActor returns a context in which everything a [Desk] does is recorded as
// done by a. The pages of organisers and the command line set it, each in one
// place; without it the actor is the person of the form or link, or the system.
func WithActor(ctx context.Context, a Actor) context.Context {
	return context.WithValue(ctx, actorKey{}, a)
}

// ActorOf returns the actor of the context, the zero Actor if it has none.
func ActorOf(ctx context.Context) Actor {
	a, _ := ctx.Value(actorKey{}).(Actor)
	return a
}

// orActor returns ctx with the actor a, unless it has one.
func orActor(ctx context.Context, a Actor) context.Context {
	if ActorOf(ctx).Kind != ActorUnknown {
		return ctx
	}
	return WithActor(ctx, a)
}

// OrganisersMeeting returns one meeting, published or not, or [ErrNotFound].
func (d *Desk) OrganisersMeeting(ctx context.Context, slug string) (View, error) {
	m, err := d.store.Meeting(ctx, slug)
	if err != nil {
		return View{}, fmt.Errorf("meeting: %w", err)
	}
	return d.view(ctx, m)
}

// Versions returns the versions of a meeting's configuration, the latest first,
// without the configurations themselves.
func (d *Desk) Versions(ctx context.Context, slug string) ([]Version, error) {
	list, err := d.store.Versions(ctx, slug)
	if err != nil {
		return nil, fmt.Errorf("versions: %w", err)
	}
	return list, nil
}

// Version returns one version of a meeting's configuration, or [ErrNotFound].
func (d *Desk) Version(ctx context.Context, slug string, n int) (Version, error) {
	v, err := d.store.Version(ctx, slug, n)
	if err != nil {
		return v, fmt.Errorf("version: %w", err)
	}
	return v, nil
}

// Delete deletes a meeting for which nobody has ever signed up, or returns
// [ErrInUse] or [ErrNotFound].
func (d *Desk) Delete(ctx context.Context, slug string) error {
	if err := d.store.DeleteMeeting(ctx, slug); err != nil {
		return fmt.Errorf("delete: %w", err)
	}
	return nil
}

// Columns returns the columns that an organiser chose for exported files, none if
// they never chose.
func (d *Desk) Columns(ctx context.Context, organiser ID) ([]string, error) {
	columns, err := d.store.Columns(ctx, organiser)
	if err != nil {
		return nil, fmt.Errorf("columns: %w", err)
	}
	return columns, nil
}

// SaveColumns stores the columns that an organiser chose for exported files.
func (d *Desk) SaveColumns(ctx context.Context, organiser ID, columns []string) error {
	if err := d.store.SetColumns(ctx, organiser, columns); err != nil {
		return fmt.Errorf("save columns: %w", err)
	}
	return nil
}

// Group is a property by which sign-ups are counted.
type Group string

// The groups. A sign-up counts once for each of its sessions, axes and arrivals.
const (
	GroupAll       Group = ""          // of everybody
	GroupDay       Group = "day"       // of creation, as 2019-05-16, in Paris
	GroupCategory  Group = "category"  //
	GroupRegion    Group = "region"    // see [Person.Region]
	GroupTerritory Group = "territory" //
	GroupAxis      Group = "axis"      // of interest
	GroupSeat      Group = "seat"      // a session in which the sign-up has a seat or an offer
	GroupWaiting   Group = "waiting"   // a session in whose queue the sign-up waits
	GroupArrived   Group = "arrived"   // a session and a half-day: meeting/morning
)

// Tally counts the sign-ups of a meeting that have the same value in a group and the
// same status.
type Tally struct {
	Group  Group
	Value  string
	Status Status // "" for people who had a seat and whose data was deleted; Value "" is then the sum of the small groups
	N      int
}

// Statistics are a meeting in numbers.
type Statistics struct {
	View
	Tallies []Tally
}

// Statistics returns the numbers of a meeting. The cost does not grow with the number
// of sign-ups.
func (d *Desk) Statistics(ctx context.Context, slug string) (s Statistics, err error) {
	if s.View, err = d.ListView(ctx, slug); err != nil {
		return s, err
	}
	if s.Tallies, err = d.store.Tallies(ctx, slug); err != nil {
		return s, fmt.Errorf("statistics: %w", err)
	}
	return s, nil
}

// Count returns how many sign-ups have the value in the group and one of the
// statuses, or any status if none is given. Tallies without a status are left out.
func (s Statistics) Count(g Group, value string, of ...Status) (n int) {
	for _, t := range s.Tallies {
		if t.Group == g && t.Value == value && t.Status != "" && (len(of) == 0 || slices.Contains(of, t.Status)) {
			n += t.N
		}
	}
	return n
}

// Pressing counts what an organiser should look at soon.
type Pressing struct {
	Refused int // people to whom a mail was refused for good
	Holds   int // unconfirmed sign-ups whose hold ends
	Offers  int // offers that end
}

// DeadlineKind is what happens at a deadline of a meeting.
type DeadlineKind string

// The deadlines.
const (
	DeadlineOpens    DeadlineKind = "opens"
	DeadlineFreezes  DeadlineKind = "freezes"
	DeadlineCloses   DeadlineKind = "closes"
	DeadlineStarts   DeadlineKind = "starts"
	DeadlineDeletion DeadlineKind = "deletion" // the first
)

// Deadline is a date of a meeting and what happens then.
type Deadline struct {
	Kind DeadlineKind
	At   time.Time
}

// Overview is what organisers see of a meeting first.
type Overview struct {
	Statistics
	Pressing                   // until the end of the day
	FreeButAwaited []SessionID // sessions with free seats for which somebody waits
	// Strained is how many seats wait for a confirmation, if these are over half of all
	// seats and under a fifth of the last hour's sign-ups are confirmed; 0 otherwise.
	Strained int
	Deletion Deletion // the next one, if it is within a month
	Deadline Deadline // the next one; zero if there is none
}

// nearDeletion is how long before a deletion the overview shows it.
const nearDeletion = 30 * 24 * time.Hour

// Overview returns what needs attention in a meeting, and its numbers.
func (d *Desk) Overview(ctx context.Context, slug string) (o Overview, err error) {
	if o.Statistics, err = d.Statistics(ctx, slug); err != nil {
		return o, err
	}
	now, m := d.Now(), o.Meeting
	tomorrow := territoires.DateOf(now, Paris).AddDays(1).In(Paris)
	if o.Pressing, err = d.store.Pressing(ctx, slug, tomorrow); err != nil {
		return o, fmt.Errorf("overview: %w", err)
	}
	deletions, err := d.nextDeletionsOf(ctx, m)
	if err != nil {
		return o, err
	}
	dates := []Deadline{{DeadlineOpens, m.OpensAt}, {DeadlineFreezes, m.FreezeAt()}, {DeadlineCloses, m.ClosesAt}, {DeadlineStarts, m.start()}}
	if slices.SortFunc(deletions, func(a, b Deletion) int { return a.At.Compare(b.At) }); len(deletions) > 0 {
		dates = append(dates, Deadline{DeadlineDeletion, deletions[0].At})
		if deletions[0].At.Sub(now) < nearDeletion {
			o.Deletion = deletions[0]
		}
	}
	for _, date := range dates {
		if date.At.After(now) && (o.Deadline.At.IsZero() || date.At.Before(o.Deadline.At)) {
			o.Deadline = date
		}
	}
	if phase := m.Phase(now); phase == PhasePast || phase == PhaseCancelled {
		return o, nil
	}
	if o.Strained, err = d.strain(ctx, o.View); err != nil {
		return o, fmt.Errorf("overview: %w", err)
	}
	for _, f := range o.Occupancy { // for a session, only people with a seat in the meeting count as waiting
		waits := []Status{StatusConfirmed, StatusPresent}
		if f.Session == MeetingSession {
			waits = []Status{StatusWaitlisted}
		}
		if f.Free() > 0 && o.Count(GroupWaiting, string(f.Session), waits...) > 0 {
			o.FreeButAwaited = append(o.FreeButAwaited, f.Session)
		}
	}
	return o, nil
}

// SaveImport stores a list for an hour, or until [Desk.Import] uses it. A list
// with an id replaces the one stored under it, for another hour.
func (d *Desk) SaveImport(ctx context.Context, p PendingImport) (ID, error) {
	if p.At = d.Now(); p.ID == (ID{}) {
		p.ID = NewID()
	}
	if err := d.store.PutPendingImport(ctx, p); err != nil {
		return ID{}, fmt.Errorf("keep import: %w", err)
	}
	return p.ID, nil
}

// PendingImport returns a list that [Desk.SaveImport] stored, or [ErrNotFound], also
// if it is over an hour old.
func (d *Desk) PendingImport(ctx context.Context, slug string, id ID) (PendingImport, error) {
	p, err := d.store.PendingImport(ctx, slug, id)
	if err == nil && p.At.Before(d.Now().Add(-PendingFor)) {
		err = ErrNotFound
	}
	if err != nil {
		return PendingImport{}, fmt.Errorf("pending import: %w", err)
	}
	return p, nil
}
