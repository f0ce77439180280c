package sqldb

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"iter"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/google/uuid"

	"github.com/territoires-industrie/sdk/registration"
)

// signupColumns are the columns of a complete sign-up. Its places come as one text
// and its arrivals as another, a line per row, so that one statement streams a list
// of sign-ups. The session is last in its line, since its id may hold any character
// but a line break.
const signupColumns = `signup.id, signup.meeting, code, version, party, given_name, family_name, email, organisation, function,
		category, territory, address_key, language, notice_version, created_at,
		address_confirmed_at, held_until, ended_at, answers, interests, sequence, revision, transfer, refusal, source, network,
		(SELECT string_agg(p.state || ' ' || p.since || ' ' || coalesce(CAST(p.until AS TEXT), '') || ' ' ||
				coalesce(CAST(p.rank AS TEXT), '') || ' ' || p.was || ' ' || p.session,
			'` + "\n" + `' ORDER BY p.session)
			FROM place AS p WHERE p.signup = signup.id),
		(SELECT string_agg(CAST(a.at AS TEXT) || ' ' || a.half || ' ' || coalesce(a.organiser, '') || ' ' || a.session,
			'` + "\n" + `' ORDER BY a.at, a.session)
			FROM arrival AS a WHERE a.signup = signup.id)`

const selectSignup = `
	SELECT ` + signupColumns + `
	FROM signup`

// scanner is a *sql.Row or *sql.Rows.
type scanner interface{ Scan(dest ...any) error }

// scanSignup scans signupColumns, and what follows them into more.
func scanSignup(r scanner, more ...any) (registration.Signup, error) {
	var s registration.Signup
	var created, confirmed, held, ended sql.NullInt64
	var answers, interests, transfer string
	var places, present sql.NullString
	err := r.Scan(append([]any{&s.ID, &s.Meeting, &s.Code, &s.Version, &s.Party, &s.GivenName, &s.FamilyName, &s.Email,
		&s.Organisation, &s.Function, &s.Category, &s.Territory, &s.AddressKey, &s.Language, &s.NoticeVersion,
		&created, &confirmed, &held, &ended, &answers, &interests, &s.Sequence, &s.Revision, &transfer, &s.Refusal, &s.Source, &s.Network, &places, &present}, more...)...)
	if err != nil {
		return registration.Signup{}, err
	}
	s.CreatedAt, s.AddressConfirmedAt = instant(created), instant(confirmed)
	s.HeldUntil, s.EndedAt = instant(held), instant(ended)
	if answers != "" {
		if err := json.Unmarshal([]byte(answers), &s.Answers); err != nil {
			return registration.Signup{}, err
		}
	}
	if transfer != "" {
		if err := json.Unmarshal([]byte(transfer), &s.Transfer); err != nil {
			return registration.Signup{}, err
		}
	}
	if interests != "" {
		s.Interests = strings.Fields(interests)
	}
	for line := range lines(places) {
		p, err := parsePlace(line)
		if err != nil {
			return registration.Signup{}, err
		}
		s.Places = append(s.Places, p)
	}
	for line := range lines(present) {
		a, err := parseArrival(line)
		if err != nil {
			return registration.Signup{}, err
		}
		s.Arrivals = append(s.Arrivals, a)
	}
	return s, nil
}

func lines(s sql.NullString) iter.Seq[string] {
	if !s.Valid {
		return func(func(string) bool) {}
	}
	return strings.SplitSeq(s.String, "\n")
}

// parsePlace reads a line of signupColumns: state, since, until or nothing, rank
// or nothing, what it was or nothing, session.
func parsePlace(line string) (p registration.Place, err error) {
	f := strings.SplitN(line, " ", 6)
	if len(f) != 6 {
		return p, fmt.Errorf("place %q: want six fields", line)
	}
	p.State, p.Was, p.Session = registration.State(f[0]), registration.State(f[4]), registration.SessionID(f[5])
	for i, at := range []*time.Time{&p.Since, &p.Until, &p.Rank} {
		if f[i+1] == "" {
			continue
		}
		if *at, err = parseInstant(f[i+1]); err != nil {
			return p, err
		}
	}
	return p, nil
}

// parseArrival reads a line of signupColumns: when, half-day or nothing, organiser
// or nothing, session.
func parseArrival(line string) (a registration.Arrival, err error) {
	f := strings.SplitN(line, " ", 4)
	if len(f) != 4 {
		return a, fmt.Errorf("arrival %q: want four fields", line)
	}
	a.Half, a.Session = registration.HalfDay(f[1]), registration.SessionID(f[3])
	if f[2] != "" {
		if a.By, err = uuid.Parse(f[2]); err != nil {
			return a, err
		}
	}
	if a.At, err = parseInstant(f[0]); a.Half == "" { // recorded by an older version
		a.Half = registration.HalfDayAt(a.At)
	}
	return a, err
}

func parseInstant(s string) (time.Time, error) {
	n, err := strconv.ParseInt(s, 10, 64)
	return instant(sql.NullInt64{Int64: n, Valid: true}), err
}

// Signup implements [registration.Store].
func (s *Store) Signup(ctx context.Context, id registration.ID) (registration.Signup, error) {
	u, err := scanSignup(s.engine.Read().QueryRowContext(ctx, selectSignup+` WHERE signup.id = $1`, id.String()))
	if err == nil {
		s.homes.remember(id, u.Meeting)
	}
	return u, s.wrap("signup", err)
}

// recipientsAtOnce is the most sign-ups that one statement of [Store.Recipients] reads:
// as many as a courier claims if its options do not say otherwise.
const recipientsAtOnce = 128

