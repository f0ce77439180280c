package registration

import (
	"context"
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/territoires-industrie/sdk/territoires/validation"
)

// Plan is what a configuration changes and causes.
type Plan struct {
	New     bool          // there is no such meeting yet
	Changes []FieldChange // in the order of a meeting file; none if all is as it was
	People  int           // sign-ups that have not ended
	Mails   []MailCount   // that the change causes, by kind
	// Needs is what is done only for who says yes to it, one error for each: its
	// path is the key, its message says what follows.
	Needs []validation.FieldError
}

// FieldChange is a value that changes.
type FieldChange struct {
	Path     string // the key in a meeting file, with the id for the index: sessions[innovation].seats
	Old, New string // as people read it; "" for none
}

// MailCount is how many mails of one kind there are.
type MailCount struct {
	Kind Kind
	N    int
}

// ApplyOptions say what an organiser agrees to. The zero value changes a
// meeting that there is, if nothing speaks against it.
type ApplyOptions struct {
	New    bool // add the meeting if there is none of this slug
	Yes    bool // do what [Plan.Needs] names
	DryRun bool // do nothing: only plan
}

// Apply replaces the configuration of a meeting, or adds one. It finds out what
// that means, and whether it may be done, in the transaction that does it, so
// that what is said of people is so when it happens. If it moves the day, the
// hours or the place of a meeting that is announced, or cancels it, those who
// have confirmed their address are told; seats that it frees are offered to
// those who wait.
//
// It returns the plan with [ErrNeedsYes] if o does not agree to it. It returns
// a [*validation.Error] for a configuration that is wrong, whatever o says:
// [Meeting.Check], or one that takes away a session, an option or a question
// that people have chosen or answered, or changes how a question is answered;
// and [ErrNotFound] for a meeting that there is not unless o wants a new one.
func (d *Desk) Apply(ctx context.Context, m Meeting, o ApplyOptions) (Plan, error) {
	if err := m.Check(); err != nil {
		return Plan{}, err
	}
	var p Plan
	err := d.change(ctx, m.Slug, "configure", func(c change) (err error) {
		posted := &postCounter{Tx: c.Tx}
		c.Tx = posted
		if p, err = c.reconfigure(m); err != nil {
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
		return d.add(ctx, m, o)
	}
	return p, err
}

// errDryRun takes a change back that was made to see what it does.
var errDryRun = errors.New("registration: dry run")

// add adds a meeting that there was not when Apply looked.
func (d *Desk) add(ctx context.Context, m Meeting, o ApplyOptions) (Plan, error) {
	p := Plan{New: true, Changes: flatten(m)}
	m.announce(Meeting{}, d.Now())
	if o.DryRun {
		return p, nil
	}
	if err := d.store.AddMeeting(ctx, m); err != nil {
		return p, fmt.Errorf("configure: %w", err)
	}
	return p, d.change(ctx, m.Slug, "configure", func(c change) error { return c.recordConfigured(nil) })
}

// reconfigure makes m the configuration, offers the seats that this frees, and
// says what has changed.
func (c change) reconfigure(m Meeting) (Plan, error) {
	old := c.Meeting()
	p := Plan{Changes: differences(old, m)}
	n, err := c.countPeople(old, m, m.announce(old, c.now))
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
	if err := c.configure(m); err != nil {
		return p, err
	}
	if m.Day != old.Day { // the list of another day is of no use at the door
		if err := c.DeleteRolls(SecurityRoll); err != nil {
			return p, err
		}
	}
	if err := c.recordConfigured(p.Changes); err != nil {
		return p, err
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

// recordConfigured adds to the history that the meeting was configured, with the
// keys that changed.
func (c change) recordConfigured(changed []FieldChange) error {
	var keys []string
	for _, f := range changed {
		keys = append(keys, f.Path)
	}
	return c.Record(Event{At: c.now, Kind: EventConfigured, Detail: strings.Join(keys, ", ")})
}

// people is whom a change of configuration concerns: those whose sign-up has
// not ended and, where it is about what they answered, the others as well.
type people struct {
	active   int
	waiting  int // in a queue, or with an offer
	news     Kind
	told     int // by the mail of this kind
	due      int // whose data would be deleted at once, and was not before
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

// obstacles lists what m takes away from people.
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

// needs lists what somebody must agree to.
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

// fewerSeats finds the sessions whose seats fall below what is taken.
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

// shorter compares retentions in days, of which 0 has no end.
func shorter(days, old int) bool { return days > 0 && (old == 0 || days < old) }

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

// differences lists the values that differ, in the order of m, and then those
// that m leaves out.
func differences(old, m Meeting) []FieldChange {
	before, after := flatten(old), flatten(m)
	var list []FieldChange
	for _, v := range after {
		i := slices.IndexFunc(before, func(b FieldChange) bool { return b.Path == v.Path })
		if i >= 0 {
			v.Old = before[i].New
			before = slices.Delete(before, i, i+1)
		}
		if v.Old != v.New {
			list = append(list, v)
		}
	}
	for _, v := range before {
		list = append(list, FieldChange{Path: v.Path, Old: v.New})
	}
	return list
}

// flatten lists the values of a meeting that are set, as new ones.
func flatten(m Meeting) []FieldChange {
	var list []FieldChange
	flattenInto(&list, "", reflect.ValueOf(m))
	return list
}

func flattenInto(list *[]FieldChange, path string, v reflect.Value) {
	switch x := v.Interface().(type) {
	case time.Time:
		if x.IsZero() {
			return
		}
		*list = append(*list, FieldChange{Path: path, New: x.In(Paris).Format("2006-01-02 15:04:05 -07:00")})
		return
	case fmt.Stringer: // a day, a duration
		if v.IsZero() {
			return
		}
		*list = append(*list, FieldChange{Path: path, New: x.String()})
		return
	}
	switch v.Kind() {
	case reflect.Struct:
		for i := range v.NumField() {
			name, options, _ := strings.Cut(v.Type().Field(i).Tag.Get("json"), ",")
			if options != "" && v.Field(i).IsZero() || v.Type().Field(i).Tag.Get("yaml") == "-" {
				continue
			}
			flattenInto(list, strings.TrimPrefix(path+"."+name, "."), v.Field(i))
		}
	case reflect.Slice:
		for i := range v.Len() {
			at := index(path, i)
			if e := v.Index(i); e.Kind() == reflect.Struct && e.FieldByName("ID").IsValid() {
				at = path + "[" + e.FieldByName("ID").String() + "]"
			}
			flattenInto(list, at, v.Index(i))
		}
	default:
		*list = append(*list, FieldChange{Path: path, New: fmt.Sprint(v)})
	}
}
