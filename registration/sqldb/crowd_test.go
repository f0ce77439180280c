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

// visit is how much time passes while a person tries once to sign up: a hold
// of half an hour, the shortest there is, ends while 360 others try.
const visit = 5 * time.Second

// crowd is a run of people who want seats, with everything that can happen to
// a seat going on at the same time.
type crowd struct {
	Clock     string // path of its [logicalClock]; "": only sign-ups, at an instant that stays
	First     int    // number of the first person
	People    int    // who try to sign up, each once and again while it is full
	Organiser bool   // lower and raise capacities meanwhile
	Queue     bool   // who finds no seat waits, alone or with companions

	enough  func() bool // has been seen of what this run is to show; may be nil
	clock   *logicalClock
	mu      sync.Mutex
	faults  []string     // errors that nobody should see
	barrier atomic.Int64 // seats refused by the schema alone
}

// now is the time of the crowd.
func (c *crowd) now() time.Time {
	if c.clock == nil {
		return opening
	}
	return c.clock.now()
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
	connections := 256
	if c.Clock != "" {
		c.clock = openClock(c.Clock)
		defer c.clock.close()
		connections = 64 // so that few holds end before their mail is read
	}
	d, ctx := desk(s, c.now), context.Background()
	var people sync.WaitGroup
	room := make(chan struct{}, connections)
	for n := range c.People {
		room <- struct{}{}
		people.Go(func() {
			defer func() { <-room }()
			tried(c.come(ctx, d, s, c.First+n))
		})
	}
	people.Wait()
	if c.Queue {
		c.linger(ctx, d, s)
	}
}

// come is one person's visit. They try to sign up, again a few times while it
// is full, and make everything else happen that goes on meanwhile.
func (c *crowd) come(ctx context.Context, d *registration.Desk, s *sqldb.Store, n int) (outcome string) {
	for tries := 0; tries < 4; {
		outcome = c.signUp(ctx, d, n)
		if c.clock != nil {
			c.meanwhile(ctx, d, s)
		}
		switch outcome {
		case "full":
			tries++
		case "busy":
			time.Sleep(10 * time.Millisecond)
		default:
			return outcome
		}
	}
	return outcome
}

// meanwhile is what happens during a visit: time passes, people read mails,
// holds are released, and the organiser cannot decide.
func (c *crowd) meanwhile(ctx context.Context, d *registration.Desk, s *sqldb.Store) {
	c.clock.pass(visit)
	c.answerMails(ctx, d, s, 5)
	if rand.N(8) == 0 {
		c.fault("release", d.Release(ctx))
	}
	if c.Organiser && rand.N(4) == 0 {
		c.moveCapacity(ctx, d)
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

// signUp is one try of a person.
func (c *crowd) signUp(ctx context.Context, d *registration.Desk, n int) (outcome string) {
	sessions := [][]registration.SessionID{nil, {"ateliers"}, {"tables-rondes"}, {"tables-rondes", "ateliers"}}
	_, err := d.SignUp(ctx, slug, registration.Request{
		GivenName: "Ana", FamilyName: fmt.Sprint("Personne ", n), Email: fmt.Sprintf("p%d@exemple.fr", n),
		Category: registration.Industry, Sessions: sessions[rand.N(len(sessions))], Privacy: true,
		Companions: c.companions(),
	})
	c.fault("sign up", err)
	_, polite := errors.AsType[*registration.FullError](err)
	switch {
	case err == nil:
		return "seat"
	case errors.Is(err, registration.ErrFull) && !polite:
		c.barrier.Add(1)
		return "barrier"
	case errors.Is(err, registration.ErrUnavailable):
		return "busy"
	}
	return "full"
}

// answerMails is what people do with the next n mails at most: confirm, or
// forget about it so that the hold ends; then come, change their mind, or
// cancel. It returns how many mails there were.
func (c *crowd) answerMails(ctx context.Context, d *registration.Desk, s *sqldb.Store, n int) int {
	k := keys()
	mails, err := s.Claim(ctx, c.now(), 24*time.Hour, n)
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
		c.fault("record outcome", s.RecordOutcomes(ctx, map[registration.ID]registration.Outcome{m.ID: {SentAt: c.now()}}))
	}
	return len(mails)
}

// moveCapacity is an organiser who lowers a capacity, perhaps below what is
// taken, or raises it again.
func (c *crowd) moveCapacity(ctx context.Context, d *registration.Desk) {
	m := crowded()
	all := append(m.Sessions, registration.Session{ID: registration.MeetingSession, Seats: m.Seats})
	v := all[rand.N(len(all))]
	c.fault("set capacity", desktest.SetSeats(ctx, d, slug, v.ID, v.Seats/2+rand.N(v.Seats/2+1)))
}
