package sqldb_test

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"sync"
	"sync/atomic"
	"time"

	"github.com/territoires-industrie/sdk/internal/desktest"
	"github.com/territoires-industrie/sdk/registration"
	"github.com/territoires-industrie/sdk/registration/link"
	"github.com/territoires-industrie/sdk/registration/sqldb"
	"github.com/territoires-industrie/sdk/territoires"
)

const slug = "2019-06-12-paris"

// opening is when the crowd comes.
var opening = time.Date(2019, time.May, 16, 9, 0, 0, 0, registration.Paris)

// haste is how much faster than the real one the crowd's clock runs: a hold of
// half an hour, the shortest there is, ends in half a second.
const haste = 3600

// crowd is a run of people who want seats, with everything that can happen to
// a seat going on at the same time.
type crowd struct {
	Began     time.Time // when the clock showed [opening]
	First     int       // number of the first person
	People    int       // who try to sign up, each once and again while it is full
	Organiser bool      // lower and raise capacities meanwhile
	Still     bool      // nothing but sign-ups, and no hold ends
	Queue     bool      // who finds no seat waits, alone or with companions
	Calm      bool      // the clock runs a sixth as fast

	enough  func() bool // has been seen of what this run is to show; may be nil
	mu      sync.Mutex
	faults  []string     // errors that nobody should see
	barrier atomic.Int64 // seats refused by the schema alone
	seated  atomic.Int64 // sign-ups that got what they asked for
}

// clock is shared by every process that is given the same beginning.
func (c *crowd) clock() time.Time {
	if c.Still {
		return opening
	}
	if c.Calm {
		return opening.Add(time.Since(c.Began) * haste / 6)
	}
	return opening.Add(time.Since(c.Began) * haste)
}

// meeting is what the crowd wants to go to.
func crowded() registration.Meeting {
	return registration.Meeting{
		Slug: slug, Title: registration.Localized{FR: "Rencontre nationale"}, Published: true, Seats: 120,
		Day: territoires.Date{Year: 2029, Month: time.June, Day: 12},
		Sessions: []registration.Session{
			{ID: "ateliers", Title: registration.Localized{FR: "Ateliers"}, Seats: 40},
			{ID: "tables-rondes", Title: registration.Localized{FR: "Tables rondes"}, Seats: 60},
		},
		OpensAt: opening, ClosesAt: opening.AddDate(9, 0, 0), Hold: time.Minute, Contact: "orga@exemple.fr",
	}
}

// run returns when everybody has tried; each is announced to tried.
func (c *crowd) run(s *sqldb.Store, tried func(outcome string)) {
	d := desk(s, c.clock)
	ctx, stop := context.WithCancel(context.Background())
	var others sync.WaitGroup
	if !c.Still {
		others.Go(func() { c.release(ctx, d) })
		for range 4 {
			others.Go(func() { c.answerMails(ctx, d, s) })
		}
	}
	if c.Organiser {
		others.Go(func() { c.moveCapacities(ctx, d) })
	}
	var people sync.WaitGroup
	room := make(chan struct{}, 256) // connections of visitors
	for n := range c.People {
		room <- struct{}{}
		if !c.Still {
			time.Sleep(rand.N(3 * time.Millisecond)) // long enough for holds to end
		}
		people.Go(func() {
			defer func() { <-room }()
			tried(c.signUp(ctx, d, c.First+n))
		})
	}
	people.Wait()
	if c.Queue {
		c.linger(s)
	}
	stop()
	others.Wait()
}

func (c *crowd) release(ctx context.Context, d *registration.Desk) {
	for ctx.Err() == nil {
		c.fault("release", d.Release(ctx))
		time.Sleep(20 * time.Millisecond)
	}
}

// fault keeps an error that a person should never see.
func (c *crowd) fault(doing string, err error) {
	if err == nil || errors.Is(err, registration.ErrFull) || errors.Is(err, context.Canceled) ||
		errors.Is(err, registration.ErrUnavailable) {
		return // the last: 503, try again
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.faults = append(c.faults, doing+": "+err.Error())
}

// signUp is one person's try: again while it is full or busy, a few times.
func (c *crowd) signUp(ctx context.Context, d *registration.Desk, n int) string {
	sessions := [][]registration.SessionID{nil, {"ateliers"}, {"tables-rondes"}, {"tables-rondes", "ateliers"}}
	for try := 0; ; try++ {
		_, err := d.SignUp(ctx, slug, registration.Request{
			GivenName: "Ana", FamilyName: fmt.Sprint("Personne ", n), Email: fmt.Sprintf("p%d@exemple.fr", n),
			Category: registration.Industry, Sessions: sessions[rand.N(len(sessions))], Privacy: true,
			Companions: c.companions(),
		})
		c.fault("sign up", err)
		_, polite := errors.AsType[*registration.FullError](err)
		switch {
		case err == nil:
			c.seated.Add(1)
			return "seat"
		case errors.Is(err, registration.ErrFull) && !polite:
			c.barrier.Add(1)
			return "barrier"
		case try == 3 && !errors.Is(err, registration.ErrUnavailable):
			return "full"
		}
		time.Sleep(rand.N(60 * time.Millisecond))
	}
}

// answerMails is what people do with the mails they get: confirm, or forget
// about it so that the hold ends; then come, change their mind, or cancel.
func (c *crowd) answerMails(ctx context.Context, d *registration.Desk, s *sqldb.Store) {
	k := keys()
	for ctx.Err() == nil {
		mails, err := s.Claim(ctx, c.clock(), time.Hour, 10)
		c.fault("claim", err)
		for _, m := range mails {
			manage := k.Token(link.ForManage, m.Signup, 0)
			var err error
			switch r := rand.N(10); {
			case c.Queue && m.Kind != registration.MailConfirm:
				err = c.answerQueue(ctx, d, m.Kind, manage)
			case m.Kind == registration.MailConfirm && r < 6:
				_, err = d.Confirm(ctx, k.Token(link.ForConfirm, m.Signup, 0))
			case m.Kind == registration.MailConfirmed && r < 5:
				_, err = d.Cancel(ctx, manage)
			case m.Kind == registration.MailConfirmed && r < 8:
				_, err = d.ChooseSessions(ctx, manage, []registration.SessionID{"ateliers"})
			}
			if !errors.Is(err, registration.ErrExpired) && !errors.Is(err, registration.ErrCancelled) {
				c.fault(string(m.Kind), err)
			}
			c.fault("settle", s.RecordOutcomes(ctx, map[registration.ID]registration.Outcome{m.ID: {SentAt: c.clock()}}))
		}
		if len(mails) == 0 {
			time.Sleep(5 * time.Millisecond)
		}
	}
}

// moveCapacities is an organiser who cannot decide: below what is taken, up
// again, and at last what it was.
func (c *crowd) moveCapacities(ctx context.Context, d *registration.Desk) {
	m := crowded()
	all := append(m.Sessions, registration.Session{ID: registration.MeetingSession, Seats: m.Seats})
	for ctx.Err() == nil {
		v := all[rand.N(len(all))]
		c.fault("set capacity", desktest.SetSeats(ctx, d, slug, v.ID, v.Seats/2+rand.N(v.Seats/2+1)))
		time.Sleep(rand.N(20 * time.Millisecond))
	}
}