// Recipients implements [registration.Store].
func (s *Store) Recipients(ctx context.Context, ids []registration.ID) (map[registration.ID]registration.Recipient, error) {
	all := make(map[registration.ID]registration.Recipient, len(ids))
	for some := range slices.Chunk(ids, recipientsAtOnce) {
		args := idArgs(some)
		configIDs := make(map[registration.ID]string)
		// Not a join: the database could begin with the meetings and read all their sign-ups.
		rows, err := s.engine.Read().QueryContext(ctx, `
			SELECT `+signupColumns+`, (SELECT config_id FROM meeting WHERE slug = signup.meeting)
			FROM signup WHERE signup.id IN (`+placeholders(1, len(args))+`)`, args...)
		list, err := collect(rows, err, func(r *sql.Rows) (u registration.Signup, err error) {
			var configID string
			u, err = scanSignup(r, &configID)
			configIDs[u.ID] = configID
			return u, err
		})
		for i := 0; err == nil && i < len(list); i++ {
			r := registration.Recipient{Signup: list[i]}
			r.Meeting, err = s.config(ctx, s.engine.Read(), r.Signup.Meeting, configIDs[r.Signup.ID])
			all[r.Signup.ID] = r
		}
		if err != nil {
			return nil, s.wrap("recipients", err)
		}
	}
	return all, nil
}

// idArgs returns ids as the parameters of a statement. The first is repeated until they
// are a power of two, so that few statements are kept prepared.
func idArgs(ids []registration.ID) []any {
	args := make([]any, len(ids))
	for i, id := range ids {
		args[i] = id.String()
	}
	for n := len(ids); n&(n-1) != 0; n++ {
		args = append(args, args[0])
	}
	return args
}

// Signups implements [registration.Store].
func (s *Store) Signups(ctx context.Context, q registration.Query) iter.Seq2[registration.Signup, error] {
	return func(yield func(registration.Signup, error) bool) {
		statement, args := query(q)
		rows, err := s.engine.Read().QueryContext(ctx, statement, args...)
		if err != nil {
			yield(registration.Signup{}, s.wrap("list sign-ups", err))
			return
		}
		defer rows.Close()
		for rows.Next() {
			u, err := scanSignup(rows)
			if !yield(u, s.wrap("list sign-ups", err)) || err != nil {
				return
			}
		}
		if err := rows.Err(); err != nil {
			yield(registration.Signup{}, s.wrap("list sign-ups", err))
		}
	}
}

// query is the statement for q. A condition that is not asked for is left out
// rather than made true, so that each statement can use its index.
func query(q registration.Query) (string, []any) {
	args := []any{q.Meeting, int64(math.MaxInt32)}
	if q.Limit > 0 {
		args[1] = int64(q.Limit)
	}
	where := ` WHERE meeting = $1`
	and := func(condition string, value any) {
		args = append(args, value)
		where += " AND " + condition + " $" + strconv.Itoa(len(args))
	}
	if q.After != (registration.ID{}) {
		and("id >", q.After.String())
	}
	if q.Code != "" {
		and("code =", q.Code)
	}
	if q.Party != (registration.ID{}) {
		and("party =", q.Party.String())
	}
	return selectSignup + where + ` ORDER BY id LIMIT $2+0`, args // as [builder.limit] says
}

// occupancy reads the counters of a meeting and its sessions.
func occupancy(ctx context.Context, q Querier, slug string) ([]registration.Occupancy, error) {
	rows, err := q.QueryContext(ctx, `
		SELECT id, capacity, taken, queued FROM session WHERE meeting = $1 ORDER BY id`, slug)
	return collect(rows, err, func(r *sql.Rows) (o registration.Occupancy, err error) {
		return o, r.Scan(&o.Session, &o.Seats, &o.Taken, &o.Queued)
	})
}

// Occupancy implements [registration.Store].
func (s *Store) Occupancy(ctx context.Context, slug string) ([]registration.Occupancy, error) {
	list, err := occupancy(ctx, s.engine.Read(), slug)
	if err == nil && len(list) == 0 { // every meeting has at least [registration.MeetingSession]
		err = registration.ErrNotFound
	}
	for i := 0; err == nil && i < len(list); i++ {
		if list[i].Free() > 0 { // a full session is closed to newcomers anyway
			list[i].Smallest, err = smallest(ctx, s.engine.Read(), slug, list[i].Session)
		}
	}
	return list, s.wrap("occupancy of "+slug, err)
}

// Unreminded implements [registration.Store].
func (s *Store) Unreminded(ctx context.Context, now, before time.Time) ([]string, error) {
	rows, err := s.engine.Read().QueryContext(ctx, `
		SELECT slug FROM meeting
		WHERE EXISTS (SELECT 1 FROM signup WHERE signup.meeting = slug AND `+unreminded+`)
		ORDER BY slug`, now.UnixMicro(), before.UnixMicro())
	list, err := collect(rows, err, func(r *sql.Rows) (slug string, err error) { return slug, r.Scan(&slug) })
	return list, s.wrap("unreminded", err)
}

// Due implements [registration.Store].
func (s *Store) Due(ctx context.Context, now time.Time) ([]string, error) {
	rows, err := s.engine.Read().QueryContext(ctx, `
		SELECT slug FROM meeting
		WHERE EXISTS (SELECT 1 FROM signup
				WHERE meeting = slug AND address_confirmed_at IS NULL AND ended_at IS NULL AND held_until <= $1)
			OR EXISTS (SELECT 1 FROM place
				WHERE meeting = slug AND state = 'offer' AND until <= $1)
			OR EXISTS (SELECT 1 FROM mailing
				WHERE meeting = slug AND done_at IS NULL AND due_at <= $1)
		ORDER BY slug`, now.UnixMicro())
	list, err := collect(rows, err, func(r *sql.Rows) (slug string, err error) { return slug, r.Scan(&slug) })
	return list, s.wrap("due", err)
}
