package sqldb_test

import (
	"context"
	"database/sql"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/territoires-industrie/sdk/registration"
	"github.com/territoires-industrie/sdk/registration/sqldb"
)

// companions are those whom a person of a queueing crowd brings.
func (c *crowd) companions() []registration.Companion {
	if !c.Queue {
		return nil
	}
	all := make([]registration.Companion, max(0, rand.N(5)-2))
	for i := range all {
		all[i] = registration.Companion{GivenName: "Luc", FamilyName: fmt.Sprint("Personne ", i)}
	}
	return all
}

// answerQueue is what people do with the mails of a meeting that keeps queues:
// take an offer, pass it on, let it end, leave, and think again.
func (c *crowd) answerQueue(ctx context.Context, d *registration.Desk, k registration.Kind, manage string) (err error) {
	switch r := rand.N(10); {
	case k == registration.MailOffer && r < 5:
		_, err = d.Accept(ctx, manage)
	case k == registration.MailOffer && r < 8:
		_, err = d.Decline(ctx, manage)
	case k == registration.MailConfirmed && r < 6, k == registration.MailWaitlisted && r < 1:
		_, err = d.Cancel(ctx, manage)
	case k == registration.MailConfirmed && r < 8:
		_, err = d.ChooseSessions(ctx, manage, []registration.SessionID{"ateliers"})
	case k == registration.MailCancelled && r < 4:
		_, err = d.Undo(ctx, manage)
	}
	return err
}

// linger goes on until enough was seen: everybody reads their mails, those
// that the answers cause included, an hour passes, and who did not answer loses
// the seat.
func (c *crowd) linger(ctx context.Context, d *registration.Desk, s *sqldb.Store) {
	for range 500 {
		var readers sync.WaitGroup
		for range 4 {
			readers.Go(func() {
				for c.answerMails(ctx, d, s, 5) > 0 {
				}
			})
		}
		readers.Wait()
		if c.enough == nil || c.enough() {
			return
		}
		c.clock.pass(time.Hour)
		c.fault("release", d.Release(ctx))
	}
}

// idle finds the parties that wait although there are seats enough for them:
// never true at the end of a transaction, so never seen from outside.
const idle = `
	SELECT queued.session, count(*), session.capacity - session.taken
	FROM place AS queued
	JOIN signup ON signup.id = queued.signup
	JOIN session ON session.meeting = queued.meeting AND session.id = queued.session
	WHERE queued.state = 'queue'
		AND (signup.address_confirmed_at IS NOT NULL OR EXISTS (
			SELECT 1 FROM signup AS lead WHERE lead.id = signup.party AND lead.address_confirmed_at IS NOT NULL))
		AND (queued.session = 'meeting' OR EXISTS (
			SELECT 1 FROM place AS whole
			WHERE whole.signup = signup.id AND whole.session = 'meeting' AND whole.state = 'seat'))
	GROUP BY queued.session, signup.party, session.capacity, session.taken
	HAVING count(*) <= session.capacity - session.taken`

// miscounted finds the parties of which table waiting says anything else than
// the places do.
const miscounted = `
	SELECT count(*) FROM (
		SELECT queued.session, signup.party, count(*) AS size, min(queued.rank) AS rank
		FROM place AS queued JOIN signup ON signup.id = queued.signup
		WHERE queued.state = 'queue'
			AND (signup.address_confirmed_at IS NOT NULL OR EXISTS (
				SELECT 1 FROM signup AS lead WHERE lead.id = signup.party AND lead.address_confirmed_at IS NOT NULL))
			AND (queued.session = 'meeting' OR EXISTS (
				SELECT 1 FROM place AS whole
				WHERE whole.signup = signup.id AND whole.session = 'meeting' AND whole.state = 'seat'))
		GROUP BY queued.session, signup.party) AS facts
	FULL JOIN waiting ON waiting.session = facts.session AND waiting.party = facts.party
	WHERE waiting.size IS NULL OR facts.size IS NULL OR waiting.size <> facts.size OR waiting.rank <> facts.rank`

func (a *auditor) lookForIdle() {
	var wrong int
	if err := a.db.QueryRow(miscounted).Scan(&wrong); err != nil || wrong > 0 {
		a.find("%d parties wait otherwise than table waiting says (%v)", wrong, err)
	}
	rows, err := a.db.Query(idle)
	if err != nil {
		a.find("idle: %v", err)
		return
	}
	defer rows.Close()
	for rows.Next() {
		var id string
		var party, free int
		err := rows.Scan(&id, &party, &free)
		a.find("%s: a party of %d waits while %d seats are free (%v)", id, party, free, err)
	}
	if err := rows.Err(); err != nil {
		a.find("idle: %v", err)
	}
}

