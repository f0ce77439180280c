// Package courier is the machinery of the mail queue. A [Courier] claims mail
// rows from the outbox under a lease, reads their recipients together, has each mail
// composed at the moment of sending, submits it, and records the outcome: sent, to be
// tried again, or parked for an organiser to decide.
//
//   - courier.go: claiming and the workers
//   - recipient.go: the recipients of a claim, read with one question
//   - attempt.go: one attempt and the outcome that follows from it; retries
//   - lease.go: renewal of leases, and the recording of outcomes in batches
//   - throttle.go: circuit breakers and rate limits, of the mail server and of
//     each recipient's domain
//
// What a mail says is not decided here: package registration gathers the
// facts, package mail writes the text.
package courier

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"math"
	"sync"
	"time"

	"github.com/territoires-industrie/sdk/registration"
)

// Options are what a Courier needs. Outbox, Recipients, Letter, Composer and Sender
// must be given.
type Options struct {
	Outbox registration.Outbox
	// Recipients reads the recipients of many mails: the method of [registration.Store].
	Recipients func(context.Context, []registration.ID) (map[registration.ID]registration.Recipient, error)
	// Letter gathers the facts of a mail at the moment of sending:
	// [registration.Desk.Letter]. It is given the recipient if Recipients read it at
	// most a second ago, otherwise nil.
	Letter   func(context.Context, registration.Mail, *registration.Recipient) (registration.Letter, error)
	Composer registration.Composer
	Sender   registration.Sender
	Clock    func() time.Time // nil means time.Now
	Workers  int              // messages submitted at the same time; 0 means 8
	Log      *slog.Logger     // nil means discard
	// PerSecond and PerDomain limit the messages submitted in a second, in all and to
	// one domain; 0 means no limit. Each courier applies them for itself: with n
	// processes give each the n-th part.
	PerSecond, PerDomain float64
}

// Courier takes mails from the outbox and submits each at least once, always with the
// same Message-ID. Several couriers, in several processes whose clocks agree within
// seconds, can share one outbox. If a process dies, another one claims its mails
// after at most a minute, the length of a lease. Each courier remembers in memory
// which server is away and which domain says "later".
type Courier struct {
	o        Options
	wake     chan struct{}
	throttle *throttle
	leases   leases
}

const (
	// leaseFor is how long a claim lasts. A running process renews it every
	// renewEvery; the mails of a process that died wait until it ends.
	leaseFor = time.Minute
	// renewEvery is a quarter of a lease, so that a renewal may fail twice
	// while the database is slow or away.
	renewEvery = 15 * time.Second
	// pollEvery is how often the courier looks at the outbox without being woken: for
	// the mails that other processes post, and for retries that come due. It looks
	// earlier if a limit lets a mail leave.
	pollEvery = 2 * time.Second
	// grace is how long a submission may go on after the courier was stopped.
	grace = 5 * time.Second
	// retryFor is how long a mail is tried before it is parked: the four to
	// five days of RFC 5321, 4.5.4.1.
	retryFor = 5 * 24 * time.Hour
	// leastRate is the lowest limit, in mails a second: one a day.
	leastRate = 1.0 / 86400
	// leastAttempts are made, over most of a day, even at an older mail: the server may
	// have been away, or an organiser has sent it again.
	leastAttempts = 12
)

// New returns a courier, or an error for a missing option or a limit that is negative,
// not a number, infinite or below one mail a day.
func New(o Options) (*Courier, error) {
	if o.Outbox == nil || o.Recipients == nil || o.Letter == nil || o.Composer == nil || o.Sender == nil {
		return nil, errors.New("courier: an outbox, sources of recipients and of letters, a composer and a sender are needed")
	}
	for _, limit := range []float64{o.PerSecond, o.PerDomain} {
		if limit != 0 && !(limit >= leastRate && limit <= math.MaxFloat64) { // nor NaN
			return nil, fmt.Errorf("courier: a limit of %v mails a second; it must be 0 for none, or at least one mail a day (0.0000116)", limit)
		}
	}
	if o.Clock == nil {
		o.Clock = time.Now
	}
	if o.Workers == 0 {
		o.Workers = 8
	}
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	return &Courier{
		o: o, wake: make(chan struct{}, 1), throttle: newThrottle(o.PerSecond, o.PerDomain, o.Workers),
		leases: leases{until: map[registration.ID]time.Time{}},
	}, nil
}

