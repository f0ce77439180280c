package sqldb_test

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net/netip"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/territoires-industrie/sdk/internal/pgtest"
	"github.com/territoires-industrie/sdk/registration"
	"github.com/territoires-industrie/sdk/registration/link"
	"github.com/territoires-industrie/sdk/registration/sqldb"
)

// fillQueue signs n people up for a meeting that half of them find full. The
// others wait, as confirmed people do, for the meeting and for a workshop that
// has free seats, which they may take only once they have one in the meeting.
// A thousand mails wait, the others were sent. It returns some who have a seat.
func fillQueue(tb testing.TB, s *sqldb.Store, n int) (seated []registration.ID) {
	tb.Helper()
	m := crowded()
	m.Queue, m.Companions, m.Hold, m.OfferFor = true, 3, 48*time.Hour, 48*time.Hour
	m.Seats, m.Sessions[0].Seats, m.Sessions[1].Seats = registration.Seats(n/2), registration.Seats(n), registration.Unlimited
	if err := s.PutMeeting(tb.Context(), m); err != nil {
		tb.Fatal(err)
	}
	for from := 0; from < oneByOne; from += atOnce {
		var some []registration.ID
		err := s.Change(tb.Context(), slug, func(tx registration.Tx) error {
			some = nil
			for i := from; i < from+atOnce; i++ {
				at := opening.Add(time.Duration(i-oneByOne) * time.Second)
				u := listedPerson(i, registration.ID{})
				u.Party, u.CreatedAt, u.AddressConfirmedAt, u.HeldUntil, u.EndedAt, u.Answers = u.ID, at, at, time.Time{}, time.Time{}, nil
				place := registration.Place{Session: registration.MeetingSession, State: registration.Seated, Since: at}
				if i < oneByOne/2 {
					some = append(some, u.ID)
				} else {
					place.State, place.Rank = registration.Queued, at
				}
				u.Places = []registration.Place{place}
				if i%3 == 0 {
					place.Session = "ateliers"
					u.Places = []registration.Place{place, u.Places[0]}
				}
				mail := registration.Mail{ID: registration.NewID(), Kind: registration.MailConfirmed, Meeting: slug, Signup: u.ID, CreatedAt: at}
				event := registration.Event{At: at, Kind: registration.EventConfirmed, Signup: u.ID}
				if err := errors.Join(tx.Insert(u), tx.Post(mail), tx.Record(event)); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			tb.Fatal(err)
		}
		seated = append(seated, some...)
	}
	for from := 1; from < n/oneByOne; from += 20 { // a transaction has half a minute, also on a slow machine
		to := min(from+20, n/oneByOne)
		if err := s.Engine().Write(tb.Context(), func(ctx context.Context, q sqldb.Querier) error { return double(ctx, q, from, to) }); err != nil {
			tb.Fatal(err)
		}
	}
	if err := s.Engine().Write(tb.Context(), func(ctx context.Context, q sqldb.Querier) error { return multiply(ctx, q, n/oneByOne) }); err != nil {
		tb.Fatal(err)
	}
	return seated
}

// oneByOne is how many people of [fillQueue] are signed up one by one: the others
// are their doubles, told apart by the end of their ids.
const oneByOne = 1000

// atOnce is how many people are written in one transaction: as many as a machine
// that does much else writes well within the limit of one.
const atOnce = 100

// originals selects what is of those who were signed up one by one.
const originals = ` CROSS JOIN k WHERE substr(%s, 25, 6) <> '100000'`

// double adds the doubles with the numbers from one up to, but without, another.
func double(ctx context.Context, q sqldb.Querier, from, to int) error {
	double := func(id string) string { return `substr(` + id + `, 1, 24) || CAST(100000000000 + k.n AS TEXT)` }
	of := func(id string) string { return fmt.Sprintf(originals, id) }
	const each = `WITH RECURSIVE k (n) AS (SELECT CAST($1 AS BIGINT) UNION ALL SELECT n + 1 FROM k WHERE n + 1 < $2) `
	for _, statement := range []string{
		each + `INSERT INTO signup (id, party, code, email, address_key, meeting, created_at, version, given_name, family_name, organisation, function,
			category, territory, language, notice_version, address_confirmed_at, status, name_key, organisation_key, terms)
		SELECT ` + double("id") + `, ` + double("party") + `, k.n || '-' || code, k.n || email, k.n || address_key, meeting, created_at - k.n, version, given_name, family_name,
			organisation, function, category, territory, language, notice_version, address_confirmed_at, status, name_key, organisation_key, terms
		FROM signup` + of("id"),
		each + `INSERT INTO place (signup, session, meeting, state, since, rank)
		SELECT ` + double("signup") + `, session, meeting, state, since, rank - k.n FROM place` + of("signup"),
		each + `INSERT INTO waiting (meeting, session, party, size, rank, first)
		SELECT meeting, session, ` + double("party") + `, size, rank - k.n, ` + double("first") + ` FROM waiting` + of("party"),
		each + `INSERT INTO mail (id, kind, meeting, signup, created_at, due_at, attempts, recipient, reply, sent_at)
		SELECT ` + double("id") + `, kind, meeting, ` + double("signup") + `, created_at - k.n, due_at + k.n % 2 * 31536000000000, 0, '', '', CASE WHEN k.n % 2 = 0 THEN created_at END FROM mail` + of("id"),
		each + `INSERT INTO term (meeting, term, name_key, signup)
		SELECT meeting, term, name_key, ` + double("signup") + ` FROM term` + of("signup") + ` AND k.n < 100`, // a hundred thousand people have them
		each + `INSERT INTO event (meeting, at, act, signup, detail)
		SELECT meeting, at - k.n, act, ` + double("signup") + `, detail FROM event` + of("signup"),
	} {
		if _, err := q.ExecContext(ctx, statement, from, to); err != nil {
			return fmt.Errorf("%s: %w", statement, err)
		}
	}
	return nil
}

// multiply brings what counts people in line with so many times as many.
func multiply(ctx context.Context, q sqldb.Querier, times int) error {
	for _, statement := range []string{
		`UPDATE waiting SET size = 3 WHERE $1 > 0 AND rank < (SELECT avg(rank) FROM waiting)`, // for whom one free seat is not enough
		`UPDATE session SET taken = taken * $1, queued = queued * $1`, `UPDATE tally SET n = n * $1`,
	} {
		if _, err := q.ExecContext(ctx, statement, times); err != nil {
			return fmt.Errorf("%s: %w", statement, err)
		}
	}
	return nil
}

// act is something that a person causes, or the courier.
type act struct {
	name string
	do   func(i int) error
}

// acts are the acts whose cost must not depend on how many people signed up. Do
// is called for each i below most, once and in this order. All limits are on.
func acts(tb testing.TB, s *sqldb.Store, seated []registration.ID, most int) []act {
	now := func() time.Time { return opening.Add(time.Minute) }
	d, err := registration.NewDesk(registration.DeskOptions{Store: s, Organisers: s, Keyring: keys(), Clock: now, BaseURL: "http://localhost"})
	if err != nil {
		tb.Fatal(err)
	}
	k := keys()
	view, err := d.Meeting(tb.Context(), slug)
	if err == nil {
		_, err = d.HoldUntil(tb.Context(), view) // counts once for some seconds what follows from all
	}
	if err != nil {
		tb.Fatal(err)
	}
	var mu sync.Mutex
	var fresh, offered []registration.ID
	// people lists who has a mail of the kind that this round caused.
	people := func(kind registration.Kind) (ids []registration.ID) {
		for {
			mails, err := s.Claim(tb.Context(), now(), time.Hour, 64) // as many as a courier
			if err != nil || len(mails) == 0 {
				return ids
			}
			sent := make(map[registration.ID]registration.Outcome)
			for _, m := range mails {
				sent[m.ID] = registration.Outcome{SentAt: now()}
				if m.Kind == kind {
					ids = append(ids, m.Signup)
				}
			}
			if err := s.RecordOutcomes(tb.Context(), sent); err != nil {
				tb.Error(err)
			}
		}
	}
	once := func(list *[]registration.ID, kind registration.Kind) registration.ID {
		mu.Lock()
		defer mu.Unlock()
		if len(*list) == 0 {
			*list = people(kind)
		}
		id := (*list)[0]
		*list = (*list)[1:]
		return id
	}
	return []act{
		{"form", func(i int) error { // what it asks besides its meeting
			v, err := d.Meeting(tb.Context(), slug)
			if err == nil {
				_, err = d.HoldUntil(tb.Context(), v)
			}
			return err
		}},
		{"claim", func(i int) error {
			mails, err := s.Claim(tb.Context(), now(), time.Second, 1)
			if err == nil && len(mails) == 1 {
				err = s.RecordOutcomes(tb.Context(), map[registration.ID]registration.Outcome{mails[0].ID: {SentAt: now()}})
			}
			return err
		}},
		{"sign-up", func(i int) error {
			_, err := d.SignUp(tb.Context(), slug, registration.Request{GivenName: "Ana", FamilyName: "Personne",
				Email: fmt.Sprintf("nouvelle-%d@exemple.fr", i), Category: registration.Student,
				Sessions: []registration.SessionID{"ateliers", "tables-rondes"}, Privacy: true,
				Signals: registration.BotSignals{Network: netip.AddrFrom4([4]byte{10, 0, byte(i >> 8), byte(i)})}})
			return err
		}},
		{"confirm", func(i int) error {
			_, err := d.Confirm(tb.Context(), k.Token(link.ForConfirm, once(&fresh, registration.MailConfirm), 0))
			return err
		}},
		{"cancel-and-offer", func(i int) error {
			_, err := d.Cancel(tb.Context(), k.Token(link.ForManage, seated[i], 1))
			return err
		}},
		{"accept", func(i int) error {
			id := once(&offered, registration.MailOffer)
			_, err := d.Accept(tb.Context(), k.Token(link.ForManage, id, 1))
			return err
		}},
		{"upkeep", func(i int) error { return errors.Join(d.Release(tb.Context()), d.AlertHolds(tb.Context())) }},
		{"copy-of-data", func(i int) error {
			u, err := s.Signup(tb.Context(), seated[i])
			_, history := s.History(tb.Context(), u.ID)
			_, mails := s.MailsTo(tb.Context(), u.ID)
			return errors.Join(err, history, mails, d.NoteCopy(tb.Context(), slug, u.ID))
		}},
		{"erase", func(i int) error {
			err := d.EraseFor(tb.Context(), slug, seated[i])
			if u, gone := s.Signup(tb.Context(), seated[i]); gone != nil || !u.Erased() {
				err = errors.Join(err, gone, errors.New("the data is still there"))
			}
			return err
		}},
	}
}

// BenchmarkGrowth times the acts of people, 32 at the same time, in a meeting
// that 1,000, 10,000 and 100,000, and with TEST_FULL a million, have signed up for:
// each costs the same in all. The last number of an act is how many times what it
// costs in the smallest it costs in the largest.
func BenchmarkGrowth(b *testing.B) {
	const most, rounds = 160, 3
	for _, engine := range []string{"sqlite", "postgres"} {
		b.Run(engine, func(b *testing.B) {
			type size struct {
				n    int
				acts []act
			}
			var sizes []size
			people := []int{oneByOne, 10 * oneByOne, 100 * oneByOne}
			if full() {
				people = append(people, 1000*oneByOne)
			}
			for _, n := range people {
				database := "sqlite:" + b.TempDir() + "/sign-ups.db"
				if engine == "postgres" {
					database = pgtest.URL(b) + "&statement_timeout=0" // a hundred thousand people are loaded at once
				}
				s, err := open(b.Context(), database)
				if err != nil {
					b.Fatal(err)
				}
				b.Cleanup(func() { s.Close() })
				seated := fillQueue(b, s, n)
				if engine == "postgres" {
					vacuum(b, database)
				}
				sizes = append(sizes, size{n, acts(b, s, seated, most)})
			}
			for a := range sizes[0].acts {
				name := sizes[0].acts[a].name
				took := make([][]float64, len(sizes))
				for round := range rounds { // in turn: what slows the machine down slows all
					for i, size := range sizes {
						took[i] = append(took[i], micros(b, size.acts[a], round*most/rounds, (round+1)*most/rounds))
					}
				}
				for i, size := range sizes {
					slices.Sort(took[i])
					b.ReportMetric(took[i][rounds/2], fmt.Sprintf("%s-%dk-µs", name, size.n/1000))
				}
				b.ReportMetric(took[len(took)-1][rounds/2]/took[0][rounds/2], name+"-×")
			}
			b.ReportMetric(0, "ns/op")
		})
	}
}

// vacuum brings a database to the state in which the server's own upkeep leaves it: with
// statistics, and without what the load has replaced.
func vacuum(b *testing.B, database string) {
	b.Helper()
	db, err := sql.Open("pgx", database)
	if err != nil {
		b.Fatal(err)
	}
	defer db.Close()
	if _, err := db.ExecContext(b.Context(), "VACUUM ANALYZE"); err != nil {
		b.Fatal(err)
	}
}

// micros is how long one act takes among others.
func micros(b *testing.B, a act, from, to int) float64 {
	var next atomic.Int64
	next.Store(int64(from))
	var all sync.WaitGroup
	began := time.Now()
	for range 32 {
		all.Go(func() {
			for i := next.Add(1) - 1; i < int64(to); i = next.Add(1) - 1 {
				if err := a.do(int(i)); err != nil {
					b.Errorf("%s: %v", a.name, err)
				}
			}
		})
	}
	all.Wait()
	return float64(time.Since(began).Microseconds()) / float64(to-from)
}
