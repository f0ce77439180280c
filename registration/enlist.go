package registration

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/territoires-industrie/sdk/territoires/validation"
)

// Enlist signs up somebody who telephones, with companions: in seats, or at the
// end of the queue if there are too few, confirmed at once and without an
// organiser's decision. An address is not needed, nor are answers to the
// meeting's questions; with one, a mail says who signed them up. It returns a
// [*validation.Error], also for a companion whose address has a sign-up,
// [ErrNotFound], [ErrClosed], [ErrAddressTaken] or a [*FullError].
func (d *Desk) Enlist(ctx context.Context, slug string, r Request) (s Signup, err error) {
	err = d.change(ctx, slug, "enlist", func(c change) error {
		if err := c.checkOpenFor(); err != nil {
			return err
		}
		c.named = true
		party, err := c.enlist(r, SourcePhone, c.assignPlaces)
		if err != nil {
			return err
		}
		for _, p := range party {
			var mails []Kind
			if p.Email != "" {
				mails = append(mails, MailEnlisted)
			}
			if err := c.note(EventEnlisted, p, mails...); err != nil {
				return err
			}
		}
		s = party[0]
		return nil
	})
	return s, err
}

// enlist signs up a party, whose places are found by place.
func (c change) enlist(r Request, from Source, place func([]Signup, []SessionID) (*FullError, error)) ([]Signup, error) {
	bare := c.Meeting()
	bare.Questions = slices.Clone(bare.Questions)
	for i := range bare.Questions {
		bare.Questions[i].Required = false
	}
	r = r.clean(bare)
	email := r.Email
	r.Email, r.Privacy = cmp.Or(email, "personne@exemple.fr"), true
	if err := r.check(bare, Signup{}); err != nil {
		return nil, err
	}
	r.Email = email
	party := r.party(c.Meeting(), c.now)
	for i := range party {
		p := &party[i]
		if p.AddressKey != "" {
			err := c.makeWay(p.AddressKey)
			if i > 0 && errors.Is(err, ErrAddressTaken) {
				return nil, &validation.Error{Fields: []validation.FieldError{{Path: fmt.Sprintf("companions[%d].email", i-1), Rule: "taken"}}}
			}
			if err != nil {
				return nil, err
			}
		}
		p.AddressConfirmedAt, p.Source = c.now, from
		p.set(MeetingSession, Approval, c.now) // which the organiser gives with this act
	}
	if full, err := place(party, r.Sessions); err != nil {
		return nil, err
	} else if full != nil {
		return nil, full
	}
	for i := range party {
		if err := c.insert(&party[i]); err != nil {
			return nil, err
		}
	}
	return party, nil
}

// MaxImport is how many rows one import takes.
const MaxImport = 2000

// ImportRow is a row of a list that comes from elsewhere.
type ImportRow struct {
	Line    int
	Request Request // of one person: companions have rows of their own
	Out     bool    // the list says that the person does not come any more
}

// ImportOptions say how a list is imported.
type ImportOptions struct {
	From  string // the form of the file, for the history
	Pass  bool   // before those who wait, and beyond the seats of the meeting
	Write bool   // tell each person by mail that they are signed up
	// Pending is the list of [Desk.KeepImport] that this import ends; the zero ID
	// for none. There is no second one: it returns [ErrNotFound].
	Pending ID
}

// ImportLine is what became of a row.
type ImportLine struct {
	Row    ImportRow
	Signup Signup                  // that it made
	Over   ImportOver              // why nothing was made of it; "" if it was
	Wrong  []validation.FieldError // their paths are those of [Request], seats for a full meeting
}

// ImportOver is why a row is passed over.
type ImportOver string

// The reasons.
const (
	ImportKnown ImportOver = "known" // the person is signed up
	ImportTwice ImportOver = "twice" // the person stands in the list above
	ImportOut   ImportOver = "out"   // see [ImportRow]
)

// Import signs up the people of a list as [Desk.Enlist] does, but in the order of
// the queue unless Pass is set, and tells nobody unless Write is. Who is signed
// up already is passed over: by address or, without one, by name and
// organisation. It says of each row what became of it. All are signed up in one
// transaction, or nobody: it returns [ErrWrongRows] if a row is wrong or finds no
// seat, [ErrTooMany] for more than [MaxImport] rows, [ErrNotFound] or
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
	c.named = o.Pass
	place := c.assignPlaces
	if o.Pass {
		place = c.seatAnyway
	}
	lines, made, wrong := make([]ImportLine, len(rows)), 0, false
	for i, row := range rows {
		l := &lines[i]
		l.Row = row
		if l.Over = seen.over(row); l.Over != "" {
			continue
		}
		party, err := c.enlist(row.Request, SourceImport, place)
		bad, invalid := errors.AsType[*validation.Error](err)
		full, isFull := errors.AsType[*FullError](err)
		switch {
		case invalid:
			l.Wrong = bad.Fields
		case isFull && full.Session == MeetingSession:
			l.Wrong = []validation.FieldError{{Path: "seats", Rule: "full"}}
		case isFull:
			l.Wrong = []validation.FieldError{{Path: "sessions", Rule: "full", Param: string(full.Session)}}
		case errors.Is(err, ErrAddressTaken):
			l.Over = ImportKnown
		case err != nil:
			return nil, err
		default:
			l.Signup = party[0]
			made++
			var mails []Kind
			if o.Write && l.Signup.Email != "" {
				mails = append(mails, MailEnlisted)
			}
			err = c.note(EventImported, l.Signup, mails...)
		}
		if err != nil && l.Wrong == nil && l.Over == "" {
			return nil, err
		}
		wrong = wrong || l.Wrong != nil
	}
	if wrong {
		return lines, ErrWrongRows
	}
	return lines, c.Record(Event{At: c.now, Kind: EventImported, Detail: fmt.Sprintf("%s rows=%d", o.From, made)})
}

