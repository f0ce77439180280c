package sqldb

import (
	"cmp"
	"fmt"
	"slices"

	"github.com/territoires-industrie/sdk/registration"
)

// Insert implements [registration.Tx].
func (t *tx) Insert(s registration.Signup) error {
	if t.err != nil {
		return t.err
	}
	t.wrote, t.fresh = true, newSignup{s.ID, s.AddressKey}
	t.forget(s.ID, s.Party)
	t.store.homes.remember(s.ID, t.meeting.Slug)
	n, waits := t.newcomer(s), t.mayWait(s)
	delete(t.free, s.AddressKey)
	delete(t.parties, s.Party)
	if !waits {
		if err := t.writeSignups(); err != nil {
			return err
		}
		added, err := t.insertSignups([]*newcomer{n}, ` ON CONFLICT (meeting, code) DO NOTHING`)
		if err != nil || added == 0 {
			return cmp.Or(t.spoil("insert", t.duplicate(err)), registration.ErrCodeTaken)
		}
	}
	var err error
	if n.places, err = t.move(registration.Signup{ID: s.ID}, s); err != nil {
		return t.spoil("insert", err)
	}
	if waits {
		t.newcomers = append(t.newcomers, n)
	} else if err := t.writePlaces(placesOf(s.ID, n.places)); err != nil {
		return t.spoil("insert", err)
	}
	if err := t.writeDependents(registration.Signup{ID: s.ID}, s); err != nil {
		return t.spoil("insert", err)
	}
	return t.spoil("insert", t.enlist(s.ID, enlisted{}, n.derived))
}

// Update implements [registration.Tx].
func (t *tx) Update(s registration.Signup) error {
	was, err := t.stored(s.ID)
	if err != nil {
		return err
	}
	if err := t.recode(was.Signup, s.Code); err != nil {
		return err
	}
	t.wrote, t.free = true, nil
	d := derive(s)
	late := t.confirmsLate(was, s, d)
	t.forget(s.ID, s.Party)
	if !late {
		if err := t.updateSignup(was, s, d); err != nil {
			return t.spoil("update", t.duplicate(err))
		}
	}
	if s.AddressKey != was.AddressKey { // mails are found by it from now on
		if err := t.writeMails(); err != nil {
			return t.spoil("update", err)
		}
	}
	if s.Email == "" && was.Email != "" { // erased: its mails keep no address either
		if err := t.writeMails(); err != nil {
			return t.spoil("update", err)
		}
		_, err := t.q.ExecContext(t.ctx, `UPDATE mail SET recipient = '' WHERE signup = $1`, s.ID.String())
		if err != nil {
			return t.spoil("update", err)
		}
	}
	places, err := t.move(was.Signup, s)
	if err == nil {
		err = t.writePlaces(placesOf(s.ID, places))
	}
	if err == nil {
		err = t.writeDependents(was.Signup, s)
	}
	if err != nil {
		return t.spoil("update", err)
	}
	return t.spoil("update", t.enlist(s.ID, was.enlisted, d))
}

// recode gives a sign-up another short code.
func (t *tx) recode(was registration.Signup, code string) error {
	if code == was.Code {
		return nil
	}
	r, err := t.q.ExecContext(t.ctx, `
		UPDATE signup SET code = $2
		WHERE id = $1 AND NOT EXISTS (SELECT 1 FROM signup AS other WHERE other.meeting = $3 AND other.code = $2)`,
		was.ID.String(), code, t.meeting.Slug)
	if err != nil {
		return t.spoil("recode", err)
	}
	if n, err := r.RowsAffected(); err != nil || n == 0 {
		return cmp.Or(t.spoil("recode", err), registration.ErrCodeTaken)
	}
	return nil
}

// duplicate turns a violated UNIQUE key into [registration.ErrAddressTaken]. It is
// never the key of the code: Insert has ON CONFLICT for that, and recode looks
// first.
func (t *tx) duplicate(err error) error {
	if t.store.engine.Fault(err) == FaultDuplicate {
		return registration.ErrAddressTaken
	}
	return err
}

// move updates the seat counters for the change from was to s, in the order in
// which session rows are locked. It deletes the places that s leaves out, and
// returns those that are to be written.
func (t *tx) move(was, s registration.Signup) (changed []registration.Place, err error) {
	if err := t.unsweep(); err != nil {
		return nil, err
	}
	ids := make([]registration.SessionID, 0, len(was.Places)+len(s.Places))
	for _, p := range slices.Concat(was.Places, s.Places) {
		ids = append(ids, p.Session)
	}
	slices.Sort(ids)
	for _, id := range slices.Compact(ids) {
		before, after := place(was, id), place(s, id)
		if err := t.count(before, after); err != nil {
			return nil, err
		}
		switch {
		case after.State == "":
			_, err := t.q.ExecContext(t.ctx, `
				DELETE FROM place WHERE signup = $1 AND session = $2`, s.ID.String(), id)
			if err != nil {
				return nil, err
			}
		case !samePlace(before, after):
			changed = append(changed, after)
		}
	}
	return changed, nil
}

// writeDependents updates table waiting and the arrivals for the change from was to
// s. It comes after the places of s were written or added to the newcomers.
func (t *tx) writeDependents(was, s registration.Signup) error {
	if err := t.rewait(was, s); err != nil {
		return err
	}
	return t.replaceArrivals(was, s)
}

// place returns the place of s in a session; one without a state if there is
// none.
func place(s registration.Signup, id registration.SessionID) registration.Place {
	for _, p := range s.Places {
		if p.Session == id {
			return p
		}
	}
	return registration.Place{Session: id}
}

