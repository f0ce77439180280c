package sqldb

import (
	"bytes"
	"cmp"
	"context"
	"database/sql"
	"errors"
	"slices"
	"time"

	"github.com/territoires-industrie/sdk/registration"
)

// trial is the transaction of [Store.Try]. It stores nothing, but its own reads of
// sign-ups, places and seats see what it wrote. Methods that only upkeep, settings
// and mailings use read what is stored.
type trial struct {
	*tx
	now   map[registration.ID]registration.Signup   // as the trial left them
	party map[registration.ID][]registration.Signup // the stored members of the parties of those, by lead
}

var _ registration.Tx = (*trial)(nil)

// Try implements [registration.Store].
func (s *Store) Try(ctx context.Context, slug string, change func(registration.Tx) error) error {
	return s.lists(ctx, "try in "+slug, func(ctx context.Context, q Querier) error {
		t, err := s.open(ctx, q, slug, "")
		if err != nil {
			return err
		}
		return t.outcome(change(&trial{t, map[registration.ID]registration.Signup{}, map[registration.ID][]registration.Signup{}}))
	})
}

// Signup implements [registration.Tx].
func (t *trial) Signup(id registration.ID) (registration.Signup, error) {
	if s, ok := t.now[id]; ok && t.err == nil {
		return stored{Signup: s}.clone().Signup, nil
	}
	return t.tx.Signup(id)
}

// ByAddress implements [registration.Tx].
func (t *trial) ByAddress(key string) (registration.Signup, error) {
	for _, s := range t.now {
		if s.AddressKey == key && key != "" && s.EndedAt.IsZero() {
			return t.Signup(s.ID)
		}
	}
	s, err := t.tx.ByAddress(key)
	if _, tried := t.now[s.ID]; tried && err == nil {
		return registration.Signup{}, registration.ErrNotFound
	}
	return s, err
}

// SameAddress implements [registration.Tx].
func (t *trial) SameAddress(key string) ([]registration.Signup, error) {
	list, err := t.tx.SameAddress(key)
	return t.current(list, func(s registration.Signup) bool { return s.AddressKey == key && key != "" }), err
}

// Party implements [registration.Tx].
func (t *trial) Party(lead registration.ID) (list []registration.Signup, err error) {
	list, known := t.party[lead]
	if !known {
		list, err = t.tx.Party(lead)
	}
	return t.current(list, func(s registration.Signup) bool { return s.Party == lead }), err
}

// current returns list with the sign-ups that the trial wrote in place of the
// stored ones, in the order of their ids. has reports whether a written one belongs
// in the list.
func (t *trial) current(list []registration.Signup, has func(registration.Signup) bool) []registration.Signup {
	list = slices.DeleteFunc(slices.Clone(list), func(s registration.Signup) bool { _, tried := t.now[s.ID]; return tried })
	for _, s := range t.now {
		if has(s) {
			list = append(list, stored{Signup: s}.clone().Signup)
		}
	}
	slices.SortFunc(list, byID)
	return list
}

func byID(a, b registration.Signup) int { return bytes.Compare(a.ID[:], b.ID[:]) }

// Insert implements [registration.Tx].
func (t *trial) Insert(s registration.Signup) error { return t.put(registration.Signup{ID: s.ID}, s) }

// Update implements [registration.Tx].
func (t *trial) Update(s registration.Signup) error {
	was, err := t.Signup(s.ID)
	if err != nil {
		return err
	}
	s.Revision = was.Revision + 1
	return t.put(was, s)
}

func (t *trial) put(was, s registration.Signup) error {
	if t.err != nil {
		return t.err
	}
	if s.EndedAt.IsZero() && s.AddressKey != "" {
		other, err := t.ByAddress(s.AddressKey)
		if err == nil && other.ID != s.ID {
			return t.spoil("try", registration.ErrAddressTaken)
		} else if err != nil && !errors.Is(err, registration.ErrNotFound) {
			return err
		}
	}
	if _, known := t.party[s.Party]; !known {
		list, err := t.tx.Party(s.Party)
		if err != nil {
			return err
		}
		t.party[s.Party] = list
	}
	ids := make([]registration.SessionID, 0, len(was.Places)+len(s.Places))
	for _, p := range slices.Concat(was.Places, s.Places) {
		ids = append(ids, p.Session)
	}
	slices.Sort(ids)
	for _, id := range slices.Compact(ids) {
		if err := t.count(place(was, id), place(s, id)); err != nil {
			return t.spoil("try", err)
		}
	}
	t.now[s.ID] = stored{Signup: s}.clone().Signup
	return nil
}

