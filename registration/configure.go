package registration

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/territoires-industrie/sdk/territoires/validation"
)

// Plan is what a new configuration of a meeting changes and causes.
type Plan struct {
	New     bool          // there is no such meeting yet
	Version int           // of the configuration before the change; 0: none is known
	Changes []FieldChange // in the order of a meeting file; none if nothing changes
	People  int           // sign-ups that have not ended
	Mails   []MailCount   // that the change causes, by kind
	// Places counts those who have a seat or wait in a session that changes.
	// Answered counts those who have answered a question that changes, by its id.
	Places   map[SessionID]int
	Answered map[string]int
	// Needs lists the consequences that an organiser must accept first. The path of
	// each is the key in a meeting file, its rule and parameter say what follows.
	Needs []validation.FieldError
}

// FieldChange is a value that changes.
type FieldChange struct {
	Path     string // the key in a meeting file, with ids instead of indexes: sessions[innovation].seats
	Old, New string // as people read it; "" for none
}

// MailCount is how many mails of one kind there are.
type MailCount struct {
	Kind Kind
	N    int
}

// ApplyOptions say what an organiser accepts. The zero value changes an existing
// meeting if the change needs no yes.
type ApplyOptions struct {
	New    bool // add the meeting if there is none of this slug
	Yes    bool // accept the consequences that [Plan.Needs] lists
	DryRun bool // do nothing: only plan
	Quiet  bool // send no mail about a new hour or place, unless the day changes too
	// Careful refuses a new day that is over, and a changed programme with a session
	// outside the meeting's hours. It is for forms, in which both can be corrected.
	Careful bool
	// Seen is the version that the organiser was shown. If another one is in
	// force, nothing is done and the error is [ErrStale]. Nil accepts any.
	Seen *int
}

// Apply replaces the configuration of a meeting, or adds one with [ApplyOptions.New].
// One transaction works out the consequences and makes the change. If it moves the day,
// the hours or the place of an announced meeting, or cancels it, those who have
// confirmed their address are told. Seats that it frees are offered to those who wait.
//
// Apply returns the plan, with [ErrNeedsYes] if o does not accept its consequences. It
// returns a [*validation.Error] if [Meeting.Check] or o.Careful refuses m, or if m
// removes a session, an option or a question that people have chosen or answered, or
// changes the kind of such a question: no yes overrides that. It returns [ErrStale] (see
// [ApplyOptions.Seen]), and [ErrNotFound] for an unknown meeting without New. Replacing
// a stored configuration that cannot be read always needs a yes.
func (d *Desk) Apply(ctx context.Context, m Meeting, o ApplyOptions) (Plan, error) {
	if err := m.Check(); err != nil {
		return Plan{}, err
	}
	var p Plan
	err := d.change(ctx, m.Slug, "configure", func(c change) (err error) {
		posted := &postCounter{Tx: c.Tx}
		c.Tx = posted
		if p, err = c.reconfigure(m, o); err != nil {
			return err
		}
		p.Mails = append(p.Mails, posted.kinds...)
		switch {
		case o.DryRun:
			return errDryRun
		case len(p.Needs) > 0 && !o.Yes:
			return ErrNeedsYes
		}
		return nil
	})
	switch {
	case errors.Is(err, errDryRun):
		return p, nil
	case errors.Is(err, ErrNotFound) && o.New:
		return d.Add(ctx, m, o)
	case errors.Is(err, ErrBroken):
		return d.replaceBroken(ctx, m, o)
	}
	return p, err
}

// errDryRun rolls back a change that was made only to plan it.
var errDryRun = errors.New("registration: dry run")

// Add adds a meeting and returns its plan. It returns [ErrMeetingExists] if the slug is
// taken, which a dry run does not check, or a [*validation.Error].
func (d *Desk) Add(ctx context.Context, m Meeting, o ApplyOptions) (Plan, error) {
	p := Plan{New: true, Changes: flatten(m)}
	if err := m.Check(); err != nil {
		return p, err
	}
	if err := o.checkCareful(Meeting{}, m, d.Now()); err != nil {
		return p, err
	}
	m.announce(Meeting{}, d.Now())
	if o.DryRun {
		return p, nil
	}
	if err := d.store.AddMeeting(ctx, m); err != nil {
		return p, fmt.Errorf("configure: %w", err)
	}
	return p, d.change(ctx, m.Slug, "configure", func(c change) error { return c.recordConfigured(m, nil) })
}

