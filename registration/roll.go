package registration

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"golang.org/x/text/collate"
	"golang.org/x/text/language"
)

// RollKind is what a roll is for. The zero value is nothing.
type RollKind string

// The kinds of rolls.
const (
	// SecurityRoll is of the list for the building's security: the first is the
	// list as it was frozen, each of the others the people who were added since.
	SecurityRoll RollKind = "security"
	// BadgeRoll is a set of badges that was printed at once.
	BadgeRoll RollKind = "badges"
)

// Roll is people put down for paper, in its order. It names them by their ids
// alone, so that what is erased is erased.
type Roll struct {
	ID     ID
	Kind   RollKind
	At     time.Time
	People []ID
}

// SecurityList is who is to be let into the building.
type SecurityList struct {
	FrozenAt time.Time // zero while it still moves
	// Listed are those of the frozen list in its order, which numbers them, also
	// who cancelled, was erased or sent a colleague since; before the freeze those
	// expected.
	Listed []Signup
	// Late are those added since, in the order in which they were: it numbers
	// them apart.
	Late []Signup
}

// Replaced reports whether s, which is listed, has been taken over since by a
// colleague or confirmed from another address: that person is among the late.
func (l SecurityList) Replaced(s Signup) bool {
	return !l.FrozenAt.IsZero() && s.AddressConfirmedAt.After(l.FrozenAt)
}

// SortByName sorts people by family name as typed, then given name, in French
// order: accents and case count only where nothing else tells two names apart.
func SortByName(people []Signup) {
	c, buf := collate.New(language.French), new(collate.Buffer)
	type key struct{ family, given string }
	keys := make(map[ID]key, len(people))
	for _, s := range people {
		keys[s.ID] = key{string(c.KeyFromString(buf, s.FamilyName)), string(c.KeyFromString(buf, s.GivenName))}
		buf.Reset()
	}
	slices.SortStableFunc(people, func(a, b Signup) int {
		ka, kb := keys[a.ID], keys[b.ID]
		return cmp.Or(strings.Compare(ka.family, kb.family), strings.Compare(ka.given, kb.given))
	})
}

// Expected returns those who are expected at a meeting, by name.
func (d *Desk) Expected(ctx context.Context, slug string) ([]Signup, error) {
	var list []Signup
	for s, err := range d.store.Signups(ctx, Query{Meeting: slug}) {
		if err != nil {
			return nil, fmt.Errorf("expected: %w", err)
		}
		if s.Expected() {
			list = append(list, s)
		}
	}
	SortByName(list)
	return list, nil
}

// SecurityList returns the list for the building's security as it stands.
func (d *Desk) SecurityList(ctx context.Context, slug string) (SecurityList, error) {
	rolls, err := d.store.Rolls(ctx, slug, SecurityRoll)
	if err != nil {
		return SecurityList{}, fmt.Errorf("security list: %w", err)
	}
	if len(rolls) == 0 {
		list, err := d.Expected(ctx, slug)
		return SecurityList{Listed: list}, err
	}
	late, err := d.store.Unlisted(ctx, slug, SecurityRoll)
	if err != nil {
		return SecurityList{}, fmt.Errorf("security list: %w", err)
	}
	people := map[ID]Signup{}
	for s, err := range d.store.Signups(ctx, Query{Meeting: slug}) {
		if err != nil {
			return SecurityList{}, fmt.Errorf("security list: %w", err)
		}
		people[s.ID] = s
	}
	list := SecurityList{FrozenAt: rolls[0].At}
	add := func(to *[]Signup, ids []ID) {
		for _, id := range ids {
			*to = append(*to, people[id])
		}
	}
	add(&list.Listed, rolls[0].People)
	for _, r := range rolls[1:] {
		add(&list.Late, r.People)
	}
	add(&list.Late, late) // who gets these very numbers within seconds
	return list, nil
}

// FreezeList freezes the security list of a meeting now, anew if it was frozen:
// everybody gets another number. It returns [ErrNotFound].
func (d *Desk) FreezeList(ctx context.Context, slug string) error {
	return d.freezeList(ctx, slug, true)
}

