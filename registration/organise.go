package registration

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"github.com/territoires-industrie/sdk/territoires"
	"github.com/territoires-industrie/sdk/territoires/validation"
)

// Decide approves or refuses the party that this sign-up belongs to, where
// sign-ups wait for an organiser. It also approves one that was refused: with its
// seats by the rules, at its rank. It returns [ErrNotFound] if none of it waits,
// [ErrClosed], [ErrExpired], [ErrAddressTaken] if somebody who was refused has
// signed up again since, or a [*FullError].
func (d *Desk) Decide(ctx context.Context, slug string, id ID, approve bool) error {
	return d.onSignup(ctx, slug, id, "decide", func(c change, s Signup) error { return c.decide(s, approve, "") })
}

// maxRefusal is how long the reason of a refusal may be, in characters.
const maxRefusal = 1000

// Refuse refuses a party as [Desk.Decide] does, with a reason that each person of
// it reads. It also returns a [*validation.Error] whose path is reason.
func (d *Desk) Refuse(ctx context.Context, slug string, id ID, reason string) error {
	reason, err := checkedReason(reason)
	if err != nil {
		return err
	}
	return d.onSignup(ctx, slug, id, "refuse", func(c change, s Signup) error { return c.decide(s, false, reason) })
}

// checkedReason returns the reason of a refusal trimmed, or a [*validation.Error].
func checkedReason(reason string) (string, error) {
	reason = strings.TrimSpace(strings.ReplaceAll(norm.NFC.String(reason), "\r\n", "\n"))
	rule := ""
	if utf8.RuneCountInString(reason) > maxRefusal {
		rule = "max"
	} else if !isLine(strings.ReplaceAll(reason, "\n", " ")) {
		rule = "line"
	}
	if rule != "" {
		return "", &validation.Error{Fields: []validation.FieldError{{Path: "reason", Rule: rule, Param: strconv.Itoa(maxRefusal)}}}
	}
	return reason, nil
}

// Reissue revokes every link to a sign-up and sends the person a new one, if it
// is active and has an address of its own. It returns [ErrNotFound].
func (d *Desk) Reissue(ctx context.Context, slug string, id ID) error {
	return d.onSignup(ctx, slug, id, "reissue", func(c change, s Signup) error {
		if s.Email != "" && s.EndedAt.IsZero() {
			return c.revoke(s, MailReissued)
		}
		return c.revoke(s)
	})
}

// Revoke revokes every link to a sign-up and tells nobody. It returns
// [ErrNotFound].
func (d *Desk) Revoke(ctx context.Context, slug string, id ID) error {
	return d.onSignup(ctx, slug, id, "revoke", func(c change, s Signup) error { return c.revoke(s) })
}

func (c change) revoke(s Signup, mails ...Kind) error {
	s.Version, s.Transfer = s.Version+1, Transfer{}
	return c.write(s, EventReissued, mails...)
}

// NoteCopy records that an organiser took a copy of somebody's data, for them. It
// returns [ErrNotFound].
func (d *Desk) NoteCopy(ctx context.Context, slug string, id ID) error {
	return d.onSignup(ctx, slug, id, "note copy", func(c change, s Signup) error { return c.note(EventCopied, s) })
}

// onSignup runs an organiser's act on a sign-up in a transaction of its own. With
// [Desk.IfUnchanged] it returns [ErrStale] for one that has moved since.
func (d *Desk) onSignup(ctx context.Context, slug string, id ID, doing string, run func(change, Signup) error) error {
	return d.change(ctx, slug, doing, func(c change) error {
		s, err := c.Signup(id)
		if err != nil {
			return err
		}
		if err := d.checkSeen(s); err != nil {
			return err
		}
		return run(c, s)
	})
}

// The acts of an organiser for somebody who writes or telephones. Each has the
// rules and the mails of the act that the person does with their link, but for
// the freeze of the lists, which does not bind organisers. All return
// [ErrNotFound] for a sign-up that this meeting does not have.

// Correct does what [Desk.Edit] does.
func (d *Desk) Correct(ctx context.Context, slug string, id ID, r Request) error {
	return d.onSignup(ctx, slug, id, "correct", func(c change, s Signup) error {
		_, err := c.edit(s, r)
		return err
	})
}

// CancelFor does what [Desk.Cancel] does or, alone, [Desk.CancelAlone].
func (d *Desk) CancelFor(ctx context.Context, slug string, id ID, alone bool) error {
	return d.onSignup(ctx, slug, id, "cancel for", func(c change, s Signup) error {
		if s.Invited() {
			return c.remove(s)
		}
		_, err := c.cancel(s, EventCancelled, alone)
		return err
	})
}