// replaceBroken replaces a configuration that cannot be read by m. What changes, and
// for whom, is unknown, so the plan lists all of m.
func (d *Desk) replaceBroken(ctx context.Context, m Meeting, o ApplyOptions) (Plan, error) {
	p := Plan{Changes: flatten(m), Needs: []validation.FieldError{{Path: "slug", Rule: "replaces"}}}
	switch {
	case o.DryRun:
		return p, nil
	case !o.Yes:
		return p, ErrNeedsYes
	}
	m.announce(Meeting{}, d.Now())
	if err := d.store.PutMeeting(ctx, m); err != nil {
		return p, fmt.Errorf("configure: %w", err)
	}
	return p, d.change(ctx, m.Slug, "configure", func(c change) error { return c.recordConfigured(m, p.Changes) })
}

// checkCareful returns an error for what Careful refuses.
func (o ApplyOptions) checkCareful(old, m Meeting, now time.Time) error {
	var f faults
	if m.Day != old.Day && !now.Before(m.Day.AddDays(1).In(Paris)) {
		f.add("day", "past", "")
	}
	if !slices.Equal(m.Programme, old.Programme) {
		f = append(f, m.OutsideHours()...)
	}
	if !o.Careful || len(f) == 0 {
		return nil
	}
	return &validation.Error{Fields: f}
}

// reconfigure replaces the configuration by m, offers the seats that this frees, and
// returns the plan.
func (c change) reconfigure(m Meeting, o ApplyOptions) (Plan, error) {
	old := c.Meeting()
	p := Plan{Changes: Differences(old, m)}
	if err := c.checkVersion(&p, o.Seen); err != nil {
		return p, err
	}
	if err := o.checkCareful(old, m, c.now); err != nil {
		return p, err
	}
	news := m.announce(old, c.now)
	if o.Quiet && news == MailMeetingChanged && m.Day == old.Day {
		news = ""
	}
	n, err := c.countPeople(old, m, news)
	if err != nil {
		return p, err
	}
	if bad := n.obstacles(old, m); bad != nil {
		return p, &validation.Error{Fields: bad}
	}
	taken, err := c.Occupancy()
	if err != nil {
		return p, err
	}
	p.People, p.Needs = n.active, n.needs(old, m, taken)
	p.Places, p.Answered = n.touched(p.Changes)
	if err := c.configure(m); err != nil {
		return p, err
	}
	if m.Day != old.Day { // a security list is for its day only
		if err := c.DeleteRolls(SecurityRoll); err != nil {
			return p, err
		}
	}
	if p.Version == 0 && len(p.Changes) > 0 {
		if err := c.PutVersion(Version{Meeting: old}); err != nil {
			return p, err
		}
	}
	if len(p.Changes) > 0 {
		if err := c.recordConfigured(m, p.Changes); err != nil {
			return p, err
		}
	}
	if n.news != "" {
		p.Mails = append(p.Mails, MailCount{n.news, n.told})
		if err := c.startMailing(Mailing{ID: NewID(), Kind: n.news, DueAt: c.now.UTC()}); err != nil {
			return p, err
		}
	}
	c.actor = Actor{Kind: ActorSystem}
	return p, c.offerFreeSeats()
}

// checkVersion sets p.Version to the version in force, and returns [ErrStale] if seen
// is another one.
func (c change) checkVersion(p *Plan, seen *int) error {
	all, err := c.Versions()
	if len(all) > 0 {
		p.Version = all[0].N
	}
	if err == nil && seen != nil && *seen != p.Version {
		return ErrStale
	}
	return err
}

// recordConfigured adds m to the versions, and adds a line to the history with the keys
// that changed: none for a new meeting.
func (c change) recordConfigured(m Meeting, changed []FieldChange) error {
	var keys []string
	for _, f := range changed {
		keys = append(keys, f.Path)
	}
	if err := c.PutVersion(Version{At: c.now, Actor: c.actor, Keys: keys, Meeting: m}); err != nil {
		return err
	}
	return c.Record(Event{At: c.now, Kind: EventConfigured, Detail: strings.Join(keys, ", ")})
}

// people counts those whom a change of configuration concerns: due and answered count
// all sign-ups, the other fields only those that have not ended.
type people struct {
	active   int
	waiting  int // in a queue, or with an offer
	news     Kind
	told     int // by a mail of the kind news
	due      int // whose data the change makes due for deletion at once
	chosen   map[SessionID]int
	answered map[string]int // by the question's id, and by question.option
}

func (c change) countPeople(old, m Meeting, news Kind) (people, error) {
	n := people{news: news, chosen: map[SessionID]int{}, answered: map[string]int{}}
	for after := (ID{}); ; {
		batch, err := c.Signups(after, mailingBatch)
		if err != nil {
			return n, err
		}
		for _, s := range batch {
			after = s.ID
			if n.answers(s.Answers); s.EndedAt.IsZero() {
				n.add(s)
			}
			_, before := old.retentionEnds().withoutExpired(s, c.now)
			if _, now := m.retentionEnds().withoutExpired(s, c.now); now != "" && before == "" {
				n.due++
			}
		}
		if len(batch) < mailingBatch {
			return n, nil
		}
	}
}