// RaiseCeiling implements [registration.Tx].
func (t *trial) RaiseCeiling(id registration.SessionID) error {
	v, err := t.session(id)
	if err == nil && v.ceiling >= 0 && v.ceiling <= v.Taken {
		v.ceiling = v.Taken + 1
	}
	return t.spoil("try", err)
}

// inQueue is one person, or one party, in the queue of a session.
type inQueue struct {
	party, first registration.ID
	size         int
	rank         time.Time
}

func (a inQueue) compare(b inQueue) int {
	return cmp.Or(a.rank.Compare(b.rank), bytes.Compare(a.first[:], b.first[:]))
}

// ranked is the place of s in the queue of a session.
func ranked(s registration.Signup, id registration.SessionID) inQueue {
	p := place(s, id)
	if p.Rank.IsZero() {
		p.Rank = p.Since
	}
	return inQueue{party: s.Party, first: s.ID, size: 1, rank: p.Rank}
}

// queued returns the members of a party who are in the queue of a session and may
// be offered a seat, in the order of the queue. If seated is true and the session
// is a workshop, they must also have a seat in the meeting.
func (t *trial) queued(lead registration.ID, id registration.SessionID, seated bool) ([]registration.Signup, error) {
	list, err := t.Party(lead)
	confirmed := slices.ContainsFunc(list, func(s registration.Signup) bool { return s.ID == lead && !s.AddressConfirmedAt.IsZero() })
	list = slices.DeleteFunc(list, func(s registration.Signup) bool {
		return s.State(id) != registration.Queued || !confirmed && s.AddressConfirmedAt.IsZero() ||
			seated && id != registration.MeetingSession && s.State(registration.MeetingSession) != registration.Seated
	})
	slices.SortFunc(list, func(a, b registration.Signup) int { return ranked(a, id).compare(ranked(b, id)) })
	return list, err
}

// waiting returns the first party in the queue of a session, other left out, that
// has at most n people and ranks no later than rank. The zero rank sets no limit.
// The result has size 0 if there is no such party.
func (t *trial) waiting(id registration.SessionID, n int, rank time.Time, other registration.ID) (first inQueue, err error) {
	if t.err != nil || t.nobodyQueues(id) {
		return first, t.err
	}
	for lead := range t.party {
		list, err := t.queued(lead, id, true)
		if err != nil {
			return first, err
		}
		if len(list) == 0 || len(list) > n || lead == other {
			continue
		}
		q := ranked(list[0], id)
		if q.size = len(list); (rank.IsZero() || !q.rank.After(rank)) && (first.size == 0 || q.compare(first) < 0) {
			first = q
		}
	}
	before := int64(1<<63 - 1)
	if !rank.IsZero() {
		before = rank.UnixMicro()
	}
	list, err := t.heads(id, n, before, len(t.party)+2) // enough to reach one that was not tried and is not other
	for _, q := range list {
		if _, tried := t.party[q.party]; !tried && q.party != other && (first.size == 0 || q.compare(first) < 0) {
			first = q
		}
	}
	return first, t.spoil("try", err)
}

// heads returns, for each size of at most n people, the first parties in the queue of a
// session that rank no later than before. It asks for one size after the other, each of
// which lies in the order of the queue: no party behind those is read.
func (t *trial) heads(id registration.SessionID, n int, before int64, most int) (list []inQueue, err error) {
	rows, err := t.q.QueryContext(t.ctx, waitingSizes+`
		SELECT size FROM sizes WHERE size <= $3`, t.meeting.Slug, id, n)
	sizes, err := collect(rows, err, func(r *sql.Rows) (size int, err error) { return size, r.Scan(&size) })
	for i := 0; err == nil && i < len(sizes); i++ {
		rows, err = t.q.QueryContext(t.ctx, `
			SELECT party, first, size, rank FROM waiting
			WHERE meeting = $1 AND session = $2 AND size = $3 AND rank <= $4
			ORDER BY rank, first
			LIMIT $5`, t.meeting.Slug, id, sizes[i], before, most)
		var some []inQueue
		some, err = collect(rows, err, func(r *sql.Rows) (q inQueue, err error) {
			var at sql.NullInt64
			err = r.Scan(&q.party, &q.first, &q.size, &at)
			q.rank = instant(at)
			return q, err
		})
		list = append(list, some...)
	}
	return list, err
}