// samePlace reports whether two places are stored alike.
func samePlace(a, b registration.Place) bool {
	return a.State == b.State && a.Was == b.Was && micros(a.Since) == micros(b.Since) &&
		micros(a.Until) == micros(b.Until) && micros(a.Rank) == micros(b.Rank)
}

// count adjusts the seats taken in a session, and the length of its queue, when a
// place changes. The counters are written at the end of the transaction, but a seat
// above the ceiling is refused at once, as the schema would refuse it.
func (t *tx) count(was, is registration.Place) error {
	v, err := t.session(is.Session)
	if err != nil {
		return err
	}
	one := map[bool]int{true: 1}
	taken := one[is.State.TakesSeat()] - one[was.State.TakesSeat()]
	queued := one[is.State == registration.Queued] - one[was.State == registration.Queued]
	v.Taken, v.taken = v.Taken+taken, v.taken+taken
	v.Queued, v.queued = v.Queued+queued, v.queued+queued
	switch {
	case v.ceiling < 0:
	case taken > 0 && v.Taken > v.ceiling:
		return fmt.Errorf("session %s: %w", is.Session, registration.ErrFull)
	case taken < 0:
		v.ceiling = max(int(v.Seats), v.Taken)
	}
	if taken < 0 {
		if !v.freed || v.taken < v.lowest {
			v.lowest = v.taken
		}
		v.freed = true
	}
	return nil
}

// full turns a violated CHECK of a session into [registration.ErrFull].
func (t *tx) full(id registration.SessionID, err error) error {
	if t.store.engine.Fault(err) == FaultBarrier {
		err = registration.ErrFull
	}
	return fmt.Errorf("session %s: %w", id, err)
}

// replaceArrivals writes only what differs: most sign-ups have none.
func (t *tx) replaceArrivals(was, s registration.Signup) error {
	if slices.Equal(was.Arrivals, s.Arrivals) {
		return nil
	}
	if _, err := t.q.ExecContext(t.ctx, `DELETE FROM arrival WHERE signup = $1`, s.ID.String()); err != nil {
		return err
	}
	for _, a := range s.Arrivals {
		_, err := t.q.ExecContext(t.ctx, `
			INSERT INTO arrival (signup, at, half, session, organiser) VALUES ($1, $2, $3, $4, $5)`,
			s.ID.String(), a.At.UnixMicro(), a.Half, a.Session, text(a.By))
		if err != nil {
			return err
		}
	}
	return nil
}

// RaiseCeiling implements [registration.Tx].
func (t *tx) RaiseCeiling(id registration.SessionID) error {
	if t.err != nil {
		return t.err
	}
	v, err := t.session(id)
	if err == nil {
		err = t.writeSeats()
	}
	if err == nil {
		err = affected(t.q.ExecContext(t.ctx, `
			UPDATE session
			SET ceiling = CASE WHEN ceiling = -1 OR ceiling > taken THEN ceiling ELSE taken + 1 END
			WHERE meeting = $1 AND id = $2`, t.meeting.Slug, id))
	}
	if err != nil {
		return t.spoil("raise ceiling", err)
	}
	if v.ceiling >= 0 {
		v.ceiling = max(v.ceiling, v.Taken+1)
	}
	return nil
}

// Configure implements [registration.Tx].
func (t *tx) Configure(m registration.Meeting) error {
	if t.err != nil {
		return t.err
	}
	if m.Slug != t.meeting.Slug {
		return fmt.Errorf("configure %s: the change is of meeting %s", m.Slug, t.meeting.Slug)
	}
	if err := m.Check(); err != nil {
		return err
	}
	err := t.writeSeats()
	if err == nil {
		err = putMeeting(t.ctx, t.q, m)
	}
	if err == nil {
		t.meeting = m
		err = t.readSeats("")
	}
	return t.spoil("configure", err)
}

// Post implements [registration.Tx].
func (t *tx) Post(m registration.Mail) error {
	if t.err != nil {
		return t.err
	}
	u := unwrittenMail{Mail: m}
	if m.Signup == t.fresh.id {
		u.fresh, u.key = true, t.fresh.key
	}
	t.fresh = newSignup{}
	i := slices.IndexFunc(t.mails, func(o unwrittenMail) bool { return replaces(m, o.Mail) })
	if i < 0 {
		t.mails = append(t.mails, u)
	} else { // copies of the state share the list: change none of its elements in place
		u.CreatedAt, u.DueAt, u.fresh = t.mails[i].CreatedAt, t.mails[i].DueAt, t.mails[i].fresh
		t.mails = slices.Clone(t.mails)
		t.mails[i] = u
	}
	if m.Mailing != (registration.ID{}) { // a second one to the same person must fail at once
		if err := t.writeMails(); err != nil {
			return t.spoil("post", err)
		}
	}
	return t.spoil("post", t.raise(m))
}

// raise increases the sequence number of the sign-up's calendar entry, as Post
// promises.
func (t *tx) raise(m registration.Mail) (err error) {
	t.forget(m.Signup, m.Signup)
	switch m.Kind {
	case registration.MailMeetingChanged, registration.MailMeetingCancelled, registration.MailReplaced:
		_, err = t.q.ExecContext(t.ctx, `UPDATE signup SET sequence = sequence + 1 WHERE id = $1`, m.Signup.String())
	case registration.MailCancelled:
		_, err = t.q.ExecContext(t.ctx, `UPDATE signup SET sequence = sequence + 2 WHERE id = $1`, m.Signup.String())
	case registration.MailChanged:
		_, err = t.q.ExecContext(t.ctx, `
			UPDATE signup SET sequence = sequence + 1
			WHERE id = $1 AND EXISTS (SELECT 1 FROM place
				WHERE signup = $1 AND since = $2 AND state IN ('seat', 'cancelled'))`,
			m.Signup.String(), m.CreatedAt.UnixMicro())
	}
	return err
}