func (n *people) add(s Signup) {
	n.active++
	if n.news != "" && (Mailing{Kind: n.news}).concerns(s) {
		n.told++
	}
	waits := false
	for _, p := range s.Places {
		if !p.State.Ended() {
			n.chosen[p.Session]++
		}
		waits = waits || p.State == Queued || p.State == Offered
	}
	if waits {
		n.waiting++
	}
}

func (n *people) answers(a Answers) {
	for id, texts := range a {
		n.answered[id]++
		for _, text := range texts {
			n.answered[id+"."+text]++
		}
	}
}

// obstacles lists what people have chosen or answered and m would remove or change.
func (n people) obstacles(old, m Meeting) []validation.FieldError {
	var f faults
	for _, s := range old.Sessions {
		if _, kept := m.Session(s.ID); !kept && n.chosen[s.ID] > 0 {
			f.add("sessions["+string(s.ID)+"]", "chosen", strconv.Itoa(n.chosen[s.ID]))
		}
	}
	for _, q := range old.Questions {
		at := "questions[" + q.ID + "]"
		i := slices.IndexFunc(m.Questions, func(v Question) bool { return v.ID == q.ID })
		switch {
		case n.answered[q.ID] == 0:
		case i < 0:
			f.add(at, "chosen", strconv.Itoa(n.answered[q.ID]))
		case m.Questions[i].Kind != q.Kind:
			f.add(index("questions", i)+".kind", "answered", strconv.Itoa(n.answered[q.ID]))
		default:
			for _, o := range q.Options {
				kept := slices.ContainsFunc(m.Questions[i].Options, func(v Option) bool { return v.ID == o.ID })
				if by := n.answered[q.ID+"."+o.ID]; !kept && by > 0 {
					f.add(at+".options["+o.ID+"]", "chosen", strconv.Itoa(by))
				}
			}
		}
	}
	return f
}

// touched returns [Plan.Places] and [Plan.Answered].
func (n people) touched(changes []FieldChange) (places map[SessionID]int, answered map[string]int) {
	for _, f := range changes {
		list, rest, _ := strings.Cut(f.Path, "[")
		id, _, _ := strings.Cut(rest, "]")
		switch {
		case list == "sessions" && n.chosen[SessionID(id)] > 0:
			if places == nil {
				places = map[SessionID]int{}
			}
			places[SessionID(id)] = n.chosen[SessionID(id)]
		case list == "questions" && n.answered[id] > 0:
			if answered == nil {
				answered = map[string]int{}
			}
			answered[id] = n.answered[id]
		}
	}
	return places, answered
}

// needs returns [Plan.Needs].
func (n people) needs(old, m Meeting, taken []Occupancy) []validation.FieldError {
	var f faults
	n.fewerSeats(&f, m, taken)
	if !m.CancelledAt.IsZero() && !m.CancelledAt.Equal(old.CancelledAt) {
		f.add("cancelled_at", "cancels", strconv.Itoa(n.active))
	}
	if m.Day != old.Day {
		f.add("day", "moves", strconv.Itoa(n.active))
	}
	if shorter(m.Notice.RetentionDays, old.Notice.RetentionDays) {
		f.add("notice.retention_days", "forgets", strconv.Itoa(n.active))
	}
	for i, q := range m.Questions {
		for _, was := range old.Questions {
			if q.ID == was.ID && shorter(q.RetentionDays, was.RetentionDays) {
				f.add(index("questions", i)+".retention_days", "forgets", strconv.Itoa(n.answered[q.ID]))
			}
		}
	}
	if old.Queue && !m.Queue && n.waiting > 0 {
		f.add("queue", "unqueues", strconv.Itoa(n.waiting))
	}
	if n.due > 0 {
		f.add("notice.retention_days", "deletes", strconv.Itoa(n.due))
	}
	return f
}

// fewerSeats adds to f the sessions whose seats m reduces below those taken.
func (n people) fewerSeats(f *faults, m Meeting, taken []Occupancy) {
	for _, o := range taken {
		seats, ok := m.Capacity(o.Session)
		fewer := seats != Unlimited && (o.Seats == Unlimited || seats < o.Seats)
		if !ok || !fewer || int(seats) >= o.Taken {
			continue
		}
		at := "seats"
		if i := slices.IndexFunc(m.Sessions, func(s Session) bool { return s.ID == o.Session }); i >= 0 {
			at = index("sessions", i) + ".seats"
		}
		f.add(at, "fewer_seats", strconv.Itoa(o.Taken))
	}
}

// shorter reports whether a retention in days is shorter than old; 0 means no end.
func shorter(days, old int) bool { return days > 0 && (old == 0 || days < old) }
