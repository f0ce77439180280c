package sqldb

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/territoires-industrie/sdk/registration"
)

// tx is one change of one meeting, whose rows it has locked.
type tx struct {
	state
	store *Store
	ctx   context.Context // of the transaction, not of the request
	conn  Querier
	q     Querier                    // conn, see [current]
	read  map[registration.ID]stored // sign-ups as they are, until they are written
	// parties has the members of each party that was read, by the id of its lead.
	parties map[registration.ID][]registration.ID
	free    map[string]bool // addresses that nobody has, until a sign-up is written
	wrote   bool            // a sign-up was written
	fresh   newSignup       // the last that was inserted
	err     error           // the first that spoils the transaction

	shared bool // the transaction is that of a group: what fails at its end runs again alone
}

// begin returns a change that runs on conn, in the transaction of t.
func (t *tx) begin(conn Querier) *tx {
	own := &tx{state: t.copied(), store: t.store, ctx: t.ctx, conn: conn, shared: true}
	own.q = current{own}
	return own
}

// state is what a transaction knows of the meeting that it has locked, and what
// it has not written yet. Each change works on a copy, which is thrown away if
// it fails.
type state struct {
	meeting    registration.Meeting
	seats      []seats    // of the locked rows, in the order of their ids
	swept      string     // see [registration.Retention], as the locked row has it
	prefetched prefetched // shared by all copies
	unwritten
}

// seats is a locked row of table session, and what the transaction has to add
// to it.
type seats struct {
	registration.Occupancy     // with what is to be added
	ceiling                int // the schema's barrier, or -1
	taken, queued          int // to be added to the row
	freed                  bool
	lowest                 int // the least that taken was when a seat was given back
}

// copied returns a copy that can be changed without changing s. Both share the
// lists of unwritten rows, to which rows are only ever appended.
func (s state) copied() state {
	s.seats = slices.Clone(s.seats)
	return s
}

// spoil records an error after which the transaction cannot be committed, and
// returns the first that was recorded. PostgreSQL refuses every further statement
// by itself; this makes SQLite do so too.
func (t *tx) spoil(op string, err error) error {
	if err == nil {
		return nil
	}
	if t.err == nil {
		t.err = fmt.Errorf("%s: %w", op, err)
	}
	return t.err
}

// outcome is the error of a change: the one it returned, joined with one that
// spoilt the transaction and that it did not return.
func (t *tx) outcome(err error) error {
	switch {
	case t.err == nil || errors.Is(err, t.err):
		return err
	case err == nil:
		return t.err
	}
	return fmt.Errorf("%w: %w", err, t.err)
}

// lock locks and reads the meeting's row and then those of its sessions, in the
// order of their ids, so that two transactions never deadlock.
func (s *Store) lock(ctx context.Context, q Querier, slug string) (*tx, error) {
	return s.open(ctx, q, slug, s.engine.Clauses().ForUpdate)
}

// open reads the rows of a meeting and its sessions. lock is the clause that locks
// them, "" for none.
func (s *Store) open(ctx context.Context, q Querier, slug, lock string) (*tx, error) {
	t := &tx{store: s, ctx: ctx, conn: q, state: state{unwritten: unwritten{counters: make(map[counted]int)},
		prefetched: make(prefetched)}}
	t.q = current{t}
	var configID string
	err := q.QueryRowContext(ctx, `
		SELECT config_id, swept FROM meeting WHERE slug = $1`+lock, slug).Scan(&configID, &t.swept)
	if err != nil {
		return nil, err
	}
	if t.meeting, err = s.config(ctx, q, slug, configID); err != nil {
		return nil, err
	}
	t.meeting.Slug = slug // rows refer to it by this slug, whatever an old configuration says
	return t, t.readSeats(lock)
}

// readSeats reads the rows of the sessions. Their counters must have been written:
// see [tx.writeSeats].
func (t *tx) readSeats(lock string) error {
	rows, err := t.q.QueryContext(t.ctx, `
		SELECT id, capacity, taken, queued, ceiling FROM session WHERE meeting = $1 ORDER BY id`+lock, t.meeting.Slug)
	t.seats, err = collect(rows, err, func(r *sql.Rows) (v seats, err error) {
		return v, r.Scan(&v.Session, &v.Seats, &v.Taken, &v.Queued, &v.ceiling)
	})
	return err
}

// Meeting implements [registration.Tx].
func (t *tx) Meeting() registration.Meeting { return t.meeting }

// Occupancy implements [registration.Tx].
func (t *tx) Occupancy() ([]registration.Occupancy, error) {
	all := make([]registration.Occupancy, len(t.seats))
	for i, v := range t.seats {
		all[i] = v.Occupancy
	}
	return all, t.err
}

// session returns the locked row of a session, or [registration.ErrNotFound] if the
// meeting has none of this id.
func (t *tx) session(id registration.SessionID) (*seats, error) {
	for i := range t.seats {
		if t.seats[i].Session == id {
			return &t.seats[i], nil
		}
	}
	return nil, fmt.Errorf("session %s: %w", id, registration.ErrNotFound)
}

// nobodyQueues reports whether the queue of a session is empty.
func (t *tx) nobodyQueues(id registration.SessionID) bool {
	v, err := t.session(id)
	return err != nil || v.Queued == 0
}

// stored is a sign-up as its row says, and how lists find it.
type stored struct {
	registration.Signup
	enlisted
	mailbox         string
	organisationKey []byte
	led             int // how many its party has, itself among them; 0 if another leads it
}