func (d *Desk) freezeList(ctx context.Context, slug string, again bool) error {
	people, err := d.Expected(ctx, slug) // before the lock: who comes between is a late addition
	if err != nil {
		return err
	}
	return d.change(ctx, slug, "freeze list", func(c change) error {
		switch rolls, err := c.Rolls(SecurityRoll); {
		case err != nil:
			return err
		case len(rolls) > 0 && !again: // another process was first
			return nil
		}
		if err := c.DeleteRolls(SecurityRoll); err != nil {
			return err
		}
		return c.list(Roll{ID: NewID(), Kind: SecurityRoll, At: c.now, People: idsOf(people)})
	})
}

// list stores a roll with its line of the history.
func (c change) list(r Roll) error {
	if err := c.PutRoll(r); err != nil {
		return err
	}
	return c.Record(Event{At: c.now, Kind: EventListed, Detail: fmt.Sprintf("%s %s: %d", r.Kind, r.ID, len(r.People))})
}

func idsOf(people []Signup) []ID {
	ids := make([]ID, len(people))
	for i, s := range people {
		ids[i] = s.ID
	}
	return ids
}

func among(ids []ID) map[ID]bool {
	set := make(map[ID]bool, len(ids))
	for _, id := range ids {
		set[id] = true
	}
	return set
}

// FreezeLists freezes the security lists whose time has come, and numbers who was
// added since, until the meeting's day is over. Twice is not an error.
func (d *Desk) FreezeLists(ctx context.Context) error {
	all, err := d.store.Meetings(ctx)
	if err != nil {
		return fmt.Errorf("freeze lists: %w", err)
	}
	for _, m := range all {
		if phase := m.Phase(d.Now()); m.Published && phase != PhaseCancelled && phase != PhasePast {
			err = errors.Join(err, d.keepList(ctx, m))
		}
	}
	return err
}

func (d *Desk) keepList(ctx context.Context, m Meeting) error {
	rolls, err := d.store.Rolls(ctx, m.Slug, SecurityRoll)
	if err != nil {
		return fmt.Errorf("freeze lists: %w", err)
	}
	if len(rolls) == 0 {
		if d.Now().Before(m.FreezeAt()) {
			return nil
		}
		return d.freezeList(ctx, m.Slug, false)
	}
	late, err := d.store.Unlisted(ctx, m.Slug, SecurityRoll)
	if err != nil || len(late) == 0 {
		return err
	}
	return d.change(ctx, m.Slug, "add to list", func(c change) error {
		late, err := c.Unlisted(SecurityRoll)
		if err != nil || len(late) == 0 { // another process was first
			return err
		}
		return c.list(Roll{ID: NewID(), Kind: SecurityRoll, At: c.now, People: late})
	})
}

// BadgeRolls returns the sets of badges that were printed, the oldest first.
func (d *Desk) BadgeRolls(ctx context.Context, slug string) ([]Roll, error) {
	rolls, err := d.store.Rolls(ctx, slug, BadgeRoll)
	if err != nil {
		return nil, fmt.Errorf("badges: %w", err)
	}
	return rolls, nil
}

// WithoutBadge returns those expected whose badge was never printed, by name.
func (d *Desk) WithoutBadge(ctx context.Context, slug string) ([]Signup, error) {
	ids, err := d.store.Unlisted(ctx, slug, BadgeRoll)
	if err != nil || len(ids) == 0 {
		return nil, err
	}
	people, err := d.Expected(ctx, slug)
	left := among(ids)
	return slices.DeleteFunc(people, func(s Signup) bool { return !left[s.ID] }), err
}

// PrintBadges puts down that these badges are printed now, and returns the roll
// of those that no other print has had meanwhile; without people it returns
// [ErrNotFound]. With again the others are on it too.
func (d *Desk) PrintBadges(ctx context.Context, slug string, people []Signup, again bool) (roll Roll, err error) {
	err = d.change(ctx, slug, "print badges", func(c change) error {
		ids := idsOf(people)
		if !again {
			left, err := c.Unlisted(BadgeRoll)
			if err != nil {
				return err
			}
			there := among(left)
			ids = slices.DeleteFunc(ids, func(id ID) bool { return !there[id] })
		}
		if len(ids) == 0 {
			return ErrNotFound
		}
		roll = Roll{ID: NewID(), Kind: BadgeRoll, At: c.now, People: ids}
		return c.list(roll)
	})
	return roll, err
}

// ManyAct is what an organiser does for many sign-ups at once.
type ManyAct string

// The acts for many.
const (
	ManyApprove ManyAct = "approve"
	ManyRefuse  ManyAct = "refuse" // with a reason, or none
	ManyCancel  ManyAct = "cancel" // each alone: companions who are not named keep their places
	ManyResend  ManyAct = "resend" // the mail that says where it stands
)