// Next implements [registration.Tx].
func (t *trial) Next(id registration.SessionID, n int) ([]registration.Signup, error) {
	first, err := t.waiting(id, n, time.Time{}, registration.ID{})
	if err != nil || first.size == 0 {
		return nil, err
	}
	list, err := t.queued(first.party, id, true)
	return list[:min(n, len(list))], err
}

// Waits implements [registration.Tx].
func (t *trial) Waits(id registration.SessionID, n int, rank time.Time, other registration.ID) (bool, error) {
	first, err := t.waiting(id, n, rank, other)
	return first.size > 0, err
}

// Waiting implements [registration.Tx].
func (t *trial) Waiting(id registration.SessionID, n int) ([]registration.Signup, error) {
	more := n
	for _, list := range t.party {
		more += len(list)
	}
	list, err := t.tx.Waiting(id, more)
	list = slices.DeleteFunc(list, func(s registration.Signup) bool { _, tried := t.party[s.Party]; return tried })
	for lead := range t.party {
		some, bad := t.queued(lead, id, false)
		list, err = append(list, some...), errors.Join(err, bad)
	}
	slices.SortFunc(list, func(a, b registration.Signup) int { return ranked(a, id).compare(ranked(b, id)) })
	return list[:min(n, len(list))], err
}

// Ranks implements [registration.Tx].
func (t *trial) Ranks(id registration.SessionID) (first, last time.Time, err error) {
	if t.err != nil || t.nobodyQueues(id) {
		return first, last, t.err
	}
	see := func(at time.Time) {
		if first.IsZero() || at.Before(first) {
			first = at
		}
		if at.After(last) {
			last = at
		}
	}
	for _, s := range t.now {
		if p := place(s, id); p.State == registration.Queued && !p.Rank.IsZero() {
			see(p.Rank)
		}
	}
	for _, direction := range []string{"", " DESC"} {
		rows, err := t.q.QueryContext(t.ctx, `
			SELECT signup, rank FROM place
			WHERE meeting = $1 AND session = $2 AND state = 'queue' AND rank IS NOT NULL
			ORDER BY rank`+direction+` LIMIT $3`, t.meeting.Slug, id, len(t.now)+1)
		list, err := collect(rows, err, func(r *sql.Rows) (q inQueue, err error) {
			var at sql.NullInt64
			err = r.Scan(&q.first, &at)
			q.rank = instant(at)
			return q, err
		})
		if err != nil {
			return first, last, t.spoil("try", err)
		}
		for _, q := range list {
			if _, tried := t.now[q.first]; !tried {
				see(q.rank)
			}
		}
	}
	return first, last, nil
}

// errTried is returned by the methods that a trial cannot offer.
var errTried = errors.New("sqldb: a change that is tried cannot do this")

// Writes other than to sign-ups: nothing that follows in the trial reads them, so
// most do nothing.

func (t *trial) Record(registration.Event) error               { return t.err }
func (t *trial) Post(registration.Mail) error                  { return t.err }
func (t *trial) Count(string, time.Time) (int, error)          { return 1, t.err }
func (t *trial) EndPendingImport(registration.ID) error        { return t.err }
func (t *trial) PutRetention(registration.Retention) error     { return t.err }
func (t *trial) PutRetainedTallies([]registration.Tally) error { return t.err }
func (t *trial) PutRoll(registration.Roll) error               { return t.err }
func (t *trial) DeleteRolls(registration.RollKind) error       { return t.err }
func (t *trial) PutMailing(registration.Mailing) error         { return t.err }
func (t *trial) Configure(registration.Meeting) error          { return t.spoil("configure", errTried) }
func (t *trial) PutVersion(registration.Version) error         { return t.spoil("put version", errTried) }
func (t *trial) WithdrawMails(registration.ID, time.Time) (int, error) {
	return 0, t.spoil("withdraw mails", errTried)
}

// Readdress implements [registration.Tx].
func (t *trial) Readdress(registration.ID, string, []registration.Kind, time.Time) error {
	return t.err
}

// Requeue implements [registration.Tx].
func (t *trial) Requeue(id registration.ID, _ time.Time) (signup registration.ID, err error) {
	err = t.q.QueryRowContext(t.ctx, `
		SELECT signup FROM mail WHERE id = $1 AND meeting = $2 AND parked_at IS NOT NULL`, id.String(), t.meeting.Slug).Scan(&signup)
	if errors.Is(err, sql.ErrNoRows) {
		return signup, registration.ErrNotFound
	}
	return signup, t.spoil("requeue", err)
}
