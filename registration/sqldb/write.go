package sqldb

import (
	"cmp"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/territoires-industrie/sdk/registration"
)

// Insert implements [registration.Tx].
func (t *tx) Insert(s registration.Signup) error {
	if t.err != nil {
		return t.err
	}
	t.wrote = true
	d := derive(s)
	r, err := t.q.ExecContext(t.ctx, `
		INSERT INTO signup (id, meeting, code, party, created_at, version, given_name, family_name, email,
			organisation, function, category, territory, address_key, language, notice_version,
			address_confirmed_at, held_until, ended_at, answers, interests, transfer, refusal,
			status, name_key, organisation_key, terms)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22,
			$23, $24, $25, $26, $27)
		ON CONFLICT (meeting, code) DO NOTHING`,
		append([]any{s.ID.String(), t.meeting.Slug, s.Code, s.Party.String(), s.CreatedAt.UnixMicro()}, mutable(s, d)...)...)
	if err != nil {
		return t.spoil("insert", t.duplicate(err))
	}
	if n, err := r.RowsAffected(); err != nil || n == 0 {
		return cmp.Or(t.spoil("insert", err), registration.ErrCodeTaken)
	}
	if err := t.replace(registration.Signup{ID: s.ID}, s); err != nil {
		return t.spoil("insert", err)
	}
	return t.spoil("insert", t.enlist(s.ID, enlisted{}, d))
}

// Update implements [registration.Tx].
func (t *tx) Update(s registration.Signup) error {
	was, err := t.Signup(s.ID)
	if err != nil {
		return err
	}
	listed, err := t.enlisted(s.ID)
	if err != nil {
		return t.spoil("update", err)
	}
	t.wrote = true
	d := derive(s)
	_, err = t.q.ExecContext(t.ctx, `
		UPDATE signup
		SET version = $2, given_name = $3, family_name = $4, email = $5, organisation = $6, function = $7,
			category = $8, territory = $9, address_key = $10, language = $11, notice_version = $12,
			address_confirmed_at = $13, held_until = $14, ended_at = $15, answers = $16, interests = $17, transfer = $18,
			refusal = $19, status = $20, name_key = $21, organisation_key = $22, terms = $23,
			revision = revision + 1
		WHERE id = $1`, append([]any{s.ID.String()}, mutable(s, d)...)...)
	if err != nil {
		return t.spoil("update", t.duplicate(err))
	}
	if s.Email == "" && was.Email != "" { // nothing tells any more whom mails went to
		_, err := t.q.ExecContext(t.ctx, `UPDATE mail SET recipient = '' WHERE signup = $1`, s.ID.String())
		if err != nil {
			return t.spoil("update", err)
		}
	}
	if err := t.replace(was, s); err != nil {
		return t.spoil("update", err)
	}
	return t.spoil("update", t.enlist(s.ID, listed, d))
}

// mutable are the values that Update may replace.
func mutable(s registration.Signup, d derived) []any {
	return []any{s.Version, s.GivenName, s.FamilyName, s.Email, s.Organisation, s.Function,
		string(s.Category), s.Territory, s.AddressKey, string(s.Language), s.NoticeVersion,
		micros(s.AddressConfirmedAt), micros(s.HeldUntil), micros(s.EndedAt), answers(s), strings.Join(s.Interests, " "), transfer(s), s.Refusal,
		string(d.status), d.nameKey, d.organisationKey, d.joined()}
}

// answers is how answers are stored.
func answers(s registration.Signup) string {
	if len(s.Answers) == 0 {
		return ""
	}
	b, err := json.Marshal(s.Answers)
	if err != nil { // a map of texts
		panic("sqldb: answers: " + err.Error())
	}
	return string(b)
}

// transfer is how a transfer is stored.
func transfer(s registration.Signup) string {
	if s.Transfer == (registration.Transfer{}) {
		return ""
	}
	b, err := json.Marshal(s.Transfer)
	if err != nil { // texts, a number and times
		panic("sqldb: transfer: " + err.Error())
	}
	return string(b)
}

// duplicate gives a broken UNIQUE key its meaning. The code's key never
// breaks: Insert passes over it and Update leaves the code alone.
func (t *tx) duplicate(err error) error {
	if t.store.engine.Fault(err) == FaultDuplicate {
		return registration.ErrAddressTaken
	}
	return err
}