// pendingFor is how long a list waits for somebody to confirm its import.
const pendingFor = time.Hour

// PendingImport is a list that was read, and that nobody has confirmed.
type PendingImport struct {
	ID      ID
	Meeting string
	At      time.Time
	Content []byte // the list, as whoever read it wrote it down
}

// ImportStore keeps lists between their preview and their import.
type ImportStore interface {
	// PendingImport returns a list of this meeting.
	PendingImport(ctx context.Context, slug string, id ID) (PendingImport, error)

	// PutPendingImport adds a list, or replaces the content of one.
	PutPendingImport(ctx context.Context, p PendingImport) error

	// DeletePendingImports deletes the lists that were read before this instant,
	// in every meeting.
	DeletePendingImports(ctx context.Context, before time.Time) error
}

// ImportTx ends lists that wait.
type ImportTx interface {
	// EndPendingImport deletes a list of this meeting. It returns [ErrNotFound],
	// after which the change goes on.
	EndPendingImport(id ID) error
}

// KeepImport keeps a list for an hour, until [Desk.Import] ends it; under an id of
// before, in its place.
func (d *Desk) KeepImport(ctx context.Context, p PendingImport) (ID, error) {
	if p.ID == (ID{}) {
		p.ID, p.At = NewID(), d.Now()
	}
	if err := d.store.PutPendingImport(ctx, p); err != nil {
		return ID{}, fmt.Errorf("keep import: %w", err)
	}
	return p.ID, nil
}

// PendingImport returns a list that was kept, or [ErrNotFound].
func (d *Desk) PendingImport(ctx context.Context, slug string, id ID) (PendingImport, error) {
	p, err := d.store.PendingImport(ctx, slug, id)
	if err == nil && p.At.Before(d.Now().Add(-pendingFor)) {
		err = ErrNotFound
	}
	if err != nil {
		return PendingImport{}, fmt.Errorf("pending import: %w", err)
	}
	return p, nil
}

// PastImport is an import that was made.
type PastImport struct {
	At time.Time // as [Desk.UndoImport] takes it
	N  int       // people of it who are known
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

// seatAnyway is [change.assignPlaces] for one whom an organiser seats before those
// who wait, and beyond the seats of the meeting; those of its sessions are as
// many as there are.
func (c change) seatAnyway(party []Signup, sessions []SessionID) (*FullError, error) {
	s := &party[0]
	wanted := append([]SessionID{MeetingSession}, sessions...)
	full, err := c.full(group{1, s.Party, time.Time{}}, wanted)
	if err != nil {
		return nil, err
	}
	for _, id := range wanted {
		switch {
		case !slices.Contains(full, id):
		case id == MeetingSession:
			if err := c.RaiseCeiling(id); err != nil {
				return nil, err
			}
		case !c.Meeting().KeepsQueue(c.now):
			return &FullError{Session: id}, nil
		default:
			if err := c.queue(party, id); err != nil {
				return nil, err
			}
			continue
		}
		s.set(id, Seated, c.now)
	}
	return nil, nil
}

// UndoImport takes back the import that was made at this instant, as
// [Signup.CreatedAt] of its people says: their seats are given back, and what the
// list told of them is deleted. Nobody is told. It returns how many people it was, [ErrNotFound] for an import that
// there is not, or [ErrMailed] once somebody of it was written to, has arrived or
// brings somebody.
func (d *Desk) UndoImport(ctx context.Context, slug string, at time.Time) (n int, err error) {
	err = d.change(ctx, slug, "undo import", func(c change) error {
		n = 0
		for after, batch := (ID{}), []Signup(nil); ; after = batch[len(batch)-1].ID {
			var err error
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
	if len(mailed) > 0 || len(s.Arrivals) > 0 || len(party) > 1 {
		return ErrMailed
	}
	s.end(Cancelled, c.now)
	s.anonymise()
	return c.write(s, EventErased)
}

func (c change) eraseAgain(id ID) (erased bool, err error) {
	s, err := c.Signup(id)
	if err != nil || s.blank() && len(s.Arrivals) == 0 {
		return false, err
	}
	if s, err = c.cancel(s, EventCancelled, false); err != nil {
		return false, err
	}
	s.anonymise()
	s.Arrivals = nil
	return true, c.write(s, EventErased)
}