// derived is what the row holds of what [derive] computes.
func (u stored) derived() derived {
	return derived{network: u.Network, mailbox: u.mailbox, status: u.status, nameKey: u.nameKey, organisationKey: u.organisationKey, terms: u.terms}
}

// Signup implements [registration.Tx].
func (t *tx) Signup(id registration.ID) (registration.Signup, error) {
	u, err := t.stored(id)
	return u.Signup, err
}

// stored returns a sign-up as it is stored. It reads the whole party with it, since
// most changes ask for both, and keeps what it has read until that is written.
func (t *tx) stored(id registration.ID) (u stored, err error) {
	u, ok := t.read[id]
	if ok && t.err == nil {
		return u.clone(), nil
	}
	if t.err != nil {
		return stored{}, t.err
	}
	var party []stored
	if u := t.prefetched[id]; u != nil {
		party = []stored{*u}
	} else {
		rows, err := t.asking(mayBeWith(id)).QueryContext(t.ctx, selectStored+`
			WHERE meeting = $1 AND party = (SELECT own.party FROM signup AS own WHERE own.id = $2)
			ORDER BY id`, t.meeting.Slug, id.String())
		party, err = collect(rows, err, func(r *sql.Rows) (stored, error) { return scanStored(r) })
		if err != nil {
			return stored{}, t.spoil("signup", err)
		}
	}
	ids := make([]registration.ID, len(party))
	for i, u := range party {
		ids[i] = u.ID
		t.remember(u)
	}
	if u, ok = t.read[id]; !ok {
		return stored{}, registration.ErrNotFound
	}
	t.parties[u.Party] = ids
	return u.clone(), nil
}

// remember keeps a sign-up as it is until it is written.
func (t *tx) remember(u stored) {
	if t.read == nil {
		t.read, t.parties = make(map[registration.ID]stored), make(map[registration.ID][]registration.ID)
	}
	t.read[u.ID] = u.clone()
}

// Party implements [registration.Tx].
func (t *tx) Party(lead registration.ID) (list []registration.Signup, err error) {
	for _, id := range t.parties[lead] {
		if u, ok := t.read[id]; ok && t.err == nil {
			list = append(list, u.clone().Signup)
		}
	}
	if len(list) > 0 && len(list) == len(t.parties[lead]) { // none has been written since
		return list, nil
	}
	return t.list("party", ` WHERE meeting = $1 AND party = $2 ORDER BY id`, t.meeting.Slug, lead.String())
}

// clone returns a copy whose parts its holder may write into.
func (u stored) clone() stored {
	u.Places, u.Arrivals, u.Interests = slices.Clone(u.Places), slices.Clone(u.Arrivals), slices.Clone(u.Interests)
	u.Answers = maps.Clone(u.Answers)
	return u
}

// ByAddress implements [registration.Tx].
func (t *tx) ByAddress(key string) (registration.Signup, error) {
	if t.err != nil {
		return registration.Signup{}, t.err
	}
	// Most addresses are new, and the id alone costs less to look for than a whole sign-up.
	concerned := func(u unstored) bool { return u.AddressKey == key }
	var id registration.ID
	err := t.asking(concerned).QueryRowContext(t.ctx, `
		SELECT id FROM signup
		WHERE meeting = $1 AND address_key = $2 AND address_key <> '' AND ended_at IS NULL`, t.meeting.Slug, key).Scan(&id)
	if errors.Is(err, sql.ErrNoRows) {
		if t.free == nil {
			t.free = make(map[string]bool)
		}
		t.free[key] = true
		return registration.Signup{}, registration.ErrNotFound
	}
	if err != nil {
		return registration.Signup{}, t.spoil("by address", err)
	}
	return t.Signup(id)
}

const selectStored = `
	SELECT ` + signupColumns + `, status, name_key, terms, mailbox, organisation_key,
		(SELECT count(*) FROM signup AS member WHERE member.meeting = signup.meeting AND member.party = signup.id)
	FROM signup`

func scanStored(r scanner) (u stored, err error) {
	var terms string
	u.Signup, err = scanSignup(r, &u.status, &u.nameKey, &terms, &u.mailbox, &u.organisationKey, &u.led)
	u.terms = strings.Fields(terms)
	return u, err
}

// ExpiredHolds implements [registration.Tx].
func (t *tx) ExpiredHolds(now time.Time, n int) ([]registration.Signup, error) {
	return t.list("expired holds", `
		WHERE meeting = $1 AND address_confirmed_at IS NULL AND ended_at IS NULL AND held_until <= $2
		ORDER BY held_until, id
		LIMIT $3`, t.meeting.Slug, micros(now), n)
}

// PostedTo implements [registration.Tx].
func (t *tx) PostedTo(key string, since time.Time) ([]registration.Posted, error) {
	if t.err != nil {
		return nil, t.err
	}
	if slices.ContainsFunc(t.mails, func(m unwrittenMail) bool { return m.key == "" || m.key == key }) {
		if err := t.writeMails(); err != nil {
			return nil, t.spoil("posted to", err)
		}
	}
	// A newcomer whose row is still unwritten has no mail to this address.
	rows, err := t.conn.QueryContext(t.ctx, `
		SELECT mail.kind, mail.created_at, mail.sent_at, mail.parked_at, CASE WHEN mail.attempts > 0 THEN mail.due_at END, mail.reply, FALSE
		FROM signup JOIN mail ON mail.signup = signup.id
		WHERE signup.meeting = $1 AND signup.address_key = $2 AND mail.created_at >= $3
		ORDER BY mail.created_at, mail.id`, t.meeting.Slug, key, since.UnixMicro())
	list, err := collect(rows, err, scanPosted)
	return list, t.spoil("posted to", err)
}