// replace brings places, presence and counters from what was stored to s, in
// the order in which session rows are locked.
func (t *tx) replace(was, s registration.Signup) error {
	if err := t.unsweep(); err != nil {
		return err
	}
	ids := make([]registration.SessionID, 0, len(was.Places)+len(s.Places))
	for _, p := range slices.Concat(was.Places, s.Places) {
		ids = append(ids, p.Session)
	}
	slices.Sort(ids)
	for _, id := range slices.Compact(ids) {
		if err := t.replacePlace(s.ID, place(was, id), place(s, id)); err != nil {
			return err
		}
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

func (t *tx) replacePlace(id registration.ID, was, p registration.Place) (err error) {
	is := func(b bool) int { return map[bool]int{true: 1}[b] }
	seats := is(p.State.TakesSeat()) - is(was.State.TakesSeat())
	queued := is(p.State == registration.Queued) - is(was.State == registration.Queued)
	if err := t.count(p.Session, seats, queued); err != nil {
		return err
	}
	switch {
	case p.State == "":
		_, err = t.q.ExecContext(t.ctx, `
			DELETE FROM place WHERE signup = $1 AND session = $2`, id.String(), p.Session)
	case p.State != was.State || p.Was != was.Was || !sameMicro(p.Since, was.Since) ||
		!sameMicro(p.Until, was.Until) || !sameMicro(p.Rank, was.Rank):
		_, err = t.q.ExecContext(t.ctx, `
			INSERT INTO place (signup, session, meeting, state, since, until, rank, was)
			VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
			ON CONFLICT (signup, session) DO UPDATE
			SET state = excluded.state, since = excluded.since, until = excluded.until,
				rank = excluded.rank, was = excluded.was`,
			id.String(), p.Session, t.meeting.Slug, p.State, p.Since.UnixMicro(), micros(p.Until), micros(p.Rank), p.Was)
	}
	return err
}

func sameMicro(a, b time.Time) bool { return micros(a) == micros(b) }

// count moves the seats taken in a session by n and the length of its queue by
// queued. The ceiling stays where it is when seats are taken, and comes down to
// the capacity as they are given back.
func (t *tx) count(id registration.SessionID, n, queued int) error {
	o, ok := t.session(id)
	if !ok {
		return fmt.Errorf("session %s: %w", id, registration.ErrNotFound)
	}
	if n == 0 && queued == 0 {
		return nil
	}
	err := affected(t.q.ExecContext(t.ctx, `
		UPDATE session
		SET taken = taken + $3, queued = queued + $4,
			ceiling = CASE WHEN $3 > CAST(0 AS BIGINT) OR capacity = -1 THEN ceiling
				WHEN capacity > taken + $3 THEN capacity
				ELSE taken + $3 END
		WHERE meeting = $1 AND id = $2`, t.meeting.Slug, id, int64(n), int64(queued)))
	if t.store.engine.Fault(err) == FaultBarrier {
		err = registration.ErrFull
	}
	if err != nil {
		return fmt.Errorf("session %s: %w", id, err)
	}
	o.Taken += n
	o.Queued += queued
	return nil
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
	return t.spoil("raise ceiling", affected(t.q.ExecContext(t.ctx, `
		UPDATE session
		SET ceiling = CASE WHEN ceiling = -1 OR ceiling > taken THEN ceiling ELSE taken + 1 END
		WHERE meeting = $1 AND id = $2`, t.meeting.Slug, id)))
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
	if err := putMeeting(t.ctx, t.q, m); err != nil {
		return t.spoil("configure", err)
	}
	var err error
	t.meeting = m
	t.occupancy, err = occupancy(t.ctx, t.q, m.Slug, "")
	return t.spoil("configure", err)
}

// Post implements [registration.Tx].
func (t *tx) Post(m registration.Mail) error {
	if t.err != nil {
		return t.err
	}
	if err := insertMail(t.ctx, t.q, m); err != nil {
		return t.spoil("post", err)
	}
	return t.spoil("post", t.raise(m))
}

// raise moves the sequence of calendar entries as Post promises.
func (t *tx) raise(m registration.Mail) (err error) {
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
