package registration

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"time"

	"github.com/territoires-industrie/sdk/territoires/validation"
)

// Enlist signs up a person for whom an organiser acts, with their companions. They get
// free seats before those who wait or, if there are too few, places at the end of the
// queue; they are confirmed at once and need no approval. Address and answers are optional;
// a mail says who signed them up. A [BotSignals.Form] that is sent twice signs up once. It
// returns a [*validation.Error], also for a companion whose address has a sign-up,
// [ErrNotFound], [ErrClosed], [ErrAddressTaken] or a [*FullError].
func (d *Desk) Enlist(ctx context.Context, slug string, r Request) (s Signup, err error) {
	var form ID
	shown, _ := d.proof(r.Signals.Form, d.Now())
	_ = form.Scan(shown.mark)
	err = d.change(ctx, slug, "enlist", func(c change) error {
		if err := c.checkOpenFor(); err != nil {
			return err
		}
		id := walkInID(form, slug)
		switch was, err := c.Signup(id); {
		case err == nil && was.GivenName == cleanLine(r.GivenName) && was.FamilyName == cleanLine(r.FamilyName) && was.Email == r.Address():
			s = was
			return nil
		case err == nil:
			id = ID{} // the form stayed open, for another person
		case !errors.Is(err, ErrNotFound):
			return err
		}
		c.passesQueue = true
		party, sessions, err := c.newcomers(r, SourcePhone)
		if err != nil {
			return err
		}
		party[0].ID = cmp.Or(id, party[0].ID)
		for i := range party {
			party[i].Party = party[0].ID
		}
		if full, err := c.assignPlaces(party, sessions); full != nil || err != nil {
			return cmp.Or(err, error(full))
		}
		for i := range party {
			if err := c.enlist(&party[i], EventEnlisted, true); err != nil {
				return err
			}
		}
		s = party[0]
		return nil
	})
	return s, err
}

// newcomers returns the party of r, with confirmed addresses, and the sessions that it
// wants. Its state in the meeting is [Approval], from which [change.assignPlaces] gives it
// places without waiting for a decision. Required questions may stay unanswered.
func (c change) newcomers(r Request, from Source) ([]Signup, []SessionID, error) {
	bare := c.Meeting()
	bare.Questions = slices.Clone(bare.Questions)
	for i := range bare.Questions {
		bare.Questions[i].Required = false
	}
	r = r.clean(bare)
	email := r.Email
	r.Email, r.Privacy = cmp.Or(email, "personne@exemple.fr"), true
	if err := r.check(bare, Signup{}); err != nil {
		return nil, nil, err
	}
	r.Email = email
	party := r.party(c.Meeting(), c.now)
	for i := range party {
		p := &party[i]
		if p.AddressKey != "" {
			err := c.makeWay(p.AddressKey)
			if i > 0 && errors.Is(err, ErrAddressTaken) {
				return nil, nil, &validation.Error{Fields: []validation.FieldError{{Path: fmt.Sprintf("companions[%d].email", i-1), Rule: "taken"}}}
			}
			if err != nil {
				return nil, nil, err
			}
		}
		p.AddressConfirmedAt, p.Source = c.now, from
		p.set(MeetingSession, Approval, c.now) // the organiser approves with this act
	}
	return party, r.Sessions, nil
}

// enlist stores a newcomer who has a place, and tells them if they have an address.
func (c change) enlist(s *Signup, act EventKind, tell bool) error {
	if err := c.insert(s); err != nil {
		return err
	}
	if tell && s.Email != "" {
		return c.note(act, *s, MailEnlisted)
	}
	return c.note(act, *s)
}

// MaxImport is how many rows one import takes.
const MaxImport = 2000

// ImportRow is a row of an imported list.
type ImportRow struct {
	Line    int
	Request Request // of this person only: companions have rows of their own
	Out     bool    // the list says that the person does not come
	Party   string  // the list's name for people who come together, "" for others
	Brought bool    // the person is a companion; the first row of the Party without Brought is its lead
}

// ImportOptions say how a list is imported.
type ImportOptions struct {
	From  string // the format of the file, for the history
	Pass  bool   // give seats before those who wait, and beyond the meeting's capacity
	Write bool   // tell each person by mail that they are signed up
	// Pending is the list of [Desk.SaveImport] that this import confirms; the
	// zero ID for none. A list can be imported once: a second import returns
	// [ErrNotFound].
	Pending ID
}

// ImportLine is what became of a row.
type ImportLine struct {
	Row     ImportRow
	Signup  Signup                  // made from the row; zero if none was
	Skipped SkipReason              // why the row was skipped, "" if it was not
	Wrong   []validation.FieldError // paths are those of [Request], "seats" for a full meeting, "companions" for too many of them
}

// SkipReason is the reason why a row is skipped.
type SkipReason string

