package registration

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"iter"
	"slices"
	"strings"
	"time"

	"golang.org/x/text/collate"
	"golang.org/x/text/language"

	"github.com/territoires-industrie/sdk/territoires/validation"
)

// RollKind is the purpose of a roll. The zero value is none.
type RollKind string

// The kinds of rolls.
const (
	// SecurityRoll is a part of the list for the building's security: the first is
	// the frozen list, each later one has the people who were added since.
	SecurityRoll RollKind = "security"
	// BadgeRoll is a set of badges that was printed at once.
	BadgeRoll RollKind = "badges"
)

// Roll is a list of people that was printed or is to be printed, in the order of the
// paper. It holds only ids, so that it keeps nothing about a person who is erased.
type Roll struct {
	ID     ID
	Kind   RollKind
	At     time.Time
	People []ID
}

// SecurityList is who is to be let into the building.
type SecurityList struct {
	FrozenAt time.Time // zero: not frozen yet
	// Listed are the people of the frozen list in the order of their numbers,
	// including those who have since cancelled, been erased or sent a colleague.
	// Before the freeze they are those expected, by name.
	Listed []Signup
	// Late are the people added since the freeze, in that order. They have a series
	// of numbers of their own.
	Late []Signup
}

// Replaced reports whether the listed sign-up s has, since the freeze, been taken over by
// a colleague or confirmed from another address: s is then in [SecurityList.Late] too.
func (l SecurityList) Replaced(s Signup) bool {
	return !l.FrozenAt.IsZero() && s.AddressConfirmedAt.After(l.FrozenAt)
}

// SortByName sorts people by family name as typed, then given name, in French
// order: accents and case count only between names that are otherwise equal.
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
	add(&list.Late, late) // [Desk.FreezeLists] stores them within seconds, in this order
	return list, nil
}

// FreezeList freezes the security list of a meeting now. If it was frozen before, it is
// made anew, so that people get other numbers. It returns [ErrNotFound].
func (d *Desk) FreezeList(ctx context.Context, slug string) error {
	return d.freezeList(ctx, slug, true)
}

func (d *Desk) freezeList(ctx context.Context, slug string, again bool) error {
	people, err := d.Expected(ctx, slug) // before the lock: newcomers in between are late additions
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
		return c.storeRoll(Roll{ID: NewID(), Kind: SecurityRoll, At: c.now, People: idsOf(people)})
	})
}