// UndoCancellation does what [Desk.Undo] does, within the same [UndoFor].
func (d *Desk) UndoCancellation(ctx context.Context, slug string, id ID) error {
	return d.onSignup(ctx, slug, id, "undo for", func(c change, s Signup) error {
		_, err := c.undo(s)
		return err
	})
}

// EraseFor does what [Desk.Erase] does. It returns nil for data that is erased.
func (d *Desk) EraseFor(ctx context.Context, slug string, id ID) error {
	return d.onSignup(ctx, slug, id, "erase for", change.erase)
}

// ChooseSessionsFor does what [Desk.ChooseSessions] does.
func (d *Desk) ChooseSessionsFor(ctx context.Context, slug string, id ID, ids []SessionID) error {
	return d.onSignup(ctx, slug, id, "choose sessions for", func(c change, s Signup) error {
		_, err := c.chooseAmong(s, ids)
		return err
	})
}

// AddCompanionFor does what [Desk.AddCompanion] does, also when sign-ups are not
// open.
func (d *Desk) AddCompanionFor(ctx context.Context, slug string, id ID, p Companion) error {
	p, err := p.checked()
	if err != nil {
		return err
	}
	return d.onSignup(ctx, slug, id, "add companion for", func(c change, s Signup) error { return c.addCompanion(s, p) })
}

// SendAgain posts the mail that says where a sign-up stands, with its link and,
// for a seat, its ticket. It returns [ErrCancelled] or its like for a sign-up that
// has ended, and [ErrClosed] for one without an address.
func (d *Desk) SendAgain(ctx context.Context, slug string, id ID) error {
	return d.onSignup(ctx, slug, id, "send again", change.sendAgain)
}

func (c change) sendAgain(s Signup) error {
	if err := c.checkActive(s); err != nil {
		return err
	}
	mails, err := c.whereItStands(s)
	if err != nil {
		return err
	}
	if len(mails) == 0 {
		return ErrClosed
	}
	return c.note(EventResent, s, mails...)
}

// whereItStands is the mail that tells an active sign-up all that holds for it
// now; none for somebody who has no address, or whose lead has not confirmed.
func (c change) whereItStands(s Signup) ([]Kind, error) {
	switch {
	case s.Email == "":
		return nil, nil
	case !s.AddressConfirmedAt.IsZero():
		return []Kind{standing(s)}, nil
	case s.ID == s.Party:
		return []Kind{MailConfirm}, nil
	}
	lead, err := c.Signup(s.Party)
	if err != nil || lead.AddressConfirmedAt.IsZero() {
		return nil, err
	}
	return []Kind{MailInvitation}, nil
}

// The longest search, in characters and in words.
const (
	maxSearch      = 200
	maxSearchWords = 10
)

// MaxChosen is how many sign-ups can be named one by one, for a message or an act.
const MaxChosen = 2000

// Check returns a [*validation.Error] with what no sign-up of m can be selected
// by. Its paths are the parameters of lists: q, status, session, waiting,
// category, territory, region, axis, day, arrived, half, source and answer.ID; and
// codes.
func (f Filter) Check(m Meeting) error {
	var bad []validation.FieldError
	blame := func(wrong bool, path, rule, param string) {
		if wrong {
			bad = append(bad, validation.FieldError{Path: path, Rule: rule, Param: param})
		}
	}
	blame(utf8.RuneCountInString(f.Words) > maxSearch, "q", "max", strconv.Itoa(maxSearch))
	blame(len(strings.Fields(f.Words)) > maxSearchWords, "q", "words", strconv.Itoa(maxSearchWords))
	for _, s := range f.Status {
		blame(!slices.Contains(Statuses(), s), "status", "known", "")
	}
	for path, id := range map[string]SessionID{"session": f.Session, "waiting": f.Waiting, "arrived": f.Arrived.Session} {
		_, ok := m.Capacity(id)
		blame(id != "" && !ok, path, "known", "")
	}
	blame(f.Category != "" && !slices.Contains(Categories(), f.Category), "category", "known", "")
	_, ok := territoires.Lookup(territoires.PhaseI, territoires.ID(f.Territory))
	blame(f.Territory != "" && !ok, "territory", "known", "")
	blame(f.Region != "" && !hasRegion(f.Region), "region", "known", "")
	_, err := territoires.ParseAxis(territoires.PhaseI, f.Axis)
	blame(f.Axis != "" && err != nil, "axis", "known", "")
	_, err = territoires.ParseDate(f.Day)
	blame(f.Day != "" && err != nil, "day", "known", "")
	blame(f.Arrived.Half != "" && (f.Arrived.Session == "" || f.Arrived.Half != Morning && f.Arrived.Half != Afternoon), "half", "known", "")
	blame(f.Source != "" && !slices.Contains(Sources(), f.Source), "source", "known", "")
	blame(len(f.Codes) > MaxChosen, "codes", "max", strconv.Itoa(MaxChosen))
	for _, a := range f.Answers {
		blame(!isQuestionID(a.Question), "answer."+a.Question, "known", "")
		blame(utf8.RuneCountInString(a.Answer) > maxSearch, "answer."+a.Question, "max", strconv.Itoa(maxSearch))
	}
	if bad == nil {
		return nil
	}
	return &validation.Error{Fields: bad}
}