// The reasons.
const (
	ImportSignedUp SkipReason = "known" // the person is already signed up
	ImportTwice    SkipReason = "twice" // the person is in an earlier row
	ImportOut      SkipReason = "out"   // the row has [ImportRow.Out]
)

// Import signs up the people of a list as [Desk.Enlist] does, but nobody passes those
// who wait unless o.Pass is set, and nobody is told unless o.Write is set. Rows of
// people who are already signed up are skipped: they are recognised by address or,
// without one, by name and organisation. Companions join their lead if the same list
// signs the lead up, and are alone otherwise. The lines say what became of each row.
// One transaction imports all rows or none. It returns [ErrWrongRows] if a row is wrong
// or finds no seat, [ErrTooMany] for more than [MaxImport] rows, [ErrNotFound] or
// [ErrClosed]. See also [Desk.UndoImport].
func (d *Desk) Import(ctx context.Context, slug string, rows []ImportRow, o ImportOptions) (lines []ImportLine, err error) {
	if len(rows) > MaxImport {
		return nil, fmt.Errorf("import: %w", ErrTooMany)
	}
	err = d.change(ctx, slug, "import", func(c change) (err error) {
		lines, err = c.importRows(rows, o)
		return err
	})
	return lines, err
}

func (c change) importRows(rows []ImportRow, o ImportOptions) ([]ImportLine, error) {
	if p := c.Meeting().Phase(c.now); p == PhasePast || p == PhaseCancelled {
		return nil, ErrClosed
	}
	if o.Pending != (ID{}) {
		if err := c.EndPendingImport(o.Pending); err != nil {
			return nil, err
		}
	}
	seen, err := c.namesakes(rows)
	if err != nil {
		return nil, err
	}
	c.passesQueue = o.Pass
	lines, chosen, leads, wrong := make([]ImportLine, len(rows)), make([][]SessionID, len(rows)), map[string]int{}, false
	for i, row := range rows {
		l := &lines[i]
		l.Row = row
		if l.Skipped = seen.skipReason(row); l.Skipped != "" {
			continue
		}
		party, sessions, err := c.newcomers(row.Request, SourceImport)
		if bad, ok := errors.AsType[*validation.Error](err); ok {
			l.Wrong, wrong = bad.Fields, true
			continue
		}
		if errors.Is(err, ErrAddressTaken) {
			l.Skipped = ImportSignedUp
			continue
		}
		if err != nil {
			return nil, err
		}
		l.Signup, chosen[i] = party[0], sessions
		if _, led := leads[row.Party]; !led && row.Party != "" && !row.Brought {
			leads[row.Party] = i
		}
	}
	with, made := map[int][]int{}, 0 // the rows of the companions, by that of the lead
	for i, l := range lines {
		if lead, ok := leads[l.Row.Party]; ok && l.Row.Brought && l.Signup.ID != (ID{}) {
			with[lead] = append(with[lead], i)
			lines[i].Signup.Party = lines[lead].Signup.ID
			if i < lead {
				lines[i].Signup.ID = NewID() // the lead is the first of the party in the order of ids
			}
		}
	}
	for i := range lines {
		if s := lines[i].Signup; s.ID == (ID{}) || s.Party != s.ID {
			continue
		}
		party := append([]int{i}, with[i]...)
		err := c.importParty(lines, chosen, party, o)
		full, isFull := errors.AsType[*FullError](err)
		switch most := c.Meeting().Companions; {
		case errors.Is(err, ErrTooMany):
			lines[i].Wrong = []validation.FieldError{{Path: "companions", Rule: "max", Param: strconv.Itoa(most)}}
		case isFull && full.Session == MeetingSession:
			lines[i].Wrong = []validation.FieldError{{Path: "seats", Rule: "full"}}
		case isFull:
			lines[i].Wrong = []validation.FieldError{{Path: "sessions", Rule: "full", Param: string(full.Session)}}
		case err != nil:
			return nil, err
		}
		made, wrong = made+len(party), wrong || err != nil
	}
	if wrong {
		return lines, ErrWrongRows
	}
	return lines, c.Record(Event{At: c.now, Kind: EventImported, Detail: fmt.Sprintf("%s rows=%d", o.From, made)})
}

// importParty signs up the people of these rows as one party, each in the sessions that
// they have chosen. It returns a [*FullError], or [ErrTooMany] if the lead brings more
// companions than the meeting allows.
func (c change) importParty(lines []ImportLine, chosen [][]SessionID, rows []int, o ImportOptions) error {
	if len(rows)-1 > c.Meeting().Companions {
		return ErrTooMany
	}
	party, all := make([]Signup, len(rows)), slices.Clone(chosen[rows[0]]) // sessions that all have chosen
	for n, i := range rows {
		party[n] = lines[i].Signup
		all = slices.DeleteFunc(all, func(id SessionID) bool { return !slices.Contains(chosen[i], id) })
	}
	place := c.assignPlaces
	if o.Pass {
		place = c.seatAnyway
	}
	if full, err := place(party, all); full != nil || err != nil {
		return cmp.Or(err, error(full))
	}
	for n, i := range rows {
		if err := c.seatInOwnSessions(&party[n], chosen[i], o.Pass); err != nil {
			return err
		}
		if err := c.enlist(&party[n], EventImported, o.Write); err != nil {
			return err
		}
		lines[i].Signup = party[n]
	}
	return nil
}