// TestNoSeatIdle sends a crowd after the seats of a meeting that keeps queues:
// offers, answers, parties, cancellations and changed minds at once. Nothing is
// oversold, and at no instant does a seat stay empty while somebody waits who
// may be offered it.
func TestNoSeatIdle(t *testing.T) {
	t.Parallel()
	engines(t, func(t *testing.T, database string) {
		people := 160
		if full() {
			people = 5_000
		}
		a, c := queueing(t, database, people, `SELECT count(*) / 10 FROM event WHERE act = 'accepted'`, func(s *sqldb.Store) *sqldb.Store { return s })
		given := a.moves()
		for _, w := range slices.Concat(a.wrong, c.faults, a.passings(t)) {
			t.Error(w)
		}
		offers, taken := a.count(t, `SELECT count(*) FROM event WHERE act = 'offered'`), a.count(t, `SELECT count(*) FROM event WHERE act = 'accepted'`)
		if offers < 10 || taken < 10 {
			t.Errorf("%d offers, %d accepted: too few to show anything", offers, taken)
		}
		t.Logf("%d people, %d seats given, %d offers, %d accepted, %d looks", people, given, offers, taken, a.looks.Load())
	})
}

// queueing lets a crowd loose on a meeting that keeps queues and watches it,
// until everybody has tried and the statement counts enough.
func queueing(t *testing.T, database string, people int, enough string, wrap func(*sqldb.Store) *sqldb.Store) (*auditor, *crowd) {
	t.Helper()
	s := prepared(t, database)
	m := crowded()
	m.Queue, m.Companions, m.Hold, m.OfferFor = true, 3, 4*time.Hour, time.Hour
	m.Seats, m.Sessions[0].Seats, m.Sessions[1].Seats = 20, 8, 10 // most people wait
	if err := s.PutMeeting(t.Context(), m); err != nil {
		t.Fatal(err)
	}
	a := audit(t, database)
	ctx, stop := context.WithCancel(t.Context())
	var watching sync.WaitGroup
	watching.Go(func() {
		for ctx.Err() == nil {
			a.look()
			a.lookForIdle()
			time.Sleep(5 * time.Millisecond)
		}
	})
	c := &crowd{enough: func() bool { return a.count(t, enough) > 0 }, Clock: clockFile(t), People: people, Queue: true}
	c.run(wrap(s), func(string) {})
	stop()
	watching.Wait()
	a.look()
	a.lookForIdle()
	return a, c
}

// forgetful is a store whose queue is empty to those who look for somebody to
// offer a seat to.
type forgetful struct{ sqldb.Engine }

func (f forgetful) Write(ctx context.Context, work func(context.Context, sqldb.Querier) error) error {
	return f.Engine.Write(ctx, func(ctx context.Context, q sqldb.Querier) error { return work(ctx, noQueue{q}) })
}

// noQueue turns the state that is looked for into one that nobody has.
type noQueue struct{ sqldb.Querier }

func (q noQueue) QueryRowContext(ctx context.Context, query string, args ...any) *sql.Row {
	return q.Querier.QueryRowContext(ctx, nobody(query), args...)
}

func (q noQueue) QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error) {
	return q.Querier.QueryContext(ctx, nobody(query), args...)
}

func nobody(query string) string {
	return strings.ReplaceAll(query, "FROM waiting WHERE", "FROM waiting WHERE size < 0 AND")
}

// TestIdleSeatIsSeen is the control of the test above: when nobody is offered
// the seats that are freed, the auditor says so.
func TestIdleSeatIsSeen(t *testing.T) {
	t.Parallel()
	engines(t, func(t *testing.T, database string) {
		var blind *sqldb.Store
		enough := `SELECT count(*) FROM (` + idle + `) AS waiting WHERE session = 'meeting'`
		a, c := queueing(t, database, 120, enough, func(s *sqldb.Store) *sqldb.Store {
			blind = sqldb.Wrap(s, func(e sqldb.Engine) sqldb.Engine { return forgetful{e} })
			return blind
		})
		// More come while others wait beside free seats of the meeting itself, which
		// every newcomer asks for; some also ask for a workshop that may be full.
		last := crowd{Clock: c.Clock, People: 20, First: 1_000_000}
		last.run(blind, func(string) {})
		if !strings.Contains(strings.Join(a.wrong, "\n"), "waits while") {
			t.Errorf("no idle seat was seen although nobody was offered one: the test shows nothing (%v)", a.wrong)
		}
		if len(a.passings(t)) == 0 {
			t.Error("no newcomer was seen passing the queue although nothing kept them from it: the test shows nothing")
		}
	})
}