// hasRegion reports whether a région leads a territory.
func hasRegion(code string) bool {
	for t := range territoires.All(territoires.PhaseI) {
		if (Person{Territory: string(t.ID)}).Region() == code {
			return true
		}
	}
	return false
}

// List returns a page of the sign-ups of a meeting that f selects. It returns a
// [*validation.Error] if f can select nobody, or an order is asked for that
// there is not, and [ErrUnavailable], wrapped, if it takes too long.
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

// Listed streams all that [Desk.List] returns in pages.
func (d *Desk) Listed(ctx context.Context, slug string, f Filter, o Order) iter.Seq2[Entry, error] {
	if err := d.checkList(ctx, slug, f, o); err != nil {
		return func(yield func(Entry, error) bool) { yield(Entry{}, err) }
	}
	return d.store.Listed(ctx, slug, f, o)
}

// ListView returns a meeting for the page of its list. It costs the
// same however many wait, and so does not say whether a meeting that is open is
// full.
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

// Find returns those whom somebody at the door may mean, by name: see
// [Filter.Words]. They are at most 20; more tells whether there are others. It
// returns a [*validation.Error] for a search that is too long.
func (d *Desk) Find(ctx context.Context, slug, words string) (people []Entry, more bool, err error) {
	page, err := d.List(ctx, slug, Filter{Words: words}, Paging{Limit: MaxFound})
	return page.Entries, page.Next, err
}

// StatusCounts returns how many sign-ups of a meeting have each status, those
// that nobody has left out.
func (d *Desk) StatusCounts(ctx context.Context, slug string) (map[Status]int, error) {
	counts, err := d.store.StatusCounts(ctx, slug)
	if err != nil {
		return nil, fmt.Errorf("status counts: %w", err)
	}
	return counts, nil
}

// RemovedQuestions returns the ids of questions that people answered and the
// meeting no longer asks, in their order.
func (d *Desk) RemovedQuestions(ctx context.Context, m Meeting) ([]string, error) {
	ids, err := d.store.Answered(ctx, m.Slug)
	if err != nil {
		return nil, fmt.Errorf("removed questions: %w", err)
	}
	return slices.DeleteFunc(ids, func(id string) bool {
		return slices.ContainsFunc(m.Questions, func(q Question) bool { return q.ID == id })
	}), nil
}

// Export streams what [Desk.Listed] does for a file, and adds to the history of
// the meeting that the actor of ctx had it: in which form, with how many rows,
// and of which filter. If that cannot be recorded the stream ends with an error,
// so that nobody takes the file for a whole one. The history names no people,
// and not the words that were searched.
func (d *Desk) Export(ctx context.Context, slug string, f Filter, o Order, format string) iter.Seq2[Entry, error] {
	return func(yield func(Entry, error) bool) {
		n := 0
		for e, err := range d.Listed(ctx, slug, f, o) {
			if !yield(e, err) || err != nil {
				return
			}
			n++
		}
		what := fmt.Sprintf("%s rows=%d%s", format, n, f.recorded())
		err := d.change(ctx, slug, "record export", func(c change) error {
			return c.Record(Event{At: c.now, Kind: EventExported, Detail: what})
		})
		if err != nil {
			yield(Entry{}, err)
		}
	}
}

// recorded is the filter without what may name people.
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
	add(f.Session != "", "session", string(f.Session))
	add(f.Waiting != "", "waiting", string(f.Waiting))
	add(f.Category != "", "category", string(f.Category))
	add(f.Territory != "", "territory", f.Territory)
	add(f.Region != "", "region", f.Region)
	for _, a := range f.Answers {
		add(true, "answer."+a.Question, "…")
	}
	add(f.Companions, "companions", "1")
	add(f.MailRefused, "mail", "refused")
	add(f.Source != "", "source", string(f.Source))
	return b.String()
}
