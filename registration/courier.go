package registration

import (
	"context"
	"errors"
	"log/slog"
	"strings"
	"sync"
	"time"
)

// CourierOptions are what a Courier needs; all up to BaseURL must be given.
type CourierOptions struct {
	Outbox     Outbox
	Store      Store
	Organisers Organisers
	Keyring    *Keyring
	Composer   Composer
	Sender     Sender
	BaseURL    string           // of the site, without a final slash
	Clock      func() time.Time // nil means time.Now
	Workers    int              // messages submitted at the same time; 0 means 4
	Log        *slog.Logger     // nil means discard
	// PerSecond and PerDomain limit the messages submitted in a second, all of
	// them and those to one domain; 0 means no limit. They are the courier's
	// own: give each of n processes the n-th part.
	PerSecond, PerDomain float64
}

// Courier takes mails from the outbox and submits them: each at least once,
// with the same Message-ID however often. Several couriers, in several
// processes whose clocks agree within seconds, share one outbox: the mails that
// one had claimed when it died wait a minute for another. Each finds out for
// itself which server is away and which domain says "later".
type Courier struct {
	o    CourierOptions
	wake chan struct{}
	pace *pace
	held held
}

const (
	// lease is how long the mails of a process that died wait for another one.
	// One that lives renews it long before it ends.
	lease = time.Minute
	// renewEvery leaves room for a database that is slow, or away, for a while.
	renewEvery = 15 * time.Second
	// idle is how long the courier waits before it looks again unasked: for
	// the mails that other processes post, and for retries that come due.
	idle = 2 * time.Second
	// grace is how long a submission may go on after the courier was stopped.
	grace = 5 * time.Second
	// giveUp is how long a mail is tried: the four to five days of RFC 5321,
	// 4.5.4.1.
	giveUp = 5 * 24 * time.Hour
)

// NewCourier returns a courier, or an error that names the option missing.
func NewCourier(o CourierOptions) (*Courier, error) {
	if o.Outbox == nil || o.Store == nil || o.Organisers == nil || o.Keyring == nil ||
		o.Composer == nil || o.Sender == nil || o.BaseURL == "" {
		return nil, errors.New("registration: a courier needs outbox, stores, keyring, composer, sender and base URL")
	}
	if o.Clock == nil {
		o.Clock = time.Now
	}
	if o.Workers == 0 {
		o.Workers = 4
	}
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	o.BaseURL = strings.TrimSuffix(o.BaseURL, "/")
	if o.PerSecond < 0 || o.PerDomain < 0 {
		return nil, errors.New("registration: a negative limit on mails")
	}
	p := &pace{every: interval(o.PerSecond), each: interval(o.PerDomain), domains: map[string]*gate{}}
	return &Courier{o: o, wake: make(chan struct{}, 1), pace: p, held: held{until: map[ID]time.Time{}}}, nil
}

// Wake makes the courier look at the outbox now. It never blocks.
func (c *Courier) Wake() {
	select {
	case c.wake <- struct{}{}:
	default:
	}
}

// Run carries mails until ctx is done, and returns when the last submission
// under way has been settled. While some mails are being submitted the next
// ones are claimed, and the outcomes of those before are written down together:
// nobody waits for a disk. It runs once.
func (c *Courier) Run(ctx context.Context) {
	claimed := make(chan Mail, c.batch()) // those that wait for a worker
	outcomes := make(chan settled, c.batch())
	// What was under way when ctx ended has its grace, and its outcome as well.
	late, end := context.WithCancel(context.WithoutCancel(ctx))
	defer context.AfterFunc(ctx, func() { time.AfterFunc(2*grace, end) })()
	var workers, others sync.WaitGroup
	others.Go(func() { c.renew(late) })
	others.Go(func() { c.record(late, outcomes); end() })
	for range c.o.Workers {
		workers.Go(func() {
			for m := range claimed {
				c.carry(ctx, m, outcomes)
			}
		})
	}
	for ctx.Err() == nil {
		c.claim(ctx, claimed, outcomes)
	}
	close(claimed)
	workers.Wait()
	close(outcomes)
	others.Wait()
}

// batch is how many mails are claimed at once: a claim is a write to disk, and
// what is claimed and not sent waits for a lease to end if this process dies.
func (c *Courier) batch() int { return c.pace.batch(16 * c.o.Workers) }

// claim hands mails that are due to the workers, or waits until there may be
// some.
func (c *Courier) claim(ctx context.Context, claimed chan<- Mail, outcomes chan<- settled) {
	away, single := c.pace.wait(c.now())
	if away > 0 {
		sleep(ctx, away)
		return
	}
	n := c.batch()
	if single { // a server that was away: one mail tries before the others follow
		n = 1
	}
	now := c.now()
	mails, err := c.o.Outbox.Claim(ctx, now, lease, n)
	if err != nil && ctx.Err() == nil {
		c.o.Log.WarnContext(ctx, "outbox unavailable", "err", err)
	}
	for _, m := range c.held.add(mails, now.Add(lease)) {
		if single {
			c.carry(ctx, m, outcomes)
		} else {
			claimed <- m // a slow mail keeps its own worker, never the others
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

// rest waits until there may be something to do.
func (c *Courier) rest(ctx context.Context) {
	select {
	case <-ctx.Done():
	case <-c.wake:
	case <-time.After(idle):
	}
}

// carry makes one attempt at m, or none if the courier was stopped or the mail
// may be another's by now.
func (c *Courier) carry(stopping context.Context, m Mail, outcomes chan<- settled) {
	sleep(stopping, c.pace.slot(c.now()))
	if stopping.Err() != nil {
		outcomes <- settled{m.ID, Outcome{RetryAt: c.now(), Untried: true}}
		return
	}
	if !c.held.has(m.ID, c.now()) {
		c.held.drop(m.ID)
		return
	}
	// Stopping lets a submission under way finish: cut short, it would leave
	// again, although the server may have taken it.
	ctx, cancel := context.WithCancel(context.WithoutCancel(stopping))
	defer cancel()
	defer context.AfterFunc(stopping, func() { time.AfterFunc(grace, cancel) })()
	outcomes <- settled{m.ID, c.outcome(m, c.attempt(ctx, m))}
}

func (c *Courier) now() time.Time { return c.o.Clock().Truncate(time.Microsecond) }