// storeRoll stores a roll, and a line of the history about it.
func (c change) storeRoll(r Roll) error {
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

func idSet(ids []ID) map[ID]bool {
	set := make(map[ID]bool, len(ids))
	for _, id := range ids {
		set[id] = true
	}
	return set
}

// FreezeLists freezes the security lists that are due, and adds later additions to
// those already frozen, until the meeting's day is over. Twice is not an error.
func (d *Desk) FreezeLists(ctx context.Context) error {
	all, err := d.store.Meetings(ctx)
	if err != nil {
		return fmt.Errorf("freeze lists: %w", err)
	}
	for _, m := range all {
		if phase := m.Phase(d.Now()); m.Published && phase != PhaseCancelled && phase != PhasePast {
			err = errors.Join(err, d.saveList(ctx, m))
		}
	}
	return err
}

func (d *Desk) saveList(ctx context.Context, m Meeting) error {
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
		return c.storeRoll(Roll{ID: NewID(), Kind: SecurityRoll, At: c.now, People: late})
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

// WithoutBadge returns those of people who have a seat and whose badge was not printed.
func (d *Desk) WithoutBadge(ctx context.Context, slug string, people []Signup) ([]Signup, error) {
	ids, err := d.store.Unlisted(ctx, slug, BadgeRoll)
	left := idSet(ids)
	return slices.DeleteFunc(slices.Clone(people), func(s Signup) bool { return !left[s.ID] }), err
}

// PrintBadges records that the badges of people are printed now, and returns their roll.
// It leaves out those whose badge was already printed, perhaps just now by somebody
// else, unless again is set. It returns [ErrNotFound] if nobody is left.
func (d *Desk) PrintBadges(ctx context.Context, slug string, people []Signup, again bool) (roll Roll, err error) {
	err = d.change(ctx, slug, "print badges", func(c change) error {
		ids := idsOf(people)
		if !again {
			left, err := c.Unlisted(BadgeRoll)
			if err != nil {
				return err
			}
			there := idSet(left)
			ids = slices.DeleteFunc(ids, func(id ID) bool { return !there[id] })
		}
		if len(ids) == 0 {
			return ErrNotFound
		}
		roll = Roll{ID: NewID(), Kind: BadgeRoll, At: c.now, People: ids}
		return c.storeRoll(roll)
	})
	return roll, err
}

// List returns a page of the sign-ups of a meeting that f selects. It returns a
// [*validation.Error] for an unknown order or a filter that can select nobody,
// and [ErrUnavailable], wrapped, if it takes too long.
func (d *Desk) List(ctx context.Context, slug string, f Filter, p Paging) (Page, error) {
	if err := d.checkList(ctx, slug, f, p.Order); err != nil {
		return Page{}, err
	}
	page, err := d.store.List(ctx, slug, f, p)
	if err != nil {
		return Page{}, fmt.Errorf("list: %w", err)
	}
	return page, nil
}

// Listed streams all sign-ups that [Desk.List] returns in pages, with the same errors.
func (d *Desk) Listed(ctx context.Context, slug string, f Filter, o Order) iter.Seq2[Entry, error] {
	if err := d.checkList(ctx, slug, f, o); err != nil {
		return func(yield func(Entry, error) bool) { yield(Entry{}, err) }
	}
	return d.store.Listed(ctx, slug, f, o)
}

// ListView returns a meeting for the page of its list. To cost the same however many
// people wait, it gives a full meeting the state [ViewOpen], not [ViewFull], and never
// sets KeepsQueue.
func (d *Desk) ListView(ctx context.Context, slug string) (View, error) {
	m, err := d.store.Meeting(ctx, slug)
	if err != nil {
		return View{}, fmt.Errorf("list: %w", err)
	}
	all, err := d.store.Fullness(ctx, slug)
	if err != nil {
		return View{}, fmt.Errorf("list: %w", err)
	}
	return View{Meeting: m, Occupancy: all, State: ViewState(m.Phase(d.Now()))}, nil
}

func (d *Desk) checkList(ctx context.Context, slug string, f Filter, o Order) error {
	m, err := d.store.Meeting(ctx, slug)
	if err != nil {
		return fmt.Errorf("list: %w", err)
	}
	err = f.Check(m)
	if o == "" || slices.Contains(Orders(), o) {
		return err
	}
	bad, ok := errors.AsType[*validation.Error](err)
	if !ok {
		bad = &validation.Error{}
	}
	bad.Fields = append(bad.Fields, validation.FieldError{Path: "sort", Rule: "known"})
	return bad
}

// MaxFound is how many people a search at the door shows.
const MaxFound = 20

// Find returns the people that a search at the door finds, sorted by name: see
// [Filter.Words]. It returns at most [MaxFound]; more reports whether there are
// others. It returns a [*validation.Error] for a search that is too long.
func (d *Desk) Find(ctx context.Context, slug, words string) (people []Entry, more bool, err error) {
	page, err := d.List(ctx, slug, Filter{Words: words}, Paging{Limit: MaxFound})
	return page.Entries, page.Next, err
}

// StatusCounts returns how many sign-ups of a meeting have each status. A status that
// nobody has is left out.
func (d *Desk) StatusCounts(ctx context.Context, slug string) (map[Status]int, error) {
	counts, err := d.store.StatusCounts(ctx, slug)
	if err != nil {
		return nil, fmt.Errorf("status counts: %w", err)
	}
	return counts, nil
}

// RemovedQuestions returns the ids, sorted, of questions that people answered and the
// meeting no longer asks.
func (d *Desk) RemovedQuestions(ctx context.Context, m Meeting) ([]string, error) {
	ids, err := d.store.Answered(ctx, m.Slug)
	if err != nil {
		return nil, fmt.Errorf("removed questions: %w", err)
	}
	return slices.DeleteFunc(ids, func(id string) bool {
		return slices.ContainsFunc(m.Questions, func(q Question) bool { return q.ID == id })
	}), nil
}

// Export streams what [Desk.Listed] does, for a file, and adds to the meeting's history
// that the actor of ctx had it. A first line, with format and filter, is written
// before the first row, so that even a crash leaves a trace. A last line has the number
// of rows and whether the stream was interrupted. If the first line cannot be written,
// there are no rows; if the last cannot, an error ends the stream. The lines contain no
// names and no searched words.
func (d *Desk) Export(ctx context.Context, slug string, f Filter, o Order, format string) iter.Seq2[Entry, error] {
	return func(yield func(Entry, error) bool) {
		record := func(what string) error { // even after the client went away
			return d.change(context.WithoutCancel(ctx), slug, "record export", func(c change) error {
				return c.Record(Event{At: c.now, Kind: EventExported, Detail: format + " " + what + f.recorded()})
			})
		}
		n, whole, err := 0, true, d.checkList(ctx, slug, f, o)
		if err == nil {
			err = record("begun")
		}
		if err != nil {
			yield(Entry{}, err)
			return
		}
		for e, err := range d.store.Listed(ctx, slug, f, o) {
			if whole = yield(e, err) && err == nil; !whole {
				break
			}
			n++
		}
		if err := record(fmt.Sprintf("rows=%d%s", n, map[bool]string{false: " interrupted"}[whole])); err != nil && whole {
			yield(Entry{}, err)
		}
	}
}

// recorded returns the filter as text for the history, without what may name people.
func (f Filter) recorded() string {
	var b strings.Builder
	add := func(set bool, name, value string) {
		if set {
			b.WriteString(" " + name + "=" + value)
		}
	}
	add(f.Words != "", "q", "…")
	for _, s := range f.Status {
		add(true, "status", string(s))
	}
	for _, p := range [][2]string{
		{"session", string(f.Session)}, {"waiting", string(f.Waiting)}, {"category", string(f.Category)}, {"territory", f.Territory}, {"region", f.Region},
		{"axis", f.Axis}, {"day", f.Day}, {"arrived", string(f.Arrived.Session)}, {"half", string(f.Arrived.Half)},
	} {
		add(p[1] != "", p[0], p[1])
	}
	add(len(f.Codes) > 0, "codes", fmt.Sprint(len(f.Codes)))
	for _, a := range f.Answers {
		add(true, "answer."+a.Question, "…")
	}
	add(f.Companions, "companions", "1")
	add(f.MailRefused, "mail", "refused")
	add(f.Source != "", "source", string(f.Source))
	return b.String()
}