// ManyActs lists them in the order of the form.
func ManyActs() []ManyAct { return []ManyAct{ManyApprove, ManyRefuse, ManyCancel, ManyResend} }

// Applies returns nil if the act can be done for s at now, as s is read; otherwise
// why not: [ErrNotFound] for who waits for no decision, [ErrCancelled],
// [ErrClosed] for who was refused or has no address, or [ErrExpired].
func (a ManyAct) Applies(s Signup, now time.Time) error {
	switch state := s.State(MeetingSession); {
	case a == ManyApprove || a == ManyRefuse:
		if state != Approval {
			return ErrNotFound
		}
	case state == Cancelled:
		return ErrCancelled
	case state == Refused, a == ManyResend && s.Email == "":
		return ErrClosed
	case !s.EndedAt.IsZero(), s.HoldExpired(now):
		return ErrExpired
	}
	return nil
}

// manyBatch is for how many sign-ups one transaction acts.
const manyBatch = 100

// Batch is what became of the sign-ups of one transaction of [Desk.ActForMany].
type Batch struct {
	Done   []Signup // as the act left them
	Passed []Passed
	Err    error // why none of it was done; nil if it was
	Left   []ID  // with Err: those of this batch and of those after it, which was not begun
}

// Passed is a sign-up that was passed over: somebody cancelled a second before,
// or another organiser has decided.
type Passed struct {
	Signup Signup
	Err    error
}

// ActForMany does one act for many sign-ups, a hundred in a transaction each, in
// the order in which they signed up, and says of each transaction what became of
// it. It goes on until one fails, also when whoever asked for it has left. The
// decision on one of a party is that on all of it. It returns a
// [*validation.Error] whose path is reason or codes; nothing was done then.
func (d *Desk) ActForMany(ctx context.Context, slug string, act ManyAct, ids []ID, reason string) ([]Batch, error) {
	reason, err := checkedReason(reason)
	if err != nil {
		return nil, err
	}
	if len(ids) > MaxChosen {
		return nil, Filter{Codes: make([]string, len(ids))}.Check(Meeting{})
	}
	ids = slices.Clone(ids)
	slices.SortFunc(ids, func(a, b ID) int { return slices.Compare(a[:], b[:]) })
	ids = slices.Compact(ids)
	ctx = context.WithoutCancel(ctx)
	var batches []Batch
	decided := map[ID]bool{}
	for len(ids) > 0 {
		some := ids[:min(manyBatch, len(ids))]
		var b Batch
		now := map[ID]bool{}
		b.Err = d.change(ctx, slug, "act for many", func(c change) (err error) {
			b, now = Batch{}, maps.Clone(decided) // the store may run it twice
			for _, id := range some {
				if err := c.actFor(&b, now, act, id, reason); err != nil {
					return err
				}
			}
			return nil
		})
		if b.Err != nil {
			return append(batches, Batch{Err: b.Err, Left: ids}), nil
		}
		batches, decided, ids = append(batches, b), now, ids[len(some):]
	}
	return batches, nil
}

// actFor does an act for one of many, or passes it over.
func (c change) actFor(b *Batch, decided map[ID]bool, act ManyAct, id ID, reason string) error {
	s, err := c.Signup(id)
	if err != nil {
		return err
	}
	decides := act == ManyApprove || act == ManyRefuse
	if decides && decided[s.Party] { // with another of the party
		b.Done = append(b.Done, s)
		return nil
	}
	err = act.Applies(s, c.now)
	switch {
	case err != nil:
	case decides:
		err = c.decide(s, act == ManyApprove, reason)
		decided[s.Party] = err == nil
	case act == ManyResend:
		err = c.sendAgain(s)
	case s.Invited():
		err = c.remove(s)
	default:
		_, err = c.cancel(s, EventCancelled, true)
	}
	if err == nil {
		if s, err = c.Signup(id); err == nil {
			b.Done = append(b.Done, s)
		}
		return err
	}
	for _, over := range []error{ErrNotFound, ErrCancelled, ErrClosed, ErrExpired, ErrFull} {
		if errors.Is(err, over) {
			b.Passed = append(b.Passed, Passed{s, err})
			return nil // a transaction that the error has spoiled fails as a whole
		}
	}
	return err
}
