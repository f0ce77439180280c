package courier

import (
	"context"
	"errors"
	"maps"
	"slices"
	"sync"
	"time"

	"github.com/territoires-industrie/sdk/registration"
)

// result is the outcome of one mail on its way to the outbox.
type result struct {
	id      registration.ID
	outcome registration.Outcome
}

// batchDelay is how long the first outcome waits for others, so that one write
// records them all: a write for each would cost more than sending the mail.
const batchDelay = 20 * time.Millisecond

// record writes outcomes to the outbox in batches. While the database is away it
// keeps a batch and tries again, until ctx is done: the mails may have been sent, and
// must not be sent a second time.
func (c *Courier) record(ctx context.Context, results <-chan result) {
	waiting := map[registration.ID]registration.Outcome{}
	for r := range results {
		waiting[r.id] = r.outcome
		sleep(ctx, batchDelay)
		gather(results, waiting)
		for !c.write(waiting) && ctx.Err() == nil {
			sleep(ctx, grace/10)
		}
		clear(waiting)
	}
}

// gather adds the results that are there already, without waiting for more.
func gather(results <-chan result, waiting map[registration.ID]registration.Outcome) {
	for {
		select {
		case r, open := <-results:
			if !open {
				return
			}
			waiting[r.id] = r.outcome
		default:
			return
		}
	}
}

// write records outcomes and reports whether it succeeded. If the lease of a mail has
// ended, another process may have claimed it: then its outcome is recorded only if
// the mail was sent. After [registration.ErrUnsure] the outcomes may have been
// recorded and the leases ended with them, so the next attempt records only the mails
// that were sent.
func (c *Courier) write(outcomes map[registration.ID]registration.Outcome) bool {
	now := c.now()
	c.keepSent(outcomes, func(id registration.ID) bool { return c.leases.has(id, now) })
	if len(outcomes) == 0 {
		return true
	}
	ctx, cancel := context.WithTimeout(context.Background(), grace)
	defer cancel()
	if err := c.o.Outbox.RecordOutcomes(ctx, outcomes); err != nil {
		c.o.Log.WarnContext(ctx, "outcomes of mails not recorded", "mails", len(outcomes), "err", err)
		if errors.Is(err, registration.ErrUnsure) {
			c.keepSent(outcomes, func(registration.ID) bool { return false })
		}
		return false
	}
	c.leases.drop(slices.Collect(maps.Keys(outcomes))...)
	for _, o := range outcomes {
		if !o.RetryAt.IsZero() {
			c.Wake() // it may be due already, or before the next look
			break
		}
	}
	return true
}

// keepSent removes the outcomes of mails that are no longer leased here and were not
// sent: the next process that claims such a mail decides its outcome.
func (c *Courier) keepSent(outcomes map[registration.ID]registration.Outcome, leased func(registration.ID) bool) {
	maps.DeleteFunc(outcomes, func(id registration.ID, o registration.Outcome) bool {
		lost := o.SentAt.IsZero() && !leased(id)
		if lost {
			c.leases.drop(id)
		}
		return lost
	})
}

// renew renews the leases of the mails in hand until ctx is done. An expired
// lease is never renewed: another process may have claimed the mail.
func (c *Courier) renew(ctx context.Context) {
	for sleep(ctx, renewEvery); ctx.Err() == nil; sleep(ctx, renewEvery) {
		now := c.now()
		ids, until := c.leases.ids(now), now.Add(leaseFor)
		if len(ids) == 0 {
			continue
		}
		if err := c.o.Outbox.Renew(ctx, until, ids); err != nil {
			c.o.Log.WarnContext(ctx, "leases not renewed", "mails", len(ids), "err", err)
			continue
		}
		c.leases.renew(ids, c.now(), until)
	}
}

// leases are the leases of the mails in hand, which are claimed and have no recorded
// outcome, each with the time at which it ends.
type leases struct {
	mu    sync.Mutex
	until map[registration.ID]time.Time
}

// add stores the leases of mails that were just claimed and returns the mails that
// were not in hand yet: a mail whose lease ended here can be claimed again while it
// is still being submitted.
func (l *leases) add(mails []registration.Mail, until time.Time) []registration.Mail {
	l.mu.Lock()
	defer l.mu.Unlock()
	fresh := mails[:0]
	for _, m := range mails {
		if _, ok := l.until[m.ID]; !ok {
			fresh = append(fresh, m)
		}
		l.until[m.ID] = until
	}
	return fresh
}

func (l *leases) drop(ids ...registration.ID) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, id := range ids {
		delete(l.until, id)
	}
}

// has reports whether a mail is leased at now. Its lease may have ended if the
// machine slept or the database was away for long.
func (l *leases) has(id registration.ID, now time.Time) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	return now.Before(l.until[id])
}

// ids returns the mails that are leased at now.
func (l *leases) ids(now time.Time) (ids []registration.ID) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for id, until := range l.until {
		if now.Before(until) {
			ids = append(ids, id)
		}
	}
	return ids
}

// renew extends the leases that have not ended at now. A lease that ended while the
// renewal was being written is lost.
func (l *leases) renew(ids []registration.ID, now, until time.Time) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, id := range ids {
		if now.Before(l.until[id]) {
			l.until[id] = until
		}
	}
}