// Wake makes the courier look at the outbox now. It never blocks.
func (c *Courier) Wake() {
	select {
	case c.wake <- struct{}{}:
	default:
	}
}

// Run claims and submits mails until ctx is done, and returns when the outcome of the
// last submission has been recorded. Claiming, submitting and recording run at the
// same time, so that no submission waits for the database. Run may be called once.
func (c *Courier) Run(ctx context.Context) {
	claimed := make(chan mail, c.batch()) // the mails that wait for a worker
	results := make(chan result, c.batch())
	// A submission that is under way when ctx ends may still finish within grace, and
	// its outcome is still recorded.
	late, end := context.WithCancel(context.WithoutCancel(ctx))
	defer context.AfterFunc(ctx, func() { time.AfterFunc(2*grace, end) })()
	var workers, others sync.WaitGroup
	others.Go(func() { c.renew(late) })
	others.Go(func() { c.record(late, results); end() })
	for range c.o.Workers {
		workers.Go(func() {
			for m := range claimed {
				c.handle(ctx, m, results)
			}
		})
	}
	for ctx.Err() == nil {
		c.claim(ctx, claimed, results)
	}
	close(claimed)
	workers.Wait()
	close(results)
	others.Wait()
}

// batch is how many mails are claimed at once. A claim is a write to disk, so it
// should take many; but if this process dies, the mails that are not sent yet wait
// until their lease ends.
func (c *Courier) batch() int { return c.throttle.batch(16 * c.o.Workers) }

// claim hands due mails to the workers, or waits until there may be some.
func (c *Courier) claim(ctx context.Context, claimed chan<- mail, results chan<- result) {
	away, single := c.throttle.wait(c.now())
	if away > 0 {
		sleep(ctx, away)
		return
	}
	if ahead := c.throttle.ahead(c.now()); ahead > pollEvery { // what is claimed later may be more urgent
		sleep(ctx, ahead-pollEvery)
		return
	}
	n := c.batch()
	if single { // the server was away: one mail tries before the others follow
		n = 1
	}
	now := c.now()
	mails, err := c.o.Outbox.Claim(ctx, now, leaseFor, n)
	if err != nil && ctx.Err() == nil {
		c.o.Log.WarnContext(ctx, "outbox unavailable", "err", err)
	}
	for _, m := range c.read(ctx, c.leases.add(mails, now.Add(leaseFor))) {
		if single {
			c.handle(ctx, m, results)
		} else {
			claimed <- m // a slow mail occupies one worker; the others go on
		}
	}
	if len(mails) == 0 {
		c.rest(ctx)
	}
}

// sleep waits for d or until ctx is done.
func sleep(ctx context.Context, d time.Duration) {
	if d <= 0 {
		return
	}
	select {
	case <-ctx.Done():
	case <-time.After(d):
	}
}

// rest waits until the courier is woken or it is time to poll.
func (c *Courier) rest(ctx context.Context) {
	select {
	case <-ctx.Done():
	case <-c.wake:
	case <-time.After(c.throttle.untilSlot(c.now(), pollEvery)):
	}
}

// handle makes one attempt at m. It makes none if the courier was stopped, or
// if the lease of m has ended and another process may have claimed it.
func (c *Courier) handle(stopping context.Context, m mail, results chan<- result) {
	if to := m.address(); to != "" { // a mail that cannot leave takes nobody's slot
		if later := c.throttle.postpone(domainOf(to), lineOf(m.Mail), c.now()); !later.IsZero() {
			results <- result{m.ID, registration.Outcome{RetryAt: later, Untried: true}}
			return
		}
	}
	sleep(stopping, c.throttle.slot(c.now()))
	if stopping.Err() != nil {
		results <- result{m.ID, registration.Outcome{RetryAt: c.now(), Untried: true}}
		return
	}
	if !c.leases.has(m.ID, c.now()) {
		c.leases.drop(m.ID)
		return
	}
	// A submission under way may finish although the courier is stopping: if it were
	// cut short, the server might have taken the mail already, and it would be sent
	// twice.
	ctx, cancel := context.WithCancel(context.WithoutCancel(stopping))
	defer cancel()
	defer context.AfterFunc(stopping, func() { time.AfterFunc(grace, cancel) })()
	results <- result{m.ID, c.outcome(m.Mail, c.attempt(ctx, m))}
}

func (c *Courier) now() time.Time { return c.o.Clock().Truncate(time.Microsecond) }