// seatInOwnSessions puts s into those of its sessions that not all of its party have chosen.
// With beyond it lets the schema take one seat above the meeting's capacity.
func (c change) seatInOwnSessions(s *Signup, chosen []SessionID, beyond bool) error {
	for _, id := range chosen {
		if s.State(id) != "" {
			continue
		}
		if err := c.joinAlone(s, id); err != nil {
			return err
		}
	}
	if !beyond {
		return nil
	}
	full, err := c.fullNow(group{1, s.Party, time.Time{}}, []SessionID{MeetingSession})
	if err == nil && len(full) > 0 {
		err = c.RaiseCeiling(MeetingSession)
	}
	return err
}

// PastImport is an import that was made.
type PastImport struct {
	At time.Time // what [Desk.UndoImport] wants
	N  int       // its sign-ups that have not been erased
}

// Imports returns the imports of a meeting that were not undone, the latest first.
func (d *Desk) Imports(ctx context.Context, slug string) (list []PastImport, err error) {
	for e, err := range d.store.Listed(ctx, slug, Filter{Source: SourceImport}, OrderDate) {
		if err != nil {
			return nil, fmt.Errorf("imports: %w", err)
		}
		if e.Erased() {
			continue
		}
		if len(list) == 0 || !list[len(list)-1].At.Equal(e.CreatedAt) {
			list = append(list, PastImport{At: e.CreatedAt})
		}
		list[len(list)-1].N++
	}
	return list, nil
}

// seatAnyway is [change.assignPlaces] for imports with Pass: the party gets seats in the
// meeting even if it is full, and before those who wait. In a session that is full it
// queues or, if the meeting keeps no queue, gets a [*FullError].
func (c change) seatAnyway(party []Signup, sessions []SessionID) (*FullError, error) {
	full, err := c.fullNow(group{len(party), party[0].Party, time.Time{}}, sessions)
	if err != nil {
		return nil, err
	}
	for _, id := range append([]SessionID{MeetingSession}, sessions...) {
		switch {
		case !slices.Contains(full, id):
			for i := range party {
				party[i].set(id, Seated, c.now)
			}
		case !c.Meeting().KeepsQueue(c.now):
			return &FullError{Session: id}, nil
		default:
			if err := c.queue(party, id); err != nil {
				return nil, err
			}
		}
	}
	return nil, nil
}

// UndoImport takes back the import made at this instant, which is [Signup.CreatedAt] of
// its people. It gives back their seats, deletes what the list said of them, tells
// nobody, and returns how many they were. It returns [ErrNotFound] for an unknown
// import, and [ErrImportInUse] if somebody of it was written to, has arrived, or brings
// somebody who was not imported with them; nothing is undone then.
func (d *Desk) UndoImport(ctx context.Context, slug string, at time.Time) (n int, err error) {
	err = d.change(ctx, slug, "undo import", func(c change) (err error) {
		n = 0
		for after, batch := (ID{}), []Signup(nil); ; after = batch[len(batch)-1].ID {
			if batch, err = c.Signups(after, 500); err != nil {
				return err
			}
			for _, s := range batch {
				if s.Source != SourceImport || !s.CreatedAt.Equal(at) || s.Erased() {
					continue
				}
				if err := c.undoImported(s); err != nil {
					return err
				}
				n++
			}
			if len(batch) < 500 {
				break
			}
		}
		if n == 0 {
			return ErrNotFound
		}
		return c.Record(Event{At: c.now, Kind: EventImportUndone, Detail: fmt.Sprintf("rows=%d", n)})
	})
	return n, err
}

func (c change) undoImported(s Signup) error {
	party, err := c.Party(s.ID)
	if err != nil {
		return err
	}
	var mailed []Posted
	if s.AddressKey != "" {
		if mailed, err = c.PostedTo(s.AddressKey, s.CreatedAt); err != nil {
			return err
		}
	}
	others := slices.ContainsFunc(party, func(p Signup) bool { return p.Source != SourceImport || !p.CreatedAt.Equal(s.CreatedAt) })
	if len(mailed) > 0 || len(s.Arrivals) > 0 || others {
		return ErrImportInUse
	}
	s.end(Cancelled, c.now)
	s.anonymise()
	return c.write(s, EventErased)
}

// PendingImport is a list that waits for somebody to confirm its import.
type PendingImport struct {
	ID      ID
	Meeting string    // slug
	At      time.Time // when it was last saved
	Content []byte    // the list, in the encoding of whoever calls [Desk.SaveImport]
}
