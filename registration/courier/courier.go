// Package courier is the machinery of the mail queue. A [Courier] claims mail
// rows from the outbox under a lease, has each composed at the moment of
// sending, submits it, and records the outcome: sent, to be tried again, or
// parked for an organiser to decide.
//
//   - courier.go: claiming and the workers
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
	"log/slog"
	"sync"
	"time"

	"github.com/territoires-industrie/sdk/registration"
)

// Options are what a Courier needs. Outbox, Letter, Composer and Sender must be
// given.
type Options struct {
	Outbox registration.Outbox
	// Letter gathers what a mail says, as it is at that moment:
	// [registration.Desk.Letter].
	Letter   func(context.Context, registration.Mail) (registration.Letter, error)
	Composer registration.Composer
	Sender   registration.Sender
	Clock    func() time.Time // nil means time.Now
	Workers  int              // messages submitted at the same time; 0 means 8
	Log      *slog.Logger     // nil means discard
	// PerSecond and PerDomain limit the messages submitted in a second, in all
	// and to one domain; 0 means no limit. Couriers do not share them: with n
	// processes give each the n-th part.
	PerSecond, PerDomain float64
}

// Courier takes mails from the outbox and submits them: each at least once,
// with the same Message-ID however often. Several couriers, in several
// processes whose clocks agree within seconds, share one outbox. Mails that a
// process had claimed when it died wait for at most a minute, the length of a
// lease, before another process claims them. Which server is away and which
// domain says "later" is kept by each courier in memory.
type Courier struct {
	o        Options
	wake     chan struct{}
	throttle *throttle
	leases   leases
}

const (
	// leaseFor is how long a claim lasts. A process that lives renews it every
	// renewEvery; the mails of one that died wait until it ends.
	leaseFor = time.Minute
	// renewEvery is a quarter of a lease, so that a renewal may fail twice
	// while the database is slow or away.
	renewEvery = 15 * time.Second
	// pollEvery is how long the courier waits before it looks at the outbox
	// without having been woken: for the mails that other processes post, and
	// for retries that come due.
	pollEvery = 2 * time.Second
	// grace is how long a submission may go on after the courier was stopped.
	grace = 5 * time.Second
	// retryFor is how long a mail is tried before it is parked: the four to
	// five days of RFC 5321, 4.5.4.1.
	retryFor = 5 * 24 * time.Hour
)

// New returns a courier, or an error that names the option missing.
func New(o Options) (*Courier, error) {
	if o.Outbox == nil || o.Letter == nil || o.Composer == nil || o.Sender == nil {
		return nil, errors.New("courier: an outbox, a source of letters, a composer and a sender are needed")
	}
	if o.PerSecond < 0 || o.PerDomain < 0 {
		return nil, errors.New("courier: a negative limit on mails")
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
		o: o, wake: make(chan struct{}, 1), throttle: newThrottle(o.PerSecond, o.PerDomain),
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

// Run claims and submits mails until ctx is done, and returns when the outcome
// of the last submission has been recorded. The next mails are claimed and the
// outcomes of earlier ones recorded while others are being submitted, so that
// no submission waits for the database. Run may be called once.
func (c *Courier) Run(ctx context.Context) {
	claimed := make(chan registration.Mail, c.batch()) // those that wait for a worker
	results := make(chan result, c.batch())
	// A submission under way when ctx ends has its grace, and its outcome is
	// still recorded.
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

// batch is how many mails are claimed at once. A claim is a write to disk, so
// it is worth taking many; but if this process dies, those not sent yet wait
// for their lease to end.
func (c *Courier) batch() int { return c.throttle.batch(16 * c.o.Workers) }

// claim hands mails that are due to the workers, or waits until some may be.
func (c *Courier) claim(ctx context.Context, claimed chan<- registration.Mail, results chan<- result) {
	away, single := c.throttle.wait(c.now())
	if away > 0 {
		sleep(ctx, away)
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
	for _, m := range c.leases.add(mails, now.Add(leaseFor)) {
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
	case <-time.After(pollEvery):
	}
}

// handle makes one attempt at m. It makes none if the courier was stopped, or
// if the lease of m has ended and another process may have claimed it.
func (c *Courier) handle(stopping context.Context, m registration.Mail, results chan<- result) {
	sleep(stopping, c.throttle.slot(c.now()))
	if stopping.Err() != nil {
		results <- result{m.ID, registration.Outcome{RetryAt: c.now(), Untried: true}}
		return
	}
	if !c.leases.has(m.ID, c.now()) {
		c.leases.drop(m.ID)
		return
	}
	// A submission under way may finish although the courier is stopping: the
	// server may have taken a mail that is cut short, and it would leave twice.
	ctx, cancel := context.WithCancel(context.WithoutCancel(stopping))
	defer cancel()
	defer context.AfterFunc(stopping, func() { time.AfterFunc(grace, cancel) })()
	results <- result{m.ID, c.outcome(m, c.attempt(ctx, m))}
}

func (c *Courier) now() time.Time { return c.o.Clock().Truncate(time.Microsecond) }
